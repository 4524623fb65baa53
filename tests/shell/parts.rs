//! Parts of a short message wait for each other, over a crash of the daemon; what misses a part is told without it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::board::{Board, Seen};
use crate::support::caller::Caller;
use crate::support::daemon::led_after;
use crate::support::ledger::Ledger;
use crate::support::load::Stage;

const SUBJECT: &str = "switchboard.in.sms.line";

/// sms-S6: the last part comes first, the daemon is killed, and the first part makes the text whole. A card whose
/// digits lie on the seam is masked, and no part is in the journal.
#[tokio::test]
async fn a_text_is_joined_over_a_crash_and_its_parts_are_never_journaled() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let supervisor = stage.server.user("sue").await;
    let epoch = led_after(&supervisor, 0).await;
    let board = follow(&stage).await;
    let gateway = Caller::connect(&stage.server, "gateway", Arc::<Ledger>::default()).await;
    send(&gateway, "p2", 2, "1111 1111 please", "7").await;
    // What comes behind it was handled, so the part was met, too.
    let plain = json!({ "message_id": "m1", "from": "+15550101", "to": "+15550199", "text": "hello" });
    assert!(gateway.publish(SUBJECT, plain.to_string().into_bytes()).await);
    board.until("the plain message", |seen| said(seen, "hello")).await;
    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&supervisor, epoch).await;
    send(&gateway, "p1", 1, "My card is 4111 1111 ", "7").await;
    board.until("the whole text", |seen| said(seen, "My card is **** **** **** 1111 please")).await;
    assert_eq!(board.look().messages, 2);
    assert!(!told(&board.look(), "4111"), "no part of a card is journaled");
    daemon.stops().await;
}

/// sms-S7: what misses a part is told after its wait, and the part that comes late is a message of its own.
#[tokio::test]
async fn a_text_without_its_part_is_told_after_its_wait_and_the_late_part_by_itself() {
    let hasty = |site: &str| site.replace("[source.line]", "[source.line]\nparts_wait = \"1s\"");
    let stage = Stage::edited(str::to_owned, hasty).await;
    let mut daemon = stage.home.serve();
    led_after(&stage.server.user("sue").await, 0).await;
    let board = follow(&stage).await;
    let gateway = Caller::connect(&stage.server, "gateway", Arc::<Ledger>::default()).await;
    send(&gateway, "p1", 1, "STOP", "8").await;
    board.until("the text without its part", |seen| said(seen, "STOP[…]")).await;
    send(&gateway, "p2", 2, "by on Monday", "8").await;
    board.until("the late part", |seen| said(seen, "by on Monday")).await;
    assert!(told(&board.look(), "late_part"));
    daemon.stops().await;
}

/// sms-S8: two people send at once under one reference, each a half before the daemon is killed and a half after it.
/// Neither gets a half of the other, and the keyword that lay on a seam counts.
#[tokio::test]
async fn one_reference_of_two_senders_is_two_texts_over_a_crash_and_a_cut_keyword_counts() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let supervisor = stage.server.user("sue").await;
    let epoch = led_after(&supervisor, 0).await;
    let board = follow(&stage).await;
    let gateway = Caller::connect(&stage.server, "gateway", Arc::<Ledger>::default()).await;
    send_from(&gateway, "+15550100", "p1", 1, "ST", "9").await;
    send_from(&gateway, "+15550102", "q2", 2, "at noon", "9").await;
    // What comes behind them was handled, so the parts were met, too.
    let plain = json!({ "message_id": "m1", "from": "+15550101", "to": "+15550199", "text": "hello" });
    assert!(gateway.publish(SUBJECT, plain.to_string().into_bytes()).await);
    board.until("the plain message", |seen| said(seen, "hello")).await;
    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&supervisor, epoch).await;
    send_from(&gateway, "+15550102", "q1", 1, "See you ", "9").await;
    send_from(&gateway, "+15550100", "p2", 2, "OP", "9").await;
    board.until("the one text", |seen| said(seen, "See you at noon")).await;
    board.until("the other text", |seen| said(seen, "STOP")).await;
    board.has("contact.opted_out", 1).await;
    // It is told, and opens nothing.
    assert_eq!(board.look().messages, 2);
    daemon.stops().await;
}

async fn follow(stage: &Stage) -> Board {
    Board::follow(stage.server.jetstream("switchboard-admin").await)
}

async fn send(gateway: &Caller, id: &str, part: u32, text: &str, reference: &str) {
    send_from(gateway, "+15550100", id, part, text, reference).await;
}

async fn send_from(gateway: &Caller, from: &str, id: &str, part: u32, text: &str, reference: &str) {
    let body = json!({ "message_id": id, "from": from, "to": "+15550199", "text": text,
        "concat": { "ref": reference, "total": 2, "part": part } });
    assert!(gateway.publish(SUBJECT, body.to_string().into_bytes()).await);
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
