//! The loop. One round: a slice of due work, then requests, then input, then one append; never waiting
//! for more to come. The engine is touched here and nowhere else.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tracing::{error, info, warn};

use crate::domain::{Role, Timestamp};
use crate::engine::command::{Command, Door};
use crate::engine::{Accepted, Engine, Rejection, site_order};
use crate::wire::api::desktop_of;
use crate::wire::{Joined, Occasion, Request as Asked, Subjects};

use super::adopting::{Adopting, Control};
use super::answer::Answer;
use super::answering::Answering;
use super::beat::Beating;
use super::clock::Clock;
use super::decoding::{DecodedInput, Decoding};
use super::desktops::{Desktops, Heartbeat};
use super::door::Request;
use super::fault;
use super::group::Group;
use super::health::TURN_EVERY;
use super::hints::Hints;
use super::housekeeping::Housekeeping;
use super::inbox::ReadError;
use super::journal::{AppendError, Journal};
use super::mail::worker::Mailing;
use super::mailed::{Mailed, Outcomes};
use super::outbox::Outbox;
use super::parts::{self, Parts};
use super::pieces::{self, Pieces};
use super::query::{self, Answered};
use super::ruling::Live;
use super::vitals::Vitals;

/// Requests taken in one round.
const REQUESTS_A_ROUND: usize = 64;
/// Inputs taken in one round.
const INPUTS_A_ROUND: usize = 256;
/// Inputs that left no record before the position is recorded by itself.
const UNMARKED_INPUTS: u64 = 10_000;
/// How long inputs may leave no record before the position is recorded by itself.
const UNMARKED_FOR: Duration = Duration::from_secs(10);
/// How long due work waits for the input of before our term, when no more of it comes.
const CATCH_UP: Duration = Duration::from_secs(5);

/// Heartbeats taken in one round.
const HEARTBEATS_A_ROUND: usize = 4_096;

/// Why a term ended.
#[derive(Debug)]
pub enum TermEnd {
    /// We were asked to stop, and the position is recorded.
    Stopped,
    /// Another instance leads.
    Superseded,
    /// The outcome of an append is not known, or somebody else wrote: recover, and lead again if we may.
    Recover,
    /// The input stream cannot be read.
    Input(ReadError),
    /// A group does not fit through the server: it would not the next time either.
    TooLarge(AppendError),
}

/// One term of leading.
pub struct Term {
    pub engine: Engine,
    pub journal: Arc<Journal>,
    pub subjects: Subjects,
    /// What the decoding goes by, too.
    pub live: Live,
    pub clock: Box<dyn Clock>,
    pub inputs: Decoding,
    pub requests: mpsc::Receiver<Request>,
    /// What operators ask of the loop.
    pub control: mpsc::Receiver<Control>,
    /// The reload that is under way.
    pub adopting: Option<Adopting>,
    pub desktops: Desktops,
    pub outbox: Outbox,
    /// Mails on their way.
    pub mailing: Mailing,
    /// What became of attempts to send a mail.
    pub mailed: Outcomes,
    pub hints: Hints,
    pub answering: Answering,
    pub beating: Beating,
    pub facts: query::SiteFacts,
    pub housekeeping: Housekeeping,
    pub vitals: Vitals,
    /// The journal's last sequence.
    pub last: u64,
    /// The epoch that we lead in.
    pub epoch: u64,
    /// How many requests came in this term.
    pub asked: u64,
    /// The last input of before our term: due work waits for it, so that what was asked in time counts.
    pub backlog: u64,
    pub stop: watch::Receiver<bool>,
    /// Tells that a clock moved by hand has moved.
    pub moved: watch::Receiver<()>,
    /// When the last input was consumed, or the term began.
    pub consumed_at: Instant,
    /// When the last record was appended.
    pub recorded_at: Instant,
    /// The time of the last round, and when that was: an append may lie behind it.
    pub now: Timestamp,
    pub read_at: Instant,
    /// What woke the loop and is still to be taken, when its group has room.
    pub request: Option<Request>,
    pub input: Option<DecodedInput>,
    /// What is left of an input whose group had no room for all of it.
    pub pieces: Pieces,
    /// Parts of short messages that wait for each other.
    pub parts: Parts,
    /// Texts that ended without some, and are still to be told.
    pub ended: VecDeque<Joined>,
}

/// What ended a wait.
enum Wake {
    Stop,
    Superseded,
    Request(Request),
    Input(Option<Result<DecodedInput, ReadError>>),
    Heartbeat(Heartbeat),
    Mailed(Mailed),
    Control(Control),
    Timer,
}

impl Term {
    /// Rounds until the term ends.
    pub async fn run(&mut self) -> TermEnd {
        loop {
            let wake = self.wait().await;
            if let Err(end) = self.round(wake).await {
                return end;
            }
        }
    }

    /// Waits for anything to do. What must not wait comes first.
    async fn wait(&mut self) -> Wake {
        if self.request.is_some()
            || self.input.is_some()
            || !self.pieces.is_empty()
            || self.adopting.is_some()
        {
            return Wake::Timer;
        }
        let timer = self.next_wake();
        let epoch = self.epoch;
        tokio::select! {
            biased;
            // 1. An operator or systemd asks us to end.
            Ok(_) = self.stop.wait_for(|stop| *stop) => Wake::Stop,
            // 2. Whoever has a higher epoch leads; our next append would be refused anyway.
            Ok(_) = self.beating.heard.wait_for(|heard| *heard > epoch) => Wake::Superseded,
            // 3. Somebody waits for an answer.
            Some(request) = self.requests.recv() => Wake::Request(request),
            // 4. A desktop is heard: late, it would cost an agent his offers.
            Some(heartbeat) = self.desktops.next() => Wake::Heartbeat(heartbeat),
            // 5. A mail was sent or failed: until that is recorded, its place is taken.
            Some(mailed) = self.mailed.recv() => Wake::Mailed(mailed),
            // 6. An operator asks; it is rare, and messages never end.
            Some(control) = self.control.recv() => Wake::Control(control),
            // 7. Messages and durable commands.
            input = self.inputs.next() => Wake::Input(input),
            // 8. Due work, a lapsed lease, a position to record.
            () = sleep_until(timer) => Wake::Timer,
            // 9. In tests the clock was moved by hand.
            Ok(()) = self.moved.changed() => Wake::Timer,
        }
    }

    async fn round(&mut self, wake: Wake) -> Result<(), TermEnd> {
        fault::hang("round_hangs").await;
        let mut group = Group::default();
        let now = self.read_clock(&mut group);
        self.beating.loop_at.store(now.0, Ordering::Relaxed);
        self.vitals.turn(&self.engine, now, self.outbox.pending(), self.facts.foreign);
        match wake {
            Wake::Stop => return self.stop(now, group).await,
            Wake::Superseded => return Err(TermEnd::Superseded),
            Wake::Request(first) => self.request = Some(first),
            Wake::Heartbeat(heartbeat) => self.hear(heartbeat, now, &mut group),
            Wake::Mailed(mailed) => self.end_mail(mailed, now, &mut group),
            Wake::Input(Some(first)) => self.input = Some(first.map_err(TermEnd::Input)?),
            Wake::Input(None) => {
                error!("the reading of input has ended by itself; recovering");
                return Err(TermEnd::Recover);
            }
            Wake::Control(control) => self.take_control(control),
            Wake::Timer => {}
        }
        self.pass_time(now, &mut group);
        self.end_parts(now, &mut group);
        self.end_mails(now, &mut group);
        self.adopt(now, &mut group);
        self.hear_all(now, &mut group);
        self.note_silence(now, &mut group);
        self.take_requests(now, &mut group);
        // What was taken before the input could not be read any more is durable and answered all the same.
        let read = self.take_inputs(now, &mut group);
        self.mark_position(false, now, &mut group);
        self.commit(group).await?;
        self.note_adopted();
        read
    }

    fn read_clock(&mut self, group: &mut Group) -> Timestamp {
        self.read_at = Instant::now();
        let reading = self.clock.now();
        if let Some((from, to)) = reading.stepped {
            self.order(reading.now, Command::StepClock { from, to }, group);
        }
        // A clock moved by hand stands at its start in a new process, and what is due must not wait for a hand.
        self.now = reading.now.max(self.engine.state().at);
        self.now
    }

    /// One slice of due work, once the input of before our term has been met.
    fn pass_time(&mut self, now: Timestamp, group: &mut Group) {
        let due = self.engine.next_deadline().is_some_and(|due| due <= now);
        if due && self.has_caught_up() && group.has_room(2) {
            self.order(now, Command::PassTime, group);
        }
    }

    /// Texts whose parts have waited long enough, once the input of before our term has been met: a part may be in it.
    fn end_parts(&mut self, now: Timestamp, group: &mut Group) {
        if self.ended.is_empty() && self.has_caught_up() {
            self.ended = self.parts.pass(now).into();
        }
        while group.has_room(1)
            && let Some(joined) = self.ended.pop_front()
        {
            let command = parts::command(joined, &self.live.load().decoder);
            self.receive(now, command, group);
        }
    }

    /// A message that the daemon itself put together: that it is known already is no fault.
    fn receive(&mut self, now: Timestamp, command: Command, group: &mut Group) {
        let order = site_order(command);
        if let Err(rejection) = self.engine.handle(now, &order) {
            info!(verb = order.command.verb(), code = rejection.code(), "rejected");
        }
        group.take(&self.engine, &self.subjects, None);
    }

    fn has_caught_up(&self) -> bool {
        self.engine.consumed() >= self.backlog || self.consumed_at.elapsed() > CATCH_UP
    }

    /// Those who beat are heard before anybody is found silent.
    fn hear_all(&mut self, now: Timestamp, group: &mut Group) {
        for _ in 0..HEARTBEATS_A_ROUND {
            if !group.has_room(1) {
                return;
            }
            let Some(heartbeat) = self.desktops.try_next() else { return };
            self.hear(heartbeat, now, group);
        }
    }

    fn hear(&mut self, heartbeat: Heartbeat, now: Timestamp, group: &mut Group) {
        if let Some(agent) = self.desktops.hear(heartbeat) {
            self.order(now, Command::ReturnAgent(agent), group);
        }
    }

    /// Those who do not fit are met in the next round, which follows at once.
    fn note_silence(&mut self, now: Timestamp, group: &mut Group) {
        while group.has_room(1)
            && let Some(agent) = self.desktops.next_lapsed()
        {
            warn!(%agent, "no desktop of this agent is heard any more");
            self.order(now, Command::LoseAgent(agent), group);
        }
    }

    fn take_requests(&mut self, now: Timestamp, group: &mut Group) {
        for _ in 0..REQUESTS_A_ROUND {
            if !group.has_room(1) {
                return;
            }
            let next = self.request.take().or_else(|| self.requests.try_recv().ok());
            let Some(request) = next else { return };
            self.answer(request, now, group);
        }
    }

    fn answer(&mut self, request: Request, now: Timestamp, group: &mut Group) {
        let Request { subject, payload, trace, reply } = request;
        let call = self.subjects.api(&subject).and_then(|call| Some((call.actor.parse().ok()?, call.verb)));
        let Some((actor, verb)) = call else {
            let message = "the subject is not `<prefix>.api.<actor>.<verb>`";
            return group.answer(reply, Answer::no(self.engine.state().seq, "bad_subject", message));
        };
        // NATS alone keeps anybody from asking under the site's own name, which may do what nobody else may.
        if self.engine.role_of(&actor) == Some(Role::Site) {
            let message = "this name is the site's own; ask under the name of an agent or actor";
            return group.answer(reply, Answer::no(self.engine.state().seq, "forbidden", message));
        }
        self.asked += 1;
        let occasion = Occasion { epoch: self.epoch, number: self.asked };
        match self.live.load().decoder.requests().parse(verb, &actor, Door::Api, occasion, &payload) {
            Ok(Asked::Command(order)) => {
                let outcome = self.engine.handle(now, &order);
                group.take(&self.engine, &self.subjects, trace.as_ref());
                if is_news(&outcome) {
                    group.hint(self.desktops.note(&order, desktop_of(&payload)));
                }
                group.answer_command(reply, &outcome, self.engine.state().seq);
            }
            Ok(Asked::Query(query)) => {
                let lease = |desktop: Option<&str>| self.desktops.lease_of(&actor, desktop);
                match query::answer(&self.engine, &self.facts, &actor, &query, lease) {
                    Answered::Ready(answer) => group.answer(reply, answer),
                    Answered::Join(join) => group.answer_joined(reply, join),
                    Answered::Status(join) => group.answer_status(reply, join),
                }
            }
            Err(fault) => {
                group.answer(reply, Answer::no(self.engine.state().seq, fault.code, &fault.message));
            }
        }
    }

    fn take_inputs(&mut self, now: Timestamp, group: &mut Group) -> Result<(), TermEnd> {
        self.take_pieces(now, group);
        for _ in 0..INPUTS_A_ROUND {
            if !group.has_room(1) || !self.pieces.is_empty() {
                return Ok(());
            }
            let next = match self.input.take() {
                Some(input) => Some(input),
                None => self.inputs.try_next().transpose().map_err(TermEnd::Input)?,
            };
            let Some(input) = next else { return Ok(()) };
            self.pieces = Pieces::of(input, &self.engine, &mut self.parts, &self.live.load().decoder);
            self.pieces.ignored.iter().for_each(|reason| self.vitals.metrics.ignored(reason));
            // Nothing of it has an effect: the position goes on all the same.
            self.engine.consume(if self.pieces.is_empty() { self.pieces.inseq } else { 0 });
            self.consumed_at = Instant::now();
            self.take_pieces(now, group);
        }
        Ok(())
    }

    /// What is left of one input, as far as the group has room.
    fn take_pieces(&mut self, now: Timestamp, group: &mut Group) {
        while group.has_room(1) {
            let Some(order) = self.pieces.take() else { return };
            let outcome = self.engine.handle(now, &order);
            group.take(&self.engine, &self.subjects, self.pieces.trace.as_ref());
            if is_news(&outcome) {
                group.hint(self.desktops.note(&order, None));
            }
            if pieces::is_told(&order)
                && let Some(reason) = no_effect(&outcome)
            {
                self.vitals.metrics.ignored(reason);
            }
            if let Err(rejection) = outcome {
                pieces::tell(self.pieces.inseq, &order, rejection.code());
            }
        }
    }

    /// Inputs that left no record would be read again after a restart, for ever if none ever does.
    pub(super) fn mark_position(&mut self, stopping: bool, now: Timestamp, group: &mut Group) {
        let unmarked = self.engine.consumed() - self.engine.state().inseq;
        let long = self.recorded_at.elapsed() >= UNMARKED_FOR;
        if unmarked > 0 && group.has_no_lines() && (stopping || long || unmarked >= UNMARKED_INPUTS) {
            self.order(now, Command::MarkPosition, group);
        }
    }

    /// A command of the daemon itself.
    pub(super) fn order(&mut self, now: Timestamp, command: Command, group: &mut Group) {
        let order = site_order(command);
        if let Err(rejection) = self.engine.handle(now, &order) {
            error!(verb = order.command.verb(), %rejection, "the engine refused the daemon's own command");
        }
        group.take(&self.engine, &self.subjects, None);
        if matches!(order.command, Command::PassTime | Command::AdoptPolicy(_)) {
            self.desktops.sync(self.engine.state());
        }
    }

    /// When the loop has something to do though nothing comes.
    fn next_wake(&mut self) -> Instant {
        let now = Instant::now();
        let unmarked = self.engine.consumed() > self.engine.state().inseq;
        let mark = unmarked.then(|| self.recorded_at + UNMARKED_FOR);
        let caught_up = (!self.has_caught_up()).then(|| self.consumed_at + CATCH_UP);
        let lapse = self.desktops.next_lapse();
        let due = if self.has_caught_up() { self.engine.next_deadline() } else { None };
        let part = self.parts.next_due().filter(|_| self.has_caught_up());
        let due = due.into_iter().chain(part).min();
        let due = due.map(|due| self.read_at + Duration::from_millis(due.since(self.now).0.unsigned_abs()));
        let first = [mark, caught_up, lapse, due].into_iter().flatten().min();
        first.unwrap_or(now + TURN_EVERY).min(now + TURN_EVERY)
    }
}

/// Why what a channel told had no effect; none where it had one.
fn no_effect(outcome: &Result<Accepted, Rejection>) -> Option<&'static str> {
    match outcome {
        Ok(Accepted::Unchanged) => Some("nothing_new"),
        Ok(_) => None,
        Err(rejection) => Some(rejection.code()),
    }
}

/// Whether a command was carried out just now. A repeated one tells of a time that is over: an old sign-out
/// must not end the lease of the sign-in behind it.
fn is_news(outcome: &Result<Accepted, Rejection>) -> bool {
    matches!(outcome, Ok(Accepted::Recorded(_) | Accepted::Unchanged))
}

/// An error with all that caused it.
pub fn chain(fault: &dyn std::error::Error) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        // Many a library tells its cause in its own sentence, and then again as its cause.
        let next = cause.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        source = cause.source();
    }
    text
}
