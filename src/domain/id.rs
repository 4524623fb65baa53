//! Numbers that stand for things. Counted, never drawn, so that a replay gives the same ones.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::short::ShortText;
use super::spelled::spelled;

/// A text that is not the id it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    /// What the text should have named, as `conversation`.
    pub noun: &'static str,
    /// The letter that such an id begins with.
    pub prefix: char,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {} id; one looks like `{}12`", self.noun, self.prefix)
    }
}

impl std::error::Error for ParseIdError {}

/// An id with a life in the journal: written as a letter and a number, as `c12`.
macro_rules! counted {
    ($($(#[$doc:meta])* $name:ident $prefix:literal $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// The letter before the number.
            pub const PREFIX: char = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(ShortText::lettered($prefix, self.0).as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let fault = ParseIdError { noun: $noun, prefix: $prefix };
                let digits = text.strip_prefix($prefix).ok_or_else(|| fault.clone())?;
                let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
                let canonical = plain && (digits == "0" || !digits.starts_with('0'));
                if !canonical {
                    return Err(fault);
                }
                digits.parse().map($name).map_err(|_| fault)
            }
        }

        // By hand, for the reason that `short` and `spelled` tell.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(ShortText::lettered($prefix, self.0).as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let wanted = concat!("the id of ", $noun, ", like `", $prefix, "12`");
                spelled(deserializer, wanted, |text| text.parse().ok())
            }
        }
    )*};
}

counted! {
    /// A person who writes to us.
    ContactId 'k' "contact";
    /// A lasting thread with one contact on one channel.
    ConversationId 'c' "conversation";
    /// One pass of a conversation through queue and agent.
    InteractionId 'i' "interaction";
    /// A timed proposal of one interaction to one agent.
    OfferId 'o' "offer";
    /// One utterance, in or out.
    MessageId 'm' "message";
    /// One promise on one conversation. Its escalation bears the same number.
    ClockId 't' "clock";
    /// One mail that the site owes: a reply, or the notice of an escalation.
    MailId 'e' "mail";
}

/// An id that stands for a configured name (see [`crate::domain::Name`]); dense, so it indexes a table.
macro_rules! named {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The place of this id in a dense table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                $name(number)
            }
        }
    )*};
}

named! {
    /// A person who answers.
    AgentId;
    /// A place where interactions wait.
    QueueId;
    /// A configured way in.
    SourceId;
    /// A configured rule that picks a queue.
    RouteId;
    /// Something that an agent can do.
    SkillId;
    /// Who sent a command.
    ActorId;
}
