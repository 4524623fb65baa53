//! Offers, agents and queues as queries show them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{AgentId, AgentOrigin, ConversationId, InteractionId, Name, OfferId, Timestamp};
use crate::engine::Engine;
use crate::engine::state::State;
use crate::wire::{OfferFilter, format_instant};

use super::conversations::phase_word;

#[derive(Serialize)]
pub(super) struct OfferView<'a> {
    offer: OfferId,
    interaction: InteractionId,
    conversation: ConversationId,
    agent: &'a Name,
    made_at: String,
    expires_at: String,
    /// A person chose this agent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    directed: bool,
}

#[derive(Serialize)]
pub(super) struct Offers<'a> {
    offers: Vec<OfferView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<OfferId>,
}

pub(super) fn list_offers<'a>(state: &'a State, filter: &OfferFilter) -> Offers<'a> {
    let first = filter.after.map_or(0, |after| after.0 + 1);
    let wanted = |agent: AgentId| filter.agent.as_ref().is_none_or(|name| state.names.agent(agent) == name);
    let mut matching = state.offers.iter_from(first).filter(|(_, offer)| wanted(offer.agent));
    let offers: Vec<OfferView<'a>> = matching
        .by_ref()
        .take(filter.limit as usize)
        .filter_map(|(number, _)| view_offer(state, OfferId(number)))
        .collect();
    let after = matching.next().and(offers.last().map(|last| last.offer));
    Offers { offers, after }
}

/// An offer that stands.
pub(super) fn view_offer(state: &State, id: OfferId) -> Option<OfferView<'_>> {
    let offer = state.offer(id)?;
    Some(OfferView {
        offer: id,
        interaction: offer.interaction,
        conversation: offer.conversation,
        agent: state.names.agent(offer.agent),
        made_at: format_instant(offer.made_at),
        expires_at: format_instant(offer.expires_at),
        directed: offer.directed,
    })
}

#[derive(Serialize)]
pub(super) struct AgentView<'a> {
    agent: &'a Name,
    presence: String,
    lost: bool,
    configured: bool,
    /// Who set what the agent can do; none of one who was taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<AgentOrigin>,
    units: u32,
    load: u32,
    holds: Vec<HeldView>,
}

#[derive(Serialize)]
pub(super) struct HeldView {
    interaction: InteractionId,
    conversation: ConversationId,
    /// `offered`, `assigned`, `pended` or `wrap_up`.
    state: &'static str,
    /// What it takes of his capacity now.
    units: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferId>,
    /// When it is pended no more, or its wrap-up is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

#[derive(Serialize)]
pub(super) struct AgentAnswer<'a> {
    pub(super) agent: AgentView<'a>,
}

#[derive(Serialize)]
pub(super) struct Agents<'a> {
    pub(super) agents: Vec<AgentView<'a>>,
}

pub(super) fn agents(state: &State) -> impl Iterator<Item = AgentId> {
    (0..state.agents.len()).map(|number| AgentId(number as u32))
}

pub(super) fn view_agent(state: &State, id: AgentId) -> AgentView<'_> {
    let agent = state.agent(id);
    let holds = agent.held.iter().map(|held| {
        let interaction = state.open_interaction(held.interaction);
        HeldView {
            interaction: held.interaction,
            conversation: interaction.conversation,
            state: phase_word(interaction.phase),
            units: if held.parked { 0 } else { held.units },
            offer: held.offer,
            until: interaction.until.map(format_instant),
        }
    });
    AgentView {
        agent: state.names.agent(id),
        presence: agent.presence.to_string(),
        lost: agent.offline_at.is_some(),
        configured: agent.profile.is_some(),
        origin: agent.profile.as_ref().map(|profile| profile.origin),
        units: agent.profile.as_ref().map_or(0, |profile| profile.capacity.units),
        load: agent.load(),
        holds: holds.collect(),
    }
}

#[derive(Serialize)]
pub(super) struct QueueView {
    pub(super) queue: Name,
    priority: i32,
    waiting: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<String>,
}

#[derive(Serialize)]
pub(super) struct QueueAnswer {
    pub(super) queue: QueueView,
}

#[derive(Serialize)]
pub(super) struct Queues {
    pub(super) queues: Vec<QueueView>,
}

pub(super) fn queues(engine: &Engine) -> Vec<QueueView> {
    let state = engine.state();
    let mut waiting: BTreeMap<&Name, (usize, Timestamp)> = BTreeMap::new();
    for class in state.routing.waited_for() {
        for key in &class.waiting {
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
