//! Short messages: the canonical message with telephone numbers. Its thread is the pair of numbers.

use std::sync::Arc;

use crate::domain::{Channel, Content, InboundMessage, Source, Thread, ThreadKey, ThreadScope, Timestamp};

use super::address::{self, canonical_number};
use super::canonical::{self, Checked};
use super::decoder::{DecodeError, endpoint};
use super::digest::Keys;

/// The message of a payload.
pub(crate) fn decode(
    payload: &[u8],
    source: &Source,
    keys: &Keys,
    received_at: Timestamp,
) -> Result<InboundMessage, DecodeError> {
    let checked = canonical::read(payload, Channel::Sms, received_at)?;
    let Checked { message, mut from, text, attachments, language, sent_at, flags } = checked;
    from.address = canonical_number(&from.address);
    let named = message.to.0.iter().map(|to| canonical_number(&to.id));
    let to = endpoint(source, named, canonical_number);
    let key = thread_of(keys, source, &to, &from.address);
    Ok(InboundMessage {
        thread: Thread { parents: vec![key], own: Some(key), ..Thread::default() },
        language: language.map(Into::into),
        sent_at,
        ..InboundMessage::new(
            Channel::Sms,
            source.name.clone(),
            to,
            address::contact(keys, source, &from.address),
            keys.dedupe(&["sms", source.name.as_str(), &message.message_id]),
            received_at,
            Arc::new(Content {
                from,
                external_id: Some(message.message_id.into_owned()),
                thread_id: None,
                text,
                attachments,
                flags,
                ..Content::default()
            }),
        )
    })
}

/// The thread of our number with that of a contact.
pub(crate) fn thread_of(keys: &Keys, source: &Source, ours: &str, theirs: &str) -> ThreadKey {
    // In canonical form, so that a number written anew in the settings keeps its threads.
    let pair = format!("{} {}", canonical_number(ours), canonical_number(theirs));
    ThreadKey { digest: keys.thread(&source.name, "pair", &pair), scope: ThreadScope::Channel }
}
