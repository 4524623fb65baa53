//! The work after a conversation is done: its agent has room again, at once and on his own time (peer-F19).

use crate::domain::{InteractionId, Role};

use super::super::event::WrapUpEnd;
use super::super::hold::WrapUpOf;
use super::super::holding;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::Phase;
use super::asking_agent;

/// So many wrap-ups of one conversation end at one command; hardly anybody has more of one.
const ENDED_MAX: usize = 64;

pub(super) fn decide(recorder: &mut Recorder<'_>, role: Role, of: WrapUpOf) -> Result<(), Rejection> {
    let mut running: Vec<InteractionId> = match of {
        WrapUpOf::Interaction(id) => vec![id],
        WrapUpOf::Conversation(id) => recorder.state.wrap_ups_of(id).collect(),
    };
    let phase = |id: &InteractionId| recorder.state.interaction(*id).map(|interaction| interaction.phase);
    running.retain(|id| matches!(phase(id), Some(Phase::WrapUp(_))));
    if running.is_empty() {
        return Err(Rejection::NoWrapUp);
    }
    if role == Role::Agent {
        let agent = asking_agent(recorder)?;
        running.retain(|id| phase(id) == Some(Phase::WrapUp(agent)));
        if running.is_empty() {
            return Err(Rejection::WrapUpNotYours);
        }
    }
    running.truncate(ENDED_MAX);
    let ended = running.into_iter().filter(|id| end(recorder, *id)).count();
    if ended > 0 { Ok(()) } else { Err(Rejection::NoWrapUp) }
}

/// Ends one; false when its time was over before the command was asked.
fn end(recorder: &mut Recorder<'_>, id: InteractionId) -> bool {
    let lapsed = recorder.state.open_interaction(id).until.is_some_and(|until| until < recorder.asked_at());
    if lapsed {
        recorder.aside(|recorder| holding::end_wrap_up(recorder, id, WrapUpEnd::Lapsed));
    } else {
        holding::end_wrap_up(recorder, id, WrapUpEnd::Asked);
    }
    !lapsed
}
