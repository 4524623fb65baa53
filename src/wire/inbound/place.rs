//! Where a message belongs on its channel: the keys of its thread, and within what its id is one.

use crate::domain::{Channel, Digest, Endpoint, Format, Name, Source, Thread, ThreadKey};
use crate::wire::canonical::message::{CanonicalMessage, Direction, Kind};
use crate::wire::decoder::endpoint;
use crate::wire::digest::Keys;
use crate::wire::{address, chat, sms};

/// Where a message belongs on its channel.
pub(super) struct Place {
    pub(super) to: Endpoint,
    key: ThreadKey,
    /// Where else it may be known: under the contact's other ids, or the id that the chat changed to.
    also: Vec<ThreadKey>,
    /// Within what its id is one: some providers count messages within one chat only.
    pub(super) scope: String,
}

impl Place {
    pub(super) fn of(message: &CanonicalMessage, source: &Source, keys: &Keys, theirs: &str) -> Place {
        let named = message.account.iter().cloned().chain(message.to.iter().map(|to| to.id.clone()));
        let named = named.map(|to| address::canonical(source, &to));
        let to = endpoint(source, named, |own| address::canonical(source, own));
        let chat = message.chat_id.as_deref();
        let thread = match (chat, message.thread_id.as_deref()) {
            (Some(chat), Some(thread)) => Some(format!("{chat} {thread}")),
            (chat, thread) => chat.or(thread).map(str::to_owned),
        };
        let key = match source.channel {
            Channel::Sms => sms::thread_of(keys, source, &to, theirs),
            Channel::Chat | Channel::Email | Channel::Work => {
                chat::thread_of(keys, source, thread.as_deref(), theirs)
            }
        };
        let also = match source.channel {
            Channel::Chat => {
                also_known(message, chat).map(|id| chat::thread_of(keys, source, id.0, id.1)).collect()
            }
            Channel::Sms | Channel::Email | Channel::Work => Vec::new(),
        };
        let scope = chat.or(message.thread_id.as_deref()).map(str::to_owned);
        let scope = scope.unwrap_or_else(|| unnamed(message, source, theirs));
        Place { to, key, also, scope }
    }

    /// The thread, by the id that outlives the others where there is one.
    pub(super) fn thread(&self) -> Thread {
        let parents: Vec<ThreadKey> = self.also.iter().chain([&self.key]).copied().collect();
        Thread { own: parents.first().copied(), parents, ..Thread::default() }
    }

    /// By which later messages name this one.
    pub(super) fn message_key(&self, keys: &Keys, source: &Source, id: &str) -> Digest {
        if source.channel == Channel::Email {
            return keys.mail_id(source.name.as_str(), id.trim_matches(['<', '>']));
        }
        message_key(keys, &source.name, &self.scope, id)
    }
}

/// Within what the id of a message is one whose provider names no chat. With XMPP the senders make the ids, so that
/// one person must not reach another's by it; but reports name ids of ours.
fn unnamed(message: &CanonicalMessage, source: &Source, theirs: &str) -> String {
    let is_report = matches!(message.kind, Kind::Status | Kind::Read);
    if source.format == Format::Xmpp && !is_report {
        return address::canonical(source, theirs);
    }
    String::new()
}

/// By which a message of this source is named: its provider's id, within its chat where the provider names one.
pub(in crate::wire) fn message_key(keys: &Keys, source: &Name, chat: &str, id: &str) -> Digest {
    keys.thread(source, "message", &format!("{chat} {id}"))
}

/// The other names of a chat: what it changed to; for one that is a person, his id that outlives a number, and what
/// he changed to.
fn also_known<'a>(
    message: &'a CanonicalMessage,
    chat: Option<&str>,
) -> impl Iterator<Item = (Option<&'a str>, &'a str)> {
    let is_echo = message.direction == Direction::OutboundEcho;
    let person = if is_echo { message.to.first() } else { message.from.as_ref() };
    let ids = person.and_then(|person| person.user_id.as_deref()).into_iter();
    let people = ids.chain(message.new_id.as_deref()).filter(|_| chat.is_none());
    let chats = message.new_chat_id.as_deref().into_iter().map(|chat| (Some(chat), ""));
    people.collect::<Vec<_>>().into_iter().map(|id| (None, id)).chain(chats)
}
