//! Twins of what happens to agents.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{AgentOrigin, Capacity, Channel, Names, Presence, Proficiency, Skills};
use crate::engine::event::{Event, PresenceCause};
use crate::wire::time::InstantText;

use super::scalar::{agent, skill};
use super::{About, Twin};

/// An agent was added or changed.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Upserted<'a> {
    pub agent: &'a str,
    /// What the agent masters.
    #[serde(borrow)]
    pub skills: Vec<SkillLevel<'a>>,
    pub capacity: CapacityTwin,
    /// Who set this.
    #[serde(default)]
    pub origin: AgentOrigin,
}

/// A skill and how well it is mastered.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct SkillLevel<'a> {
    pub skill: &'a str,
    /// 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub level: u8,
}

/// How much an agent can hold.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct CapacityTwin {
    /// The pool.
    pub units: u32,
    /// What one interaction takes of it.
    pub costs: Costs,
    /// The most interactions of a channel; absent: as many as the pool holds.
    pub maxima: Maxima,
}

/// Units by channel.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Costs {
    pub chat: u32,
    pub email: u32,
    pub sms: u32,
    #[serde(default = "one_unit")]
    pub work: u32,
}

/// The cost of a channel that a record does not know.
fn one_unit() -> u32 {
    1
}

/// Counts by channel.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Maxima {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<u32>,
}

/// An agent is no longer in the rules.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Removed<'a> {
    pub agent: &'a str,
}

/// An agent signed in, available.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct SignedIn<'a> {
    pub agent: &'a str,
}

/// An agent's presence changed.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct PresenceChanged<'a> {
    pub agent: &'a str,
    pub presence: PresenceWord,
    /// Why the agent is away.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
    /// Why the presence changed.
    pub cause: PresenceCause,
}

/// Whether an agent takes work.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PresenceWord {
    /// Takes offers.
    Available,
    /// Signed in, takes none.
    Away,
    /// Keeps what is held, takes nothing new.
    Draining,
    /// Not signed in.
    Offline,
}

/// An agent's desktops fell silent.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Lost<'a> {
    pub agent: &'a str,
    /// When the agent goes offline unless a desktop is heard again.
    pub offline_at: InstantText,
}

/// An agent's desktop is heard again.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Returned<'a> {
    pub agent: &'a str,
}

/// An agent is offline.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct SignedOut<'a> {
    pub agent: &'a str,
    pub cause: PresenceCause,
}

/// All that an agent who went offline had to give back was given back.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Released<'a> {
    pub agent: &'a str,
}

impl PresenceWord {
    /// A presence as its word, and the reason of one who is away.
    pub fn split(presence: &Presence) -> (PresenceWord, Option<&str>) {
        match presence {
            Presence::Available => (PresenceWord::Available, None),
            Presence::Away(reason) => (PresenceWord::Away, Some(reason)),
            Presence::Draining => (PresenceWord::Draining, None),
            Presence::Offline => (PresenceWord::Offline, None),
        }
    }

    fn join(self, reason: Option<Cow<'_, str>>) -> Presence {
        match self {
            PresenceWord::Available => Presence::Available,
            PresenceWord::Away => Presence::Away(reason.unwrap_or_default().into_owned()),
            PresenceWord::Draining => Presence::Draining,
            PresenceWord::Offline => Presence::Offline,
        }
    }
}

impl CapacityTwin {
    pub fn of(capacity: &Capacity) -> CapacityTwin {
        let cost = |channel: Channel| capacity.costs[channel.index()];
        let maximum = |channel: Channel| capacity.maxima[channel.index()];
        let [chat, email, sms, work] = Channel::ALL;
        CapacityTwin {
            units: capacity.units,
            costs: Costs { chat: cost(chat), email: cost(email), sms: cost(sms), work: cost(work) },
            maxima: Maxima {
                chat: maximum(chat),
                email: maximum(email),
                sms: maximum(sms),
                work: maximum(work),
            },
        }
    }

    fn capacity(&self) -> Capacity {
        let cost = |channel| match channel {
            Channel::Chat => self.costs.chat,
            Channel::Email => self.costs.email,
            Channel::Sms => self.costs.sms,
            Channel::Work => self.costs.work,
        };
        let maximum = |channel| match channel {
            Channel::Chat => self.maxima.chat,
            Channel::Email => self.maxima.email,
            Channel::Sms => self.maxima.sms,
            Channel::Work => self.maxima.work,
        };
        Capacity { units: self.units, costs: Channel::ALL.map(cost), maxima: Channel::ALL.map(maximum) }
    }
}

impl Twin for Upserted<'_> {
    const WORD: &'static str = "agent.upserted";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let level = |mastered: &SkillLevel<'_>| {
            let level = Proficiency::new(mastered.level).ok_or("a level is 1 to 5")?;
            Ok((skill(names, mastered.skill)?, level))
        };
        let skills = self.skills.iter().map(level).collect::<Result<Vec<_>, String>>()?;
        let capacity = self.capacity.capacity();
        let (agent, skills, origin) = (agent(names, self.agent)?, Skills::new(skills), self.origin);
        Ok(Event::AgentUpserted { agent, skills, capacity, origin })
    }
}

impl Twin for Removed<'_> {
    const WORD: &'static str = "agent.removed";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::AgentRemoved { agent: agent(names, self.agent)? })
    }
}

impl Twin for SignedIn<'_> {
    const WORD: &'static str = "agent.signed_in";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::AgentSignedIn { agent: agent(names, self.agent)? })
    }
}

impl Twin for PresenceChanged<'_> {
    const WORD: &'static str = "agent.presence_changed";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let presence = self.presence.join(self.reason);
        Ok(Event::PresenceChanged { agent: agent(names, self.agent)?, presence, cause: self.cause })
    }
}

impl Twin for Lost<'_> {
    const WORD: &'static str = "agent.lost";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::AgentLost { agent: agent(names, self.agent)?, offline_at: self.offline_at.0 })
    }
}

impl Twin for Returned<'_> {
    const WORD: &'static str = "agent.returned";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::AgentReturned { agent: agent(names, self.agent)? })
    }
}

impl Twin for Released<'_> {
    const WORD: &'static str = "agent.released";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::AgentReleased { agent: agent(names, self.agent)? })
    }
}

impl Twin for SignedOut<'_> {
    const WORD: &'static str = "agent.signed_out";

    fn about(&self) -> About<'_> {
        About::Agent(self.agent)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::AgentSignedOut { agent: agent(names, self.agent)?, cause: self.cause })
    }
}
