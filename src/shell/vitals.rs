//! Health and metrics in one hand: what the loop tells of itself, and what HTTP shows of it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::info;

use crate::config::Settings;
use crate::domain::Timestamp;
use crate::engine::Engine;
use crate::policy::Policy;
use crate::web::{Check, Listening, Vital};

use super::health::{Health, Phase};
use super::metrics::{Census, Metrics, Note, Outside, Snapshot};
use super::serve::{Exit, Failure};

/// How the daemon is, from its start to its end.
#[derive(Clone, Debug)]
pub struct Vitals {
    pub health: Arc<Health>,
    pub metrics: Arc<Metrics>,
    /// Requests and heartbeats that were dropped for their reply subject.
    pub dropped: Arc<AtomicU64>,
}

impl Vitals {
    /// Those of a process that has just read these rules.
    pub fn new(policy: &Policy) -> Vitals {
        Vitals { health: Arc::default(), metrics: Metrics::new(policy), dropped: Arc::default() }
    }

    /// A term begins: everything is counted once.
    pub fn begin(&self, engine: &Engine) {
        self.metrics.begin(Census::of(engine.state()));
        self.health.enter(Phase::Leading(engine.state().epoch));
    }

    /// The loop came round; what it tells is told at most once a second.
    pub fn turn(&self, engine: &Engine, now: Timestamp, outbox: u64, foreign: u64) {
        self.health.turn();
        self.metrics.refresh(|| Snapshot { outbox, foreign, ..Snapshot::of(engine, now) });
    }

    /// A reload is over, and this became of it; systemd waits for that.
    pub fn reloaded(&self, verdict: Result<&str, &str>, at: Timestamp) {
        self.metrics.reloaded(verdict.is_ok(), at);
        let (Ok(sentence) | Err(sentence)) = verdict;
        self.health.reloaded(sentence);
    }

    /// A group is durable: it had so many records, and this is what they mean.
    pub fn appended(&self, records: usize, took: Duration, notes: &[Note]) {
        self.metrics.appended(records, took);
        notes.iter().for_each(|note| self.metrics.observe(note));
    }

    /// Answers over HTTP where the settings say so, from now on, before there is anything to tell.
    pub(super) async fn listen(&self, settings: &Settings) -> Result<Option<JoinHandle<()>>, Failure> {
        let Some(asked) = settings.http else { return Ok(None) };
        let bound = Listening::bind(asked).await.and_then(|bound| Ok((bound.address()?, bound)));
        let (address, listening) = bound.map_err(|fault| Failure {
            exit: bind_exit(&fault),
            sentence: format!("cannot listen on `[http] listen = \"{asked}\"`: {fault}"),
        })?;
        info!(%address, "health and metrics are told over HTTP");
        let vital: Arc<dyn Vital> = Arc::new(self.clone());
        Ok(Some(tokio::spawn(listening.serve(vital))))
    }
}

/// An address that is taken may be free the next time: whoever has it may be our predecessor. One that this
/// machine does not have, or that this user may not take, is a fault of the configuration.
pub(super) fn bind_exit(fault: &io::Error) -> Exit {
    match fault.kind() {
        io::ErrorKind::AddrInUse => Exit::Unavailable,
        _ => Exit::Config,
    }
}

impl Vital for Vitals {
    fn checks(&self) -> Vec<Check> {
        self.health.checks()
    }

    fn metrics(&self) -> String {
        self.metrics.text(Outside {
            connected: self.health.connected(),
            leads: matches!(self.health.phase(), Phase::Leading(_)),
            dropped: self.dropped.load(Ordering::Relaxed),
        })
    }
}
