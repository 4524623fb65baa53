//! Conversations and their messages.

use crate::domain::{
    Channel, ConversationId, DeliveryState, Keyword, MessageId, Metric, Seq, SourceId, ThreadKey,
    ThreadScope, Timestamp,
};

use super::super::deadlines::DueKind;
use super::super::event::{ConversationChanged, ConversationOpened, Event, MessageReceived, MessageReplied};
use super::super::state::{Archived, Conversation, HalfKey, OUTBOUND_MAX, Outbound, State, ThreadEntry};
use super::contact::{self, change_contact};
use super::{routing, update};

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event, at: Timestamp) {
    match event {
        Event::ConversationOpened(event) => opened(state, event, at),
        Event::ConversationReopened { conversation } => reopened(state, *conversation),
        Event::ConversationResolved { conversation, archive_at } => {
            resolved(state, *conversation, *archive_at);
        }
        Event::ConversationArchived { conversation, forget_at, contact_expires_at } => {
            archived(state, *conversation, *forget_at, *contact_expires_at, at);
        }
        Event::ConversationForgotten { conversation } => forgotten(state, *conversation),
        Event::ConversationChanged(event) => changed(state, event),
        Event::ConversationMailboxAdded { conversation, source, keys } => {
            mailbox_added(state, *conversation, *source, keys);
        }
        Event::MessageReceived(event) => received(state, event),
        Event::MessageIgnored { dedupe, received_at, .. } => state.dedupe.insert(*dedupe, *received_at, ()),
        Event::MessageReplied(event) => replied(state, event),
        Event::MessageDelivery { message, state: delivery, .. } => delivered(state, *message, *delivery),
        Event::ConversationNoted { conversation, note, content } => {
            state.next.message = note.0 + 1;
            change(state, *conversation, |conversation| conversation.content = *content);
        }
        _ => {}
    }
}

fn opened(state: &mut State, opened: &ConversationOpened, at: Timestamp) {
    state.next.conversation = opened.conversation.0 + 1;
    let to = state.interned.text(Some(&opened.to)).unwrap_or_else(|| opened.to.clone());
    let language = state.interned.text(opened.language.as_ref());
    let before = opened.follow_up_of.and_then(|before| state.conversation(before));
    let conversation = Conversation {
        contact: opened.contact,
        peer: opened.peer,
        channel: opened.channel,
        source: opened.source,
        also: opened.also.clone().into_boxed_slice(),
        to,
        language,
        follow_up_of: opened.follow_up_of,
        opened_at: at,
        active_at: at,
        // The window is that of the contact, not that of the conversation in which he wrote.
        reply_until: before.and_then(|before| before.reply_until).max(opened.reply_until),
        no_reply: false,
        owed: false,
        interaction: None,
        archive_at: None,
        keys: Vec::new(),
        messages: Vec::new(),
        participants: Vec::new(),
        writers: 0,
        clocks: Vec::new(),
        cycles: [0; Metric::ALL.len()],
        tags: Box::default(),
        content: Seq(0),
        heard: Seq(0),
        heard_at: None,
        outbound: Vec::new(),
        version: 1,
    };
    state.conversations.insert(opened.conversation.0, conversation);
    state.by_contact.insert((opened.contact, opened.conversation));
    change_contact(state, opened.contact, |contact| {
        contact.conversations += 1;
        contact.idle_since = None;
        contact.expire_at = None;
    });
}

fn reopened(state: &mut State, id: ConversationId) {
    set_archive_at(state, id, None);
}

fn resolved(state: &mut State, id: ConversationId, archive_at: Timestamp) {
    set_archive_at(state, id, Some(archive_at));
    if let Some(conversation) = state.conversations.get_mut(id.0) {
        conversation.owed = false;
    }
}

fn archived(
    state: &mut State,
    id: ConversationId,
    forget_at: Timestamp,
    contact_expires_at: Timestamp,
    at: Timestamp,
) {
    set_archive_at(state, id, None);
    let Some(conversation) = state.conversations.remove(id.0) else { return };
    state.by_contact.remove(&(conversation.contact, id));
    for message in &conversation.outbound {
        state.outbound.remove(message.0);
    }
    for named in &conversation.messages {
        state.messages.remove(&named.key);
    }
    let Conversation { contact, keys, reply_until, .. } = conversation;
    state.archived.insert(id.0, Archived { contact, keys, reply_until, forget_at });
    state.deadlines.shift(DueKind::Forget, id.0, None, Some(forget_at));
    change_contact(state, contact, |contact| {
        contact.conversations -= 1;
        if contact.conversations == 0 {
            contact.idle_since = Some(at);
            contact.expire_at = (!contact.is_kept()).then_some(contact_expires_at);
        }
    });
}

fn forgotten(state: &mut State, id: ConversationId) {
    let Some(link) = state.archived.remove(id.0) else { return };
    state.deadlines.shift(DueKind::Forget, id.0, Some(link.forget_at), None);
    for key in link.keys {
        let names_it = state.threads.get(key).is_some_and(|entry| entry.conversation == id);
        if names_it {
            state.threads.remove(key);
        }
    }
}

fn changed(state: &mut State, changed: &ConversationChanged) {
    let interaction = state.conversation(changed.conversation).and_then(|it| it.interaction);
    if let Some((interaction, priority)) = interaction.zip(changed.priority) {
        routing::set_priority(state, interaction, priority);
    }
    let language = state.interned.text(changed.language.as_ref());
    let tags = changed.tags.clone().map(Vec::into_boxed_slice);
    change(state, changed.conversation, |conversation| {
        conversation.language = language.or(conversation.language.take());
        conversation.tags = tags.unwrap_or_else(|| std::mem::take(&mut conversation.tags));
    });
}

fn mailbox_added(state: &mut State, id: ConversationId, source: SourceId, keys: &[ThreadKey]) {
    for key in keys {
        name_thread(state, id, *key);
    }
    change(state, id, |conversation| {
        conversation.also = conversation.also.iter().copied().chain([source]).collect();
    });
}

fn received(state: &mut State, received: &MessageReceived) {
    state.next.message = received.message.0 + 1;
    for key in std::iter::once(&received.dedupe).chain(&received.parts) {
        state.dedupe.insert(*key, received.received_at, ());
    }
    let id = received.conversation;
    for key in &received.keys {
        name_thread(state, id, *key);
        if state.awaited.by(received.from, key.digest, received.received_at) == Some(id) {
            state.awaited.remove(key.digest, received.from);
        }
    }
    for key in &received.awaits {
        state.awaited.insert(*key, received.from, id, received.received_at);
    }
    for key in received.key.iter().chain(&received.group) {
        update::name_message(state, received.conversation, *key, received.message);
    }
    let language = state.interned.text(received.language.as_ref());
    let is_contact = state.is_of(received.contact, received.from);
    if received.keyword == Some(Keyword::Review) {
        contact::review(state, received.contact, received.received_at);
    }
    let Some(conversation) = state.conversations.get_mut(id.0) else { return };
    conversation.version += 1;
    conversation.content = received.content;
    conversation.reply_until = conversation.reply_until.max(received.reply_until);
    if conversation.channel == Channel::Email {
        state.delivered.insert(HalfKey::of(received.dedupe), id, received.received_at);
    }
    if !received.opens {
        return;
    }
    if received.language.is_some() {
        conversation.language = language;
    }
    conversation.active_at = conversation.active_at.max(received.received_at);
    conversation.owed = true;
    conversation.heard = received.content;
    let wrote_at = received.sent_at.unwrap_or(received.received_at).min(received.received_at);
    let before = conversation.heard_at.filter(|_| conversation.peer == Some(received.from));
    conversation.heard_at = before.max(Some(wrote_at));
    conversation.peer = Some(received.from);
    conversation.no_reply = received.no_reply;
    if !is_contact {
        conversation.note_writer(received.from);
    }
    received.participants.iter().for_each(|address| conversation.note_participant(*address));
}

fn replied(state: &mut State, replied: &MessageReplied) {
    let (message, id) = (replied.message, replied.conversation);
    state.next.message = message.0 + 1;
    for key in replied.key.iter().chain(&replied.subject) {
        name_thread(state, id, *key);
    }
    change(state, id, |conversation| {
        conversation.content = replied.content;
        conversation.active_at = conversation.active_at.max(replied.replied_at);
        conversation.owed = false;
    });
    let sent_at = replied.replied_at;
    let outbound = Outbound { conversation: id, delivery: None, sent_at, is_echo: false, mail: None };
    follow(state, message, outbound);
    // A mail is known by the id that it bears; on other channels the provider gives it one.
    if let Some(key) = replied.key.filter(|key| key.scope == ThreadScope::Ours) {
        update::name_message(state, id, key.digest, message);
    }
}

/// The delivery of an outbound message is followed from now on, and no more that of the oldest of too many.
pub(super) fn follow(state: &mut State, message: MessageId, outbound: Outbound) {
    let Some(conversation) = state.conversations.get_mut(outbound.conversation.0) else { return };
    if conversation.outbound.len() == OUTBOUND_MAX {
        let oldest = conversation.outbound.remove(0);
        state.outbound.remove(oldest.0);
    }
    conversation.outbound.push(message);
    state.outbound.insert(message.0, outbound);
}

/// Notes how far an outbound message came, while that is still followed.
fn delivered(state: &mut State, message: MessageId, delivery: DeliveryState) {
    if let Some(outbound) = state.outbound.get_mut(message.0) {
        outbound.delivery = Some(delivery);
    }
}

/// The mail of an outbound message ended. A report that came before may know more than the relay.
pub(super) fn mailed(state: &mut State, message: MessageId, delivery: DeliveryState) {
    if let Some(outbound) = state.outbound.get_mut(message.0) {
        outbound.mail = None;
        if delivery.may_follow(outbound.delivery) {
            outbound.delivery = Some(delivery);
        }
    }
}

/// Changes a conversation and counts its version on.
pub(super) fn change(state: &mut State, id: ConversationId, mutate: impl FnOnce(&mut Conversation)) {
    if let Some(conversation) = state.conversations.get_mut(id.0) {
        mutate(conversation);
        conversation.version += 1;
    }
}

/// The newest conversation of a key is the one that it names; the other keeps its keys but loses this one.
pub(super) fn name_thread(state: &mut State, id: ConversationId, key: ThreadKey) {
    let entry = ThreadEntry { conversation: id, scope: key.scope };
    let half = HalfKey::of(key.digest);
    let before = state.threads.insert(half, entry);
    if let Some(conversation) = state.conversations.get_mut(id.0)
        && before.is_none_or(|before| before.conversation != id)
    {
        conversation.keys.push(half);
    }
    if let Some(before) = before.filter(|before| before.conversation != id) {
        let keys = match state.conversations.get_mut(before.conversation.0) {
            Some(conversation) => Some(&mut conversation.keys),
            None => state.archived.get_mut(before.conversation.0).map(|link| &mut link.keys),
        };
        if let Some(keys) = keys {
            keys.retain(|held| *held != half);
        }
    }
}

fn set_archive_at(state: &mut State, id: ConversationId, archive_at: Option<Timestamp>) {
    let before = state.conversation(id).and_then(|conversation| conversation.archive_at);
    change(state, id, |conversation| conversation.archive_at = archive_at);
    state.deadlines.shift(DueKind::Archive, id.0, before, archive_at);
}
