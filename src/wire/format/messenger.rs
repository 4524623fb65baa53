//! Facebook Messenger, and what Instagram has in common with it: one body holds several entries, each with several
//! happenings. What the page wrote by other means comes as an echo; what another program has in its charge
//! (`standby`) is not ours.

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::DeliveryState;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Delivery, Direction, Kind};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    entries(body, context)
}

/// The happenings of every entry.
pub(super) fn entries(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    // Meta's own examples stand in a list.
    let bodies = body.as_array().map_or(std::slice::from_ref(&body), Vec::as_slice);
    if !bodies.iter().any(|body| pick::at(body, "entry").is_some_and(Value::is_array)) {
        return Err(("bad_member", "it has no list of entries"));
    }
    let entries = bodies.iter().flat_map(|body| pick::list(body, "entry"));
    Ok(entries.flat_map(|entry| of_entry(entry, context)).collect())
}

fn of_entry(entry: &Value, context: Context<'_>) -> Vec<Item> {
    let told = pick::list(entry, "messaging").iter().map(|told| happening(entry, told, context));
    let standby = pick::list(entry, "standby").iter().map(|_| Item::ignored("standby"));
    // The button "test" of the developer's console sends a sample of `messages` as a change: it says nothing.
    let is_sample = |change: &&Value| pick::text(change, "field").as_deref() == Some("messages");
    let changes = pick::list(entry, "changes").iter().filter(|change| !is_sample(change));
    // A comment may stand in the entry itself.
    let field = pick::at(entry, "field").filter(|_| pick::list(entry, "changes").is_empty());
    let changes = changes.chain(field).map(|_| Item::ignored("a change of the page"));
    told.chain(standby).chain(changes).collect()
}

fn happening(entry: &Value, told: &Value, context: Context<'_>) -> Item {
    let account = pick::id(entry, "id");
    // What the page or account does itself is no doing of a contact, be it called an echo or not.
    let by_us = account.is_some() && pick::id(told, "sender.id") == account;
    let base = CanonicalMessage {
        direction: if by_us { Direction::OutboundEcho } else { Direction::Inbound },
        account,
        from: part::user_at(told, "sender.id").or_else(|| part::user_at(told, "sender.user_ref")),
        to: part::user_at(told, "recipient.id").into_iter().collect(),
        sent_at: pick::instant(told, "timestamp").or_else(|| pick::instant(entry, "time")),
        ..CanonicalMessage::default()
    };
    let names = ["message", "message_edit", "postback", "reaction", "delivery", "read", "optin", "referral"];
    let Some((name, inner)) = names.iter().find_map(|name| Some((*name, pick::at(told, name)?))) else {
        return Item::ignored("another happening");
    };
    match name {
        "message" => message(base, inner, context),
        "message_edit" => edit(base, inner).into(),
        "postback" => postback(base, inner).into(),
        "reaction" => reaction(base, inner).into(),
        "delivery" => seen(base, inner, DeliveryState::Delivered).into(),
        "read" => seen(base, inner, DeliveryState::Read).into(),
        name => {
            let mut message = CanonicalMessage { kind: Kind::System, text: Some(name.to_owned()), ..base };
            part::note(&mut message, "ref", pick::id(inner, "ref"));
            part::note(&mut message, "payload", pick::text(inner, "payload"));
            part::note(&mut message, "source", pick::text(inner, "source"));
            message.into()
        }
    }
}

fn message(base: CanonicalMessage, inner: &Value, context: Context<'_>) -> Item {
    let mid = pick::id(inner, "mid");
    let story = pick::id(inner, "reply_to.story.id").map(|id| format!("story:{id}"));
    let mut message = CanonicalMessage {
        message_id: mid.clone(),
        in_reply_to: pick::id(inner, "reply_to.mid").or(story),
        text: pick::text(inner, "text"),
        ..base
    };
    if pick::is_true(inner, "is_echo") {
        if part::is_own(context, &[pick::id(inner, "app_id").as_deref()]) {
            return Item::ignored(part::SELF_ECHO);
        }
        message = part::echo(message);
    }
    if pick::is_true(inner, "is_deleted") {
        return CanonicalMessage { kind: Kind::Delete, target_id: mid, ..message }.into();
    }
    for attachment in pick::list(inner, "attachments") {
        attach(&mut message, attachment);
    }
    if let Some(payload) = pick::text(inner, "quick_reply.payload") {
        let title = message.text.take();
        part::pressed(&mut message, title, Some(payload));
    }
    part::note(&mut message, "story_url", pick::text(inner, "reply_to.story.url"));
    part::note(&mut message, "ref", pick::id(inner, "referral.ref"));
    part::note(&mut message, "product", pick::id(inner, "referral.product.id"));
    if pick::is_true(inner, "is_unsupported") || part::is_bare(&message) {
        message.kind = Kind::Unsupported;
    }
    message.into()
}

fn attach(message: &mut CanonicalMessage, attachment: &Value) {
    let word = pick::text(attachment, "type").unwrap_or_else(|| "file".to_owned());
    let payload = pick::at(attachment, "payload").unwrap_or(attachment);
    let title = pick::text(attachment, "title").or_else(|| pick::text(payload, "title"));
    if word == "location" {
        message.location = part::place(payload, "coordinates.lat", "coordinates.long")
            .map(|place| crate::domain::Location { title, ..place });
        return;
    }
    let url = ["url", "story_media_url", "media_url"].iter().find_map(|name| pick::text(payload, name));
    let url = url.or_else(|| pick::text(attachment, "url")).or_else(|| pick::text(attachment, "URL"));
    let ids = [
        "attachment_id",
        "sticker_id",
        "reel_video_id",
        "ig_post_media_id",
        "story_media_id",
        "booking_id",
        "id",
    ];
    let id = ids.iter().find_map(|name| pick::id(payload, name));
    let titles = ["text", "elements.0.title", "product.elements.0.title"];
    let written = titles.iter().find_map(|path| pick::text(payload, path)).or(title);
    if id.is_none() && url.is_none() && written.is_none() {
        // Something was shared that we may not see.
        part::note(message, "type", Some(word));
        return;
    }
    // A sticker may be called a picture, and a post a share: under both words they come at once.
    let is_sticker = pick::at(payload, "sticker_id").is_some();
    let before = message.attachments.last_mut();
    if let Some(known) = before.filter(|file| id.is_some() && file.id == id) {
        known.url = known.url.take().or(url);
        return;
    }
    if message.text.is_none() {
        message.text = written;
    }
    let file = part::file(if is_sticker { "sticker" } else { &word });
    message.attachments.push(CanonicalFile { id, url, ..file });
}

fn edit(base: CanonicalMessage, inner: &Value) -> CanonicalMessage {
    let mid = pick::id(inner, "mid");
    let mut message = CanonicalMessage {
        kind: Kind::Edit,
        message_id: mid.clone(),
        target_id: mid,
        text: pick::text(inner, "text"),
        edited_at: base.sent_at,
        ..base
    };
    part::note(&mut message, "version", pick::id(inner, "num_edit"));
    message
}

fn postback(base: CanonicalMessage, inner: &Value) -> CanonicalMessage {
    // Older ones have no id of their own: a person presses one button at one instant.
    let made = || {
        let from = base.from.as_ref().map(|from| from.id.as_str()).unwrap_or_default();
        let at = base.sent_at.map(|at| at.to_string()).unwrap_or_default();
        format!("postback:{from}:{at}")
    };
    let message_id = pick::id(inner, "mid").unwrap_or_else(made);
    let mut message = CanonicalMessage { kind: Kind::Action, message_id: Some(message_id), ..base };
    part::pressed(&mut message, pick::text(inner, "title"), pick::text(inner, "payload"));
    part::note(&mut message, "ref", pick::id(inner, "referral.ref"));
    message
}

fn reaction(base: CanonicalMessage, inner: &Value) -> CanonicalMessage {
    let removed = pick::text(inner, "action").as_deref() == Some("unreact");
    let emoji = pick::text(inner, "emoji").or_else(|| pick::text(inner, "reaction"));
    let made = part::reaction(pick::id(inner, "mid"), emoji, removed);
    CanonicalMessage { kind: made.kind, target_id: made.target_id, reaction: made.reaction, ..base }
}

/// A report by ids, by an instant up to which all is meant, or by both.
fn seen(base: CanonicalMessage, inner: &Value, state: DeliveryState) -> CanonicalMessage {
    let kind = if state == DeliveryState::Read { Kind::Read } else { Kind::Status };
    let recipient = base.from.as_ref().map(|from| from.id.clone());
    let mids = pick::list(inner, "mids").iter().filter_map(|mid| mid.as_str().map(str::to_owned));
    let mut targets: Vec<String> = pick::id(inner, "mid").into_iter().chain(mids).collect();
    let target_id = if targets.len() == 1 { targets.pop() } else { None };
    CanonicalMessage {
        kind,
        target_id,
        target_ids: targets,
        watermark: pick::instant(inner, "watermark"),
        delivery: Some(Delivery { state, word: None, error_code: None, recipient }),
        ..base
    }
}
