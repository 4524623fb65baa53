//! Short messages: the canonical message with telephone numbers. Its thread is the pair of numbers.

use crate::domain::{Source, ThreadKey, ThreadScope};

use super::address;
use super::digest::Keys;

/// The thread of our number with that of a contact.
pub(crate) fn thread_of(keys: &Keys, source: &Source, ours: &str, theirs: &str) -> ThreadKey {
    // In canonical form, so that a number written anew in the settings keeps its threads.
    let pair = format!("{} {}", address::canonical(source, ours), address::canonical(source, theirs));
    ThreadKey { digest: keys.thread(&source.name, "pair", &pair), scope: ThreadScope::Channel }
}
