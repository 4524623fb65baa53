//! A person sends a conversation on. It never vanishes: where nobody could take it, it stays with the sender
//! (peer-F23). Its age is kept, its first reply is promised as before, and the sender is not offered it
//! straight back.

use crate::domain::{AgentId, ConversationId, InteractionId, Metric, Name, Presence, QueueId, Role};

use super::super::event::{CancelCause, QueueCause, RescindCause};
use super::super::hold::TransferTo;
use super::super::matching;
use super::super::promise;
use super::super::queueing::{self, Entry};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::rules::Placement;
use super::super::state::{PENDING_MAX, Phase, meets};
use super::open_pass;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    role: Role,
    conversation: ConversationId,
    to: &TransferTo,
) -> Result<(), Rejection> {
    let interaction = open_pass(recorder, role, conversation)?;
    match to {
        TransferTo::Queue(name) => to_queue(recorder, interaction, name),
        TransferTo::Agent(name) => to_agent(recorder, interaction, name),
    }
}

/// Its assignment is promised anew by the queue that it comes to.
fn to_queue(recorder: &mut Recorder<'_>, id: InteractionId, name: &Name) -> Result<(), Rejection> {
    let unknown = || Rejection::UnknownQueue(name.clone());
    let queue: QueueId = recorder.state.names.find_queue(name.as_str()).ok_or_else(unknown)?;
    let placement = recorder.rules.in_queue(queue).ok_or_else(unknown)?;
    let is_served = recorder.state.agents.iter().any(|agent| meets(agent, &placement.needs));
    // While new rules are applied their agents may still be on the way.
    if !is_served && recorder.state.policy_applied {
        return Err(Rejection::QueueUnserved(name.clone()));
    }
    let conversation = recorder.state.open_interaction(id).conversation;
    send(recorder, id, placement);
    promise::cancel(recorder, conversation, Some(Metric::Assign), CancelCause::Transferred);
    let from = recorder.asked_at();
    queueing::start_promises(recorder, id, &[Metric::Assign], from);
    Ok(())
}

/// He is offered it whatever he can do; when he does not take it, it waits in its queue for anyone.
fn to_agent(recorder: &mut Recorder<'_>, id: InteractionId, name: &Name) -> Result<(), Rejection> {
    let agent = recorder.state.names.find_agent(name.as_str());
    let agent = agent.ok_or_else(|| Rejection::UnknownAgent(name.clone()))?;
    let is_his = |held: &super::super::state::Held| held.interaction == id;
    if recorder.state.agent(agent).held.iter().any(is_his) {
        return Ok(());
    }
    check_room(recorder, id, agent, name)?;
    let was_held = recorder.state.open_interaction(id).phase.holder().is_some();
    let placement = queueing::placement_today(recorder, id);
    send(recorder, id, placement);
    if was_held {
        let from = recorder.asked_at();
        queueing::start_promises(recorder, id, &[Metric::Assign], from);
    }
    matching::offer_directed(recorder, id, agent);
    Ok(())
}

fn check_room(
    recorder: &Recorder<'_>,
    id: InteractionId,
    agent: AgentId,
    name: &Name,
) -> Result<(), Rejection> {
    let class = recorder.state.open_interaction(id).class;
    let channel = recorder.state.routing.class(class).channel;
    let agent = recorder.state.agent(agent);
    let is_there = agent.presence == Presence::Available && agent.offline_at.is_none();
    if !is_there || agent.profile.is_none() {
        return Err(Rejection::AgentUnavailable(name.clone()));
    }
    if agent.room(channel).is_none() || agent.pending() >= PENDING_MAX {
        return Err(Rejection::AgentFull(name.clone()));
    }
    Ok(())
}

/// Takes it from where it stands into a queue.
fn send(recorder: &mut Recorder<'_>, id: InteractionId, placement: Placement) {
    let interaction = recorder.state.open_interaction(id);
    let (conversation, waiting_since) = (interaction.conversation, interaction.waiting_since);
    let phase = interaction.phase;
    if let Phase::Offered(offer) = phase {
        // The answer of the command is the new place, not the end of the offer.
        recorder.aside(|recorder| queueing::rescind(recorder, offer, RescindCause::Transferred));
    }
    let pause = recorder.rules.policy.site.cooldown;
    let sender = phase.holder().map(|agent| (agent, recorder.now().after(pause)));
    let (cause, verdicts) = (QueueCause::Transferred, Vec::new());
    let entry = Entry { interaction: id, conversation, placement, waiting_since, cause, verdicts };
    queueing::enqueue_from(recorder, entry, sender);
}
