//! What gateways and providers write, made fit to keep and to show before anything is made of it: the daemon and
//! `normalize` read bodies by the same door (field page channels 1.6, 2.2 and 5.2).
//!
//! - No text has a control character but line ends and tabs, and none is longer than its limit; what was cut is
//!   flagged.
//! - An id and a link lose their control characters and nothing else: they are keys.
//! - `html_clean` is what our own cleaner leaves of the HTML. What somebody else calls clean is a stranger's HTML.
//! - What is said in HTML alone is said in the text, too.
//! - Bytes that come along are base64 of at most 64 KiB. Others are dropped and flagged.

use data_encoding::{BASE64, BASE64_NOPAD};

use crate::domain::{Channel, ContactCard, Source, Timestamp};

use super::canonical::FaultAt;
use super::canonical::message::{Address, CanonicalFile, CanonicalMessage};
use super::format::{self, Context, Item};
use super::inbound::refuse_broken;
use super::limits::{
    CARDS_MAX, DATA_BYTES_MAX, NAME_BYTES_MAX, PAYLOAD_BYTES_MAX, PHONES_MAX, SUBJECT_BYTES_MAX,
    TEXT_BYTES_MAX,
};
use super::mail::said::showable;
use super::mail::{Flags, html};
use super::text;

/// The flag of a message that has lost the bytes of a file.
pub(crate) const DATA_DROPPED: &str = "data_dropped";
/// The flag of a message that was cut.
pub(crate) const TRUNCATED: &str = "truncated";

/// What a body of the source's format tells, cleaned.
pub(crate) fn read(body: &[u8], source: &Source, received_at: Timestamp) -> Result<Vec<Item>, FaultAt> {
    let mut items = format::read(source.format, body, Context { source, received_at })?;
    for item in &mut items {
        if let Item::Message(message) = item {
            // A mail is read as a whole elsewhere, and knows better what of its HTML is new.
            if source.channel != Channel::Email {
                show(message);
            }
            clean(message);
        }
    }
    refuse_broken(&mut items);
    Ok(items)
}

/// Its HTML, as it may be shown, and as text where there is no other.
fn show(message: &mut CanonicalMessage) {
    let Some(given) = message.html.as_deref().or(message.html_clean.as_deref()) else { return };
    if message.text.as_deref().is_none_or(text::is_blank) {
        let said = text::lines(&html::text(given).text).trim_end().to_owned();
        message.text = Some(said).filter(|said| !said.is_empty()).or(message.text.take());
    }
    message.html_clean = showable(given);
}

/// Every text within its limits, in place.
pub(crate) fn clean(message: &mut CanonicalMessage) {
    clean_ids(message);
    let people =
        message.from.iter_mut().chain(&mut message.to).chain(&mut message.cc).chain(&mut message.reply_to);
    people.for_each(clean_person);
    message.contacts.truncate(CARDS_MAX);
    message.contacts.iter_mut().for_each(clean_card);
    let is_cut = clean_texts(message);
    let mut is_dropped = false;
    for file in &mut message.attachments {
        is_dropped |= clean_file(file);
    }
    let mut flags = Flags(std::mem::take(&mut message.flags));
    flags.0.iter_mut().for_each(bare);
    flags.raise(is_cut, TRUNCATED);
    flags.raise(is_dropped, DATA_DROPPED);
    message.flags = flags.0;
}

fn clean_ids(message: &mut CanonicalMessage) {
    let ids = [
        &mut message.provider,
        &mut message.account,
        &mut message.message_id,
        &mut message.event_id,
        &mut message.target_id,
        &mut message.chat_id,
        &mut message.chat_type,
        &mut message.thread_id,
        &mut message.group_id,
        &mut message.in_reply_to,
        &mut message.new_id,
        &mut message.new_chat_id,
    ];
    ids.into_iter().for_each(bare_or_none);
    let lists = [&mut message.target_ids, &mut message.references, &mut message.users];
    lists.into_iter().flatten().for_each(bare);
    if let Some(delivery) = &mut message.delivery {
        [&mut delivery.word, &mut delivery.error_code, &mut delivery.recipient]
            .into_iter()
            .for_each(bare_or_none);
    }
    message.concat.iter_mut().for_each(|concat| bare(&mut concat.reference));
}

fn clean_person(person: &mut Address) {
    bare(&mut person.id);
    bare_or_none(&mut person.user_id);
    person.aliases.iter_mut().for_each(bare);
    line(&mut person.name, NAME_BYTES_MAX);
    line(&mut person.username, NAME_BYTES_MAX);
}

fn clean_card(card: &mut ContactCard) {
    line(&mut card.name, NAME_BYTES_MAX);
    card.phones.truncate(PHONES_MAX);
    card.phones.iter_mut().for_each(|phone| *phone = text::line(phone, NAME_BYTES_MAX));
}

/// Whether something was cut.
fn clean_texts(message: &mut CanonicalMessage) -> bool {
    line(&mut message.subject, SUBJECT_BYTES_MAX);
    line(&mut message.base_subject, SUBJECT_BYTES_MAX);
    if let Some(place) = &mut message.location {
        line(&mut place.title, SUBJECT_BYTES_MAX);
        line(&mut place.address, SUBJECT_BYTES_MAX);
    }
    if let Some(reaction) = &mut message.reaction {
        line(&mut reaction.emoji, SUBJECT_BYTES_MAX);
    }
    message.meta.values_mut().for_each(|value| *value = text::lines(value));
    let mut is_cut = false;
    for (text, bytes_max) in [
        (&mut message.text, TEXT_BYTES_MAX),
        (&mut message.text_stripped, TEXT_BYTES_MAX),
        (&mut message.html_clean, TEXT_BYTES_MAX),
    ] {
        is_cut |= lines(text, bytes_max);
    }
    if let Some(action) = &mut message.action {
        is_cut |= lines(&mut action.payload, PAYLOAD_BYTES_MAX);
        is_cut |= lines(&mut action.title, PAYLOAD_BYTES_MAX);
    }
    if let Some(given) = &mut message.html {
        // It stays as it came but for what no consumer of JSON wants.
        given.retain(|char| char != '\0');
        is_cut |= text::cut(given, html::HTML_BYTES_MAX);
    }
    is_cut
}

/// Whether its bytes were dropped. Its name is made safe where it is shown.
fn clean_file(file: &mut CanonicalFile) -> bool {
    let words = [
        &mut file.id,
        &mut file.url,
        &mut file.dataref,
        &mut file.content_type,
        &mut file.sha256,
        &mut file.content_id,
        &mut file.word,
        &mut file.original_filename,
    ];
    words.into_iter().for_each(bare_or_none);
    let Some(given) = file.data_base64.take() else { return false };
    let Some(data) = data(&given) else { return true };
    file.size = file.size.or(u64::try_from(data.len()).ok());
    file.data_base64 = Some(BASE64.encode(&data)).filter(|data| !data.is_empty());
    false
}

/// The bytes of base64, padded or not, in either alphabet, in lines or in one; none where it is something else or too
/// much.
fn data(given: &str) -> Option<Vec<u8>> {
    let letter = |letter: u8| match letter {
        b'-' => b'+',
        b'_' => b'/',
        letter => letter,
    };
    let spaceless = given.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(letter);
    let mut letters: Vec<u8> = spaceless.take(DATA_BYTES_MAX + 1).collect();
    if letters.len() > DATA_BYTES_MAX {
        return None;
    }
    let padding = letters.iter().rev().take_while(|letter| **letter == b'=').count();
    letters.truncate(letters.len() - padding);
    BASE64_NOPAD.decode(&letters).ok()
}

fn bare(text: &mut String) {
    text.retain(|char| !char.is_control());
}

fn bare_or_none(text: &mut Option<String>) {
    let Some(id) = text else { return };
    let was_there = !id.is_empty();
    bare(id);
    if was_there && id.is_empty() {
        *text = None;
    }
}

fn line(text: &mut Option<String>, bytes_max: usize) {
    *text = text.as_deref().and_then(|text| text::line_or_none(text, bytes_max));
}

/// Whether it was cut.
fn lines(text: &mut Option<String>, bytes_max: usize) -> bool {
    let Some(text) = text else { return false };
    *text = text::lines(text);
    text::cut(text, bytes_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_each_way_of_writing_and_nothing_else() {
        for written in ["+/8=", "+/8", "-_8=", "+/\n 8=\r\n"] {
            assert_eq!(data(written).as_deref(), Some([0xfb, 0xff].as_slice()), "{written}");
        }
        for wrong in ["%", "a", "é", "aGk=aGk="] {
            assert_eq!(data(wrong), None, "{wrong}");
        }
        assert_eq!(data(&"A".repeat(DATA_BYTES_MAX + 4)), None);
        assert!(data(&"A".repeat(DATA_BYTES_MAX)).is_some());
    }

    #[test]
    fn an_id_of_control_characters_alone_is_none() {
        let mut message =
            CanonicalMessage { message_id: Some("\0\u{1b}".to_owned()), ..CanonicalMessage::default() };
        clean(&mut message);
        assert_eq!(message.message_id, None);
    }
}
