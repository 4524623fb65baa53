//! AWS End User Messaging and Pinpoint: two-way messages and events of sent ones, as they are or in the envelope of
//! SNS, EventBridge or a queue. WhatsApp through AWS bears the body of its own provider.

use serde_json::{Value, json};

use crate::domain::DeliveryState;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::CanonicalMessage;
use crate::wire::time::InstantText;

use super::carrier::{self, Report, Step};
use super::{Context, Item, pick, whatsapp};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::json(body)?, |outer| opened(outer, WRAPPERS_MAX, context))
}

/// The most envelopes around an event: a queue's record, that of SNS, EventBridge.
const WRAPPERS_MAX: usize = 4;

/// An event in its envelopes.
fn opened(outer: &Value, left: usize, context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let Some(left) = left.checked_sub(1) else {
        return Err(("bad_member", "it has too many envelopes"));
    };
    if let Some(records) = pick::at(outer, "Records").filter(|records| records.is_array()) {
        return carrier::each(records, |record| recorded(record, left, context));
    }
    if let Some(detail) = pick::at(outer, "detail") {
        return one(detail, None, pick::instant(outer, "time"), context);
    }
    match pick::text(outer, "Type").as_deref() {
        // Whoever runs the topic confirms it there: the answer to this call confirms nothing.
        Some("SubscriptionConfirmation" | "UnsubscribeConfirmation") => {
            Ok(vec![Item::ignored("a confirmation of the topic")])
        }
        Some("Notification") => {
            let inner = pick::text(outer, "Message").ok_or(("bad_member", "its envelope has no message"))?;
            // A notification may say anything; what is not JSON is no message.
            let Ok(inner) = pick::json(inner.as_bytes()) else {
                return Ok(vec![Item::ignored("a notification of something else")]);
            };
            let event_id = pick::id(outer, "MessageId");
            one(&inner, event_id, pick::instant(outer, "Timestamp"), context)
        }
        _ => one(outer, None, None, context),
    }
}

/// A record as a queue or a function hands it on: of SNS, or whatever lies in its body.
fn recorded(record: &Value, left: usize, context: Context<'_>) -> Result<Vec<Item>, Fault> {
    if let Some(Value::Object(notice)) = pick::at(record, "Sns") {
        let mut notice = notice.clone();
        notice.entry("Type").or_insert_with(|| Value::from("Notification"));
        return opened(&Value::Object(notice), left, context);
    }
    match pick::text(record, "body").map(|body| pick::json(body.as_bytes())) {
        Some(Ok(inner)) => opened(&inner, left, context),
        Some(Err(_)) | None => Ok(vec![Item::ignored("a record of something else")]),
    }
}

fn one(
    event: &Value,
    event_id: Option<String>,
    at: Option<InstantText>,
    context: Context<'_>,
) -> Result<Vec<Item>, Fault> {
    if let Some(entry) = pick::at(event, "whatsAppWebhookEntry") {
        return wrapped(entry, context);
    }
    let kind = pick::text(event, "eventType").unwrap_or_default();
    if pick::id(event, "inboundMessageId").is_some() {
        return Ok(vec![message(event, event_id, at, context)?]);
    }
    if pick::text(event, "event_type").is_some_and(|kind| kind.starts_with("_SMS.")) {
        return Ok(vec![pinpointed(event, context)]);
    }
    if kind.starts_with("TEXT_") || kind.starts_with("MEDIA_") || kind.starts_with("RCS_") {
        return Ok(vec![status(event, &kind, at, context)]);
    }
    Ok(vec![Item::ignored("an unknown event")])
}

/// WhatsApp's own entry, which AWS hands on as text.
fn wrapped(entry: &Value, context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let entry = match entry {
        Value::String(text) => pick::json(text.as_bytes())?,
        entry => entry.clone(),
    };
    let body = json!({"object": "whatsapp_business_account", "entry": [entry]});
    whatsapp::read(body.to_string().as_bytes(), context)
}

fn message(
    event: &Value,
    event_id: Option<String>,
    at: Option<InstantText>,
    context: Context<'_>,
) -> Result<Item, Fault> {
    let from = carrier::raw(event, "originationNumber").ok_or(("bad_member", "it has no sender"))?;
    let ours = carrier::raw(event, "destinationNumber").map(|to| carrier::phone(&to, context));
    Ok(Item::from(CanonicalMessage {
        message_id: pick::id(event, "inboundMessageId"),
        event_id,
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(carrier::phone(&from, context)),
        to: ours.into_iter().collect(),
        text: carrier::written(event, &["messageBody"])?,
        in_reply_to: pick::id(event, "previousPublishedMessageId"),
        sent_at: at,
        ..carrier::message("aws", None)
    }))
}

fn status(event: &Value, kind: &str, at: Option<InstantText>, context: Context<'_>) -> Item {
    let word = pick::text(event, "messageStatus");
    let of_kind = kind.split_once('_').map_or(kind, |(_, word)| word).to_owned();
    let word = word.unwrap_or(of_kind);
    let phone = |name: &str| carrier::raw(event, name).map(|written| carrier::phone(&written, context));
    let report = Report {
        id: pick::id(event, "messageId"),
        recipient: phone("destinationPhoneNumber"),
        account: phone("originationPhoneNumber"),
        at: pick::instant(event, "eventTimestamp").or(at),
        ..reported(word)
    };
    carrier::report(carrier::message("aws", None), step(&report.word), report)
}

/// An event of Pinpoint, whose facts are attributes.
fn pinpointed(event: &Value, context: Context<'_>) -> Item {
    let word = pick::text(event, "attributes.record_status").unwrap_or_default();
    let phone = |name: &str| carrier::raw(event, name).map(|written| carrier::phone(&written, context));
    let report = Report {
        id: pick::id(event, "attributes.message_id"),
        recipient: phone("attributes.destination_phone_number"),
        account: phone("attributes.origination_phone_number"),
        at: pick::instant(event, "event_timestamp"),
        ..reported(word)
    };
    carrier::report(carrier::message("aws", None), step(&report.word), report)
}

/// What the word alone says: it is the code too.
fn reported(word: String) -> Report {
    let opted_out = word.eq_ignore_ascii_case("OPTED_OUT");
    Report { opted_out, code: carrier::code(Some(word.clone())), word, ..Report::default() }
}

fn step(word: &str) -> Step {
    match word.to_ascii_uppercase().as_str() {
        "QUEUED" | "PENDING" | "BUFFERED" => Step::Before,
        // The carrier took it; where a handset tells more, `DELIVERED` follows.
        "SUCCESSFUL" | "SENT" | "ACCEPTED" => Step::Is(DeliveryState::Sent),
        "DELIVERED" => Step::Is(DeliveryState::Delivered),
        "READ" => Step::Is(DeliveryState::Read),
        "BLOCKED"
        | "TTL_EXPIRED"
        | "CARRIER_UNREACHABLE"
        | "CARRIER_BLOCKED"
        | "INVALID"
        | "INVALID_MESSAGE"
        | "UNREACHABLE"
        | "SPAM"
        | "PROTECT_BLOCKED"
        | "FAILURE"
        | "FAILED"
        | "UNREGISTERED"
        | "OPTED_OUT"
        | "MEDIA_FILE_INACCESSIBLE"
        | "MEDIA_FILE_TYPE_UNSUPPORTED"
        | "MEDIA_FILE_SIZE_EXCEEDED"
        | "FILE_INACCESSIBLE"
        | "FILE_TYPE_UNSUPPORTED"
        | "FILE_SIZE_EXCEEDED"
        | "MAX_PRICE_EXCEEDED" => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    }
}
