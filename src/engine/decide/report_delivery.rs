//! A carrier tells how far an outbound message came, and by what its provider names it. Reports come late, twice and
//! out of order; what was known before is never taken back.

use crate::domain::{ConversationId, DeliveryState, Digest, MessageId, Name};

use super::super::event::{Event, MessageIdentified};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::contact::{self, Refused};
use super::touch;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    message: MessageId,
    (state, code): (DeliveryState, Option<&str>),
    keys: &[(Name, Digest)],
) -> Result<(), Rejection> {
    let outbound = recorder.state.outbound(message).ok_or(Rejection::UnknownMessage(message))?;
    let conversation = outbound.conversation;
    let keys = fresh_keys(recorder, conversation, message, keys);
    let waiting = touch::waiting(recorder, &keys);
    if !keys.is_empty() {
        let echoed_as = echo_of(recorder, &keys, message);
        let identified = MessageIdentified { message, conversation, keys, echoed_as };
        recorder.record(Event::MessageIdentified(Box::new(identified)));
    }
    if contact::tells_opt_out(code, &[]) {
        let (at, refused) = (recorder.asked_at(), Refused::message(recorder.state, message, None));
        contact::refused(recorder, refused, at);
    }
    deliver(recorder, message, state, code);
    touch::settle(recorder, conversation, message, waiting);
    Ok(())
}

/// Whether a message left by a source that this actor reports on, and by the one that he names: to anybody else it is
/// no message.
pub(super) fn check_source(
    recorder: &Recorder<'_>,
    actor: &Name,
    message: MessageId,
    named: Option<&Name>,
) -> Result<(), Rejection> {
    let unknown = Rejection::UnknownMessage(message);
    let Some(outbound) = recorder.state.outbound(message) else { return Err(unknown) };
    let Some(conversation) = recorder.state.conversation(outbound.conversation) else { return Ok(()) };
    let source = recorder.state.names.source(conversation.source);
    let his = recorder.rules.policy.reports.get(actor);
    let is_his = his.is_none_or(|his| his.contains(source));
    if is_his && named.is_none_or(|named| named == source) { Ok(()) } else { Err(unknown) }
}

/// Records how far a message came, where that is news and it is still followed.
pub(super) fn deliver(
    recorder: &mut Recorder<'_>,
    message: MessageId,
    state: DeliveryState,
    code: Option<&str>,
) {
    let Some(outbound) = recorder.state.outbound(message) else { return };
    if state.may_follow(outbound.delivery) {
        let (conversation, code) = (outbound.conversation, code.map(str::to_owned));
        recorder.record(Event::MessageDelivery { message, conversation, state, code });
    }
}

/// The keys of the source by which the message left, as far as they do not name it already.
fn fresh_keys(
    recorder: &Recorder<'_>,
    id: ConversationId,
    message: MessageId,
    keys: &[(Name, Digest)],
) -> Vec<Digest> {
    let Some(conversation) = recorder.state.conversation(id) else { return Vec::new() };
    let source = recorder.state.names.source(conversation.source);
    let names_it =
        |key: Digest| recorder.state.named_message(key).is_some_and(|(_, named)| named.message() == message);
    let of_source = keys.iter().filter(|(name, _)| name == source).map(|(_, key)| *key);
    of_source.filter(|key| !names_it(*key)).collect()
}

/// The echo of the message that was told before its id was known.
fn echo_of(recorder: &Recorder<'_>, keys: &[Digest], message: MessageId) -> Option<MessageId> {
    let named = keys.iter().find_map(|key| recorder.state.named_message(*key))?.1.message();
    let is_echo = recorder.state.outbound(named).is_some_and(|outbound| outbound.is_echo);
    (is_echo && named != message).then_some(named)
}
