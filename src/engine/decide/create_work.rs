//! Somebody of ours brings work in: a call-back, a fax, a walk-in. It is placed as a message is, and the
//! conversation that it opens is the answer.

use crate::domain::{Channel, InboundMessage, MessageClass, Thread};

use super::super::command::NewWork;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::receive_message;

pub(super) fn decide(recorder: &mut Recorder<'_>, work: &NewWork) -> Result<(), Rejection> {
    if recorder.rules.policy.sources.get(&work.source) != Some(&Channel::Work) {
        return Err(Rejection::UnknownSource(work.source.clone()));
    }
    let message = InboundMessage {
        channel: Channel::Work,
        source: work.source.clone(),
        to: work.to.clone(),
        from: work.contact.unwrap_or(work.dedupe),
        thread: Thread::default(),
        dedupe: work.dedupe,
        class: MessageClass::Human,
        language: work.language.clone(),
        sent_at: None,
        received_at: recorder.asked_at(),
        content: work.content.clone(),
    };
    receive_message::decide(recorder, &message)
}
