//! What events tell of contacts: by what they are known, who they turned out to be, and what they ask for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ContactId, Digest, SourceId, Timestamp};

/// Who said that a contact wants no further messages, or wants them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptCause {
    /// He himself, by a text that asks for nothing else.
    Keyword,
    /// A carrier, which refused a message of ours for this reason.
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
