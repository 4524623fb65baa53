//! Short messages: the canonical message with telephone numbers. Its thread is the pair of numbers.

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
    let checked = canonical::read(payload, Channel::Sms, received_at)?;
    let Checked { message, mut from, text, attachments, language, sent_at, flags } = checked;
    from.address = canonical_number(&from.address);
    let named = message.to.0.iter().map(|to| canonical_number(&to.id));
    let to = endpoint(source, named, canonical_number);
    // In canonical form, so that a number written anew in the settings keeps its threads.
    let pair = format!("{} {}", canonical_number(&to), from.address);
    let pair = keys.thread(&source.name, "pair", &pair);
    let key = ThreadKey { digest: pair, scope: ThreadScope::Channel };
    Ok(InboundMessage {
        channel: Channel::Sms,
        source: source.name.clone(),
        to,
        from: keys.address(Channel::Sms, &from.address),
        thread: Thread { token: None, parents: vec![key], own: Some(key) },
        dedupe: keys.dedupe(&["sms", source.name.as_str(), &message.message_id]),
        class: MessageClass::Human,
        language: language.map(Into::into),
        sent_at,
        received_at,
        content: Arc::new(Content {
            from,
            external_id: Some(message.message_id.into_owned()),
            thread_id: None,
            text,
            attachments,
            flags,
            ..Content::default()
        }),
    })
}

/// A number without its ornaments, `00` as `+`. Short codes stay as they are, and so do senders with
/// letters, who are no numbers.
fn canonical_number(written: &str) -> String {
    let written = written.trim();
    if written.chars().any(char::is_alphabetic) {
        return written.to_owned();
    }
    let bare: String =
        written.chars().filter(|char| !char.is_whitespace() && !"-().".contains(*char)).collect();
    match bare.strip_prefix("00") {
        Some(rest) if !rest.is_empty() => format!("+{rest}"),
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_loses_its_ornaments_and_a_name_stays() {
        for (written, canonical) in [
            (" +1 (555) 010-0100 ", "+15550100100"),
            ("0048 22 555 01 01", "+48225550101"),
            ("40404", "40404"),
            ("00", "00"),
            ("My-Shop 24", "My-Shop 24"),
        ] {
            assert_eq!(canonical_number(written), canonical);
        }
    }
}
