//! The plain JSON message that a gateway may send instead of a provider's own body, alone or as the `data`
//! of a CloudEvent. Members that are not known are passed over: a gateway may be newer than we are.

pub mod mail;
pub mod message;

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::{Attachment, Channel, Party, Timestamp};

use super::decoder::DecodeError;
use super::limits::{
    ATTACHMENTS_MAX, CANONICAL_BYTES_MAX, CONTACT_BYTES_MAX, CONTENT_TYPE_BYTES_MAX, EXTERNAL_ID_BYTES_MAX,
    FILENAME_BYTES_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX, URL_BYTES_MAX,
};
use super::text;
use super::time::parse_instant;

/// One message of a channel without a format of its own.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(expecting = "an object")]
pub(crate) struct CanonicalMessage<'a> {
    /// The provider's id of the message. Text, since numbers lose digits.
    #[serde(borrow)]
    pub message_id: Cow<'a, str>,
    /// Who wrote it.
    #[serde(borrow)]
    pub from: Address<'a>,
    /// Our address that it was sent to, or several.
    #[serde(borrow, default)]
    #[schemars(with = "Option<ToForm>")]
    pub to: Addresses<'a>,
    /// The plain text.
    #[serde(borrow, default)]
    pub text: Option<Cow<'a, str>>,
    /// The provider's conversation: a chat, a room, a topic.
    #[serde(borrow, default)]
    pub thread_id: Option<Cow<'a, str>>,
    /// The language, as a BCP 47 tag.
    #[serde(borrow, default)]
    pub language: Option<Cow<'a, str>>,
    /// When its writer sent it, in RFC 3339.
    #[serde(borrow, default)]
    pub sent_at: Option<Cow<'a, str>>,
    /// What came along, by link.
    #[serde(borrow, default)]
    pub attachments: Option<Vec<CanonicalAttachment<'a>>>,
    /// `message`, which is meant when it is absent. Nothing else is taken yet.
    #[serde(borrow, default)]
    pub kind: Option<Cow<'a, str>>,
    /// `inbound`, which is meant when it is absent. Echoes of our own messages are not taken yet.
    #[serde(borrow, default)]
    pub direction: Option<Cow<'a, str>>,
}

/// What came along with a message.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(expecting = "an object")]
pub(crate) struct CanonicalAttachment<'a> {
    /// Where its bytes are.
    #[serde(borrow, default)]
    pub url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub filename: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub content_type: Option<Cow<'a, str>>,
    /// In bytes.
    #[serde(default)]
    pub size: Option<u64>,
}

/// An address as text, or as an object with its display name.
pub(crate) struct Address<'a> {
    pub id: Cow<'a, str>,
    pub name: Option<Cow<'a, str>>,
}

#[derive(serde::Deserialize, JsonSchema)]
#[schemars(rename = "AddressObject")]
struct AddressObject<'a> {
    /// The address itself.
    #[serde(borrow)]
    id: Cow<'a, str>,
    /// The display name.
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    /// `phone`, `user` or another word; not looked at.
    #[serde(default, rename = "type")]
    #[schemars(with = "Option<String>")]
    _type: Option<IgnoredAny>,
}

/// One address or a list of them.
#[derive(Default)]
pub(crate) struct Addresses<'a>(pub Vec<Address<'a>>);

/// One address, or several.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum ToForm {
    One(Address<'static>),
    Many(Vec<Address<'static>>),
}

/// A canonical message, checked and cleaned: what SMS and chat have in common.
pub(crate) struct Checked<'a> {
    pub message: CanonicalMessage<'a>,
    pub from: Party,
    pub text: String,
    pub attachments: Vec<Attachment>,
    pub language: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub flags: Vec<String>,
}

/// What came along with a sender, cleaned: what every form of ours has in common.
pub(crate) struct Body {
    pub text: String,
    pub attachments: Vec<Attachment>,
    pub language: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub flags: Vec<String>,
}

/// The same, as it was sent.
pub(crate) struct RawBody<'a, 'b> {
    pub text: &'b Option<Cow<'a, str>>,
    pub attachments: &'b Option<Vec<CanonicalAttachment<'a>>>,
    pub language: &'b Option<Cow<'a, str>>,
    pub sent_at: &'b Option<Cow<'a, str>>,
}

/// Why a part of a message is not taken: as one word, and as a sentence.
pub type Fault = (&'static str, &'static str);

/// Reads and checks a canonical message of this channel.
pub(crate) fn read<'a>(
    payload: &'a [u8],
    channel: Channel,
    received_at: Timestamp,
) -> Result<Checked<'a>, DecodeError> {
    let message = object(payload, channel)?;
    check(message, received_at).map_err(|(code, reason)| DecodeError::new(code, reason, Some(channel)))
}

/// The object of a payload, alone or as the `data` of a CloudEvent.
pub(crate) fn object<'a, T: Deserialize<'a>>(payload: &'a [u8], channel: Channel) -> Result<T, DecodeError> {
    let fault = |code, reason: &str| DecodeError::new(code, reason, Some(channel));
    if payload.len() > CANONICAL_BYTES_MAX {
        return Err(fault("too_large", &format!("the message has over {CANONICAL_BYTES_MAX} bytes")));
    }
    let text = std::str::from_utf8(payload).map_err(|_| fault("not_utf8", "the message is not UTF-8"))?;
    parse(text).map_err(|json| DecodeError::json(&json, Some(channel)))
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct CloudEvent<'a> {
        #[serde(rename = "specversion")]
        _specversion: IgnoredAny,
        #[serde(borrow)]
        data: &'a RawValue,
    }
    match serde_json::from_str::<CloudEvent<'_>>(text) {
        Ok(event) => serde_json::from_str(event.data.get()),
        Err(_) => serde_json::from_str(text),
    }
}

fn check(message: CanonicalMessage<'_>, received_at: Timestamp) -> Result<Checked<'_>, Fault> {
    if message.kind.as_deref().is_some_and(|kind| kind != "message") {
        return Err(("unsupported_kind", "its `kind` is not `message`, and nothing else is taken yet"));
    }
    if message.direction.as_deref().is_some_and(|direction| direction != "inbound") {
        return Err(("unsupported_direction", "its `direction` is not `inbound`"));
    }
    check_id(&message.message_id, "`message_id` is empty or longer than 998 bytes")?;
    message.thread_id.as_deref().map_or(Ok(()), |id| check_id(id, "`thread_id` is empty or too long"))?;
    let from = party(&message.from)?;
    let CanonicalMessage { text, attachments, language, sent_at, .. } = &message;
    let Body { text, attachments, language, sent_at, flags } =
        body(&RawBody { text, attachments, language, sent_at }, received_at);
    if text.trim().is_empty() && attachments.is_empty() {
        return Err(("no_content", "it has neither `text` nor `attachments`"));
    }
    Ok(Checked { message, from, text, attachments, language, sent_at, flags })
}

/// Who wrote, or of whom it is.
pub(crate) fn party(from: &Address<'_>) -> Result<Party, Fault> {
    let address = text::line(&from.id, CONTACT_BYTES_MAX + 1);
    if address.is_empty() || address.len() > CONTACT_BYTES_MAX {
        return Err(("bad_member", "`from` is empty or longer than 320 bytes"));
    }
    let name = from.name.as_deref().and_then(|name| text::line_or_none(name, NAME_BYTES_MAX));
    Ok(Party { address, name })
}

/// What is taken of the rest, cut and flagged where it is too much.
pub(crate) fn body(raw: &RawBody<'_, '_>, received_at: Timestamp) -> Body {
    let mut flags = Vec::new();
    let mut flag = |raised: bool, word: &str| {
        if raised {
            flags.push(word.to_owned());
        }
    };
    let mut body = text::lines(raw.text.as_deref().unwrap_or_default());
    flag(text::cut(&mut body, TEXT_BYTES_MAX), "truncated");
    let listed = raw.attachments.as_deref().unwrap_or_default();
    flag(listed.len() > ATTACHMENTS_MAX, "attachments_cut");
    let attachments: Vec<Attachment> = listed.iter().take(ATTACHMENTS_MAX).map(attachment).collect();
    let language = raw.language.as_deref().and_then(text::language);
    flag(language.is_none() && raw.language.is_some(), "language_ignored");
    let sent_at = raw.sent_at.as_deref().and_then(parse_instant);
    let sent_at = sent_at.and_then(|at| text::believed(at, received_at));
    flag(sent_at.is_none() && raw.sent_at.is_some(), "sent_at_ignored");
    Body { text: body, attachments, language, sent_at, flags }
}

/// Whether a provider's id is one.
pub(crate) fn check_id(id: &str, reason: &'static str) -> Result<(), Fault> {
    let fits = !id.trim().is_empty() && id.len() <= EXTERNAL_ID_BYTES_MAX;
    if fits { Ok(()) } else { Err(("bad_member", reason)) }
}

fn attachment(listed: &CanonicalAttachment<'_>) -> Attachment {
    let line =
        |text: &Option<Cow<'_, str>>, max| text.as_deref().and_then(|text| text::line_or_none(text, max));
    Attachment {
        filename: line(&listed.filename, FILENAME_BYTES_MAX),
        content_type: line(&listed.content_type, CONTENT_TYPE_BYTES_MAX),
        size: listed.size,
        url: line(&listed.url, URL_BYTES_MAX),
        ..Attachment::default()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Address<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AddressVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Addresses<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AddressesVisitor)
    }
}

struct AddressVisitor;

impl<'de> Visitor<'de> for AddressVisitor {
    type Value = Address<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address: text, or an object with `id`")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Address<'de>, E> {
        Ok(Address { id: Cow::Borrowed(text), name: None })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Address<'de>, E> {
        Ok(Address { id: Cow::Owned(text.to_owned()), name: None })
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Address<'de>, M::Error> {
        let AddressObject { id, name, .. } = AddressObject::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Address { id, name })
    }
}

struct AddressesVisitor;

impl<'de> Visitor<'de> for AddressesVisitor {
    type Value = Addresses<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address or a list of addresses")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Addresses<'de>, E> {
        Ok(Addresses(Vec::new()))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Addresses<'de>, E> {
        AddressVisitor.visit_borrowed_str(text).map(|one| Addresses(vec![one]))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Addresses<'de>, E> {
        AddressVisitor.visit_str(text).map(|one| Addresses(vec![one]))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Addresses<'de>, M::Error> {
        AddressVisitor.visit_map(map).map(|one| Addresses(vec![one]))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Addresses<'de>, S::Error> {
        let mut addresses = Vec::new();
        while let Some(address) = list.next_element()? {
            addresses.push(address);
        }
        Ok(Addresses(addresses))
    }
}

impl JsonSchema for Address<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let object = generator.subschema_for::<AddressObject<'static>>();
        json_schema!({ "anyOf": [{ "type": "string" }, object] })
    }
}

impl<'de> Deserialize<'de> for message::Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OwnedAddressVisitor)
    }
}

struct OwnedAddressVisitor;

impl<'de> Visitor<'de> for OwnedAddressVisitor {
    type Value = message::Address;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address: text, or an object with `id`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<message::Address, E> {
        Ok(message::Address { id: text.to_owned(), ..message::Address::default() })
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<message::Address, M::Error> {
        #[derive(serde::Deserialize)]
        struct Written {
            #[serde(rename = "type")]
            kind: Option<message::AddressKind>,
            id: String,
            name: Option<String>,
            username: Option<String>,
            user_id: Option<String>,
            #[serde(default)]
            aliases: Vec<String>,
        }
        let Written { kind, id, name, username, user_id, aliases } =
            Written::deserialize(MapAccessDeserializer::new(map))?;
        Ok(message::Address { kind, id, name, username, user_id, aliases })
    }
}

/// One address or a list of them.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<message::Address>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        Many(Vec<message::Address>),
        One(message::Address),
        None(()),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Many(many) => many,
        Written::One(one) => vec![one],
        Written::None(()) => Vec::new(),
    })
}
