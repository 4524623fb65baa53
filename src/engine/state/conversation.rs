//! Contacts, conversations, their interactions, offers and clocks.

use std::sync::Arc;

use crate::domain::{
    AgentId, Channel, ClockId, ContactId, ConversationId, Digest, InteractionId, Metric, OfferId, Promise,
    QueueId, RouteId, Seq, SourceId, Span, Timestamp,
};

use super::{ClassId, HalfKey};

/// A person who writes to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The digest of the address that made him known.
    pub address: Digest,
    /// Who had him last, unless it was given back: then it is another's turn.
    pub last_agent: Option<AgentId>,
    /// Conversations that are not archived.
    pub conversations: u32,
    /// When the last of them was archived.
    pub idle_since: Option<Timestamp>,
    /// When he is forgotten.
    pub expire_at: Option<Timestamp>,
    /// His newest content record.
    pub content: Seq,
}

/// A lasting thread with one contact on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub contact: ContactId,
    pub channel: Channel,
    pub source: SourceId,
    pub to: Arc<str>,
    pub language: Option<Arc<str>>,
    pub follow_up_of: Option<ConversationId>,
    pub opened_at: Timestamp,
    /// The newest message, either way.
    pub active_at: Timestamp,
    /// The contact wrote last, and it was not resolved since.
    pub owed: bool,
    /// The present pass; none while resolved.
    pub interaction: Option<InteractionId>,
    /// When it is archived, while resolved.
    pub archive_at: Option<Timestamp>,
    /// The keys by which messages name it.
    pub keys: Vec<HalfKey>,
    /// Who wrote in it besides the contact.
    pub participants: Vec<Digest>,
    /// Its running clocks.
    pub clocks: Vec<ClockId>,
    /// How often each metric was started.
    pub cycles: [u32; Metric::ALL.len()],
    /// Its newest content record.
    pub content: Seq,
    /// Grows with every change of it; a warning, a breach or a rung of its clocks is none.
    pub version: u32,
}

/// A conversation that was dropped but for its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    pub contact: ContactId,
    pub keys: Vec<HalfKey>,
    pub forget_at: Timestamp,
}

/// One pass of a conversation through queue and agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    pub conversation: ConversationId,
    pub queue: QueueId,
    pub route: Option<RouteId>,
    pub priority: i32,
    pub class: ClassId,
    /// Its age counts from here.
    pub waiting_since: Timestamp,
    pub phase: Phase,
    /// Agents to whom it is not offered for now.
    pub cooldowns: Vec<Cooldown>,
}

/// Where an interaction stands: in exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Queued,
    Offered(OfferId),
    Assigned(AgentId),
}

/// Until when an interaction is not offered to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cooldown {
    pub agent: AgentId,
    pub until: Timestamp,
}

impl Interaction {
    /// The first end of a cooldown.
    pub fn cooled_at(&self) -> Option<Timestamp> {
        self.cooldowns.iter().map(|cooldown| cooldown.until).min()
    }

    /// Whether it is not offered to this agent for now.
    pub fn is_cooling(&self, agent: AgentId) -> bool {
        self.cooldowns.iter().any(|cooldown| cooldown.agent == agent)
    }
}

/// A pending offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: AgentId,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A running promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub conversation: ConversationId,
    /// The queue that promised it.
    pub queue: QueueId,
    pub due: Timestamp,
    pub breach_at: Timestamp,
    pub promise: Arc<Promise>,
    /// Warnings recorded.
    pub warned: u32,
    pub breached: bool,
    /// Rungs recorded, skipped ones counted.
    pub rungs: u32,
    /// Further rungs are held back until then.
    pub acked_until: Option<Timestamp>,
}

impl Clock {
    /// The instant of its next warning, breach, rung, or end of an acknowledgement.
    pub fn next_due(&self) -> Option<Timestamp> {
        if !self.breached {
            let warning = self.promise.warnings.get(self.warned as usize);
            return Some(warning.map_or(self.breach_at, |before| self.due.before(*before)));
        }
        self.acked_until.or_else(|| self.rung_due(self.rungs))
    }

    /// When the rung of this index is due, after the breach.
    pub fn rung_due(&self, index: u32) -> Option<Timestamp> {
        let rung = self.promise.ladder.as_ref()?.rungs.get(index as usize)?;
        Some(self.due.after(Span(rung.after_ms)))
    }
}
