//! Twins of what happens to interactions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, ConversationId, InteractionId, Names, Need, Needs, Proficiency};
use crate::engine::event::{
    AssignCause, ClauseVerdict, Event, Hold, InteractionAssigned, InteractionQueued, QueueCause, ResumeCause,
};
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
    /// A person set that priority: new rules leave it alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priority_set: bool,
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
    /// Who sent it on; only with the cause `transferred`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender<'a>>,
}

/// Who sent an interaction on.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Sender<'a> {
    pub agent: &'a str,
    /// When he may be offered it again.
    pub cooled_at: InstantText,
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

/// An interaction is an agent's from its beginning, without an offer. His load may pass his capacity by it, as by
/// what he resumes and by a lowered limit.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Assigned<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    /// Where it waits if it is given back.
    pub queue: &'a str,
    /// Higher goes first, if it waits.
    pub priority: i32,
    /// All that is asked of an agent, if it waits.
    #[serde(borrow)]
    pub requirements: Vec<Requirement<'a>>,
    pub channel: Channel,
    /// Units of the agent's capacity that it takes.
    pub units: u32,
    pub cause: AssignCause,
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

/// Its agent waits for the contact: it takes nothing of his capacity meanwhile.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Pended<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    /// When he goes on with it at the latest; absent: when the contact writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<InstantText>,
}

/// Its agent goes on with it, though that may pass his capacity.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Resumed<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    pub cause: ResumeCause,
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

fn requirements<'a>(needs: &Needs, names: &'a Names) -> Vec<Requirement<'a>> {
    let requirement =
        |need: &Need| Requirement { skill: names.skill(need.skill).as_str(), least: need.least.level() };
    needs.iter().map(requirement).collect()
}

fn needs(requirements: &[Requirement<'_>], names: &Names) -> Result<Needs, String> {
    let need = |asked: &Requirement<'_>| {
        let least = Proficiency::new(asked.least).ok_or("a least level is 1 to 5")?;
        Ok(Need { skill: skill(names, asked.skill)?, least })
    };
    requirements.iter().map(need).collect::<Result<Vec<_>, String>>().map(Needs::new)
}

impl<'a> Assigned<'a> {
    pub fn of(assigned: &InteractionAssigned, names: &'a Names) -> Assigned<'a> {
        Assigned {
            interaction: assigned.interaction,
            conversation: assigned.conversation,
            agent: names.agent(assigned.agent).as_str(),
            queue: names.queue(assigned.queue).as_str(),
            priority: assigned.priority,
            requirements: requirements(&assigned.needs, names),
            channel: assigned.channel,
            units: assigned.units,
            cause: assigned.cause,
        }
    }
}

impl<'a> Queued<'a> {
    pub fn of(queued: &InteractionQueued, names: &'a Names) -> Queued<'a> {
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
            priority_set: queued.priority_set,
            requirements: requirements(&queued.needs, names),
            waiting_since: queued.waiting_since.into(),
            cause: queued.cause,
            held_by: queued.held_by.map(|agent| names.agent(agent).as_str()),
            verdicts: queued.verdicts.iter().map(verdict).collect(),
            sender: queued.sender.map(|(agent, cooled_at)| Sender {
                agent: names.agent(agent).as_str(),
                cooled_at: cooled_at.into(),
            }),
        }
    }
}

impl Twin for Queued<'_> {
    const WORD: &'static str = "interaction.queued";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let verdict = |said: &VerdictTwin<'_>| {
            let route = route(names, said.route)?;
            Ok(ClauseVerdict { route, clause: said.clause.word(), matched: said.matched })
        };
        let sender = |sender: Sender<'_>| Ok::<_, String>((agent(names, sender.agent)?, sender.cooled_at.0));
        Ok(Event::InteractionQueued(Box::new(InteractionQueued {
            interaction: self.interaction,
            conversation: self.conversation,
            queue: queue(names, self.queue)?,
            route: self.route.map(|name| route(names, name)).transpose()?,
            priority: self.priority,
            priority_set: self.priority_set,
            needs: needs(&self.requirements, names)?,
            waiting_since: self.waiting_since.0,
            cause: self.cause,
            held_by: self.held_by.map(|name| agent(names, name)).transpose()?,
            verdicts: self.verdicts.iter().map(verdict).collect::<Result<_, String>>()?,
            sender: self.sender.map(sender).transpose()?,
        })))
    }
}

impl Twin for Assigned<'_> {
    const WORD: &'static str = "interaction.assigned";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::InteractionAssigned(Box::new(InteractionAssigned {
            interaction: self.interaction,
            conversation: self.conversation,
            agent: agent(names, self.agent)?,
            queue: queue(names, self.queue)?,
            priority: self.priority,
            needs: needs(&self.requirements, names)?,
            channel: self.channel,
            units: self.units,
            cause: self.cause,
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

impl Twin for Pended<'_> {
    const WORD: &'static str = "interaction.pended";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let (interaction, conversation) = (self.interaction, self.conversation);
        let hold = Hold { interaction, conversation, agent: agent(names, self.agent)? };
        Ok(Event::InteractionPended { hold, until: self.until.map(|until| until.0) })
    }
}

impl Twin for Resumed<'_> {
    const WORD: &'static str = "interaction.resumed";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let (interaction, conversation) = (self.interaction, self.conversation);
        let hold = Hold { interaction, conversation, agent: agent(names, self.agent)? };
        Ok(Event::InteractionResumed { hold, cause: self.cause })
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
