//! An agent at his desktop: signs in, is heard, takes most offers, declines some, misses some, answers
//! some too late, and resolves what he holds. Everything that he does twice he does under the same id.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::board::{Board, Held};
use super::caller::Caller;

/// How often a desktop is heard.
const BEAT: Duration = Duration::from_millis(300);
/// How long who is slow waits with his answer: longer than the promise.
const SLOW: Duration = Duration::from_millis(2_600);

/// What all agents of a load share.
#[derive(Clone)]
pub struct Floor {
    pub board: Arc<Board>,
    pub service: Caller,
    /// The end is near: take everything and be quick.
    pub hurry: Arc<AtomicBool>,
    pub stop: Arc<AtomicBool>,
}

/// One agent.
pub struct Desk {
    pub floor: Floor,
    pub caller: Caller,
    pub agent: String,
    /// Whether his desktop is heard.
    pub beating: Arc<AtomicBool>,
    /// Offers that he has made up his mind about, and conversations that he has left to the service.
    pub judged: BTreeSet<String>,
    pub count: u64,
}

impl Desk {
    /// Works until he is told to stop.
    pub async fn run(mut self) {
        let beats = tokio::spawn(beat(self.caller.clone(), self.agent.clone(), self.beating.clone()));
        while !self.floor.stop.load(Ordering::Relaxed) {
            self.be_there().await;
            self.answer_offers().await;
            self.serve().await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        beats.abort();
    }

    async fn be_there(&mut self) {
        if !self.beating.load(Ordering::Relaxed) {
            return;
        }
        let presence = self.floor.board.look().presence.get(&self.agent).cloned();
        let id = format!("{}-presence-{}", self.agent, self.count);
        match presence.as_deref() {
            Some("available") => return,
            None | Some("offline") => {
                self.caller.command("agent.sign_in", &id, json!({ "desktop": self.agent })).await;
            }
            Some(_) => {
                self.caller.command("agent.presence", &id, json!({ "presence": "available" })).await;
            }
        }
        self.count += 1;
    }

    async fn answer_offers(&mut self) {
        let hurry = self.floor.hurry.load(Ordering::Relaxed);
        let mine: Vec<String> = {
            let seen = self.floor.board.look();
            seen.offers
                .iter()
                .filter(|(_, agent)| **agent == self.agent)
                .map(|(offer, _)| offer.clone())
                .collect()
        };
        for offer in mine {
            let word = match luck(&offer) % 12 {
                0 if !hurry => "decline",
                // Missed: it expires.
                1 if !hurry => continue,
                _ => "accept",
            };
            if self.judged.insert(offer.clone()) {
                let id = format!("{}-{word}-{offer}", self.agent);
                self.caller.command(&format!("offer.{word}"), &id, json!({ "offer": offer })).await;
            }
        }
    }

    async fn serve(&mut self) {
        let hurry = self.floor.hurry.load(Ordering::Relaxed);
        let mine: Vec<Held> = {
            let seen = self.floor.board.look();
            let mine = seen.held.values().filter(|(agent, _)| *agent == self.agent);
            mine.map(|(_, held)| held.clone()).collect()
        };
        for held in mine {
            let lot = luck(&held.conversation) + held.accepted;
            if lot.is_multiple_of(7) && !hurry && held.since.elapsed() < SLOW {
                continue;
            }
            self.finish(&held, lot).await;
        }
    }

    /// Answers and resolves: by the API, or by the service through the input stream.
    async fn finish(&mut self, held: &Held, lot: u64) {
        let Held { conversation, accepted, .. } = held;
        let id = |what: &str| format!("{}-{what}-{conversation}-{accepted}", self.agent);
        let reply = json!({ "conversation": conversation, "text": format!("Done, by {}.", id("text")) });
        let resolve = json!({ "conversation": conversation });
        if lot.is_multiple_of(3) {
            if self.judged.insert(id("left")) {
                self.floor.service.leave("conversation.reply", &id("reply"), reply).await;
                self.floor.service.leave("conversation.resolve", &id("resolve"), resolve).await;
            }
            return;
        }
        if lot % 10 != 1 {
            self.caller.command("conversation.reply", &id("reply"), reply.clone()).await;
            if lot.is_multiple_of(4) {
                // As a desktop does that missed the answer.
                self.caller.command("conversation.reply", &id("reply"), reply).await;
            }
        }
        self.caller.command("conversation.resolve", &id("resolve"), resolve).await;
    }
}

/// A number that follows from an id alone, so that a choice is the same at every look.
fn luck(id: &str) -> u64 {
    id.bytes().fold(7, |sum, byte| sum * 31 % 1_000_003 + u64::from(byte))
}

async fn beat(caller: Caller, agent: String, beating: Arc<AtomicBool>) {
    let (subject, body) =
        (format!("switchboard.agent.{agent}.beat"), json!({ "desktop": agent }).to_string());
    let mut connected = true;
    while connected {
        if beating.load(Ordering::Relaxed) {
            // While NATS is away it waits in the client; only a closed client takes none.
            connected = caller.client.publish(subject.clone(), body.clone().into()).await.is_ok();
        }
        tokio::time::sleep(BEAT).await;
    }
}
