//! Reads the journal while load is on, and notes when which message was offered.
//!
//! A message is known by its place in IN, which every record carries: with one publisher on one connection the
//! places follow each other in the order of publishing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::jetstream::Context;
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::shell::reader::Reader;

use super::BenchError;

/// Records fetched at a time.
const READ_BATCH: usize = 500;

/// An offer to be answered.
#[derive(Clone, Debug)]
pub struct Offered {
    pub agent: String,
    pub offer: String,
    pub conversation: String,
}

/// The watcher of one part of the load.
pub struct Watch {
    seen: Arc<Mutex<Seen>>,
    counts: watch::Receiver<(usize, usize)>,
    task: JoinHandle<()>,
}

/// What was seen.
pub struct Watched {
    /// From publishing to the offer, of each message.
    pub offered_after: Vec<Duration>,
    /// When the last offer was read.
    pub last: Instant,
    /// The payloads of all records up to then.
    pub records: Vec<Bytes>,
}

#[derive(Default)]
struct Seen {
    published: Vec<Instant>,
    conversations: HashMap<String, usize>,
    offered_after: Vec<Duration>,
    records: Vec<Bytes>,
    offers: Option<mpsc::UnboundedSender<Offered>>,
}

#[derive(Deserialize)]
struct Record<'a> {
    r#type: &'a str,
    inseq: &'a str,
    #[serde(default)]
    data: About,
}

#[derive(Default, Deserialize)]
struct About {
    #[serde(default)]
    conversation: String,
    #[serde(default)]
    offer: String,
    #[serde(default)]
    agent: String,
}

impl Watch {
    /// Begins to read at `next`; the first message published will be the one behind `base` in IN.
    pub fn start(js: Context, events: String, next: u64, base: u64) -> Watch {
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let (sender, counts) = watch::channel((0, 0));
        let shared = seen.clone();
        let task = tokio::spawn(async move {
            let mut reader = Reader::new(js, events, next, READ_BATCH);
            while let Ok(stored) = reader.next().await {
                let mut seen = lock(&shared);
                seen.note(stored.payload, base);
                sender.send_replace((seen.conversations.len(), seen.offered_after.len()));
            }
        });
        Watch { seen, counts, task }
    }

    /// Notes that the next message is being published.
    pub fn published(&self) {
        lock(&self.seen).published.push(Instant::now());
    }

    /// Whom to tell of offers. From then on the records are kept, too.
    pub fn tell(&self, offers: mpsc::UnboundedSender<Offered>) {
        lock(&self.seen).offers = Some(offers);
    }

    /// Waits until so many messages are in the journal.
    pub async fn received(mut self, messages: usize, patience: Duration) -> Result<(), BenchError> {
        let enough = self.counts.wait_for(|(received, _)| *received >= messages);
        let is_enough = tokio::time::timeout(patience, enough).await.is_ok_and(|found| found.is_ok());
        let offered = lock(&self.seen).conversations.len();
        if is_enough { Ok(()) } else { Err(BenchError::Slow { offered, messages }) }
    }

    /// Waits until so many messages are offered.
    pub async fn offered(mut self, messages: usize, patience: Duration) -> Result<Watched, BenchError> {
        let enough = self.counts.wait_for(|(_, offered)| *offered >= messages);
        let is_enough = tokio::time::timeout(patience, enough).await.is_ok_and(|found| found.is_ok());
        let last = Instant::now();
        let mut seen = lock(&self.seen);
        if !is_enough {
            return Err(BenchError::Slow { offered: seen.offered_after.len(), messages });
        }
        let (offered_after, records) =
            (std::mem::take(&mut seen.offered_after), std::mem::take(&mut seen.records));
        Ok(Watched { offered_after, last, records })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Seen {
    fn note(&mut self, payload: Bytes, base: u64) {
        let now = Instant::now();
        // A record that cannot be read this way is one of those that are only counted.
        if let Ok(record) = serde_json::from_slice::<Record<'_>>(&payload) {
            match record.r#type {
                "switchboard.message.received.v1" => {
                    let place = record.inseq.parse::<u64>().unwrap_or(0).saturating_sub(base + 1);
                    self.conversations.insert(record.data.conversation, place as usize);
                }
                "switchboard.offer.made.v1" => self.note_offer(record.data, now),
                _ => {}
            }
        }
        // While conversations are only opened nobody asks for the records, and there may be millions.
        if self.offers.is_some() {
            self.records.push(payload);
        }
    }

    fn note_offer(&mut self, about: About, now: Instant) {
        let About { conversation, offer, agent } = about;
        let place = self.conversations.get(&conversation);
        if let Some(published) = place.and_then(|place| self.published.get(*place)) {
            self.offered_after.push(now.duration_since(*published));
        }
        if let Some(offers) = &self.offers {
            // The floor is closed once the last part is over.
            let _ = offers.send(Offered { agent, offer, conversation });
        }
    }
}

/// A panic of a reader leaves nothing half done that matters.
fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
