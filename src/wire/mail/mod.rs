//! Raw RFC 5322 mail, from its bytes to what it says: `read` walks the raw fields and the parts and yields a [`Mail`];
//! the others are functions of that. Which conversation it belongs to is the engine's.
//!
//! - `headers`: the header block as raw fields; which of two equal ones counts, what is an id.
//! - `charset`, `seven_bits`, `transfer`, `words`, `params`: bytes to text, each as damaged as it comes.
//! - `ids`, `parties`, `date`: what single fields say.
//! - `parts`, `body`, `flowed`, `enriched`: the tree of parts, and which of them are shown.
//! - `read`: bytes to [`Mail`], by all of these.
//! - `subject`: the base subject, and what a prefix says.
//! - `html`: HTML to text and to clean HTML.
//! - `reply`, `signature`, `device`: what of a text is new.
//! - `class`, `hints`, `lists`: whether a person or a robot wrote it.
//! - `calendar`: what an invitation says.
//! - `letter`: all of that of one mail, as its source sees it.
//! - `report`: what bounces, receipts and complaints tell of mail of ours.
//! - `auth`: whether our own server vouches for the sender.
//! - `addressing`: which mailbox was meant, the tag, the token, who the contact is.
//! - `thread`: what it answers, and who else was addressed.

pub(crate) mod addressing;
pub(crate) mod auth;
mod body;
pub(crate) mod calendar;
mod charset;
pub(crate) mod class;
mod date;
mod device;
mod enriched;
mod flowed;
pub(crate) mod headers;
mod hints;
pub(crate) mod html;
mod ids;
pub(crate) mod letter;
mod lists;
mod params;
mod parties;
mod parts;
pub(crate) mod read;
pub(crate) mod reply;
pub(crate) mod report;
pub(crate) mod said;
mod seven_bits;
pub(crate) mod signature;
mod smime;
pub(crate) mod subject;
mod subject_hints;
mod subject_words;
pub(crate) mod thread;
mod transfer;
mod words;

use crate::domain::{Party, Timestamp};

use headers::Fields;

/// A mail, decoded: every text is UTF-8 without control characters, every list is bounded.
#[derive(Debug, Default)]
pub(crate) struct Mail {
    /// The header block as raw fields.
    pub fields: Fields,
    /// The addresses of the first From.
    pub from: Vec<Party>,
    /// Sender, where there is one.
    pub sender: Option<Party>,
    pub to: Vec<Party>,
    pub cc: Vec<Party>,
    pub reply_to: Vec<Party>,
    /// As shown.
    pub subject: Option<String>,
    /// As its Date says, believed or not.
    pub date: Option<Timestamp>,
    /// The first Message-ID, without brackets.
    pub message_id: Option<String>,
    /// The ids of In-Reply-To, where it holds nothing else.
    pub in_reply_to: Vec<String>,
    /// The ids that an answer names, the oldest first; [`Fields::named`] are those that are looked at.
    pub references: Vec<String>,
    /// Its media type with parameters.
    pub media: Media,
    /// The text that is shown, of its text parts; empty or blank where there is none.
    pub text: String,
    /// The HTML that is shown, where there is some.
    pub html: Option<String>,
    /// The parts that `text` is made of, as they are written.
    pub texts: Vec<TextPart>,
    /// What came along, in order.
    pub files: Vec<MailFile>,
    /// Parts for machines: reports, calendars, returned headers, whole returned mails.
    pub parts: Vec<MailPart>,
    /// What makes the body the same when it is delivered again: the raw body without line ends at its end and
    /// without carriage returns.
    pub body: Vec<u8>,
    /// Oddities, one word each, each once.
    pub flags: Flags,
    /// How many bytes our own loops looked at, each as often as it was: it grows with the mail, not with its square.
    pub steps: u64,
}

/// A part that is shown, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextPart {
    /// HTML stands here where it has no plain alternative.
    pub is_html: bool,
    /// Its lines as they are written.
    pub text: String,
    /// They flow (RFC 3676).
    pub is_flowed: bool,
    /// The space that marks a flowing line is no part of the text.
    pub deletes_space: bool,
}

/// A media type, in lower case, with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Media {
    /// As `multipart/report`.
    pub kind: String,
    /// Names in lower case, values as they are.
    pub parameters: Vec<(String, String)>,
}

/// What came along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MailFile {
    /// Made safe: no folders, no control or direction characters.
    pub filename: Option<String>,
    /// What it was called, where that was not safe.
    pub original_filename: Option<String>,
    pub content_type: Option<String>,
    pub size: u64,
    pub content_id: Option<String>,
    /// Shown within the HTML.
    pub inline: bool,
}

/// A part that a machine reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MailPart {
    pub media: Media,
    /// Its text, decoded; of a nested mail all of it.
    pub text: String,
    /// It is to be saved, not to be shown.
    pub is_attached: bool,
}

/// Oddities, one word each, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(pub Vec<String>);

impl Flags {
    /// Adds a word, once.
    pub fn raise(&mut self, raised: bool, word: &str) {
        if raised && !self.0.iter().any(|known| known == word) {
            self.0.push(word.to_owned());
        }
    }
}

impl Media {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
