//! Conversations, their interactions, offers and clocks.

use std::sync::Arc;

use crate::domain::{
    AgentId, Channel, ClockId, ContactId, ConversationId, Digest, InteractionId, MessageId, Metric, Name,
    OfferId, Promise, QueueId, RouteId, Seq, SourceId, Span, Timestamp,
};

use super::super::deadlines::DueKind;
use super::{ClassId, HalfKey, NamedMessage, PARTICIPANTS_MAX};

/// A lasting thread with one contact on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub contact: ContactId,
    /// The address that wrote last, to which the answer goes; at first that to which we wrote.
    pub peer: Option<Digest>,
    pub channel: Channel,
    pub source: SourceId,
    /// The other sources of ours that it came by (mail).
    pub also: Box<[SourceId]>,
    pub to: Arc<str>,
    pub language: Option<Arc<str>>,
    pub follow_up_of: Option<ConversationId>,
    pub opened_at: Timestamp,
    /// The newest message, either way.
    pub active_at: Timestamp,
    /// Until when its provider lets us answer freely; none where it sets no limit.
    pub reply_until: Option<Timestamp>,
    /// Who wrote last cannot be answered.
    pub no_reply: bool,
    /// The contact wrote last, and it was not resolved since.
    pub owed: bool,
    /// The present pass; none while resolved.
    pub interaction: Option<InteractionId>,
    /// When it is archived, while resolved.
    pub archive_at: Option<Timestamp>,
    /// The keys by which messages name it.
    pub keys: Vec<HalfKey>,
    /// Its newest messages by their keys, the oldest first; at most [`MESSAGE_KEYS_MAX`](super::MESSAGE_KEYS_MAX).
    pub messages: Vec<NamedMessage>,
    /// Who takes part in it besides the contact: first who wrote, then who was only addressed by him.
    pub participants: Vec<Digest>,
    /// How many of them wrote.
    pub writers: u8,
    /// Its running clocks.
    pub clocks: Vec<ClockId>,
    /// How often each metric was started.
    pub cycles: [u32; Metric::ALL.len()],
    /// What people and backends named it by, in order; mostly none.
    pub tags: Box<[Name]>,
    /// Its newest content record.
    pub content: Seq,
    /// The content of the newest message that somebody wrote to us here.
    pub heard: Seq,
    /// When [`peer`](Conversation::peer) wrote, as the provider tells it; none where he did not.
    pub heard_at: Option<Timestamp>,
    /// Its newest outbound messages, the oldest first.
    pub outbound: Vec<MessageId>,
    /// Grows with every change of it; a warning, a breach or a rung of its clocks is none.
    pub version: u32,
}

impl Conversation {
    /// Somebody besides the contact wrote.
    pub fn note_writer(&mut self, address: Digest) {
        self.note_participant(address);
        let first = usize::from(self.writers);
        let place = self.participants.iter().position(|known| *known == address);
        if let Some(place) = place.filter(|place| *place >= first) {
            self.participants.swap(first, place);
            self.writers += 1;
        }
    }

    /// Somebody takes part, as far as there is room.
    pub fn note_participant(&mut self, address: Digest) {
        if self.participants.len() < PARTICIPANTS_MAX && !self.participants.contains(&address) {
            self.participants.push(address);
        }
    }

    /// Who wrote besides the contact.
    pub fn writers(&self) -> &[Digest] {
        self.participants.get(..usize::from(self.writers)).unwrap_or_default()
    }
}

/// A conversation that was dropped but for its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    pub contact: ContactId,
    pub keys: Vec<HalfKey>,
    /// Until when its provider lets us answer freely: that does not end with it.
    pub reply_until: Option<Timestamp>,
    pub forget_at: Timestamp,
}

/// One pass of a conversation through queue and agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    pub conversation: ConversationId,
    pub queue: QueueId,
    pub route: Option<RouteId>,
    pub priority: i32,
    /// A person set the priority: new rules leave it alone.
    pub priority_set: bool,
    pub class: ClassId,
    /// Its age counts from here.
    pub waiting_since: Timestamp,
    pub phase: Phase,
    /// When it goes on by itself, while parked; when it closes, while in wrap-up.
    pub until: Option<Timestamp>,
    /// Agents to whom it is not offered for now.
    pub cooldowns: Vec<Cooldown>,
}

/// Where an interaction stands: in exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Queued,
    Offered(OfferId),
    Assigned(AgentId),
    /// Its agent waits for the contact, and it takes nothing of his capacity.
    Pended(AgentId),
    /// Its conversation is resolved, and its agent has work left with it.
    WrapUp(AgentId),
}

impl Phase {
    /// The agent who holds it while its contact is not served: nobody while it waits, is offered or wrapped
    /// up.
    pub fn holder(self) -> Option<AgentId> {
        match self {
            Phase::Assigned(agent) | Phase::Pended(agent) => Some(agent),
            Phase::Queued | Phase::Offered(_) | Phase::WrapUp(_) => None,
        }
    }
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

    /// When its parking or its wrap-up is over, and which of the two that is.
    pub fn lapses(&self) -> Option<(DueKind, Timestamp)> {
        let kind = if matches!(self.phase, Phase::WrapUp(_)) { DueKind::WrapUp } else { DueKind::Pend };
        self.until.map(|until| (kind, until))
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
    /// A person chose the agent, whatever he can do.
    pub directed: bool,
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
