//! What a message of Telegram says. It has no member for its type: what is there tells it. What is none of the known
//! contents is a service message, and its member's name says which.

use serde_json::Value;

use super::super::{part, pick};
use crate::domain::{ContactCard, Location};
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind};

/// The members that hold one file each. An animation comes with a `document` besides, for older bots.
const FILES: [&str; 8] =
    ["voice", "video_note", "animation", "video", "audio", "sticker", "document", "live_photo"];
/// Contents that a person wrote and that cannot be shown here, with the path of what tells them.
const NOT_SHOWN: [(&str, &str); 8] = [
    ("poll", "poll.question"),
    ("game", "game.title"),
    ("invoice", "invoice.title"),
    ("checklist", "checklist.title"),
    ("paid_media", "caption"),
    ("story", "caption"),
    ("passport_data", "caption"),
    ("rich_message", "caption"),
];
/// Members that say nothing of the content.
const AROUND: [&str; 38] = [
    "author_signature",
    "business_connection_id",
    "caption",
    "caption_entities",
    "chat",
    "date",
    "direct_messages_topic",
    "edit_date",
    "effect_id",
    "entities",
    "external_reply",
    "forward_date",
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_origin",
    "forward_sender_name",
    "forward_signature",
    "from",
    "has_media_spoiler",
    "has_protected_content",
    "is_automatic_forward",
    "is_from_offline",
    "is_paid_post",
    "is_topic_message",
    "link_preview_options",
    "media_group_id",
    "message_id",
    "message_thread_id",
    "paid_star_count",
    "quote",
    "reply_markup",
    "reply_to_message",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "sender_chat",
    "via_bot",
];

/// Fills in kind and content.
pub(super) fn fill(message: &mut CanonicalMessage, told: &Value) {
    message.text = pick::text(told, "text").or_else(|| pick::text(told, "caption"));
    message.attachments.extend(photo(told));
    let file = FILES.iter().find_map(|name| Some(file(name, pick::at(told, name)?)));
    message.attachments.extend(file);
    part::note(message, "emoji", pick::text(told, "sticker.emoji"));
    message.location = location(told);
    message.contacts = pick::at(told, "contact").map(card).into_iter().collect();
    if let Some(emoji) = pick::text(told, "dice.emoji") {
        message.text = part::words(&[Some(emoji), pick::id(told, "dice.value")]);
    }
    if let Some(data) = pick::at(told, "web_app_data") {
        message.kind = Kind::Action;
        part::flag(message, true, "form");
        part::pressed(message, pick::text(data, "button_text"), pick::text(data, "data"));
    }
    if !part::is_bare(message) && pick::at(told, "paid_media").is_none() {
        return;
    }
    if let Some((name, path)) = NOT_SHOWN.iter().find(|(name, _)| pick::at(told, name).is_some()) {
        message.kind = Kind::Unsupported;
        message.text = pick::text(told, path).or_else(|| message.text.take());
        part::note(message, "type", Some((*name).to_owned()));
        return;
    }
    service(message, told);
}

/// Of the sizes of a picture the largest.
fn photo(told: &Value) -> Option<CanonicalFile> {
    let pixels = |size: &&Value| {
        let [width, height] = ["width", "height"].map(|name| pick::count(size, name).unwrap_or(0));
        width.saturating_mul(height)
    };
    pick::list(told, "photo").iter().max_by_key(pixels).map(|size| file("photo", size))
}

fn file(word: &str, told: &Value) -> CanonicalFile {
    CanonicalFile {
        id: pick::id(told, "file_id"),
        filename: pick::text(told, "file_name"),
        content_type: part::media_type(told, "mime_type"),
        size: pick::count(told, "file_size"),
        ..part::file(word)
    }
}

fn location(told: &Value) -> Option<Location> {
    let place = pick::at(told, "location").or_else(|| pick::at(told, "venue.location"))?;
    let found = part::place(place, "latitude", "longitude")?;
    Some(Location {
        title: pick::text(told, "venue.title"),
        address: pick::text(told, "venue.address"),
        ..found
    })
}

fn card(told: &Value) -> ContactCard {
    let names = [pick::text(told, "first_name"), pick::text(told, "last_name")];
    ContactCard { name: part::words(&names), phones: pick::id(told, "phone_number").into_iter().collect() }
}

/// Somebody joined, something was pinned, the group became another chat.
fn service(message: &mut CanonicalMessage, told: &Value) {
    let members = told.as_object().into_iter().flatten();
    let word = members.map(|(name, _)| name).find(|name| !AROUND.contains(&name.as_str()));
    let Some(word) = word else {
        message.kind = Kind::Unsupported;
        return;
    };
    message.kind = Kind::System;
    message.text = Some(word.clone());
    message.new_chat_id = pick::id(told, "migrate_to_chat_id");
    let joined = pick::list(told, "new_chat_members").iter().filter_map(|member| pick::id(member, "id"));
    message.users = joined.chain(pick::id(told, "left_chat_member.id")).collect();
}
