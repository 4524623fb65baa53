//! Somebody has seen an escalation: its further rungs are held back for a while, its clock runs on
//! (sla-R15). An agent does so for what he holds, as with everything.

use crate::domain::{ClockId, Role, Span};

use super::super::event::Event;
use super::super::promise;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::open_pass;

pub(super) fn decide(recorder: &mut Recorder<'_>, role: Role, id: ClockId) -> Result<(), Rejection> {
    let clock = recorder.state.clock(id).ok_or(Rejection::UnknownEscalation(id))?;
    let conversation = clock.conversation;
    open_pass(recorder, role, conversation)?;
    let asked_at = recorder.asked_at();
    promise::settle(recorder, conversation, asked_at);
    let clock = recorder.state.clock(id).ok_or(Rejection::UnknownEscalation(id))?;
    let ladder = clock.promise.ladder.clone().filter(|_| clock.rungs > 0);
    let ladder = ladder.ok_or(Rejection::EscalationNotRaised(id))?;
    let until = asked_at.after(Span(ladder.ack_for_ms));
    recorder.record(Event::EscalationAcked { clock: id, conversation, until });
    Ok(())
}
