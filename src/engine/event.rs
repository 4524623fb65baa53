//! What happened, in the past tense; durable. Every number that mattered stands in the event, so that
//! replay needs no policy. Numbers of names resolve through `State::names`, which events fill too.

use std::sync::Arc;

use crate::domain::{
    ActorId, AgentId, AgentOrigin, Capacity, Channel, ClockId, CommandKey, ContactId, Content,
    ConversationId, DeliveryState, Digest, InteractionId, MailId, MessageClass, MessageId, Metric, Name,
    NameKind, Note, Outcome, Party, Presence, Reply, Seq, Skills, SourceId, ThreadKey, Timestamp,
};

pub use super::cause::{
    AssignCause, CancelCause, PresenceCause, QueueCause, Remembered, RescindCause, ResumeCause, WrapUpEnd,
};
use super::command::RefusedInput;
pub use super::contacts::{ContactOptedIn, ContactOptedOut, ContactUnlinked, OptCause};
pub use super::facts::{
    ClauseVerdict, ClockStarted, ConversationOpened, EscalationRaised, EscalationStood, InteractionAssigned,
    InteractionQueued, MessageReceived, MessageReplied, OfferEnd, OfferMade, ReplyWay,
};
pub use super::hold::{ConversationChanged, Hold};
pub use super::mail::{MailFailed, MailKind, MailQueued};
pub use super::updates::{
    ConversationTold, MessageEchoed, MessageExtended, MessageIdentified, MessageTouched, PendedChange,
    UpdatePended,
};

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
    /// The provider, or somebody of ours, says that an address is a contact's, too.
    ContactAddressAdded {
        contact: ContactId,
        address: Digest,
    },
    /// Two contacts are one person: the older one goes on with the addresses of both. The other's conversations stay
    /// his, and so does what was said there.
    ContactLinked {
        contact: ContactId,
        into: ContactId,
    },
    ContactUnlinked(Box<ContactUnlinked>),
    ContactOptedOut(Box<ContactOptedOut>),
    ContactOptedIn(Box<ContactOptedIn>),
    AgentUpserted {
        agent: AgentId,
        skills: Skills,
        capacity: Capacity,
        /// Who set this: the files take over what a command set, never the other way.
        origin: AgentOrigin,
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
    ConversationChanged(Box<ConversationChanged>),
    /// A mail of it was delivered through another source of ours, too.
    ConversationMailboxAdded {
        conversation: ConversationId,
        source: SourceId,
        /// Keys by which later messages may name this thread there.
        keys: Vec<ThreadKey>,
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
    /// The provider's id of a message of ours became known.
    MessageIdentified(Box<MessageIdentified>),
    /// A message says something else now; what it said stays in the journal.
    MessageEdited(Box<MessageTouched>),
    /// Whoever wrote a message took it back; what it said stays in the journal.
    MessageDeleted(Box<MessageTouched>),
    /// An emoji was put to a message, or taken away.
    MessageReacted {
        touched: Box<MessageTouched>,
        removed: bool,
    },
    /// A further piece of what a message began (an album).
    MessageExtended(Box<MessageExtended>),
    /// Our side wrote to the contact, elsewhere.
    MessageEchoed(Box<MessageEchoed>),
    /// The provider tells something of the conversation itself.
    ConversationTold(Box<ConversationTold>),
    /// A channel told of a message that is not known: it is applied when that one comes.
    UpdatePended(Box<UpdatePended>),
    /// Somebody of ours left a note for the others.
    ConversationNoted {
        conversation: ConversationId,
        /// Notes are numbered with the messages.
        note: MessageId,
        content: Seq,
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
        /// Keys by which answers and reports may name it besides its own: the relay wrote another id over that.
        keys: Vec<Digest>,
    },
    MailFailed(Box<MailFailed>),

    // Routing.
    InteractionQueued(Box<InteractionQueued>),
    InteractionAssigned(Box<InteractionAssigned>),
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
    /// Its agent waits for the contact: it takes nothing of him meanwhile.
    InteractionPended {
        hold: Hold,
        until: Option<Timestamp>,
    },
    /// Its agent goes on with it, though that may pass his capacity.
    InteractionResumed {
        hold: Hold,
        cause: ResumeCause,
    },
    /// The contact is served; the agent has work left with it.
    WrapUpStarted {
        hold: Hold,
        ends_at: Timestamp,
    },
    WrapUpFinished {
        hold: Hold,
        cause: WrapUpEnd,
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
    /// The content of a note.
    Note { message: MessageId, conversation: ConversationId, note: Arc<Note> },
    /// The content of a robot's message that belongs to no conversation.
    Ignored { content: Arc<Content> },
    /// What our side wrote elsewhere.
    Echo { message: MessageId, conversation: ConversationId, content: Arc<Content> },
    /// What an update said: the new text, the emoji, a further piece, the words of the system.
    Update { message: Option<MessageId>, conversation: Option<ConversationId>, content: Arc<Content> },
    /// What an update said that came before its message lies there.
    Adopted { message: MessageId, conversation: ConversationId, content: Seq },
    /// The clear address and name of a contact.
    Contact { contact: ContactId, party: Party },
}
