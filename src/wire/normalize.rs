//! One input as canonical messages, without keys and without a daemon: what `switchboard normalize` prints and what a
//! gateway's developer looks at first. It is what the decoder reads, before digests take the place of addresses.

use crate::domain::{Format, Source, Timestamp};

use super::canonical::FaultAt;
use super::canonical::message::CanonicalMessage;
use super::email_canonical::{MailInput, canonical_mail};
use super::format::{self, Context, Item};
use super::{card, language};

/// By whom and to whom a mail was handed over, where that is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Handed<'a> {
    /// The envelope sender; empty is the null sender.
    pub mail_from: Option<&'a str>,
    /// The envelope recipients.
    pub rcpt_to: &'a [&'a str],
}

/// What a body of the source's format tells, in its order, with cards masked and the language named where it is sure.
///
/// # Errors
///
/// A word and a sentence that repeats nothing of the body, where it is not of that format.
pub fn normalize(
    body: &[u8],
    source: &Source,
    handed: Handed<'_>,
    received_at: Timestamp,
) -> Result<Vec<Item>, FaultAt> {
    let mut items = if source.format == Format::Rfc5322 {
        let input =
            MailInput { raw: body, mail_from: handed.mail_from, rcpt_to: handed.rcpt_to, received_at };
        let mails = canonical_mail(&input, source, &[source]);
        let mails = mails.map_err(|(code, reason)| (code, reason.to_owned()))?;
        mails.into_iter().map(Item::from).collect()
    } else {
        format::read(source.format, body, Context { source, received_at })?
    };
    for item in &mut items {
        if let Item::Message(message) = item {
            message.channel = message.channel.or(Some(source.channel));
            mask(message);
            name_language(message, &source.languages);
        }
    }
    Ok(items)
}

fn mask(message: &mut CanonicalMessage) {
    let mut masked = false;
    let texts =
        [&mut message.subject, &mut message.base_subject, &mut message.text, &mut message.text_stripped];
    for text in texts.into_iter().flatten() {
        masked |= card::replace(text, card::mask);
    }
    for html in [&mut message.html, &mut message.html_clean].into_iter().flatten() {
        masked |= card::replace(html, card::mask_html);
    }
    if masked {
        message.flags.push(card::FLAG.to_owned());
    }
}

fn name_language(message: &mut CanonicalMessage, allowed: &[String]) {
    let said = message.text_stripped.as_deref().or(message.text.as_deref());
    if message.language.is_none() {
        message.language = said.and_then(|text| language::detect(text, allowed));
    }
}
