//! Who takes what waits: after every command, until nobody free could take anything that waits.
//!
//! The work that comes first is chosen first (priority, then age), then the best agent for it (one
//! [`RankKey`]). Only what changed is looked at; all else is as the last matching left it.

use crate::domain::{AgentId, Channel, InteractionId, OfferId, QueueId, RankKey, Span};

use super::dirty::Dirty;
use super::event::{Event, OfferMade};
use super::recorder::Recorder;
use super::rules::Rules;
use super::state::{Interaction, Phase, State, WaitKey};

/// How many free agents are tested one by one before the bits are asked (field page queueing 3.1).
const WALK_MAX: usize = 24;

/// An interaction and the agent who is best for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pairing {
    pub(super) interaction: InteractionId,
    pub(super) rank: RankKey,
}

/// Makes offers until there is no pair left or the step is full; what is left stays dirty, as due work.
pub(super) fn offer_all(recorder: &mut Recorder<'_>) {
    while !recorder.is_full()
        && let Some(pairing) = next_pairing(recorder.state, recorder.dirty)
    {
        make_offer(recorder, pairing, false);
    }
}

/// The next pair among what changed; what turns out to have none is no longer dirty.
fn next_pairing(state: &State, dirty: &mut Dirty) -> Option<Pairing> {
    loop {
        let (key, finder) = first_work(state, dirty)?;
        if let Some(rank) = best_agent(state, key.interaction) {
            return Some(Pairing { interaction: key.interaction, rank });
        }
        debug_assert!(finder.is_none(), "an agent who finds work is himself free for it");
        dirty.settle(key.interaction);
    }
}

/// The first by the order of work among what waits anew and what a freed agent could take, with the
/// agent who found it.
fn first_work(state: &State, dirty: &mut Dirty) -> Option<(WaitKey, Option<AgentId>)> {
    dirty.interactions.retain(|id| waiting(state, *id).is_some());
    let anew =
        dirty.interactions.iter().map(|id| (WaitKey::of(*id, state.open_interaction(*id)), None)).min();
    let mut best = anew;
    dirty.agents.retain(|agent| {
        let work = best_work(state, *agent);
        if let Some(key) = work.filter(|key| best.is_none_or(|(first, _)| *key < first)) {
            best = Some((key, Some(*agent)));
        }
        work.is_some()
    });
    best
}

fn waiting(state: &State, id: InteractionId) -> Option<&Interaction> {
    state.interaction(id).filter(|interaction| interaction.phase == Phase::Queued)
}

/// The first work that an agent could take.
pub(super) fn best_work(state: &State, id: AgentId) -> Option<WaitKey> {
    let agent = state.agent(id);
    if !agent.is_free() {
        return None;
    }
    let has_room = Channel::ALL.map(|channel| agent.room(channel).is_some());
    let mut best: Option<WaitKey> = None;
    for class in state.routing.work_of(id).filter(|class| has_room[class.channel.index()]) {
        // Only what would come first is looked at closely: each look is a miss of the cache.
        let mut earlier = class.waiting.iter().take_while(|key| best.is_none_or(|best| **key < best));
        let first = earlier.find(|key| !state.open_interaction(key.interaction).is_cooling(id));
        best = first.copied().or(best);
    }
    best
}

/// The best agent for an interaction that waits.
pub(super) fn best_agent(state: &State, id: InteractionId) -> Option<RankKey> {
    let interaction = state.open_interaction(id);
    let contact = state.person(state.open_conversation(interaction.conversation).contact);
    let preferred = state.contact(contact).and_then(|contact| contact.last_agent);
    if let Some(agent) = preferred.filter(|agent| can_take(state, interaction, *agent)) {
        return Some(rank(state, agent, 0));
    }
    let class = state.routing.class(interaction.class);
    let mut meeting = class.met_by.both(&state.routing.free_bits).peekable();
    meeting.peek()?;
    let walked =
        state.routing.free.iter().take(WALK_MAX).find(|(_, _, agent)| can_take(state, interaction, *agent));
    if let Some((_, _, agent)) = walked {
        return Some(rank(state, *agent, 1));
    }
    let able =
        meeting.map(|number| AgentId(number as u32)).filter(|agent| can_take(state, interaction, *agent));
    able.map(|agent| rank(state, agent, 1)).min()
}

/// Whether an agent is free for an interaction: available, skilled, with room, and not cooling from it.
pub(super) fn can_take(state: &State, interaction: &Interaction, id: AgentId) -> bool {
    let class = state.routing.class(interaction.class);
    state.routing.free_bits.has(id.index())
        && class.met_by.has(id.index())
        && state.agent(id).room(class.channel).is_some()
        && !interaction.is_cooling(id)
}

fn rank(state: &State, id: AgentId, preferred: u8) -> RankKey {
    let agent = state.agent(id);
    RankKey { preferred, load: agent.load(), since: agent.since, agent: id }
}

/// Offers an interaction that waits to the agent whom a person chose. He has room for it.
pub(super) fn offer_directed(recorder: &mut Recorder<'_>, id: InteractionId, agent: AgentId) {
    // What was sent on has no agent who had it last.
    let rank = rank(recorder.state, agent, 1);
    make_offer(recorder, Pairing { interaction: id, rank }, true);
}

fn make_offer(recorder: &mut Recorder<'_>, pairing: Pairing, directed: bool) {
    let Pairing { interaction: id, rank } = pairing;
    let state = &recorder.state;
    let interaction = state.open_interaction(id);
    let channel = state.routing.class(interaction.class).channel;
    let units =
        state.agent(rank.agent).room(channel).expect("the best agent for an interaction has room for it");
    let offer = OfferId(state.next.offer);
    let (conversation, queue) = (interaction.conversation, interaction.queue);
    let expires_at = recorder.now().after(timeout(recorder.rules, queue, channel));
    recorder.dirty.settle(id);
    let reply_until = recorder.state.open_conversation(conversation).reply_until;
    let made = OfferMade {
        offer,
        interaction: id,
        conversation,
        agent: rank.agent,
        queue,
        channel,
        units,
        expires_at,
        rank,
        directed,
        reply_until,
    };
    recorder.record(Event::OfferMade(Box::new(made)));
}

/// How long an offer of this queue stands. A queue that the rules no longer name is re-queued soon; until
/// then its offers stand as long as the default.
fn timeout(rules: &Rules, queue: QueueId, channel: Channel) -> Span {
    rules.queue(queue).map_or(crate::policy::OFFER_TIMEOUT[channel.index()], |queue| {
        queue.rule.offer_timeout[channel.index()]
    })
}
