//! Leading, term after term: recover from the journal, claim the lead by the fence, serve until something
//! ends the term.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::domain::{Seq, Timestamp};
use crate::engine::Engine;
use crate::engine::command::Command;
use crate::engine::site_order;
use crate::engine::state::State;
use crate::wire::Hint;

use super::answering::Answering;
use super::beat::{self, Beating};
use super::clock::Clock;
use super::daemon::Daemon;
use super::decoding::Decoding;
use super::desktops::Desktops;
use super::door::{Door, Request};
use super::fetching::Fetching;
use super::group::Group;
use super::hand;
use super::health::Phase;
use super::hints::Hints;
use super::housekeeping::Housekeeping;
use super::inbox::Inbox;
use super::journal::AppendError;
use super::mail::worker::Mailing;
use super::mailed::Outcomes;
use super::nats::jetstream;
use super::operators::Operators;
use super::outbox::{self, Exits, Marks, Outbox, Owed};
use super::parts::{Before, Parts};
use super::pieces::Pieces;
use super::policies::PolicyStoreError;
use super::query::SiteFacts;
use super::recovery::{Recovered, recover};
use super::reload::Load;
use super::runtime::{Term, TermEnd, chain};
use super::serve::{Exit, Failure};
use super::stored;
use super::stored::Tail;

/// How long to wait before recovering again while NATS is away.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the last answers of a term may take to leave.
const FLUSH_MAX: Duration = Duration::from_secs(1);

/// How long the last effects of a term may take to leave when we are asked to stop.
const DRAIN_MAX: Duration = Duration::from_secs(3);

/// How an attempt to lead went on.
enum Attempt<T> {
    /// So far.
    On(T),
    /// NATS did not let us: it is to be tried again.
    Later,
    /// The term is over before it began.
    Over(TermEnd),
}

impl Daemon {
    /// Term after term, until one ends for good. Operators are heard from before the first on.
    pub(super) async fn lead(&mut self, load: Load, hangups: mpsc::Receiver<()>) -> Result<Exit, Failure> {
        let health = self.vitals.health.clone();
        health.enter(Phase::Listening);
        let mut stop = self.stop.clone();
        tokio::select! {
            Ok(_) = stop.wait_for(|stop| *stop) => return Ok(Exit::Ok),
            heard = health.outside(self.hears_a_leader()) => if heard? {
                return Ok(Exit::TryAgain);
            },
        }
        let _operators =
            Operators::open(&self.settings, self.reloader(load), self.journal.clone(), hangups).await?;
        loop {
            if *self.stop.borrow() {
                return Ok(Exit::Ok);
            }
            match health.outside(Box::pin(self.term())).await? {
                Some(TermEnd::Stopped) => return Ok(Exit::Ok),
                Some(TermEnd::Superseded) => {
                    warn!("another instance leads this site now");
                    return Ok(Exit::TryAgain);
                }
                Some(TermEnd::Input(fault)) => return Err(Failure::new(Exit::Config, &fault)),
                Some(TermEnd::TooLarge(fault)) => return Err(too_large(&fault)),
                Some(TermEnd::Recover) => {}
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// One term: recover, claim, serve. `None` when NATS did not let us, and it is to be tried again.
    async fn term(&mut self) -> Result<Option<TermEnd>, Failure> {
        self.vitals.health.enter(Phase::Recovering);
        let (mut recovered, marks) = match self.recovered().await? {
            Attempt::On(recovered) => recovered,
            Attempt::Later => return Ok(None),
            Attempt::Over(end) => return Ok(Some(end)),
        };
        let Some(backlog) = self.check_input(recovered.engine.state().inseq).await? else { return Ok(None) };
        let mut clock = self.clock(recovered.engine.state().at);
        let led = match self.claim(&mut recovered, clock.time()).await {
            Ok(led) => led,
            // Somebody else wrote: a leader, who beats, or a forger, who does not.
            Err(AppendError::Fenced { .. }) if self.hears_a_leader().await? => {
                return Ok(Some(TermEnd::Superseded));
            }
            Err(AppendError::Fenced { .. }) => return Ok(Some(TermEnd::Recover)),
            Err(fault @ AppendError::TooLarge { .. }) => return Ok(Some(TermEnd::TooLarge(fault))),
            Err(fault) => {
                warn!(fault = %chain(&fault), "cannot claim the lead yet");
                return Ok(None);
            }
        };
        let (mut term, door) = match self.begin(recovered, led, clock, marks, backlog).await {
            Ok(begun) => begun,
            Err(fault) => {
                warn!(fault = fault.sentence, "cannot begin to lead");
                return Ok(None);
            }
        };
        let end = term.run().await;
        info!(?end, epoch = term.epoch, "the term ends");
        door.close().await;
        term.turn_away(&end).await;
        match end {
            TermEnd::Recover => {}
            TermEnd::Stopped => {
                term.outbox.drain(DRAIN_MAX).await;
                // No mail of ours goes on behind the last beat, at which a successor begins.
                term.mailing.abandon();
                term.beating.leave().await;
            }
            TermEnd::Superseded | TermEnd::Input(_) | TermEnd::TooLarge(_) => term.mailing.abandon(),
        }
        self.take_back(&mut term);
        self.flush().await;
        self.reached = self.reached.max(term.last);
        Ok(Some(end))
    }

    /// What a term leaves behind: who may still ask, and a reload that the next term ends.
    fn take_back(&mut self, term: &mut Term) {
        self.control = std::mem::replace(&mut term.control, mpsc::channel(1).1);
        if let Some(adopting) = term.adopting.take() {
            self.adopting = Some(adopting);
        }
    }

    /// A reload that an earlier term could not end: the next one goes by it, or by what was before.
    fn settle_reload(&mut self, recovered: &mut Recovered) {
        let Some(adopting) = self.adopting.take() else { return };
        let (ruling, adopting) = adopting.settle(recovered.engine.state().policy);
        recovered.engine.rejoin(ruling.policy.clone(), Seq(recovered.last));
        self.live.store(ruling);
        self.adopting = adopting;
    }

    /// Listens as long as a living leader may be silent.
    async fn hears_a_leader(&self) -> Result<bool, Failure> {
        let heard = beat::listen(&self.journal_client, self.subjects.leader_beat(), &self.instance).await;
        let heard = heard.map_err(|fault| Failure::new(Exit::Unavailable, &fault))?;
        if let Some(beat) = &heard {
            warn!(leader = beat.instance, epoch = beat.epoch, "another instance leads this site");
        }
        Ok(heard.is_some())
    }

    /// The engine as the journal left it, unless somebody else leads by now.
    async fn recovered(&mut self) -> Result<Attempt<(Recovered, Marks)>, Failure> {
        let Ok(marks) = outbox::marks(&self.journal_client, &self.site).await else {
            return Ok(Attempt::Later);
        };
        let mut stop = self.stop.clone();
        let recovered = tokio::select! {
            // While NATS is away the reading waits for it, but nobody who asks us to stop does.
            Ok(_) = stop.wait_for(|stop| *stop) => return Ok(Attempt::Over(TermEnd::Stopped)),
            recovered = recover(&self.journal, self.live.load().policy.clone(), &marks) => recovered,
        };
        let mut recovered = match recovered {
            Ok(recovered) => recovered,
            Err(fault) if fault.is_passing() => {
                warn!(fault = %chain(&fault), "cannot recover yet");
                return Ok(Attempt::Later);
            }
            Err(fault) => return Err(Failure::new(Exit::Config, &fault)),
        };
        recovered.owed.forget_emptied(&marks);
        self.settle_reload(&mut recovered);
        let state = recovered.engine.state();
        // Whoever took the epoch that we wanted, or a later one, leads: we never claim it back.
        if self.claimed.is_some_and(|claimed| state.epoch >= claimed) && state.leader != self.instance {
            return Ok(Attempt::Over(TermEnd::Superseded));
        }
        if !self.check_tail(recovered.tail)? {
            return Ok(Attempt::Later);
        }
        Ok(Attempt::On((recovered, marks)))
    }

    /// Where the input ends: the journal cannot have consumed more. `None` when NATS does not say, or says too
    /// little for now.
    async fn check_input(&mut self, consumed: u64) -> Result<Option<u64>, Failure> {
        let stream = self.site.stream_in();
        let Ok(tail) = stored::tail(&jetstream(&self.journal_client), &stream).await else { return Ok(None) };
        match self.input_seen.check(Instant::now(), (tail.created, tail.last), consumed) {
            Ok(true) => Ok(Some(tail.last)),
            Ok(false) => {
                warn!(stream, last = tail.last, consumed, "the input ends before what was consumed of it");
                Ok(None)
            }
            Err(fault) => {
                Err(Failure::config(format!("{fault} (the journal has consumed input {consumed})")))
            }
        }
    }

    /// A journal that was made anew, or lost its end while we watched, is an operator's decision. False: a
    /// fresh leader of the stream may still be applying what it has, so it is to be looked at again.
    fn check_tail(&mut self, tail: Tail) -> Result<bool, Failure> {
        let whole = self.journal_seen.check(Instant::now(), (tail.created, tail.last), self.reached);
        let whole = whole.map_err(|fault| Failure::new(Exit::Config, &fault))?;
        if whole {
            self.reached = tail.last;
        } else {
            warn!(last = tail.last, reached = self.reached, "the journal ends before a confirmed record");
        }
        Ok(whole)
    }

    /// Claims the lead by one fenced record, which it returns: older batches in flight are refused from here on.
    async fn claim(&mut self, recovered: &mut Recovered, now: Timestamp) -> Result<Bytes, AppendError> {
        let epoch = recovered.engine.state().epoch + 1;
        let (instance, version) = (self.instance.clone(), env!("CARGO_PKG_VERSION").to_owned());
        let lead = site_order(Command::Lead { epoch, instance, version });
        if let Err(rejection) = recovered.engine.handle(now, &lead) {
            error!(%rejection, "the engine refused to lead");
        }
        let mut group = Group::default();
        group.take(&recovered.engine, &self.subjects, None);
        self.claimed = Some(epoch);
        recovered.last = self.journal.append(recovered.last, group.lines()).await?;
        info!(epoch, instance = self.instance, "leading");
        let led = group.lines().last().map(|line| line.payload.clone());
        Ok(led.unwrap_or_default().into())
    }

    async fn begin(
        &mut self,
        recovered: Recovered,
        led: Bytes,
        mut clock: Box<dyn Clock>,
        marks: Marks,
        backlog: u64,
    ) -> Result<(Term, Door), Failure> {
        let Recovered { mut engine, mut last, owed, foreign, .. } = recovered;
        let epoch = engine.state().epoch;
        last = self.adopt(&mut engine, last, clock.time()).await?;
        let unavailable = |fault: async_nats::SubscribeError| Failure::new(Exit::Unavailable, &fault);
        let (outbox, mailing, mailed) = self.outbox(marks, owed, engine.state());
        let hints = Hints::start(&self.door, &self.subjects);
        hints.tell_all(&engine, Hint::Inbox, led);
        let desktops = self.desktops(engine.state()).await.map_err(unavailable)?;
        let beating = self.beating(epoch).await.map_err(unavailable)?;
        let inputs = self.inputs(engine.consumed());
        let (door, requests) = self.open_door().await?;
        let parts = self.parts(&engine).await;
        let (now, time) = (Instant::now(), clock.time());
        let term = Term {
            housekeeping: Housekeeping::start(&self.journal_client, &self.site, engine.state().inseq),
            engine,
            journal: self.journal.clone(),
            subjects: self.subjects.clone(),
            live: self.live.clone(),
            clock,
            inputs,
            requests,
            control: std::mem::replace(&mut self.control, mpsc::channel(1).1),
            adopting: None,
            desktops,
            outbox,
            hints,
            mailing,
            mailed,
            answering: Answering::new(self.journal.clone()),
            beating,
            facts: self.facts(foreign, time),
            vitals: self.vitals.clone(),
            last,
            epoch,
            asked: 0,
            backlog,
            stop: self.stop.clone(),
            moved: self.manual.as_ref().map_or_else(hand::never_moved, |(_, moved)| moved.clone()),
            consumed_at: now,
            recorded_at: now,
            now: time,
            read_at: now,
            request: None,
            input: None,
            pieces: Pieces::default(),
            parts,
            ended: VecDeque::new(),
        };
        self.vitals.begin(&term.engine);
        Ok((term, door))
    }

    async fn open_door(&self) -> Result<(Door, mpsc::Receiver<Request>), Failure> {
        let dropped = self.vitals.dropped.clone();
        let open = Door::open(&self.door, &self.subjects, &self.instance, dropped).await;
        open.map_err(|fault| Failure::new(Exit::Unavailable, &fault))
    }

    /// The parts of short messages that waited when the last term ended.
    async fn parts(&self, engine: &Engine) -> Parts {
        let js = jetstream(&self.journal_client);
        let (stream, subjects) = (self.site.stream_in(), &self.subjects);
        let before = Before { js: &js, stream, subjects, engine };
        Parts::read_again(before, &self.live.load().decoder).await
    }

    async fn beating(&self, epoch: u64) -> Result<Beating, async_nats::SubscribeError> {
        let beat = self.subjects.leader_beat();
        Beating::start(&self.journal_client, beat, epoch, &self.instance).await
    }

    /// What leaves, begun with what is still owed.
    fn outbox(&self, marks: Marks, owed: Owed, state: &State) -> (Outbox, Mailing, Outcomes) {
        let exits = Exits {
            client: &self.journal_client,
            site: &self.site,
            subjects: &self.subjects,
            instance: &self.instance,
            journal: &self.journal,
        };
        let (mailing, mailer, mailed) = Mailing::start(self.post.clone(), self.journal.clone());
        let outbox = Outbox::start(&exits, marks, mailer);
        outbox.carry_out_owed(owed, &state.names);
        (outbox, mailing, mailed)
    }

    /// The input behind what is consumed.
    fn inputs(&self, consumed: u64) -> Decoding {
        let js = jetstream(&self.journal_client);
        let fetching = Fetching::new(js.clone(), &self.site);
        let inbox = Inbox::open(js, self.site.stream_in(), consumed + 1);
        Decoding::start(inbox, self.live.clone(), fetching)
    }

    async fn desktops(&self, state: &State) -> Result<Desktops, async_nats::SubscribeError> {
        let lease = Duration::from_millis(self.settings.presence_lease.0.unsigned_abs());
        Desktops::start(&self.door, &self.subjects, lease, state, self.vitals.dropped.clone()).await
    }

    fn facts(&self, foreign: u64, led_since: Timestamp) -> SiteFacts {
        SiteFacts {
            site: self.site.clone(),
            led_since,
            keys: self.keys.clone(),
            instance: self.instance.clone(),
            warnings: self.warnings.clone(),
            foreign,
            last_reload: self.last_reload.clone(),
            dropped: self.vitals.dropped.clone(),
        }
    }

    /// Takes the rules that this process goes by, when the journal has others: at its start those of our files.
    /// They lie in the object store before the journal says that they hold.
    ///
    /// A large site has more names than one step may record, so it is handed in until it is adopted.
    async fn adopt(&mut self, engine: &mut Engine, mut last: u64, now: Timestamp) -> Result<u64, Failure> {
        let ruling = self.live.load_full();
        let unavailable = |fault: PolicyStoreError| Failure::new(Exit::Unavailable, &fault);
        self.policies.offer(ruling.policy.digest, &ruling.tree).await.map_err(unavailable)?;
        let adopt = site_order(Command::AdoptPolicy(ruling.policy.clone()));
        while engine.state().policy != ruling.policy.digest {
            info!(policy = %ruling.policy.digest, "adopting the policy");
            engine.handle(now, &adopt).map_err(|fault| Failure::config(fault.to_string()))?;
            let mut group = Group::default();
            group.take(engine, &self.subjects, None);
            let appended = self.journal.append(last, group.lines()).await;
            last = appended.map_err(|fault| Failure::new(Exit::Unavailable, &fault))?;
        }
        self.policies.put(ruling.policy.digest, &ruling.tree).await.map_err(unavailable)?;
        // A reload that an earlier term began ends here.
        if let Some(adopting) = self.adopting.take() {
            adopting.tell(&engine.state().adopted);
        }
        Ok(last)
    }

    /// Sends what is still to be sent, as far as NATS is there.
    async fn flush(&self) {
        for client in [&self.door, &self.journal_client] {
            if let Ok(Err(fault)) = tokio::time::timeout(FLUSH_MAX, client.flush()).await {
                warn!(%fault, "not everything could be sent");
            }
        }
    }

    fn clock(&self, floor: Timestamp) -> Box<dyn Clock> {
        match &self.manual {
            Some((clock, _)) => Box::new(clock.clone()),
            None => {
                self.clock.raise(floor);
                Box::new(self.clock.clone())
            }
        }
    }
}

/// Nothing was sent, so it is no matter of trying again.
fn too_large(fault: &AppendError) -> Failure {
    Failure::config(format!(
        "{}; check that the server's max_payload is 1 MiB at least, and report a bug if it is",
        chain(fault)
    ))
}
