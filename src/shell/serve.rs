//! Serving, from the start of the process to its exit code, which says why it ended.

use tokio::sync::{mpsc, watch};
use tracing::error;

use crate::config::Loaded;

use super::daemon::Daemon;
pub use super::exit::Exit;
use super::reload::Load;
use super::runtime::chain;
use super::settings::SettingsError;

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
    let Host { stop, hangups, load } = host;
    let ended = match Daemon::prepare(loaded, options, stop).await {
        Ok(mut daemon) => daemon.lead(load, hangups).await,
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
