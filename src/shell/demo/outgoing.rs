//! The way out, as a gateway goes it: one durable consumer over the stream OUT, as the shipped user
//! `gateway`. What was acknowledged goes; a key that was seen is not sent twice.

use std::collections::BTreeSet;

use async_nats::Client;
use futures_util::StreamExt;
use serde_json::Value;
use tokio::sync::mpsc;

use super::DemoError;
use super::durable::messages;
use super::gateway::USER;
use crate::shell::site::Site;

/// One message that the gateway hands to its provider.
#[derive(Clone, Debug)]
pub struct Handed {
    pub message: String,
    pub conversation: String,
    pub channel: String,
    pub from: String,
    pub to: String,
    pub in_reply_to: Option<String>,
    key: String,
}

/// Begins to take what must be sent, for all sources of SMS and chat. It ends when the receiver is dropped.
pub async fn read(client: &Client, site: &Site) -> Result<mpsc::Receiver<Handed>, DemoError> {
    let messages = messages(client, site.stream_out(), (USER, site.subject("out.*.*"))).await;
    let mut messages = messages.map_err(|source| DemoError::Out { source })?;
    let (sender, receiver) = mpsc::channel(1_024);
    tokio::spawn(async move {
        let mut sent = BTreeSet::new();
        while let Some(message) = messages.next().await {
            let Ok(message) = message else { continue };
            let handed = parse(&message.payload);
            // The provider has it; without the acknowledgement it comes again, and its key is known.
            let _ = message.ack().await;
            if let Some(handed) = handed
                && sent.insert(handed.key.clone())
                && sender.send(handed).await.is_err()
            {
                return;
            }
        }
    });
    Ok(receiver)
}

fn parse(payload: &[u8]) -> Option<Handed> {
    let message: Value = serde_json::from_slice(payload).ok()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Some(Handed {
        message: text(&message["message"])?,
        conversation: text(&message["conversation"])?,
        channel: text(&message["channel"])?,
        from: text(&message["from"])?,
        to: text(&message["to"]["address"])?,
        in_reply_to: text(&message["in_reply_to"]),
        key: text(&message["key"])?,
    })
}
