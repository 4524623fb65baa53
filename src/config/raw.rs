//! The file as written: its types and nothing else. Each table refuses keys that it does not know; each key
//! may be absent, since what is required or defaulted is said once, in `check`. Numbers are as wide as TOML
//! has them, and spans are still text: limits are checked where a fault can be told with its key.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::settings::{LogFormat, LogLevel, SmtpSecurity};
use crate::domain::Channel;

/// Entries by the name in their header, as `[queue.billing]`.
pub(super) type Named<T> = BTreeMap<String, T>;

/// Everything that was written.
#[derive(Clone, Debug, Default)]
pub(super) struct RawFile {
    pub site: RawSite,
    pub presence: RawPresence,
    pub nats: RawNats,
    pub log: RawLog,
    pub smtp: Option<RawSmtp>,
    pub notice: RawNotice,
    pub http: RawHttp,
    pub control: RawControl,
    pub actors: Named<RawActor>,
    pub agents: Named<RawAgent>,
    pub queues: Named<RawQueue>,
    pub sources: Named<RawSource>,
    pub routes: Named<RawRoute>,
    pub slas: Named<RawSla>,
    pub ladders: Named<RawLadder>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSite {
    pub prefix: Option<String>,
    pub default_queue: Option<String>,
    pub key_file: Option<String>,
    pub test: Option<bool>,
    pub instance: Option<String>,
    pub reopen_within: Option<SpanText>,
    pub follow_up_keep: Option<SpanText>,
    pub contact_keep: Option<SpanText>,
    pub sms_idle: Option<SpanText>,
    pub late_grace: Option<SpanText>,
    pub cooldown: Option<SpanText>,
    pub rona_after: Option<i64>,
    pub dedupe_max: Option<i64>,
    pub command_ids_max: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPresence {
    pub lease: Option<SpanText>,
    pub lost_grace: Option<SpanText>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawNats {
    pub url: Option<OneOrMany<String>>,
    pub replicas: Option<i64>,
    pub in_max_bytes: Option<SizeText>,
    pub append_timeout: Option<SpanText>,
    pub door: RawAuth,
    pub journal: RawAuth,
    pub tls: RawTls,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAuth {
    pub user: Option<String>,
    pub password_file: Option<String>,
    pub creds_file: Option<String>,
    pub nkey_file: Option<String>,
    pub token_file: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTls {
    pub ca_file: Option<String>,
    pub cert_file: Option<String>,
    pub key_file: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLog {
    pub format: Option<LogFormat>,
    pub level: Option<LogLevel>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSmtp {
    pub host: Option<String>,
    pub port: Option<i64>,
    pub security: Option<SmtpSecurity>,
    pub user: Option<String>,
    pub password_file: Option<String>,
    pub ca_file: Option<String>,
    pub hello: Option<String>,
    pub timeout: Option<SpanText>,
    pub parallel: Option<i64>,
    pub retry_first: Option<SpanText>,
    pub retry_longest: Option<SpanText>,
    pub give_up_after: Option<SpanText>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawNotice {
    pub from: Option<String>,
    pub subject: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawHttp {
    pub listen: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawControl {
    pub socket: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawActor {
    pub role: Option<ActorRole>,
}

/// The roles that a file may give; agents have theirs by being agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ActorRole {
    Service,
    Supervisor,
    Gateway,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAgent {
    pub skills: BTreeMap<String, i64>,
    pub capacity: Option<i64>,
    pub cost: ByChannel<i64>,
    pub max: ByChannel<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawQueue {
    pub priority: Option<i64>,
    pub skills: BTreeMap<String, i64>,
    pub sla: Option<String>,
    pub offer_timeout: Option<OfferTimeout>,
    pub owner_offline: Option<OwnerOfflineWord>,
    pub wrap_up: Option<SpanText>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OwnerOfflineWord {
    Requeue,
    Keep,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSource {
    pub channel: Option<Channel>,
    pub address: Option<OneOrMany<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRoute {
    pub rank: Option<i64>,
    pub channel: Option<OneOrMany<Channel>>,
    pub source: Option<OneOrMany<String>>,
    pub address: Option<String>,
    pub subject: Option<String>,
    pub text: Option<String>,
    pub language: Option<OneOrMany<String>>,
    pub queue: Option<String>,
    pub skills: BTreeMap<String, i64>,
    pub priority: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSla {
    pub assign: Option<RawTarget>,
    pub first_reply: Option<RawTarget>,
    pub ladder: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTarget {
    pub within: Option<SpanText>,
    pub warn: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLadder {
    pub ack_for: Option<SpanText>,
    pub rung: BTreeMap<String, RawRung>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRung {
    pub after: Option<SpanText>,
    pub notify: Vec<String>,
}

/// Something for each channel that is named.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, bound = "T: Deserialize<'de> + Default")]
pub(super) struct ByChannel<T> {
    pub chat: Option<T>,
    pub email: Option<T>,
    pub sms: Option<T>,
    pub work: Option<T>,
}

impl<T> ByChannel<T> {
    pub fn get(&self, channel: Channel) -> Option<&T> {
        match channel {
            Channel::Chat => self.chat.as_ref(),
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.sms.as_ref(),
            Channel::Work => self.work.as_ref(),
        }
    }
}

/// Texts that are read later, each with a word for what it should be.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $wanted:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(super) struct $name(pub String);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($wanted)
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name(text.to_owned()))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    )*};
}

texts! {
    /// A span of time.
    SpanText "a span such as `\"30s\"`";
    /// A size in bytes.
    SizeText "a size such as `\"512MiB\"`";
}

/// One span for every channel, or one for each.
#[derive(Clone, Debug)]
pub(super) enum OfferTimeout {
    All(SpanText),
    Each(ByChannel<SpanText>),
}

impl<'de> Deserialize<'de> for OfferTimeout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = OfferTimeout;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a span such as `\"30s\"`, or a table of them by channel")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OfferTimeout, E> {
                Ok(OfferTimeout::All(SpanText(text.to_owned())))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OfferTimeout, A::Error> {
                ByChannel::deserialize(MapAccessDeserializer::new(map)).map(OfferTimeout::Each)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// One text or a list of them.
#[derive(Clone, Debug)]
pub(super) struct OneOrMany<T> {
    pub items: Vec<T>,
    /// Whether a list was written, so that a place in it can be told.
    pub listed: bool,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMany<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMany<T>, E> {
                let item = T::deserialize(text.into_deserializer())?;
                Ok(OneOrMany { items: vec![item], listed: false })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<OneOrMany<T>, A::Error> {
                let items = Vec::deserialize(SeqAccessDeserializer::new(list))?;
                Ok(OneOrMany { items, listed: true })
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}
