//! What events tell of messages that are there, and of what our side wrote elsewhere.

use crate::domain::{ConversationId, DeliveryState, Digest, MessageId, Seq, SourceId, ThreadKey, Timestamp};

/// A message was edited, taken back or reacted to. It opens nothing, queues nothing and starts or stops no clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageTouched {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// The digest of the address of whoever did it, where the channel tells.
    pub from: Option<Digest>,
    /// What makes the update the same when it comes again; none where it was pended, which told it.
    pub dedupe: Option<Digest>,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    /// Where its content lies: the new text or the emoji.
    pub content: Option<Seq>,
}

/// A further piece of a message came: it is no message of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageExtended {
    /// The message that the first piece made.
    pub message: MessageId,
    pub conversation: ConversationId,
    pub dedupe: Digest,
    /// By which edits, reactions and reports name this piece.
    pub key: Option<Digest>,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub content: Seq,
}

/// Our side wrote to the contact elsewhere, as on the owner's own phone. It is told and nothing follows from it: what
/// is owed stays owed and what is promised runs on until an agent of ours has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEchoed {
    /// Numbered with the messages, and its delivery is followed as that of a reply.
    pub message: MessageId,
    pub conversation: ConversationId,
    pub dedupe: Digest,
    pub key: Option<Digest>,
    pub group: Option<Digest>,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub content: Seq,
}

/// By what a provider names a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageIdentified {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub keys: Vec<Digest>,
    /// It was told as an echo before its id was known: that one is the same message, and followed no more.
    pub echoed_as: Option<MessageId>,
}

/// A provider tells of the conversation: somebody joined, left, followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationTold {
    pub conversation: ConversationId,
    /// Keys by which later messages may name this thread: what its chat, or its contact's number, changed to.
    pub keys: Vec<ThreadKey>,
    pub from: Option<Digest>,
    pub dedupe: Digest,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub content: Seq,
}

/// An update whose message is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatePended {
    pub source: SourceId,
    /// The keys of the messages that it waits for, each for itself.
    pub targets: Vec<Digest>,
    pub change: PendedChange,
    pub from: Option<Digest>,
    pub dedupe: Digest,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    /// Where its content lies, if it has some.
    pub content: Option<Seq>,
}

/// What a pended update tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendedChange {
    Edit,
    Delete,
    React { removed: bool },
    Report { state: DeliveryState, code: Option<String> },
}
