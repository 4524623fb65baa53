//! Messages that are there: by what they are named, whether they were taken back; and what waits for others.

use crate::domain::{ConversationId, Digest, MessageId, Timestamp};

use super::super::event::{
    ConversationTold, Event, MessageEchoed, MessageExtended, MessageIdentified, MessageTouched, UpdatePended,
};
use super::super::state::{HalfKey, MESSAGE_KEYS_MAX, NamedMessage, Outbound, Pended, State};
use super::conversation::{change, follow, name_thread};

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event, _: Timestamp) {
    match event {
        Event::MessageIdentified(event) => identified(state, event),
        Event::MessageEdited(event) => {
            touched(state, event);
            change(state, event.conversation, |_| {});
        }
        Event::MessageDeleted(event) => deleted(state, event),
        Event::MessageReacted { touched: event, .. } => touched(state, event),
        Event::MessageExtended(event) => extended(state, event),
        Event::MessageEchoed(event) => echoed(state, event),
        Event::ConversationTold(event) => told(state, event),
        Event::UpdatePended(event) => pended(state, event),
        _ => {}
    }
}

/// Lets a key name a message, and what waited for it wait no more. A key that named another one names this one now.
pub(super) fn name_message(state: &mut State, id: ConversationId, key: Digest, message: MessageId) {
    let half = HalfKey::of(key);
    state.pended.take(half);
    if state.conversation(id).is_none() {
        return;
    }
    if let Some(before) = state.messages.insert(half, id)
        && let Some(conversation) = state.conversations.get_mut(before.0)
    {
        conversation.messages.retain(|named| named.key != half);
    }
    let Some(conversation) = state.conversations.get_mut(id.0) else { return };
    let is_deleted = conversation.messages.iter().any(|it| it.message() == message && it.is_deleted());
    if conversation.messages.len() == MESSAGE_KEYS_MAX {
        let oldest = conversation.messages.remove(0);
        state.messages.remove(&oldest.key);
    }
    conversation.messages.push(NamedMessage::new(half, message, is_deleted));
}

fn identified(state: &mut State, identified: &MessageIdentified) {
    for key in &identified.keys {
        name_message(state, identified.conversation, *key, identified.message);
    }
    let Some(echo) = identified.echoed_as.and_then(|echo| Some((echo, state.outbound.remove(echo.0)?)))
    else {
        return;
    };
    if let Some(conversation) = state.conversations.get_mut(echo.1.conversation.0) {
        conversation.outbound.retain(|message| *message != echo.0);
    }
}

/// A reaction is no change of the conversation: whoever answers at the version that he read answers still.
fn touched(state: &mut State, touched: &MessageTouched) {
    if let Some(dedupe) = touched.dedupe {
        state.dedupe.insert(dedupe, touched.received_at, ());
    }
    if let Some((content, conversation)) =
        touched.content.zip(state.conversations.get_mut(touched.conversation.0))
    {
        conversation.content = content;
    }
}

fn deleted(state: &mut State, event: &MessageTouched) {
    touched(state, event);
    change(state, event.conversation, |conversation| {
        let keys = conversation.messages.iter_mut().filter(|named| named.message() == event.message);
        keys.for_each(NamedMessage::delete);
    });
}

fn extended(state: &mut State, extended: &MessageExtended) {
    state.dedupe.insert(extended.dedupe, extended.received_at, ());
    if let Some(key) = extended.key {
        name_message(state, extended.conversation, key, extended.message);
    }
    change(state, extended.conversation, |conversation| conversation.content = extended.content);
}

fn echoed(state: &mut State, echoed: &MessageEchoed) {
    let (message, conversation) = (echoed.message, echoed.conversation);
    state.next.message = message.0 + 1;
    state.dedupe.insert(echoed.dedupe, echoed.received_at, ());
    change(state, conversation, |conversation| conversation.content = echoed.content);
    let sent_at = echoed.sent_at.unwrap_or(echoed.received_at);
    follow(state, message, Outbound { conversation, delivery: None, sent_at, is_echo: true, mail: None });
    for key in echoed.key.iter().chain(&echoed.group) {
        name_message(state, conversation, *key, message);
    }
}

fn told(state: &mut State, told: &ConversationTold) {
    state.dedupe.insert(told.dedupe, told.received_at, ());
    for key in &told.keys {
        name_thread(state, told.conversation, *key);
    }
    change(state, told.conversation, |conversation| conversation.content = told.content);
}

fn pended(state: &mut State, pended: &UpdatePended) {
    state.dedupe.insert(pended.dedupe, pended.received_at, ());
    let waiting = Pended {
        targets: pended.targets.iter().copied().map(HalfKey::of).collect(),
        change: pended.change.clone(),
        from: pended.from,
        sent_at: pended.sent_at,
        received_at: pended.received_at,
        content: pended.content,
    };
    state.pended.insert(state.seq, waiting);
}
