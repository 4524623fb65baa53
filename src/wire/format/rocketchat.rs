//! Rocket.Chat. Its live chat: each body holds the room, its visitor and a list of messages; agents' messages come
//! along as echoes, and at the end a transcript tells everything again. Its outgoing webhooks: one message of a room
//! a body.

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Address, CanonicalFile, CanonicalMessage, Kind};

/// Whether a body is one of these.
pub(super) fn is_one(body: &Value) -> bool {
    let is_live = pick::at(body, "visitor").is_some_and(Value::is_object)
        && (pick::at(body, "messages").is_some() || pick::text(body, "type").is_some());
    is_live || is_outgoing(body) && pick::at(body, "siteUrl").is_some()
}

fn is_outgoing(body: &Value) -> bool {
    pick::at(body, "channel_id").is_some() && pick::at(body, "type").is_none()
}

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    if is_outgoing(&body) {
        return Ok(vec![outgoing(&body, context)]);
    }
    let word = pick::text(&body, "type").ok_or(("bad_member", "it names no type"))?;
    let chat_id = pick::id(&body, "_id");
    let items = match word.as_str() {
        "Message" | "FileUpload" => {
            pick::list(&body, "messages").iter().map(|said| message(&body, said, context)).collect()
        }
        "LivechatOfflineMessage" => {
            vec![offline(&body, chat_id).into()]
        }
        "LivechatSessionStart"
        | "LivechatSessionStarted"
        | "LivechatSessionForwarded"
        | "LivechatSessionTaken" => {
            let mut message = base(&body);
            message.kind = Kind::System;
            message.text = Some(word);
            message.sent_at = pick::instant(&body, "createdAt");
            vec![message.into()]
        }
        "LivechatSession" => vec![part::ignored("a transcript", None, chat_id)],
        _ => vec![part::ignored("another type", None, chat_id)],
    };
    Ok(items)
}

/// What was left in a form while nobody was there. It has no id, and its writer mostly none but what he typed.
fn offline(body: &Value, id: Option<String>) -> CanonicalMessage {
    let mut message = base(body);
    let typed = ["visitor.email", "visitor.email.0.address", "visitor.phone"];
    let typed = typed.iter().find_map(|path| pick::text(body, path));
    message.from = message.from.or_else(|| {
        let name = pick::text(body, "visitor.name");
        typed.map(|id| Address { name, ..part::user(id) })
    });
    message.text = pick::text(body, "message").or_else(|| pick::text(body, "visitor.message"));
    let times = ["sentAt", "createdAt", "ts"];
    message.sent_at = times.iter().find_map(|name| pick::instant(body, name));
    let by = message.from.as_ref().map(|from| from.id.clone());
    let made = || Some(format!("offline {} {}", message.sent_at?.0.0, by?));
    message.message_id = id.or_else(made);
    message
}

fn base(body: &Value) -> CanonicalMessage {
    CanonicalMessage { chat_id: pick::id(body, "_id"), from: visitor(body), ..CanonicalMessage::default() }
}

fn visitor(body: &Value) -> Option<Address> {
    let mut visitor = part::user_at(body, "visitor._id").or_else(|| part::user_at(body, "visitor.token"))?;
    visitor.name = pick::text(body, "visitor.name");
    visitor.username = pick::text(body, "visitor.username");
    Some(visitor)
}

fn message(body: &Value, said: &Value, context: Context<'_>) -> Item {
    let by = ["username", "u.username"].iter().find_map(|path| pick::text(said, path));
    let is_agent = pick::at(said, "agentId").is_some()
        || part::is_own(context, &[by.as_deref(), pick::id(said, "u._id").as_deref()])
        || by.zip(pick::text(body, "visitor.username")).is_some_and(|(by, visitor)| by != visitor);
    if is_agent {
        return part::ignored(part::SELF_ECHO, None, pick::id(body, "_id"));
    }
    let mut message = base(body);
    message.message_id = pick::id(said, "_id");
    message.text = pick::text(said, "msg");
    message.sent_at = pick::instant(said, "ts");
    message.thread_id = pick::id(said, "tmid");
    message.attachments = files(said);
    if let Some(word) = pick::text(said, "t") {
        message.kind = Kind::System;
        message.text = message.text.or(Some(word));
    } else if pick::at(said, "editedAt").is_some() {
        message.kind = Kind::Edit;
        message.target_id = message.message_id.clone();
        message.edited_at = pick::instant(said, "editedAt");
    } else if part::is_bare(&message) {
        message.kind = Kind::Unsupported;
    }
    message.into()
}

/// A message that an outgoing webhook tells. Other happenings of a room have no id of a message.
fn outgoing(body: &Value, context: Context<'_>) -> Item {
    let (by, name) = (pick::id(body, "user_id"), pick::text(body, "user_name"));
    let chat_id = pick::id(body, "channel_id");
    let message_id = pick::id(body, "message_id");
    if message_id.is_none() {
        return part::ignored("another event", None, chat_id);
    }
    if part::is_own(context, &[by.as_deref(), name.as_deref()]) {
        return part::ignored(part::SELF_ECHO, None, chat_id);
    }
    let is_bot = pick::at(body, "bot").is_some_and(|bot| *bot != Value::Bool(false));
    if is_bot && !context.source.bots {
        return part::ignored(part::OTHER_BOT, None, chat_id);
    }
    let mut from = by.map(part::user);
    if let Some(from) = &mut from {
        from.name = pick::text(body, "alias").or_else(|| pick::text(body, "user.name"));
        from.username = name;
    }
    let mut message = CanonicalMessage {
        message_id,
        chat_id,
        from,
        text: pick::text(body, "text"),
        thread_id: pick::id(body, "tmid"),
        sent_at: pick::instant(body, "timestamp"),
        attachments: pick::at(body, "message").map(files).unwrap_or_default(),
        ..CanonicalMessage::default()
    };
    part::flag(&mut message, is_bot, "bot");
    if pick::is_true(body, "isEdited") {
        message.kind = Kind::Edit;
        message.target_id = message.message_id.clone();
        message.edited_at = pick::instant(body, "message.editedAt");
    } else if part::is_bare(&message) {
        message.kind = Kind::Unsupported;
    }
    message.into()
}

fn files(said: &Value) -> Vec<CanonicalFile> {
    let many = pick::list(said, "files").iter();
    let one = [pick::at(said, "file"), pick::at(said, "fileUpload")].into_iter().flatten();
    let found: Vec<&Value> = many.chain(one.take(1)).collect();
    let links = ["image_url", "video_url", "audio_url", "title_link"];
    let link = links.iter().find_map(|name| pick::text(said, &format!("attachments.0.{name}")));
    // The whole address of the one file; those of attachments are without their server.
    let link = pick::text(said, "fileUpload.publicFilePath").or(link);
    let file = |told: &&Value| CanonicalFile {
        id: pick::id(told, "_id"),
        url: pick::text(told, "publicFilePath").or_else(|| link.clone()),
        filename: pick::text(told, "name"),
        size: pick::count(told, "size"),
        ..part::file_of(part::media_type(told, "type"))
    };
    found.iter().map(file).collect()
}
