//! What is said of agents and of others who send commands.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether an agent takes work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes offers.
    Available,
    /// Signed in, takes none; with the reason, as `lunch` or `rona`.
    Away(String),
    /// Keeps what is held, takes nothing new.
    Draining,
    /// Not signed in.
    Offline,
}

impl Presence {
    /// Signed in, in whatever way.
    pub fn is_signed_in(&self) -> bool {
        *self != Presence::Offline
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Presence::Available => f.write_str("available"),
            Presence::Away(reason) => write!(f, "away ({reason})"),
            Presence::Draining => f.write_str("draining"),
            Presence::Offline => f.write_str("offline"),
        }
    }
}

/// Who set what an agent can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentOrigin {
    /// The files of the configuration; a command cannot change it.
    #[default]
    File,
    /// The command `agent.upsert`.
    Command,
}

/// The most agents of a site.
pub const AGENTS_MAX: usize = 100_000;

/// As what an actor sends commands. The engine checks it; an id in a payload proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers contacts: acts on itself and on what it holds.
    Agent,
    /// Leads agents: acts on every conversation and escalation.
    Supervisor,
    /// Brings messages in; asks nothing.
    Gateway,
    /// A trusted backend: acts on every conversation.
    Service,
    /// The daemon itself.
    Site,
}
