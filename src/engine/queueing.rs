//! Into a queue, and out of the hands of who held it.

use crate::domain::{AgentId, ConversationId, InteractionId, Metric, OfferId, Presence, Timestamp};
use crate::policy::OwnerOffline;

use super::event::{
    ClauseVerdict, Event, InteractionQueued, OfferEnd, PresenceCause, QueueCause, RescindCause, WrapUpEnd,
};
use super::holding;
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
    enqueue_from(recorder, entry, None);
}

/// The same; `sender` is who sent it on, and until when it is not offered to him.
pub(super) fn enqueue_from(recorder: &mut Recorder<'_>, entry: Entry, sender: Option<(AgentId, Timestamp)>) {
    let Entry { interaction, conversation, placement, waiting_since, cause, verdicts } = entry;
    let queued = InteractionQueued {
        interaction,
        conversation,
        queue: placement.queue,
        route: placement.route,
        priority: placement.priority,
        priority_set: placement.priority_set,
        needs: placement.needs,
        waiting_since,
        cause,
        held_by: holder(recorder.state, interaction),
        verdicts,
        sender,
    };
    recorder.record(Event::InteractionQueued(Box::new(queued)));
    let class = recorder.state.open_interaction(interaction).class;
    let met_by_none = recorder.state.routing.class(class).met_by.is_empty();
    if met_by_none && recorder.state.policy_applied {
        recorder.record(Event::InteractionUnroutable { interaction, conversation });
    }
}

fn holder(state: &State, id: InteractionId) -> Option<AgentId> {
    state.interaction(id)?.phase.holder()
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
    let placement = placement_today(recorder, id);
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
        priority_set: interaction.priority_set,
        needs: state.routing.class(interaction.class).needs.clone(),
    }
}

/// Where an interaction stands by the rules of today, but for a priority that a person set.
pub(super) fn placement_today(recorder: &Recorder<'_>, id: InteractionId) -> Placement {
    let interaction = recorder.state.open_interaction(id);
    let mut placement = recorder.rules.placement(placement_of(recorder.state, interaction));
    if interaction.priority_set {
        (placement.priority, placement.priority_set) = (interaction.priority, true);
    }
    placement
}

/// Where the rules of today would have an interaction, when it is not there.
fn placement_elsewhere(recorder: &Recorder<'_>, id: InteractionId) -> Option<Placement> {
    let before = placement_of(recorder.state, recorder.state.open_interaction(id));
    let today = placement_today(recorder, id);
    (Placement { route: before.route, ..today.clone() } != before).then_some(today)
}

/// What waits or is offered, but not where the rules of today would have it, is placed anew at its old age.
pub(super) fn place_anew(recorder: &mut Recorder<'_>, id: InteractionId) {
    let Some(placement) = placement_elsewhere(recorder, id) else { return };
    let interaction = recorder.state.open_interaction(id);
    let (conversation, waiting_since) = (interaction.conversation, interaction.waiting_since);
    if let Phase::Offered(offer) = interaction.phase {
        rescind(recorder, offer, RescindCause::PolicyChanged);
    }
    let (cause, verdicts) = (QueueCause::PolicyChanged, Vec::new());
    enqueue(recorder, Entry { interaction: id, conversation, placement, waiting_since, cause, verdicts });
}

/// A directed offer stands whatever new rules ask, so what it was of may be placed by old ones when it ends. That
/// is at most two events more, for which every step has room.
pub(super) fn after_offer(recorder: &mut Recorder<'_>, id: InteractionId, was_directed: bool) {
    if was_directed {
        place_anew(recorder, id);
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
    let (end, directed) = (end_of(id, offer), offer.directed);
    let cooled_at = recorder.now().after(recorder.rules.policy.site.cooldown);
    recorder.record(Event::OfferExpired { end, cooled_at });
    after_offer(recorder, end.interaction, directed);
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
    rescind_each(recorder, pending, cause);
}

/// Withdraws many pending offers, all in this step; what they were of is placed anew as far as it has room.
pub(super) fn rescind_each(recorder: &mut Recorder<'_>, offers: Vec<OfferId>, cause: RescindCause) {
    for id in offers {
        if let Some((interaction, true)) = withdraw(recorder, id, cause)
            && !recorder.is_full()
        {
            place_anew(recorder, interaction);
        }
    }
}

/// Withdraws a pending offer.
pub(super) fn rescind(recorder: &mut Recorder<'_>, id: OfferId, cause: RescindCause) {
    if let Some((interaction, was_directed)) = withdraw(recorder, id, cause) {
        let waits = !matches!(cause, RescindCause::Resolved | RescindCause::Transferred);
        after_offer(recorder, interaction, was_directed && waits);
    }
}

/// What the withdrawn offer was of, and whether a person chose its agent.
fn withdraw(recorder: &mut Recorder<'_>, id: OfferId, cause: RescindCause) -> Option<(InteractionId, bool)> {
    let offer = recorder.state.offer(id)?;
    let (end, directed) = (end_of(id, offer), offer.directed);
    recorder.record(Event::OfferRescinded { end, cause });
    Some((end.interaction, directed))
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
        match recorder.state.open_interaction(held.interaction).phase {
            Phase::Offered(offer) => rescind(recorder, offer, RescindCause::AgentOffline),
            Phase::WrapUp(_) => {
                holding::end_wrap_up(recorder, held.interaction, WrapUpEnd::AgentOffline);
            }
            Phase::Assigned(_) if is_to_release(recorder, held.interaction, agent) => {
                requeue(recorder, held.interaction, QueueCause::OwnerOffline);
            }
            // What is parked waits for its contact, whoever is there.
            Phase::Assigned(_) | Phase::Pended(_) | Phase::Queued => {}
        }
    }
    if recorder.state.agent(agent).release_at.is_some() {
        recorder.record(Event::AgentReleased { agent });
    }
}

/// What waits for an answer goes back at once; what waits for the contact stays until he writes.
fn is_to_release(recorder: &Recorder<'_>, id: InteractionId, agent: AgentId) -> bool {
    let interaction = recorder.state.open_interaction(id);
    let owed = recorder.state.open_conversation(interaction.conversation).owed;
    owed && owner_offline(recorder, id, agent) == OwnerOffline::Requeue
}

/// What becomes of an interaction whose agent is offline. Nothing is kept for one whom the rules no longer name:
/// he need not come back.
pub(super) fn owner_offline(recorder: &Recorder<'_>, id: InteractionId, agent: AgentId) -> OwnerOffline {
    if recorder.state.agent(agent).profile.is_none() {
        return OwnerOffline::Requeue;
    }
    let queue = recorder.state.open_interaction(id).queue;
    recorder.rules.queue(queue).map_or(OwnerOffline::Requeue, |queue| queue.rule.owner_offline)
}
