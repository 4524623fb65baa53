//! Mail that the site owes, as commands and events name it. Facts name ids and the places of their causes;
//! who writes to whom is content, which the shell finds by those places.

use crate::domain::{ClockId, ConversationId, Digest, MailId, MessageId, Name, Seq, Timestamp};

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailKind {
    /// A reply to a contact.
    Reply { conversation: ConversationId, message: MessageId },
    /// The notice of a rung, to the addresses that it names.
    Escalation { clock: ClockId, rung: u32 },
}

/// A mail is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailQueued {
    pub mail: MailId,
    pub kind: MailKind,
    /// The fact that owes it: a `message.replied` or an `escalation.raised`.
    pub cause: Seq,
}

/// An attempt failed, or none is needed any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFailed {
    pub mail: MailId,
    /// Which, from 1; 0 when it ended before the first.
    pub attempt: u32,
    /// Why, as one word.
    pub code: String,
    /// Why, as a sentence without an address.
    pub reason: String,
    /// To try again would not help.
    pub permanent: bool,
    /// When it is tried again; `None` when it is given up.
    pub retry_at: Option<Timestamp>,
}

/// What became of an attempt, as the shell says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// The relay took it.
    Sent {
        /// Its word on it, without an address.
        response: String,
        /// By which mails that come by each of our mailboxes may name it, where the relay wrote an id of its own.
        keys: Vec<(Name, Digest)>,
    },
    /// It did not, or could not be reached.
    Failed {
        /// Why, as one word: it becomes public.
        code: String,
        /// Why, as a sentence without an address: it becomes public.
        reason: String,
        /// To try again would not help.
        permanent: bool,
    },
}
