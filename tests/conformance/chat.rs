//! Chat bodies: the rows, what the decoder makes of some of them, and that no damage to a body breaks anything.

use std::fs;
use std::path::Path;

use fastrand::Rng;
use serde_json::{Value, json};
use switchboard::conformance::Suite;
use switchboard::domain::{Change, Channel, Format, InboundMessage, InboundUpdate, Source, Timestamp};
use switchboard::wire::{DecodeError, Decoded, Decoder, Inbound, Input, Keys, Subjects};

use super::walk;

const FILES: [&str; 13] = [
    "apple",
    "discord",
    "instagram",
    "line",
    "matrix",
    "messenger",
    "slack",
    "telegram",
    "timestamps",
    "viber",
    "webchat",
    "whatsapp",
    "xmpp",
];

#[test]
fn our_own_rows() {
    walk::own(Suite::Chat);
}

#[test]
fn the_rows_of_the_corpus() {
    for name in FILES {
        walk::corpus(Suite::Chat, &format!("chat/{name}.jsonl"));
    }
}

#[test]
fn a_body_of_two_people_and_a_report_is_two_conversations_and_a_report() {
    let said = |from: &str, id: &str| json!({ "from": from, "id": id, "timestamp": "1767323045", "type": "text", "text": { "body": "x" } });
    let value = json!({
        "messages": [said("49170", "a"), said("49171", "b")],
        "statuses": [{ "id": "c", "status": "delivered", "timestamp": "1767323045", "recipient_id": "49170" }],
    });
    let told = decode(Format::WhatsApp, &value);
    let [Inbound::Message(one), Inbound::Message(other), Inbound::Update(report)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_ne!(one.thread.own, other.thread.own);
    assert!(matches!(report.change, Change::Report { .. }), "{report:?}");
    assert_eq!(report.threads, one.thread.parents);
}

#[test]
fn reports_alone_are_no_message() {
    let told = decode(Format::WhatsApp, &json!({ "statuses": [{ "id": "c", "status": "read" }] }));
    assert!(matches!(told[..], [Inbound::Update(_)]), "{told:?}");
}

#[test]
fn a_contact_without_a_phone_is_the_one_whose_phone_comes_later() {
    let said = |who: Value| {
        let mut said =
            json!({ "id": "a", "timestamp": "1767323045", "type": "text", "text": { "body": "x" } });
        said.as_object_mut().expect("an object").extend(who.as_object().expect("an object").clone());
        only_message(decode(Format::WhatsApp, &json!({ "messages": [said] })))
    };
    let without = said(json!({ "from_user_id": "DE.1" }));
    let with = said(json!({ "from": "49170", "from_user_id": "DE.1" }));
    assert!(with.aliases.contains(&without.from));
    assert_eq!(with.thread.own, without.thread.own);
}

#[test]
fn a_changed_number_links_the_old_one_and_the_new_one() {
    let system = json!({ "body": "x", "wa_id": "49171", "type": "user_changed_number" });
    let said =
        json!({ "from": "49170", "id": "s", "timestamp": "1767323045", "type": "system", "system": system });
    let update = only_update(decode(Format::WhatsApp, &json!({ "messages": [said] })));
    let said = json!({ "from": "49171", "id": "a", "type": "text", "text": { "body": "x" } });
    let later = only_message(decode(Format::WhatsApp, &json!({ "messages": [said] })));
    assert_eq!(update.change, Change::Link { addresses: vec![later.from] });
    assert!(update.threads.contains(&later.thread.own.expect("a chat has a thread")));
}

#[test]
fn one_id_in_two_chats_is_two_messages() {
    let said = |chat: i64| {
        let from = json!({ "id": 5, "is_bot": false, "first_name": "A" });
        let chat = json!({ "id": chat, "type": "group" });
        let message =
            json!({ "message_id": 1, "from": from, "chat": chat, "date": 1_767_323_045, "text": "x" });
        only_message(decode(Format::Telegram, &json!({ "update_id": 1, "message": message })))
    };
    let (one, again, other) = (said(-1), said(-1), said(-2));
    assert_eq!(one.dedupe, again.dedupe);
    assert_ne!(one.dedupe, other.dedupe);
    assert_ne!(one.key, other.key);
}

#[test]
fn a_body_that_comes_again_is_the_same_whatever_its_flag_says() {
    let said = |again: bool| {
        let event = json!({
            "type": "message", "mode": "active", "timestamp": 1_767_323_045_000_i64, "webhookEventId": "W",
            "source": { "type": "user", "userId": "U" }, "deliveryContext": { "isRedelivery": again },
            "message": { "id": "1", "type": "text", "text": "x" },
        });
        only_message(decode(Format::Line, &json!({ "events": [event] }))).dedupe
    };
    assert_eq!(said(false), said(true));
}

/// chat-C6: a mobile of Brazil with and without its ninth digit, one of Argentina with and without the nine.
#[test]
fn the_two_ways_of_a_number_are_one_contact() {
    let said = |from: &str| {
        let said = json!({ "from": from, "id": "a", "type": "text", "text": { "body": "x" } });
        only_message(decode(Format::WhatsApp, &json!({ "messages": [said] })))
    };
    for (one, other) in [("5541988887777", "554188887777"), ("5491123456789", "541123456789")] {
        assert_eq!(said(one).from, said(other).from, "{one}");
        assert_eq!(said(one).thread.own, said(other).thread.own, "{one}");
    }
}

/// chat-C13: Slack sends an event again that was not answered in three seconds.
#[test]
fn an_event_of_slack_that_comes_again_is_one_message() {
    let said = |id: &str, ts: &str| {
        let event = json!({ "type": "message", "channel": "C", "user": "U", "text": "x", "ts": ts });
        only_message(decode(
            Format::Slack,
            &json!({ "type": "event_callback", "event_id": id, "event": event }),
        ))
        .dedupe
    };
    assert_eq!(said("E1", "1767323045.000100"), said("E1", "1767323045.000100"));
    assert_ne!(said("E1", "1767323045.000100"), said("E2", "1767323045.000200"));
}

#[test]
fn another_bot_is_heard_where_the_source_says_so() {
    let event = json!({ "type": "message", "subtype": "bot_message", "channel": "C", "bot_id": "B", "text": "x", "ts": "1.2" });
    let body = json!({ "type": "event_callback", "event_id": "E", "event": event }).to_string();
    for (bots, heard) in [(false, 0), (true, 1)] {
        let mut source = source(Format::Slack);
        source.bots = bots;
        let told = read(source, body.as_bytes()).expect("it is understood");
        let messages = told.iter().filter(|told| matches!(told, Inbound::Message(_))).count();
        assert_eq!(messages, heard);
    }
}

/// Who blocked an account of LINE gets nothing of it, and its sender is not told so.
#[test]
fn a_user_of_line_who_blocked_us_is_written_to_no_more_until_he_is_back() {
    for (word, flag) in [("unfollow", "opted_out"), ("follow", "opted_in")] {
        let event = json!({
            "type": word, "mode": "active", "timestamp": 1_767_323_045_000_i64, "webhookEventId": "W",
            "source": { "type": "user", "userId": "U" },
        });
        let update = only_update(decode(Format::Line, &json!({ "events": [event] })));
        assert_eq!(update.content.flags, [flag], "{word}");
    }
}

#[test]
fn typing_has_no_effect() {
    let told = decode(Format::Matrix, &json!({ "type": "m.typing", "content": { "user_ids": ["@a:x"] } }));
    assert!(matches!(told[..], [Inbound::Ignored(_)]), "{told:?}");
}

#[test]
fn what_is_malformed_is_refused_with_a_sentence_that_repeats_nothing() {
    for format in Format::ALL.into_iter().filter(|format| format.channels() == [Channel::Chat]) {
        for body in ["secret", "{\"secret\":1}", "[\"secret\"]", "{", "<secret", "null"] {
            if let Err(fault) = read(source(format), body.as_bytes()) {
                assert!(!fault.reason.contains("secret") && !fault.reason.is_empty(), "{format}: {fault}");
            }
        }
        read(source(format), b"\xff\xfe").expect_err("it is no text");
    }
}

/// Bytes are changed, doubled, cut out; members are replaced by values of other types.
#[test]
fn no_damage_to_a_body_breaks_anything() {
    let rows =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/rows/chat.jsonl"));
    let rows = rows.expect("our rows are there");
    let mut rng = Rng::with_seed(7);
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).expect("a row is JSON");
        let (Some(body), Some(provider)) = (row.get("body"), row.get("provider").and_then(Value::as_str))
        else {
            continue;
        };
        let format: Format = provider.parse().expect("our rows name their format");
        for _ in 0..40 {
            let mut changed = body.clone();
            damage_value(&mut changed, &mut rng);
            let text = changed.as_str().map_or_else(|| changed.to_string(), str::to_owned);
            let _ = read(source(format), text.as_bytes());
            let mut bytes = text.into_bytes();
            damage_bytes(&mut bytes, &mut rng);
            let _ = read(source(format), &bytes);
        }
    }
}

fn damage_value(value: &mut Value, rng: &mut Rng) {
    if rng.u8(..6) == 0 {
        let values = [
            Value::Null,
            json!(u64::MAX),
            json!(-1.5e300),
            json!(""),
            json!("é\u{0}x"),
            json!([]),
            json!([{}]),
            json!({}),
            json!(true),
        ];
        *value = rng.choice(values).expect("there are some");
        return;
    }
    match value {
        Value::Array(list) if !list.is_empty() => {
            let place = rng.usize(..list.len());
            damage_value(&mut list[place], rng);
        }
        Value::Object(members) if !members.is_empty() => {
            let place = rng.usize(..members.len());
            damage_value(members.values_mut().nth(place).expect("it is within"), rng);
        }
        _ => {}
    }
}

fn damage_bytes(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..rng.usize(1..4) {
        if bytes.is_empty() {
            return;
        }
        let place = rng.usize(..bytes.len());
        match rng.u8(..3) {
            0 => bytes[place] = rng.u8(..),
            1 => bytes.truncate(place),
            _ => bytes.insert(place, *rng.choice(b"\"{}[]<>&:,'\0").expect("there are some")),
        }
    }
}

fn source(format: Format) -> Source {
    let mut source = Source::new("web".parse().expect("a name"), Channel::Chat, Vec::new());
    source.format = format;
    source
}

/// The items of a body; for WhatsApp the value alone, which partners send.
fn stanza(from: &str, inner: &str) -> Inbound {
    let text = format!(
        "<message xmlns='jabber:client' from='{from}' to='s@shop.lit' type='chat' id='m1'>{inner}</message>"
    );
    let mut told = read(source(Format::Xmpp), text.as_bytes()).expect("it is understood");
    told.pop().expect("one thing")
}

/// Clients make these ids: one person's must not reach the messages of another.
#[test]
fn ids_of_xmpp_are_one_within_their_sender() {
    let said = |from: &str| match stanza(from, "<body>x</body>") {
        Inbound::Message(said) => said,
        other => panic!("{other:?}"),
    };
    let (kim, eve) = (said("kim@b.lit/x"), said("eve@b.lit/x"));
    assert_ne!(kim.key, eve.key);
    assert_ne!(kim.dedupe, eve.dedupe);
    for inner in [
        "<body>y</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/>",
        "<retract xmlns='urn:xmpp:message-retract:1' id='m1'/>",
    ] {
        let Inbound::Update(by_kim) = stanza("kim@b.lit/y", inner) else { panic!("it is an update") };
        let Inbound::Update(by_eve) = stanza("eve@b.lit/y", inner) else { panic!("it is an update") };
        assert_eq!(by_kim.targets, kim.key.as_slice());
        assert_eq!(by_eve.targets, eve.key.as_slice());
    }
}

/// Only a room may say who one of its people is.
#[test]
fn an_occupant_outside_of_a_room_is_nobody() {
    let inner = "<body>x</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='kim@b.lit'/>";
    let Inbound::Message(said) = stanza("eve@b.lit/x", inner) else { panic!("it is a message") };
    assert!(said.aliases.is_empty());
}

#[test]
fn what_a_visitor_of_chatwoot_typed_is_no_alias() {
    let sender = json!({ "id": 7, "email": "kim@b.lit", "phone_number": "+4930", "identifier": "kim" });
    let body = json!({ "event": "message_created", "id": 1, "content": "x", "message_type": "incoming",
        "conversation": { "id": 3 }, "sender": sender });
    let told = decode(Format::Chatwoot, &body);
    let [Inbound::Message(said)] = &told[..] else { panic!("{told:?}") };
    assert!(said.aliases.is_empty());
}

/// A provider's sentence may name people, so it is no code.
#[test]
fn a_sentence_is_no_code() {
    let body = |desc: &str| json!({ "event": "failed", "message_token": 1, "user_id": "u", "desc": desc });
    for (desc, expected) in [("failure-3", Some("failure-3")), ("kim@b.lit is away", None)] {
        let told = decode(Format::Viber, &body(desc));
        let [Inbound::Update(report)] = &told[..] else { panic!("{told:?}") };
        let Change::Report { code, .. } = &report.change else { panic!("{report:?}") };
        assert_eq!(code.as_deref(), expected);
    }
}

fn decode(format: Format, body: &Value) -> Vec<Inbound> {
    read(source(format), body.to_string().as_bytes()).expect("it is understood")
}

fn read(source: Source, payload: &[u8]) -> Result<Vec<Inbound>, DecodeError> {
    let subjects = Subjects::new("switchboard".parse().expect("a name"));
    let keys = Keys::new(b"a secret for tests, thirty-two b").expect("long enough");
    let decoder = Decoder::new(subjects, vec![source], keys);
    let input = Input {
        subject: "switchboard.in.chat.web",
        payload,
        mail_from: None,
        rcpt_to: &[],
        language: None,
        inseq: 1,
        stored_at: Timestamp(1_767_398_400_000),
    };
    match decoder.decode(&input)? {
        Decoded::Inbound(told) => Ok(told),
        Decoded::Command(_) => panic!("a chat is no command"),
    }
}

fn only_message(told: Vec<Inbound>) -> InboundMessage {
    match <[Inbound; 1]>::try_from(told) {
        Ok([Inbound::Message(message)]) => *message,
        other => panic!("{other:?}"),
    }
}

fn only_update(told: Vec<Inbound>) -> InboundUpdate {
    match <[Inbound; 1]>::try_from(told) {
        Ok([Inbound::Update(update)]) => *update,
        other => panic!("{other:?}"),
    }
}
