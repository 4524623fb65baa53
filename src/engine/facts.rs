//! What events tell where a few members do not do: each the larger part of one event.

use std::sync::Arc;

use crate::domain::{
    AgentId, Channel, ClockId, ContactId, ConversationId, Digest, Endpoint, InteractionId, Keyword,
    MessageClass, MessageId, Metric, Needs, OfferId, Promise, QueueId, RankKey, RouteId, Seq, SourceId, Span,
    ThreadFlag, ThreadKey, Timestamp,
};

use super::cause::{AssignCause, QueueCause};

/// What a text clause of a route said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseVerdict {
    /// The route.
    pub route: RouteId,
    /// `address`, `subject` or `text`.
    pub clause: &'static str,
    /// Whether it matched.
    pub matched: bool,
}

/// A conversation begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationOpened {
    pub conversation: ConversationId,
    pub contact: ContactId,
    /// The address of his that we wrote to, where we began it.
    pub peer: Option<Digest>,
    pub channel: Channel,
    pub source: SourceId,
    /// The other sources of ours that its first message was addressed to.
    pub also: Vec<SourceId>,
    pub to: Endpoint,
    pub language: Option<Arc<str>>,
    pub follow_up_of: Option<ConversationId>,
    /// Until when its provider lets us answer freely, where we began it: it is past, unless the contact wrote before.
    pub reply_until: Option<Timestamp>,
}

/// A message was taken in and attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageReceived {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub class: MessageClass,
    /// Whether it may open a conversation, and so counts as heard from the contact and is owed an answer.
    pub opens: bool,
    /// The digest of the sender's address; of a suspect one, that of the address as nobody proved it.
    pub from: Digest,
    /// The sender was not of this conversation before, and joined by an id that we issued.
    pub new_participant: bool,
    /// What was odd in how it named a conversation, in order.
    pub flags: Vec<ThreadFlag>,
    /// Another conversation that it names and did not join; the flags say whether it may be one matter with this.
    pub related: Option<ConversationId>,
    /// Who takes part from now on since he was addressed.
    pub participants: Vec<Digest>,
    pub language: Option<Arc<str>>,
    pub dedupe: Digest,
    /// Keys by which later messages may name this thread.
    pub keys: Vec<ThreadKey>,
    /// Keys of messages that it answers and that nobody knows: one that comes late joins here.
    pub awaits: Vec<Digest>,
    /// Keys of dedupe of the parts that it was joined of, besides its own.
    pub parts: Vec<Digest>,
    /// By which edits, reactions and reports name it.
    pub key: Option<Digest>,
    /// What it is the first piece of (an album).
    pub group: Option<Digest>,
    /// What its text asked for, where that was carried out or is for a person to look at.
    pub keyword: Option<Keyword>,
    /// Its sender cannot be answered.
    pub no_reply: bool,
    /// Until when its provider lets us answer freely.
    pub reply_until: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    /// Where its content lies.
    pub content: Seq,
}

/// A message of ours leaves for the contact: a person of ours wrote it, unless it is `auto`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageReplied {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub replied_at: Timestamp,
    /// The key by which the contact's answer will name it.
    pub key: Option<ThreadKey>,
    /// The key by which an answer of this subject finds it, where it begins the conversation.
    pub subject: Option<ThreadKey>,
    /// Nobody of ours wrote it by hand.
    pub auto: bool,
    /// Where its content lies.
    pub content: Seq,
    /// How it goes out; records of a time before replies were carried do not tell.
    pub way: Option<ReplyWay>,
}

/// What the carrier of a reply must find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyWay {
    pub contact: ContactId,
    pub channel: Channel,
    pub source: SourceId,
    /// Our address that the contact wrote to: the answer comes from there.
    pub from: Endpoint,
    /// Where the contact's newest content lies: his clear address.
    pub contact_content: Seq,
    /// Where the content of the newest message lies that somebody wrote to us here.
    pub answers: Option<Seq>,
    /// Until when its provider lets us answer freely.
    pub reply_until: Option<Timestamp>,
}

/// An interaction waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InteractionQueued {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub queue: QueueId,
    /// The route that chose the queue; `None` is the site's default queue.
    pub route: Option<RouteId>,
    pub priority: i32,
    /// A person set that priority: new rules leave it alone.
    pub priority_set: bool,
    pub needs: Needs,
    /// Since when it counts as waiting: kept when it comes back.
    pub waiting_since: Timestamp,
    pub cause: QueueCause,
    /// Who held it until now.
    pub held_by: Option<AgentId>,
    pub verdicts: Vec<ClauseVerdict>,
    /// Who sent it on, and until when it is not offered to him.
    pub sender: Option<(AgentId, Timestamp)>,
}

/// An interaction is an agent's from its beginning: it was never offered. His load may pass his capacity by it, as
/// by what he resumes and by a lowered limit, but never by an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InteractionAssigned {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: AgentId,
    /// Where it waits if it is given back, with what is asked there.
    pub queue: QueueId,
    pub priority: i32,
    pub needs: Needs,
    pub channel: Channel,
    /// Units of the agent's capacity that it takes.
    pub units: u32,
    pub cause: AssignCause,
}

/// An interaction was proposed to an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferMade {
    pub offer: OfferId,
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: AgentId,
    pub queue: QueueId,
    pub channel: Channel,
    /// Units of the agent's capacity that it takes while pending and when accepted.
    pub units: u32,
    pub expires_at: Timestamp,
    pub rank: RankKey,
    /// A person chose this agent: neither his skills nor a pause were asked.
    pub directed: bool,
    /// Until when the provider lets whoever takes it answer freely.
    pub reply_until: Option<Timestamp>,
}

/// Which offer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferEnd {
    pub offer: OfferId,
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: AgentId,
}

/// A promise began to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockStarted {
    pub clock: ClockId,
    pub conversation: ConversationId,
    pub interaction: InteractionId,
    /// The count of this metric on this conversation, from 1.
    pub cycle: u32,
    pub started_at: Timestamp,
    pub due: Timestamp,
    /// When a breach is recorded: the due instant and the grace for late stops.
    pub breach_at: Timestamp,
    pub promise: Arc<Promise>,
}

/// A rung of a ladder was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationRaised {
    /// The clock whose breach it follows; the escalation bears its number.
    pub clock: ClockId,
    pub conversation: ConversationId,
    /// What was promised.
    pub metric: Metric,
    /// From 1.
    pub rung: u32,
    /// Rungs that were due too and are told by this one (sla-R16).
    pub skipped: Vec<u32>,
    pub notify: Vec<String>,
    /// When the rung was due.
    pub due: Timestamp,
    /// How things stood; records of a time before notices do not tell.
    pub stood: Option<EscalationStood>,
}

/// What whoever acts on an escalation must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationStood {
    /// When the promise was broken, and within what it was to be kept.
    pub breached_at: Timestamp,
    pub within: Span,
    /// The ladder's name, and how many rungs it has.
    pub ladder: String,
    pub rungs: u32,
    pub queue: QueueId,
    pub channel: Channel,
    pub source: SourceId,
    pub contact: ContactId,
    pub priority: i32,
    pub waiting_since: Timestamp,
    /// Who holds it.
    pub agent: Option<AgentId>,
    /// The newest content of the conversation.
    pub content: Seq,
}
