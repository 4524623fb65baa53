//! An agent returns a conversation, or a supervisor takes it back: to its own place, at its old age.

use crate::domain::{ConversationId, Role};

use super::super::event::QueueCause;
use super::super::queueing;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::Phase;
use super::open_pass;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    role: Role,
    conversation: ConversationId,
) -> Result<(), Rejection> {
    let interaction = open_pass(recorder, role, conversation)?;
    let Phase::Assigned(_) = recorder.state.open_interaction(interaction).phase else {
        return Err(Rejection::NotAssigned(conversation));
    };
    queueing::requeue(recorder, interaction, QueueCause::Requeued);
    Ok(())
}
