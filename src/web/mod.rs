//! `/livez`, `/readyz`, `/healthz` and `/metrics`: what a watcher asks over HTTP. Read-only; it knows nothing of
//! the daemon but [`Vital`], which the shell implements. Who asks slowly, or never leaves, takes a seat for a while
//! and no longer. [`hooks`] is the other door, of another process: there providers bring messages.

pub mod hooks;
mod seats;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use tokio::net::TcpListener;

/// What is known of the daemon's health.
pub trait Vital: Send + Sync + 'static {
    /// Every check, in the order in which they are told.
    fn checks(&self) -> Vec<Check>;

    /// The metrics in the OpenMetrics text form.
    fn metrics(&self) -> String;
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its word: `loop`, `nats`, `state`, `lead`.
    pub check: &'static str,
    /// Why it fails, as a sentence; `None` where it holds.
    pub fault: Option<String>,
    /// Whether a process that fails it should be started anew; any other failure passes by itself.
    #[serde(skip)]
    pub vital: bool,
}

/// A bound address: what is asked of it waits until [`Listening::serve`].
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
}

/// What of a check a verdict names.
#[derive(Serialize)]
struct Verdict<'a> {
    ok: bool,
    /// The checks that fail.
    faults: Vec<&'a Check>,
}

impl Listening {
    /// Binds the address; port 0 takes any that is free.
    pub async fn bind(address: SocketAddr) -> io::Result<Listening> {
        Ok(Listening { listener: TcpListener::bind(address).await? })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until the task is dropped.
    pub async fn serve(self, vital: Arc<dyn Vital>) {
        seats::serve(self.listener, router(vital), seats::LIMITS).await;
    }
}

fn router(vital: Arc<dyn Vital>) -> Router {
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .with_state(vital)
}

/// Whether the process should live on.
async fn livez(State(vital): State<Arc<dyn Vital>>) -> Response {
    verdict(&vital.checks(), |check| check.vital)
}

/// Whether the daemon does its work just now.
async fn readyz(State(vital): State<Arc<dyn Vital>>) -> Response {
    verdict(&vital.checks(), |_| true)
}

/// The same as `readyz` in a word; with `?verbose` a line for each check.
async fn healthz(State(vital): State<Arc<dyn Vital>>, RawQuery(query): RawQuery) -> Response {
    let checks = vital.checks();
    let holds = checks.iter().all(|check| check.fault.is_none());
    let asked = query.unwrap_or_default();
    let verbose = asked.split('&').any(|part| part.split('=').next() == Some("verbose"));
    let mut text: String = checks.iter().filter(|_| verbose).map(told).collect();
    text.push_str(if holds { "ok\n" } else { "not ready\n" });
    (status(holds), text).into_response()
}

async fn metrics(State(vital): State<Arc<dyn Vital>>) -> Response {
    let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, form)], vital.metrics()).into_response()
}

fn verdict(checks: &[Check], counts: impl Fn(&Check) -> bool) -> Response {
    let faults: Vec<&Check> = checks.iter().filter(|check| counts(check) && check.fault.is_some()).collect();
    let ok = faults.is_empty();
    let body = serde_json::to_string(&Verdict { ok, faults }).unwrap_or_default();
    let form = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status(ok), form, body + "\n").into_response()
}

fn told(check: &Check) -> String {
    match &check.fault {
        None => format!("[+] {}\n", check.check),
        Some(fault) => format!("[-] {}: {fault}\n", check.check),
    }
}

fn status(holds: bool) -> StatusCode {
    if holds { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    /// A daemon whose loop stands still, or which just waits for NATS.
    struct Daemon {
        stands: bool,
    }

    impl Vital for Daemon {
        fn checks(&self) -> Vec<Check> {
            let stands = self.stands.then(|| "it stands still".to_owned());
            let away = Some("NATS is \"away\"".to_owned());
            let check = |check, fault, vital| Check { check, fault, vital };
            vec![check("loop", stands, true), check("nats", away, false)]
        }

        fn metrics(&self) -> String {
            "# EOF\n".to_owned()
        }
    }

    async fn ask(stands: bool, request: &str) -> String {
        let listening = Listening::bind(([127, 0, 0, 1], 0).into()).await.expect("a port");
        let address = listening.address().expect("its address");
        let serving = tokio::spawn(listening.serve(Arc::new(Daemon { stands })));
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        serving.abort();
        answer
    }

    #[tokio::test]
    async fn only_what_a_new_start_would_mend_is_a_death() {
        assert!(ask(false, "GET /livez").await.starts_with("HTTP/1.1 200"));
        let dead = ask(true, "GET /livez").await;
        assert!(dead.starts_with("HTTP/1.1 503"), "{dead}");
        assert!(
            dead.ends_with(
                "{\"ok\":false,\"faults\":[{\"check\":\"loop\",\"fault\":\"it stands still\"}]}\n"
            )
        );
        let waiting = ask(false, "GET /readyz").await;
        assert!(waiting.starts_with("HTTP/1.1 503"), "{waiting}");
        assert!(waiting.contains(r#"{"check":"nats","fault":"NATS is \"away\""}"#), "{waiting}");
    }

    #[tokio::test]
    async fn nothing_can_be_changed() {
        for path in ["/livez", "/readyz", "/healthz", "/metrics"] {
            let refused = ask(false, &format!("POST {path}")).await;
            assert!(refused.starts_with("HTTP/1.1 405"), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_line_for_each_check_is_told_where_it_is_asked_for() {
        let told = ask(false, "GET /healthz?verbose=1").await;
        assert!(told.ends_with("[+] loop\n[-] nats: NATS is \"away\"\nnot ready\n"), "{told}");
        assert!(ask(false, "GET /healthz").await.ends_with("\r\n\r\nnot ready\n"));
    }
}
