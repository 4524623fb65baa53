//! Twins of what happens to interactions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ConversationId, InteractionId, Names, Need, Needs, Proficiency};
use crate::engine::event::{ClauseVerdict, Event, InteractionQueued, QueueCause};
use crate::wire::time::InstantText;

use super::scalar::{agent, queue, route, skill};
use super::{About, Twin};

/// An interaction waits.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Queued<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub queue: &'a str,
    /// The route that chose the queue; absent: the site's default queue.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub route: Option<&'a str>,
    /// Higher goes first.
    pub priority: i32,
    /// All that is asked of an agent.
    #[serde(borrow)]
    pub requirements: Vec<Requirement<'a>>,
    /// Since when it counts as waiting: kept when it comes back.
    pub waiting_since: InstantText,
    pub cause: QueueCause,
    /// Who held it until now.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<&'a str>,
    /// What each text clause of each route said.
    #[serde(borrow)]
    pub verdicts: Vec<VerdictTwin<'a>>,
}

/// A skill with the least proficiency asked.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Requirement<'a> {
    pub skill: &'a str,
    /// 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub least: u8,
}

/// What a text clause of a route said.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct VerdictTwin<'a> {
    pub route: &'a str,
    pub clause: Clause,
    pub matched: bool,
}

/// What a text clause looks at.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Clause {
    /// Our address.
    Address,
    /// The subject of a mail.
    Subject,
    /// The text.
    Text,
}

/// No agent of the site meets what it asks, signed in or not.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Unroutable {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
}

/// The contact wrote, and the agent who holds it is offline.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct OwnerOffline<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
}

/// An interaction is over.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Closed<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    /// Who held it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub agent: Option<&'a str>,
}

impl Clause {
    /// The clause of an event's word; the engine knows no other than these three.
    pub fn of(word: &str) -> Clause {
        match word {
            "address" => Clause::Address,
            "subject" => Clause::Subject,
            _ => Clause::Text,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Clause::Address => "address",
            Clause::Subject => "subject",
            Clause::Text => "text",
        }
    }
}

impl<'a> Queued<'a> {
    pub fn of(queued: &InteractionQueued, names: &'a Names) -> Queued<'a> {
        let requirement =
            |need: &Need| Requirement { skill: names.skill(need.skill).as_str(), least: need.least.level() };
        let verdict = |verdict: &ClauseVerdict| VerdictTwin {
            route: names.route(verdict.route).as_str(),
            clause: Clause::of(verdict.clause),
            matched: verdict.matched,
        };
        Queued {
            interaction: queued.interaction,
            conversation: queued.conversation,
            queue: names.queue(queued.queue).as_str(),
            route: queued.route.map(|route| names.route(route).as_str()),
            priority: queued.priority,
            requirements: queued.needs.iter().map(requirement).collect(),
            waiting_since: queued.waiting_since.into(),
            cause: queued.cause,
            held_by: queued.held_by.map(|agent| names.agent(agent).as_str()),
            verdicts: queued.verdicts.iter().map(verdict).collect(),
        }
    }
}

impl Twin for Queued<'_> {
    const WORD: &'static str = "interaction.queued";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let need = |asked: &Requirement<'_>| {
            let least = Proficiency::new(asked.least).ok_or("a least level is 1 to 5")?;
            Ok(Need { skill: skill(names, asked.skill)?, least })
        };
        let verdict = |said: &VerdictTwin<'_>| {
            let route = route(names, said.route)?;
            Ok(ClauseVerdict { route, clause: said.clause.word(), matched: said.matched })
        };
        let needs = self.requirements.iter().map(need).collect::<Result<Vec<_>, String>>()?;
        Ok(Event::InteractionQueued(Box::new(InteractionQueued {
            interaction: self.interaction,
            conversation: self.conversation,
            queue: queue(names, self.queue)?,
            route: self.route.map(|name| route(names, name)).transpose()?,
            priority: self.priority,
            needs: Needs::new(needs),
            waiting_since: self.waiting_since.0,
            cause: self.cause,
            held_by: self.held_by.map(|name| agent(names, name)).transpose()?,
            verdicts: self.verdicts.iter().map(verdict).collect::<Result<_, String>>()?,
        })))
    }
}

impl Twin for Unroutable {
    const WORD: &'static str = "interaction.unroutable";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let Unroutable { interaction, conversation } = self;
        Ok(Event::InteractionUnroutable { interaction, conversation })
    }
}

impl Twin for OwnerOffline<'_> {
    const WORD: &'static str = "interaction.owner_offline";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let agent = agent(names, self.agent)?;
        Ok(Event::OwnerOffline { interaction: self.interaction, conversation: self.conversation, agent })
    }
}

impl Twin for Closed<'_> {
    const WORD: &'static str = "interaction.closed";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::InteractionClosed {
            interaction: self.interaction,
            conversation: self.conversation,
            agent: self.agent.map(|name| agent(names, name)).transpose()?,
        })
    }
}
