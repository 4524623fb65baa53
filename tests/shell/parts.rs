//! Parts of a short message wait for each other, over a crash of the daemon; what misses a part is told without it.

use async_nats::Client;
use serde_json::{Value, json};

use crate::support::board::{Board, Seen};
use crate::support::caller::Caller;
use crate::support::daemon::{Daemon, led_after};
use crate::support::load::Stage;

const SUBJECT: &str = "switchboard.in.sms.line";
const KIM: &str = "+15550100";
const LEE: &str = "+15550102";

/// sms-S6: the last part comes first, the daemon is killed, and the first part makes the text whole. A card whose
/// digits lie on the seam is masked, and no part is in the journal.
#[tokio::test]
async fn a_text_is_joined_over_a_crash_and_its_parts_are_never_journaled() {
    let mut line = Line::open(str::to_owned).await;
    line.brings(KIM, "p2", 2, "1111 1111 please").await;
    line.has_met_all().await;
    line.dies().await;
    line.brings(KIM, "p1", 1, "My card is 4111 1111 ").await;
    line.tells("My card is **** **** **** 1111 please").await;
    assert_eq!(line.board.look().messages, 2);
    assert!(!told(&line.board.look(), "4111"), "no part of a card is journaled");
    line.daemon.stops().await;
}

/// sms-S7: what misses a part is told after its wait, and the part that comes late is a message of its own.
#[tokio::test]
async fn a_text_without_its_part_is_told_after_its_wait_and_the_late_part_by_itself() {
    let hasty = |site: &str| site.replace("[source.line]", "[source.line]\nparts_wait = \"1s\"");
    let mut line = Line::open(hasty).await;
    line.brings(KIM, "p1", 1, "STOP").await;
    line.tells("STOP[…]").await;
    line.brings(KIM, "p2", 2, "by on Monday").await;
    line.tells("by on Monday").await;
    assert!(told(&line.board.look(), "late_part"));
    line.daemon.stops().await;
}

/// sms-S8: two people send at once under one reference, each a half before the daemon is killed and a half after it.
/// Neither gets a half of the other, and the keyword that lay on a seam counts.
#[tokio::test]
async fn one_reference_of_two_senders_is_two_texts_over_a_crash_and_a_cut_keyword_counts() {
    let mut line = Line::open(str::to_owned).await;
    line.brings(KIM, "p1", 1, "ST").await;
    line.brings(LEE, "q2", 2, "at noon").await;
    line.has_met_all().await;
    line.dies().await;
    line.brings(LEE, "q1", 1, "See you ").await;
    line.brings(KIM, "p2", 2, "OP").await;
    line.tells("See you at noon").await;
    line.tells("STOP").await;
    line.board.has("contact.opted_out", 1).await;
    // It is told, and opens nothing.
    assert_eq!(line.board.look().messages, 2);
    line.daemon.stops().await;
}

/// A site whose daemon leads, with its gateway and with who reads the journal.
struct Line {
    stage: Stage,
    daemon: Daemon,
    supervisor: Client,
    epoch: u64,
    board: Board,
    gateway: Caller,
}

impl Line {
    async fn open(site: impl Fn(&str) -> String) -> Line {
        let stage = Stage::edited(str::to_owned, site).await;
        let daemon = stage.home.serve();
        let supervisor = stage.server.user("sue").await;
        let epoch = led_after(&supervisor, 0).await;
        let board = stage.board().await;
        let gateway = Caller::alone(&stage.server, "gateway").await;
        Line { stage, daemon, supervisor, epoch, board, gateway }
    }

    /// One of the two parts of a text, under the one reference that all of them have.
    async fn brings(&self, from: &str, id: &str, part: u32, text: &str) {
        let body = json!({ "message_id": id, "from": from, "to": "+15550199", "text": text,
            "concat": { "ref": "7", "total": 2, "part": part } });
        assert!(self.gateway.publish(SUBJECT, body.to_string().into_bytes()).await);
    }

    /// What comes behind the parts was handled, so they were met, too.
    async fn has_met_all(&self) {
        let plain = json!({ "message_id": "m1", "from": "+15550101", "to": "+15550199", "text": "hello" });
        assert!(self.gateway.publish(SUBJECT, plain.to_string().into_bytes()).await);
        self.tells("hello").await;
    }

    /// The daemon is killed, and its successor leads.
    async fn dies(&mut self) {
        self.daemon.kill();
        self.daemon = self.stage.home.serve();
        self.epoch = led_after(&self.supervisor, self.epoch).await;
    }

    /// Waits until a content says exactly this.
    async fn tells(&self, text: &str) {
        self.board.until(text, |seen| said(seen, text)).await;
    }
}

/// Whether a content says exactly this.
fn said(seen: &Seen, text: &str) -> bool {
    seen.records.values().any(|record| holds(record, &|value| value == text))
}

fn told(seen: &Seen, part: &str) -> bool {
    seen.records
        .values()
        .any(|record| holds(record, &|value| value.as_str().is_some_and(|text| text.contains(part))))
}

fn holds(value: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
    match value {
        Value::Object(members) => members.values().any(|value| holds(value, is)),
        Value::Array(list) => list.iter().any(|value| holds(value, is)),
        leaf => is(leaf),
    }
}
