//! A gateway under load: SMS, chat and raw mail, each published until it is acknowledged, and here and
//! there something that nobody can understand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;

use super::board::Board;
use super::caller::Caller;
use super::ledger::Ledger;

/// So many conversations at most are open or on their way: the agents must have served them all before a
/// test can end.
const OPEN_MAX: usize = 30;
/// A mail of this size is decoded on a thread of its own.
const LONG_MAIL_BYTES: usize = 20_000;

/// The gateway, and the service that leaves commands which make no sense.
pub struct Gateway {
    pub gateway: Caller,
    pub service: Caller,
    pub ledger: Arc<Ledger>,
    pub board: Arc<Board>,
    pub stop: Arc<AtomicBool>,
    pub rng: Rng,
    pub count: u64,
}

impl Gateway {
    /// Publishes until it is told to stop.
    pub async fn run(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            let (open, taken) = {
                let seen = self.board.look();
                (seen.open.len(), seen.messages)
            };
            if open + self.ledger.arrived().saturating_sub(taken) >= OPEN_MAX {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
            self.count += 1;
            match self.rng.u8(0..20) {
                0..8 => self.chat().await,
                8..14 => self.sms().await,
                14..18 => self.mail().await,
                _ => self.malformed().await,
            }
            tokio::time::sleep(Duration::from_millis(self.rng.u64(0..25))).await;
        }
    }

    async fn chat(&mut self) {
        let (id, thread) = (format!("chat-{}", self.count), format!("room-{}", self.thread()));
        let body = json!({
            "message_id": id, "from": { "id": format!("user of {thread}"), "name": "Jo" }, "to": "web",
            "thread_id": thread, "text": self.text(),
        });
        self.deliver("switchboard.in.chat.web", &id, &thread, body.to_string()).await;
    }

    async fn sms(&mut self) {
        let (id, thread) = (format!("sms-{}", self.count), format!("+1555{:07}", self.thread()));
        let body = json!({ "message_id": id, "from": thread, "to": "+15550199", "text": self.text() });
        self.deliver("switchboard.in.sms.line", &id, &thread, body.to_string()).await;
    }

    async fn mail(&mut self) {
        let number = self.count;
        let (id, thread) = (format!("mail-{number}@example.net"), format!("mail of c{number}"));
        let text = if self.rng.u8(0..8) == 0 { "long ".repeat(LONG_MAIL_BYTES / 5) } else { self.text() };
        let body = format!(
            "Message-ID: <{id}>\r\nFrom: Jo <c{number}@example.net>\r\nTo: help@example.org\r\n\
             Subject: question {number}\r\nDate: Fri, 2 Jan 2026 03:04:05 +0000\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        );
        self.deliver("switchboard.in.email.help", &id, &thread, body).await;
    }

    async fn malformed(&mut self) {
        let marker = format!("mark-{}-", self.count);
        let (caller, subject, body, code) = match self.rng.u8(0..5) {
            0 => (&self.gateway, "sms.line", format!("{{\"{marker}\": "), "not_json"),
            1 => (&self.gateway, "chat.web", json!({ "text": marker }).to_string(), "bad_member"),
            2 => (&self.gateway, "sms.nowhere", marker.clone(), "unknown_source"),
            3 => (&self.gateway, "sms.web", marker.clone(), "channel_mismatch"),
            _ => (
                &self.service,
                "command.crm.conversation.dance",
                json!({ "a": marker }).to_string(),
                "unknown_verb",
            ),
        };
        self.ledger.malformed(&marker, code);
        // It is not tried again: each copy is refused for itself.
        if caller.publish(&format!("switchboard.in.{subject}"), body.into_bytes()).await {
            self.ledger.malformed_arrived(&marker);
        }
    }

    /// Publishes a message until it is acknowledged; a copy too many has no effect.
    async fn deliver(&mut self, subject: &str, id: &str, thread: &str, body: String) {
        self.ledger.message(id, thread);
        while !self.gateway.publish(subject, body.clone().into_bytes()).await {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        self.ledger.message_arrived(id);
        if self.rng.u8(0..20) == 0 {
            // As a provider does that missed our word.
            self.gateway.publish(subject, body.into_bytes()).await;
        }
    }

    /// Half of the messages go on with a thread that there is.
    fn thread(&mut self) -> u64 {
        if self.rng.bool() { self.count } else { self.rng.u64(0..self.count) }
    }

    fn text(&mut self) -> String {
        let word = if self.rng.u8(0..4) == 0 { "refund" } else { "hello" };
        format!("{word} {} \"żółw\" 客", self.count)
    }
}
