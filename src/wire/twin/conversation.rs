//! Twins of what happens to conversations.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, ContactId, ConversationId, Digest, Name, Names, ThreadKey};
use crate::engine::event::{ConversationChanged, ConversationOpened, Event};
use crate::wire::time::InstantText;

use super::message::Key;
use super::scalar::source;
use super::{About, Twin};

/// A conversation begins.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Opened<'a> {
    pub conversation: ConversationId,
    pub contact: ContactId,
    /// The digest of the contact's address that we wrote to, where we began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<Digest>,
    pub channel: Channel,
    /// The way in.
    pub source: &'a str,
    /// The other ways in of ours that its first message was addressed to.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<&'a str>,
    /// Our address that was written to.
    #[serde(borrow)]
    pub to: Cow<'a, str>,
    /// As declared by the gateway: a lower-case BCP 47 tag.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub language: Option<Cow<'a, str>>,
    /// The conversation that it goes on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_of: Option<ConversationId>,
    /// Where we began it and the provider takes free text only after a message of the contact: until when it does.
    #[serde(rename = "reply_allowed_until", default, skip_serializing_if = "Option::is_none")]
    pub reply_until: Option<InstantText>,
}

/// The contact wrote again in time.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reopened {
    pub conversation: ConversationId,
}

/// The contact is served.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Resolved {
    pub conversation: ConversationId,
    /// Until when a message of the contact reopens it.
    pub archive_at: InstantText,
}

/// No message reopens it any more; a later one opens a follow-up.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Archived {
    pub conversation: ConversationId,
    /// Until when a follow-up names it.
    pub forget_at: InstantText,
    /// When its contact is forgotten, unless he has another conversation by then.
    pub contact_expires_at: InstantText,
}

/// No follow-up names it any more.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Forgotten {
    pub conversation: ConversationId,
}

/// A person or a backend changed what is said of it; what is absent stays.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Changed<'a> {
    pub conversation: ConversationId,
    /// Of its present interaction: higher goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// A lower-case BCP 47 tag.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub language: Option<Cow<'a, str>>,
    /// All that it has from now on, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Cow<'a, [Name]>>,
}

/// A mail of it was delivered through another way in of ours, too.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct MailboxAdded<'a> {
    pub conversation: ConversationId,
    /// That way in.
    pub source: &'a str,
    /// Keys by which later messages may name this thread there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Key>,
}

impl Twin for Opened<'_> {
    const WORD: &'static str = "conversation.opened";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::ConversationOpened(Box::new(ConversationOpened {
            conversation: self.conversation,
            contact: self.contact,
            peer: self.peer,
            channel: self.channel,
            source: source(names, self.source)?,
            also: self.also.iter().map(|name| source(names, name)).collect::<Result<_, _>>()?,
            to: self.to.into(),
            language: self.language.map(Into::into),
            follow_up_of: self.follow_up_of,
            reply_until: self.reply_until.map(|at| at.0),
        })))
    }
}

impl Twin for Reopened {
    const WORD: &'static str = "conversation.reopened";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ConversationReopened { conversation: self.conversation })
    }
}

impl Twin for Resolved {
    const WORD: &'static str = "conversation.resolved";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let archive_at = self.archive_at.0;
        Ok(Event::ConversationResolved { conversation: self.conversation, archive_at })
    }
}

impl Twin for Archived {
    const WORD: &'static str = "conversation.archived";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ConversationArchived {
            conversation: self.conversation,
            forget_at: self.forget_at.0,
            contact_expires_at: self.contact_expires_at.0,
        })
    }
}

impl Twin for Forgotten {
    const WORD: &'static str = "conversation.forgotten";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ConversationForgotten { conversation: self.conversation })
    }
}

impl Twin for Changed<'_> {
    const WORD: &'static str = "conversation.changed";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ConversationChanged(Box::new(ConversationChanged {
            conversation: self.conversation,
            priority: self.priority,
            language: self.language.map(Into::into),
            tags: self.tags.map(Cow::into_owned),
        })))
    }
}

impl Twin for MailboxAdded<'_> {
    const WORD: &'static str = "conversation.mailbox_added";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::ConversationMailboxAdded {
            conversation: self.conversation,
            source: source(names, self.source)?,
            keys: self.keys.into_iter().map(ThreadKey::from).collect(),
        })
    }
}
