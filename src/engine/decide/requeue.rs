//! An agent returns a conversation, or a supervisor takes it back: to its own place, at its old age.

use crate::domain::{ConversationId, Role};

use super::super::event::QueueCause;
use super::super::queueing;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::held_pass;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    role: Role,
    conversation: ConversationId,
) -> Result<(), Rejection> {
    let (interaction, _) = held_pass(recorder, role, conversation)?;
    queueing::requeue(recorder, interaction, QueueCause::Requeued);
    Ok(())
}
