//! Chat: the canonical message with the provider's users. Its thread is the provider's conversation, or,
//! where the provider has none, the user.

use std::sync::Arc;

use crate::domain::{Channel, Content, InboundMessage, Source, Thread, ThreadKey, ThreadScope, Timestamp};

use super::address;
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
    let checked = canonical::read(payload, Channel::Chat, received_at)?;
    let Checked { message, from, text, attachments, language, sent_at, flags } = checked;
    let to = endpoint(source, message.to.0.iter().map(|to| to.id.trim().to_owned()), str::to_owned);
    let (kind, id) = named(message.thread_id.as_deref(), &from.address);
    let key = thread_of(keys, source, message.thread_id.as_deref(), &from.address);
    // Some providers count messages within one chat only, so the thread is part of what makes it the same.
    let dedupe = ["chat", source.name.as_str(), kind, id, &message.message_id];
    Ok(InboundMessage {
        thread: Thread { token: None, parents: vec![key], own: Some(key) },
        language: language.map(Into::into),
        sent_at,
        ..InboundMessage::new(
            Channel::Chat,
            source.name.clone(),
            to,
            address::contact(keys, source, &from.address),
            keys.dedupe(&dedupe),
            received_at,
            Arc::new(Content {
                from,
                external_id: Some(message.message_id.into_owned()),
                thread_id: message.thread_id.map(std::borrow::Cow::into_owned),
                text,
                attachments,
                flags,
                ..Content::default()
            }),
        )
    })
}

/// The thread of the provider's conversation, or of the user where the provider has none.
pub(crate) fn thread_of(keys: &Keys, source: &Source, thread_id: Option<&str>, user: &str) -> ThreadKey {
    let user = address::canonical(source, user);
    let (kind, id) = named(thread_id, &user);
    ThreadKey { digest: keys.thread(&source.name, kind, id), scope: ThreadScope::Channel }
}

fn named<'a>(thread_id: Option<&'a str>, user: &'a str) -> (&'static str, &'a str) {
    thread_id.map_or(("user", user), |id| ("thread", id))
}
