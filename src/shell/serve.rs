//! The daemon: connects, checks its streams, leads, and ends with the exit code that says why.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_nats::Client;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::config::{Loaded, Settings};
use crate::domain::{Digest, Timestamp};
use crate::engine::command::Command;
use crate::engine::site_order;
use crate::policy::Policy;
use crate::wire::{Decoder, Keys, Subjects};

use super::beat::{self, Beating};
use super::clock::{Clock, ManualClock, SystemClock};
use super::decoding::Decoding;
use super::desktops::Desktops;
use super::door::Door;
pub use super::exit::Exit;
use super::group::Group;
use super::housekeeping::Housekeeping;
use super::inbox::Inbox;
use super::journal::{AppendError, Journal};
use super::nats::{Purpose, connect, jetstream};
use super::outbox::{self, Outbox};
use super::query::SiteFacts;
use super::recovery::{Recovered, recover};
use super::runtime::{Term, TermEnd, chain};
use super::settings::{SettingsError, nats_settings, read_key, streams_spec};
use super::site::Site;
use super::stored::Tail;
use super::{fault, hand, stored, streams};

/// How long to wait before recovering again while NATS is away.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the last answers of a term may take to leave.
const FLUSH_MAX: Duration = Duration::from_secs(1);

/// How the daemon is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The clock is moved by the subject `<p>.test.clock` alone; for a site under test.
    pub manual_clock: bool,
}

/// Why the daemon cannot go on.
#[derive(Debug)]
struct Failure {
    exit: Exit,
    sentence: String,
}

impl Failure {
    fn new(exit: Exit, fault: &dyn std::error::Error) -> Failure {
        Failure { exit, sentence: chain(fault) }
    }

    fn config(sentence: impl Into<String>) -> Failure {
        Failure { exit: Exit::Config, sentence: sentence.into() }
    }
}

impl From<SettingsError> for Failure {
    fn from(fault: SettingsError) -> Failure {
        Failure::new(Exit::Config, &fault)
    }
}

/// Serves until asked to stop, or until another instance leads.
pub async fn serve(loaded: Loaded, options: Options, stop: watch::Receiver<bool>) -> Exit {
    let ended = match Daemon::prepare(loaded, options, stop).await {
        Ok(mut daemon) => daemon.lead().await,
        Err(failure) => Err(failure),
    };
    match ended {
        Ok(exit) => exit,
        Err(failure) => {
            error!("{}", failure.sentence);
            failure.exit
        }
    }
}

struct Daemon {
    site: Site,
    subjects: Subjects,
    settings: Settings,
    policy: Arc<Policy>,
    instance: String,
    door: Client,
    journal_client: Client,
    journal: Arc<Journal>,
    decoder: Arc<Decoder>,
    keys: Keys,
    warnings: Vec<String>,
    manual: Option<(ManualClock, watch::Receiver<()>)>,
    stop: watch::Receiver<bool>,
    /// The newest epoch that we claimed, whether or not we were let.
    claimed: Option<u64>,
    /// Where the journal was known to end, and when it was made: it never falls behind that.
    known: Option<Tail>,
    /// Requests that were dropped for their reply subject.
    dropped: Arc<AtomicU64>,
}

impl Daemon {
    async fn prepare(
        loaded: Loaded,
        options: Options,
        stop: watch::Receiver<bool>,
    ) -> Result<Daemon, Failure> {
        let Loaded { policy, settings, .. } = loaded;
        let site = Site::new(settings.prefix.clone());
        let subjects = Subjects::new(settings.prefix.clone());
        let instance = settings
            .instance
            .clone()
            .map_or_else(instance_name, |name| format!("{name}-{}", instance_name()));
        arm_fault(&settings)?;
        if options.manual_clock && !settings.test {
            return Err(Failure::config(
                "a clock moved by hand is for a site whose configuration says `test = true`",
            ));
        }
        let keys = Keys::new(&read_key(&settings)?).map_err(|fault| Failure::new(Exit::Config, &fault))?;
        let nats = nats_settings(&settings, &instance)?;
        let unavailable = |fault| Failure::new(Exit::Unavailable, &fault);
        let door = connect(&nats, &site, Purpose::Door).await.map_err(unavailable)?;
        let journal_client = connect(&nats, &site, Purpose::Journal).await.map_err(unavailable)?;
        let warnings = verify(&journal_client, &settings, &site).await?;
        let timeout = Duration::from_millis(settings.nats.append_timeout.0.unsigned_abs());
        let journal = Arc::new(Journal::new(&journal_client, &site, &instance).with_timeout(timeout));
        let decoder = Arc::new(Decoder::new(subjects.clone(), settings.sources.clone(), keys.clone()));
        let manual = if options.manual_clock {
            Some(hand::listen(&door, &site).await.map_err(|fault| Failure::new(Exit::Unavailable, &fault))?)
        } else {
            None
        };
        Ok(Daemon {
            site,
            subjects,
            settings,
            policy: Arc::new(policy),
            instance,
            door,
            journal_client,
            journal,
            decoder,
            keys,
            warnings,
            manual,
            stop,
            claimed: None,
            known: None,
            dropped: Arc::default(),
        })
    }

    /// Term after term, until one ends for good.
    async fn lead(&mut self) -> Result<Exit, Failure> {
        if self.hears_a_leader().await? {
            return Ok(Exit::TryAgain);
        }
        loop {
            if *self.stop.borrow() {
                return Ok(Exit::Ok);
            }
            match self.term().await? {
                Some(TermEnd::Stopped) => return Ok(Exit::Ok),
                Some(TermEnd::Superseded) => {
                    warn!("another instance leads this site now");
                    return Ok(Exit::TryAgain);
                }
                Some(TermEnd::Input(fault)) => return Err(Failure::new(Exit::Config, &fault)),
                Some(TermEnd::Recover) => {}
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// One term: recover, claim, serve. `None` when NATS did not let us, and it is to be tried again.
    async fn term(&mut self) -> Result<Option<TermEnd>, Failure> {
        let Ok(mark) = outbox::mark(&self.journal_client, &self.site).await else { return Ok(None) };
        let mut recovered = match self.recover(mark).await? {
            Ok(recovered) => recovered,
            Err(end) => return Ok(end),
        };
        let state = recovered.engine.state();
        // Whoever took the epoch that we wanted, or a later one, leads: we never claim it back.
        if self.claimed.is_some_and(|claimed| state.epoch >= claimed) && state.leader != self.instance {
            return Ok(Some(TermEnd::Superseded));
        }
        self.check_tail(recovered.tail)?;
        let js = jetstream(&self.journal_client);
        let Ok(input) = stored::tail(&js, &self.site.stream_in()).await else { return Ok(None) };
        if state.inseq > input.last {
            return Err(Failure::config(format!(
                "the journal has consumed input {}, but stream {} ends at {}: it was made anew or lost its end; restore it, or let an operator decide",
                state.inseq,
                self.site.stream_in(),
                input.last,
            )));
        }
        let mut clock = self.clock(state.at);
        match self.claim(&mut recovered, clock.now().now).await {
            Ok(()) => {}
            // Somebody else wrote: a leader, who beats, or a forger, who does not.
            Err(AppendError::Fenced { .. }) if self.hears_a_leader().await? => {
                return Ok(Some(TermEnd::Superseded));
            }
            Err(AppendError::Fenced { .. }) => return Ok(Some(TermEnd::Recover)),
            Err(fault) => {
                warn!(fault = %chain(&fault), "cannot claim the lead yet");
                return Ok(None);
            }
        }
        let term = match self.begin(recovered, clock, mark, input.last).await {
            Ok(term) => term,
            Err(fault) => {
                warn!(fault = fault.sentence, "cannot begin to lead");
                return Ok(None);
            }
        };
        let (mut term, door) = term;
        let end = term.run().await;
        info!(?end, epoch = term.epoch, "the term ends");
        door.close().await;
        term.turn_away().await;
        self.flush().await;
        self.known = self.known.map(|known| Tail { last: known.last.max(term.last), ..known });
        Ok(Some(end))
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

    /// The engine as the journal left it, or how else this attempt ends.
    async fn recover(&self, mark: outbox::Mark) -> Result<Result<Recovered, Option<TermEnd>>, Failure> {
        let mut stop = self.stop.clone();
        let recovered = tokio::select! {
            // While NATS is away the reading waits for it, but nobody who asks us to stop does.
            Ok(_) = stop.wait_for(|stop| *stop) => return Ok(Err(Some(TermEnd::Stopped))),
            recovered = recover(&self.journal, self.policy.clone(), mark.done) => recovered,
        };
        let mut recovered = match recovered {
            Ok(recovered) => recovered,
            Err(fault) if fault.is_passing() => {
                warn!(fault = %chain(&fault), "cannot recover yet");
                return Ok(Err(None));
            }
            Err(fault) => return Err(Failure::new(Exit::Config, &fault)),
        };
        if mark.emptied && !recovered.effects.is_empty() {
            let forgotten = recovered.effects.len();
            warn!(forgotten, "DEAD was emptied; what was refused before is not put there again");
            recovered.effects.clear();
        }
        Ok(Ok(recovered))
    }

    /// A journal that was made anew, or lost its end while we watched, is an operator's decision.
    fn check_tail(&mut self, tail: Tail) -> Result<(), Failure> {
        let stream = self.site.stream_events();
        if let Some(known) = self.known {
            if known.created != tail.created {
                return Err(Failure::config(format!("stream {stream} was made anew; restore the journal")));
            }
            if known.last > tail.last {
                return Err(Failure::config(format!(
                    "stream {stream} ends at {}, but record {} was confirmed: it lost its end; restore it, or let an operator decide",
                    tail.last, known.last
                )));
            }
        }
        self.known = Some(tail);
        Ok(())
    }

    /// Claims the lead by one fenced record: older batches in flight are refused from here on.
    async fn claim(&mut self, recovered: &mut Recovered, now: Timestamp) -> Result<(), AppendError> {
        let epoch = recovered.engine.state().epoch + 1;
        let (instance, version) = (self.instance.clone(), env!("CARGO_PKG_VERSION").to_owned());
        let lead = site_order(Command::Lead { epoch, instance, version });
        if let Err(rejection) = recovered.engine.handle(now, &lead) {
            error!(%rejection, "the engine refused to lead");
        }
        let mut group = Group::default();
        group.take(&recovered.engine, &self.subjects);
        self.claimed = Some(epoch);
        recovered.last = self.journal.append(recovered.last, group.lines()).await?;
        info!(epoch, instance = self.instance, "leading");
        Ok(())
    }

    async fn begin(
        &self,
        recovered: Recovered,
        clock: Box<dyn Clock>,
        mark: outbox::Mark,
        backlog: u64,
    ) -> Result<(Term, Door), Failure> {
        let Recovered { mut engine, mut last, effects, foreign, tail: _ } = recovered;
        let mut clock = clock;
        let epoch = engine.state().epoch;
        if engine.state().policy != self.policy.digest || self.policy.digest == Digest::default() {
            last = self.adopt(&mut engine, last, clock.now().now).await?;
        }
        let unavailable = |fault: async_nats::SubscribeError| Failure::new(Exit::Unavailable, &fault);
        let outbox =
            Outbox::start(&self.journal_client, &self.site, self.subjects.clone(), &self.instance, mark);
        outbox.carry_out(effects);
        let lease = Duration::from_millis(self.settings.presence_lease.0.unsigned_abs());
        let desktops =
            Desktops::start(&self.door, &self.subjects, lease, engine.state()).await.map_err(unavailable)?;
        let beat = self.subjects.leader_beat();
        let beating =
            Beating::start(&self.journal_client, beat, epoch, &self.instance).await.map_err(unavailable)?;
        let inbox =
            Inbox::open(jetstream(&self.journal_client), self.site.stream_in(), engine.consumed() + 1);
        let inputs = Decoding::start(inbox, self.decoder.clone());
        let (door, requests) = Door::open(&self.door, &self.subjects, &self.instance, self.dropped.clone())
            .await
            .map_err(|fault| Failure::new(Exit::Unavailable, &fault))?;
        let now = Instant::now();
        let term = Term {
            housekeeping: Housekeeping::start(&self.journal_client, &self.site, engine.state().inseq),
            engine,
            journal: self.journal.clone(),
            subjects: self.subjects.clone(),
            decoder: self.decoder.clone(),
            clock,
            inputs,
            requests,
            desktops,
            outbox,
            beating,
            facts: self.facts(foreign),
            last,
            epoch,
            backlog,
            stop: self.stop.clone(),
            moved: self.manual.as_ref().map_or_else(hand::never_moved, |(_, moved)| moved.clone()),
            began: now,
            recorded_at: now,
            now: Timestamp(0),
            request: None,
            input: None,
        };
        Ok((term, door))
    }

    fn facts(&self, foreign: u64) -> SiteFacts {
        let (keys, instance) = (self.keys.clone(), self.instance.clone());
        SiteFacts { keys, instance, warnings: self.warnings.clone(), foreign, dropped: self.dropped.clone() }
    }

    /// Takes the rules of our own files, when the journal has others.
    async fn adopt(
        &self,
        engine: &mut crate::engine::Engine,
        last: u64,
        now: Timestamp,
    ) -> Result<u64, Failure> {
        let adopt = site_order(Command::AdoptPolicy(self.policy.clone()));
        if let Err(rejection) = engine.handle(now, &adopt) {
            error!(%rejection, "the engine refused a checked policy");
        }
        let mut group = Group::default();
        group.take(engine, &self.subjects);
        info!(policy = %self.policy.digest, "adopting the policy of our files");
        let appended = self.journal.append(last, group.lines()).await;
        appended.map_err(|fault| Failure::new(Exit::Unavailable, &fault))
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
            None => Box::new(SystemClock::new(floor)),
        }
    }
}

async fn verify(client: &Client, settings: &Settings, site: &Site) -> Result<Vec<String>, Failure> {
    let spec = streams_spec(settings, site);
    match streams::verify(&jetstream(client), &spec).await {
        Ok(warnings) => {
            let sentences: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            sentences.iter().for_each(|warning| warn!("{warning}"));
            Ok(sentences)
        }
        Err(faults) => {
            let sentences: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Err(Failure::config(sentences.join("; ")))
        }
    }
}

fn arm_fault(settings: &Settings) -> Result<(), Failure> {
    let Some(text) = fault::asked() else { return Ok(()) };
    if !settings.test {
        return Err(Failure::config(format!(
            "{} is set, but the configuration does not say `test = true`",
            fault::VARIABLE
        )));
    }
    fault::arm(&text).map_err(Failure::config)
}

/// What tells this process from every other: its host, its number, and when it started.
fn instance_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host.trim().chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let started = SystemClock::new(Timestamp(0)).now().now.0;
    format!("{host}-{}-{started:x}", std::process::id())
}
