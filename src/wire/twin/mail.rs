//! Twins of what happens to mails that the site owes. They name ids alone; who writes what to whom is the
//! content of the fact that owes the mail.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ClockId, ConversationId, Digest, MailId, MessageId, Names, Seq};
use crate::engine::event::{Event, MailFailed, MailKind, MailQueued};
use crate::wire::time::InstantText;

use super::{About, Twin};

/// A mail is owed: a reply, or the notice of an escalation.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Queued {
    pub mail: MailId,
    #[serde(flatten)]
    pub kind: Kind,
    /// The sequence of the fact that owes it.
    pub cause_seq: u64,
}

/// What it is about.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A reply to a contact.
    Reply { conversation: ConversationId, message: MessageId },
    /// The notice of a rung, from 1.
    Escalation { escalation: ClockId, rung: u32 },
}

/// It is being sent.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Attempted {
    pub mail: MailId,
    /// From 1.
    pub attempt: u32,
    /// The sequence of the fact that owes it.
    pub cause_seq: u64,
}

/// The relay took it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Sent<'a> {
    pub mail: MailId,
    pub attempt: u32,
    /// The relay's word on it.
    pub response: Cow<'a, str>,
    /// Keys by which answers and reports may name it besides its own, where the relay wrote an id of its own over that.
    #[serde(default, skip_serializing_if = "<[Digest]>::is_empty")]
    pub keys: Cow<'a, [Digest]>,
}

/// It could not be sent, or need not be sent any more.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Failed<'a> {
    pub mail: MailId,
    /// Which, from 1; 0 when it ended before the first.
    pub attempt: u32,
    /// Why, as one word.
    pub code: Cow<'a, str>,
    /// Why, as a sentence.
    pub reason: Cow<'a, str>,
    /// To try again would not help.
    pub permanent: bool,
    /// When it is tried again; null when it is given up.
    pub retry_at: Option<InstantText>,
}

impl From<MailKind> for Kind {
    fn from(kind: MailKind) -> Kind {
        match kind {
            MailKind::Reply { conversation, message } => Kind::Reply { conversation, message },
            MailKind::Escalation { clock, rung } => Kind::Escalation { escalation: clock, rung },
        }
    }
}

impl From<Kind> for MailKind {
    fn from(kind: Kind) -> MailKind {
        match kind {
            Kind::Reply { conversation, message } => MailKind::Reply { conversation, message },
            Kind::Escalation { escalation, rung } => MailKind::Escalation { clock: escalation, rung },
        }
    }
}

impl Twin for Queued {
    const WORD: &'static str = "mail.queued";

    fn about(&self) -> About<'_> {
        About::Mail(self.mail)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let (mail, kind, cause) = (self.mail, self.kind.into(), Seq(self.cause_seq));
        Ok(Event::MailQueued(MailQueued { mail, kind, cause }))
    }
}

impl Twin for Attempted {
    const WORD: &'static str = "mail.attempted";

    fn about(&self) -> About<'_> {
        About::Mail(self.mail)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MailAttempted { mail: self.mail, attempt: self.attempt, cause: Seq(self.cause_seq) })
    }
}

impl Twin for Sent<'_> {
    const WORD: &'static str = "mail.sent";

    fn about(&self) -> About<'_> {
        About::Mail(self.mail)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let response = self.response.into_owned();
        let keys = self.keys.into_owned();
        Ok(Event::MailSent { mail: self.mail, attempt: self.attempt, response, keys })
    }
}

impl Twin for Failed<'_> {
    const WORD: &'static str = "mail.failed";

    fn about(&self) -> About<'_> {
        About::Mail(self.mail)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::MailFailed(Box::new(MailFailed {
            mail: self.mail,
            attempt: self.attempt,
            code: self.code.into_owned(),
            reason: self.reason.into_owned(),
            permanent: self.permanent,
            retry_at: self.retry_at.map(|at| at.0),
        })))
    }
}
