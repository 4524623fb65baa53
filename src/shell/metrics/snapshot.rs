//! What the loop tells of the state for the metrics, at most once a second. It walks agents and names, never
//! conversations.

use crate::domain::{Digest, Name, NameKind, Presence, Timestamp};
use crate::engine::Engine;
use crate::engine::state::{Agent, State};

/// What an agent can be; one who is lost is signed in, and not heard of.
pub const PRESENCES: [&str; 5] = ["available", "away", "draining", "offline", "lost"];

/// The state in numbers, at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The instant.
    pub now: Option<Timestamp>,
    /// The epoch that we lead in.
    pub epoch: u64,
    /// The adopted policy.
    pub policy: Digest,
    /// Every queue that was ever named, by number.
    pub queues: Vec<Name>,
    /// Configured agents by what they are, in the order of [`PRESENCES`].
    pub agents: [u64; PRESENCES.len()],
    /// How many entries the state's tables have, each with its word.
    pub entries: Vec<(&'static str, usize)>,
    /// Effects that are owed and have not left.
    pub outbox: u64,
    /// Records of the journal that are not ours.
    pub foreign: u64,
    /// The journal's last sequence and the last input consumed.
    pub seq: u64,
    pub inseq: u64,
}

impl Snapshot {
    /// The state as it is; what lies outside of the engine is added by the caller.
    pub fn of(engine: &Engine, now: Timestamp) -> Snapshot {
        let state = engine.state();
        let named = 0..state.names.count(NameKind::Queue);
        let mut agents = [0; PRESENCES.len()];
        for agent in state.agents.iter().filter(|agent| agent.profile.is_some()) {
            agents[presence(agent)] += 1;
        }
        Snapshot {
            now: Some(now),
            epoch: state.epoch,
            policy: state.policy,
            queues: named.filter_map(|number| state.names.get(NameKind::Queue, number).cloned()).collect(),
            agents,
            entries: entries(state),
            outbox: 0,
            foreign: 0,
            seq: state.seq.0,
            inseq: engine.consumed(),
        }
    }
}

fn presence(agent: &Agent) -> usize {
    match agent.presence {
        Presence::Offline => 3,
        _ if agent.offline_at.is_some() => 4,
        Presence::Available => 0,
        Presence::Away(_) => 1,
        Presence::Draining => 2,
    }
}

fn entries(state: &State) -> Vec<(&'static str, usize)> {
    vec![
        ("contacts", state.contacts.len()),
        ("conversations", state.conversations.len()),
        ("archived", state.archived.len()),
        ("interactions", state.interactions.len()),
        ("offers", state.offers.len()),
        ("clocks", state.clocks.len()),
        ("thread_keys", state.threads.len()),
    ]
}
