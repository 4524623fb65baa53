//! Chat: the canonical message with the provider's users. Its thread is the provider's conversation, or,
//! where the provider has none, the user.

use crate::domain::{Source, ThreadKey, ThreadScope};

use super::address;
use super::digest::Keys;

/// The thread of the provider's conversation, or of the user where the provider has none.
pub(crate) fn thread_of(keys: &Keys, source: &Source, thread_id: Option<&str>, user: &str) -> ThreadKey {
    let user = address::canonical(source, user);
    let (kind, id) = named(thread_id, &user);
    ThreadKey { digest: keys.thread(&source.name, kind, id), scope: ThreadScope::Channel }
}

fn named<'a>(thread_id: Option<&'a str>, user: &'a str) -> (&'static str, &'a str) {
    thread_id.map_or(("user", user), |id| ("thread", id))
}
