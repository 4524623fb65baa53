//! Discord: dispatches of the gateway, interactions and webhook events. An update without the instant of an edit says
//! that a link was unfolded; without the intent for content a message comes empty.

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::FileKind;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Address, CanonicalFile, CanonicalMessage, Kind};

/// Of the flags of a message: it is a recorded voice.
const VOICE: u64 = 1 << 13;

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    if let Some(word) = pick::text(&body, "t") {
        let Some(told) = pick::at(&body, "d") else {
            return Ok(vec![Item::ignored("an event without data")]);
        };
        return Ok(event(&word, told, context));
    }
    if let Some(word) = pick::text(&body, "event.type") {
        let told = pick::at(&body, "event.data").unwrap_or(&Value::Null);
        return Ok(event(&word, told, context));
    }
    if pick::at(&body, "op").is_some() {
        return Ok(vec![Item::ignored("no dispatch")]);
    }
    match pick::count(&body, "type") {
        Some(_) if pick::at(&body, "token").is_some() => Ok(vec![interaction(&body)]),
        Some(_) => Ok(vec![Item::ignored("another body")]),
        None => Err(("bad_member", "it is neither a dispatch nor an interaction")),
    }
}

fn event(word: &str, told: &Value, context: Context<'_>) -> Vec<Item> {
    let item = match word {
        "MESSAGE_CREATE" => message(told, context),
        "MESSAGE_UPDATE" => edit(told, context),
        "MESSAGE_DELETE" => delete(told, pick::id(told, "id")),
        "MESSAGE_DELETE_BULK" => {
            let ids = pick::list(told, "ids").iter().filter_map(Value::as_str);
            return ids.map(|id| delete(told, Some(id.to_owned()))).collect();
        }
        "MESSAGE_REACTION_ADD" => reaction(told, false, context),
        "MESSAGE_REACTION_REMOVE" => reaction(told, true, context),
        "TYPING_START" => {
            let from = part::user_at(told, "user_id");
            let sent_at = pick::instant(told, "timestamp");
            CanonicalMessage { from, sent_at, ..in_channel(told, Kind::Typing) }.into()
        }
        "INTERACTION_CREATE" => interaction(told),
        _ => Item::ignored("another event"),
    };
    vec![item]
}

fn in_channel(told: &Value, kind: Kind) -> CanonicalMessage {
    let chat_type = if pick::at(told, "guild_id").is_some() { "guild" } else { "private" };
    CanonicalMessage {
        chat_id: pick::id(told, "channel_id"),
        chat_type: Some(chat_type.to_owned()),
        ..part::of(kind)
    }
}

fn person(told: &Value, user: &str) -> Option<Address> {
    let mut person = part::user_at(told, &format!("{user}.id"))?;
    let names = ["member.nick".to_owned(), format!("{user}.global_name"), format!("{user}.username")];
    person.name = names.iter().find_map(|path| pick::text(told, path));
    person.username = pick::text(told, &format!("{user}.username"));
    Some(person)
}

/// Why what a program wrote is not heard.
fn passed_over(told: &Value, context: Context<'_>) -> Option<Item> {
    let ids = ["author.id", "application_id", "webhook_id"].map(|path| pick::id(told, path));
    let chat_id = pick::id(told, "channel_id");
    if part::is_own(context, &ids.each_ref().map(Option::as_deref)) {
        return Some(part::ignored(part::SELF_ECHO, None, chat_id));
    }
    (is_bot(told) && !context.source.bots).then(|| part::ignored(part::OTHER_BOT, None, chat_id))
}

fn is_bot(told: &Value) -> bool {
    pick::is_true(told, "author.bot") || pick::at(told, "webhook_id").is_some()
}

fn message(told: &Value, context: Context<'_>) -> Item {
    if let Some(passed_over) = passed_over(told, context) {
        return passed_over;
    }
    let mut message = said(told);
    // Zero is what people write, 19 an answer, 20 and 23 commands; all else tells of the channel.
    let word = pick::count(told, "type").unwrap_or(0);
    if ![0, 19, 20, 23].contains(&word) {
        message.kind = Kind::System;
        message.text = message.text.or_else(|| Some(format!("type {word}")));
    } else if part::is_bare(&message) {
        message.kind = Kind::Unsupported;
        message.text = pick::text(told, "poll.question.text");
    }
    message.into()
}

fn said(told: &Value) -> CanonicalMessage {
    let is_forward = pick::count(told, "message_reference.type") == Some(1);
    let snapshot = pick::at(told, "message_snapshots.0.message");
    let shown = snapshot.filter(|_| is_forward).unwrap_or(told);
    let is_voice = pick::count(told, "flags").unwrap_or(0) & VOICE != 0;
    let files = pick::list(shown, "attachments").iter().map(|told| file(told, is_voice));
    let sticker = |told: &Value| CanonicalFile {
        id: pick::id(told, "id"),
        filename: pick::text(told, "name"),
        ..part::file("sticker")
    };
    let stickers = pick::list(shown, "sticker_items").iter().map(sticker);
    let answered = pick::id(told, "message_reference.message_id").filter(|_| !is_forward);
    let mut message = CanonicalMessage {
        message_id: pick::id(told, "id"),
        from: person(told, "author"),
        text: pick::text(shown, "content").or_else(|| embedded(shown)),
        attachments: files.chain(stickers).collect(),
        in_reply_to: answered,
        sent_at: pick::instant(told, "timestamp"),
        ..in_channel(told, Kind::Message)
    };
    part::flag(&mut message, is_forward, "forwarded");
    part::flag(&mut message, is_bot(told), "bot");
    message
}

fn embedded(shown: &Value) -> Option<String> {
    let parts = pick::list(shown, "embeds").iter().flat_map(|embed| {
        ["title", "description", "url"].into_iter().filter_map(|name| pick::text(embed, name))
    });
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn file(told: &Value, is_voice: bool) -> CanonicalFile {
    let file = part::file_of(part::media_type(told, "content_type"));
    CanonicalFile {
        id: pick::id(told, "id"),
        url: pick::text(told, "url"),
        filename: pick::text(told, "filename"),
        size: pick::count(told, "size"),
        kind: if is_voice { Some(FileKind::Voice) } else { file.kind },
        ..file
    }
}

fn edit(told: &Value, context: Context<'_>) -> Item {
    let Some(edited_at) = pick::instant(told, "edited_timestamp") else {
        return part::ignored("a link was unfolded", None, pick::id(told, "channel_id"));
    };
    if let Some(passed_over) = passed_over(told, context) {
        return passed_over;
    }
    let message = said(told);
    let edited_at = Some(edited_at);
    CanonicalMessage { kind: Kind::Edit, target_id: message.message_id.clone(), edited_at, ..message }.into()
}

fn delete(told: &Value, target_id: Option<String>) -> Item {
    CanonicalMessage { target_id, ..in_channel(told, Kind::Delete) }.into()
}

fn reaction(told: &Value, removed: bool, context: Context<'_>) -> Item {
    let by = pick::id(told, "user_id");
    if part::is_own(context, &[by.as_deref()]) {
        return part::ignored(part::SELF_ECHO, None, pick::id(told, "channel_id"));
    }
    let emoji = pick::text(told, "emoji.name").or_else(|| pick::id(told, "emoji.id"));
    let made = part::reaction(pick::id(told, "message_id"), emoji, removed);
    let from = person(told, "member.user").filter(|_| by.is_some()).or_else(|| by.map(part::user));
    let place = in_channel(told, Kind::Reaction);
    CanonicalMessage { from, chat_id: place.chat_id, chat_type: place.chat_type, ..made }.into()
}

/// A pressed button, a command, a filled form; a ping asks whether we are there.
fn interaction(told: &Value) -> Item {
    let user = if pick::at(told, "member.user").is_some() { "member.user" } else { "user" };
    let mut message = CanonicalMessage {
        message_id: pick::id(told, "id"),
        from: person(told, user),
        in_reply_to: pick::id(told, "message.id"),
        ..in_channel(told, Kind::Action)
    };
    match pick::count(told, "type") {
        Some(2) => {
            let name = pick::text(told, "data.name").map(|name| format!("/{name}"));
            let mut all = vec![name];
            options(pick::list(told, "data.options"), &mut all);
            message.kind = Kind::Message;
            message.text = part::words(&all);
        }
        Some(3) => {
            let custom = pick::text(told, "data.custom_id");
            let chosen = pick::list(told, "data.values").iter().filter_map(Value::as_str).collect::<Vec<_>>();
            let chosen = (!chosen.is_empty()).then(|| chosen.join(", "));
            part::pressed(&mut message, label(told, custom.as_deref()).or(chosen), custom);
        }
        Some(5) => {
            part::flag(&mut message, true, "form");
            let values = pick::at(told, "data.components").map(Value::to_string);
            part::pressed(&mut message, pick::text(told, "data.custom_id"), values);
        }
        _ => return Item::ignored("another interaction"),
    }
    message.into()
}

/// What was filled in, with the names of commands within a command.
fn options(listed: &[Value], all: &mut Vec<Option<String>>) {
    for option in listed {
        let inner = pick::list(option, "options");
        // One and two are commands and groups of them.
        let is_command = !inner.is_empty() || matches!(pick::count(option, "type"), Some(1 | 2));
        let value = pick::id(option, "value").or_else(|| pick::at(option, "value").map(Value::to_string));
        all.push(if is_command { pick::text(option, "name") } else { value });
        options(inner, all);
    }
}

/// What stands on the button, which the message below it shows.
fn label(told: &Value, custom: Option<&str>) -> Option<String> {
    let rows = pick::list(told, "message.components").iter();
    let mut buttons = rows.flat_map(|row| pick::list(row, "components"));
    let button =
        buttons.find(|button| custom.is_some() && pick::text(button, "custom_id").as_deref() == custom)?;
    pick::text(button, "label")
}
