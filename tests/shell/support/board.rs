//! What a desktop knows: the journal, followed from its first record, over crashes of both the daemon and
//! the server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_nats::jetstream::Context;
use serde_json::Value;
use switchboard::shell::reader::Reader;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::until;

/// A journal that is followed. It ends when this is dropped.
pub struct Board {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

/// An interaction that an agent holds.
#[derive(Clone, Debug)]
pub struct Held {
    pub conversation: String,
    /// The record of its acceptance: no other holding has it.
    pub accepted: u64,
    pub since: Instant,
}

/// What the journal said so far.
#[derive(Default)]
pub struct Seen {
    /// The last record.
    pub seq: u64,
    /// Every record of the daemon, by its place.
    pub records: BTreeMap<u64, Value>,
    /// Pending offers, with their agent.
    pub offers: BTreeMap<String, String>,
    /// By interaction: its agent, and what he holds.
    pub held: BTreeMap<String, (String, Held)>,
    /// Conversations that are not resolved.
    pub open: BTreeSet<String>,
    /// What each agent is.
    pub presence: BTreeMap<String, String>,
    /// Messages that are in a conversation.
    pub messages: usize,
    resolved: usize,
}

impl Board {
    /// Begins to follow the journal as somebody who may read it.
    pub fn follow(js: Context) -> Board {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut reader = Reader::new(js, "SWITCHBOARD_EVENTS".to_owned(), 1, 200);
        let shared = seen.clone();
        let task = tokio::spawn(async move {
            loop {
                let stored = reader.next().await.expect("the journal stays the same stream");
                let event = serde_json::from_slice(&stored.payload).unwrap_or_default();
                shared.lock().expect("no holder panics").take(stored.seq, event);
            }
        });
        Board { seen, task }
    }

    /// What is known.
    pub fn look(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("no holder panics")
    }

    /// Waits until the journal has said something.
    pub async fn until(&self, what: &str, fact: impl Fn(&Seen) -> bool) {
        until(what, || async { fact(&self.look()) }).await;
    }

    /// Waits for so many more resolved conversations.
    pub async fn resolves(&self, count: usize) {
        let before = self.look().resolved;
        self.until(&format!("{count} more resolved"), |seen| seen.resolved >= before + count).await;
    }

    /// Waits for so many records of this type.
    pub async fn has(&self, word: &str, count: usize) {
        self.until(&format!("{count} of {word}"), |seen| seen.count(word) >= count).await;
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Seen {
    /// Records of this type so far.
    pub fn count(&self, word: &str) -> usize {
        self.all(word).count()
    }

    /// Records of this type, in order.
    pub fn all(&self, word: &str) -> impl Iterator<Item = &Value> {
        let wanted = format!("switchboard.{word}.v1");
        self.records.values().filter(move |event| event["type"] == wanted.as_str())
    }

    fn take(&mut self, seq: u64, event: Value) {
        self.seq = seq;
        if event["seq"] != seq.to_string().as_str() {
            return;
        }
        let word = event["type"].as_str().unwrap_or_default();
        let word = word.trim_start_matches("switchboard.").trim_end_matches(".v1").to_owned();
        let text = |member: &str| event["data"][member].as_str().unwrap_or_default().to_owned();
        match word.as_str() {
            "offer.made" => {
                self.offers.insert(text("offer"), text("agent"));
            }
            "offer.accepted" | "offer.declined" | "offer.expired" | "offer.rescinded" => {
                self.offers.remove(&text("offer"));
                if word == "offer.accepted" {
                    let held =
                        Held { conversation: text("conversation"), accepted: seq, since: Instant::now() };
                    self.held.insert(text("interaction"), (text("agent"), held));
                }
            }
            "interaction.closed" | "interaction.queued" => {
                self.held.remove(&text("interaction"));
            }
            "conversation.opened" | "conversation.reopened" => {
                self.open.insert(text("conversation"));
            }
            "conversation.resolved" => {
                self.open.remove(&text("conversation"));
                self.resolved += 1;
            }
            "content.message" => self.messages += 1,
            "agent.signed_in" => {
                self.presence.insert(text("agent"), "available".to_owned());
            }
            "agent.presence_changed" => {
                self.presence.insert(text("agent"), text("presence"));
            }
            "agent.signed_out" => {
                self.presence.insert(text("agent"), "offline".to_owned());
            }
            _ => {}
        }
        self.records.insert(seq, event);
    }
}
