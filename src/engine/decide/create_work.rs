//! Somebody of ours brings work in: a call-back, a fax, a walk-in. It is placed as a message is, and the
//! conversation that it opens is the answer.

use crate::domain::{Channel, Digest, InboundMessage, MessageClass, Thread};

use super::super::command::NewWork;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::receive_message;

pub(super) fn decide(recorder: &mut Recorder<'_>, work: &NewWork) -> Result<(), Rejection> {
    if recorder.rules.policy.sources.get(&work.source) != Some(&Channel::Work) {
        return Err(Rejection::UnknownSource(work.source.clone()));
    }
    let alone = of_number(recorder.state.next.message);
    let message = InboundMessage {
        channel: Channel::Work,
        source: work.source.clone(),
        to: work.to.clone(),
        from: work.contact.unwrap_or(alone),
        thread: Thread::default(),
        dedupe: work.dedupe.unwrap_or(alone),
        class: MessageClass::Human,
        language: work.language.clone(),
        sent_at: None,
        received_at: recorder.asked_at(),
        content: work.content.clone(),
    };
    receive_message::decide(recorder, &message)
}

/// What stands for a message that nothing else is known by: its number, spread over all bits as a keyed digest
/// is. An odd factor makes no two numbers one.
fn of_number(number: u64) -> Digest {
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    Digest(u128::from(number).wrapping_mul(SPREAD))
}
