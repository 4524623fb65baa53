//! Twins of what channels tell of messages that are there.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ConversationId, DeliveryState, Digest, MessageId, Names, Seq, ThreadKey};
use crate::engine::event::{
    ConversationTold, Event, MessageEchoed, MessageExtended, MessageIdentified, MessageTouched, PendedChange,
    UpdatePended,
};
use crate::wire::time::InstantText;

use super::message::Key;
use super::scalar::{source, told};
use super::{About, Twin};

/// The provider's id of a message of ours became known.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Identified<'a> {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// By which edits, reactions and reports name it.
    pub keys: Cow<'a, [Digest]>,
    /// The echo that was told before its id was known: the same message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub echoed_as: Option<MessageId>,
}

/// What is told of a message.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Touched {
    pub message: MessageId,
    pub conversation: ConversationId,
    /// The digest of the address of whoever did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Digest>,
    /// What makes the update the same when it comes again; absent where it was pended, which told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dedupe: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<InstantText>,
    /// When it entered the input stream.
    pub received_at: InstantText,
    /// The sequence of its content record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<u64>,
}

/// A message says something else now; what it said stays in the journal.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Edited(pub Touched);

/// Whoever wrote a message took it back; what it said stays in the journal.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Deleted(pub Touched);

/// An emoji was put to a message, or taken away.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reacted {
    #[serde(flatten)]
    pub touched: Touched,
    /// It was taken away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

/// A further piece of what a message began (an album): no message of its own.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Extended {
    /// The message that the first piece made.
    pub message: MessageId,
    pub conversation: ConversationId,
    /// What makes it the same piece when it comes again.
    pub dedupe: Digest,
    /// By which edits, reactions and reports name this piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<InstantText>,
    /// When it entered the input stream.
    pub received_at: InstantText,
    /// The sequence of its content record.
    pub content: u64,
}

/// Our side wrote to the contact elsewhere; nothing follows from it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Echoed {
    /// Numbered with the messages.
    pub message: MessageId,
    pub conversation: ConversationId,
    /// What makes it the same message when it comes again.
    pub dedupe: Digest,
    /// By which edits, reactions and reports name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Digest>,
    /// What it is the first piece of (an album).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<InstantText>,
    /// When it entered the input stream.
    pub received_at: InstantText,
    /// The sequence of its content record.
    pub content: u64,
}

/// The provider tells something of the conversation itself: somebody joined, left, followed.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Told {
    pub conversation: ConversationId,
    /// Keys by which later messages may name this thread: what its chat, or its contact's number, changed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Key>,
    /// The digest of the address of whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Digest>,
    /// What makes it the same when it comes again.
    pub dedupe: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<InstantText>,
    /// When it entered the input stream.
    pub received_at: InstantText,
    /// The sequence of its content record.
    pub content: u64,
}

/// A channel told of a message that is not known: it is applied when that one comes within seven days.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Pended<'a> {
    /// The way in.
    pub source: &'a str,
    /// The keys of the messages that it waits for.
    pub targets: Cow<'a, [Digest]>,
    pub change: ChangeWord,
    /// How far a message of ours came, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DeliveryState>,
    /// The carrier's own word for it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Cow<'a, str>>,
    /// The digest of the address of whoever did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Digest>,
    /// What makes it the same when it comes again.
    pub dedupe: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<InstantText>,
    /// When it entered the input stream.
    pub received_at: InstantText,
    /// The sequence of its content record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<u64>,
}

/// What a pended update tells.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeWord {
    Edited,
    Deleted,
    Reacted,
    Unreacted,
    Reported,
}

impl Touched {
    pub fn of(touched: &MessageTouched) -> Touched {
        Touched {
            message: touched.message,
            conversation: touched.conversation,
            from: touched.from,
            dedupe: touched.dedupe,
            sent_at: touched.sent_at.map(Into::into),
            received_at: touched.received_at.into(),
            content: touched.content.map(|content| content.0),
        }
    }

    fn touched(self) -> Box<MessageTouched> {
        Box::new(MessageTouched {
            message: self.message,
            conversation: self.conversation,
            from: self.from,
            dedupe: self.dedupe,
            sent_at: self.sent_at.map(|at| at.0),
            received_at: self.received_at.0,
            content: self.content.map(Seq),
        })
    }
}

impl Extended {
    pub fn of(extended: &MessageExtended) -> Extended {
        Extended {
            message: extended.message,
            conversation: extended.conversation,
            dedupe: extended.dedupe,
            key: extended.key,
            sent_at: extended.sent_at.map(Into::into),
            received_at: extended.received_at.into(),
            content: extended.content.0,
        }
    }
}

impl Echoed {
    pub fn of(echoed: &MessageEchoed) -> Echoed {
        Echoed {
            message: echoed.message,
            conversation: echoed.conversation,
            dedupe: echoed.dedupe,
            key: echoed.key,
            group: echoed.group,
            sent_at: echoed.sent_at.map(Into::into),
            received_at: echoed.received_at.into(),
            content: echoed.content.0,
        }
    }
}

impl<'a> Pended<'a> {
    pub fn of(pended: &'a UpdatePended, names: &'a Names) -> Pended<'a> {
        let (change, state, code) = match &pended.change {
            PendedChange::Edit => (ChangeWord::Edited, None, None),
            PendedChange::Delete => (ChangeWord::Deleted, None, None),
            PendedChange::React { removed: false } => (ChangeWord::Reacted, None, None),
            PendedChange::React { removed: true } => (ChangeWord::Unreacted, None, None),
            PendedChange::Report { state, code } => (ChangeWord::Reported, Some(*state), code.as_deref()),
        };
        Pended {
            source: names.source(pended.source).as_str(),
            targets: Cow::Borrowed(&pended.targets),
            change,
            state,
            code: code.map(Cow::Borrowed),
            from: pended.from,
            dedupe: pended.dedupe,
            sent_at: pended.sent_at.map(Into::into),
            received_at: pended.received_at.into(),
            content: pended.content.map(|content| content.0),
        }
    }

    fn change(&self) -> Result<PendedChange, String> {
        Ok(match self.change {
            ChangeWord::Edited => PendedChange::Edit,
            ChangeWord::Deleted => PendedChange::Delete,
            ChangeWord::Reacted => PendedChange::React { removed: false },
            ChangeWord::Unreacted => PendedChange::React { removed: true },
            ChangeWord::Reported => PendedChange::Report {
                state: told(self.state, "state")?,
                code: self.code.as_deref().map(str::to_owned),
            },
        })
    }
}

impl Twin for Identified<'_> {
    const WORD: &'static str = "message.identified";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let Identified { message, conversation, keys, echoed_as } = self;
        let keys = keys.into_owned();
        let identified = MessageIdentified { message, conversation, keys, echoed_as };
        Ok(Event::MessageIdentified(Box::new(identified)))
    }
}

impl Twin for Edited {
    const WORD: &'static str = "message.edited";

    fn about(&self) -> About<'_> {
        About::Message(self.0.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MessageEdited(self.0.touched()))
    }
}

impl Twin for Deleted {
    const WORD: &'static str = "message.deleted";

    fn about(&self) -> About<'_> {
        About::Message(self.0.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MessageDeleted(self.0.touched()))
    }
}

impl Twin for Reacted {
    const WORD: &'static str = "message.reacted";

    fn about(&self) -> About<'_> {
        About::Message(self.touched.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MessageReacted { touched: self.touched.touched(), removed: self.removed })
    }
}

impl Twin for Extended {
    const WORD: &'static str = "message.extended";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MessageExtended(Box::new(MessageExtended {
            message: self.message,
            conversation: self.conversation,
            dedupe: self.dedupe,
            key: self.key,
            sent_at: self.sent_at.map(|at| at.0),
            received_at: self.received_at.0,
            content: Seq(self.content),
        })))
    }
}

impl Twin for Echoed {
    const WORD: &'static str = "message.echoed";

    fn about(&self) -> About<'_> {
        About::Message(self.message)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MessageEchoed(Box::new(MessageEchoed {
            message: self.message,
            conversation: self.conversation,
            dedupe: self.dedupe,
            key: self.key,
            group: self.group,
            sent_at: self.sent_at.map(|at| at.0),
            received_at: self.received_at.0,
            content: Seq(self.content),
        })))
    }
}

impl Twin for Told {
    const WORD: &'static str = "conversation.told";

    fn about(&self) -> About<'_> {
        About::Conversation(self.conversation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ConversationTold(Box::new(ConversationTold {
            conversation: self.conversation,
            keys: self.keys.into_iter().map(ThreadKey::from).collect(),
            from: self.from,
            dedupe: self.dedupe,
            sent_at: self.sent_at.map(|at| at.0),
            received_at: self.received_at.0,
            content: Seq(self.content),
        })))
    }
}

impl Twin for Pended<'_> {
    const WORD: &'static str = "update.pended";

    fn about(&self) -> About<'_> {
        About::Site
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::UpdatePended(Box::new(UpdatePended {
            source: source(names, self.source)?,
            change: self.change()?,
            targets: self.targets.into_owned(),
            from: self.from,
            dedupe: self.dedupe,
            sent_at: self.sent_at.map(|at| at.0),
            received_at: self.received_at.0,
            content: self.content.map(Seq),
        })))
    }
}
