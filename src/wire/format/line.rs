//! LINE Messaging: events of several people in one body, none in a call that only checks. A chat is a user, a group or
//! a room. That an event comes again is told by a flag; it is known by its ids all the same.

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::Location;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind};

pub(super) fn read(body: &[u8], _context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    if pick::at(&body, "events").and_then(Value::as_array).is_none() {
        return Err(("bad_member", "it has no list of events"));
    }
    let account = pick::id(&body, "destination");
    Ok(pick::list(&body, "events").iter().map(|told| event(told, account.clone())).collect())
}

fn event(told: &Value, account: Option<String>) -> Item {
    let word = pick::text(told, "type").unwrap_or_default();
    let mut message = in_chat(told, account);
    let (event_id, chat_id) = (message.event_id.clone(), message.chat_id.clone());
    let ignored = |reason| part::ignored(reason, event_id, chat_id);
    // Another program answers in this chat.
    if pick::text(told, "mode").as_deref() == Some("standby") {
        return ignored("standby");
    }
    match word.as_str() {
        "message" => said(&mut message, told),
        "messageEdited" => {
            said(&mut message, told);
            message.kind = Kind::Edit;
            message.target_id = message.message_id.clone();
            message.edited_at = message.sent_at;
        }
        "unsend" => {
            message.kind = Kind::Delete;
            message.target_id = pick::id(told, "unsend.messageId");
        }
        "postback" => {
            message.kind = Kind::Action;
            message.message_id = message.event_id.clone();
            part::pressed(&mut message, None, pick::text(told, "postback.data"));
            for name in ["datetime", "date", "time", "newRichMenuAliasId"] {
                part::note(&mut message, name, pick::text(told, &format!("postback.params.{name}")));
            }
        }
        "follow" | "unfollow" | "join" | "leave" | "memberJoined" | "memberLeft" => {
            message.kind = Kind::System;
            message.message_id = message.event_id.clone();
            let members = ["joined.members", "left.members"].map(|path| pick::list(told, path));
            message.users = members.into_iter().flatten().filter_map(|one| pick::id(one, "userId")).collect();
            message.text = Some(word);
        }
        _ => return ignored("another event"),
    }
    message.into()
}

fn in_chat(told: &Value, account: Option<String>) -> CanonicalMessage {
    let chat_type = pick::text(told, "source.type");
    let chat = match chat_type.as_deref() {
        Some("group") => "source.groupId",
        Some("room") => "source.roomId",
        _ => "source.userId",
    };
    let mut message = CanonicalMessage {
        account,
        chat_id: pick::id(told, chat),
        chat_type,
        event_id: pick::id(told, "webhookEventId"),
        from: part::user_at(told, "source.userId"),
        sent_at: pick::instant(told, "timestamp"),
        ..CanonicalMessage::default()
    };
    part::flag(&mut message, pick::is_true(told, "deliveryContext.isRedelivery"), "redelivery");
    message
}

fn said(message: &mut CanonicalMessage, told: &Value) {
    let said = pick::at(told, "message").unwrap_or(&Value::Null);
    message.message_id = pick::id(said, "id");
    message.in_reply_to = pick::id(said, "quotedMessageId");
    message.group_id = pick::id(said, "imageSet.id");
    // In a group the source may hide who wrote.
    if message.from.is_none() {
        message.from = message.chat_id.clone().map(part::user);
    }
    let word = pick::text(said, "type").unwrap_or_default();
    match word.as_str() {
        "text" => message.text = pick::text(said, "text"),
        "image" | "video" | "audio" | "file" => message.attachments.push(CanonicalFile {
            id: pick::id(said, "id"),
            url: pick::text(said, "contentProvider.originalContentUrl"),
            filename: pick::text(said, "fileName"),
            size: pick::count(said, "fileSize"),
            ..part::file(&word)
        }),
        "sticker" => {
            message
                .attachments
                .push(CanonicalFile { id: pick::id(said, "stickerId"), ..part::file("sticker") });
            message.text = pick::text(said, "text");
            part::note(message, "sticker_package", pick::id(said, "packageId"));
        }
        "location" => {
            message.location = part::place(said, "latitude", "longitude").map(|place| Location {
                title: pick::text(said, "title"),
                address: pick::text(said, "address"),
                ..place
            });
        }
        _ => {}
    }
    if part::is_bare(message) {
        message.kind = Kind::Unsupported;
        part::note(message, "type", Some(word));
    }
}
