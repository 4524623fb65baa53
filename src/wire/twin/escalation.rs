//! Twins of what follows a breach, rung by rung. An escalation bears the number of its clock.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ClockId, ConversationId, Metric, Names};
use crate::engine::event::{EscalationRaised, Event};
use crate::wire::time::InstantText;

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

impl Twin for Raised<'_> {
    const WORD: &'static str = "escalation.raised";

    fn about(&self) -> About<'_> {
        About::Clock(self.escalation)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::EscalationRaised(Box::new(EscalationRaised {
            clock: self.escalation,
            conversation: self.conversation,
            metric: self.metric,
            rung: self.rung,
            skipped: self.skipped.into_owned(),
            notify: self.notify.into_owned(),
            due: self.due.0,
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
