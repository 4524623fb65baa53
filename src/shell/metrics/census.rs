//! How many interactions and clocks stand where, kept up record by record, so that nobody counts them on the
//! loop. It follows durable records and is never asked by the engine: what it says is for people.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Channel, ClockId, InteractionId, Metric, QueueId, Timestamp};
use crate::engine::state::{Phase, State};

/// Where an interaction stands, in a word of the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    Queued,
    Offered,
    Assigned,
    Pended,
    WrapUp,
}

/// What is counted of one interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub queue: QueueId,
    pub channel: Channel,
    pub stand: Stand,
    /// Its age counts from here.
    pub since: Timestamp,
}

/// What is counted of one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    pub metric: Metric,
    pub breached: bool,
}

/// Every open interaction and running clock, with their counts. A count that falls to zero stays, so that its
/// series goes on.
#[derive(Clone, Debug, Default)]
pub struct Census {
    interactions: BTreeMap<InteractionId, Standing>,
    clocks: BTreeMap<ClockId, Running>,
    standing: BTreeMap<(QueueId, Channel, Stand), u64>,
    running: BTreeMap<(Metric, bool), u64>,
    /// Those whom no agent has accepted yet, oldest first in each queue.
    waiting: BTreeSet<(QueueId, Timestamp, InteractionId)>,
}

/// The counts of a census alone, without what is counted: few, however much work is open.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// How many interactions stand where.
    pub standing: Vec<((QueueId, Channel, Stand), u64)>,
    /// How many clocks run, by metric and whether they are breached.
    pub running: Vec<((Metric, bool), u64)>,
    /// Since when the one that waits longest has waited, for each queue by number.
    pub oldest: Vec<Option<Timestamp>>,
}

impl Stand {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Stand::Queued => "queued",
            Stand::Offered => "offered",
            Stand::Assigned => "assigned",
            Stand::Pended => "pended",
            Stand::WrapUp => "wrap_up",
        }
    }

    fn waits(self) -> bool {
        matches!(self, Stand::Queued | Stand::Offered)
    }
}

impl Standing {
    /// Where an interaction stands now; `None` once it is closed.
    pub fn of(state: &State, id: InteractionId) -> Option<Standing> {
        let interaction = state.interaction(id)?;
        let stand = match interaction.phase {
            Phase::Queued => Stand::Queued,
            Phase::Offered(_) => Stand::Offered,
            Phase::Assigned(_) => Stand::Assigned,
            Phase::Pended(_) => Stand::Pended,
            Phase::WrapUp(_) => Stand::WrapUp,
        };
        let channel = state.conversation(interaction.conversation)?.channel;
        Some(Standing { queue: interaction.queue, channel, stand, since: interaction.waiting_since })
    }
}

impl Running {
    /// How a clock runs now; `None` once it has ended.
    pub fn of(state: &State, id: ClockId) -> Option<Running> {
        let clock = state.clock(id)?;
        Some(Running { metric: clock.promise.metric, breached: clock.breached })
    }
}

impl Census {
    /// Counts everything from scratch, once at the beginning of a term.
    pub fn of(state: &State) -> Census {
        let mut census = Census::default();
        for (number, _) in state.interactions.iter() {
            census.stands(InteractionId(number), Standing::of(state, InteractionId(number)));
        }
        for (number, _) in state.clocks.iter() {
            census.runs(ClockId(number), Running::of(state, ClockId(number)));
        }
        census
    }

    /// An interaction stands here now, or is closed.
    pub fn stands(&mut self, id: InteractionId, now: Option<Standing>) {
        if let Some(before) = self.interactions.remove(&id) {
            lower(&mut self.standing, (before.queue, before.channel, before.stand));
            self.waiting.remove(&(before.queue, before.since, id));
        }
        let Some(now) = now else { return };
        self.interactions.insert(id, now);
        *self.standing.entry((now.queue, now.channel, now.stand)).or_default() += 1;
        if now.stand.waits() {
            self.waiting.insert((now.queue, now.since, id));
        }
    }

    /// A clock runs like this now, or has ended.
    pub fn runs(&mut self, id: ClockId, now: Option<Running>) {
        if let Some(before) = self.clocks.remove(&id) {
            lower(&mut self.running, (before.metric, before.breached));
        }
        let Some(now) = now else { return };
        self.clocks.insert(id, now);
        *self.running.entry((now.metric, now.breached)).or_default() += 1;
    }

    /// The counts, for so many queues.
    pub fn counts(&self, queues: usize) -> Counts {
        let (standing, running) = (self.standing().collect(), self.running().collect());
        let oldest = (0..).take(queues).map(|number| self.oldest(QueueId(number))).collect();
        Counts { standing, running, oldest }
    }

    /// How many interactions stand where.
    pub fn standing(&self) -> impl Iterator<Item = ((QueueId, Channel, Stand), u64)> {
        self.standing.iter().map(|(cell, count)| (*cell, *count))
    }

    /// How many clocks run, by metric and whether they are breached.
    pub fn running(&self) -> impl Iterator<Item = ((Metric, bool), u64)> {
        self.running.iter().map(|(cell, count)| (*cell, *count))
    }

    /// Since when the one that waits longest in a queue has waited.
    pub fn oldest(&self, queue: QueueId) -> Option<Timestamp> {
        let first = (queue, Timestamp(i64::MIN), InteractionId(0));
        let (found, since, _) = self.waiting.range(first..).next()?;
        (*found == queue).then_some(*since)
    }
}

/// Two are equal when they count the same, whatever series of zeros they remember.
impl PartialEq for Census {
    fn eq(&self, other: &Census) -> bool {
        let counted = |census: &Census| {
            let standing: Vec<_> = census.standing().filter(|(_, count)| *count > 0).collect();
            let running: Vec<_> = census.running().filter(|(_, count)| *count > 0).collect();
            (standing, running)
        };
        counted(self) == counted(other)
            && self.interactions == other.interactions
            && self.clocks == other.clocks
            && self.waiting == other.waiting
    }
}

fn lower<K: Ord>(counts: &mut BTreeMap<K, u64>, cell: K) {
    if let Some(count) = counts.get_mut(&cell) {
        *count = count.saturating_sub(1);
    }
}
