//! The suite `chat`: bodies as providers post them, with what each tells; and rows of one instant in one of the forms
//! in which providers write them.
//!
//! The rows call members of the canonical message by names of their own. Of a list each item is compared, of an item
//! the members that the row expects; what the row calls `null`, `false` or empty may be absent. Instants are compared
//! as instants. That ours were seen is a report with the state `read` too, so either may stand for the other. What a
//! file is may be told in our word or the provider's, what a button says by what stands on it or what it means. Items
//! stand in the order of the body or in that of their instants. The reason of what is ignored is a hint.

use serde_json::{Map, Value, json};

use super::{Checked, Files};
use crate::domain::{Channel, DeliveryState, FileKind, Format, Source, Timestamp};
use crate::wire::canonical::message::{Address, CanonicalFile, CanonicalMessage, Direction, Kind};
use crate::wire::format::{self, Context, Item};
use crate::wire::inbound::in_order;
use crate::wire::{format_instant, parse_instant, text};

/// When every row arrives: 2026-01-03.
const RECEIVED_AT: Timestamp = Timestamp(1_767_398_400_000);
/// What we are called in the rows.
const OWN_IDS: [&str; 4] = ["B0SELF", "U0SELF", "@gw:example.org", "1"];
/// Members that hold an instant.
const INSTANTS: [&str; 5] = ["sent_at", "edited_at", "at", "watermark", "received_at"];

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    if let (Some(value), None) = (row.get("value"), row.get("body")) {
        return instant(row, value);
    }
    let expected = row.get("expect").cloned().unwrap_or_default();
    let (Some(body), Some(provider)) = (row.get("body"), row.get("provider").and_then(Value::as_str)) else {
        return Checked { pass: false, expected, got: json!("the row has no body or no provider") };
    };
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let named = provider.replace('_', "-").parse().ok();
    let Some(format) = named.or_else(|| format::whose(body.as_bytes())) else {
        return Checked { pass: false, expected, got: json!("no format knows the body") };
    };
    match format::read(format, body.as_bytes(), Context { source: &source(format), received_at: RECEIVED_AT })
    {
        Ok(items) => {
            let got = Value::Array(items.iter().map(shown).collect());
            let in_time = || Value::Array(in_order(items).iter().map(shown).collect());
            Checked {
                pass: is_same("", &expected, &got) || is_same("", &expected, &in_time()),
                expected,
                got,
            }
        }
        Err((code, reason)) => {
            let pass = expected.get("error").and_then(Value::as_str) == Some(code);
            Checked { pass, expected, got: json!({ "error": code, "reason": reason }) }
        }
    }
}

fn instant(row: &Value, value: &Value) -> Checked {
    let expected = row.get("expect").cloned().unwrap_or_default();
    let found = format::instant_of(value).and_then(|at| text::believed(at.0, RECEIVED_AT));
    let got = found.map_or(Value::Null, |at| Value::String(format_instant(at)));
    Checked { pass: is_same("at", &expected, &got), expected, got }
}

fn source(format: Format) -> Source {
    let name = "row".parse().expect("a word is a name");
    let mut source = Source::new(name, Channel::Chat, Vec::new());
    source.format = format;
    source.own_ids = OWN_IDS.map(str::to_owned).to_vec();
    source.bots = true;
    source
}

/// An item with the members by which rows call them.
fn shown(item: &Item) -> Value {
    match item {
        Item::Message(message) => shown_message(message),
        Item::Challenge(answer) => json!({ "kind": "challenge", "challenge": answer }),
        Item::Refused(code, reason) => json!({ "kind": "refused", "code": code, "reason": reason }),
        Item::Ignored(ignored) => json!({
            "kind": "ignored",
            "reason": ignored.reason,
            "event_id": ignored.event_id,
            "chat_id": ignored.chat_id,
        }),
    }
}

fn shown_message(message: &CanonicalMessage) -> Value {
    let mut members = Map::new();
    // What is free stands below what is known: a provider's own word never hides a member of ours.
    members.extend(message.meta.iter().map(|(name, value)| (name.clone(), json!(value))));
    members.extend(message.flags.iter().map(|flag| (flag.clone(), json!(true))));
    members.insert("flags".to_owned(), json!(message.flags));
    if message.flags.iter().any(|flag| flag == "bot") {
        members.insert("sender_kind".to_owned(), json!("bot"));
    }
    if message.kind == Kind::Unsupported {
        let word = message.flags.first().or_else(|| message.meta.get("type"));
        members.insert("reason".to_owned(), json!(word));
    }
    if message.direction == Direction::OutboundEcho {
        members.insert("direction".to_owned(), json!("outbound_echo"));
    }
    let refs: Vec<&String> = message.target_id.iter().chain(&message.target_ids).collect();
    let known = [
        ("kind", json!(message.kind)),
        ("message_id", json!(message.message_id)),
        ("event_id", json!(message.event_id)),
        ("chat_id", json!(message.chat_id)),
        ("chat_type", json!(message.chat_type)),
        ("thread_id", json!(message.thread_id)),
        ("group_id", json!(message.group_id)),
        ("account", json!(message.account)),
        ("reply_to", json!(message.in_reply_to)),
        ("target", json!(message.target_id)),
        ("ref", json!(message.target_id)),
        ("refs", json!(refs)),
        ("watermark", json!(message.watermark)),
        ("from", message.from.as_ref().map_or(Value::Null, person)),
        ("to", json!(message.to.first().map(|to| &to.id))),
        ("users", json!(message.users)),
        ("sent_at", json!(message.sent_at)),
        ("at", json!(message.sent_at)),
        ("edited_at", json!(message.edited_at)),
        ("subject", json!(message.subject)),
        ("text", json!(message.text)),
        ("text_without_fallback", json!(message.text_stripped)),
        ("html", json!(message.html)),
        ("attachments", Value::Array(message.attachments.iter().map(file).collect())),
        ("location", json!(message.location)),
        ("contacts", json!(message.contacts)),
        ("new_id", json!(message.new_id.as_ref().or(message.new_chat_id.as_ref()))),
    ];
    members.extend(known.map(|(name, value)| (name.to_owned(), value)));
    members.extend(parts(message));
    members.retain(|name, value| name == "kind" || !is_nothing(value));
    Value::Object(members)
}

/// What only some kinds have.
fn parts(message: &CanonicalMessage) -> Map<String, Value> {
    let mut members = Map::new();
    if let Some(delivery) = &message.delivery {
        members.insert(
            "state".to_owned(),
            json!(delivery.word.clone().map_or(json!(delivery.state), Value::from)),
        );
        members.insert("error_code".to_owned(), json!(delivery.error_code));
        members.insert("recipient".to_owned(), json!(delivery.recipient));
    }
    if let Some(reaction) = &message.reaction {
        members.insert("emoji".to_owned(), json!(reaction.emoji));
        members.insert("removed".to_owned(), json!(reaction.removed));
    }
    if let Some(action) = &message.action {
        members.insert("payload".to_owned(), json!(action.payload));
        members.insert("title".to_owned(), json!(action.title));
    }
    members
}

fn person(address: &Address) -> Value {
    json!({
        "id": address.id,
        "name": address.name,
        "username": address.username,
        "user_id": address.user_id,
        "aliases": address.aliases,
    })
}

fn file(file: &CanonicalFile) -> Value {
    let mut shown = json!(file);
    if let Some(members) = shown.as_object_mut() {
        let ours = file.kind.map(FileKind::as_str);
        members.insert("type".to_owned(), json!(file.word.as_deref().or(ours)));
    }
    shown
}

/// Whether what is expected under this name is what came.
fn is_same(name: &str, expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (expected, got) if is_nothing(expected) => is_nothing(got),
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len()
                && expected.iter().zip(got).all(|(expected, got)| is_same("", expected, got))
        }
        (Value::Object(expected), Value::Object(got)) => {
            let is_ignored = expected.get("kind") == Some(&json!("ignored"));
            expected.iter().filter(|(name, _)| !(is_ignored && *name == "reason")).all(|(name, expected)| {
                let came = got.get(name).unwrap_or(&Value::Null);
                is_same(name, expected, came) || is_other_word(name, expected, got)
            })
        }
        (Value::Number(expected), Value::Number(got)) => expected.as_f64() == got.as_f64(),
        (Value::String(expected), Value::String(got)) if INSTANTS.contains(&name) => {
            let [expected, got] = [expected, got].map(|text| parse_instant(text));
            expected.is_some() && expected == got
        }
        (Value::String(expected), Value::String(got)) if name == "state" => {
            expected == got || state(expected).is_some_and(|known| Some(known) == state(got))
        }
        (expected, got) => expected == got,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Whether it is what came, in the other of two words that both are right.
fn is_other_word(name: &str, expected: &Value, got: &Map<String, Value>) -> bool {
    match name {
        "kind" => is_read(expected, got),
        // Of files.
        "type" => got.get("kind") == Some(expected),
        "text" => got.get("kind") == Some(&json!("action")) && got.get("payload") == Some(expected),
        _ => false,
    }
}

/// Whether the two kinds in which it may be told that ours was seen stand for each other.
fn is_read(expected: &Value, got: &Map<String, Value>) -> bool {
    let is_seen = got.get("state").and_then(Value::as_str).and_then(state) == Some(DeliveryState::Read);
    let kinds = ["read", "status"].map(Value::from);
    is_seen && kinds.contains(expected) && got.get("kind").is_some_and(|kind| kinds.contains(kind))
}

/// What a provider's word for a state means.
fn state(word: &str) -> Option<DeliveryState> {
    match word {
        "sent" => Some(DeliveryState::Sent),
        "delivered" => Some(DeliveryState::Delivered),
        "read" | "seen" | "played" => Some(DeliveryState::Read),
        "failed" | "undelivered" => Some(DeliveryState::Failed),
        _ => None,
    }
}
