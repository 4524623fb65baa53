//! Somebody of ours brings work in: a call-back, a fax, a walk-in. It is placed as a message is, and the
//! conversation that it opens is the answer.

use crate::domain::{Channel, InboundMessage};

use super::super::command::NewWork;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::receive_message;

pub(super) fn decide(recorder: &mut Recorder<'_>, work: &NewWork) -> Result<(), Rejection> {
    if recorder.rules.policy.sources.get(&work.source) != Some(&Channel::Work) {
        return Err(Rejection::UnknownSource(work.source.clone()));
    }
    let message = InboundMessage {
        language: work.language.clone(),
        ..InboundMessage::new(
            Channel::Work,
            work.source.clone(),
            work.to.clone(),
            work.contact.unwrap_or(work.dedupe),
            work.dedupe,
            recorder.asked_at(),
            work.content.clone(),
        )
    };
    receive_message::decide(recorder, &message)
}
