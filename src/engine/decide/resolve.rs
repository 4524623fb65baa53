//! The contact is served: what still runs is cancelled (sla-R6), and the conversation waits to be reopened or
//! archived. Its agent is free at once, or once he has wrapped up where his queue gives him time for that. An
//! offer that stands is withdrawn (peer-F17).

use crate::domain::{AgentId, ConversationId, InteractionId, Role, Span, Timestamp};

use super::super::event::{CancelCause, Event, Hold, RescindCause};
use super::super::promise;
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
    let archive_at = recorder.now().after(recorder.rules.policy.site.reopen_within);
    let phase = recorder.state.open_interaction(interaction).phase;
    recorder.record(Event::ConversationResolved { conversation, archive_at });
    if let Phase::Offered(offer) = phase {
        queueing::rescind(recorder, offer, RescindCause::Resolved);
    }
    if let Some((agent, ends_at)) = wrap_up(recorder, interaction) {
        let hold = Hold { interaction, conversation, agent };
        recorder.record(Event::WrapUpStarted { hold, ends_at });
    } else {
        let agent = phase.holder();
        recorder.record(Event::InteractionClosed { interaction, conversation, agent });
    }
    promise::cancel(recorder, conversation, None, CancelCause::ResolvedUnanswered);
    Ok(())
}

/// Whose work after the conversation goes on until when. What was parked took nothing of its agent, so there
/// is nothing to keep; and who is offline works no more.
fn wrap_up(recorder: &Recorder<'_>, id: InteractionId) -> Option<(AgentId, Timestamp)> {
    let interaction = recorder.state.open_interaction(id);
    let Phase::Assigned(agent) = interaction.phase else { return None };
    let lasts = recorder.rules.queue(interaction.queue)?.rule.wrap_up;
    let is_there = recorder.state.agent(agent).presence.is_signed_in();
    (is_there && lasts > Span(0)).then(|| (agent, recorder.asked_at().after(lasts)))
}
