//! A second, simple model of the site, made from the records alone and by other code than the engine's:
//! who holds what, which offers and clocks run, which messages and commands were taken. Each record is
//! judged against it before it is applied.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use switchboard::domain::{
    AgentId, AgentOrigin, Capacity, Channel, ClockId, ConversationId, Digest, InteractionId, Needs, OfferId,
    Outcome, Presence, Promise, QueueId, Seq, Skills, Timestamp,
};
use switchboard::engine::event::{
    CancelCause, ClockStarted, EscalationRaised, Event, Hold, InteractionAssigned, OfferEnd, OfferMade,
    Recorded, Remembered, WrapUpEnd,
};

use crate::invariants::{Invariant, Trips};
use crate::mails::{Deliveries, Mails};
use crate::messages::{Messages, told_of_several, told_once};
use crate::threads::Threads;

/// How many whole days messages and commands are remembered.
const MESSAGE_DAYS: i64 = 14;
const COMMAND_DAYS: i64 = 1;

#[derive(Default)]
pub struct Reference {
    pub agents: BTreeMap<AgentId, Agent>,
    pub passes: BTreeMap<InteractionId, Pass>,
    pub pending: BTreeMap<OfferId, Timestamp>,
    pub clocks: BTreeMap<ClockId, Clock>,
    /// What is parked until an instant, and what is wrapped up until one.
    pub lapsing: BTreeMap<InteractionId, Timestamp>,
    wrapped: BTreeSet<InteractionId>,
    channels: BTreeMap<ConversationId, Channel>,
    newest_offer: u64,
    newest_clock: u64,
    messages: BTreeMap<i64, BTreeSet<Digest>>,
    mails: Mails,
    deliveries: Deliveries,
    threads: Threads,
    pub messages_told: Messages,
    /// Those asked at once, and those that were durable: each door forgets by its own newest.
    commands: [BTreeMap<i64, BTreeMap<Digest, Seq>>; 2],
}

#[derive(Default)]
pub struct Agent {
    profile: Option<(Skills, Capacity)>,
    origin: AgentOrigin,
    is_there: bool,
    takes_offers: bool,
    is_lost: bool,
    pub held: BTreeMap<InteractionId, Held>,
}

pub struct Held {
    channel: Channel,
    units: u32,
    offer: Option<OfferId>,
    parked: bool,
}

pub struct Pass {
    queue: QueueId,
    channel: Channel,
    needs: Needs,
    pub waits: bool,
    cooling: BTreeSet<AgentId>,
}

pub struct Clock {
    queue: Option<QueueId>,
    promise: Arc<Promise>,
    warned: u32,
    breached: bool,
    retracted: bool,
    rungs: BTreeSet<u32>,
}

impl Agent {
    pub fn load(&self) -> u32 {
        self.held.values().filter(|held| !held.parked).map(|held| held.units).sum()
    }

    fn is_there(&self) -> bool {
        self.takes_offers && !self.is_lost
    }

    fn meets(&self, pass: &Pass) -> bool {
        self.is_there() && self.profile.as_ref().is_some_and(|(skills, _)| skills.meet(&pass.needs))
    }

    fn has_room(&self, channel: Channel, units: u32) -> bool {
        let Some((_, capacity)) = &self.profile else { return false };
        let count = self.held.values().filter(|held| held.channel == channel && !held.parked).count() as u32;
        self.load() + units <= capacity.units
            && capacity.maxima[channel.index()].is_none_or(|maximum| count < maximum)
    }
}

impl Reference {
    pub fn knows_message(&self, dedupe: Digest) -> bool {
        self.messages.values().any(|day| day.contains(&dedupe))
    }

    pub fn answer_of(&self, key: Digest) -> Option<Seq> {
        self.commands.iter().flat_map(BTreeMap::values).find_map(|day| day.get(&key).copied())
    }

    /// The queue that made a running promise, and what it promised.
    pub fn promise_of(&self, id: ClockId) -> Option<(QueueId, &Promise)> {
        let clock = self.clocks.get(&id)?;
        Some((clock.queue?, &clock.promise))
    }

    /// Agents who could take what waits: with the engine settled there is none.
    pub fn left_waiting(&self) -> impl Iterator<Item = (InteractionId, AgentId)> {
        let waiting = self.passes.iter().filter(|(_, pass)| pass.waits);
        waiting.flat_map(|(id, pass)| {
            let able = self.agents.iter().filter(|(agent_id, agent)| {
                let costs = agent.profile.as_ref().map(|(_, capacity)| capacity.costs);
                agent.meets(pass)
                    && costs.is_some_and(|costs| agent.has_room(pass.channel, costs[pass.channel.index()]))
                    && !pass.cooling.contains(agent_id)
            });
            able.map(|(agent, _)| (*id, *agent))
        })
    }

    pub fn apply(&mut self, recorded: &Recorded, trips: &mut Trips) {
        if let Some(cause) = recorded.command {
            let door = &mut self.commands[usize::from(cause.asked_at < recorded.at)];
            door.entry(cause.asked_at.day()).or_default().insert(cause.key, recorded.seq);
            forget_before(door, COMMAND_DAYS);
        }
        self.mails.apply(&recorded.event, trips);
        self.deliveries.apply(&recorded.event, trips);
        self.threads.apply(&recorded.event, trips);
        self.messages_told.apply(recorded, &self.threads, trips);
        if let Some((dedupe, at)) = told_once(&recorded.event) {
            self.remember(dedupe, at, trips);
        }
        // One update may be told of several messages.
        if let Some((dedupe, at)) = told_of_several(&recorded.event) {
            self.keep(dedupe, at);
        }
        match &recorded.event {
            Event::AgentUpserted { agent: id, skills, capacity, origin } => {
                let agent = self.agent(*id);
                let set_by_file = agent.profile.is_some() && agent.origin == AgentOrigin::File;
                agent.profile = Some((skills.clone(), capacity.clone()));
                agent.origin = *origin;
                let fits = *origin == AgentOrigin::File || !set_by_file;
                trips.demand(Invariant::OriginKept, fits, || format!("a command changed {id:?} of a file"));
            }
            Event::AgentRemoved { agent: id } => {
                let agent = self.agent(*id);
                agent.profile = None;
                let of_file = agent.origin == AgentOrigin::File;
                trips.demand(Invariant::OriginKept, of_file, || format!("rules removed {id:?} of a command"));
            }
            Event::AgentSignedIn { agent } => {
                self.agent(*agent).is_there = true;
                self.agent(*agent).takes_offers = true;
                self.agent(*agent).is_lost = false;
            }
            Event::PresenceChanged { agent, presence, .. } => {
                self.agent(*agent).takes_offers = *presence == Presence::Available;
            }
            Event::AgentLost { agent, .. } => self.agent(*agent).is_lost = true,
            Event::AgentReturned { agent } => self.agent(*agent).is_lost = false,
            Event::AgentSignedOut { agent, .. } => {
                self.agent(*agent).is_there = false;
                self.agent(*agent).takes_offers = false;
                self.agent(*agent).is_lost = false;
            }
            Event::ConversationOpened(opened) => {
                self.channels.insert(opened.conversation, opened.channel);
            }
            Event::MessageReceived(received) => self.remember(received.dedupe, received.received_at, trips),
            Event::MessageIgnored { dedupe, received_at, .. } => self.remember(*dedupe, *received_at, trips),
            Event::DedupeShortened { remembered, day, .. } => match remembered {
                Remembered::Messages => drop(self.messages.remove(day)),
                Remembered::Commands => self.commands.iter_mut().for_each(|door| drop(door.remove(day))),
            },
            Event::InteractionQueued(queued) => {
                let cooling = self.take_back(queued.interaction, trips).map(|pass| pass.cooling);
                let channel = self.channels[&queued.conversation];
                let (needs, mut cooling) = (queued.needs.clone(), cooling.unwrap_or_default());
                cooling.extend(queued.sender.map(|(agent, _)| agent));
                let queue = queued.queue;
                self.passes.insert(queued.interaction, Pass { queue, channel, needs, waits: true, cooling });
            }
            Event::InteractionAssigned(assigned) => self.assigned(assigned, trips),
            Event::InteractionClosed { interaction, .. } => {
                trips.demand(Invariant::WrapUpOnce, !self.wrapped.contains(interaction), || {
                    format!("{interaction} is closed under its wrap-up")
                });
                self.take_back(*interaction, trips);
            }
            Event::InteractionPended { hold, until } => self.parked(hold, *until, true, trips),
            Event::InteractionResumed { hold, .. } => self.parked(hold, None, false, trips),
            Event::WrapUpStarted { hold, ends_at } => {
                self.lapsing.insert(hold.interaction, *ends_at);
                let his = self.agent(hold.agent).held.contains_key(&hold.interaction);
                let first = self.wrapped.insert(hold.interaction);
                trips
                    .demand(Invariant::WrapUpOnce, his && first, || format!("{hold:?} cannot be wrapped up"));
            }
            Event::WrapUpFinished { hold, cause } => self.wrapped_up(hold, *cause, recorded.at, trips),
            Event::OfferMade(made) => self.offered(made, recorded.at, trips),
            Event::OfferAccepted(end) => self.accepted(end, trips),
            Event::OfferDeclined { end, .. } => self.returned(end, true, trips),
            Event::OfferExpired { end, .. } => {
                let early = self.pending.get(&end.offer).is_some_and(|expires_at| *expires_at > recorded.at);
                trips.demand(Invariant::OfferEndsOnce, !early, || format!("{} expired early", end.offer));
                self.returned(end, true, trips);
            }
            Event::OfferRescinded { end, .. } => self.returned(end, false, trips),
            Event::OfferCooled { interaction, agent } => {
                if let Some(pass) = self.passes.get_mut(interaction) {
                    pass.cooling.remove(agent);
                }
            }
            event => self.apply_promise(event, trips),
        }
    }

    fn agent(&mut self, id: AgentId) -> &mut Agent {
        self.agents.entry(id).or_default()
    }

    fn remember(&mut self, dedupe: Digest, at: Timestamp, trips: &mut Trips) {
        let known = self.knows_message(dedupe);
        trips.demand(Invariant::MessageOnce, !known, || format!("message {dedupe} was taken in twice"));
        self.keep(dedupe, at);
    }

    fn keep(&mut self, dedupe: Digest, at: Timestamp) {
        self.messages.entry(at.day()).or_default().insert(dedupe);
        forget_before(&mut self.messages, MESSAGE_DAYS);
    }

    /// Takes an interaction from whoever holds it, which must not be by a pending offer.
    fn take_back(&mut self, id: InteractionId, trips: &mut Trips) -> Option<Pass> {
        self.lapsing.remove(&id);
        for agent in self.agents.values_mut() {
            if let Some(held) = agent.held.remove(&id) {
                trips.demand(Invariant::OfferEndsOnce, held.offer.is_none(), || {
                    format!("{id} moved on under its offer {:?}", held.offer)
                });
            }
        }
        self.passes.remove(&id)
    }

    /// An agent parks what is his, or goes on with it.
    fn parked(&mut self, hold: &Hold, until: Option<Timestamp>, parked: bool, trips: &mut Trips) {
        self.lapsing.remove(&hold.interaction);
        self.lapsing.extend(until.map(|until| (hold.interaction, until)));
        let held = self.agent(hold.agent).held.get_mut(&hold.interaction);
        let fits = held.is_some_and(|held| {
            let was = std::mem::replace(&mut held.parked, parked);
            held.offer.is_none() && (parked || was)
        });
        trips.demand(Invariant::ParkedIsHeld, fits, || format!("{hold:?} cannot be parked: {parked}"));
    }

    fn wrapped_up(&mut self, hold: &Hold, cause: WrapUpEnd, at: Timestamp, trips: &mut Trips) {
        let ends_at = self.lapsing.remove(&hold.interaction);
        let early = cause == WrapUpEnd::Lapsed && ends_at.is_none_or(|ends_at| ends_at > at);
        let runs = self.wrapped.remove(&hold.interaction);
        trips.demand(Invariant::WrapUpOnce, runs && !early, || format!("{hold:?} ends by {cause:?}"));
    }

    fn offered(&mut self, made: &OfferMade, at: Timestamp, trips: &mut Trips) {
        let (offer, id) = (made.offer, made.interaction);
        let is_new = offer.0 > self.newest_offer && made.expires_at > at;
        trips.demand(Invariant::OfferEndsOnce, is_new, || format!("{offer} is old when it is made"));
        self.newest_offer = offer.0;
        let pass = self.passes.get_mut(&id);
        let waits = pass.as_ref().is_some_and(|pass| pass.waits);
        trips.demand(Invariant::OfferEndsOnce, waits, || format!("{offer} is of {id}, which does not wait"));
        let agent = self.agents.entry(made.agent).or_default();
        if let Some(pass) = pass {
            let skilled = agent.meets(pass) && !pass.cooling.contains(&made.agent);
            let able = skilled || made.directed && agent.is_there();
            trips.demand(Invariant::OfferToUnable, able, || format!("{:?} cannot take {id}", made.agent));
            pass.waits = false;
        }
        trips.demand(Invariant::OfferWithoutRoom, agent.has_room(made.channel, made.units), || {
            format!("{:?} holds {} units and has no room for {id}", made.agent, agent.load())
        });
        let held = Held { channel: made.channel, units: made.units, offer: Some(offer), parked: false };
        agent.held.insert(id, held);
        self.pending.insert(offer, made.expires_at);
    }

    /// Given without an offer, whatever it costs: to somebody who is there, and only what nobody holds.
    fn assigned(&mut self, assigned: &InteractionAssigned, trips: &mut Trips) {
        let (id, channel) = (assigned.interaction, assigned.channel);
        let is_new = self.take_back(id, trips).is_none();
        let needs = assigned.needs.clone();
        let (queue, cooling) = (assigned.queue, BTreeSet::new());
        self.passes.insert(id, Pass { queue, channel, needs, waits: false, cooling });
        let agent = self.agent(assigned.agent);
        trips.demand(
            Invariant::AssignedToAbsent,
            agent.is_there && agent.profile.is_some() && is_new,
            || format!("{id} is given to {:?}, who is not there", assigned.agent),
        );
        agent.held.insert(id, Held { channel, units: assigned.units, offer: None, parked: false });
    }

    fn end_offer(&mut self, end: &OfferEnd, trips: &mut Trips) {
        let was_pending = self.pending.remove(&end.offer).is_some();
        trips.demand(Invariant::OfferEndsOnce, was_pending, || {
            format!("{} ended without being pending", end.offer)
        });
    }

    fn accepted(&mut self, end: &OfferEnd, trips: &mut Trips) {
        self.end_offer(end, trips);
        if let Some(held) = self.agent(end.agent).held.get_mut(&end.interaction) {
            held.offer = None;
        }
        if let Some(pass) = self.passes.get_mut(&end.interaction) {
            pass.cooling.clear();
        }
    }

    fn returned(&mut self, end: &OfferEnd, cools: bool, trips: &mut Trips) {
        self.end_offer(end, trips);
        self.agent(end.agent).held.remove(&end.interaction);
        if let Some(pass) = self.passes.get_mut(&end.interaction) {
            pass.waits = true;
            if cools {
                pass.cooling.insert(end.agent);
            }
        }
    }

    fn apply_promise(&mut self, event: &Event, trips: &mut Trips) {
        match event {
            Event::ClockStarted(started) => self.clock_started(started, trips),
            Event::ClockWarned { clock: id, warning, .. } => {
                let Some(clock) = self.running(*id, trips) else { return };
                let in_order = *warning == clock.warned + 1 && !clock.breached;
                clock.warned = *warning;
                trips.demand(Invariant::WarnedOnce, in_order, || format!("warning {warning} of {id}"));
            }
            Event::ClockBreached { clock: id, .. } => {
                let Some(clock) = self.running(*id, trips) else { return };
                let first = !std::mem::replace(&mut clock.breached, true);
                trips.demand(Invariant::BreachedOnce, first, || format!("{id} is breached twice"));
            }
            Event::BreachRetracted { clock: id, .. } => {
                let Some(clock) = self.running(*id, trips) else { return };
                let fits = clock.breached && !std::mem::replace(&mut clock.retracted, true);
                trips.demand(Invariant::BreachedOnce, fits, || format!("{id} has no breach to retract"));
            }
            Event::ClockEnded { clock: id, outcome, cause, .. } => {
                let Some(clock) = self.running(*id, trips) else { return };
                let fits = match outcome {
                    Outcome::Met => !clock.breached || clock.retracted,
                    Outcome::MetLate => clock.breached && !clock.retracted,
                    // Resolved in time, though it is read late, takes a breach back, too; the rules take none.
                    Outcome::Cancelled => !clock.retracted || *cause != Some(CancelCause::PolicyRemoved),
                };
                trips.demand(Invariant::ClockEndsOnce, fits, || format!("{id} cannot be {outcome:?}"));
                self.clocks.remove(id);
            }
            Event::EscalationRaised(raised) => self.raised(raised, trips),
            _ => {}
        }
    }

    fn clock_started(&mut self, started: &ClockStarted, trips: &mut Trips) {
        let is_new = started.clock.0 > self.newest_clock;
        trips.demand(Invariant::ClockEndsOnce, is_new, || format!("{} starts twice", started.clock));
        self.newest_clock = started.clock.0;
        let clock = Clock {
            queue: self.passes.get(&started.interaction).map(|pass| pass.queue),
            promise: started.promise.clone(),
            warned: 0,
            breached: false,
            retracted: false,
            rungs: BTreeSet::new(),
        };
        self.clocks.insert(started.clock, clock);
    }

    fn raised(&mut self, raised: &EscalationRaised, trips: &mut Trips) {
        let Some(clock) = self.running(raised.clock, trips) else { return };
        for rung in raised.skipped.iter().chain([&raised.rung]) {
            let first = clock.breached && clock.rungs.insert(*rung);
            trips.demand(Invariant::RungOnce, first, || format!("rung {rung} of {}", raised.clock));
        }
    }

    fn running(&mut self, id: ClockId, trips: &mut Trips) -> Option<&mut Clock> {
        let clock = self.clocks.get_mut(&id);
        trips.demand(Invariant::ClockEndsOnce, clock.is_some(), || format!("{id} does not run"));
        clock
    }
}

fn forget_before<V>(days: &mut BTreeMap<i64, V>, kept: i64) {
    let newest = days.last_key_value().map_or(0, |(day, _)| *day);
    days.retain(|day, _| *day >= newest - kept);
}
