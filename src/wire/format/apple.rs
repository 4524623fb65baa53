//! Apple Messages for Business: one message a body. A user is opaque and belongs to one business; attachments are
//! encrypted and stand in the text as U+FFFC. A body tells no instant.

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind};

pub(super) fn read(body: &[u8], _context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    let word = pick::text(&body, "type").ok_or(("bad_member", "it names no type"))?;
    let mut message = CanonicalMessage {
        message_id: pick::id(&body, "id"),
        from: part::user_at(&body, "sourceId"),
        to: part::user_at(&body, "destinationId").into_iter().collect(),
        account: pick::id(&body, "destinationId"),
        ..CanonicalMessage::default()
    };
    for name in ["intent", "group", "locale"] {
        part::note(&mut message, name, pick::text(&body, name));
    }
    match word.as_str() {
        "text" | "richLink" => said(&mut message, &body),
        "interactive" => reply(&mut message, &body),
        "typing_start" | "typing_end" => message.kind = Kind::Typing,
        "close" => {
            message.kind = Kind::System;
            message.text = Some(word);
        }
        // A type of later may say something all the same.
        _ if pick::text(&body, "body").is_some() || !pick::list(&body, "attachments").is_empty() => {
            said(&mut message, &body);
        }
        _ => return Ok(vec![part::ignored("another type", message.message_id, None)]),
    }
    Ok(vec![message.into()])
}

fn said(message: &mut CanonicalMessage, body: &Value) {
    let plain = pick::text(body, "body").map(|text| text.replace('\u{fffc}', "").trim().to_owned());
    let link = [pick::text(body, "richLinkData.title"), pick::text(body, "richLinkData.url")];
    message.text = plain.filter(|text| !text.is_empty()).or_else(|| part::words(&link));
    message.attachments = pick::list(body, "attachments").iter().map(file).collect();
    if part::is_bare(message) {
        message.kind = Kind::Unsupported;
    }
}

fn file(told: &Value) -> CanonicalFile {
    CanonicalFile {
        url: pick::text(told, "url"),
        filename: pick::text(told, "name"),
        size: pick::count(told, "size"),
        encrypted: pick::at(told, "key").is_some(),
        ..part::file_of(part::media_type(told, "mimeType"))
    }
}

/// What was chosen from a list, a picker of times, a form. A large one comes as a reference alone.
fn reply(message: &mut CanonicalMessage, body: &Value) {
    let data = pick::at(body, "interactiveData.data").unwrap_or(&Value::Null);
    let title = ["replyMessage.title", "quick-reply.summaryText", "event.title"];
    let title = title.iter().find_map(|path| pick::text(data, path));
    let shown = ["interactiveData.replyMessage.title", "interactiveData.receivedMessage.title"];
    let title = title.or_else(|| chosen(data));
    let title = title.or_else(|| shown.iter().find_map(|path| pick::text(body, path)));
    let title = title.or_else(|| pick::text(data, "authenticate.status"));
    let named = |path| pick::id(data, path);
    let payload = named("quick-reply.selectedIdentifier").or_else(|| listed(data, "identifier"));
    let payload = payload.or_else(|| named("event.timeslots.0.identifier"));
    let payload = payload.or_else(|| pick::at(data, "dynamic.selections").map(Value::to_string));
    let payload = payload.or_else(|| named("requestIdentifier"));
    if title.is_none() && payload.is_none() {
        message.kind = Kind::Unsupported;
        return;
    }
    message.kind = Kind::Action;
    part::flag(message, pick::at(data, "dynamic").is_some(), "form");
    part::pressed(message, title, payload);
}

fn chosen(data: &Value) -> Option<String> {
    let place = pick::count(data, "quick-reply.selectedIndex").and_then(|place| usize::try_from(place).ok());
    let quick =
        place.and_then(|place| pick::text(pick::list(data, "quick-reply.items").get(place)?, "title"));
    quick.or_else(|| listed(data, "title"))
}

/// What stands under a name in each entry that was chosen from a list.
fn listed(data: &Value, name: &str) -> Option<String> {
    let sections = pick::list(data, "listPicker.sections").iter();
    let items = sections.flat_map(|section| pick::list(section, "items"));
    let found: Vec<String> = items.filter_map(|item| pick::id(item, name)).collect();
    (!found.is_empty()).then(|| found.join(", "))
}
