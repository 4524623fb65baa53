//! Which conversation a key of a message names. There are several keys for each conversation, so an entry
//! is two words: half of the key's digest, and the conversation with its scope.
//!
//! Half a digest is enough. It is keyed, so nobody can look for two that share a half; and a look-up among
//! ten million keys meets a wrong one once in 10^12.

use crate::domain::{ConversationId, Digest, ThreadScope};

use super::super::uniform::UniformMap;

/// Half of the digest of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfKey(u64);

/// What a key of a message names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadEntry {
    pub conversation: ConversationId,
    pub scope: ThreadScope,
}

/// The entries by key; looked up, never iterated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Threads(UniformMap<HalfKey, Packed>);

/// The number of a conversation, with its scope in the low bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Packed(u64);

impl HalfKey {
    /// Below and above all others, for ranges.
    pub const FIRST: HalfKey = HalfKey(0);
    pub const LAST: HalfKey = HalfKey(u64::MAX);

    /// The half by which a digest is known here.
    pub fn of(digest: Digest) -> HalfKey {
        HalfKey((digest.0 >> 64) as u64)
    }
}

impl Threads {
    /// What a key names.
    pub fn get(&self, key: HalfKey) -> Option<ThreadEntry> {
        self.0.get(&key).map(|packed| packed.entry())
    }

    /// Lets a key name this, and gives what it named before.
    pub fn insert(&mut self, key: HalfKey, entry: ThreadEntry) -> Option<ThreadEntry> {
        self.0.insert(key, Packed::of(entry)).map(Packed::entry)
    }

    /// Forgets a key.
    pub fn remove(&mut self, key: HalfKey) {
        self.0.remove(&key);
    }

    /// How many keys are known.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Packed {
    const SCOPES: [ThreadScope; 4] =
        [ThreadScope::Channel, ThreadScope::Theirs, ThreadScope::Ours, ThreadScope::Subject];

    fn of(entry: ThreadEntry) -> Packed {
        let scope = match entry.scope {
            ThreadScope::Channel => 0,
            ThreadScope::Theirs => 1,
            ThreadScope::Ours => 2,
            ThreadScope::Subject => 3,
        };
        Packed(entry.conversation.0 << 2 | scope)
    }

    fn entry(self) -> ThreadEntry {
        let scope = Packed::SCOPES[(self.0 & 3) as usize % Packed::SCOPES.len()];
        ThreadEntry { conversation: ConversationId(self.0 >> 2), scope }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_conversation_with_its_scope() {
        let mut threads = Threads::default();
        let key = |number: u128| HalfKey::of(Digest(number << 64));
        for (number, scope) in (1u64..).zip(Packed::SCOPES) {
            let entry = ThreadEntry { conversation: ConversationId(number * 1_000_000), scope };
            assert_eq!(threads.insert(key(number.into()), entry), None);
            assert_eq!(threads.get(key(number.into())), Some(entry));
        }
        threads.remove(key(2));
        assert_eq!((threads.get(key(2)), threads.len()), (None, Packed::SCOPES.len() - 1));
    }
}
