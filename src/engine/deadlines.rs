//! Everything that will be due, in the one order of due work: (due, kind, id). What is in here follows
//! from the entities: each says when it is next due, and `evolve` moves its entry when that changes.

use std::collections::BTreeSet;

use crate::domain::Timestamp;

/// What kind of thing is due. At one instant the kinds go in this order: promises stop before anything
/// starts, and presence before what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DueKind {
    /// An offer lapses.
    Offer,
    /// A clock warns, breaches, raises its next rung, or its acknowledgement ends.
    Clock,
    /// A lost agent is offline by himself.
    LostAgent,
    /// The work of an agent who went offline is released.
    Release,
    /// A parked interaction goes on.
    Pend,
    /// A wrap-up is over.
    WrapUp,
    /// An agent may be offered again what he declined or missed.
    Cooldown,
    /// A resolved conversation is archived.
    Archive,
    /// An archived conversation is forgotten.
    Forget,
    /// A contact without conversations is forgotten.
    Contact,
    /// A mail is sent, or sent again.
    Mail,
}

/// One entry: the first by this order is done first.
pub type Due = (Timestamp, DueKind, u64);

/// What will be due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deadlines(BTreeSet<Due>);

impl Deadlines {
    /// The first of all; with `without_mail`, of all but mail, of which there is one entry at most.
    pub fn first(&self, without_mail: bool) -> Option<Due> {
        self.0.iter().find(|(_, kind, _)| !without_mail || *kind != DueKind::Mail).copied()
    }

    /// Moves the entry of an entity from its old due instant to its new one.
    pub fn shift(&mut self, kind: DueKind, id: u64, old: Option<Timestamp>, new: Option<Timestamp>) {
        if old == new {
            return;
        }
        if let Some(due) = old {
            let was_there = self.0.remove(&(due, kind, id));
            debug_assert!(was_there, "an entity's old due instant is in the deadlines: {kind:?} {id}");
        }
        if let Some(due) = new {
            self.0.insert((due, kind, id));
        }
    }

    /// Every entry, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Due> {
        self.0.iter()
    }
}
