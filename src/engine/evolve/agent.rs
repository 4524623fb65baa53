//! Agents: what they can do, whether they take work, what they hold.

use crate::domain::{AgentId, Presence, Timestamp};

use super::super::deadlines::DueKind;
use super::super::event::Event;
use super::super::state::{Agent, Profile, State};

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event, at: Timestamp) {
    match event {
        Event::AgentUpserted { agent, skills, capacity, origin } => {
            let (skills, capacity) = (skills.clone(), capacity.clone());
            upserted(state, *agent, Profile { skills, capacity, origin: *origin });
        }
        Event::AgentRemoved { agent } => removed(state, *agent, at),
        Event::AgentSignedIn { agent } => signed_in(state, *agent, at),
        Event::PresenceChanged { agent, presence, .. } => presence_changed(state, *agent, presence, at),
        Event::AgentLost { agent, offline_at } => lost(state, *agent, *offline_at),
        Event::AgentReturned { agent } => returned(state, *agent),
        Event::AgentSignedOut { agent, .. } => signed_out(state, *agent, at),
        Event::AgentReleased { agent } => released(state, *agent),
        _ => {}
    }
}

/// Changes an agent, and moves him in the indexes of matching and of deadlines.
pub(super) fn change(state: &mut State, id: AgentId, mutate: impl FnOnce(&mut Agent)) {
    let agent = &mut state.agents[id.index()];
    state.routing.unlist(id, agent);
    let (offline_at, release_at) = (agent.offline_at, agent.release_at);
    mutate(agent);
    state.routing.list(id, agent);
    state.deadlines.shift(DueKind::LostAgent, u64::from(id.0), offline_at, agent.offline_at);
    state.deadlines.shift(DueKind::Release, u64::from(id.0), release_at, agent.release_at);
}

fn upserted(state: &mut State, id: AgentId, profile: Profile) {
    change(state, id, |agent| agent.profile = Some(profile));
    state.routing.note_skills(id, &state.agents[id.index()]);
}

/// What he holds while he is offline was kept for him; it is looked at again.
fn removed(state: &mut State, id: AgentId, at: Timestamp) {
    change(state, id, |agent| {
        agent.profile = None;
        if !agent.presence.is_signed_in() && !agent.held.is_empty() {
            agent.release_at = Some(at);
        }
    });
    state.routing.note_skills(id, &state.agents[id.index()]);
}

fn signed_in(state: &mut State, id: AgentId, at: Timestamp) {
    change(state, id, |agent| {
        agent.presence = Presence::Available;
        agent.offline_at = None;
        agent.release_at = None;
        agent.since = at;
        agent.misses = 0;
    });
}

fn presence_changed(state: &mut State, id: AgentId, presence: &Presence, at: Timestamp) {
    change(state, id, |agent| {
        agent.presence = presence.clone();
        agent.since = at;
        agent.misses = 0;
    });
}

fn lost(state: &mut State, id: AgentId, offline_at: Timestamp) {
    change(state, id, |agent| agent.offline_at = Some(offline_at));
}

fn returned(state: &mut State, id: AgentId) {
    change(state, id, |agent| agent.offline_at = None);
}

fn signed_out(state: &mut State, id: AgentId, at: Timestamp) {
    change(state, id, |agent| {
        agent.presence = Presence::Offline;
        agent.offline_at = None;
        agent.release_at = (!agent.held.is_empty()).then_some(at);
    });
}

fn released(state: &mut State, id: AgentId) {
    change(state, id, |agent| agent.release_at = None);
}
