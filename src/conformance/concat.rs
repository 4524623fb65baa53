//! The suite `concat`: parts in the order of their arrival, each at its instant, and the messages that they become.

use serde_json::{Map, Value, json};

use crate::domain::{Channel, Keyword, Name, Source, Span, Timestamp};
use crate::wire::canonical::message::{Address, CanonicalMessage, Concat};
use crate::wire::format::Item;
use crate::wire::inbound::take;
use crate::wire::{Buffer, Inbound, Joined, Keys, parse_instant};

use super::optout::action;
use super::{Checked, Files, compare};

/// The rows have no site; its secret changes nothing that they tell.
const SECRET: &[u8] = b"a secret for rows of test data only";

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let expected = row.get("expect").cloned().unwrap_or(Value::Null);
    let got = joined(row).unwrap_or_else(|| json!("the row has no parts, or no source can be made of it"));
    Checked { pass: compare::covers(&expected, &got), expected, got }
}

fn joined(row: &Value) -> Option<Value> {
    let name: Name = "rows".parse().ok()?;
    let mut source = Source::new(name, Channel::Sms, Vec::new());
    if let Some(wait) = row.get("flush_after").and_then(Value::as_str) {
        source.parts_wait = span(wait)?;
    }
    let keys = Keys::new(SECRET).ok()?;
    let (mut buffer, mut told) = (Buffer::default(), Vec::new());
    for part in row.get("parts")?.as_array()? {
        let at = parse_instant(part.get("at")?.as_str()?)?;
        source.addresses = vec![part.get("to")?.as_str()?.into()];
        match take(Item::from(canonical(part)), &source, &keys, at) {
            Inbound::Part(part) => told.extend(buffer.offer(*part, at)),
            Inbound::Message(message) => {
                told.extend(buffer.flush(at));
                told.push(Joined { message: *message, parts: 1 });
            }
            Inbound::Update(_) | Inbound::Ignored(_) | Inbound::Refused(..) => return None,
        }
    }
    told.extend(buffer.flush(Timestamp(i64::MAX)));
    Some(Value::Array(told.iter().map(shown).collect()))
}

fn canonical(part: &Value) -> CanonicalMessage {
    let text = |name: &str| part.get(name).and_then(Value::as_str).map(str::to_owned);
    let count =
        |name: &str| part.get(name).and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    let reference =
        part.get("concat_ref").map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
    let address = |name: &str| text(name).map(|id| Address { id, ..Address::default() });
    CanonicalMessage {
        message_id: text("message_id"),
        from: address("from"),
        to: address("to").into_iter().collect(),
        text: text("text"),
        concat: reference.and_then(|reference| {
            Some(Concat { reference, total: count("concat_total")?, part: count("concat_part")? })
        }),
        ..CanonicalMessage::default()
    }
}

fn shown(joined: &Joined) -> Value {
    let content = &joined.message.content;
    let mut shown = Map::new();
    shown.insert("text".to_owned(), json!(content.text));
    shown.insert("parts".to_owned(), json!(joined.parts));
    for flag in ["incomplete", "late_part", "malformed"] {
        shown.insert(flag.to_owned(), json!(content.flags.iter().any(|raised| raised == flag)));
    }
    let asked: Option<Keyword> = joined.message.keyword;
    shown.insert("opt_action".to_owned(), json!(asked.map_or("none", action)));
    Value::Object(shown)
}

/// A span as ISO 8601 writes it, in hours, minutes and seconds.
fn span(text: &str) -> Option<Span> {
    let (mut millis, mut digits) = (0_i64, String::new());
    for letter in text.strip_prefix("PT")?.chars() {
        let unit = match letter {
            'H' => 3_600_000,
            'M' => 60_000,
            'S' => 1_000,
            digit => {
                digits.push(digit);
                continue;
            }
        };
        millis += digits.parse::<i64>().ok()?.checked_mul(unit)?;
        digits.clear();
    }
    Some(Span(millis))
}
