//! Twins of what follows a breach, rung by rung. An escalation bears the number of its clock.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, ClockId, ContactId, ConversationId, Metric, Names, Seq, Span};
use crate::engine::event::{EscalationRaised, Event};
use crate::wire::time::InstantText;

use super::scalar::{agent, queue, source};
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
    /// When the promise was broken.
    pub breached_at: InstantText,
    /// Within what span it was to be kept.
    pub within_ms: i64,
    /// The name of the ladder.
    #[serde(borrow)]
    pub ladder: Cow<'a, str>,
    /// How many rungs the ladder has.
    pub rungs: u32,
    /// Where it waits, or waited until an agent took it.
    pub queue: &'a str,
    pub channel: Channel,
    /// The way in.
    pub source: &'a str,
    pub contact: ContactId,
    pub priority: i32,
    /// Since when it counts as waiting.
    pub waiting_since: InstantText,
    /// Who holds it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub agent: Option<&'a str>,
    /// The sequence of the conversation's newest content record.
    pub content: u64,
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
        Raised {
            escalation: raised.clock,
            conversation: raised.conversation,
            metric: raised.metric,
            rung: raised.rung,
            skipped: (&raised.skipped).into(),
            notify: (&raised.notify).into(),
            due: raised.due.into(),
            breached_at: raised.breached_at.into(),
            within_ms: raised.within.0,
            ladder: (&raised.ladder).into(),
            rungs: raised.rungs,
            queue: names.queue(raised.queue).as_str(),
            channel: raised.channel,
            source: names.source(raised.source).as_str(),
            contact: raised.contact,
            priority: raised.priority,
            waiting_since: raised.waiting_since.into(),
            agent: raised.agent.map(|agent| names.agent(agent).as_str()),
            content: raised.content.0,
        }
    }
}

impl Twin for Raised<'_> {
    const WORD: &'static str = "escalation.raised";

    fn about(&self) -> About<'_> {
        About::Clock(self.escalation)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::EscalationRaised(Box::new(EscalationRaised {
            clock: self.escalation,
            conversation: self.conversation,
            metric: self.metric,
            rung: self.rung,
            skipped: self.skipped.into_owned(),
            notify: self.notify.into_owned(),
            due: self.due.0,
            breached_at: self.breached_at.0,
            within: Span(self.within_ms),
            ladder: self.ladder.into_owned(),
            rungs: self.rungs,
            queue: queue(names, self.queue)?,
            channel: self.channel,
            source: source(names, self.source)?,
            contact: self.contact,
            priority: self.priority,
            waiting_since: self.waiting_since.0,
            agent: self.agent.map(|name| agent(names, name)).transpose()?,
            content: Seq(self.content),
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
