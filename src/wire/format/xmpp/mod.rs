//! XMPP: one stanza. A person is a bare address, since resources change; in a room he is his nick there. The id of a
//! message is what our own server or the room gave it, else its origin's. What another client of ours sent or got comes
//! as a carbon, which only our own account may send.

mod content;
mod tree;

use super::{Context, Item, part};
use crate::domain::DeliveryState;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalMessage, Kind};
use crate::wire::time::InstantText;
use tree::Element;

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let root = tree::parse(body)?;
    match root.name.as_str() {
        "message" => Ok(outer(&root, context)),
        "presence" | "iq" => Ok(vec![Item::ignored("no message")]),
        _ => Err(("bad_member", "it is no stanza")),
    }
}

/// A stanza, or the one that it brings: a carbon, or one of the archive.
fn outer(root: &Element, context: Context<'_>) -> Vec<Item> {
    let carbon = |name| root.child(name, "urn:xmpp:carbons:2");
    let brought = carbon("sent").map(|sent| (sent, true));
    let brought = brought.or_else(|| carbon("received").map(|received| (received, false)));
    let archived = root.child("result", "urn:xmpp:mam:2").map(|result| (result, false));
    let Some((wrap, is_sent)) = brought.or(archived) else { return message(root, None, None, context) };
    let Some(forwarded) = wrap.child("forwarded", "urn:xmpp:forward:0") else {
        return vec![Item::ignored("a carbon of nothing")];
    };
    let Some(inner) = forwarded.children.iter().find(|child| child.name == "message") else {
        return vec![Item::ignored("a carbon of nothing")];
    };
    // Our own account brings it, or a room what was said there.
    let by = root.attribute("from").map(bare);
    let ours = if is_sent { "from" } else { "to" };
    let own = root.attribute("to").or_else(|| inner.attribute(ours)).map(bare);
    let is_of_room = archived.is_some()
        && inner.attribute("type") == Some("groupchat")
        && by == inner.attribute("from").map(bare);
    if by.is_some() && by != own && !is_of_room {
        return vec![Item::ignored("a carbon of another account")];
    }
    let is_sent = is_sent || own.is_some() && inner.attribute("from").map(bare) == own;
    let items = message(inner, content::delay(forwarded), wrap.attribute("id"), context);
    if !is_sent {
        return items;
    }
    // Ours is the account that wrote it; the stanza within is addressed to whom it wrote to.
    let account = own.map(str::to_owned);
    let echo = |item| match item {
        Item::Message(message) => {
            let account = account.clone().or_else(|| message.account.clone());
            CanonicalMessage { account, ..part::echo(*message) }.into()
        }
        other => other,
    };
    items.into_iter().map(echo).collect()
}

fn message(
    stanza: &Element,
    delayed: Option<InstantText>,
    archive_id: Option<&str>,
    context: Context<'_>,
) -> Vec<Item> {
    let base = base(stanza, delayed, archive_id);
    let from = base.from.as_ref().map(|from| from.id.clone());
    let real = stanza.attribute("from").map(bare);
    if part::is_own(context, &[from.as_deref(), real.filter(|_| base.chat_id.is_none())]) {
        return vec![part::ignored(part::SELF_ECHO, None, base.chat_id)];
    }
    if stanza.attribute("type") == Some("error") {
        return vec![failed(stanza, from).into()];
    }
    if let Some((id, state, word)) = seen(stanza) {
        let sent_at = base.sent_at;
        return vec![
            CanonicalMessage { sent_at, chat_id: base.chat_id, ..part::report(id, state, word, from) }.into(),
        ];
    }
    let reactions = stanza.child("reactions", "urn:xmpp:reactions:0");
    if let Some(told) = reactions {
        return reacted(&base, told);
    }
    if let Some(target) = retracted(stanza) {
        // What the room itself says its moderators took back, whoever had written it.
        let is_room = base.chat_id.is_some() && base.chat_id == from;
        let from = base.from.clone().filter(|_| !is_room);
        return vec![CanonicalMessage { kind: Kind::Delete, target_id: target, from, ..base }.into()];
    }
    let mut message = base;
    if let Some(replaced) = stanza.child("replace", "urn:xmpp:message-correct:0") {
        message.kind = Kind::Edit;
        message.target_id = replaced.attribute("id").map(str::to_owned);
        message.edited_at = message.sent_at;
    }
    if content::fill(&mut message, stanza) {
        // Nobody needs to give an id: then it is known by when it came.
        let made = || format!("{} {}", context.received_at.0, from.unwrap_or_default());
        message.message_id = message.message_id.or_else(|| Some(made()));
        return vec![message.into()];
    }
    let states = ["composing", "paused"];
    if states.iter().any(|name| stanza.child(name, "http://jabber.org/protocol/chatstates").is_some()) {
        return vec![CanonicalMessage { kind: Kind::Typing, ..message }.into()];
    }
    vec![part::ignored("nothing is said", None, message.chat_id)]
}

fn base(stanza: &Element, delayed: Option<InstantText>, archive_id: Option<&str>) -> CanonicalMessage {
    let kind = stanza.attribute("type").unwrap_or("normal");
    let is_room = kind == "groupchat";
    let full = stanza.attribute("from").unwrap_or_default();
    let (room, nick) = full.split_once('/').map_or((full, None), |(room, nick)| (room, Some(nick)));
    let is_occupant = is_room || stanza.child("x", "http://jabber.org/protocol/muc#user").is_some();
    let to = stanza.attribute("to").map(bare);
    let mut from = (!full.is_empty()).then(|| part::user(if is_occupant { full } else { room }.to_owned()));
    if let Some(from) = &mut from {
        from.name = content::nick(stanza).or_else(|| nick.filter(|_| is_occupant).map(str::to_owned));
        // Only a room gives these, to tell its people apart: outside of one anybody may write anything there.
        let occupant = stanza.child("occupant-id", "urn:xmpp:occupant-id:0").filter(|_| is_room);
        let occupant = occupant.and_then(|told| told.attribute("id"));
        from.aliases.extend(occupant.map(|id| format!("occupant {room} {id}")));
    }
    let judge = if is_room { Some(room) } else { to };
    CanonicalMessage {
        message_id: archive_id.map(str::to_owned).or_else(|| id(stanza, judge)),
        chat_id: is_room.then(|| room.to_owned()),
        chat_type: Some(kind.to_owned()),
        account: to.map(str::to_owned),
        to: to.map(|to| part::user(to.to_owned())).into_iter().collect(),
        from,
        sent_at: content::delay(stanza).or(delayed),
        ..CanonicalMessage::default()
    }
}

/// An address without its resource.
fn bare(full: &str) -> &str {
    full.split('/').next().unwrap_or(full)
}

/// The id that our server or the room gave it; of others' nobody knows whether they are unique.
fn id(stanza: &Element, judge: Option<&str>) -> Option<String> {
    let given =
        stanza.children.iter().filter(|child| child.name == "stanza-id" && child.space == "urn:xmpp:sid:0");
    let mut given =
        given.filter(|child| child.attribute("by").is_some() && child.attribute("by").map(bare) == judge);
    let given = given.next().and_then(|child| child.attribute("id"));
    let origin = || stanza.child("origin-id", "urn:xmpp:sid:0")?.attribute("id");
    given.or_else(origin).or_else(|| stanza.attribute("id")).map(str::to_owned)
}

fn failed(stanza: &Element, from: Option<String>) -> CanonicalMessage {
    let target = stanza.attribute("id").map(str::to_owned);
    let space = "urn:ietf:params:xml:ns:xmpp-stanzas";
    let conditions = stanza.plain("error").into_iter().flat_map(|error| &error.children);
    let mut conditions = conditions.filter(|child| child.space == space && child.name != "text");
    let code = conditions.next().map(|condition| condition.name.clone());
    part::with_code(part::report(target, DeliveryState::Failed, "failed", from), code)
}

/// A receipt (XEP-0184) or a marker (XEP-0333).
fn seen(stanza: &Element) -> Option<(Option<String>, DeliveryState, &'static str)> {
    let known = [
        ("received", "urn:xmpp:receipts", DeliveryState::Delivered, "delivered"),
        ("received", "urn:xmpp:chat-markers:0", DeliveryState::Delivered, "delivered"),
        ("displayed", "urn:xmpp:chat-markers:0", DeliveryState::Read, "read"),
        ("acknowledged", "urn:xmpp:chat-markers:0", DeliveryState::Read, "read"),
    ];
    known.into_iter().find_map(|(name, space, state, word)| {
        Some((stanza.child(name, space)?.attribute("id").map(str::to_owned), state, word))
    })
}

/// A person's emojis under a message (XEP-0444), all of them: none means that all are gone.
fn reacted(base: &CanonicalMessage, told: &Element) -> Vec<Item> {
    let target = told.attribute("id").map(str::to_owned);
    let emojis = told.children.iter().filter(|child| child.name == "reaction").map(|child| child.text.trim());
    let mut emojis: Vec<Option<String>> = emojis.map(|emoji| Some(emoji.to_owned())).collect();
    let removed = emojis.is_empty();
    if removed {
        emojis.push(None);
    }
    let made = |emoji| {
        let made = part::reaction(target.clone(), emoji, removed);
        CanonicalMessage {
            kind: made.kind,
            target_id: made.target_id,
            reaction: made.reaction,
            ..base.clone()
        }
        .into()
    };
    emojis.into_iter().take(super::ITEMS_MAX / 2).map(made).collect()
}

/// What was taken back (XEP-0424), also by a moderator (XEP-0425), each in both of its forms.
fn retracted(stanza: &Element) -> Option<Option<String>> {
    if let Some(told) = stanza.child("retract", "urn:xmpp:message-retract:1") {
        return Some(told.attribute("id").map(str::to_owned));
    }
    let applied = stanza.child("apply-to", "urn:xmpp:fasten:0")?;
    let moderated = applied.child("moderated", "urn:xmpp:message-moderate:0");
    moderated.unwrap_or(applied).child("retract", "urn:xmpp:message-retract:0")?;
    Some(applied.attribute("id").map(str::to_owned))
}
