//! Short messages: the canonical message with telephone numbers. Its thread is the pair of numbers.

use std::sync::Arc;

use crate::domain::{Channel, Content, InboundMessage, Source, Thread, ThreadKey, ThreadScope, Timestamp};

use super::canonical::{self, Checked};
use super::decoder::{DecodeError, endpoint};
use super::digest::Keys;
use super::{address, number};

/// The message of a payload.
pub(crate) fn decode(
    payload: &[u8],
    source: &Source,
    keys: &Keys,
    received_at: Timestamp,
) -> Result<InboundMessage, DecodeError> {
    let checked = canonical::read(payload, Channel::Sms, received_at)?;
    let Checked { message, mut from, text, attachments, language, sent_at, flags } = checked;
    from.address = number::address(&from.address, source.region.as_deref());
    let named = message.to.0.iter().map(|to| address::canonical(source, &to.id));
    let to = endpoint(source, named, |own| address::canonical(source, own));
    let key = thread_of(keys, source, &to, &from.address);
    Ok(InboundMessage {
        thread: Thread { token: None, parents: vec![key], own: Some(key) },
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
    let pair = format!("{} {}", address::canonical(source, ours), address::canonical(source, theirs));
    ThreadKey { digest: keys.thread(&source.name, "pair", &pair), scope: ThreadScope::Channel }
}
