//! Messages as the decoder hands them to the engine: facts with digests, and content apart.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Channel, ConversationId, Digest, Endpoint, FileKind, Name, Span, Timestamp};

/// One message from outside, decoded and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The channel that it came by.
    pub channel: Channel,
    /// The configured way in.
    pub source: Name,
    /// Our address that received it.
    pub to: Endpoint,
    /// The keyed digest of the sender's address.
    pub from: Digest,
    /// The keyed digests of who else was addressed, in the order of the message; none of them ours.
    pub others: Vec<Digest>,
    /// What it says of the thread that it belongs to.
    pub thread: Thread,
    /// What makes it the same message when it comes again (field page channels 5.2).
    pub dedupe: Digest,
    /// What makes its parts the same when they come again, where it was joined of several; its own key is not among
    /// them.
    pub parts: Vec<Digest>,
    /// Other addresses of the sender, as the provider links them: digests like `from`.
    pub aliases: Vec<Digest>,
    /// By which later edits, reactions and reports name it; none where nothing can.
    pub key: Option<Digest>,
    /// What it is one piece of (an album): pieces that come later are added to the first.
    pub group: Option<Digest>,
    /// Our side wrote it elsewhere, as on the owner's own phone: it is recorded and routed to nobody.
    pub is_echo: bool,
    /// Whether a person or a robot wrote it.
    pub class: MessageClass,
    /// Whether it may open or reopen a conversation, and is owed an answer: as its class and its source say.
    pub opens: bool,
    /// The other sources of ours that it was addressed to, besides the one that stands first.
    pub also: Vec<Name>,
    /// The key by which later messages may name it at each of those, as its thread's own is at the first: keys are
    /// unique to a source.
    pub own_also: Vec<ThreadKey>,
    /// The keyed digest of its base subject within its source, where that says something.
    pub subject: Option<Digest>,
    /// Its subject says that it answers.
    pub answers_subject: bool,
    /// It says that it was passed on.
    pub is_forward: bool,
    /// Its sender may not be who he says: it does not join the contact's threads by itself.
    pub is_suspect: bool,
    /// What its text says of further messages, once it was whole.
    pub keyword: Option<Keyword>,
    /// How long after it the provider lets us answer freely.
    pub reply_window: Option<Span>,
    /// The language that the gateway declared, as a lower-case BCP 47 tag.
    pub language: Option<Arc<str>>,
    /// When its writer sent it, where the channel tells.
    pub sent_at: Option<Timestamp>,
    /// When it entered the input stream. Windows of dedupe are measured here.
    pub received_at: Timestamp,
    /// What must not enter the state.
    pub content: Arc<Content>,
}

impl InboundMessage {
    /// A person's message that says nothing but what every message must.
    pub fn new(
        channel: Channel,
        source: Name,
        to: Endpoint,
        from: Digest,
        dedupe: Digest,
        received_at: Timestamp,
        content: Arc<Content>,
    ) -> InboundMessage {
        InboundMessage {
            channel,
            source,
            to,
            from,
            others: Vec::new(),
            thread: Thread::default(),
            dedupe,
            parts: Vec::new(),
            aliases: Vec::new(),
            key: None,
            group: None,
            is_echo: false,
            class: MessageClass::Human,
            opens: true,
            also: Vec::new(),
            own_also: Vec::new(),
            subject: None,
            answers_subject: false,
            is_forward: false,
            is_suspect: false,
            keyword: None,
            reply_window: None,
            language: None,
            sent_at: None,
            received_at,
            content,
        }
    }
}

/// What a message says of its thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The conversation of a reply token that the decoder verified.
    pub token: Option<ConversationId>,
    /// The conversation of a token in its subject, which who was shown the mail has seen too: only for the contact and
    /// who takes part.
    pub subject_token: Option<ConversationId>,
    /// Threads that it names, the most telling first: for mail In-Reply-To, then References newest first;
    /// for SMS the pair of numbers; for chat the provider's conversation.
    pub parents: Vec<ThreadKey>,
    /// The key by which later messages may name this one (the Message-ID of a mail).
    pub own: Option<ThreadKey>,
}

/// A keyed digest of something that names a thread, made unique to its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadKey {
    /// What it is compared by.
    pub digest: Digest,
    /// Who may join by it.
    pub scope: ThreadScope,
}

/// Who may join a thread by one of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadScope {
    /// The key is the conversation itself (a pair of numbers, a chat): whoever comes by it.
    Channel,
    /// An id that a customer sent: only the contact or a participant (peer-F44, peer-F47).
    Theirs,
    /// An id that we issued: anyone; a stranger joins as a flagged participant.
    Ours,
    /// A base subject with its contact: he alone, by an answer, while it is open and young.
    Subject,
}

/// What was odd in how a message named a conversation, told beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadFlag {
    /// It was passed on by its sender.
    Forward,
    /// Another message bore its id, with another body.
    MessageIdReused,
    /// The sender is not the contact, but took part before: he wrote, or was addressed.
    Participant,
    /// It names a conversation that its sender may not join.
    #[serde(rename = "references_foreign_customer")]
    ReferencesForeignContact,
    /// It names a second conversation that its sender may join: the two may be one matter.
    ReferencesTwoConversations,
    /// Its sender may not be who he says, so it joined nothing of his.
    SuspectSender,
}

impl ThreadFlag {
    /// Its word, as events have it.
    pub fn as_str(self) -> &'static str {
        match self {
            ThreadFlag::Forward => "forward",
            ThreadFlag::MessageIdReused => "message_id_reused",
            ThreadFlag::Participant => "participant",
            ThreadFlag::ReferencesForeignContact => "references_foreign_customer",
            ThreadFlag::ReferencesTwoConversations => "references_two_conversations",
            ThreadFlag::SuspectSender => "suspect_sender",
        }
    }
}

/// Who wrote a message, as far as its form tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageClass {
    /// A person.
    Human,
    /// A machine that tells something (a form, a notification): opens a conversation as a person does.
    Automated,
    /// A robot's answer to a message: attached to its conversation, never opens one.
    AutoReply,
    /// Machine mail with nobody to answer (a bounce, a null sender): likewise.
    Bounce,
    /// Says that a mail was seen (RFC 8098): no message to anybody.
    ReadReceipt,
    /// Somebody complained of our mail (RFC 5965).
    Complaint,
    /// An invitation, or an answer to one (RFC 5546).
    Calendar,
    /// Mail of a mailing list.
    List,
    /// Mail to many.
    Bulk,
    /// Our own mail that came back.
    Loop,
    /// The provider tells of the conversation itself: somebody joined, a number changed.
    System,
}

/// What a whole text asks for (field page channels 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keyword {
    /// No further messages.
    OptOut,
    /// Messages again.
    OptIn,
    /// The same, where the contact is opted out; else an ordinary text: YES.
    OptInIfOut,
    /// Who we are.
    Help,
    /// It may mean an opt-out: a person should look.
    Review,
}

impl MessageClass {
    /// Whether such a message may open or reopen a conversation, and is owed an answer.
    pub fn may_open(self) -> bool {
        match self {
            MessageClass::Human
            | MessageClass::Automated
            | MessageClass::Calendar
            | MessageClass::List
            | MessageClass::Bulk => true,
            MessageClass::AutoReply
            | MessageClass::Bounce
            | MessageClass::ReadReceipt
            | MessageClass::Complaint
            | MessageClass::Loop
            | MessageClass::System => false,
        }
    }
}

/// The personal part of a message: it goes into a content event beside its fact and nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Content {
    /// The sender, clear.
    pub from: Party,
    /// Where the sender wants the answer, where that is another address (mail: the first of Reply-To).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Party>,
    /// Who else was addressed (mail: To and Cc), clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Party>,
    /// The channel's own id of the message, as its provider writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The ids that the message follows, the oldest first (mail: References), at most 20, each whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The provider's conversation, as its provider writes it (chat).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// The subject of a mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The text without what it quotes and its signature, where that is shorter and not empty. For display: the
    /// full text is always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_stripped: Option<String>,
    /// The HTML, cleaned: no scripts, no remote images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html_clean: Option<String>,
    /// What was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// A place that the contact sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Cards of people that the contact sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactCard>,
    /// The payload of a button that the contact pressed; its title is the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// The provider's id of the message that this one answers, where the provider tells (chat).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Oddities seen while decoding, one word each, as `truncated`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// A person as a message names him.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Party {
    /// The address: a number, a mailbox, a chat user.
    pub address: String,
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a message carried along. Its bytes stand in it only where the message brought few of them within itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Attachment {
    /// Its file name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Its media type, as `image/png`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Its size in bytes, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Where its bytes are, for channels that send a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Under which name its gateway stored its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataref: Option<String>,
    /// Its bytes in base64, at most 64 KiB, where the message brought them itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_base64: Option<String>,
    /// The provider's id of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is, where the channel tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FileKind>,
    /// The Content-ID by which HTML names it, of a part that is shown within the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
    /// Oddities, one word each: `encrypted`, `failed`, `renamed`, `inline`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// A place, as a contact sends it.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Location {
    /// In degrees, north positive.
    pub latitude: f64,
    /// In degrees, east positive.
    pub longitude: f64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

// Of two places that were never NaN: what is decoded from JSON is not.
impl Eq for Location {}

/// A card of a person, as a contact sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct ContactCard {
    /// The name on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The numbers on it, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
}

/// What a person or a backend of ours noted for the others: the content of a note. The contact never sees it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Note {
    /// Who wrote it: the actor of its command.
    pub author: Name,
    /// The plain text.
    pub text: String,
}

/// What an agent answered: the content of a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Reply {
    /// The plain text.
    pub text: String,
    /// To whom, clear; absent where it answers the conversation's contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Party>,
    /// The subject of a mail that begins a conversation; absent where it answers one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The id that the reply bears on its channel (mail: its Message-ID), so that an answer finds back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The provider's conversation, where a chat begins in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// The gateway is to send it as a template of the provider, which goes out where free text does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub template: bool,
}

/// How far an outbound message came, as its carrier reports. A state never goes back: what was read was
/// delivered before, and what failed or was read stays so. They stand in the order in which they may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// The carrier will take it.
    Queued,
    /// The carrier took it.
    Sent,
    /// A server on its way tries again; it has not failed.
    Delayed,
    /// It reached the contact's device or mailbox.
    Delivered,
    /// The contact has seen it.
    Read,
    /// It did not arrive and will not.
    Failed,
}

impl DeliveryState {
    /// Whether this may follow what was reported before.
    pub fn may_follow(self, before: Option<DeliveryState>) -> bool {
        match before {
            None => true,
            Some(DeliveryState::Read | DeliveryState::Failed) => false,
            Some(DeliveryState::Delivered) => self == DeliveryState::Read,
            Some(before) => self > before,
        }
    }
}
