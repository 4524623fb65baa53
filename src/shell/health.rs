//! How the daemon is: in which phase, whether its loop turns, whether NATS is there. It is told to systemd, to
//! whoever asks over HTTP, and to the watchdog.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tracing::{error, info, warn};

use crate::web::Check;

use super::notify;

/// How often the loop comes round at the least, and what waits for NATS says that it does.
pub const TURN_EVERY: Duration = Duration::from_millis(500);
/// A loop that has not come round for so long stands still.
const TURN_MAX: Duration = Duration::from_secs(10);
/// How often the connections are looked at, where no watchdog asks for more.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the task of a connection may take to answer us.
const FLUSH_MAX: Duration = Duration::from_secs(2);

/// What the daemon is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Connecting, and checking the streams.
    Starting,
    /// Listening whether another instance leads.
    Listening,
    /// Reading the journal, claiming the lead.
    Recovering,
    /// Leading, in this epoch.
    Leading(u64),
    /// Asked to stop.
    Stopping,
}

/// How the daemon is.
#[derive(Debug)]
pub struct Health {
    told: Mutex<Told>,
    /// The two connections, once they are made.
    connections: OnceLock<[Client; 2]>,
    started: Instant,
    /// When the loop last came round, in milliseconds since `started`.
    turned_ms: AtomicU64,
    /// Whether there is a loop that must come round.
    loop_runs: AtomicBool,
}

#[derive(Debug)]
struct Told {
    phase: Phase,
    /// What became of the last reload.
    reload: Option<String>,
    nats_away: bool,
    ready: bool,
}

impl Told {
    fn may_reload(&self) -> bool {
        self.ready && self.phase != Phase::Stopping
    }
}

impl Default for Health {
    fn default() -> Health {
        let told = Told { phase: Phase::Starting, reload: None, nats_away: false, ready: false };
        Health {
            told: Mutex::new(told),
            connections: OnceLock::new(),
            started: Instant::now(),
            turned_ms: AtomicU64::new(0),
            loop_runs: AtomicBool::new(false),
        }
    }
}

impl Health {
    /// The daemon goes over to this phase. The first lead ends the start.
    pub fn enter(&self, phase: Phase) {
        let mut told = self.locked();
        if told.phase == Phase::Stopping {
            return;
        }
        told.phase = phase;
        match phase {
            Phase::Starting | Phase::Listening | Phase::Recovering => self.loop_runs(false),
            Phase::Leading(_) => self.loop_runs(true),
            Phase::Stopping => {}
        }
        notify::status(&told.sentence());
        match phase {
            Phase::Leading(_) if !told.ready => {
                told.ready = true;
                notify::ready();
            }
            Phase::Stopping => notify::stopping(),
            _ => {}
        }
    }

    /// A reload begins. Systemd hears of it only from a service that has said that it is ready, and that does
    /// not stop: to it the end of a reload is READY, which must not be said for the first time by that.
    pub fn reloading(&self) {
        if self.locked().may_reload() {
            notify::reloading();
        }
    }

    /// What became of the last reload, as a sentence.
    pub fn reloaded(&self, verdict: &str) {
        let mut told = self.locked();
        told.reload = Some(verdict.to_owned());
        notify::status(&told.sentence());
        if told.may_reload() {
            notify::ready();
        }
    }

    /// The phase now.
    pub fn phase(&self) -> Phase {
        self.locked().phase
    }

    /// The connections whose state is told from now on.
    pub fn watch_connections(&self, door: Client, journal: Client) {
        // They are made once in the life of a process.
        let _ = self.connections.set([door, journal]);
    }

    /// Whether the door and the journal are connected.
    pub fn connected(&self) -> [bool; 2] {
        let up = |client: &Client| client.connection_state() == State::Connected;
        self.connections.get().map_or([false; 2], |both| [up(&both[0]), up(&both[1])])
    }

    fn is_connected(&self) -> bool {
        self.connected() == [true; 2]
    }

    /// The loop came round.
    pub fn turn(&self) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.turned_ms.store(now, Ordering::Relaxed);
    }

    fn loop_runs(&self, runs: bool) {
        self.turn();
        self.loop_runs.store(runs, Ordering::Relaxed);
    }

    /// Since when the loop has not come round.
    pub fn still_for(&self) -> Duration {
        let turned = Duration::from_millis(self.turned_ms.load(Ordering::Relaxed));
        self.started.elapsed().saturating_sub(turned)
    }

    /// Waits for something that has a limit of its own. Whoever waits is not stuck, so the loop counts as
    /// turning; a future that blocks its thread does not let this happen.
    pub async fn waiting<T>(&self, future: impl Future<Output = T>) -> T {
        tokio::pin!(future);
        loop {
            self.turn();
            tokio::select! {
                done = &mut future => return done,
                () = sleep(TURN_EVERY) => {}
            }
        }
    }

    /// The same for all that is done while there is no loop, in whatever way it comes to its end: reading the
    /// journal takes as long as it takes, and so does NATS when it is away.
    pub async fn outside<T>(&self, future: impl Future<Output = T>) -> T {
        tokio::pin!(future);
        loop {
            if !self.loop_runs.load(Ordering::Relaxed) {
                self.turn();
            }
            tokio::select! {
                done = &mut future => return done,
                () = sleep(TURN_EVERY) => {}
            }
        }
    }

    /// What was looked at, for HTTP.
    pub fn checks(&self) -> Vec<Check> {
        let phase = self.phase();
        let still = self.still_for();
        let stands = (still > TURN_MAX).then(|| format!("it has not come round for {} s", still.as_secs()));
        let away = match phase {
            Phase::Starting => Some("connecting".to_owned()),
            _ => (!self.is_connected()).then(|| "NATS is away; reconnecting".to_owned()),
        };
        let state = match phase {
            Phase::Starting | Phase::Listening => Some("not recovered yet".to_owned()),
            Phase::Recovering => Some("recovering from the journal".to_owned()),
            Phase::Leading(_) | Phase::Stopping => None,
        };
        let lead = match phase {
            Phase::Leading(_) => None,
            phase => Some(phase.sentence()),
        };
        let check = |check, fault, vital| Check { check, fault, vital };
        vec![
            check("loop", stands, true),
            check("nats", away, false),
            check("state", state, false),
            check("lead", lead, false),
        ]
    }

    fn locked(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells systemd when NATS goes or comes back.
    fn look(&self) {
        let away = self.connections.get().is_some() && !self.is_connected();
        let mut told = self.locked();
        if told.nats_away != away {
            told.nats_away = away;
            notify::status(&told.sentence());
        }
    }

    /// Whether the task of each connection that is up answers us. One that is away is reconnecting.
    async fn connections_advance(&self) -> bool {
        for client in self.connections.get().into_iter().flatten() {
            let up = || client.connection_state() == State::Connected;
            if up() && timeout(FLUSH_MAX, client.flush()).await.is_err() && up() {
                return false;
            }
        }
        true
    }
}

impl Phase {
    fn sentence(self) -> String {
        match self {
            Phase::Starting => "starting".to_owned(),
            Phase::Listening => "listening whether another instance leads".to_owned(),
            Phase::Recovering => "recovering".to_owned(),
            Phase::Leading(epoch) => format!("leading, epoch {epoch}"),
            Phase::Stopping => "stopping".to_owned(),
        }
    }
}

impl Told {
    fn sentence(&self) -> String {
        let mut sentence = self.phase.sentence();
        if self.nats_away {
            sentence.push_str("; NATS is away, reconnecting");
        }
        if let Some(verdict) = &self.reload {
            sentence.push_str("; last reload: ");
            sentence.push_str(verdict);
        }
        sentence
    }
}

/// Looks after the health until the process ends: tells systemd what changes, and that the daemon lives, as long
/// as its loop turns and the tasks of its connections answer. Three pings fit into what systemd waits, so that
/// two may be late.
#[expect(clippy::infinite_loop, reason = "it ends with the process")]
pub async fn keep(health: Arc<Health>) {
    let patience = notify::watchdog().map(|longest| longest / 3);
    let mut ticks = interval(patience.map_or(LOOK_EVERY, |patience| patience.min(LOOK_EVERY)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut pinged = Instant::now();
    loop {
        ticks.tick().await;
        health.look();
        let Some(patience) = patience.filter(|patience| pinged.elapsed() >= *patience) else { continue };
        pinged = Instant::now();
        if health.still_for() > patience.min(TURN_MAX) {
            error!(
                still_ms = health.still_for().as_millis(),
                "the loop stands still; the watchdog is not told"
            );
        } else if !health.connections_advance().await {
            error!("a connection to NATS does not answer its owner; the watchdog is not told");
        } else {
            notify::alive();
        }
    }
}

/// Tells systemd, at once, that the daemon was asked to stop.
pub async fn stop_is_told(health: Arc<Health>, mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_ok() {
        info!("asked to stop");
        health.enter(Phase::Stopping);
    } else {
        warn!("nobody can ask for a stop any more");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reload_is_told_to_systemd_only_between_ready_and_stopping() {
        let health = Health::default();
        let may = |phase| {
            health.enter(phase);
            health.locked().may_reload()
        };
        assert!(!may(Phase::Recovering));
        assert!(may(Phase::Leading(1)));
        assert!(may(Phase::Recovering), "it was ready once");
        assert!(!may(Phase::Stopping));
    }
}
