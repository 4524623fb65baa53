//! The canonical message that every format becomes, and our own JSON, which gateways may send: alone or as the `data`
//! of a CloudEvent. Members that are not known are passed over: a gateway may be newer than we are.

pub mod mail;
pub mod message;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::fault::sentence;
use super::format::pick::instant_of;
use super::limits::{CANONICAL_BYTES_MAX, EXTERNAL_ID_BYTES_MAX};
use super::time::InstantText;
use crate::domain::{DeliveryState, Timestamp};
use message::{Address, AddressKind};

/// The most texts that a gateway may add.
const META_MAX: usize = 32;
/// The longest of them, and of their names.
const META_BYTES_MAX: usize = 1_024;

/// Why a part of an input is not taken: as one word, and as a sentence that repeats nothing of it.
pub type Fault = (&'static str, &'static str);

/// The same, where the place of a fault in JSON is told too.
pub(crate) type FaultAt = (&'static str, String);

/// The object of a payload, alone or as the `data` of a CloudEvent.
pub(crate) fn object<T: DeserializeOwned>(payload: &[u8]) -> Result<T, FaultAt> {
    if payload.len() > CANONICAL_BYTES_MAX {
        return Err(("too_large", format!("the message has over {CANONICAL_BYTES_MAX} bytes")));
    }
    let text =
        std::str::from_utf8(payload).map_err(|_| ("not_utf8", "the message is not UTF-8".to_owned()))?;
    parse(text).map_err(|fault| {
        let code = if fault.classify() == Category::Data { "bad_member" } else { "not_json" };
        (code, sentence(&fault))
    })
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct CloudEvent<'a> {
        #[serde(rename = "specversion")]
        _specversion: IgnoredAny,
        #[serde(borrow)]
        data: &'a RawValue,
    }
    // A list would be read as one, by the places of its items.
    let event = text.trim_start().starts_with('{').then(|| serde_json::from_str::<CloudEvent<'_>>(text));
    match event {
        Some(Ok(event)) => serde_json::from_str(event.data.get()),
        Some(Err(_)) | None => serde_json::from_str(text),
    }
}

/// Whether a provider's id is one.
pub(crate) fn check_id(id: &str, reason: &'static str) -> Result<(), Fault> {
    let fits = !id.trim().is_empty() && id.len() <= EXTERNAL_ID_BYTES_MAX;
    if fits { Ok(()) } else { Err(("bad_member", reason)) }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AddressVisitor)
    }
}

/// As text, or as an object with more.
#[derive(JsonSchema)]
#[schemars(rename = "AddressObject")]
#[expect(dead_code, reason = "only its schema is used")]
struct Written {
    /// `phone`, `email`, `user`; another word says nothing.
    #[schemars(rename = "type")]
    kind: Option<String>,
    /// The address itself.
    id: String,
    /// The display name.
    name: Option<String>,
    /// The provider's short name of the user.
    username: Option<String>,
    /// The user's id that outlives his number.
    user_id: Option<String>,
    /// Further ids of the same person.
    #[schemars(default)]
    aliases: Vec<String>,
}

impl JsonSchema for Address {
    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let object = generator.subschema_for::<Written>();
        json_schema!({ "anyOf": [{ "type": "string" }, object] })
    }
}

struct AddressVisitor;

impl<'de> Visitor<'de> for AddressVisitor {
    type Value = Address;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address: text, or an object with `id`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Address, E> {
        Ok(Address { id: text.to_owned(), ..Address::default() })
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Address, M::Error> {
        #[derive(serde::Deserialize)]
        struct Written {
            #[serde(default, rename = "type")]
            kind: Word,
            id: String,
            name: Option<String>,
            username: Option<String>,
            user_id: Option<String>,
            #[serde(default, deserialize_with = "or_none")]
            aliases: Vec<String>,
        }
        let Written { kind: Word(kind), id, name, username, user_id, aliases } =
            Written::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Address { kind, id, name, username, user_id, aliases })
    }
}

/// The kind of an address; a word that is not known is none.
#[derive(Default)]
struct Word(Option<AddressKind>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Option::<String>::deserialize(deserializer)?;
        Ok(Word(match word.as_deref() {
            Some("email") => Some(AddressKind::Email),
            Some("phone") => Some(AddressKind::Phone),
            Some("user") => Some(AddressKind::User),
            _ => None,
        }))
    }
}

/// One address or a list of them.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Address>, D::Error> {
    deserializer.deserialize_any(AddressesVisitor)
}

struct AddressesVisitor;

impl<'de> Visitor<'de> for AddressesVisitor {
    type Value = Vec<Address>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address or a list of addresses")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Vec<Address>, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<Address>, E> {
        AddressVisitor.visit_str(text).map(|one| vec![one])
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Vec<Address>, M::Error> {
        AddressVisitor.visit_map(map).map(|one| vec![one])
    }

    fn visit_seq<S: de::SeqAccess<'de>>(self, mut list: S) -> Result<Vec<Address>, S::Error> {
        let mut addresses = Vec::new();
        while let Some(address) = list.next_element()? {
            addresses.push(address);
        }
        Ok(addresses)
    }
}

/// An instant in RFC 3339, or counted in whatever unit. One that is neither stands for a time that nobody believes, so
/// that it is passed over and flagged like a clock that is wrong.
pub(crate) fn any_instant<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<InstantText>, D::Error> {
    let written = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(written.map(|written| instant_of(&written).unwrap_or(InstantText(Timestamp(0)))))
}

/// What many programs write in the place of what they have not: `null`.
fn or_none<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Words of carriers for a message that failed.
const FAILED: [&str; 3] = ["undelivered", "expired", "rejected"];

/// How far a message came, in our words and those that carriers have for a failure.
fn state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DeliveryState, D::Error> {
    let word = String::deserialize(deserializer)?;
    if FAILED.contains(&word.as_str()) {
        return Ok(DeliveryState::Failed);
    }
    DeliveryState::deserialize(StrDeserializer::<D::Error>::new(&word))
}

/// Whether a word says how far a message came.
pub(crate) fn is_state(word: &str) -> bool {
    state(StrDeserializer::<de::value::Error>::new(word)).is_ok()
}

/// Text that may be written as a whole number.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "text or a whole number")]
enum Counted {
    Text(String),
    Number(i64),
}

impl Counted {
    fn text(self) -> String {
        match self {
            Counted::Text(text) => text,
            Counted::Number(number) => number.to_string(),
        }
    }
}

fn counted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Counted>::deserialize(deserializer)?.map(Counted::text))
}

fn reference<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Counted::deserialize(deserializer).map(Counted::text)
}

/// The texts among the members of an object.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let written =
        Option::<BTreeMap<String, serde_json::Value>>::deserialize(deserializer)?.unwrap_or_default();
    let text = |(name, value): (String, serde_json::Value)| match value {
        serde_json::Value::String(text) => Some((name, text)),
        _ => None,
    };
    Ok(few(written.into_iter().filter_map(text).collect()))
}

/// What is not too long of them, and no more than there may be.
pub(crate) fn few(texts: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_short = |text: &String| text.len() <= META_BYTES_MAX;
    texts.into_iter().filter(|(name, text)| is_short(name) && is_short(text)).take(META_MAX).collect()
}
