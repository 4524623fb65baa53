//! Whether a webhook comes from who it says: the signatures of providers, each from its own documents. Pure: the
//! request and the instant come in, a verdict goes out.
//!
//! - [`Scheme::verify`] is the one door. Bytes are compared in constant time; what is refused says why in one word,
//!   and never what was expected.
//! - [`Scheme::admit`] says what can be said before the body is there.
//! - Where an instant is signed, an old request is refused: after five minutes, or as long as the provider is known to
//!   send the same again (SNS for an hour, Vonage's parameter `sig` for a day), or at the end that a token names. The
//!   others (Meta, LINE, Viber, Twilio, Plivo, whatever is sent along) may be replayed: then it is the message that came
//!   before, and the router knows it by its id for 14 days.
//!
//! What is absent: the clock, files, and any reading of what a message says.

mod certificate;
mod compare;
mod head;
mod jwt;
mod keys;
mod md5;
mod mac;
mod shared;
mod sns;
mod url;
mod vonage;

use std::fmt;

use crate::domain::Timestamp;

pub use certificate::{KeyFault, rsa_key};
pub use keys::{Letters, public_key};
pub use sns::{Notice, certificate_url, is_of_sns};

/// What was asked, as it came.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The address that the provider knows, with the query as it was sent.
    pub url: &'a str,
    /// The query alone, without its `?`.
    pub query: &'a str,
    /// Names in lower case, with their values.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A header that was sent once; one that came twice could mean either.
    pub fn header(&self, name: &'static str) -> Result<&'a str, Refused> {
        let mut found = self.headers.iter().filter(|(known, _)| *known == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Ok(value),
            (Some(_), Some(_)) => Err(Refused::Malformed),
            (None, _) => Err(Refused::Missing(name)),
        }
    }
}

/// Something that nobody may see. Its `Debug` text has none of it.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Secret {
        Secret(bytes.into())
    }

    /// Whether this is what was given. How long it takes says nothing of where they differ.
    pub fn is(&self, given: &[u8]) -> bool {
        compare::same(given, &self.0).is_ok()
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// How a request proves where it comes from.
#[derive(Clone, Debug)]
pub enum Scheme {
    /// Not at all.
    Open,
    /// `Authorization: Bearer`, or `access_token` in the query as old home servers of Matrix write it.
    Bearer(Secret),
    /// `Authorization: Basic`.
    Basic { user: String, password: Secret },
    /// `X-Telegram-Bot-Api-Secret-Token`.
    Telegram(Secret),
    /// `X-RocketChat-Livechat-Token`.
    RocketChat(Secret),
    /// `X-Twilio-Signature`, over the address and the form, or over the address with a digest of the body.
    Twilio(Secret),
    /// `X-Plivo-Signature-V3`, over the address and the form; else `-V2`, over the address alone.
    Plivo(Secret),
    /// `MessageBird-Signature-JWT`, or Bird's `MessageBird-Signature`.
    MessageBird(Secret),
    /// `X-Hub-Signature-256`, over the body.
    Meta(Secret),
    /// `X-Slack-Signature`, over the instant and the body.
    Slack(Secret),
    /// `X-Line-Signature`, over the body.
    Line(Secret),
    /// `X-Viber-Content-Signature`, over the body.
    Viber(Secret),
    /// `X-Chatwoot-Signature`, over the instant and the body.
    Chatwoot(Secret),
    /// `X-Sinch-Webhook-Signature`, over the body, a nonce and the instant.
    Sinch(Secret),
    /// A signed token with a digest of the body, or the parameter `sig` of the older API.
    Vonage(Secret),
    /// A signed token for this service provider. It says nothing of the body.
    Apple { secret: Secret, audience: String },
    /// `Telnyx-Signature-Ed25519`, over the instant and the body.
    Telnyx(Vec<u8>),
    /// `X-Signature-Ed25519`, over the instant and the body.
    Discord(Vec<u8>),
    /// The signature in the body itself, by the key of one of these certificates, of one of these topics.
    Sns { keys: Vec<Vec<u8>>, topics: Vec<String> },
}

/// Why a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// What should prove it is not there.
    Missing(&'static str),
    /// It is there, and cannot be read.
    Malformed,
    /// It proves something else.
    Mismatch,
    /// It proves a request of another time.
    Stale,
    /// It is rightly signed, for somebody else.
    Foreign,
}

impl Refused {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Refused::Missing(_) => "unsigned",
            Refused::Malformed => "malformed",
            Refused::Mismatch => "forged",
            Refused::Stale => "stale",
            Refused::Foreign => "foreign",
        }
    }
}

impl Scheme {
    /// Whether it is from who it says.
    pub fn verify(&self, request: &Request<'_>, now: Timestamp) -> Result<(), Refused> {
        match self {
            Scheme::Open => Ok(()),
            Scheme::Bearer(token) => shared::bearer(request, token),
            Scheme::Basic { user, password } => shared::basic(request, user, password),
            Scheme::Telegram(token) => shared::header(request, "x-telegram-bot-api-secret-token", token),
            Scheme::RocketChat(token) => shared::header(request, "x-rocketchat-livechat-token", token),
            Scheme::Twilio(secret) => url::twilio(request, secret),
            Scheme::Plivo(secret) => url::plivo(request, secret),
            Scheme::MessageBird(secret) => url::messagebird(request, secret, now),
            Scheme::Meta(secret) => mac::meta(request, secret),
            Scheme::Slack(secret) => mac::slack(request, secret, now),
            Scheme::Line(secret) => mac::line(request, secret),
            Scheme::Viber(secret) => mac::viber(request, secret),
            Scheme::Chatwoot(secret) => mac::chatwoot(request, secret, now),
            Scheme::Sinch(secret) => mac::sinch(request, secret, now),
            Scheme::Vonage(secret) => vonage::verify(request, secret, now),
            Scheme::Apple { secret, audience } => jwt::apple(request, secret, audience, now),
            Scheme::Telnyx(key) => keys::telnyx(request, key, now),
            Scheme::Discord(key) => keys::discord(request, key, now),
            Scheme::Sns { keys, topics } => sns::verify(request, keys, topics, now),
        }
    }
}
