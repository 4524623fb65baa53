//! Chat: the canonical message with the provider's users. Its thread is the provider's conversation, or,
//! where the provider has none, the user.

use std::sync::Arc;

use crate::domain::{
    Channel, Content, InboundMessage, MessageClass, Source, Thread, ThreadKey, ThreadScope, Timestamp,
};

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
    let named = message.to.0.iter().map(|to| to.id.trim().to_owned());
    let to = endpoint(source, named, str::to_owned);
    let thread_id = message.thread_id.as_deref();
    let (kind, id) = thread_id.map_or(("user", from.address.as_str()), |id| ("thread", id));
    let key = ThreadKey { digest: keys.thread(&source.name, kind, id), scope: ThreadScope::Channel };
    // Some providers count messages within one chat only, so the thread is part of what makes it the same.
    let dedupe = ["chat", source.name.as_str(), kind, id, &message.message_id];
    Ok(InboundMessage {
        channel: Channel::Chat,
        source: source.name.clone(),
        to,
        // A user's id means something at its provider only: two sources may both have a user `7`.
        from: keys.address(Channel::Chat, &format!("{}/{}", source.name, from.address)),
        thread: Thread { token: None, parents: vec![key], own: Some(key) },
        dedupe: keys.dedupe(&dedupe),
        class: MessageClass::Human,
        language: language.map(Into::into),
        sent_at,
        received_at,
        content: Arc::new(Content {
            from,
            external_id: Some(message.message_id.into_owned()),
            thread_id: message.thread_id.map(std::borrow::Cow::into_owned),
            text,
            attachments,
            flags,
            ..Content::default()
        }),
    })
}
