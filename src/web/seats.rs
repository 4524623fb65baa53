//! Connections, so many at once and each for so long: it listens without a login, so a client that sends nothing
//! must not keep the others out, nor take the descriptors that the daemon needs.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// The usual limits.
pub(super) const LIMITS: Limits =
    Limits { seats: 64, headers: Duration::from_secs(10), life: Duration::from_secs(600) };
/// How long to wait where there is no descriptor for another connection.
const PAUSE: Duration = Duration::from_secs(1);

/// How much of a request is read ahead; its headers must fit.
const BUFFER_BYTES_MAX: usize = 64 * 1_024;

/// What a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Connections at once; who comes next waits.
    pub(super) seats: usize,
    /// How long the headers of a request may take, and a kept connection be idle.
    pub(super) headers: Duration,
    /// How long a connection may last, whatever it does.
    pub(super) life: Duration,
}

/// Answers until it is dropped; then who is being answered is hung up on.
pub(super) async fn serve(listener: TcpListener, router: Router, limits: Limits) {
    let (_never, stop) = watch::channel(false);
    serve_until(listener, router, limits, stop).await;
}

/// Answers until it is told to stop, and then those who asked before, for as long as a request's headers may take.
pub(super) async fn serve_until(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: watch::Receiver<bool>,
) {
    let seats = Arc::new(Semaphore::new(limits.seats));
    let mut connections = JoinSet::new();
    let mut stopped = pin!(stopped(stop.clone()));
    loop {
        let seat = tokio::select! {
            seat = seats.clone().acquire_owned() => seat,
            () = stopped.as_mut() => break,
        };
        let Ok(seat) = seat else { return };
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped.as_mut() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let (router, stop) = (router.clone(), stop.clone());
                connections.spawn(async move {
                    answer(stream, router, limits, stop).await;
                    drop(seat);
                });
            }
            // The client left before its turn came.
            Err(fault) if fault.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => sleep(PAUSE).await,
        }
    }
    // Who comes now is refused, and may go elsewhere.
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// What goes wrong here is the client's own loss.
async fn answer(stream: TcpStream, router: Router, limits: Limits, stop: watch::Receiver<bool>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.headers).max_buf_size(BUFFER_BYTES_MAX);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    let ended = tokio::select! {
        ended = timeout(limits.life, connection.as_mut()) => ended.is_ok(),
        () = stopped(stop) => false,
    };
    if !ended {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(limits.headers, connection).await;
    }
}

/// Returns once it is to stop; never, where nobody can say so.
async fn stopped(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn ask(address: std::net::SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer, or an end");
        answer
    }

    /// One seat: whoever keeps it is seen by the next.
    #[tokio::test]
    async fn who_sends_no_request_does_not_keep_its_seat() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let router = Router::new().route("/livez", get(async || "alive"));
        let limits = Limits { seats: 1, headers: Duration::from_millis(50), life: Duration::from_secs(600) };
        let serving = tokio::spawn(serve(listener, router, limits));
        for slow in ["", "GET /livez HTTP/1.1\r\nHost:", "GET /livez HTTP/1.1\r\nHost: here\r\n\r\n"] {
            let mut kept = TcpStream::connect(address).await.expect("a connection");
            kept.write_all(slow.as_bytes()).await.expect("a part of a request");
            let next = "GET /livez HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
            let answered = timeout(Duration::from_secs(60), ask(address, next)).await;
            assert!(answered.expect("a seat").ends_with("alive"), "behind {slow:?}");
        }
        serving.abort();
    }
}
