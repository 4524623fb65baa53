//! The metrics of the daemon, in the OpenMetrics text form (field page sla-and-operations 5.4). Labels are
//! configured names and words of ours, never ids, addresses or anything of a message.
//!
//! Counters follow records once they are durable: [`Metrics::observe`]. Gauges are set when somebody asks, from
//! a [`Snapshot`] that the loop leaves at most once a second and from the [`Census`], which is kept up record by
//! record. Counters begin at zero with the process; a takeover is another process.

mod census;
mod families;
mod note;
mod snapshot;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::Timestamp;
use crate::policy::Policy;

pub use census::{Census, Counts, Running, Stand, Standing};
use families::Families;
pub use note::{Note, OfferOutcome};
pub use snapshot::{PRESENCES, Snapshot};

/// How old a snapshot may be before the loop leaves another.
const SNAPSHOT_EVERY: Duration = Duration::from_secs(1);

/// The metrics of one process.
#[derive(Debug)]
pub struct Metrics {
    families: Families,
    view: Mutex<View>,
    /// One scrape at a time: those who ask wait for each other, the loop for none of them.
    scrape: Mutex<()>,
}

/// What the gauges are set from.
#[derive(Debug, Default)]
struct View {
    census: Census,
    snapshot: Snapshot,
    taken: Option<Instant>,
}

/// What is known outside of the loop when somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Whether the door and the journal are connected.
    pub connected: [bool; 2],
    /// Whether this process leads.
    pub leads: bool,
    /// Requests and heartbeats that were dropped for their reply subject.
    pub dropped: u64,
}

impl Metrics {
    /// Metrics whose histogram of waits has a bucket for each promise of these rules.
    pub fn new(policy: &Policy) -> Arc<Metrics> {
        Arc::new(Metrics {
            families: Families::new(policy),
            view: Mutex::default(),
            scrape: Mutex::default(),
        })
    }

    /// A term begins with these counts.
    pub fn begin(&self, census: Census) {
        let mut view = self.locked();
        view.census = census;
        view.taken = None;
    }

    /// Counts what a durable record means.
    pub fn observe(&self, note: &Note) {
        let mut view = self.locked();
        note.settle(&mut view.census);
        self.families.observe(note, &view.snapshot.queues);
    }

    /// An input, or a part of one, had no effect.
    pub fn ignored(&self, reason: &str) {
        self.families.ignored(reason);
    }

    /// So many records were appended, and it took so long.
    pub fn appended(&self, records: usize, took: Duration) {
        self.families.appended(records, took);
    }

    /// A reload, or the start, took its configuration at this instant, or refused it.
    pub fn reloaded(&self, taken: bool, at: Timestamp) {
        self.families.reloaded(taken, at);
    }

    /// Leaves a new snapshot where the last is old.
    pub fn refresh(&self, snapshot: impl FnOnce() -> Snapshot) {
        let mut view = self.locked();
        if view.taken.is_none_or(|taken| taken.elapsed() >= SNAPSHOT_EVERY) {
            view.snapshot = snapshot();
            view.taken = Some(Instant::now());
        }
    }

    /// All of them as text.
    pub fn text(&self, outside: Outside) -> String {
        self.text_after(outside, || {})
    }

    /// `between` is called once the counts are copied, before they are set and written down.
    fn text_after(&self, outside: Outside, between: impl FnOnce()) -> String {
        let _alone = self.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        let (counts, snapshot) = {
            let view = self.locked();
            (view.census.counts(view.snapshot.queues.len()), view.snapshot.clone())
        };
        between();
        self.families.set(&counts, &snapshot, outside);
        self.families.text()
    }

    fn locked(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loop_need_not_wait_for_a_scrape() {
        let metrics = Metrics::new(&Policy::empty());
        let outside = Outside { connected: [true; 2], leads: true, dropped: 0 };
        let mut is_free = false;
        let text = metrics.text_after(outside, || is_free = metrics.view.try_lock().is_ok());
        assert!(is_free && text.ends_with("# EOF\n"));
    }
}
