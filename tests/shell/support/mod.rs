//! A real nats-server on loopback, and small words for the tests.

pub mod board;
pub mod caller;
pub mod daemon;
mod desk;
mod gateway;
pub mod http;
pub mod ledger;
pub mod load;
pub mod newcomer_site;
pub mod notified;
pub mod server;
pub mod smtp;
pub mod tool;

pub use server::Server;

use std::time::Duration;

use async_nats::Client;
use futures_util::StreamExt;
use switchboard::shell::journal::Line;
use switchboard::shell::nats::jetstream;
use switchboard::shell::site::Site;
use switchboard::shell::streams::{StreamsSpec, init};

/// The longest wait for any fact. Only a failing test ever waits that long.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits for the future, but not for ever.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LIMIT, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {LIMIT:?} for {what}"),
    }
}

/// Asks until the fact holds. The pause only spares the server; nothing depends on its length.
pub async fn until<F, Fut>(what: &str, mut fact: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    within(what, async {
        while !fact().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// Waits until the server knows all of the client's subscriptions so far, by an echo of its own message
/// on a subject where it may do both.
pub async fn settled(client: &Client, subject: &'static str) {
    let mut echo = client.subscribe(subject).await.expect("a subscription");
    client.publish(subject, "echo".into()).await.expect("a publish");
    within("the echo", echo.next()).await.expect("the subscription stands");
}

/// The site that the shipped configuration is written for.
pub fn site() -> Site {
    Site::new("switchboard".parse().expect("the default prefix is a name"))
}

/// Streams small enough for any disk.
pub fn spec() -> StreamsSpec {
    StreamsSpec {
        in_bytes_max: 64 << 20,
        dead_bytes_max: 8 << 20,
        out_bytes_max: 8 << 20,
        ..StreamsSpec::new(site())
    }
}

/// A server with the streams of the site.
pub async fn server_with_streams() -> Server {
    let server = Server::start().await;
    let admin = server.jetstream("switchboard-admin").await;
    init(&admin, &spec()).await.expect("init makes the streams");
    server
}

/// A record that stands for one event.
pub fn line(subject: &str, text: &str) -> Line {
    Line { subject: site().journal_subject(subject), payload: text.as_bytes().to_vec() }
}

/// So many records.
pub fn lines(count: usize) -> Vec<Line> {
    (1..=count).map(|index| line("evt.message.received.00", &format!("{{\"n\":{index}}}"))).collect()
}

/// Input whose body is its number, in the order of the numbers, each acknowledged.
pub async fn publish_input(server: &Server, numbers: std::ops::RangeInclusive<u64>) {
    let gateway = jetstream(&server.user("gateway").await);
    for number in numbers {
        let published = gateway.publish("switchboard.in.chat.web", number.to_string().into()).await;
        published.expect("a publish").await.expect("an ack");
    }
}
