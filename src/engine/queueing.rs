//! Into a queue, and out of the hands of who held it.

use crate::domain::{AgentId, ConversationId, InteractionId, Metric, OfferId, Presence, Timestamp};
use crate::policy::OwnerOffline;

use super::event::{
    ClauseVerdict, Event, InteractionQueued, OfferEnd, PresenceCause, QueueCause, RescindCause,
};
use super::promise;
use super::recorder::Recorder;
use super::rules::Placement;
use super::state::{Interaction, Offer, Phase, State};

/// What is to be queued, and why.
pub(super) struct Entry {
    pub(super) interaction: InteractionId,
    pub(super) conversation: ConversationId,
    pub(super) placement: Placement,
    pub(super) waiting_since: Timestamp,
    pub(super) cause: QueueCause,
    pub(super) verdicts: Vec<ClauseVerdict>,
}

/// Queues an interaction, and says so once when nobody of the site could ever take it (peer-F22).
pub(super) fn enqueue(recorder: &mut Recorder<'_>, entry: Entry) {
    let Entry { interaction, conversation, placement, waiting_since, cause, verdicts } = entry;
    let queued = InteractionQueued {
        interaction,
        conversation,
        queue: placement.queue,
        route: placement.route,
        priority: placement.priority,
        needs: placement.needs,
        waiting_since,
        cause,
        held_by: holder(recorder.state, interaction),
        verdicts,
    };
    recorder.record(Event::InteractionQueued(Box::new(queued)));
    let class = recorder.state.open_interaction(interaction).class;
    let met_by_none = recorder.state.routing.class(class).met_by.is_empty();
    if met_by_none && recorder.state.policy_applied {
        recorder.record(Event::InteractionUnroutable { interaction, conversation });
    }
}

fn holder(state: &State, id: InteractionId) -> Option<AgentId> {
    match state.interaction(id)?.phase {
        Phase::Assigned(agent) => Some(agent),
        Phase::Queued | Phase::Offered(_) => None,
    }
}

/// Starts the promises of the queue that an interaction waits in, those of these metrics.
pub(super) fn start_promises(
    recorder: &mut Recorder<'_>,
    id: InteractionId,
    metrics: &[Metric],
    from: Timestamp,
) {
    let interaction = recorder.state.open_interaction(id);
    let conversation = interaction.conversation;
    let Some(queue) = recorder.rules.queue(interaction.queue) else { return };
    let promises = queue.rule.promises.clone();
    for promise in promises.iter().filter(|promise| metrics.contains(&promise.metric)) {
        promise::start(recorder, conversation, id, promise, from);
    }
}

/// Returns an assigned interaction to its own place: its queue, at its old age. A new promise to assign it
/// begins, since the old one was kept.
pub(super) fn requeue(recorder: &mut Recorder<'_>, id: InteractionId, cause: QueueCause) {
    let interaction = recorder.state.open_interaction(id);
    let (conversation, waiting_since) = (interaction.conversation, interaction.waiting_since);
    let placement = recorder.rules.placement(placement_of(recorder.state, interaction));
    let entry =
        Entry { interaction: id, conversation, placement, waiting_since, cause, verdicts: Vec::new() };
    enqueue(recorder, entry);
    let from = recorder.asked_at();
    start_promises(recorder, id, &[Metric::Assign], from);
}

/// Where an interaction was placed.
pub(super) fn placement_of(state: &State, interaction: &Interaction) -> Placement {
    Placement {
        queue: interaction.queue,
        route: interaction.route,
        priority: interaction.priority,
        needs: state.routing.class(interaction.class).needs.clone(),
    }
}

/// An offer that ran out before the command was asked lapses first, and its agent has missed it.
pub(super) fn settle_offer(recorder: &mut Recorder<'_>, conversation: ConversationId) {
    let interaction =
        recorder.state.conversation(conversation).and_then(|conversation| conversation.interaction);
    let phase = interaction.map(|id| recorder.state.open_interaction(id).phase);
    if let Some(Phase::Offered(offer)) = phase
        && recorder.state.offer(offer).is_some_and(|offer| offer.expires_at < recorder.asked_at())
    {
        recorder.aside(|recorder| expire(recorder, offer));
    }
}

/// Which offer ends.
pub(super) fn end_of(id: OfferId, offer: &Offer) -> OfferEnd {
    OfferEnd {
        offer: id,
        interaction: offer.interaction,
        conversation: offer.conversation,
        agent: offer.agent,
    }
}

/// An offer lapses unanswered; after so many in a row its agent goes away.
pub(super) fn expire(recorder: &mut Recorder<'_>, id: OfferId) {
    let Some(offer) = recorder.state.offer(id) else { return };
    let end = end_of(id, offer);
    let cooled_at = recorder.now().after(recorder.rules.policy.site.cooldown);
    recorder.record(Event::OfferExpired { end, cooled_at });
    let agent = recorder.state.agent(end.agent);
    let missed_enough = agent.misses >= recorder.rules.policy.site.rona_after;
    if missed_enough && agent.presence == Presence::Available {
        let presence = Presence::Away("rona".to_owned());
        recorder.record(Event::PresenceChanged { agent: end.agent, presence, cause: PresenceCause::Rona });
    }
}

/// Withdraws every pending offer of an agent.
pub(super) fn rescind_all(recorder: &mut Recorder<'_>, agent: AgentId, cause: RescindCause) {
    let pending: Vec<OfferId> =
        recorder.state.agent(agent).held.iter().filter_map(|held| held.offer).collect();
    for id in pending {
        rescind(recorder, id, cause);
    }
}

/// Withdraws a pending offer.
pub(super) fn rescind(recorder: &mut Recorder<'_>, id: OfferId, cause: RescindCause) {
    if let Some(offer) = recorder.state.offer(id) {
        let end = end_of(id, offer);
        recorder.record(Event::OfferRescinded { end, cause });
    }
}

/// Signs an agent out. What he then owes back is released slice by slice.
pub(super) fn go_offline(recorder: &mut Recorder<'_>, agent: AgentId, cause: PresenceCause) {
    recorder.record(Event::AgentSignedOut { agent, cause });
    release(recorder, agent);
}

/// Gives back what an agent who is offline should not keep, until the step is full.
pub(super) fn release(recorder: &mut Recorder<'_>, agent: AgentId) {
    let held = recorder.state.agent(agent).held.clone();
    for held in held {
        if recorder.is_full() {
            return;
        }
        match held.offer {
            Some(offer) => rescind(recorder, offer, RescindCause::AgentOffline),
            None if is_to_release(recorder, held.interaction) => {
                requeue(recorder, held.interaction, QueueCause::OwnerOffline);
            }
            None => {}
        }
    }
    if recorder.state.agent(agent).release_at.is_some() {
        recorder.record(Event::AgentReleased { agent });
    }
}

/// What waits for an answer goes back at once; what waits for the contact stays until he writes.
fn is_to_release(recorder: &Recorder<'_>, id: InteractionId) -> bool {
    let interaction = recorder.state.open_interaction(id);
    let owed = recorder.state.open_conversation(interaction.conversation).owed;
    owed && owner_offline(recorder, id) == OwnerOffline::Requeue
}

fn owner_offline(recorder: &Recorder<'_>, id: InteractionId) -> OwnerOffline {
    let queue = recorder.state.open_interaction(id).queue;
    recorder.rules.queue(queue).map_or(OwnerOffline::Requeue, |queue| queue.rule.owner_offline)
}

/// The contact wrote: when the one who holds the conversation is offline, it must not wait unseen
/// (peer-F13).
pub(super) fn note_absent_owner(recorder: &mut Recorder<'_>, conversation: ConversationId) {
    let Some(id) = recorder.state.open_conversation(conversation).interaction else { return };
    let Phase::Assigned(agent) = recorder.state.open_interaction(id).phase else { return };
    if recorder.state.agent(agent).presence.is_signed_in() {
        return;
    }
    match owner_offline(recorder, id) {
        OwnerOffline::Requeue => requeue(recorder, id, QueueCause::OwnerOffline),
        OwnerOffline::Keep => {
            recorder.record(Event::OwnerOffline { interaction: id, conversation, agent });
        }
    }
}
