//! Channels and our own addresses on them.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A live text session.
    Chat,
    /// RFC 5322 mail.
    Email,
    /// Short messages by telephone number.
    Sms,
    /// Any other work: a call-back, a fax, a walk-in. Carries no replies.
    Work,
}

impl Channel {
    /// Every channel, in the order of [`Channel::index`].
    pub const ALL: [Channel; 4] = [Channel::Chat, Channel::Email, Channel::Sms, Channel::Work];

    /// Its place in a table by channel.
    pub fn index(self) -> usize {
        match self {
            Channel::Chat => 0,
            Channel::Email => 1,
            Channel::Sms => 2,
            Channel::Work => 3,
        }
    }

    /// Its word in subjects, config and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Chat => "chat",
            Channel::Email => "email",
            Channel::Sms => "sms",
            Channel::Work => "work",
        }
    }

    /// Whether a text can be an address of it, ours or a contact's: for SMS a number in E.164 or a short code,
    /// for mail a bare mailbox by its outline (RFC 5321 allows more than is worth refusing here), else any
    /// word. At most [`Channel::ADDRESS_BYTES_MAX`] bytes.
    pub fn is_address(self, text: &str) -> bool {
        match self {
            Channel::Sms => is_number(text),
            Channel::Email => is_mailbox(text),
            Channel::Chat | Channel::Work => is_word(text),
        }
    }

    /// The longest address, in bytes; RFC 5321 gives a mailbox no more.
    pub const ADDRESS_BYTES_MAX: usize = 254;
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_mailbox(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    is_word(text) && !local.is_empty() && !host.is_empty() && !local.contains(['@', '<', '>'])
}

fn is_word(text: &str) -> bool {
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
    (1..=Channel::ADDRESS_BYTES_MAX).contains(&text.len()) && !text.contains(odd)
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An address of ours that a message was sent to: a number, a mailbox, a chat account. Not personal.
pub type Endpoint = Arc<str>;
