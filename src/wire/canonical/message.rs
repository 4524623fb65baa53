//! The canonical message (field page channels 5.2): what every format becomes, what `normalize` prints, and what a
//! gateway may send itself. One of these is one thing that happened; what follows from it is decided by the engine.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, ContactCard, DeliveryState, FileKind, Keyword, Location, MessageClass};
use crate::wire::time::InstantText;

/// One thing that a channel tells. What is absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, expecting = "an object")]
pub struct CanonicalMessage {
    /// The channel; the source's where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The network that carried it, as `twilio`, `whatsapp`, `smtp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Our address that received it: a number, a page, a bot, a mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What it is.
    #[serde(deserialize_with = "super::or_none")]
    pub kind: Kind,
    /// `inbound` unless our own side wrote it elsewhere.
    #[serde(skip_serializing_if = "Direction::is_inbound", deserialize_with = "super::or_none")]
    pub direction: Direction,
    /// The provider's id of it. Text, since numbers lose digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The provider's id of the delivery that brought it, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// The message that an edit, deletion, reaction or report is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_id: Option<String>,
    /// The messages, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub target_ids: Vec<String>,
    /// A report about all of our messages until then.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "super::any_instant")]
    #[schemars(with = "Option<String>")]
    pub watermark: Option<InstantText>,
    /// The provider's conversation: a chat, a room, a channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<String>,
    /// What kind of chat that is, in the provider's word: `private`, `group`, `user`, `room`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_type: Option<String>,
    /// A thread or topic within the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// What it is one piece of, as an album.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// The id of the message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// The ids that it follows, the oldest first (mail).
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub references: Vec<String>,
    /// Who wrote or did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Address>,
    /// To whom.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub to: Vec<Address>,
    /// To whom besides.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub cc: Vec<Address>,
    /// Where the sender wants the answer.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub reply_to: Vec<Address>,
    /// When it was sent or happened, as the channel tells.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "super::any_instant")]
    #[schemars(with = "Option<String>")]
    pub sent_at: Option<InstantText>,
    /// When it was edited.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "super::any_instant")]
    #[schemars(with = "Option<String>")]
    pub edited_at: Option<InstantText>,
    /// When we got it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "super::any_instant")]
    #[schemars(with = "Option<String>")]
    pub received_at: Option<InstantText>,
    /// The subject of a mail, as shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The subject by which threads are compared, without prefixes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_subject: Option<String>,
    /// The plain text, whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The text without what it quotes and its signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_stripped: Option<String>,
    /// The HTML as it came: untrusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The HTML, cleaned by us: what a gateway writes here is cleaned anew, and passed over beside `html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html_clean: Option<String>,
    /// The language, as a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What came along.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub attachments: Vec<CanonicalFile>,
    /// A place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Cards of people.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub contacts: Vec<ContactCard>,
    /// A pressed button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// A reaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Reaction>,
    /// A report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// One part of a text that was cut for transport.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concat: Option<Concat>,
    /// What the whole text asks for; the provider's own verdict goes before ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword: Option<Keyword>,
    /// What a number or user changed to: the new address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_id: Option<String>,
    /// What the provider's conversation changed to: a group that became a supergroup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_chat_id: Option<String>,
    /// The users that it tells of, where they may be several: who is writing, who joined.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub users: Vec<String>,
    /// Who wrote it, as far as its form tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<MessageClass>,
    /// What only mail has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<super::mail::MailFacts>,
    /// Oddities, one word each: `forwarded`, `automated`, `encrypted`, `truncated`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "super::or_none")]
    pub flags: Vec<String>,
    /// What else the provider says, as `locale`: at most 32 texts of at most 1 KiB; others are passed over.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "super::texts")]
    pub meta: BTreeMap<String, String>,
}

/// What a canonical message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something is said.
    #[default]
    Message,
    /// A message says something else now.
    Edit,
    /// A message was taken back.
    Delete,
    /// An emoji was put to a message, or taken away.
    Reaction,
    /// How far a message of ours came.
    Status,
    /// Our messages were seen.
    Read,
    /// Somebody is writing.
    Typing,
    /// A button was pressed.
    Action,
    /// The provider tells of the conversation.
    System,
    /// Something is said that cannot be shown.
    Unsupported,
}

/// From whom to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From a contact to us.
    #[default]
    Inbound,
    /// From our side, written outside of this system.
    OutboundEcho,
}

impl Direction {
    fn is_inbound(&self) -> bool {
        *self == Direction::Inbound
    }
}

/// One address, or several.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum OneOrMany {
    One(Address),
    Many(Vec<Address>),
}

/// Somebody's address. May be written as text, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Address {
    /// What kind of address it is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<AddressKind>,
    /// The address itself.
    pub id: String,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The provider's short name of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The user's id that outlives his number (WhatsApp BSUID).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Further ids of the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// What kind of address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// A mailbox.
    Email,
    /// A number in E.164, or a short code.
    Phone,
    /// A provider's user.
    User,
}

/// What came along with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CanonicalFile {
    /// The provider's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where its bytes are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Under which name a gateway stored its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataref: Option<String>,
    /// Its bytes in base64, at most 64 KiB; what is longer or no base64 is dropped, flagged `data_dropped`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_base64: Option<String>,
    /// Its name, made safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Its media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// In bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The digest of its bytes, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// By which HTML names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
    /// Shown within the text.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "super::or_none")]
    pub inline: bool,
    /// What it is; a word that is not known means a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<FileKind>,
    /// The provider's own word for it, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// Its bytes are encrypted by the provider.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "super::or_none")]
    pub encrypted: bool,
    /// The provider could not fetch it.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "super::or_none")]
    pub failed: bool,
    /// What it was called, where that was not safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_filename: Option<String>,
}

/// A pressed button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Action {
    /// What the button means to who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// What stands on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A reaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Reaction {
    /// The emoji; absent where the provider does not tell which was taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// It was taken away.
    #[serde(deserialize_with = "super::or_none")]
    pub removed: bool,
}

/// A report of one of our messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// How far it came.
    #[serde(deserialize_with = "super::state")]
    pub state: DeliveryState,
    /// The provider's own word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// Why not further.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::counted")]
    pub error_code: Option<String>,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
}

/// Which part of a text it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Concat {
    /// What the parts have in common.
    #[serde(rename = "ref", deserialize_with = "super::reference")]
    pub reference: String,
    /// How many there are.
    pub total: u32,
    /// Which one it is, from 1.
    pub part: u32,
}
