//! The loop's part of a reload: the one swap. The engine is handed the rules until it has adopted them, then the
//! decoder goes over to their ways in, and once that is durable whoever asked is answered.

use std::sync::Arc;

use tokio::sync::oneshot;
use tracing::{info, warn};

use crate::domain::{Digest, Timestamp};
use crate::engine::command::Command;

use super::group::Group;
use super::query::{self, StatusJoin};
use super::ruling::{Before, Ruling};
use super::runtime::Term;
use super::{fault, telemetry};

/// What only the loop may do or tell.
pub enum Control {
    /// Go by other rules.
    Adopt(Adopting),
    /// Say what it knows.
    Look(oneshot::Sender<Look>),
}

/// What the loop knows, as operators ask for it.
#[derive(Debug)]
pub struct Look {
    /// The answer of the query `status`, before the streams are looked at.
    pub status: StatusJoin,
    /// The newest adoptions, the last of them in force.
    pub adopted: Vec<Digest>,
    /// What was in force before.
    pub before: Option<Digest>,
}

/// Takes down that a reload went through although who asked for it has given up.
pub type Unheard = Box<dyn FnOnce() + Send>;

/// A reload on its way through the loop. It outlives a term: what one term began, the next one ends.
pub struct Adopting {
    ruling: Arc<Ruling>,
    /// What was gone by when it was asked for.
    former: Arc<Ruling>,
    /// Where that is remembered once it is over.
    before: Before,
    answer: oneshot::Sender<Vec<Digest>>,
    /// Told when nobody hears the answer.
    unheard: Unheard,
    /// A part of it is in the group of this round, or lies in the journal.
    handed: bool,
    swapped: bool,
}

impl Adopting {
    /// A reload, and where its end is told: by the newest adoptions, once it is durable.
    pub fn new(
        ruling: Arc<Ruling>,
        former: Arc<Ruling>,
        before: Before,
        unheard: Unheard,
    ) -> (Adopting, oneshot::Receiver<Vec<Digest>>) {
        let (answer, answered) = oneshot::channel();
        (Adopting { ruling, former, before, answer, unheard, handed: false, swapped: false }, answered)
    }

    /// What a new term goes by, the journal having this policy: what was asked for, where the journal has it
    /// already or who asked still waits; else what was gone by before, since he was told that it was refused.
    pub fn settle(self, journaled: Digest) -> (Arc<Ruling>, Option<Adopting>) {
        let digest = self.ruling.policy.digest;
        let is_journaled = digest == journaled && digest != self.former.policy.digest;
        if is_journaled || !self.answer.is_closed() {
            return (self.ruling.clone(), Some(self));
        }
        (self.dropped(), None)
    }

    /// Who asked for it has given up before it began: what was gone by holds.
    fn dropped(self) -> Arc<Ruling> {
        warn!(policy = %self.ruling.policy.digest, "a reload that was given up is dropped");
        self.former
    }

    /// Tells that it is durable.
    pub fn tell(self, adopted: &[Digest]) {
        info!(policy = %self.ruling.policy.digest, "the rules of the reload are in force");
        telemetry::set_level(self.ruling.level);
        if self.ruling.is_kept_otherwise(&self.former) {
            self.before.store(Some(self.former));
        }
        if self.answer.send(adopted.to_vec()).is_err() {
            (self.unheard)();
        }
    }
}

impl Term {
    /// Takes what an operator asks of the loop.
    pub(super) fn take_control(&mut self, control: Control) {
        match control {
            // Who gave up before it began is not surprised by it later.
            Control::Adopt(adopting) if adopting.answer.is_closed() => drop(adopting.dropped()),
            Control::Adopt(adopting) => self.adopting = Some(adopting),
            Control::Look(reply) => {
                let state = self.engine.state();
                let status = query::status(&self.engine, &self.facts);
                let _ = reply.send(Look {
                    status,
                    adopted: state.adopted.clone(),
                    before: state.policy_before(),
                });
            }
        }
    }

    /// One step of a reload: names beyond what a step may record are for the next round.
    pub(super) fn adopt(&mut self, now: Timestamp, group: &mut Group) {
        let Some(mut adopting) = self.adopting.take() else { return };
        let digest = adopting.ruling.policy.digest;
        if self.engine.state().policy != digest && group.has_room(1) {
            self.order(now, Command::AdoptPolicy(adopting.ruling.policy.clone()), group);
            adopting.handed = true;
        }
        if self.engine.state().policy == digest {
            self.live.store(adopting.ruling.clone());
            adopting.swapped = true;
            // What is at hand was decoded for the sources of before.
            self.input = self.input.take().and_then(|input| self.inputs.admit(input));
        }
        self.adopting = Some(adopting);
    }

    /// What this round did of a reload is durable.
    pub(super) fn note_adopted(&mut self) {
        let Some(adopting) = self.adopting.take() else { return };
        if adopting.handed {
            fault::point("reload_adopting");
        }
        if adopting.swapped {
            adopting.tell(&self.engine.state().adopted);
        } else {
            self.adopting = Some(adopting);
        }
    }
}
