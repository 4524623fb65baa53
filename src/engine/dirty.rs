//! What matching must look at: who may have gained room, and what began to wait. All else is as matching
//! left it, by the invariant that nothing waits which a free agent could take.

use crate::domain::{AgentId, InteractionId};

use super::event::Event;
use super::state::{PENDING_MAX, Phase, State};

/// Agents and interactions to match, each sorted and once: mostly one or two, so a list beats a tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Dirty {
    pub(super) agents: Vec<AgentId>,
    pub(super) interactions: Vec<InteractionId>,
}

impl Dirty {
    /// Everything that could be matched: after a recovery, which does not know what was left to do.
    pub(super) fn everything(state: &State) -> Dirty {
        let mut agents: Vec<AgentId> = state.routing.free.iter().map(|(_, _, agent)| *agent).collect();
        agents.sort_unstable();
        Dirty { agents, interactions: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.agents.is_empty() && self.interactions.is_empty()
    }

    /// Notes what an event may have made possible.
    pub(super) fn note(&mut self, event: &Event, state: &State) {
        match event {
            Event::AgentUpserted { agent, .. }
            | Event::AgentSignedIn { agent }
            | Event::PresenceChanged { agent, .. }
            | Event::AgentReturned { agent } => self.agent(*agent, state),
            Event::InteractionQueued(queued) => {
                add(&mut self.interactions, queued.interaction);
                // Whoever held it gains room.
                queued.held_by.into_iter().for_each(|agent| self.agent(agent, state));
            }
            Event::InteractionClosed { agent: Some(agent), .. } => self.agent(*agent, state),
            Event::OfferDeclined { end, .. }
            | Event::OfferExpired { end, .. }
            | Event::OfferRescinded { end, .. } => {
                add(&mut self.interactions, end.interaction);
                self.agent(end.agent, state);
            }
            // Room in units is as before; only one who was buried in offers takes offers again.
            Event::OfferAccepted(end) if state.agent(end.agent).pending() + 1 == PENDING_MAX => {
                self.agent(end.agent, state);
            }
            Event::OfferCooled { interaction, .. } => self.interaction(*interaction, state),
            _ => {}
        }
    }

    /// An interaction that needs no look any more.
    pub(super) fn settle(&mut self, id: InteractionId) {
        self.interactions.retain(|dirty| *dirty != id);
    }

    /// Notes an agent who may have gained room.
    pub(super) fn agent(&mut self, id: AgentId, state: &State) {
        if state.agent(id).is_free() {
            add(&mut self.agents, id);
        }
    }

    fn interaction(&mut self, id: InteractionId, state: &State) {
        if state.interaction(id).is_some_and(|interaction| interaction.phase == Phase::Queued) {
            add(&mut self.interactions, id);
        }
    }
}

fn add<T: Ord>(sorted: &mut Vec<T>, id: T) {
    if let Err(place) = sorted.binary_search(&id) {
        sorted.insert(place, id);
    }
}
