//! Twins of what happens to clocks: the promises on a conversation.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ClockId, ConversationId, InteractionId, Ladder, Metric, Name, Names, Outcome, Promise, Span,
};
use crate::engine::event::{CancelCause, ClockStarted, Event};
use crate::wire::time::InstantText;

use super::{About, Twin};

/// A promise began to run.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Started<'a> {
    pub clock: ClockId,
    pub conversation: ConversationId,
    pub interaction: InteractionId,
    /// The count of this metric on this conversation, from 1.
    pub cycle: u32,
    pub started_at: InstantText,
    /// Until when it is kept.
    pub due: InstantText,
    /// When a breach is recorded: the due instant and the grace for late stops.
    pub breach_at: InstantText,
    pub promise: PromiseTwin<'a>,
}

/// A target as it is pinned when its clock starts.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct PromiseTwin<'a> {
    pub metric: Metric,
    /// The SLA that promises it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<Cow<'a, Name>>,
    /// Within what span.
    pub within_ms: i64,
    /// How long before the due instant each warning fires, longest first.
    pub warnings_ms: Vec<i64>,
    /// What follows a breach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ladder: Option<Cow<'a, Ladder>>,
}

/// The due instant is near.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Warned {
    pub clock: ClockId,
    pub conversation: ConversationId,
    pub metric: Metric,
    /// Which of its warnings, from 1.
    pub warning: u32,
    /// When this warning was due.
    pub warned_at: InstantText,
    /// Until when the promise is kept.
    pub due: InstantText,
}

/// The due instant passed.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Breached {
    pub clock: ClockId,
    pub conversation: ConversationId,
    pub metric: Metric,
    /// The due instant itself.
    pub breached_at: InstantText,
}

/// A stop that arrived late shows that the promise was kept.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct BreachRetracted {
    pub clock: ClockId,
    pub conversation: ConversationId,
}

/// The promise was kept.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Met {
    pub clock: ClockId,
    pub conversation: ConversationId,
    pub metric: Metric,
    pub ended_at: InstantText,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<CancelCause>,
}

/// What was promised is done, but past its due instant.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct MetLate {
    pub clock: ClockId,
    pub conversation: ConversationId,
    pub metric: Metric,
    pub ended_at: InstantText,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<CancelCause>,
}

/// The promise was not measured to its end.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Cancelled {
    pub clock: ClockId,
    pub conversation: ConversationId,
    pub metric: Metric,
    pub ended_at: InstantText,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<CancelCause>,
}

impl<'a> Started<'a> {
    pub fn of(started: &'a ClockStarted) -> Started<'a> {
        let promise = &started.promise;
        Started {
            clock: started.clock,
            conversation: started.conversation,
            interaction: started.interaction,
            cycle: started.cycle,
            started_at: started.started_at.into(),
            due: started.due.into(),
            breach_at: started.breach_at.into(),
            promise: PromiseTwin {
                metric: promise.metric,
                sla: promise.sla.as_ref().map(Cow::Borrowed),
                within_ms: promise.within.0,
                warnings_ms: promise.warnings.iter().map(|span| span.0).collect(),
                ladder: promise.ladder.as_deref().map(Cow::Borrowed),
            },
        }
    }
}

impl PromiseTwin<'_> {
    fn promise(self) -> Promise {
        Promise {
            metric: self.metric,
            sla: self.sla.map(Cow::into_owned),
            within: Span(self.within_ms),
            warnings: self.warnings_ms.into_iter().map(Span).collect(),
            ladder: self.ladder.map(|ladder| Arc::new(ladder.into_owned())),
        }
    }
}

impl Twin for Started<'_> {
    const WORD: &'static str = "sla.started";

    fn about(&self) -> About<'_> {
        About::Clock(self.clock)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ClockStarted(Box::new(ClockStarted {
            clock: self.clock,
            conversation: self.conversation,
            interaction: self.interaction,
            cycle: self.cycle,
            started_at: self.started_at.0,
            due: self.due.0,
            breach_at: self.breach_at.0,
            promise: Arc::new(self.promise.promise()),
        })))
    }
}

impl Twin for Warned {
    const WORD: &'static str = "sla.warned";

    fn about(&self) -> About<'_> {
        About::Clock(self.clock)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let Warned { clock, conversation, metric, warning, warned_at, due } = self;
        let (warned_at, due) = (warned_at.0, due.0);
        Ok(Event::ClockWarned { clock, conversation, metric, warning, warned_at, due })
    }
}

impl Twin for BreachRetracted {
    const WORD: &'static str = "sla.breach_retracted";

    fn about(&self) -> About<'_> {
        About::Clock(self.clock)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::BreachRetracted { clock: self.clock, conversation: self.conversation })
    }
}

impl Twin for Breached {
    const WORD: &'static str = "sla.breached";

    fn about(&self) -> About<'_> {
        About::Clock(self.clock)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let Breached { clock, conversation, metric, breached_at } = self;
        Ok(Event::ClockBreached { clock, conversation, metric, breached_at: breached_at.0 })
    }
}

/// The three ends of a clock differ by their outcome alone.
macro_rules! ends {
    ($($twin:ident $word:literal;)*) => {$(
        impl Twin for $twin {
            const WORD: &'static str = $word;

            fn about(&self) -> About<'_> {
                About::Clock(self.clock)
            }

            fn event(self, _: &Names) -> Result<Event, String> {
                let $twin { clock, conversation, metric, ended_at, cause } = self;
                let (outcome, ended_at) = (Outcome::$twin, ended_at.0);
                Ok(Event::ClockEnded { clock, conversation, metric, outcome, ended_at, cause })
            }
        }
    )*};
}

ends! {
    Met "sla.met";
    MetLate "sla.met_late";
    Cancelled "sla.cancelled";
}
