//! The contact is served: the agent is free at once, what still runs is cancelled (sla-R6), and the
//! conversation waits to be reopened or archived.

use crate::domain::{ConversationId, Role};

use super::super::event::{Event, RescindCause};
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
    let agent = match phase {
        Phase::Assigned(agent) => Some(agent),
        Phase::Offered(_) | Phase::Queued => None,
    };
    recorder.record(Event::InteractionClosed { interaction, conversation, agent });
    let at = recorder.asked_at();
    promise::cancel_all(recorder, conversation, at);
    Ok(())
}
