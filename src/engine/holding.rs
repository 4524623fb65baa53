//! What happens to work that an agent parked, or still wraps up.

use crate::domain::{AgentId, ConversationId, InteractionId};
use crate::policy::OwnerOffline;

use super::event::{Event, Hold, QueueCause, ResumeCause, WrapUpEnd};
use super::queueing;
use super::recorder::Recorder;
use super::state::Phase;

/// The contact wrote: what was parked goes on; and when the one who holds the conversation is offline, it
/// must not wait unseen (peer-F13).
pub(super) fn contact_wrote(recorder: &mut Recorder<'_>, conversation: ConversationId) {
    let Some(id) = recorder.state.open_conversation(conversation).interaction else { return };
    match recorder.state.open_interaction(id).phase {
        Phase::Pended(_) => wake(recorder, id, ResumeCause::Contact),
        Phase::Assigned(agent) => {
            let hold = Hold { interaction: id, conversation, agent };
            go_on(recorder, hold, None);
        }
        Phase::Queued | Phase::Offered(_) | Phase::WrapUp(_) => {}
    }
}

/// What was parked goes on: with its agent, or when he is offline as its queue says.
pub(super) fn wake(recorder: &mut Recorder<'_>, id: InteractionId, cause: ResumeCause) {
    let interaction = recorder.state.open_interaction(id);
    if let Phase::Pended(agent) = interaction.phase {
        let hold = Hold { interaction: id, conversation: interaction.conversation, agent };
        go_on(recorder, hold, Some(cause));
    }
}

/// Something is to be done by an agent, with what he had parked where there is a cause to resume it.
fn go_on(recorder: &mut Recorder<'_>, hold: Hold, resumed: Option<ResumeCause>) {
    let Hold { interaction, conversation, agent } = hold;
    let is_absent = !recorder.state.agent(agent).presence.is_signed_in();
    if is_absent && queueing::owner_offline(recorder, interaction, agent) == OwnerOffline::Requeue {
        queueing::requeue(recorder, interaction, QueueCause::OwnerOffline);
        return;
    }
    if let Some(cause) = resumed {
        recorder.record(Event::InteractionResumed { hold, cause });
    }
    if is_absent {
        recorder.record(Event::OwnerOffline { interaction, conversation, agent });
    }
}

/// A conversation whose parking was over before the command was asked goes on first.
pub(super) fn settle(recorder: &mut Recorder<'_>, conversation: ConversationId) {
    let asked_at = recorder.asked_at();
    let present = recorder.state.conversation(conversation).and_then(|conversation| conversation.interaction);
    let lapsed = present.filter(|id| {
        let interaction = recorder.state.open_interaction(*id);
        interaction.until.is_some_and(|until| until < asked_at)
    });
    if let Some(id) = lapsed {
        recorder.aside(|recorder| wake(recorder, id, ResumeCause::Lapsed));
    }
}

/// The work after a conversation is over, and with it the interaction.
pub(super) fn end_wrap_up(recorder: &mut Recorder<'_>, id: InteractionId, cause: WrapUpEnd) {
    let Some(interaction) = recorder.state.interaction(id) else { return };
    let Phase::WrapUp(agent) = interaction.phase else { return };
    let conversation = interaction.conversation;
    let hold = Hold { interaction: id, conversation, agent };
    recorder.record(Event::WrapUpFinished { hold, cause });
    recorder.record(Event::InteractionClosed { interaction: id, conversation, agent: Some(agent) });
}

/// Ends every wrap-up of an agent as far as the step has room; whether all are over.
pub(super) fn end_wrap_ups(recorder: &mut Recorder<'_>, agent: AgentId, cause: WrapUpEnd) -> bool {
    let held = recorder.state.agent(agent).held.clone();
    for held in held {
        let phase = recorder.state.open_interaction(held.interaction).phase;
        if !matches!(phase, Phase::WrapUp(_)) {
            continue;
        }
        if recorder.is_full() {
            return false;
        }
        end_wrap_up(recorder, held.interaction, cause);
    }
    true
}
