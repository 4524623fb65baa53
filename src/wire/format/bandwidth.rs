//! Bandwidth Messaging: lists of events about messages, with RCS in `content`. A message to a group names all of its
//! recipients; the one that is ours is `owner`.

use serde_json::Value;

use crate::domain::{DeliveryState, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Action, CanonicalFile, CanonicalMessage, Kind};

use super::carrier::{self, Report, Step};
use super::{Context, Item, part, pick};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::json(body)?, |event| Ok(vec![one(event, context)?]))
}

fn one(event: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let step = match pick::text(event, "type").unwrap_or_default().as_str() {
        "message-received"
        | "suggestion-response"
        | "location-response"
        | "request-location-response"
        | "inbound-message" => return message(event, context),
        "message-queued" => Step::Before,
        "message-sending" | "message-sent" => Step::Is(DeliveryState::Sent),
        "message-delivered" => Step::Is(DeliveryState::Delivered),
        "message-read" => Step::Is(DeliveryState::Read),
        "message-failed" => Step::Is(DeliveryState::Failed),
        _ => return Ok(Item::ignored("an unknown event")),
    };
    let recipient = ["to", "message.to.0"].iter().find_map(|name| carrier::raw(event, name));
    let ours = ["message.owner", "message.from"].iter().find_map(|name| carrier::raw(event, name));
    let report = Report {
        id: pick::id(event, "message.id"),
        recipient: recipient.map(|to| carrier::phone(&to, context)),
        account: ours.map(|ours| carrier::phone(&ours, context)),
        word: pick::text(event, "type").unwrap_or_default(),
        code: carrier::code(pick::id(event, "errorCode")),
        at: ["eventTime", "time", "message.time"].iter().find_map(|name| pick::instant(event, name)),
        opted_out: false,
    };
    Ok(carrier::report(carrier::message("bandwidth", network(event).as_deref()), step, report))
}

/// The network where it is neither SMS nor MMS.
fn network(event: &Value) -> Option<String> {
    match pick::text(event, "message.channel")?.to_ascii_lowercase().as_str() {
        "sms" | "mms" => None,
        "rbm" | "rcs" => Some("rcs".to_owned()),
        other => Some(other.to_owned()),
    }
}

fn message(event: &Value, context: Context<'_>) -> Result<Item, Fault> {
    if pick::text(event, "message.direction").as_deref() == Some("out") {
        return Ok(Item::ignored("a message of ours"));
    }
    let from = carrier::raw(event, "message.from").ok_or(("bad_member", "it has no sender"))?;
    let phone = |written: &str| carrier::phone(written, context);
    let listed: Vec<_> = match pick::at(event, "message.to") {
        Some(Value::String(to)) => vec![phone(to)],
        _ => pick::list(event, "message.to").iter().filter_map(Value::as_str).map(phone).collect(),
    };
    let owner = ["message.owner", "to"].iter().find_map(|name| carrier::raw(event, name));
    let owner = owner.map(|owner| phone(&owner)).or_else(|| listed.first().cloned());
    let to = if listed.is_empty() { owner.clone().into_iter().collect() } else { listed };
    let content = pick::at(event, "message.content").unwrap_or(&Value::Null);
    let title = pick::text(content, "suggestionResponse.text");
    let payload = pick::text(content, "suggestionResponse.postbackData");
    let action = (title.is_some() || payload.is_some()).then_some(Action { payload, title });
    let written = carrier::written(event, &["message.text", "message.content.text"])?;
    Ok(Item::from(CanonicalMessage {
        kind: if action.is_some() { Kind::Action } else { Kind::Message },
        message_id: pick::id(event, "message.id"),
        account: owner.map(|owner| owner.id),
        from: Some(phone(&from)),
        to,
        text: written,
        attachments: files(event, content),
        location: location(content),
        action,
        sent_at: pick::instant(event, "message.time").or_else(|| pick::instant(event, "time")),
        ..carrier::message("bandwidth", network(event).as_deref())
    }))
}

fn files(event: &Value, content: &Value) -> Vec<CanonicalFile> {
    let plain = pick::list(event, "message.media").iter();
    let rich =
        pick::list(content, "media").iter().chain(pick::at(content, "media").filter(|it| it.is_object()));
    plain.chain(rich).map(file).collect()
}

/// A link alone, or with what is known of it.
fn file(listed: &Value) -> CanonicalFile {
    if let Some(url) = listed.as_str() {
        return carrier::file(Some(url.to_owned()), None);
    }
    let url = ["url", "fileUrl", "contentUrl"].iter().find_map(|name| pick::text(listed, name));
    let content_type = ["contentType", "mimeType"].iter().find_map(|name| pick::text(listed, name));
    let filename = ["fileName", "name"].iter().find_map(|name| pick::text(listed, name));
    let size = ["size", "fileSize"].iter().find_map(|name| pick::count(listed, name));
    CanonicalFile { filename, size, ..carrier::file(url, content_type) }
}

fn location(content: &Value) -> Option<Location> {
    let place = ["location", "locationResponse"].iter().find_map(|name| pick::at(content, name))?;
    let found = part::place(place, "latitude", "longitude")?;
    Some(Location { title: pick::text(place, "label"), address: pick::text(place, "address"), ..found })
}
