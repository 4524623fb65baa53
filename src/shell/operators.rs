//! What operators on the daemon's host may ask, by the control socket or by SIGHUP.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::debug;

use crate::config::{self, Settings};
use crate::domain::Span;

use super::control::{self, ControlError, Desk, Socket};
use super::journal::Journal;
use super::reload::{Reloader, to_json};
use super::serve::{Exit, Failure};
use super::telemetry;

/// The longest that a level may be asked for, when it is to revert.
const LEVEL_MAX: Span = Span::hours(7 * 24);

/// The ways in for operators. They close when this is dropped.
pub(super) struct Operators {
    _socket: Option<Socket>,
    hangups: JoinHandle<()>,
}

/// Who answers them.
struct Window {
    reloader: Arc<Reloader>,
    journal: Arc<Journal>,
}

impl Operators {
    /// Opens the ways in. `hangups` says each time that a reload is asked for; what is asked during a reload
    /// collapses to one more.
    pub(super) async fn open(
        settings: &Settings,
        reloader: Arc<Reloader>,
        journal: Arc<Journal>,
        mut hangups: mpsc::Receiver<()>,
    ) -> Result<Operators, Failure> {
        let window = Arc::new(Window { reloader: reloader.clone(), journal });
        let socket = match control::path(settings) {
            Some(path) => Some(Socket::open(&path, window).await.map_err(|fault| refused(&fault))?),
            None => None,
        };
        let hangups = tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                // The verdict goes to the log, to systemd and to the status; nobody waits for an answer.
                let _ = reloader.reload().await;
            }
        });
        Ok(Operators { _socket: socket, hangups })
    }
}

impl Drop for Operators {
    fn drop(&mut self) {
        self.hangups.abort();
    }
}

/// Where another daemon answers, its end may be waited for.
fn refused(fault: &ControlError) -> Failure {
    let exit = if matches!(fault, ControlError::Taken(_)) { Exit::TryAgain } else { Exit::Config };
    Failure::new(exit, fault)
}

impl Desk for Window {
    async fn answer(self: Arc<Self>, request: Value) -> Value {
        debug!(verb = request["verb"].as_str(), "an operator asks");
        match request["verb"].as_str() {
            Some("reload") => to_json(&self.reloader.reload().await),
            Some("rollback") => to_json(&self.reloader.rollback(request["to"].as_str()).await),
            Some("status") => match self.reloader.look().await {
                Some(look) => look.status.complete(&self.journal).await,
                None => control::refusal(
                    "unavailable",
                    "the daemon does not lead just now, as while NATS is away",
                ),
            },
            Some("log_level") => log_level(&request),
            _ => control::refusal("unknown_verb", "there are reload, rollback, status and log_level"),
        }
    }
}

/// Another level of the log, for all or for a module, for a while or until the end.
fn log_level(request: &Value) -> Value {
    let Some(directive) = request["directive"].as_str() else {
        return control::refusal("bad_request", "`directive` says `LEVEL` or `MODULE=LEVEL`");
    };
    let span = match &request["for"] {
        Value::Null => None,
        Value::String(text) => match config::read_span(text)
            .filter(|span| (1..=LEVEL_MAX.0).contains(&span.0))
        {
            Some(span) => Some(Duration::from_millis(span.0.unsigned_abs())),
            None => {
                return control::refusal("bad_span", "`for` is a span of at most 7 days, such as 10m or 1h");
            }
        },
        _ => return control::refusal("bad_span", "`for` is a span in words, such as 10m"),
    };
    match telemetry::levels().map(|levels| levels.set(directive, span)) {
        Some(Ok(levels)) => json!({ "ok": true, "levels": levels }),
        Some(Err(fault)) => control::refusal("bad_level", &fault.to_string()),
        None => control::refusal("unavailable", "the log has not begun yet"),
    }
}
