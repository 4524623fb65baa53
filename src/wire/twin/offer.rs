//! Twins of what happens to offers.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, IgnoredAny};
use serde::ser::{Serialize, Serializer};

use crate::domain::{Channel, ConversationId, InteractionId, Names, OfferId, RankKey};
use crate::engine::event::{Event, OfferEnd, OfferMade, RescindCause};
use crate::wire::time::InstantText;

use super::scalar::{agent, queue};
use super::{About, Twin};

/// An interaction was proposed to an agent.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Made<'a> {
    pub offer: OfferId,
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    pub queue: &'a str,
    pub channel: Channel,
    /// Units of the agent's capacity that it takes while pending and when accepted.
    pub units: u32,
    /// Until when it can be accepted.
    pub expires_at: InstantText,
    /// Why this agent before the others.
    pub rank: Rank,
    /// A person chose this agent: neither his skills nor a pause were asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub directed: bool,
    /// Until when the provider lets whoever takes it answer freely.
    #[serde(rename = "reply_allowed_until", default, skip_serializing_if = "Option::is_none")]
    pub reply_until: Option<InstantText>,
}

/// The place of an agent in the order for one interaction.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Rank {
    /// The agent had this contact last.
    pub preferred: bool,
    /// Units held when the offer was made.
    pub load: u32,
    /// Since when at that load: the longest first.
    pub since: InstantText,
    /// All of it as one text, to compare at a glance; the number of the agent stands last.
    #[serde(default)]
    #[schemars(with = "String")]
    pub text: Printed,
}

/// A rank as printed; what was printed is not read back, since the other members say it.
#[derive(Default)]
pub(crate) struct Printed(Option<RankKey>);

/// An agent took an offer.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Accepted<'a> {
    pub offer: OfferId,
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
}

/// An agent left an offer to others.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Declined<'a> {
    pub offer: OfferId,
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    /// When the agent may be offered it again.
    pub cooled_at: InstantText,
}

/// An agent let an offer pass.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Expired<'a> {
    pub offer: OfferId,
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    /// When the agent may be offered it again.
    pub cooled_at: InstantText,
}

/// An offer was withdrawn.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Rescinded<'a> {
    pub offer: OfferId,
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    pub cause: RescindCause,
}

/// An agent may be offered again what he declined or missed.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Cooled<'a> {
    pub interaction: InteractionId,
    pub agent: &'a str,
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |rank| rank.fmt(f))
    }
}

impl Serialize for Printed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Printed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Printed(None))
    }
}

impl<'a> Made<'a> {
    pub fn of(made: &OfferMade, names: &'a Names) -> Made<'a> {
        let rank = &made.rank;
        Made {
            offer: made.offer,
            interaction: made.interaction,
            conversation: made.conversation,
            agent: names.agent(made.agent).as_str(),
            queue: names.queue(made.queue).as_str(),
            channel: made.channel,
            units: made.units,
            expires_at: made.expires_at.into(),
            rank: Rank {
                preferred: rank.preferred == 0,
                load: rank.load,
                since: rank.since.into(),
                text: Printed(Some(*rank)),
            },
            directed: made.directed,
            reply_until: made.reply_until.map(Into::into),
        }
    }
}

impl Twin for Made<'_> {
    const WORD: &'static str = "offer.made";

    fn about(&self) -> About<'_> {
        About::Offer(self.offer)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let agent = agent(names, self.agent)?;
        let Rank { preferred, load, since, .. } = self.rank;
        Ok(Event::OfferMade(Box::new(OfferMade {
            offer: self.offer,
            interaction: self.interaction,
            conversation: self.conversation,
            agent,
            queue: queue(names, self.queue)?,
            channel: self.channel,
            units: self.units,
            expires_at: self.expires_at.0,
            rank: RankKey { preferred: u8::from(!preferred), load, since: since.0, agent },
            directed: self.directed,
            reply_until: self.reply_until.map(|at| at.0),
        })))
    }
}

/// The parts that every end of an offer has.
macro_rules! ends {
    ($($twin:ident)*) => {$(
        impl $twin<'_> {
            fn end(&self, names: &Names) -> Result<OfferEnd, String> {
                let agent = agent(names, self.agent)?;
                let (interaction, conversation) = (self.interaction, self.conversation);
                Ok(OfferEnd { offer: self.offer, interaction, conversation, agent })
            }
        }
    )*};
}

ends! { Accepted Declined Expired Rescinded }

impl Twin for Accepted<'_> {
    const WORD: &'static str = "offer.accepted";

    fn about(&self) -> About<'_> {
        About::Offer(self.offer)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::OfferAccepted(self.end(names)?))
    }
}

impl Twin for Declined<'_> {
    const WORD: &'static str = "offer.declined";

    fn about(&self) -> About<'_> {
        About::Offer(self.offer)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::OfferDeclined { end: self.end(names)?, cooled_at: self.cooled_at.0 })
    }
}

impl Twin for Expired<'_> {
    const WORD: &'static str = "offer.expired";

    fn about(&self) -> About<'_> {
        About::Offer(self.offer)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::OfferExpired { end: self.end(names)?, cooled_at: self.cooled_at.0 })
    }
}

impl Twin for Rescinded<'_> {
    const WORD: &'static str = "offer.rescinded";

    fn about(&self) -> About<'_> {
        About::Offer(self.offer)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::OfferRescinded { end: self.end(names)?, cause: self.cause })
    }
}

impl Twin for Cooled<'_> {
    const WORD: &'static str = "offer.cooled";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::OfferCooled { interaction: self.interaction, agent: agent(names, self.agent)? })
    }
}
