//! Serving, from the start of the process to its exit code, which says why it ended.

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tracing::error;

use crate::config::Loaded;

use super::clock::{Clock, SharedClock};
use super::daemon::Daemon;
pub use super::exit::Exit;
use super::health::{self, Phase};
use super::reload::Load;
use super::runtime::chain;
use super::settings::SettingsError;
use super::vitals::Vitals;

/// How the daemon is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The clock is moved by the subject `<p>.test.clock` alone; for a site under test.
    pub manual_clock: bool,
}

/// What reaches the daemon from its host while it serves.
pub struct Host {
    /// Turns true when it is to stop.
    pub stop: watch::Receiver<bool>,
    /// Says each time that the files are to be taken anew.
    pub hangups: mpsc::Receiver<()>,
    /// Finds and loads the files, the same way as for the start.
    pub load: Load,
}

/// Why the daemon cannot go on.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) sentence: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, fault: &dyn std::error::Error) -> Failure {
        Failure { exit, sentence: chain(fault) }
    }

    pub(super) fn config(sentence: impl Into<String>) -> Failure {
        Failure { exit: Exit::Config, sentence: sentence.into() }
    }
}

impl From<SettingsError> for Failure {
    fn from(fault: SettingsError) -> Failure {
        Failure::new(Exit::Config, &fault)
    }
}

/// Serves until asked to stop, or until another instance leads.
pub async fn serve(loaded: Loaded, options: Options, host: Host) -> Exit {
    let vitals = Vitals::new(&loaded.policy);
    let tasks = [
        tokio::spawn(health::keep(vitals.health.clone())),
        tokio::spawn(health::stop_is_told(vitals.health.clone(), host.stop.clone())),
    ];
    let ended = Box::pin(lead(loaded, options, host, vitals.clone())).await;
    tasks.iter().for_each(JoinHandle::abort);
    vitals.health.enter(Phase::Stopping);
    match ended {
        Ok(exit) => exit,
        Err(failure) => {
            error!("{}", failure.sentence);
            failure.exit
        }
    }
}

/// Whoever asks over HTTP is answered before there is a connection or a state.
async fn lead(loaded: Loaded, options: Options, host: Host, vitals: Vitals) -> Result<Exit, Failure> {
    let Host { stop, hangups, load } = host;
    vitals.metrics.reloaded(true, SharedClock::new().time());
    let web = vitals.listen(&loaded.settings).await?;
    let health = vitals.health.clone();
    let mut daemon = health.outside(Box::pin(Daemon::prepare(loaded, options, stop, vitals))).await?;
    let ended = Box::pin(daemon.lead(load, hangups)).await;
    web.iter().for_each(JoinHandle::abort);
    ended
}
