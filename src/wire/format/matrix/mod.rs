//! Matrix: one event, a transaction of an application service, or a sync. Edits, reactions, threads and answers are
//! relations of events; what a room cannot show (encrypted, a poll) is told as such. Events of our own user are echoes.

mod content;

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::DeliveryState;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalMessage, Delivery, Kind};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    if pick::at(&body, "type").is_some() {
        return Ok(event(&body, None, context));
    }
    let rooms = pick::at(&body, "rooms.join").and_then(Value::as_object);
    let lists = ["events", "ephemeral", "de.sorunome.msc2409.ephemeral", "chunk", "to_device"];
    let named = lists.iter().filter_map(|name| body.get(*name)?.as_array());
    let mut items: Vec<Item> = named.flatten().flat_map(|told| event(told, None, context)).collect();
    let is_known = rooms.is_some()
        || lists.iter().any(|name| body.get(*name).is_some())
        || pick::at(&body, "next_batch").is_some();
    for (room, told) in rooms.into_iter().flatten() {
        let events = ["timeline.events", "ephemeral.events"].map(|path| pick::list(told, path));
        items.extend(events.into_iter().flatten().flat_map(|told| event(told, Some(room), context)));
    }
    if is_known { Ok(items) } else { Err(("bad_member", "it is no event and has no list of events")) }
}

fn event(told: &Value, room: Option<&str>, context: Context<'_>) -> Vec<Item> {
    let Some(word) = pick::text(told, "type") else { return vec![Item::ignored("an event without a type")] };
    let chat_id = pick::id(told, "room_id").or_else(|| room.map(str::to_owned));
    match word.as_str() {
        "m.receipt" => return receipts(told, chat_id, context),
        "m.typing" => {
            let users = pick::list(told, "content.user_ids").iter().filter_map(Value::as_str);
            let users = users.map(str::to_owned).collect();
            return vec![CanonicalMessage { chat_id, users, ..part::of(Kind::Typing) }.into()];
        }
        _ => {}
    }
    let sender = pick::id(told, "sender");
    if part::is_own(context, &[sender.as_deref()]) {
        return vec![part::ignored(part::SELF_ECHO, None, chat_id)];
    }
    if pick::at(told, "unsigned.redacted_because").is_some() {
        return vec![part::ignored("it was taken back", None, chat_id)];
    }
    let message = CanonicalMessage {
        message_id: pick::id(told, "event_id"),
        chat_id,
        from: sender.map(part::user),
        sent_at: pick::instant(told, "origin_server_ts"),
        ..CanonicalMessage::default()
    };
    vec![said(&word, message, told)]
}

fn said(word: &str, mut message: CanonicalMessage, told: &Value) -> Item {
    let Some(inner) = told.get("content") else { return Item::ignored("an event without content") };
    let poll = ["m.poll.start", "org.matrix.msc3381.poll.start"];
    match word {
        "m.room.message" => {
            if !content::fill(&mut message, inner) {
                return part::ignored("a message between programs", None, message.chat_id);
            }
        }
        "m.sticker" => {
            relate(&mut message, inner);
            message.attachments.push(content::file(inner, "sticker"));
        }
        "m.room.encrypted" => {
            let of = inner.get("m.relates_to").unwrap_or(&Value::Null);
            if pick::text(of, "rel_type").as_deref() == Some("m.replace") {
                return part::ignored("an edit that cannot be read", None, message.chat_id);
            }
            relate(&mut message, inner);
            message.kind = Kind::Unsupported;
            part::flag(&mut message, true, "encrypted");
        }
        "m.reaction" => {
            let of = inner.get("m.relates_to").unwrap_or(&Value::Null);
            let made = part::reaction(pick::id(of, "event_id"), pick::text(of, "key"), false);
            (message.kind, message.target_id, message.reaction) = (made.kind, made.target_id, made.reaction);
        }
        "m.room.redaction" => {
            message.kind = Kind::Delete;
            message.target_id = pick::id(told, "redacts").or_else(|| pick::id(inner, "redacts"));
        }
        word if poll.contains(&word) => {
            relate(&mut message, inner);
            message.kind = Kind::Unsupported;
            message.text = content::question(inner);
            part::note(&mut message, "type", Some("poll".to_owned()));
        }
        _ => return part::ignored("another event", None, message.chat_id),
    }
    message.into()
}

/// What it answers, and the thread that it stands in. Names of members have dots, so no paths.
fn relate(message: &mut CanonicalMessage, inner: &Value) {
    let Some(of) = inner.get("m.relates_to") else { return };
    let is_thread = pick::text(of, "rel_type").as_deref() == Some("m.thread");
    message.thread_id = pick::id(of, "event_id").filter(|_| is_thread);
    let answered = of.get("m.in_reply_to").and_then(|answered| pick::id(answered, "event_id"));
    message.in_reply_to = answered.filter(|_| !(is_thread && pick::is_true(of, "is_falling_back")));
}

/// Who has seen what: one item for each person and event, ours and those that only the server may know left out.
fn receipts(told: &Value, chat_id: Option<String>, context: Context<'_>) -> Vec<Item> {
    let events = told.get("content").and_then(Value::as_object).into_iter().flatten();
    let seen = events.flat_map(|(event, kinds)| {
        let users = kinds.get("m.read").and_then(Value::as_object).into_iter().flatten();
        users.map(move |(user, at)| (event, user, at))
    });
    let seen = seen.filter(|(_, user, _)| !part::is_own(context, &[Some(user)]));
    let items: Vec<Item> = seen
        .map(|(event, user, at)| {
            let state = DeliveryState::Read;
            let recipient = Some(user.clone());
            CanonicalMessage {
                chat_id: chat_id.clone(),
                from: Some(part::user(user.clone())),
                target_id: Some(event.clone()),
                sent_at: pick::instant(at, "ts"),
                delivery: Some(Delivery { state, word: None, error_code: None, recipient }),
                ..part::of(Kind::Read)
            }
            .into()
        })
        .collect();
    if items.is_empty() { vec![part::ignored("receipts of our own", None, chat_id)] } else { items }
}
