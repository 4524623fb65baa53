//! What a channel tells of messages and conversations that are there already: edits, reactions, reports. It opens
//! nothing, reopens nothing and is offered to nobody.

use std::sync::Arc;

use super::{Channel, Content, ConversationId, DeliveryState, Digest, Endpoint, Name, ThreadKey, Timestamp};

/// One thing that a channel tells, decoded and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundUpdate {
    /// The channel that it came by.
    pub channel: Channel,
    /// The configured way in.
    pub source: Name,
    /// Our address that it is about.
    pub to: Endpoint,
    /// The keyed digest of who did it, where that is told.
    pub from: Option<Digest>,
    /// The conversation of a token that its address bore: without a target it is about our newest message there.
    pub token: Option<ConversationId>,
    /// The threads that it names, the most telling first.
    pub threads: Vec<ThreadKey>,
    /// The keys of the messages that it is about ([`super::InboundMessage::key`]); none where it names a thread
    /// or an instant instead.
    pub targets: Vec<Digest>,
    /// It is about all of our messages of the thread that were sent until then.
    pub watermark: Option<Timestamp>,
    /// What makes it the same when it comes again.
    pub dedupe: Digest,
    /// What it tells.
    pub change: Change,
    /// When it happened, where the channel tells.
    pub sent_at: Option<Timestamp>,
    /// When it entered the input stream.
    pub received_at: Timestamp,
    /// What must not enter the state: the new text, the emoji, the words of the system.
    pub content: Arc<Content>,
}

/// What an update tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The sender wrote it anew: the content is what it says now.
    Edit,
    /// The sender took it back.
    Delete,
    /// Somebody put an emoji to it, which is the text of the content; or took it away.
    React {
        /// It was taken away.
        removed: bool,
    },
    /// How far a message of ours came.
    Report {
        /// How far.
        state: DeliveryState,
        /// The carrier's word for it, without content.
        code: Option<String>,
    },
    /// Somebody joined, left, followed; the text says it.
    System,
    /// The provider says that these are addresses of one person too (a number changed).
    Link {
        /// The digests of the addresses; `from` is the one that was known.
        addresses: Vec<Digest>,
    },
}
