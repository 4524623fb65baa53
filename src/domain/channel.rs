//! Channels and our own addresses on them.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of way in. (`work`, for anything else, comes with its commands.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A live text session.
    Chat,
    /// RFC 5322 mail.
    Email,
    /// Short messages by telephone number.
    Sms,
}

impl Channel {
    /// Every channel, in the order of [`Channel::index`].
    pub const ALL: [Channel; 3] = [Channel::Chat, Channel::Email, Channel::Sms];

    /// Its place in a table by channel.
    pub fn index(self) -> usize {
        match self {
            Channel::Chat => 0,
            Channel::Email => 1,
            Channel::Sms => 2,
        }
    }

    /// Its word in subjects, config and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Chat => "chat",
            Channel::Email => "email",
            Channel::Sms => "sms",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An address of ours that a message was sent to: a number, a mailbox, a chat account. Not personal.
pub type Endpoint = Arc<str>;
