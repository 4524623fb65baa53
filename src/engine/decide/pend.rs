//! An agent waits for the contact: the conversation stays his and takes nothing of his capacity, until the
//! contact writes, its instant comes, or somebody goes on with it. What he answers meanwhile leaves it
//! parked. Promises run on.

use crate::domain::{ConversationId, Role, Timestamp};

use super::super::event::{Event, Hold, ResumeCause};
use super::super::holding;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{PARKED_MAX, Phase};
use super::held_pass;

pub(super) fn pend(
    recorder: &mut Recorder<'_>,
    role: Role,
    conversation: ConversationId,
    until: Option<Timestamp>,
) -> Result<(), Rejection> {
    let (id, agent) = held_pass(recorder, role, conversation)?;
    let interaction = recorder.state.open_interaction(id);
    if until.is_some_and(|until| until <= recorder.asked_at()) {
        return Err(Rejection::UntilPast(conversation));
    }
    let is_parked = matches!(interaction.phase, Phase::Pended(_));
    if is_parked && interaction.until == until {
        return Ok(());
    }
    if !is_parked && recorder.state.agent(agent).parked() >= PARKED_MAX {
        return Err(Rejection::TooManyPended(recorder.state.names.agent(agent).clone()));
    }
    let hold = Hold { interaction: id, conversation, agent };
    recorder.record(Event::InteractionPended { hold, until });
    Ok(())
}

pub(super) fn resume(
    recorder: &mut Recorder<'_>,
    role: Role,
    conversation: ConversationId,
) -> Result<(), Rejection> {
    let (id, _) = held_pass(recorder, role, conversation)?;
    holding::wake(recorder, id, ResumeCause::Asked);
    Ok(())
}
