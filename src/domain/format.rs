//! The forms in which gateways hand messages over.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Channel;

/// How the payload of a source is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A raw mail.
    Rfc5322,
    /// Our own canonical JSON.
    Switchboard,
    /// Twilio Programmable Messaging.
    Twilio,
    /// Vonage SMS and Messages.
    Vonage,
    /// Sinch SMS.
    Sinch,
    /// MessageBird and Bird.
    #[serde(rename = "messagebird")]
    MessageBird,
    /// Plivo Messaging.
    Plivo,
    /// Telnyx Messaging.
    Telnyx,
    /// Bandwidth Messaging.
    Bandwidth,
    /// AWS End User Messaging, by SNS.
    Aws,
    /// WhatsApp Cloud.
    #[serde(rename = "whatsapp")]
    WhatsApp,
    /// Facebook Messenger.
    Messenger,
    /// Instagram Messaging.
    Instagram,
    /// Telegram bots.
    Telegram,
    /// Slack events.
    Slack,
    /// Discord gateway events.
    Discord,
    /// Viber bots.
    Viber,
    /// LINE Messaging.
    Line,
    /// Apple Messages for Business.
    Apple,
    /// Matrix client events and application service transactions.
    Matrix,
    /// XMPP stanzas.
    Xmpp,
    /// Twilio Conversations.
    TwilioConversations,
    /// Rocket.Chat live chat.
    #[serde(rename = "rocketchat")]
    RocketChat,
    /// Chatwoot.
    Chatwoot,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 24] = [
        Format::Rfc5322,
        Format::Switchboard,
        Format::Twilio,
        Format::Vonage,
        Format::Sinch,
        Format::MessageBird,
        Format::Plivo,
        Format::Telnyx,
        Format::Bandwidth,
        Format::Aws,
        Format::WhatsApp,
        Format::Messenger,
        Format::Instagram,
        Format::Telegram,
        Format::Slack,
        Format::Discord,
        Format::Viber,
        Format::Line,
        Format::Apple,
        Format::Matrix,
        Format::Xmpp,
        Format::TwilioConversations,
        Format::RocketChat,
        Format::Chatwoot,
    ];

    /// The one that a source of this channel has unless its section says another.
    pub fn of_channel(channel: Channel) -> Format {
        if channel == Channel::Email { Format::Rfc5322 } else { Format::Switchboard }
    }

    /// Its word in the configuration and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Rfc5322 => "rfc5322",
            Format::Switchboard => "switchboard",
            Format::Twilio => "twilio",
            Format::Vonage => "vonage",
            Format::Sinch => "sinch",
            Format::MessageBird => "messagebird",
            Format::Plivo => "plivo",
            Format::Telnyx => "telnyx",
            Format::Bandwidth => "bandwidth",
            Format::Aws => "aws",
            Format::WhatsApp => "whatsapp",
            Format::Messenger => "messenger",
            Format::Instagram => "instagram",
            Format::Telegram => "telegram",
            Format::Slack => "slack",
            Format::Discord => "discord",
            Format::Viber => "viber",
            Format::Line => "line",
            Format::Apple => "apple",
            Format::Matrix => "matrix",
            Format::Xmpp => "xmpp",
            Format::TwilioConversations => "twilio-conversations",
            Format::RocketChat => "rocketchat",
            Format::Chatwoot => "chatwoot",
        }
    }

    /// The channels whose sources may have it. Providers of SMS carry chats of other networks too.
    pub fn channels(self) -> &'static [Channel] {
        match self {
            Format::Rfc5322 => &[Channel::Email],
            Format::Switchboard => &Channel::ALL,
            Format::Twilio | Format::Vonage | Format::Sinch | Format::MessageBird | Format::Plivo => {
                &[Channel::Sms, Channel::Chat]
            }
            Format::Telnyx | Format::Bandwidth | Format::Aws => &[Channel::Sms, Channel::Chat],
            Format::WhatsApp
            | Format::Messenger
            | Format::Instagram
            | Format::Telegram
            | Format::Slack
            | Format::Discord
            | Format::Viber
            | Format::Line
            | Format::Apple
            | Format::Matrix
            | Format::Xmpp
            | Format::TwilioConversations
            | Format::RocketChat
            | Format::Chatwoot => &[Channel::Chat],
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = ();

    /// By its word.
    fn from_str(word: &str) -> Result<Format, ()> {
        let word = if word == "bird" { Format::MessageBird.as_str() } else { word };
        Format::ALL.into_iter().find(|format| format.as_str() == word).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_word_is_one_in_json_and_on_the_command_line() {
        for format in Format::ALL {
            assert_eq!(serde_json::to_value(format).expect("a word"), format.as_str());
            assert_eq!(format.as_str().parse(), Ok(format));
        }
    }
}
