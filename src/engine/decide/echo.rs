//! What comes as a message and is none of its own: what our side wrote, here or elsewhere, and the further pieces of
//! an album.

use crate::domain::{ConversationId, InboundMessage, MessageId, Timestamp};

use super::super::event::{ContentPart, Event, MessageEchoed, MessageExtended};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{HalfKey, State};
use super::touch;

/// Judges a message that may be such. Whether it was: all else is a message of its own.
pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    message: &InboundMessage,
    at: Timestamp,
) -> Result<bool, Rejection> {
    if let Some(ours) = own_message(recorder.state, message) {
        return Err(Rejection::OwnEcho(ours));
    }
    if let Some((conversation, first)) = album(recorder.state, message) {
        extend(recorder, message, (conversation, first), at);
        return Ok(true);
    }
    if !message.is_echo {
        return Ok(false);
    }
    let conversation = thread_of(recorder.state, message).ok_or(Rejection::NoThread)?;
    record(recorder, message, conversation, at);
    Ok(true)
}

/// The message of ours that this one is: its gateway told by what the provider names it. An echo that is known at all
/// is one, though its delivery may be followed no more.
fn own_message(state: &State, message: &InboundMessage) -> Option<MessageId> {
    let named = state.named_message(message.key?)?.1.message();
    let is_ours = message.is_echo || state.outbound(named).is_some();
    is_ours.then_some(named)
}

/// The first piece of what the message is a piece of, while its conversation is open.
fn album(state: &State, message: &InboundMessage) -> Option<(ConversationId, MessageId)> {
    let (id, first) = state.named_message(message.group?)?;
    let is_ours = state.outbound(first.message()).is_some();
    state.open_conversation(id).interaction?;
    (is_ours == message.is_echo).then_some((id, first.message()))
}

/// The conversation of the thread that an echo names.
fn thread_of(state: &State, message: &InboundMessage) -> Option<ConversationId> {
    let parents = message.thread.parents.iter();
    let named = parents.filter_map(|key| state.threads.get(HalfKey::of(key.digest)));
    let mut live = named.map(|entry| entry.conversation).filter(|id| {
        state.conversation(*id).is_some_and(|conversation| conversation.channel == message.channel)
    });
    live.next()
}

fn extend(
    recorder: &mut Recorder<'_>,
    message: &InboundMessage,
    (conversation, first): (ConversationId, MessageId),
    received_at: Timestamp,
) {
    let waiting = touch::waiting(recorder, message.key.as_slice());
    let fact = |content| {
        Event::MessageExtended(Box::new(MessageExtended {
            message: first,
            conversation,
            dedupe: message.dedupe,
            key: message.key,
            sent_at: message.sent_at,
            received_at,
            content,
        }))
    };
    let content = message.content.clone();
    let part = ContentPart::Update { message: Some(first), conversation: Some(conversation), content };
    recorder.record_with_content(fact, part);
    touch::settle(recorder, conversation, first, waiting);
}

fn record(
    recorder: &mut Recorder<'_>,
    message: &InboundMessage,
    conversation: ConversationId,
    received_at: Timestamp,
) {
    let number = MessageId(recorder.state.next.message);
    let waiting = touch::waiting(recorder, message.key.as_slice());
    let fact = |content| {
        Event::MessageEchoed(Box::new(MessageEchoed {
            message: number,
            conversation,
            dedupe: message.dedupe,
            key: message.key,
            group: message.group,
            sent_at: message.sent_at,
            received_at,
            content,
        }))
    };
    let content = message.content.clone();
    recorder.record_with_content(fact, ContentPart::Echo { message: number, conversation, content });
    touch::settle(recorder, conversation, number, waiting);
}
