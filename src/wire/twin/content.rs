//! Twins of content: the personal part of messages and contacts, apart from the facts.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{self, ContactId, ConversationId, MessageId, Names, Party, Seq};
use crate::engine::event::{ContentPart, ContentRecord, Event};

use super::{About, Pen, Twin};

/// What a received message said.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Message<'a> {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// The sequence of the conversation's content record before this one, 0 when there is none.
    pub prev: u64,
    pub content: Cow<'a, domain::Content>,
}

/// What an agent answered.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reply<'a> {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// The sequence of the conversation's content record before this one, 0 when there is none.
    pub prev: u64,
    pub reply: Cow<'a, domain::Reply>,
}

/// What somebody of ours noted for the others.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Note<'a> {
    /// Notes are numbered with the messages.
    pub message: MessageId,
    pub conversation: ConversationId,
    /// The sequence of the conversation's content record before this one, 0 when there is none.
    pub prev: u64,
    pub note: Cow<'a, domain::Note>,
}

/// What our side wrote elsewhere.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Echo<'a> {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// The sequence of the conversation's content record before this one, 0 when there is none.
    pub prev: u64,
    pub content: Cow<'a, domain::Content>,
}

/// What an update said: the new text of a message, an emoji, a further piece, the words of the system.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Update<'a> {
    /// The message that it is about; none where it is about the conversation, or came before its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// None where it came before its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// The sequence of the conversation's content record before this one, 0 when there is none.
    pub prev: u64,
    pub content: Cow<'a, domain::Content>,
}

/// Where the content lies of an update that came before its message.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Adopted {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// The sequence of the conversation's content record before this one, 0 when there is none.
    pub prev: u64,
    /// The sequence of the content record.
    pub content: u64,
}

/// What a robot's message said that belongs to no conversation.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Ignored<'a> {
    pub content: Cow<'a, domain::Content>,
}

/// The clear address and name of a contact.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Contact<'a> {
    pub contact: ContactId,
    /// The sequence of the contact's content record before this one, 0 when there is none.
    pub prev: u64,
    pub party: Cow<'a, Party>,
}

impl Twin for Message<'_> {
    const WORD: &'static str = "content.message";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let content = Arc::new(self.content.into_owned());
        let part = ContentPart::Message { message: self.message, conversation: self.conversation, content };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(self.prev), part })))
    }
}

impl Twin for Reply<'_> {
    const WORD: &'static str = "content.reply";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let reply = Arc::new(self.reply.into_owned());
        let part = ContentPart::Reply { message: self.message, conversation: self.conversation, reply };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(self.prev), part })))
    }
}

impl Twin for Note<'_> {
    const WORD: &'static str = "content.note";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let note = Arc::new(self.note.into_owned());
        let part = ContentPart::Note { message: self.message, conversation: self.conversation, note };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(self.prev), part })))
    }
}

impl Twin for Echo<'_> {
    const WORD: &'static str = "content.echo";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let content = Arc::new(self.content.into_owned());
        let part = ContentPart::Echo { message: self.message, conversation: self.conversation, content };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(self.prev), part })))
    }
}

impl Twin for Update<'_> {
    const WORD: &'static str = "content.update";

    fn about(&self) -> About<'_> {
        match (self.message, self.conversation) {
            (Some(message), _) => About::Message(message),
            (None, Some(conversation)) => About::Conversation(conversation),
            (None, None) => About::Site,
        }
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let content = Arc::new(self.content.into_owned());
        let part = ContentPart::Update { message: self.message, conversation: self.conversation, content };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(self.prev), part })))
    }
}

impl Twin for Adopted {
    const WORD: &'static str = "content.adopted";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let Adopted { message, conversation, prev, content } = self;
        let part = ContentPart::Adopted { message, conversation, content: Seq(content) };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(prev), part })))
    }
}

impl Twin for Ignored<'_> {
    const WORD: &'static str = "content.ignored";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let part = ContentPart::Ignored { content: Arc::new(self.content.into_owned()) };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(0), part })))
    }
}

impl Twin for Contact<'_> {
    const WORD: &'static str = "content.contact";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let part = ContentPart::Contact { contact: self.contact, party: self.party.into_owned() };
        Ok(Event::Content(Box::new(ContentRecord { prev: Seq(self.prev), part })))
    }
}

/// Hands the twin of a content to the pen.
pub(super) fn write<P: Pen>(record: &ContentRecord, pen: P) -> P::Out {
    let prev = record.prev.0;
    match &record.part {
        ContentPart::Message { message, conversation, content } => pen.put(&Message {
            message: *message,
            conversation: *conversation,
            prev,
            content: Cow::Borrowed(content),
        }),
        ContentPart::Reply { message, conversation, reply } => pen.put(&Reply {
            message: *message,
            conversation: *conversation,
            prev,
            reply: Cow::Borrowed(reply),
        }),
        ContentPart::Note { message, conversation, note } => {
            pen.put(&Note { message: *message, conversation: *conversation, prev, note: Cow::Borrowed(note) })
        }
        ContentPart::Echo { message, conversation, content } => pen.put(&Echo {
            message: *message,
            conversation: *conversation,
            prev,
            content: Cow::Borrowed(content),
        }),
        ContentPart::Update { message, conversation, content } => pen.put(&Update {
            message: *message,
            conversation: *conversation,
            prev,
            content: Cow::Borrowed(content),
        }),
        ContentPart::Adopted { message, conversation, content } => {
            pen.put(&Adopted { message: *message, conversation: *conversation, prev, content: content.0 })
        }
        ContentPart::Ignored { content } => pen.put(&Ignored { content: Cow::Borrowed(content) }),
        ContentPart::Contact { contact, party } => {
            pen.put(&Contact { contact: *contact, prev, party: Cow::Borrowed(party) })
        }
    }
}
