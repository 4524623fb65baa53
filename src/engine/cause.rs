//! Why things happened, as the events say it: each a word of the public stream.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is remembered for a while, so that the same thing has one effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Remembered {
    /// Messages taken in, for 14 days.
    Messages,
    /// Commands answered, for a day.
    Commands,
}

/// Why an interaction stands in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueCause {
    /// It is new.
    Arrived,
    /// Its agent returned it.
    Requeued,
    /// Its agent went offline.
    OwnerOffline,
    /// The rules of its queue or route changed while it waited.
    PolicyChanged,
}

/// Why an offer was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RescindCause {
    /// The agent signed out, or is offline by himself.
    AgentOffline,
    /// The agent's desktops fell silent.
    AgentLost,
    /// The conversation was resolved.
    Resolved,
    /// The agent was taken out of the rules, or no longer meets what is asked.
    PolicyChanged,
}

/// Why an agent's presence changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceCause {
    /// He asked.
    Asked,
    /// He let offers expire.
    Rona,
    /// The rules no longer name him.
    Removed,
    /// His desktops stayed silent.
    Lost,
}

/// Why a clock was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelCause {
    /// The conversation was resolved without it (sla-R6).
    ResolvedUnanswered,
    /// The adopted rules no longer promise it (peer-F40).
    PolicyRemoved,
}
