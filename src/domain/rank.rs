//! Why this agent before that one, as one value.

use std::fmt;

use super::{AgentId, Timestamp};

/// The place of an agent in the order for one interaction: the least is the best, and the fields in
/// their order *are* the rule. Printed in the offer, so that anybody can check it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RankKey {
    /// 0 for the agent who had this contact last, else 1.
    pub preferred: u8,
    /// Units held now.
    pub load: u32,
    /// Since when at that load: the longest first (field page queueing, pitfall 2).
    pub since: Timestamp,
    /// The agent's number, so that no tie is left.
    pub agent: AgentId,
}

impl fmt::Display for RankKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}", self.preferred, self.load, self.since.0, self.agent.0)
    }
}
