//! The suite `webhooks`: the body of a provider and what it tells. The body of a form is shown as an object.

use serde_json::{Value, json};

use crate::domain::{Channel, Format, Name, Source, Timestamp};
use crate::wire::canonical::message::{Address, CanonicalFile, CanonicalMessage, Kind};
use crate::wire::format::{Context, Item, read};
use crate::wire::{keyword, parse_instant};

use super::optout::action;
use super::{Checked, Files};

/// Members that are instants.
const INSTANTS: [&str; 3] = ["sent_at", "at", "received_at"];
/// Members that only explain the row.
const NOTES: [&str; 1] = ["note"];

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let expected = row.get("expect").cloned().unwrap_or(Value::Null);
    let got = match told(row) {
        Ok(items) => items.iter().map(shown).collect(),
        Err(reason) => vec![json!({"kind": "refused", "reason": reason})],
    };
    let listed = expected.as_array().map(Vec::as_slice).unwrap_or_default();
    // A body without effect may be expected as nothing at all.
    let seen = got.iter().filter(|item| !listed.is_empty() || item["kind"] != "ignored");
    let seen: Vec<&Value> = seen.collect();
    let pass = listed.len() == seen.len() && listed.iter().zip(seen).all(|(one, other)| agrees(one, other));
    Checked { pass, expected, got: Value::Array(got) }
}

fn told(row: &Value) -> Result<Vec<Item>, String> {
    let provider = row.get("provider").and_then(Value::as_str).unwrap_or_default();
    let format = format(provider).ok_or("the provider is not known")?;
    let name: Name = "rows".parse().map_err(|_| "no name".to_owned())?;
    let channel = if format.channels().contains(&Channel::Sms) { Channel::Sms } else { Channel::Chat };
    let mut source = Source::new(name, channel, Vec::new());
    source.region = row.get("default_region").and_then(Value::as_str).map(str::to_owned);
    let context = Context { source: &source, received_at: Timestamp(i64::MAX / 2) };
    let body = row.get("body").ok_or("the row has no body")?;
    let is_form = row.get("content_type").and_then(Value::as_str).is_some_and(|it| it.contains("form"));
    let body = match body {
        Value::String(text) => text.clone(),
        Value::Object(members) if is_form => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let pairs: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}={}", escaped(name), escaped(&text(value))))
                .collect();
            pairs.join("&")
        }
        body => body.to_string(),
    };
    read(format, body.as_bytes(), context).map_err(|(_, reason)| reason)
}

/// The format of a provider, by its first word too: `aws-eum` is `aws`.
fn format(provider: &str) -> Option<Format> {
    let first = provider.split(['-', '_']).next().unwrap_or_default();
    let named = |word: &str| word.parse::<Format>().ok();
    named(provider).or_else(|| named(first))
}

/// As a form writes it: every byte but letters and digits.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn shown(item: &Item) -> Value {
    match item {
        Item::Ignored(ignored) => json!({"kind": "ignored", "reason": ignored.reason}),
        Item::Challenge(_) => json!({"kind": "challenge"}),
        Item::Refused(code, _) => json!({"kind": "refused", "code": code}),
        Item::Message(message) => match message.kind {
            Kind::Status | Kind::Read => status(message),
            Kind::Message
            | Kind::Action
            | Kind::Unsupported
            | Kind::Edit
            | Kind::Delete
            | Kind::Reaction
            | Kind::Typing
            | Kind::System => said(message),
        },
    }
}

fn status(message: &CanonicalMessage) -> Value {
    let delivery = message.delivery.as_ref();
    json!({
        "kind": "status",
        "channel": message.channel,
        "provider": message.provider,
        "ref": message.target_id,
        "recipient": delivery.and_then(|delivery| delivery.recipient.clone()),
        "state": delivery.map(|delivery| delivery.state),
        "error_code": delivery.and_then(|delivery| delivery.error_code.clone()),
        "at": message.sent_at,
        "flags": message.flags,
    })
}

fn said(message: &CanonicalMessage) -> Value {
    let kind = match message.kind {
        Kind::Action | Kind::Unsupported => Kind::Message,
        kind => kind,
    };
    let concat = message.concat.as_ref();
    let kind = concat.map_or_else(|| json!(kind), |_| json!("part"));
    let text = message.text.clone().or_else(|| message.action.as_ref()?.title.clone());
    let judged = || keyword::of(text.as_deref().unwrap_or_default(), &[]);
    let ours = message.account.clone().or_else(|| message.to.first().map(|to| to.id.clone()));
    let place = message.location.as_ref().map(|place| {
        json!({"lat": place.latitude, "lon": place.longitude, "address": place.address, "name": place.title,
            "latitude": place.latitude, "longitude": place.longitude})
    });
    json!({
        "kind": kind,
        "channel": message.channel,
        "provider": message.provider,
        "message_id": message.message_id,
        "from": message.from.as_ref().map(|from| from.id.clone()),
        "display_name": message.from.as_ref().and_then(|from| from.name.clone()),
        "to": ours,
        "recipients": message.to.iter().map(|to: &Address| to.id.clone()).collect::<Vec<_>>(),
        "text": text,
        "subject": message.subject,
        "media": message.attachments.iter().map(file).collect::<Vec<_>>(),
        "attachments": message.attachments.iter().map(file).collect::<Vec<_>>(),
        "location": place,
        "contacts": message.contacts,
        "unsupported": message.kind == Kind::Unsupported,
        "action": message.action,
        "opt_action": message.keyword.or_else(judged).map_or("none", action),
        "in_reply_to": message.in_reply_to,
        "sent_at": message.sent_at,
        "at": message.sent_at,
        "concat": concat,
        "ref": concat.map(|concat| concat.reference.clone()),
        "total": concat.map(|concat| concat.total),
        "part": concat.map(|concat| concat.part),
        "concat_ref": concat.map(|concat| concat.reference.clone()),
        "concat_total": concat.map(|concat| concat.total),
        "concat_part": concat.map(|concat| concat.part),
        "flags": message.flags,
    })
}

fn file(file: &CanonicalFile) -> Value {
    json!({
        "url": file.url,
        "content_type": file.content_type,
        "type": file.content_type,
        "filename": file.filename,
        "size": file.size,
        "sha256": file.sha256,
        "failed": file.failed,
        "status": if file.failed { "failed" } else { "ok" },
        "kind": file.kind,
    })
}

/// Whether what came out is what the row expects: instants by their instant, ids by their digits.
fn agrees(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            expected.iter().filter(|(name, _)| !NOTES.contains(&name.as_str())).all(|(name, value)| {
                member(name, value, got.get(name).unwrap_or(&Value::Null), got.get("recipients"))
            })
        }
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(one, other)| agrees(one, other))
        }
        // A file may be told by its link alone.
        (Value::String(link), Value::Object(file)) => file.get("url").and_then(Value::as_str) == Some(link),
        (Value::String(text), Value::Number(number)) | (Value::Number(number), Value::String(text)) => {
            *text == number.to_string()
        }
        // `75` and `75.0` are one number.
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (expected, got) => expected == got,
    }
}

fn member(name: &str, expected: &Value, got: &Value, recipients: Option<&Value>) -> bool {
    let instant = |value: &Value| value.as_str().and_then(parse_instant);
    match name {
        name if INSTANTS.contains(&name) && expected.is_string() => instant(expected) == instant(got),
        // An empty text is no other than none, unless bytes came that are no text.
        "text" if expected.as_str() == Some("") => got.is_null() || got.as_str() == Some(""),
        "text" if expected.is_null() => got.is_null() || got.as_str() == Some(""),
        "to" if expected.is_array() => recipients.is_some_and(|listed| agrees(expected, listed)),
        _ => agrees(expected, got),
    }
}
