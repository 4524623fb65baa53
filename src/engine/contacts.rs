//! What commands and events tell of contacts: by what they are known, who they turned out to be, and what they ask
//! for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, ContactId, Digest, Party, SourceId, Timestamp};

/// A contact, as a command or a query names him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactRef {
    /// By his id; also by that of a contact who turned out to be him.
    Id(ContactId),
    /// By one of his addresses.
    Address {
        /// Its digest, as a message of his would have it.
        digest: Digest,
        channel: Channel,
        /// The address, clear: it may become a contact of its own.
        party: Party,
    },
}

impl ContactRef {
    /// The digest of the address by which he is named.
    pub fn address(&self) -> Option<Digest> {
        match self {
            ContactRef::Id(_) => None,
            ContactRef::Address { digest, .. } => Some(*digest),
        }
    }
}

/// Who said that a contact wants no further messages, or wants them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptCause {
    /// He himself, by a text that asks for nothing else.
    Keyword,
    /// A carrier or provider: it refused a message of ours for this reason, or said that he left or came back.
    Report,
    /// A person or a backend of ours.
    Command,
}

/// An address of a contact gets no further messages of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactOptedOut {
    pub contact: ContactId,
    pub source: SourceId,
    pub address: Digest,
    pub since: Timestamp,
    pub cause: OptCause,
}

/// An address of a contact gets messages of a source again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactOptedIn {
    pub contact: ContactId,
    pub source: SourceId,
    pub address: Digest,
    pub cause: OptCause,
    /// When he is forgotten, unless he has a conversation, or something else keeps him.
    pub expires_at: Timestamp,
}

/// Addresses that were taken for one person's are somebody else's. What he asked for at them goes with them, and the
/// conversations stay where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactUnlinked {
    /// Whose they are from now on: who was linked with those of his own, or a new contact.
    pub contact: ContactId,
    /// Whose they were.
    pub from: ContactId,
    pub addresses: Vec<Digest>,
    /// When each of the two is forgotten, unless he has a conversation, or something else keeps him.
    pub expires_at: Timestamp,
}
