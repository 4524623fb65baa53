//! A carrier tells how far an outbound message came. Reports come late, twice and out of order; what was
//! known before is never taken back.

use crate::domain::{DeliveryState, MessageId};

use super::super::event::Event;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    message: MessageId,
    state: DeliveryState,
    code: Option<&str>,
) -> Result<(), Rejection> {
    let outbound = recorder.state.outbound(message).ok_or(Rejection::UnknownMessage(message))?;
    if state.may_follow(outbound.delivery) {
        let (conversation, code) = (outbound.conversation, code.map(str::to_owned));
        recorder.record(Event::MessageDelivery { message, conversation, state, code });
    }
    Ok(())
}
