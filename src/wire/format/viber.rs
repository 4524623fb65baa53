//! Viber bots: one event a body. Tokens of messages lie above 2^53: every digit counts.

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::{ContactCard, DeliveryState};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Address, CanonicalFile, CanonicalMessage, Kind};

pub(super) fn read(body: &[u8], _context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    let word = pick::text(&body, "event").ok_or(("bad_member", "it names no event"))?;
    let token = pick::id(&body, "message_token");
    let sent_at = pick::instant(&body, "timestamp");
    let item = match word.as_str() {
        "message" => said(&body),
        "delivered" | "seen" | "failed" => {
            let state = match word.as_str() {
                "delivered" => DeliveryState::Delivered,
                "seen" => DeliveryState::Read,
                _ => DeliveryState::Failed,
            };
            let report = part::report(token, state, &word, pick::id(&body, "user_id"));
            let code = (state == DeliveryState::Failed).then(|| pick::id(&body, "desc")).flatten();
            CanonicalMessage { sent_at, ..part::with_code(report, code) }.into()
        }
        "subscribed" | "unsubscribed" | "conversation_started" => {
            let from = ["user", "sender"].iter().find_map(|name| person(pick::at(&body, name)?));
            let from = from.or_else(|| part::user_at(&body, "user_id"));
            let mut message = CanonicalMessage { message_id: token, from, sent_at, ..part::of(Kind::System) };
            part::note(&mut message, "context", pick::text(&body, "context"));
            message.text = Some(word);
            message.into()
        }
        _ => part::ignored("another event", token, None),
    };
    Ok(vec![item])
}

fn person(told: &Value) -> Option<Address> {
    let mut person = part::user_at(told, "id")?;
    person.name = pick::text(told, "name");
    Some(person)
}

fn said(body: &Value) -> Item {
    let said = pick::at(body, "message").unwrap_or(&Value::Null);
    let word = pick::text(said, "type").unwrap_or_default();
    let mut message = CanonicalMessage {
        message_id: pick::id(body, "message_token"),
        from: pick::at(body, "sender").and_then(person),
        sent_at: pick::instant(body, "timestamp"),
        chat_id: pick::id(body, "chat_id"),
        text: pick::text(said, "text"),
        ..CanonicalMessage::default()
    };
    match word.as_str() {
        "picture" | "video" | "file" | "sticker" => message.attachments.push(CanonicalFile {
            id: pick::id(said, "sticker_id"),
            url: pick::text(said, "media"),
            filename: pick::text(said, "file_name"),
            size: pick::count(said, "size").or_else(|| pick::count(said, "file_size")),
            ..part::file(&word)
        }),
        "location" => message.location = part::place(said, "location.lat", "location.lon"),
        "contact" => message.contacts.extend(pick::at(said, "contact").map(|card| ContactCard {
            name: pick::text(card, "name"),
            phones: pick::id(card, "phone_number").into_iter().collect(),
        })),
        "url" => message.text = pick::text(said, "media").or_else(|| message.text.take()),
        _ => {}
    }
    part::note(&mut message, "tracking_data", pick::text(said, "tracking_data"));
    part::note(&mut message, "locale", pick::text(body, "sender.language"));
    if part::is_bare(&message) {
        message.kind = Kind::Unsupported;
        part::note(&mut message, "type", Some(word));
    }
    message.into()
}
