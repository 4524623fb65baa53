//! Twins of what follows a breach, rung by rung. An escalation bears the number of its clock.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, ClockId, ContactId, ConversationId, Metric, Names, Seq, Span};
use crate::engine::event::{EscalationRaised, EscalationStood, Event};
use crate::wire::time::InstantText;

use super::scalar::{agent, queue, source, told};
use super::{About, Twin};

/// A rung of a ladder was reached.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Raised<'a> {
    pub escalation: ClockId,
    pub conversation: ConversationId,
    /// What was promised.
    pub metric: Metric,
    /// From 1.
    pub rung: u32,
    /// Rungs that were due too and are told by this one.
    #[serde(default, skip_serializing_if = "<[u32]>::is_empty")]
    pub skipped: Cow<'a, [u32]>,
    /// Who is told.
    pub notify: Cow<'a, [String]>,
    /// When the rung was due.
    pub due: InstantText,
    /// When the promise was broken. It and all that follows is absent in records of a time before notices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<InstantText>,
    /// Within what span it was to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_ms: Option<i64>,
    /// The name of the ladder.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<Cow<'a, str>>,
    /// How many rungs the ladder has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rungs: Option<u32>,
    /// Where it waits, or waited until an agent took it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<&'a str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The way in.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Since when it counts as waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<InstantText>,
    /// Who holds it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<&'a str>,
    /// The sequence of the conversation's newest content record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<u64>,
}

/// Further rungs are held back.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Acked {
    pub escalation: ClockId,
    pub conversation: ConversationId,
    /// Until when.
    pub until: InstantText,
}

/// Further rungs go on.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct AckExpired {
    pub escalation: ClockId,
    pub conversation: ConversationId,
}

/// Who was told may stand down: the clock has ended.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Resolved {
    pub escalation: ClockId,
    pub conversation: ConversationId,
}

impl<'a> Raised<'a> {
    pub fn of(raised: &'a EscalationRaised, names: &'a Names) -> Raised<'a> {
        let stood = raised.stood.as_ref();
        Raised {
            escalation: raised.clock,
            conversation: raised.conversation,
            metric: raised.metric,
            rung: raised.rung,
            skipped: (&raised.skipped).into(),
            notify: (&raised.notify).into(),
            due: raised.due.into(),
            breached_at: stood.map(|stood| stood.breached_at.into()),
            within_ms: stood.map(|stood| stood.within.0),
            ladder: stood.map(|stood| (&stood.ladder).into()),
            rungs: stood.map(|stood| stood.rungs),
            queue: stood.map(|stood| names.queue(stood.queue).as_str()),
            channel: stood.map(|stood| stood.channel),
            source: stood.map(|stood| names.source(stood.source).as_str()),
            contact: stood.map(|stood| stood.contact),
            priority: stood.map(|stood| stood.priority),
            waiting_since: stood.map(|stood| stood.waiting_since.into()),
            agent: stood.and_then(|stood| stood.agent).map(|agent| names.agent(agent).as_str()),
            content: stood.map(|stood| stood.content.0),
        }
    }

    fn stood(&self, names: &Names) -> Result<Option<EscalationStood>, String> {
        let Some(breached_at) = &self.breached_at else { return Ok(None) };
        Ok(Some(EscalationStood {
            breached_at: breached_at.0,
            within: Span(told(self.within_ms, "within_ms")?),
            ladder: told(self.ladder.as_deref(), "ladder")?.to_owned(),
            rungs: told(self.rungs, "rungs")?,
            queue: queue(names, told(self.queue, "queue")?)?,
            channel: told(self.channel, "channel")?,
            source: source(names, told(self.source, "source")?)?,
            contact: told(self.contact, "contact")?,
            priority: told(self.priority, "priority")?,
            waiting_since: told(self.waiting_since.as_ref(), "waiting_since")?.0,
            agent: self.agent.map(|name| agent(names, name)).transpose()?,
            content: Seq(told(self.content, "content")?),
        }))
    }
}

impl Twin for Raised<'_> {
    const WORD: &'static str = "escalation.raised";

    fn about(&self) -> About<'_> {
        About::Clock(self.escalation)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let stood = self.stood(names)?;
        Ok(Event::EscalationRaised(Box::new(EscalationRaised {
            clock: self.escalation,
            conversation: self.conversation,
            metric: self.metric,
            rung: self.rung,
            skipped: self.skipped.into_owned(),
            notify: self.notify.into_owned(),
            due: self.due.0,
            stood,
        })))
    }
}

impl Twin for Acked {
    const WORD: &'static str = "escalation.acked";

    fn about(&self) -> About<'_> {
        About::Clock(self.escalation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let (clock, conversation) = (self.escalation, self.conversation);
        Ok(Event::EscalationAcked { clock, conversation, until: self.until.0 })
    }
}

impl Twin for AckExpired {
    const WORD: &'static str = "escalation.ack_expired";

    fn about(&self) -> About<'_> {
        About::Clock(self.escalation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::EscalationAckExpired { clock: self.escalation, conversation: self.conversation })
    }
}

impl Twin for Resolved {
    const WORD: &'static str = "escalation.resolved";

    fn about(&self) -> About<'_> {
        About::Clock(self.escalation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::EscalationResolved { clock: self.escalation, conversation: self.conversation })
    }
}
