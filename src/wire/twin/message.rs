//! Twins of what is said: messages, replies, notes.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Channel, ContactId, ConversationId, DeliveryState, Digest, Keyword, MessageClass, MessageId, Names, Seq,
    ThreadFlag, ThreadKey, ThreadScope,
};
use crate::engine::event::{Event, MessageReceived, MessageReplied, ReplyWay};
use crate::wire::time::InstantText;

use super::scalar::{source, told};
use super::{About, Twin};

/// A message was taken in and attached.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Received<'a> {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub class: MessageClass,
    /// Whether it may open a conversation, and so counts as heard from the contact and is owed an answer. In records
    /// without it, as its class says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<bool>,
    /// The digest of the sender's address; of a suspect one, that of the address as nobody proved it.
    pub from: Digest,
    /// The sender was not of this conversation before, and joined by an id that we issued.
    pub new_participant: bool,
    /// What was odd in how it named a conversation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<ThreadFlag>,
    /// Another conversation that it names and did not join. With the flag `references_two_conversations` the two may
    /// be one matter; with `references_foreign_customer` it is somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub related: Option<ConversationId>,
    /// The digests of who takes part from now on since he was addressed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Digest>,
    /// As declared by the gateway: a lower-case BCP 47 tag.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub language: Option<Cow<'a, str>>,
    /// What makes it the same message when it comes again.
    pub dedupe: Digest,
    /// Keys by which later messages may name this thread.
    pub keys: Vec<Key>,
    /// Keys of messages that it answers and that nobody knows: one that comes late joins here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaits: Vec<Digest>,
    /// Keys of dedupe of the parts that it was joined of, besides its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Digest>,
    /// By which edits, reactions and reports name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Digest>,
    /// What it is the first piece of (an album).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Digest>,
    /// What its text asked for, where that was carried out (`opt_out`, `opt_in`), is for a person to look at (`review`),
    /// or asks who we are (`help`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<Keyword>,
    /// Its sender cannot be answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_reply: bool,
    /// Until when its provider lets us answer freely.
    #[serde(rename = "reply_allowed_until", default, skip_serializing_if = "Option::is_none")]
    pub reply_until: Option<InstantText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<InstantText>,
    /// When it entered the input stream.
    pub received_at: InstantText,
    /// The sequence of its content record.
    pub content: u64,
}

/// A key of a thread.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Key {
    pub digest: Digest,
    /// Who may join by it.
    pub scope: ThreadScope,
}

/// A robot's message that belongs to no conversation.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Ignored<'a> {
    /// What makes it the same message when it comes again.
    pub dedupe: Digest,
    pub class: MessageClass,
    /// The way in.
    pub source: &'a str,
    /// When it entered the input stream.
    pub received_at: InstantText,
    /// The sequence of its content record.
    pub content: u64,
}

/// A message of ours leaves for the contact: a person of ours wrote it, unless it is `auto`.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Replied<'a> {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// With the channel, the source, the address and the contact's content: absent in records of a time before
    /// replies were carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The way out: the source that the contact came by.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
    /// Our address that it comes from.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Cow<'a, str>>,
    pub replied_at: InstantText,
    /// The key by which the contact's answer will name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// The key by which an answer of its subject finds it, where it begins the conversation.
    #[serde(rename = "subject_key", default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Key>,
    /// Nobody of ours wrote it by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auto: bool,
    /// The sequence of its content record.
    pub content: u64,
    /// The sequence of the contact's newest content record, which has his clear address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_content: Option<u64>,
    /// The sequence of the content record of the newest message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<u64>,
    /// Until when the provider lets us answer freely.
    #[serde(rename = "reply_allowed_until", default, skip_serializing_if = "Option::is_none")]
    pub reply_until: Option<InstantText>,
}

/// A carrier told how far an outbound message came.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Delivery<'a> {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub state: DeliveryState,
    /// The carrier's own word for it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub code: Option<Cow<'a, str>>,
}

/// Somebody of ours left a note for the others.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Noted {
    pub conversation: ConversationId,
    /// Notes are numbered with the messages.
    pub note: MessageId,
    /// The sequence of its content record.
    pub content: u64,
}

impl From<ThreadKey> for Key {
    fn from(key: ThreadKey) -> Key {
        Key { digest: key.digest, scope: key.scope }
    }
}

impl From<Key> for ThreadKey {
    fn from(key: Key) -> ThreadKey {
        ThreadKey { digest: key.digest, scope: key.scope }
    }
}

impl Twin for Received<'_> {
    const WORD: &'static str = "message.received";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MessageReceived(Box::new(MessageReceived {
            message: self.message,
            conversation: self.conversation,
            contact: self.contact,
            class: self.class,
            opens: self.opens.unwrap_or_else(|| self.class.may_open()),
            from: self.from,
            new_participant: self.new_participant,
            flags: self.flags,
            related: self.related,
            participants: self.participants,
            language: self.language.map(Into::into),
            dedupe: self.dedupe,
            keys: self.keys.into_iter().map(ThreadKey::from).collect(),
            awaits: self.awaits,
            parts: self.parts,
            key: self.key,
            group: self.group,
            keyword: self.keyword,
            no_reply: self.no_reply,
            reply_until: self.reply_until.map(|at| at.0),
            sent_at: self.sent_at.map(|at| at.0),
            received_at: self.received_at.0,
            content: Seq(self.content),
        })))
    }
}

impl Twin for Ignored<'_> {
    const WORD: &'static str = "message.ignored";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::MessageIgnored {
            dedupe: self.dedupe,
            class: self.class,
            source: source(names, self.source)?,
            received_at: self.received_at.0,
            content: Seq(self.content),
        })
    }
}

impl<'a> Replied<'a> {
    pub fn of(replied: &'a MessageReplied, names: &'a Names) -> Replied<'a> {
        let way = replied.way.as_ref();
        Replied {
            message: replied.message,
            conversation: replied.conversation,
            contact: way.map(|way| way.contact),
            channel: way.map(|way| way.channel),
            source: way.map(|way| names.source(way.source).as_str()),
            from: way.map(|way| Cow::Borrowed(&*way.from)),
            replied_at: replied.replied_at.into(),
            key: replied.key.map(Into::into),
            subject: replied.subject.map(Into::into),
            auto: replied.auto,
            content: replied.content.0,
            contact_content: way.map(|way| way.contact_content.0),
            answers: way.and_then(|way| way.answers).map(|answers| answers.0),
            reply_until: way.and_then(|way| way.reply_until).map(Into::into),
        }
    }

    fn way(&self, names: &Names) -> Result<Option<ReplyWay>, String> {
        let Some(contact) = self.contact else { return Ok(None) };
        Ok(Some(ReplyWay {
            contact,
            channel: told(self.channel, "channel")?,
            source: source(names, told(self.source, "source")?)?,
            from: told(self.from.as_deref(), "from")?.into(),
            contact_content: Seq(told(self.contact_content, "contact_content")?),
            answers: self.answers.map(Seq),
            reply_until: self.reply_until.map(|at| at.0),
        }))
    }
}

impl Twin for Replied<'_> {
    const WORD: &'static str = "message.replied";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let way = self.way(names)?;
        Ok(Event::MessageReplied(Box::new(MessageReplied {
            message: self.message,
            conversation: self.conversation,
            replied_at: self.replied_at.0,
            key: self.key.map(ThreadKey::from),
            subject: self.subject.map(ThreadKey::from),
            auto: self.auto,
            content: Seq(self.content),
            way,
        })))
    }
}

impl Twin for Delivery<'_> {
    const WORD: &'static str = "message.delivery";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let (message, conversation, state) = (self.message, self.conversation, self.state);
        Ok(Event::MessageDelivery { message, conversation, state, code: self.code.map(Cow::into_owned) })
    }
}

impl Twin for Noted {
    const WORD: &'static str = "conversation.noted";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let Noted { conversation, note, content } = self;
        Ok(Event::ConversationNoted { conversation, note, content: Seq(content) })
    }
}
