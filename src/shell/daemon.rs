//! What is made once in the life of a process: the two connections, the checked streams, the decoder, the
//! clock of a test. Leading with it is `lead`.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use async_nats::Client;
use tokio::sync::{mpsc, watch};
use tracing::warn;

use crate::config::{Finding, Loaded, Settings, Severity};
use crate::domain::Timestamp;
use crate::wire::{Keys, Subjects};

use super::adopting::{Adopting, Control};
use super::clock::{Clock, ManualClock, SharedClock, SystemClock};
use super::identity::Identity;
use super::journal::Journal;
use super::mail::worker::Post;
use super::nats::{ConnectError, Purpose, connect, jetstream};
use super::policies::Policies;
use super::reload::{LastReload, Load, Means, Reloader};
use super::ruling::{Live, Ruling};
use super::serve::{Exit, Failure, Options};
use super::settings::{Built, build, streams_spec};
use super::site::Site;
use super::vitals::Vitals;
use super::{fault, hand, streams};

/// How many operators' questions may wait for the loop.
const CONTROLS: usize = 16;

/// What lives as long as the process: connections, rules, and what it knows of the lead.
pub(super) struct Daemon {
    pub(super) site: Site,
    pub(super) subjects: Subjects,
    pub(super) settings: Settings,
    /// What it goes by: of the files, until a reload or rollback.
    pub(super) live: Live,
    pub(super) policies: Policies,
    pub(super) last_reload: LastReload,
    /// The end of the loop, and its present term's other one; it is here between terms.
    pub(super) asking: mpsc::Sender<Control>,
    pub(super) control: mpsc::Receiver<Control>,
    /// A reload that a term began and could not end.
    pub(super) adopting: Option<Adopting>,
    pub(super) instance: String,
    pub(super) door: Client,
    pub(super) journal_client: Client,
    pub(super) journal: Arc<Journal>,
    pub(super) keys: Keys,
    /// How mail is sent; none where the site has no relay.
    pub(super) post: Option<Arc<Post>>,
    pub(super) warnings: Vec<String>,
    pub(super) clock: SharedClock,
    pub(super) manual: Option<(ManualClock, watch::Receiver<()>)>,
    pub(super) stop: watch::Receiver<bool>,
    /// The newest epoch that we claimed, whether or not we were let.
    pub(super) claimed: Option<u64>,
    /// Which journal and which input stream this process began with: neither may be made anew under it.
    pub(super) journal_seen: Identity<Timestamp>,
    pub(super) input_seen: Identity<Timestamp>,
    /// The last record that was read or confirmed: the journal never falls behind that.
    pub(super) reached: u64,
    pub(super) vitals: Vitals,
}

impl Daemon {
    /// Connects and checks; fails with the exit code of what is wrong.
    pub(super) async fn prepare(
        loaded: Loaded,
        options: Options,
        stop: watch::Receiver<bool>,
        vitals: Vitals,
    ) -> Result<Daemon, Failure> {
        let built = build(&loaded).map_err(|findings| Failure::config(sentences(&findings)))?;
        let Loaded { policy, settings, tree, .. } = loaded;
        let site = Site::new(settings.prefix.clone());
        let subjects = Subjects::new(settings.prefix.clone());
        let instance = instance_of(&settings);
        arm_fault(&settings)?;
        allow_manual_clock(&settings, options)?;
        let Built { keys, mut nats, post, warnings: doubts } = built;
        nats.instance = format!("switchboard-{instance}");
        doubts.iter().for_each(|doubt| warn!("{}", doubt.fact));
        let unavailable = |fault: ConnectError| match fault {
            ConnectError::Credentials { .. } => Failure::new(Exit::Config, &fault),
            ConnectError::Connect { .. } => Failure::new(Exit::Unavailable, &fault),
        };
        let door = connect(&nats, &site, Purpose::Door).await.map_err(unavailable)?;
        let journal_client = connect(&nats, &site, Purpose::Journal).await.map_err(unavailable)?;
        vitals.health.watch_connections(door.clone(), journal_client.clone());
        let warnings = verify(&journal_client, &settings, &site).await?;
        let timeout = Duration::from_millis(settings.nats.append_timeout.0.unsigned_abs());
        let journal = Arc::new(Journal::new(&journal_client, &site, &instance).with_timeout(timeout));
        let (sources, level) = (settings.sources.clone(), settings.log.level);
        let live =
            Arc::new(ArcSwap::from_pointee(Ruling::new(policy, tree, sources, level, (&subjects, &keys))));
        let policies = Policies::new(jetstream(&journal_client), &site);
        let (asking, control) = mpsc::channel(CONTROLS);
        let manual = manual_clock(options, &door, &site).await?;
        Ok(Daemon {
            journal_seen: Identity::new(site.stream_events()),
            input_seen: Identity::new(site.stream_in()),
            site,
            subjects,
            settings,
            live,
            policies,
            last_reload: LastReload::default(),
            asking,
            control,
            adopting: None,
            instance,
            door,
            journal_client,
            journal,
            keys,
            post,
            warnings,
            clock: SharedClock::new(),
            manual,
            stop,
            claimed: None,
            reached: 0,
            vitals,
        })
    }
}

/// What keeps the daemon from starting, in one line of the log.
fn sentences(findings: &[Finding]) -> String {
    let faults = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let sentences = faults.map(|finding| format!("{} ({})", finding.fact, finding.place()));
    sentences.collect::<Vec<_>>().join("; ")
}

/// Ways to other rules.
impl Daemon {
    /// What reloads, while this daemon leads.
    pub(super) fn reloader(&self, load: Load) -> Arc<Reloader> {
        Arc::new(Reloader::new(Means {
            load,
            settings: self.settings.clone(),
            subjects: self.subjects.clone(),
            keys: self.keys.clone(),
            policies: self.policies.clone(),
            live: self.live.clone(),
            control: self.asking.clone(),
            last: self.last_reload.clone(),
            clock: self.clock.clone(),
            vitals: self.vitals.clone(),
        }))
    }
}

/// A clock that is moved from outside, where one is asked for.
async fn manual_clock(
    options: Options,
    door: &Client,
    site: &Site,
) -> Result<Option<(ManualClock, watch::Receiver<()>)>, Failure> {
    if !options.manual_clock {
        return Ok(None);
    }
    hand::listen(door, site).await.map(Some).map_err(|fault| Failure::new(Exit::Unavailable, &fault))
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

fn allow_manual_clock(settings: &Settings, options: Options) -> Result<(), Failure> {
    if options.manual_clock && !settings.test {
        let fault = "a clock moved by hand is for a site whose configuration says `test = true`";
        return Err(Failure::config(fault));
    }
    Ok(())
}

/// The name of the settings, where they have one, and what makes it this process's.
fn instance_of(settings: &Settings) -> String {
    match &settings.instance {
        Some(name) => format!("{name}-{}", instance_name()),
        None => instance_name(),
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
