//! Promises and what follows when they lapse.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Name, Span};

/// What is promised (field page sla-and-operations 1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// From entering a queue until an agent accepts.
    Assign,
    /// From the first message of a contact until the first public reply by a person.
    FirstReply,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Metric; 2] = [Metric::Assign, Metric::FirstReply];

    /// Its word in config and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Metric::Assign => "assign",
            Metric::FirstReply => "first_reply",
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A target as it is pinned when its clock starts: a later reload does not touch it (sla-R9).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Promise {
    /// What is promised.
    pub metric: Metric,
    /// The SLA that promises it; none in records of before it was told.
    pub sla: Option<Name>,
    /// Within what span, in wall-clock time.
    pub within: Span,
    /// How long before the due instant each warning fires, longest first, each once.
    pub warnings: Arc<[Span]>,
    /// What follows a breach.
    pub ladder: Option<Arc<Ladder>>,
}

/// Rungs in the order of their delays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
pub struct Ladder {
    /// Its configured name.
    pub name: String,
    /// How long an acknowledgement holds further rungs back, in milliseconds (sla-R15).
    pub ack_for_ms: i64,
    /// The rungs; the first is rung 1.
    pub rungs: Vec<Rung>,
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
pub struct Rung {
    /// How long after the breach, in milliseconds.
    pub after_ms: i64,
    /// Who is told, as written: `assignee`, `role:supervisor`, `email:duty@example.org`.
    pub notify: Vec<String>,
}

/// How a clock ended (it may have been breached before).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Kept.
    Met,
    /// Done, but past its due instant.
    MetLate,
    /// Not measured to its end.
    Cancelled,
}
