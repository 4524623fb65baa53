//! An agent as the state knows him.

use crate::domain::{AgentOrigin, Capacity, Channel, InteractionId, OfferId, Presence, Skills, Timestamp};

/// The most offers that stand for one agent: all are withdrawn at once when he is lost or taken out of the
/// rules, and that must fit into what is left of a step.
pub const PENDING_MAX: usize = 48;

/// The most conversations that one agent parks: whatever is asked of him looks at all that he holds.
pub const PARKED_MAX: usize = 200;

/// A person who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// What he can do and hold; `None` for one whom the rules no longer name.
    pub profile: Option<Profile>,
    pub presence: Presence,
    /// His desktops fell silent; when he is offline by himself.
    pub offline_at: Option<Timestamp>,
    /// He went offline while holding work that is still to be released.
    pub release_at: Option<Timestamp>,
    /// All that he holds: his load is the sum of it and is counted nowhere else.
    pub held: Vec<Held>,
    /// Since when his load is what it is.
    pub since: Timestamp,
    /// Offers missed in a row.
    pub misses: u32,
}

/// What an agent can do and hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub skills: Skills,
    pub capacity: Capacity,
    /// Who set it.
    pub origin: AgentOrigin,
}

/// An interaction in an agent's hands: offered, or his when there is no offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub interaction: InteractionId,
    pub channel: Channel,
    /// What it takes of his capacity, unless it is parked.
    pub units: u32,
    pub offer: Option<OfferId>,
    /// He waits for its contact: it takes nothing meanwhile.
    pub parked: bool,
}

impl Agent {
    /// One of whom no more is known than his name.
    pub fn unknown() -> Agent {
        Agent {
            profile: None,
            presence: Presence::Offline,
            offline_at: None,
            release_at: None,
            held: Vec::new(),
            since: Timestamp(0),
            misses: 0,
        }
    }

    /// Units held.
    pub fn load(&self) -> u32 {
        self.active().map(|held| held.units).sum()
    }

    /// What takes capacity of him.
    fn active(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| !held.parked)
    }

    /// Offers that he has not answered.
    pub fn pending(&self) -> usize {
        self.held.iter().filter(|held| held.offer.is_some()).count()
    }

    /// Conversations that wait for their contacts.
    pub fn parked(&self) -> usize {
        self.held.iter().filter(|held| held.parked).count()
    }

    /// Whether he takes offers at all: available, heard of, known to the rules, not buried in offers, and
    /// with a unit to spare.
    pub fn is_free(&self) -> bool {
        let takes = self.presence == Presence::Available && self.offline_at.is_none();
        takes
            && self.pending() < PENDING_MAX
            && self.profile.as_ref().is_some_and(|profile| self.load() < profile.capacity.units)
    }

    /// What one more interaction of a channel would take of him, when there is room for it.
    pub fn room(&self, channel: Channel) -> Option<u32> {
        let capacity = &self.profile.as_ref()?.capacity;
        let units = capacity.costs[channel.index()];
        let fits = self.load() + units <= capacity.units;
        let count = self.active().filter(|held| held.channel == channel).count() as u32;
        let allowed = capacity.maxima[channel.index()].is_none_or(|most| count < most);
        (fits && allowed).then_some(units)
    }
}
