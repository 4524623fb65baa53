//! Questions answered from the state, on the loop: a page of at most 200. Content is joined off the loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{AgentId, ConversationId, InteractionId, Name, OfferId, Role, Timestamp};
use crate::engine::Engine;
use crate::engine::state::{Conversation, Interaction, Phase, State};
use crate::wire::{
    ConversationFilter, ConversationState, Keys, OfferFilter, Query, answer_from_record, answer_ok,
    format_instant,
};

use super::answer::Answer;
use super::group::Deferred;
use super::join::Join;
use super::journal::Journal;

/// How many entries a query looks at on the loop, whatever its page.
const WORK_MAX: usize = 20_000;

/// What a query may tell besides the state.
#[derive(Clone, Debug)]
pub struct SiteFacts {
    /// By which reply addresses are made.
    pub keys: Keys,
    /// Which process leads.
    pub instance: String,
    /// Warnings about the streams, as `status` shows them.
    pub warnings: Vec<String>,
    /// Records in the journal that are not ours.
    pub foreign: u64,
    /// Requests that were dropped, since their answer would have gone where no inbox is.
    pub dropped: Arc<AtomicU64>,
}

/// An answer, perhaps with content still to join.
#[derive(Debug)]
pub enum Answered {
    Ready(Answer),
    Join(Join),
}

/// Answers a query; refusals are answers too.
pub fn answer(engine: &Engine, facts: &SiteFacts, actor: &Name, query: &Query) -> Answered {
    let state = engine.state();
    let refuse = |code: &str, message: &str| Answered::Ready(Answer::no(state.seq, code, message));
    match engine.role_of(actor) {
        None => {
            return refuse("unknown_actor", "the asking actor is neither an agent nor an actor of this site");
        }
        Some(Role::Gateway) => return refuse("forbidden", "a gateway brings messages in and asks nothing"),
        Some(_) => {}
    }
    match query {
        Query::ConversationGet(id) => match state.conversation(*id) {
            Some(conversation) => get_conversation(engine, facts, actor, *id, conversation),
            None => refuse("unknown_conversation", "there is no such conversation, or it is archived"),
        },
        Query::ConversationList(filter) => ready(state, &list_conversations(state, filter)),
        Query::OfferList(filter) => ready(state, &list_offers(state, filter)),
        Query::AgentGet(name) => match state.names.find_agent(name.as_str()) {
            Some(id) => ready(state, &AgentAnswer { agent: view_agent(state, id) }),
            None => refuse("unknown_agent", "there is no such agent"),
        },
        Query::AgentList => {
            ready(state, &Agents { agents: agents(state).map(|id| view_agent(state, id)).collect() })
        }
        Query::QueueGet(name) => match queues(engine).into_iter().find(|queue| queue.queue == *name) {
            Some(queue) => ready(state, &QueueAnswer { queue }),
            None => refuse("unknown_queue", "there is no such queue"),
        },
        Query::QueueList => ready(state, &Queues { queues: queues(engine) }),
        Query::Status => ready(state, &view_status(engine, facts)),
    }
}

/// Completes an answer from the journal.
pub async fn complete(journal: &Journal, deferred: Deferred) -> Answer {
    let read = match deferred {
        Deferred::Ready(answer) => return answer,
        Deferred::Join(join) => join.complete(journal).await,
        Deferred::Read { seq, repeated } => match journal.get(seq.0).await {
            Ok(Some(stored)) => return from_record(&stored.payload, repeated),
            Ok(None) => return Answer::unavailable(),
            Err(fault) => Err(fault),
        },
    };
    match read {
        Ok(body) => Answer::yes(body),
        Err(fault) => {
            tracing::warn!(%fault, "content could not be read from the journal");
            Answer::unavailable()
        }
    }
}

/// The answer of an accepted command, from its record.
pub fn from_record(payload: &[u8], repeated: bool) -> Answer {
    match answer_from_record(payload, repeated) {
        Ok(body) => Answer::yes(body),
        Err(fault) => {
            tracing::error!(%fault, "a record of ours cannot be read back");
            Answer::unavailable()
        }
    }
}

fn ready(state: &State, body: &impl Serialize) -> Answered {
    Answered::Ready(Answer::yes(answer_ok(state.seq, body)))
}

#[derive(Serialize)]
struct ConversationView<'a> {
    conversation: ConversationId,
    contact: crate::domain::ContactId,
    channel: crate::domain::Channel,
    source: &'a Name,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up_of: Option<ConversationId>,
    state: &'static str,
    owed: bool,
    opened_at: String,
    active_at: String,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction: Option<InteractionView<'a>>,
    clocks: Vec<ClockView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_address: Option<String>,
}

#[derive(Serialize)]
struct InteractionView<'a> {
    interaction: InteractionId,
    queue: &'a Name,
    priority: i32,
    waiting_since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferId>,
}

#[derive(Serialize)]
struct ClockView {
    clock: crate::domain::ClockId,
    metric: crate::domain::Metric,
    due: String,
    breached: bool,
    rungs: u32,
}

#[derive(Serialize)]
struct ConversationAnswer<'a> {
    conversation: ConversationView<'a>,
}

#[derive(Serialize)]
struct Conversations<'a> {
    conversations: Vec<ConversationView<'a>>,
    /// Where the next page begins; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<ConversationId>,
}

/// Content goes to who leads or serves, and to the agent who holds or is offered the conversation.
fn get_conversation(
    engine: &Engine,
    facts: &SiteFacts,
    actor: &Name,
    id: ConversationId,
    conversation: &Conversation,
) -> Answered {
    let state = engine.state();
    let mut view = view_conversation(state, id, conversation);
    if conversation.channel == crate::domain::Channel::Email {
        view.reply_address = Some(facts.keys.reply_address(&conversation.to, id));
    }
    let body = answer_ok(state.seq, &ConversationAnswer { conversation: view });
    let holder = conversation.interaction.and_then(|id| agent_of(state, state.open_interaction(id)));
    let holds = holder.is_some_and(|agent| state.names.agent(agent) == actor);
    if engine.role_of(actor) == Some(Role::Agent) && !holds {
        return Answered::Ready(Answer::yes(body));
    }
    let body: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    let contact = state.contact(conversation.contact).map(|contact| contact.content).unwrap_or_default();
    Answered::Join(Join { body, conversation: conversation.content, contact })
}

fn list_conversations<'a>(state: &'a State, filter: &ConversationFilter) -> Conversations<'a> {
    let first = filter.after.map_or(0, |after| after.0 + 1);
    let mut page = Vec::new();
    let mut seen = None;
    for (number, conversation) in state.conversations.iter_from(first).take(WORK_MAX) {
        if page.len() == filter.limit as usize {
            return Conversations { conversations: page, after: seen };
        }
        let id = ConversationId(number);
        seen = Some(id);
        if passes(state, conversation, filter) {
            page.push(view_conversation(state, id, conversation));
        }
    }
    let more = seen.filter(|last| state.conversations.iter_from(last.0 + 1).next().is_some());
    Conversations { conversations: page, after: more }
}

fn passes(state: &State, conversation: &Conversation, filter: &ConversationFilter) -> bool {
    let interaction = conversation.interaction.map(|id| state.open_interaction(id));
    let in_state = filter.state.is_none_or(|wanted| match wanted {
        ConversationState::Open => interaction.is_some(),
        ConversationState::Resolved => interaction.is_none(),
        other => interaction.is_some_and(|it| phase_word(it.phase) == phase_of(other)),
    });
    let in_queue = filter.queue.as_ref().is_none_or(|name| {
        interaction.is_some_and(|interaction| state.names.queue(interaction.queue) == name)
    });
    let with_agent = filter.agent.as_ref().is_none_or(|name| {
        let agent = interaction.and_then(|interaction| agent_of(state, interaction));
        agent.is_some_and(|agent| state.names.agent(agent) == name)
    });
    in_state && in_queue && with_agent
}

fn phase_of(wanted: ConversationState) -> &'static str {
    match wanted {
        ConversationState::Queued => "queued",
        ConversationState::Offered => "offered",
        ConversationState::Assigned => "assigned",
        ConversationState::Open | ConversationState::Resolved => "",
    }
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "queued",
        Phase::Offered(_) => "offered",
        Phase::Assigned(_) => "assigned",
    }
}

fn agent_of(state: &State, interaction: &Interaction) -> Option<AgentId> {
    match interaction.phase {
        Phase::Queued => None,
        Phase::Offered(offer) => state.offer(offer).map(|offer| offer.agent),
        Phase::Assigned(agent) => Some(agent),
    }
}

fn view_conversation<'a>(
    state: &'a State,
    id: ConversationId,
    conversation: &'a Conversation,
) -> ConversationView<'a> {
    let interaction = conversation.interaction.map(|id| (id, state.open_interaction(id)));
    ConversationView {
        conversation: id,
        contact: conversation.contact,
        channel: conversation.channel,
        source: state.names.source(conversation.source),
        to: &conversation.to,
        language: conversation.language.as_deref(),
        follow_up_of: conversation.follow_up_of,
        state: interaction.map_or("resolved", |(_, interaction)| phase_word(interaction.phase)),
        owed: conversation.owed,
        opened_at: format_instant(conversation.opened_at),
        active_at: format_instant(conversation.active_at),
        version: conversation.version,
        interaction: interaction.map(|(id, interaction)| view_interaction(state, id, interaction)),
        clocks: view_clocks(state, conversation),
        reply_address: None,
    }
}

fn view_interaction<'a>(
    state: &'a State,
    id: InteractionId,
    interaction: &Interaction,
) -> InteractionView<'a> {
    let offer = match interaction.phase {
        Phase::Offered(offer) => Some(offer),
        Phase::Queued | Phase::Assigned(_) => None,
    };
    InteractionView {
        interaction: id,
        queue: state.names.queue(interaction.queue),
        priority: interaction.priority,
        waiting_since: format_instant(interaction.waiting_since),
        agent: agent_of(state, interaction).map(|agent| state.names.agent(agent)),
        offer,
    }
}

fn view_clocks(state: &State, conversation: &Conversation) -> Vec<ClockView> {
    let clocks = conversation.clocks.iter().filter_map(|id| {
        let clock = state.clock(*id)?;
        Some(ClockView {
            clock: *id,
            metric: clock.promise.metric,
            due: format_instant(clock.due),
            breached: clock.breached,
            rungs: clock.rungs,
        })
    });
    clocks.collect()
}

#[derive(Serialize)]
struct OfferView<'a> {
    offer: OfferId,
    interaction: InteractionId,
    conversation: ConversationId,
    agent: &'a Name,
    made_at: String,
    expires_at: String,
}

#[derive(Serialize)]
struct Offers<'a> {
    offers: Vec<OfferView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<OfferId>,
}

fn list_offers<'a>(state: &'a State, filter: &OfferFilter) -> Offers<'a> {
    let first = filter.after.map_or(0, |after| after.0 + 1);
    let wanted = |agent: AgentId| filter.agent.as_ref().is_none_or(|name| state.names.agent(agent) == name);
    let mut matching = state.offers.iter_from(first).filter(|(_, offer)| wanted(offer.agent));
    let offers: Vec<OfferView<'a>> = matching
        .by_ref()
        .take(filter.limit as usize)
        .map(|(number, offer)| OfferView {
            offer: OfferId(number),
            interaction: offer.interaction,
            conversation: offer.conversation,
            agent: state.names.agent(offer.agent),
            made_at: format_instant(offer.made_at),
            expires_at: format_instant(offer.expires_at),
        })
        .collect();
    let after = matching.next().and(offers.last().map(|last| last.offer));
    Offers { offers, after }
}

#[derive(Serialize)]
struct AgentView<'a> {
    agent: &'a Name,
    presence: String,
    lost: bool,
    configured: bool,
    units: u32,
    load: u32,
    holds: Vec<HeldView>,
}

#[derive(Serialize)]
struct HeldView {
    interaction: InteractionId,
    conversation: ConversationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferId>,
}

#[derive(Serialize)]
struct AgentAnswer<'a> {
    agent: AgentView<'a>,
}

#[derive(Serialize)]
struct Agents<'a> {
    agents: Vec<AgentView<'a>>,
}

fn agents(state: &State) -> impl Iterator<Item = AgentId> {
    (0..state.agents.len()).map(|number| AgentId(number as u32))
}

fn view_agent(state: &State, id: AgentId) -> AgentView<'_> {
    let agent = state.agent(id);
    let holds = agent.held.iter().map(|held| HeldView {
        interaction: held.interaction,
        conversation: state.open_interaction(held.interaction).conversation,
        offer: held.offer,
    });
    AgentView {
        agent: state.names.agent(id),
        presence: agent.presence.to_string(),
        lost: agent.offline_at.is_some(),
        configured: agent.profile.is_some(),
        units: agent.profile.as_ref().map_or(0, |profile| profile.capacity.units),
        load: agent.load(),
        holds: holds.collect(),
    }
}

#[derive(Serialize)]
struct QueueView {
    queue: Name,
    priority: i32,
    waiting: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<String>,
}

#[derive(Serialize)]
struct QueueAnswer {
    queue: QueueView,
}

#[derive(Serialize)]
struct Queues {
    queues: Vec<QueueView>,
}

fn queues(engine: &Engine) -> Vec<QueueView> {
    let state = engine.state();
    let mut waiting: std::collections::BTreeMap<&Name, (usize, Timestamp)> =
        std::collections::BTreeMap::new();
    for class_id in &state.routing.waited_for {
        for key in &state.routing.class(*class_id).waiting {
            let queue = state.names.queue(state.open_interaction(key.interaction).queue);
            let entry = waiting.entry(queue).or_insert((0, key.since));
            *entry = (entry.0 + 1, entry.1.min(key.since));
        }
    }
    let views = engine.policy().queues.iter().map(|(name, rule)| {
        let found = waiting.get(name);
        QueueView {
            queue: name.clone(),
            priority: rule.priority,
            waiting: found.map_or(0, |(count, _)| *count),
            oldest: found.map(|(_, since)| format_instant(*since)),
        }
    });
    views.collect()
}

#[derive(Serialize)]
struct StatusView<'a> {
    instance: &'a str,
    version: &'static str,
    epoch: u64,
    /// The digest of the adopted policy, and whether all that follows from it was recorded.
    policy: String,
    policy_applied: bool,
    /// The last input consumed.
    inseq: u64,
    conversations: usize,
    waiting: usize,
    offers: usize,
    clocks: usize,
    agents_signed_in: usize,
    foreign_records: u64,
    dropped_requests: u64,
    warnings: &'a [String],
}

fn view_status<'a>(engine: &'a Engine, facts: &'a SiteFacts) -> StatusView<'a> {
    let state = engine.state();
    let waiting =
        state.routing.waited_for.iter().map(|class| state.routing.class(*class).waiting.len()).sum();
    StatusView {
        instance: &facts.instance,
        version: env!("CARGO_PKG_VERSION"),
        epoch: state.epoch,
        policy: state.policy.to_string(),
        policy_applied: state.policy_applied,
        inseq: engine.consumed(),
        conversations: state.conversations.len(),
        waiting,
        offers: state.offers.len(),
        clocks: state.clocks.len(),
        agents_signed_in: state.agents.iter().filter(|agent| agent.presence.is_signed_in()).count(),
        foreign_records: facts.foreign,
        dropped_requests: facts.dropped.load(Ordering::Relaxed),
        warnings: &facts.warnings,
    }
}
