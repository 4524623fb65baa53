//! Chatwoot: one event a body. What goes out was written by an agent there; private notes stay there; what the
//! conversation tells of itself (`activity`) is passed over.

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::{ContactCard, DeliveryState, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Address, CanonicalFile, CanonicalMessage, Kind};

/// Whether a body is one of these.
pub(super) fn is_one(body: &Value) -> bool {
    pick::text(body, "event").is_some()
        && ["account", "inbox", "conversation", "message_type", "contact"]
            .iter()
            .any(|name| pick::at(body, name).is_some())
}

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    let word = pick::text(&body, "event").ok_or(("bad_member", "it names no event"))?;
    let item = match word.as_str() {
        "message_created" => message(&body, context),
        "message_updated" => updated(&body, context),
        "conversation_typing_on" | "conversation_typing_off" => {
            let from = pick::at(&body, "user").or_else(|| pick::at(&body, "sender")).and_then(person);
            CanonicalMessage { kind: Kind::Typing, from, ..base(&body) }.into()
        }
        _ => part::ignored("another event", None, chat(&body)),
    };
    Ok(vec![item])
}

fn chat(body: &Value) -> Option<String> {
    pick::id(body, "conversation.display_id").or_else(|| pick::id(body, "conversation.id"))
}

fn base(body: &Value) -> CanonicalMessage {
    CanonicalMessage {
        account: pick::id(body, "inbox.id"),
        chat_id: chat(body),
        ..CanonicalMessage::default()
    }
}

fn person(told: &Value) -> Option<Address> {
    let mut person = part::user_at(told, "id")?;
    person.name = pick::text(told, "name");
    // His address, his number and his identifier are what a visitor typed: by them he is nobody else.
    Some(person)
}

/// Incoming, outgoing, of the conversation itself, by a template: as words or as numbers.
fn is_type(body: &Value, word: &str, number: &str) -> bool {
    pick::id(body, "message_type").is_some_and(|found| found == word || found == number)
}

fn message(body: &Value, context: Context<'_>) -> Item {
    if pick::is_true(body, "private") || is_type(body, "activity", "2") {
        return part::ignored("it stays within", None, chat(body));
    }
    let is_template = is_type(body, "template", "3");
    let is_outgoing = is_template || is_type(body, "outgoing", "1");
    if is_outgoing && part::is_own(context, &[pick::id(body, "sender.id").as_deref()]) {
        return part::ignored(part::SELF_ECHO, None, chat(body));
    }
    let mut message = said(body);
    part::flag(&mut message, is_template, "automated");
    if is_outgoing {
        let contact = ["contact", "conversation.meta.sender", "conversation.contact_inbox"];
        message.to = contact.iter().find_map(|path| person(pick::at(body, path)?)).into_iter().collect();
        message = part::echo(message);
    }
    if part::is_bare(&message) {
        message.kind = Kind::Unsupported;
    }
    message.into()
}

fn said(body: &Value) -> CanonicalMessage {
    let mut message = CanonicalMessage {
        message_id: pick::id(body, "id"),
        from: ["sender", "contact", "conversation.meta.sender"]
            .iter()
            .find_map(|path| person(pick::at(body, path)?)),
        text: pick::text(body, "content"),
        in_reply_to: pick::id(body, "content_attributes.in_reply_to"),
        sent_at: pick::instant(body, "created_at"),
        ..base(body)
    };
    for told in pick::list(body, "attachments") {
        attach(&mut message, told);
    }
    message
}

fn attach(message: &mut CanonicalMessage, told: &Value) {
    let word = pick::text(told, "file_type").unwrap_or_else(|| "file".to_owned());
    let title = pick::text(told, "fallback_title");
    match word.as_str() {
        "location" => {
            let place = part::place(told, "coordinates_lat", "coordinates_long");
            message.location = place.map(|place| Location { title, ..place });
        }
        "contact" => {
            let names = ["firstName", "lastName"].map(|name| pick::text(told, &format!("meta.{name}")));
            message
                .contacts
                .push(ContactCard { name: part::words(&names), phones: title.into_iter().collect() });
        }
        _ => {
            if word == "fallback" && message.text.is_none() {
                message.text = title;
            }
            message.attachments.push(CanonicalFile {
                id: pick::id(told, "id"),
                url: pick::text(told, "data_url"),
                filename: pick::text(told, "file_name"),
                content_type: part::media_type(told, "content_type"),
                size: pick::count(told, "file_size"),
                ..part::file(&word)
            });
        }
    }
}

/// An update tells an edit, a deletion, a filled form, or how far a message of ours came.
fn updated(body: &Value, context: Context<'_>) -> Item {
    let id = pick::id(body, "id");
    if pick::is_true(body, "private") {
        return part::ignored("it stays within", None, chat(body));
    }
    if pick::is_true(body, "content_attributes.deleted") {
        let Item::Message(message) = message(body, context) else {
            return part::ignored(part::SELF_ECHO, None, chat(body));
        };
        return CanonicalMessage { kind: Kind::Delete, target_id: id, text: None, ..*message }.into();
    }
    if let Some(values) = pick::at(body, "content_attributes.submitted_values") {
        // One that was chosen, or all fields of a form.
        let only = values.as_array().filter(|values| values.len() == 1).and_then(|values| values.first());
        let title = only.and_then(|only| pick::text(only, "title"));
        let payload = only.and_then(|only| pick::text(only, "value")).unwrap_or_else(|| values.to_string());
        let contact = ["contact", "conversation.meta.sender", "sender"];
        let mut message = CanonicalMessage {
            kind: Kind::Action,
            message_id: id.as_ref().map(|id| format!("{id}:submitted")),
            in_reply_to: id,
            from: contact.iter().find_map(|path| person(pick::at(body, path)?)),
            sent_at: pick::instant(body, "updated_at"),
            ..base(body)
        };
        part::flag(&mut message, true, "form");
        part::pressed(&mut message, title, Some(payload));
        return message.into();
    }
    if is_type(body, "outgoing", "1") || is_type(body, "template", "3") {
        return reported(body, id);
    }
    match message(body, context) {
        Item::Message(message) => CanonicalMessage {
            kind: Kind::Edit,
            target_id: id,
            edited_at: pick::instant(body, "updated_at").or(message.sent_at),
            ..*message
        }
        .into(),
        other => other,
    }
}

fn reported(body: &Value, id: Option<String>) -> Item {
    let word = pick::text(body, "status").unwrap_or_default();
    let state = match word.as_str() {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "failed" => DeliveryState::Failed,
        _ => return part::ignored("nothing that we need", None, chat(body)),
    };
    let recipient =
        ["contact.id", "conversation.meta.sender.id"].iter().find_map(|path| pick::id(body, path));
    let report = part::report(id, state, &word, recipient);
    // The code of the channel below, with its sentence behind a colon.
    let code = pick::text(body, "content_attributes.external_error");
    let code = code.and_then(|told| told.split(':').next().map(|code| code.trim().to_owned()));
    CanonicalMessage {
        chat_id: chat(body),
        sent_at: pick::instant(body, "updated_at"),
        ..part::with_code(report, code)
    }
    .into()
}
