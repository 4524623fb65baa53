//! The deterministic machine. Everything enters by [`Engine::handle`] and leaves as events.
//!
//! **Contract.** `handle(now, order)` judges one command to its end: what it leads to is recorded and
//! applied, then matching runs until nothing waits that somebody free could take. A command yields at most
//! [`STEP_EVENTS_MAX`] events; what is more is owed, and [`Engine::next_deadline`] says so at once. The
//! same orders at the same instants give the same records, and [`Engine::replay`] of those records gives
//! the same state, whatever the policy.
//!
//! **What is absent.** No clock, randomness, file, lock, log, text format or task. Time is an argument;
//! a call with an instant before the last record is taken at that record's instant.

mod bits;
mod cause;
pub mod command;
mod contacts;
mod deadlines;
mod decide;
mod dirty;
pub mod effect;
pub mod event;
mod evolve;
mod facts;
mod hold;
mod holding;
mod invariants;
pub mod mail;
mod matching;
mod outgoing;
mod promise;
mod queueing;
mod recorder;
mod rejection;
mod remembered;
mod rules;
pub mod state;
mod table;
mod threading;
mod uniform;
mod updates;
mod window;

use std::sync::Arc;

use crate::domain::{Name, Names, Role, Seq, Timestamp};
use crate::policy::Policy;

use command::{Command, Door, Order, RefusedInput};
use decide::adopt_policy::{self, Progress};
use dirty::Dirty;
use event::{CommandCause, Event, Recorded};
use recorder::{Origin, Recorder};
use rules::Rules;
use state::State;

pub use deadlines::DueKind;
pub use invariants::Violation;
pub use recorder::STEP_EVENTS_MAX;
pub use rejection::Rejection;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It was carried out; its first fact lies there.
    Recorded(Seq),
    /// It was carried out before; its first fact lies there.
    Repeated(Seq),
    /// There was nothing to do.
    Unchanged,
}

/// The machine.
#[derive(Debug)]
pub struct Engine {
    state: State,
    rules: Rules,
    dirty: Dirty,
    progress: Progress,
    /// The last input handed in; it may have left no record yet.
    consumed: u64,
    events: Vec<Recorded>,
}

impl Engine {
    /// A machine that knows nothing, not even its rules: adopt a policy first.
    pub fn new() -> Engine {
        Engine::replay(Policy::empty(), std::iter::empty())
    }

    /// The machine as its records left it. `policy` is the one to go on with; the records need none.
    pub fn replay(policy: Policy, records: impl IntoIterator<Item = Recorded>) -> Engine {
        let mut state = State::default();
        for recorded in records {
            evolve::evolve(&mut state, &recorded);
        }
        Engine::resume(Arc::new(policy), state)
    }

    /// A machine that goes on from a state.
    pub fn resume(policy: Arc<Policy>, state: State) -> Engine {
        let rules = Rules::bind(policy, &state);
        let dirty = Dirty::everything(&state);
        let consumed = state.inseq;
        Engine { state, rules, dirty, progress: Progress::default(), consumed, events: Vec::new() }
    }

    /// What it knows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The rules that it goes by.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.rules.policy
    }

    /// As what an actor may ask; none for a stranger.
    pub fn role_of(&self, actor: &Name) -> Option<Role> {
        self.rules.role(actor, &self.state)
    }

    /// The last input handed in.
    pub fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Takes note that an input was met which has no effect.
    pub fn consume(&mut self, inseq: u64) {
        self.consumed = self.consumed.max(inseq);
    }

    /// Applies a record of the journal while it is read: a step of replay.
    pub fn apply(&mut self, recorded: &Recorded) {
        evolve::evolve(&mut self.state, recorded);
        self.consumed = self.state.inseq;
    }

    /// Ends a replay that was made by [`Engine::apply`]: binds the rules and looks for work. `tail` is the
    /// journal's last sequence, which a foreign record may have moved beyond our last.
    pub fn rejoin(&mut self, policy: Arc<Policy>, tail: Seq) {
        self.rules = Rules::bind(policy, &self.state);
        self.dirty = Dirty::everything(&self.state);
        self.progress = Progress::default();
        self.state.seq = self.state.seq.max(tail);
    }

    /// Judges one command to its end. The records are in [`Engine::events`] until the next call; even a
    /// rejected command may leave some, of due work that it settled.
    pub fn handle(&mut self, now: Timestamp, order: &Order) -> Result<Accepted, Rejection> {
        self.events.clear();
        let now = now.max(self.state.at);
        if let Door::Input { inseq, .. } | Door::Piece { inseq, .. } = order.door {
            if inseq <= self.consumed {
                return Err(Rejection::InputConsumed { inseq });
            }
            if matches!(order.door, Door::Input { .. }) {
                self.consumed = inseq;
            }
        }
        if let Some(seq) = order.key.and_then(|key| self.state.commands.get(key)) {
            return Ok(Accepted::Repeated(seq));
        }
        let answer = match &order.command {
            Command::AdoptPolicy(policy) => Ok(self.adopt(now, order, policy)),
            _ => self.decide(now, order),
        };
        self.finish(now, order);
        answer.map(|seq| seq.map_or(Accepted::Unchanged, Accepted::Recorded))
    }

    /// What the last command recorded.
    pub fn events(&self) -> &[Recorded] {
        &self.events
    }

    /// The instant at which [`Command::PassTime`] has something to do; the past when it is owed already.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        if !self.dirty.is_empty() || self.is_applying() {
            return Some(self.state.at);
        }
        self.rules.first_due(&self.state).map(|(due, _, _)| due)
    }

    /// What does not hold that should: nothing, unless we have a bug.
    pub fn check_invariants(&self) -> Vec<Violation> {
        invariants::check(&self.state, self.dirty.is_empty() && !self.is_applying())
    }

    fn decide(&mut self, now: Timestamp, order: &Order) -> Result<Option<Seq>, Rejection> {
        let cause = order.key.map(|key| CommandCause { key, asked_at: asked_at(now, order) });
        let mut recorder = self.recorder(now, order);
        recorder.begin_answer(cause);
        let judged = decide::decide(&mut recorder, order);
        let answer = recorder.end_answer();
        if let (Err(rejection), Door::Input { .. } | Door::Piece { .. }) = (&judged, order.door) {
            note_rejection(&mut recorder, order, rejection);
        }
        remembered::keep_bounded(&mut recorder);
        matching::offer_all(&mut recorder);
        judged.map(|()| answer)
    }

    /// Adopts rules, or the part of their names that one step may record: hand them in until
    /// [`State::policy`] is theirs.
    fn adopt(&mut self, now: Timestamp, order: &Order, policy: &Arc<Policy>) -> Option<Seq> {
        let mut recorder = self.recorder(now, order);
        recorder.begin_answer(None);
        let is_adopted = adopt_policy::announce(&mut recorder, policy);
        let answer = recorder.end_answer();
        if is_adopted {
            self.rules = Rules::bind(policy.clone(), &self.state);
            self.progress = Progress::default();
        }
        answer
    }

    /// After an adoption, and whenever time passes: the rest of the adoption as far as the step has room.
    fn finish(&mut self, now: Timestamp, order: &Order) {
        if matches!(order.command, Command::AdoptPolicy(_) | Command::PassTime) && self.is_applying() {
            let mut progress = std::mem::take(&mut self.progress);
            let mut recorder = self.recorder(now, order);
            adopt_policy::apply_slice(&mut recorder, &mut progress);
            matching::offer_all(&mut recorder);
            self.progress = progress;
        }
        debug_assert!(
            self.events.len() <= STEP_EVENTS_MAX,
            "a command yields at most {STEP_EVENTS_MAX} events"
        );
    }

    /// Whether the adopted policy, which is the one at hand, is still being applied.
    fn is_applying(&self) -> bool {
        !self.state.policy_applied && self.rules.policy.digest == self.state.policy
    }

    fn recorder(&mut self, now: Timestamp, order: &Order) -> Recorder<'_> {
        let asked_at = asked_at(now, order);
        let origin = Origin { now, asked_at, inseq: self.consumed, actor: order.actor.clone() };
        Recorder::new(&mut self.state, &self.rules, &mut self.dirty, &mut self.events, origin)
    }
}

impl Default for Engine {
    fn default() -> Self {
        Engine::new()
    }
}

/// An order of the daemon itself.
pub fn site_order(command: Command) -> Order {
    let actor = Names::default().actor(Names::SITE).clone();
    Order { actor, door: Door::Site, key: None, if_version: None, command }
}

/// A durable command counts from when it entered the input stream, never from the future.
fn asked_at(now: Timestamp, order: &Order) -> Timestamp {
    match order.door {
        Door::Input { stored_at, .. } | Door::Piece { stored_at, .. } => stored_at.min(now),
        Door::Api | Door::Site => now,
    }
}

/// Nobody waits for the answer of a durable command, so the journal tells it; and a message that no source
/// takes is refused like one that cannot be read, so that it lies in DEAD. Who is unknown gets no number.
fn note_rejection(recorder: &mut Recorder<'_>, order: &Order, rejection: &Rejection) {
    let (code, reason) = (rejection.code().to_owned(), rejection.to_string());
    match rejection {
        Rejection::UnknownActor(_) => recorder.as_site(),
        // Of several pieces of one input the last one stands for it.
        Rejection::UnknownSource(_) if matches!(order.door, Door::Piece { .. }) => return,
        Rejection::UnknownSource(source) if !is_command(&order.command) => {
            let (subject, channel) = (source.to_string(), None);
            recorder.record(Event::InputRefused(Box::new(RefusedInput { subject, channel, code, reason })));
            return;
        }
        _ => {}
    }
    if is_command(&order.command) {
        recorder.record(Event::CommandRejected { verb: order.command.verb().to_owned(), code, reason });
    }
}

/// Whether somebody asked, as against a message that came in or the daemon itself.
fn is_command(command: &Command) -> bool {
    !matches!(command, Command::ReceiveMessage(_) | Command::ReceiveUpdate(_) | Command::RefuseInput(_))
}
