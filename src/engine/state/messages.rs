//! Which message a key of it names: by this edits, reactions and reports find it. As with threads an entry is half of
//! a digest; the table leads to the conversation, whose own list leads to the message and bounds the whole.

use crate::domain::{ConversationId, Digest, MessageId};

use super::super::uniform::UniformMap;
use super::State;
use super::threads::HalfKey;

/// How many keys of messages name one conversation: the newest. What is told of an older message is told too late.
pub const MESSAGE_KEYS_MAX: usize = 128;

/// The conversation by a message's key; looked up, never iterated.
pub type MessageKeys = UniformMap<HalfKey, ConversationId>;

/// A message as one of its keys names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedMessage {
    pub key: HalfKey,
    /// Its number, and in the lowest bit whether it was taken back.
    packed: u64,
}

impl NamedMessage {
    /// A message that is there.
    pub fn new(key: HalfKey, message: MessageId, is_deleted: bool) -> NamedMessage {
        NamedMessage { key, packed: message.0 << 1 | u64::from(is_deleted) }
    }

    /// Which message.
    pub fn message(self) -> MessageId {
        MessageId(self.packed >> 1)
    }

    /// Whether whoever wrote it took it back.
    pub fn is_deleted(self) -> bool {
        self.packed & 1 == 1
    }

    /// Notes that it was taken back.
    pub fn delete(&mut self) {
        self.packed |= 1;
    }
}

impl State {
    /// The message of a key with its conversation, while both are remembered.
    pub fn named_message(&self, key: Digest) -> Option<(ConversationId, NamedMessage)> {
        let half = HalfKey::of(key);
        let id = *self.messages.get(&half)?;
        let named = self.conversation(id)?.messages.iter().rev().find(|named| named.key == half)?;
        Some((id, *named))
    }
}
