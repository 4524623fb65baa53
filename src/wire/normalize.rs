//! One input as canonical messages, without keys and without a daemon: what `switchboard normalize` prints and what a
//! gateway's developer looks at first. It is what the decoder reads, before digests take the place of addresses.

use crate::domain::{Format, Source, Timestamp};

use super::canonical::FaultAt;
use super::canonical::message::{CanonicalFile, CanonicalMessage};
use super::email_canonical::{MailInput, canonical_mail};
use super::format::Item;
use super::inbound::check;
use super::{card, clean, filename, language};

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
        clean::read(body, source, received_at)?
    };
    for item in &mut items {
        if let Item::Message(message) = item {
            if source.format != Format::Rfc5322
                && let Err((code, reason)) = check(message)
            {
                // It is alone: of several, those that are broken are refused where the body was read.
                return Err((code, reason.to_owned()));
            }
            message.channel = message.channel.or(Some(source.channel));
            message.attachments.iter_mut().for_each(name_safely);
            mask(message);
            name_language(message, &source.languages);
        }
    }
    Ok(items)
}

/// Who sends a file names it, on every channel.
fn name_safely(file: &mut CanonicalFile) {
    let Some(written) = &file.filename else { return };
    let safe = filename::safe(written);
    file.original_filename = file.original_filename.take().or(safe.original);
    file.filename = safe.name;
}

fn mask(message: &mut CanonicalMessage) {
    let action = message.action.iter_mut().flat_map(|action| [&mut action.payload, &mut action.title]);
    let place = message.location.iter_mut().flat_map(|place| [&mut place.title, &mut place.address]);
    let texts = [&mut message.subject, &mut message.base_subject, &mut message.text_stripped];
    let mut texts: Vec<&mut String> = texts.into_iter().chain(action).chain(place).flatten().collect();
    let people =
        message.from.iter_mut().chain(&mut message.to).chain(&mut message.cc).chain(&mut message.reply_to);
    texts.extend(people.filter_map(|person| person.name.as_mut()));
    let names =
        message.attachments.iter_mut().flat_map(|file| [&mut file.filename, &mut file.original_filename]);
    texts.extend(names.flatten());
    texts.extend(message.contacts.iter_mut().flat_map(|card| card.name.iter_mut().chain(&mut card.phones)));
    texts.extend(message.meta.values_mut());
    let htmls = [&mut message.html, &mut message.html_clean];
    card::mask_texts(message.text.as_mut(), texts, htmls, &mut message.flags);
}

fn name_language(message: &mut CanonicalMessage, allowed: &[String]) {
    let said = message.text_stripped.as_deref().or(message.text.as_deref());
    if message.language.is_none() {
        message.language = said.and_then(|text| language::detect(text, allowed));
    }
}
