//! A clock that a test moves by `<p>.test.clock`: the payload is milliseconds since 1970.

use async_nats::{Client, SubscribeError};
use futures_util::StreamExt;
use tokio::sync::watch;

use crate::domain::Timestamp;

use super::clock::ManualClock;
use super::site::Site;

/// The clock, and what tells that it has moved.
pub async fn listen(
    client: &Client,
    site: &Site,
) -> Result<(ManualClock, watch::Receiver<()>), SubscribeError> {
    let mut moves = client.subscribe(site.subject("test.clock")).await?;
    let clock = ManualClock::new(Timestamp(0));
    let (sender, moved) = watch::channel(());
    let hand = clock.clone();
    tokio::spawn(async move {
        while let Some(message) = moves.next().await {
            let text = std::str::from_utf8(&message.payload).unwrap_or_default();
            if let Ok(to) = text.trim().parse() {
                hand.set(Timestamp(to));
                sender.send_replace(());
            }
        }
    });
    Ok((clock, moved))
}

/// What the system's clock tells: it needs no hand.
pub fn never_moved() -> watch::Receiver<()> {
    watch::channel(()).1
}
