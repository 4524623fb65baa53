//! What happened, in the past tense; durable. Every number that mattered stands in the event, so that
//! replay needs no policy. Numbers of names resolve through `State::names`, which events fill too.

use std::sync::Arc;

use crate::domain::{
    ActorId, AgentId, Capacity, Channel, ClockId, CommandKey, ContactId, Content, ConversationId,
    DeliveryState, Digest, Endpoint, InteractionId, MailId, MessageClass, MessageId, Metric, Name, NameKind,
    Needs, OfferId, Outcome, Party, Presence, Promise, QueueId, RankKey, Reply, RouteId, Seq, Skills,
    SourceId, Span, ThreadKey, Timestamp,
};

pub use super::cause::{CancelCause, PresenceCause, QueueCause, Remembered, RescindCause};
use super::command::RefusedInput;
pub use super::mail::{MailFailed, MailKind, MailQueued};

/// One record of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its place: the journal's own sequence.
    pub seq: Seq,
    /// When it was recorded; never earlier than the record before.
    pub at: Timestamp,
    /// The last input consumed once its command was handled.
    pub inseq: u64,
    /// Who caused it.
    pub actor: ActorId,
    /// The command of which it is the first fact: by this the same command finds its answer.
    pub command: Option<CommandCause>,
    /// What happened.
    pub event: Event,
}

/// Which command a record is the answer of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandCause {
    /// The digest of actor and id.
    pub key: CommandKey,
    /// When it was asked: the window of remembered commands is measured here.
    pub asked_at: Timestamp,
}

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
    pub channel: Channel,
    pub source: SourceId,
    pub to: Endpoint,
    pub language: Option<Arc<str>>,
    pub follow_up_of: Option<ConversationId>,
}

/// A message was taken in and attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageReceived {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub class: MessageClass,
    /// The digest of the sender's address.
    pub from: Digest,
    /// The sender was not of this conversation before, and joined by an id that we issued.
    pub new_participant: bool,
    pub language: Option<Arc<str>>,
    pub dedupe: Digest,
    /// Keys by which later messages may name this thread.
    pub keys: Vec<ThreadKey>,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    /// Where its content lies.
    pub content: Seq,
}

/// A person of ours answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageReplied {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub channel: Channel,
    pub source: SourceId,
    /// Our address that the contact wrote to: the answer comes from there.
    pub from: Endpoint,
    pub replied_at: Timestamp,
    /// The key by which the contact's answer will name it.
    pub key: Option<ThreadKey>,
    /// Nobody of ours wrote it by hand.
    pub auto: bool,
    /// Where its content lies.
    pub content: Seq,
    /// Where the contact's newest content lies: his clear address.
    pub contact_content: Seq,
    /// Where the content of the newest message lies that somebody wrote to us here.
    pub answers: Option<Seq>,
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
    pub needs: Needs,
    /// Since when it counts as waiting: kept when it comes back.
    pub waiting_since: Timestamp,
    pub cause: QueueCause,
    /// Who held it until now.
    pub held_by: Option<AgentId>,
    pub verdicts: Vec<ClauseVerdict>,
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

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    // The site.
    Led {
        epoch: u64,
        instance: String,
        version: String,
    },
    Positioned,
    ClockStepped {
        from: Timestamp,
        to: Timestamp,
    },
    /// Names were given their numbers, counted on from `first`.
    Named {
        kind: NameKind,
        first: u32,
        names: Vec<Name>,
    },
    PolicyAdopted {
        digest: Digest,
    },
    /// All that follows from the adopted policy was recorded.
    PolicyApplied {
        digest: Digest,
    },
    /// What is remembered was too much, so its oldest day went early.
    DedupeShortened {
        remembered: Remembered,
        day: i64,
        keys: u64,
    },
    InputRefused(Box<RefusedInput>),
    CommandRejected {
        verb: String,
        code: String,
        reason: String,
    },

    // People.
    ContactCreated {
        contact: ContactId,
        address: Digest,
        channel: Channel,
        content: Seq,
    },
    ContactExpired {
        contact: ContactId,
    },
    AgentUpserted {
        agent: AgentId,
        skills: Skills,
        capacity: Capacity,
    },
    AgentRemoved {
        agent: AgentId,
    },
    AgentSignedIn {
        agent: AgentId,
    },
    PresenceChanged {
        agent: AgentId,
        presence: Presence,
        cause: PresenceCause,
    },
    AgentLost {
        agent: AgentId,
        offline_at: Timestamp,
    },
    AgentReturned {
        agent: AgentId,
    },
    AgentSignedOut {
        agent: AgentId,
        cause: PresenceCause,
    },
    /// All that an agent who went offline had to give back was given back.
    AgentReleased {
        agent: AgentId,
    },

    // Conversations.
    ConversationOpened(Box<ConversationOpened>),
    ConversationReopened {
        conversation: ConversationId,
    },
    ConversationResolved {
        conversation: ConversationId,
        archive_at: Timestamp,
    },
    /// Dropped from the state but for its link, by which a follow-up still names it.
    ConversationArchived {
        conversation: ConversationId,
        forget_at: Timestamp,
        contact_expires_at: Timestamp,
    },
    /// Its link went too.
    ConversationForgotten {
        conversation: ConversationId,
    },
    MessageReceived(Box<MessageReceived>),
    /// A robot's message that belongs to no conversation.
    MessageIgnored {
        dedupe: Digest,
        class: MessageClass,
        source: SourceId,
        received_at: Timestamp,
        /// Where its content lies.
        content: Seq,
    },
    MessageReplied(Box<MessageReplied>),
    /// A carrier told how far an outbound message came.
    MessageDelivery {
        message: MessageId,
        conversation: ConversationId,
        state: DeliveryState,
        code: Option<String>,
    },

    // Mail.
    MailQueued(MailQueued),
    /// It is being sent: the attempt is open until it is sent or has failed, or somebody else leads.
    MailAttempted {
        mail: MailId,
        attempt: u32,
        /// The fact that owes it: whoever sends it finds there what to write, and to whom.
        cause: Seq,
    },
    MailSent {
        mail: MailId,
        attempt: u32,
        response: String,
    },
    MailFailed(Box<MailFailed>),

    // Routing.
    InteractionQueued(Box<InteractionQueued>),
    /// No agent of the site meets what it asks, signed in or not. Once for each time it is queued.
    InteractionUnroutable {
        interaction: InteractionId,
        conversation: ConversationId,
    },
    /// The contact wrote, and the agent who holds it is offline.
    OwnerOffline {
        interaction: InteractionId,
        conversation: ConversationId,
        agent: AgentId,
    },
    InteractionClosed {
        interaction: InteractionId,
        conversation: ConversationId,
        agent: Option<AgentId>,
    },
    OfferMade(Box<OfferMade>),
    OfferAccepted(OfferEnd),
    OfferDeclined {
        end: OfferEnd,
        cooled_at: Timestamp,
    },
    OfferExpired {
        end: OfferEnd,
        cooled_at: Timestamp,
    },
    OfferRescinded {
        end: OfferEnd,
        cause: RescindCause,
    },
    /// An agent may be offered again what he declined or missed.
    OfferCooled {
        interaction: InteractionId,
        agent: AgentId,
    },

    // Promises.
    ClockStarted(Box<ClockStarted>),
    ClockWarned {
        clock: ClockId,
        conversation: ConversationId,
        metric: Metric,
        /// Which of its warnings, from 1, and when that one was due.
        warning: u32,
        warned_at: Timestamp,
        /// When the promise is due.
        due: Timestamp,
    },
    ClockBreached {
        clock: ClockId,
        conversation: ConversationId,
        metric: Metric,
        breached_at: Timestamp,
    },
    /// A stop that arrived late shows that the promise was kept (sla-R1).
    BreachRetracted {
        clock: ClockId,
        conversation: ConversationId,
    },
    ClockEnded {
        clock: ClockId,
        conversation: ConversationId,
        metric: Metric,
        outcome: Outcome,
        ended_at: Timestamp,
        cause: Option<CancelCause>,
    },
    EscalationRaised(Box<EscalationRaised>),
    EscalationAcked {
        clock: ClockId,
        conversation: ConversationId,
        until: Timestamp,
    },
    EscalationAckExpired {
        clock: ClockId,
        conversation: ConversationId,
    },
    /// Who was told may stand down: the clock has ended.
    EscalationResolved {
        clock: ClockId,
        conversation: ConversationId,
    },

    // Content: what `evolve` ignores.
    Content(Box<ContentRecord>),
}

/// Personal content, apart from the facts, in the same batch as its fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentRecord {
    /// The content of the same conversation or contact before this one, 0 when there is none.
    pub prev: Seq,
    /// What it is.
    pub part: ContentPart,
}

/// What a content record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentPart {
    /// The content of a message that was received.
    Message { message: MessageId, conversation: ConversationId, content: Arc<Content> },
    /// The content of a reply.
    Reply { message: MessageId, conversation: ConversationId, reply: Arc<Reply> },
    /// The content of a robot's message that belongs to no conversation.
    Ignored { content: Arc<Content> },
    /// The clear address and name of a contact.
    Contact { contact: ContactId, party: Party },
}
