//! The event stream as an integrator reads it: one durable consumer over the facts, as the shipped user
//! `warehouse`, who never sees content.

use async_nats::Client;
use futures_util::StreamExt;
use serde_json::Value;
use tokio::sync::mpsc;

use super::DemoError;
use super::durable::messages;
use crate::domain::Timestamp;
use crate::shell::site::Site;
use crate::wire::parse_instant;

/// The consumer's name, which is the user's.
pub const READER: &str = "warehouse";

/// One fact, as far as its envelope is looked at.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its type, as `offer.made`.
    pub word: String,
    pub at: Timestamp,
    /// Who caused it.
    pub actor: String,
    pub data: Value,
}

impl Fact {
    /// A member that is text.
    pub fn text(&self, member: &str) -> &str {
        self.data[member].as_str().unwrap_or_default()
    }
}

/// Begins to read from the first fact on. The reading ends when the receiver is dropped.
pub async fn read(client: &Client, site: &Site) -> Result<mpsc::Receiver<Fact>, DemoError> {
    let messages = messages(client, site.stream_events(), (READER, site.subject("evt.>"))).await;
    let mut messages = messages.map_err(|source| DemoError::Facts { source })?;
    let (sender, receiver) = mpsc::channel(1_024);
    tokio::spawn(async move {
        while let Some(message) = messages.next().await {
            let Ok(message) = message else { continue };
            let fact = parse(&message.payload);
            // What is not acknowledged comes again; the story tells each fact once, by its order.
            if message.ack().await.is_err() {
                continue;
            }
            if let Some(fact) = fact
                && sender.send(fact).await.is_err()
            {
                return;
            }
        }
    });
    Ok(receiver)
}

fn parse(payload: &[u8]) -> Option<Fact> {
    let mut record: Value = serde_json::from_slice(payload).ok()?;
    let word = record["type"].as_str()?.strip_prefix("switchboard.")?.strip_suffix(".v1")?.to_owned();
    let at = parse_instant(record["time"].as_str()?)?;
    let actor = record["actor"].as_str()?.to_owned();
    Some(Fact { word, at, actor, data: record["data"].take() })
}
