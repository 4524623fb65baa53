//! Telegram bots: one update a body. Ids of messages are one within their chat only, so each carries its chat. A chat
//! of a business account is the contact's: what the account's owner writes there comes as an echo.

mod content;

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Address, CanonicalMessage, Kind};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    let event_id = pick::id(&body, "update_id");
    let names = [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "callback_query",
        "message_reaction",
    ];
    let known = names.iter().find_map(|name| Some((*name, pick::at(&body, name)?)));
    let Some((name, inner)) = known else {
        let fault = ("bad_member", "it has no id of the update");
        return if event_id.is_some() {
            Ok(vec![part::ignored("another update", event_id, None)])
        } else {
            Err(fault)
        };
    };
    let mut items = match name {
        "callback_query" => vec![pressed(inner).into()],
        "message_reaction" => reactions(inner, context),
        "deleted_business_messages" => deleted(inner),
        name => vec![message(inner, name.starts_with("edited_"), context)],
    };
    for item in &mut items {
        match item {
            Item::Message(message) => message.event_id = event_id.clone(),
            Item::Ignored(ignored) => ignored.event_id = event_id.clone(),
            Item::Challenge(_) | Item::Refused(..) => {}
        }
    }
    Ok(items)
}

fn message(told: &Value, is_edit: bool, context: Context<'_>) -> Item {
    let chat_id = pick::id(told, "chat.id");
    let by = pick::at(told, "from");
    let is_person = speaks_as_chat(told);
    if let Some(by) = by {
        let own = part::is_own(
            context,
            &[pick::id(by, "id").as_deref(), pick::id(told, "sender_business_bot.id").as_deref()],
        );
        if own {
            return part::ignored(part::SELF_ECHO, None, chat_id);
        }
        if pick::is_true(by, "is_bot") && !is_person && !context.source.bots {
            return part::ignored(part::OTHER_BOT, None, chat_id);
        }
    }
    let mut message = in_chat(told);
    message.message_id = pick::id(told, "message_id");
    message.sent_at = pick::instant(told, "date");
    message.group_id = pick::id(told, "media_group_id");
    message.in_reply_to = answered(told);
    // Whoever speaks as a chat (an admin without a name, a channel) has the same made-up user everywhere.
    message.from = ["sender_chat", "from", "chat"].iter().find_map(|name| person(pick::at(told, name)?));
    part::flag(&mut message, is_forward(told), "forwarded");
    part::flag(&mut message, by.is_some_and(|by| pick::is_true(by, "is_bot")) && !is_person, "bot");
    part::note(&mut message, "locale", pick::text(told, "from.language_code"));
    content::fill(&mut message, told);
    if is_edit {
        message.kind = Kind::Edit;
        message.target_id = message.message_id.clone();
        message.edited_at = pick::instant(told, "edit_date");
    }
    let of_owner = pick::at(told, "business_connection_id").is_some()
        && message.from.as_ref().map(|from| &from.id) != chat_id.as_ref();
    if of_owner {
        message.to = pick::at(told, "chat").and_then(person).into_iter().collect();
        message = part::echo(message);
    }
    message.into()
}

/// A message of the chat that it stands in.
fn in_chat(told: &Value) -> CanonicalMessage {
    CanonicalMessage {
        chat_id: pick::id(told, "chat.id"),
        chat_type: pick::text(told, "chat.type"),
        thread_id: topic(told),
        ..CanonicalMessage::default()
    }
}

/// A topic of a forum; among the direct messages to a channel, whose chat is one for all who write, that of one person.
fn topic(told: &Value) -> Option<String> {
    pick::id(told, "message_thread_id").or_else(|| pick::id(told, "direct_messages_topic.topic_id"))
}

fn speaks_as_chat(told: &Value) -> bool {
    pick::at(told, "sender_chat").is_some()
}

/// What it answers. Within a topic each message names the topic's first, which is no answer.
fn answered(told: &Value) -> Option<String> {
    let answered = pick::id(told, "reply_to_message.message_id")?;
    let of_topic = pick::is_true(told, "is_topic_message")
        && pick::id(told, "message_thread_id").as_ref() == Some(&answered);
    (!of_topic).then_some(answered)
}

fn is_forward(told: &Value) -> bool {
    let signs =
        ["forward_origin", "forward_date", "forward_from", "forward_from_chat", "forward_sender_name"];
    signs.iter().any(|name| pick::at(told, name).is_some())
}

/// A user, or a chat that speaks as one.
fn person(told: &Value) -> Option<Address> {
    let names = [pick::text(told, "first_name"), pick::text(told, "last_name")];
    let mut person = part::user_at(told, "id")?;
    person.name = part::words(&names).or_else(|| pick::text(told, "title"));
    person.username = pick::text(told, "username");
    Some(person)
}

/// A pressed button under a message.
fn pressed(told: &Value) -> CanonicalMessage {
    let below = pick::at(told, "message").unwrap_or(&Value::Null);
    let data = pick::text(told, "data").or_else(|| pick::text(told, "game_short_name"));
    let rows = pick::list(below, "reply_markup.inline_keyboard").iter();
    let mut buttons = rows.filter_map(Value::as_array).flatten();
    let button = buttons.find(|button| data.is_some() && pick::text(button, "callback_data") == data);
    let mut message = CanonicalMessage {
        kind: Kind::Action,
        message_id: pick::id(told, "id"),
        in_reply_to: pick::id(below, "message_id").or_else(|| pick::id(told, "inline_message_id")),
        from: pick::at(told, "from").and_then(person),
        ..in_chat(below)
    };
    part::pressed(&mut message, button.and_then(|button| pick::text(button, "text")), data);
    message
}

/// What a person's reactions to a message are now against what they were: each that is gone, each that is new.
fn reactions(told: &Value, context: Context<'_>) -> Vec<Item> {
    let chat_id = pick::id(told, "chat.id");
    let by = ["user", "actor_chat"].iter().find_map(|name| person(pick::at(told, name)?));
    if part::is_own(context, &[by.as_ref().map(|by| by.id.as_str())]) {
        return vec![part::ignored(part::SELF_ECHO, None, chat_id)];
    }
    let [before, now] = ["old_reaction", "new_reaction"].map(|name| {
        let emojis = pick::list(told, name).iter().filter_map(emoji);
        emojis.take(super::ITEMS_MAX / 4).collect::<Vec<String>>()
    });
    let gone = before.iter().filter(|emoji| !now.contains(emoji)).map(|emoji| (emoji, true));
    let new = now.iter().filter(|emoji| !before.contains(emoji)).map(|emoji| (emoji, false));
    let made = gone.chain(new).map(|(emoji, removed)| {
        let reaction = part::reaction(pick::id(told, "message_id"), Some(emoji.clone()), removed);
        let told_in = in_chat(told);
        CanonicalMessage {
            chat_id: told_in.chat_id,
            chat_type: told_in.chat_type,
            from: by.clone(),
            sent_at: pick::instant(told, "date"),
            ..reaction
        }
        .into()
    });
    let made: Vec<Item> = made.collect();
    if made.is_empty() { vec![part::ignored("the same reactions", None, chat_id)] } else { made }
}

fn emoji(reaction: &Value) -> Option<String> {
    match pick::text(reaction, "type")?.as_str() {
        "emoji" => pick::text(reaction, "emoji"),
        "custom_emoji" => pick::id(reaction, "custom_emoji_id"),
        "paid" => Some("⭐".to_owned()),
        _ => None,
    }
}

fn deleted(told: &Value) -> Vec<Item> {
    let ids = pick::list(told, "message_ids").iter();
    let ids =
        ids.filter_map(|id| id.as_str().map(str::to_owned).or_else(|| Some(id.as_number()?.to_string())));
    let delete =
        |id: String| CanonicalMessage { kind: Kind::Delete, target_id: Some(id), ..in_chat(told) }.into();
    ids.map(delete).collect()
}
