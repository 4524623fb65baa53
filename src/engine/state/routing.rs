//! Who is free and who waits, indexed so that one event needs one look-up.
//!
//! Interactions that ask the same of an agent on the same channel are one *class*. Agents who meet a
//! class are a row of bits. An agent's change touches his bit in each class; an arrival walks the free
//! agents in rank order and tests their bits (field page queueing 3.1).

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};

use crate::domain::{AgentId, Channel, InteractionId, Needs, Timestamp};

use super::super::bits::Bits;
use super::agent::Agent;
use super::conversation::Interaction;

/// The number of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

/// The order of work: the higher priority, then the older, then the lower number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaitKey {
    pub priority: Reverse<i32>,
    pub since: Timestamp,
    pub interaction: InteractionId,
}

impl WaitKey {
    /// The place of an interaction in the order of work.
    pub fn of(id: InteractionId, interaction: &Interaction) -> WaitKey {
        WaitKey { priority: Reverse(interaction.priority), since: interaction.waiting_since, interaction: id }
    }
}

/// What is asked, who meets it, who waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub channel: Channel,
    pub needs: Needs,
    /// The agents who meet it, free or not.
    pub met_by: Bits,
    pub waiting: BTreeSet<WaitKey>,
}

/// The indexes of matching.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routing {
    classes: Vec<Class>,
    /// Looked up and never iterated; the seed is fixed.
    class_by_needs: HashMap<(Channel, Needs), ClassId, BuildHasherDefault<DefaultHasher>>,
    /// Classes for which somebody waits.
    pub waited_for: Bits,
    /// The classes that each agent meets, by the index of [`AgentId`]: `met_by` turned over.
    meeting: Vec<Bits>,
    /// Free agents in rank order: the least load first, then the longest at it, then the number.
    pub free: BTreeSet<(u32, Timestamp, AgentId)>,
    /// The same agents as bits.
    pub free_bits: Bits,
}

impl Routing {
    /// A class by its number.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.0 as usize]
    }

    /// Every class, by number.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.classes.iter().enumerate().map(|(number, class)| (ClassId(number as u32), class))
    }

    /// Every class for which somebody waits, by number.
    pub fn waited_for(&self) -> impl Iterator<Item = &Class> {
        self.waited_for.both(&self.waited_for).map(|number| &self.classes[number])
    }

    /// The class of what is asked, made when it is new.
    pub fn intern(&mut self, channel: Channel, needs: &Needs, agents: &[Agent]) -> ClassId {
        let key = (channel, needs.clone());
        if let Some(id) = self.class_by_needs.get(&key) {
            return *id;
        }
        let id = ClassId(self.classes.len() as u32);
        let mut class =
            Class { channel, needs: needs.clone(), met_by: Bits::default(), waiting: BTreeSet::new() };
        self.meeting.resize_with(agents.len(), Bits::default);
        for (number, agent) in agents.iter().enumerate() {
            let met = meets(agent, &class.needs);
            class.met_by.set(number, met);
            self.meeting[number].set(id.0 as usize, met);
        }
        self.classes.push(class);
        self.class_by_needs.insert(key, id);
        id
    }

    /// Puts an interaction among those who wait.
    pub fn wait(&mut self, class: ClassId, key: WaitKey) {
        self.classes[class.0 as usize].waiting.insert(key);
        self.waited_for.set(class.0 as usize, true);
    }

    /// Takes an interaction out of those who wait.
    pub fn unwait(&mut self, class: ClassId, key: WaitKey) {
        let waiting = &mut self.classes[class.0 as usize].waiting;
        waiting.remove(&key);
        if waiting.is_empty() {
            self.waited_for.set(class.0 as usize, false);
        }
    }

    /// The classes for which somebody waits whom this agent could serve, by number.
    pub fn work_of(&self, id: AgentId) -> impl Iterator<Item = &Class> {
        let met = self.meeting.get(id.index()).into_iter();
        met.flat_map(|met| met.both(&self.waited_for)).map(|number| &self.classes[number])
    }

    /// Notes that an agent's skills changed.
    pub fn note_skills(&mut self, id: AgentId, agent: &Agent) {
        if self.meeting.len() <= id.index() {
            self.meeting.resize_with(id.index() + 1, Bits::default);
        }
        for (number, class) in self.classes.iter_mut().enumerate() {
            let met = meets(agent, &class.needs);
            class.met_by.set(id.index(), met);
            self.meeting[id.index()].set(number, met);
        }
    }

    /// Takes an agent out of the free ones, as he was before a change.
    pub fn unlist(&mut self, id: AgentId, agent: &Agent) {
        if agent.is_free() {
            self.free.remove(&(agent.load(), agent.since, id));
            self.free_bits.set(id.index(), false);
        }
    }

    /// Puts an agent among the free ones, as he is after a change.
    pub fn list(&mut self, id: AgentId, agent: &Agent) {
        if agent.is_free() {
            self.free.insert((agent.load(), agent.since, id));
            self.free_bits.set(id.index(), true);
        }
    }
}

/// Whether an agent masters what is asked.
pub fn meets(agent: &Agent, needs: &Needs) -> bool {
    agent.profile.as_ref().is_some_and(|profile| profile.skills.meet(needs))
}
