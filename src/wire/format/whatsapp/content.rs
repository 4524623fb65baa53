//! What a message of WhatsApp says, by its type. A type that is not known here cannot be shown, and the agent is told
//! that something was written.

use serde_json::Value;

use super::super::{part, pick};
use crate::domain::ContactCard;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind, Reaction};

/// Fills in kind and content.
pub(in crate::wire::format) fn fill(message: &mut CanonicalMessage, said: &Value) {
    let word = pick::text(said, "type").unwrap_or_default();
    match word.as_str() {
        "reaction" => {
            message.kind = Kind::Reaction;
            message.target_id = pick::id(said, "reaction.message_id");
            let emoji = pick::text(said, "reaction.emoji");
            message.reaction = Some(Reaction { removed: emoji.is_none(), emoji });
        }
        "revoke" => {
            message.kind = Kind::Delete;
            message.target_id = pick::id(said, "revoke.original_message_id");
        }
        "edit" => {
            message.kind = Kind::Edit;
            message.target_id = pick::id(said, "edit.original_message_id");
            message.edited_at = message.sent_at;
            if let Some(inner) = pick::at(said, "edit.message") {
                message.in_reply_to = pick::id(inner, "context.id");
                show(message, inner);
            }
        }
        "system" => system(message, said),
        "request_welcome" => {
            message.kind = Kind::System;
            message.text = Some(word);
        }
        _ => {
            show(message, said);
            if part::is_bare(message) {
                message.kind = Kind::Unsupported;
                let told = pick::text(said, "unsupported.type").or((word != "unsupported").then_some(word));
                part::note(message, "type", told);
                part::note(message, "error_code", pick::id(said, "errors.0.code"));
            }
        }
    }
}

fn show(message: &mut CanonicalMessage, said: &Value) {
    let word = pick::text(said, "type").unwrap_or_default();
    match word.as_str() {
        "text" => message.text = pick::text(said, "text.body"),
        "image" | "video" | "document" | "audio" | "voice" | "sticker" => {
            if let Some(media) = pick::at(said, &word) {
                message.text = pick::text(media, "caption");
                message.attachments.push(file(&word, media));
            }
        }
        "location" => {
            message.location = pick::at(said, "location").and_then(|place| {
                let mut found = part::place(place, "latitude", "longitude")?;
                found.title = pick::text(place, "name");
                found.address = pick::text(place, "address");
                Some(found)
            });
        }
        "contacts" => message.contacts = pick::list(said, "contacts").iter().map(card).collect(),
        "button" => {
            let (title, payload) = (pick::text(said, "button.text"), pick::text(said, "button.payload"));
            if title.is_some() || payload.is_some() {
                part::pressed(message, title, payload);
            }
        }
        "interactive" => interactive(message, said),
        "order" => order(message, said),
        _ => {}
    }
}

fn file(word: &str, media: &Value) -> CanonicalFile {
    let word = if pick::is_true(media, "voice") { "voice" } else { word };
    CanonicalFile {
        id: pick::id(media, "id"),
        url: pick::text(media, "url").or_else(|| pick::text(media, "link")),
        filename: pick::text(media, "filename"),
        content_type: part::media_type(media, "mime_type"),
        size: pick::count(media, "file_size"),
        sha256: pick::text(media, "sha256"),
        ..part::file(word)
    }
}

/// A person's card.
pub(in crate::wire::format) fn card(card: &Value) -> ContactCard {
    let parts =
        ["first_name", "middle_name", "last_name"].map(|name| pick::text(card, &format!("name.{name}")));
    let number = |phone| pick::id(phone, "phone").or_else(|| pick::id(phone, "wa_id"));
    ContactCard {
        name: pick::text(card, "name.formatted_name").or_else(|| part::words(&parts)),
        phones: pick::list(card, "phones").iter().filter_map(number).collect(),
    }
}

fn interactive(message: &mut CanonicalMessage, said: &Value) {
    let Some(told) = pick::at(said, "interactive") else { return };
    let word = pick::text(told, "type").unwrap_or_default();
    let Some(reply) = told.get(&word) else { return };
    match word.as_str() {
        "nfm_reply" => {
            part::flag(message, true, "form");
            part::note(message, "form_name", pick::text(reply, "name"));
            part::pressed(message, pick::text(reply, "body"), pick::text(reply, "response_json"));
        }
        _ => {
            let title = ["title", "text", "body", "response"].iter().find_map(|name| pick::text(reply, name));
            let payload = pick::id(reply, "id").or_else(|| pick::text(reply, "payload"));
            if title.is_some() || payload.is_some() {
                part::pressed(message, title, payload);
            }
            part::note(message, "description", pick::text(reply, "description"));
            part::note(
                message,
                "type",
                (!word.ends_with("_reply") || word.starts_with("call")).then_some(word),
            );
        }
    }
}

/// An order as lines: what the contact wrote to it, and what he wants.
fn order(message: &mut CanonicalMessage, said: &Value) {
    let line = |item: &Value| {
        let price = part::words(&[pick::id(item, "item_price"), pick::text(item, "currency")]);
        let count = pick::id(item, "quantity").map(|count| format!("{count} x"));
        let price = price.map(|price| format!("({price})"));
        part::words(&[count, pick::id(item, "product_retailer_id"), price])
    };
    let lines = pick::list(said, "order.product_items").iter().filter_map(line);
    let lines: Vec<String> = pick::text(said, "order.text").into_iter().chain(lines).collect();
    message.text = (!lines.is_empty()).then(|| lines.join("\n"));
    part::flag(message, true, "order");
    part::note(message, "catalog", pick::id(said, "order.catalog_id"));
}

fn system(message: &mut CanonicalMessage, said: &Value) {
    message.kind = Kind::System;
    let word = pick::text(said, "system.type");
    message.text = pick::text(said, "system.body").or_else(|| word.clone());
    let old = ["system.previous_user_id", "system.customer"].iter().find_map(|path| pick::id(said, path));
    if message.from.is_none() {
        message.from = old.map(part::user);
    }
    let new_number = ["system.new_wa_id", "system.wa_id"].iter().find_map(|path| pick::id(said, path));
    let new_user_id = pick::id(said, "system.user_id");
    let known = message.from.as_ref().map(|from| from.id.clone());
    let is_new = |id: &String| Some(id) != known.as_ref();
    message.new_id = new_number.clone().filter(is_new).or_else(|| new_user_id.clone().filter(is_new));
    // A new number comes with a new user id: both are his.
    if let (Some(from), Some(_), Some(user_id)) = (&mut message.from, new_number, new_user_id) {
        from.aliases.push(user_id);
    }
    part::note(message, "type", word);
}
