//! Sinch SMS (`mo_text`, `mo_binary`, `mo_media` and delivery reports), its MMS postbacks, and its Conversation API.
//! Numbers come without their plus, long texts joined.

use serde_json::Value;

use crate::domain::DeliveryState;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage};

use super::carrier::{self, Report, Step};
use super::{Context, Item, pick, sinch_conversation};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::json(body)?, |event| one(event, context))
}

fn one(event: &Value, context: Context<'_>) -> Result<Vec<Item>, Fault> {
    if let Some(item) = sinch_conversation::read(event, context)? {
        return Ok(vec![item]);
    }
    let kind = pick::text(event, "type").or_else(|| pick::text(event, "origin")).unwrap_or_default();
    match kind.as_str() {
        "mo_text" | "mo_binary" | "mo_media" => Ok(vec![message(event, &kind, context)?]),
        "MMS_MO" => Ok(vec![postback(event, context)?]),
        "MMS_MT" | "MMS" => Ok(vec![mms_report(event, context)]),
        "delivery_report_sms" | "delivery_report_mms" => Ok(batch(event, context)),
        "recipient_delivery_report_sms" | "recipient_delivery_report_mms" => {
            let recipient = carrier::raw(event, "recipient");
            Ok(vec![status(event, event, recipient.as_deref(), context)])
        }
        _ => Ok(vec![Item::ignored("an unknown event")]),
    }
}

fn message(event: &Value, kind: &str, context: Context<'_>) -> Result<Item, Fault> {
    let mut message = addressed(event, context)?;
    message.message_id = pick::id(event, "id");
    message.sent_at = pick::instant(event, "sent_at").or_else(|| pick::instant(event, "received_at"));
    let is_listed = kind == "mo_media" && pick::at(event, "body").is_some_and(Value::is_object);
    let body = if is_listed { "body.message" } else { "body" };
    let written = carrier::written(event, &[body])?;
    if kind == "mo_binary" {
        message.attachments.push(carrier::base64(written.unwrap_or_default()));
    } else {
        message.text = written;
    }
    message.subject = pick::text(event, "body.subject");
    let media = pick::list(event, "body.media").iter().chain(pick::list(event, "media"));
    message.attachments.extend(media.map(file));
    Ok(Item::from(message))
}

/// Who wrote to which of our numbers.
fn addressed(event: &Value, context: Context<'_>) -> Result<CanonicalMessage, Fault> {
    let from = pick::id(event, "from").ok_or(("bad_member", "it has no sender"))?;
    let ours = pick::id(event, "to").map(|to| carrier::phone(&to, context));
    let others = pick::list(event, "copy-to").iter().filter_map(|to| pick::id(to, "number"));
    let others = others.map(|to| carrier::phone(&to, context));
    Ok(CanonicalMessage {
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(carrier::phone(&from, context)),
        to: ours.into_iter().chain(others).collect(),
        ..carrier::message("sinch", None)
    })
}

/// A medium; Sinch says where it could not fetch one.
fn file(media: &Value) -> CanonicalFile {
    let url = ["url", "file", "link"].iter().find_map(|name| pick::text(media, name));
    let content_type = ["content_type", "contentType"].iter().find_map(|name| pick::text(media, name));
    let state = pick::text(media, "status").unwrap_or_default();
    let file = carrier::file(url, content_type);
    CanonicalFile {
        failed: file.failed || state.eq_ignore_ascii_case("failed"),
        size: pick::count(media, "size"),
        ..file
    }
}

/// An MMS that came: its files are links, one of which may be its text.
fn postback(event: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let mut message = addressed(event, context)?;
    message.message_id = pick::id(event, "tracking-id").or_else(|| pick::id(event, "id"));
    message.sent_at = pick::instant(event, "timestamp");
    message.subject = pick::text(event, "message-subject");
    message.text = carrier::written(event, &["body"])?;
    let files = pick::list(event, "content").iter().chain(pick::list(event, "media"));
    message.attachments = files.map(file).collect();
    Ok(Item::from(message))
}

fn mms_report(event: &Value, context: Context<'_>) -> Item {
    let code = pick::text(event, "code").unwrap_or_default();
    let step = match code.as_str() {
        "N101" => Step::Is(DeliveryState::Sent),
        "N102" => Step::Is(DeliveryState::Delivered),
        "N103" => Step::Is(DeliveryState::Failed),
        code if code.starts_with('E') => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    };
    let report = Report {
        id: pick::id(event, "tracking-id").or_else(|| pick::id(event, "id")),
        recipient: pick::id(event, "to").map(|to| carrier::phone(&to, context)),
        account: pick::id(event, "from").map(|from| carrier::phone(&from, context)),
        word: pick::text(event, "status").unwrap_or_else(|| code.clone()),
        code: Some(code),
        at: pick::instant(event, "timestamp"),
        opted_out: false,
    };
    carrier::report(carrier::message("sinch", None), step, report)
}

/// A report of a batch: each state with its recipients, where they are listed.
fn batch(event: &Value, context: Context<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for state in pick::list(event, "statuses") {
        let count = pick::list(state, "recipients").len();
        let recipients: Vec<String> =
            (0..count).filter_map(|place| carrier::raw(state, &format!("recipients.{place}"))).collect();
        if recipients.is_empty() {
            items.push(status(event, state, None, context));
        }
        items.extend(recipients.iter().map(|to| status(event, state, Some(to), context)));
    }
    if items.is_empty() {
        items.push(Item::ignored("a report without states"));
    }
    items
}

fn status(event: &Value, state: &Value, recipient: Option<&str>, context: Context<'_>) -> Item {
    let word = pick::text(state, "status").unwrap_or_default();
    let step = match word.to_ascii_lowercase().as_str() {
        "queued" => Step::Before,
        "dispatched" => Step::Is(DeliveryState::Sent),
        "delivered" => Step::Is(DeliveryState::Delivered),
        "read" => Step::Is(DeliveryState::Read),
        "aborted" | "cancelled" | "canceled" | "rejected" | "deleted" | "failed" | "expired" => {
            Step::Is(DeliveryState::Failed)
        }
        _ => Step::Unknown,
    };
    let report = Report {
        id: pick::id(event, "batch_id"),
        recipient: recipient.map(|to| carrier::phone(to, context)),
        account: pick::id(event, "applied_originator").map(|from| carrier::phone(&from, context)),
        word,
        code: carrier::code(pick::id(state, "code")),
        at: pick::instant(event, "operator_status_at").or_else(|| pick::instant(event, "at")),
        opted_out: false,
    };
    carrier::report(carrier::message("sinch", None), step, report)
}
