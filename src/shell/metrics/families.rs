//! Every family of the metrics: its name, its unit, what it says.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::{Metric, Name, Outcome, QueueId, Timestamp};
use crate::policy::Policy;

use super::Outside;
use super::census::Counts;
use super::note::Note;
use super::snapshot::{PRESENCES, Snapshot};

/// Words of ours and configured names.
type Labels = Vec<(&'static str, String)>;
type Whole = Gauge<u64, AtomicU64>;
type Real = Gauge<f64, AtomicU64>;

/// The buckets of waits, in seconds, besides those of the promises.
const WAITS: [f64; 12] = [1.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0];
/// The buckets of appends, in seconds.
const APPENDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// The buckets of how late a breach is recorded, in seconds.
const LAGS: [f64; 7] = [0.05, 0.25, 1.0, 5.0, 30.0, 300.0, 3_600.0];

/// The families, and the registry that writes them down.
pub(super) struct Families {
    registry: Registry,
    policy: PolicyInfo,
    last_reload: Whole,
    last_reload_success: Real,
    epoch: Whole,
    conversations: Family<Labels, Whole>,
    oldest_wait: Family<Labels, Real>,
    waits: Family<Labels, Histogram, Waits>,
    agents: Family<Labels, Whole>,
    offers: Family<Labels, Counter>,
    clocks: Family<Labels, Whole>,
    breaches: Family<Labels, Counter>,
    ended: Family<Labels, Counter>,
    lag: Histogram,
    escalations: Family<Labels, Counter>,
    outbox: Whole,
    connected: Family<Labels, Whole>,
    refused: Family<Labels, Counter>,
    ignored: Family<Labels, Counter>,
    rejected: Family<Labels, Counter>,
    appended: Counter,
    append: Histogram,
    journal: Whole,
    input: Whole,
    foreign: Whole,
    dropped: Counter,
    entries: Family<Labels, Whole>,
}

/// Makes the histogram of a queue.
#[derive(Clone, Debug)]
struct Waits(Arc<[f64]>);

impl MetricConstructor<Histogram> for Waits {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// The digest of the adopted policy, which a reload changes.
#[derive(Clone, Debug, Default)]
struct PolicyInfo(Arc<Mutex<String>>);

impl PolicyInfo {
    fn set(&self, digest: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = digest;
    }
}

impl EncodeMetric for PolicyInfo {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let digest = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        encoder.encode_info(&[("version", digest)])
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Info
    }
}

impl Families {
    /// Registers every family; waits have a bucket for each promise of `assign`.
    pub(super) fn new(policy: &Policy) -> Families {
        let mut families = Families {
            registry: Registry::with_prefix("switchboard"),
            policy: PolicyInfo::default(),
            last_reload: Whole::default(),
            last_reload_success: Real::default(),
            epoch: Whole::default(),
            conversations: Family::default(),
            oldest_wait: Family::default(),
            waits: Family::new_with_constructor(Waits(wait_buckets(policy))),
            agents: Family::default(),
            offers: Family::default(),
            clocks: Family::default(),
            breaches: Family::default(),
            ended: Family::default(),
            lag: Histogram::new(LAGS),
            escalations: Family::default(),
            outbox: Whole::default(),
            connected: Family::default(),
            refused: Family::default(),
            ignored: Family::default(),
            rejected: Family::default(),
            appended: Counter::default(),
            append: Histogram::new(APPENDS),
            journal: Whole::default(),
            input: Whole::default(),
            foreign: Whole::default(),
            dropped: Counter::default(),
            entries: Family::default(),
        };
        families.policy.set(policy.digest.to_string());
        families.register_daemon();
        families.register_work();
        families.register_promises();
        families
    }

    #[rustfmt::skip]
    fn register_daemon(&mut self) {
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        let registry = &mut self.registry;
        registry.register("build", "The version that runs", build);
        registry.register("config", "The digest of the adopted policy", self.policy.clone());
        registry.register("config_last_reload_successful", "Whether the last reload was taken, 1 or 0", self.last_reload.clone());
        registry.register_with_unit("config_last_reload_success_timestamp", "When a configuration was last taken, since 1970", Unit::Seconds, self.last_reload_success.clone());
        registry.register("epoch", "The epoch in which this process leads, 0 while it does not", self.epoch.clone());
        registry.register("nats_connected", "Whether this connection is up, 1 or 0", self.connected.clone());
        registry.register("events_appended", "Records that the journal took", self.appended.clone());
        registry.register_with_unit("append_duration", "How long the journal took for a group of records", Unit::Seconds, self.append.clone());
        registry.register("journal_position", "The last record of the journal", self.journal.clone());
        registry.register("input_position", "The last input that was consumed", self.input.clone());
        registry.register("outbox_pending", "Effects that are owed and have not left", self.outbox.clone());
        registry.register("foreign_records", "Records in the journal that are not ours, as recovery found them", self.foreign.clone());
        registry.register("dropped_requests", "Requests and heartbeats dropped, since their reply subject is no inbox", self.dropped.clone());
        registry.register("state_entries", "Entries in a table of the state", self.entries.clone());
    }

    #[rustfmt::skip]
    fn register_work(&mut self) {
        let registry = &mut self.registry;
        registry.register("conversations", "Conversations that are not resolved, by where they stand", self.conversations.clone());
        registry.register_with_unit("queue_oldest_wait", "How long the one that waits longest has waited, 0 while none waits", Unit::Seconds, self.oldest_wait.clone());
        registry.register_with_unit("queue_wait", "How long it took until an agent accepted", Unit::Seconds, self.waits.clone());
        registry.register("agents", "Configured agents by presence", self.agents.clone());
        registry.register("offers", "Offers made, and how they ended", self.offers.clone());
        registry.register(
            "inputs_ignored",
            "Inputs, and parts of them, that had no effect, by reason",
            self.ignored.clone(),
        );
        registry.register("inputs_refused", "Inputs that went to DEAD, by code", self.refused.clone());
        registry.register("commands_rejected", "Durable commands that were rejected, by code", self.rejected.clone());
    }

    #[rustfmt::skip]
    fn register_promises(&mut self) {
        let registry = &mut self.registry;
        registry.register("sla_clocks", "Clocks that run", self.clocks.clone());
        registry.register("sla_breaches", "Promises broken", self.breaches.clone());
        registry.register("sla_met", "Clocks that ended, by how", self.ended.clone());
        registry.register_with_unit("sla_timer_lag", "How late a breach was recorded", Unit::Seconds, self.lag.clone());
        registry.register("escalations", "Rungs raised", self.escalations.clone());
        for metric in Metric::ALL {
            // A series that begins at zero shows its first increase.
            drop(self.breaches.get_or_create(&vec![("metric", metric.to_string())]));
        }
    }

    pub(super) fn observe(&self, note: &Note, queues: &[Name]) {
        let count = |family: &Family<Labels, Counter>, labels: Labels| {
            family.get_or_create(&labels).inc();
        };
        match note {
            Note::Stands(..) | Note::Runs(..) => {}
            Note::Offer(outcome) => count(&self.offers, vec![("outcome", outcome.as_str().to_owned())]),
            Note::Waited(queue, waited) => {
                let labels = vec![("queue", queue_name(queues, *queue))];
                self.waits.get_or_create(&labels).observe(seconds(*waited));
            }
            Note::Breached(metric, late) => {
                count(&self.breaches, vec![("metric", metric.to_string())]);
                self.lag.observe(seconds(*late));
            }
            Note::Ended(metric, outcome) => {
                let labels =
                    vec![("metric", metric.to_string()), ("outcome", outcome_word(*outcome).to_owned())];
                count(&self.ended, labels);
            }
            Note::Raised(ladder, rung) => {
                count(&self.escalations, vec![("ladder", ladder.clone()), ("rung", rung.to_string())]);
            }
            Note::Refused(code) => count(&self.refused, vec![("code", code.clone())]),
            Note::Rejected(code) => count(&self.rejected, vec![("code", code.clone())]),
        }
    }

    /// An input, or a part of one, had no effect. The reason is a word of ours.
    pub(super) fn ignored(&self, reason: &str) {
        self.ignored.get_or_create(&vec![("reason", reason.to_owned())]).inc();
    }

    pub(super) fn appended(&self, records: usize, took: Duration) {
        self.appended.inc_by(records as u64);
        self.append.observe(took.as_secs_f64());
    }

    pub(super) fn reloaded(&self, taken: bool, at: Timestamp) {
        self.last_reload.set(u64::from(taken));
        if taken {
            self.last_reload_success.set(seconds(at.0));
        }
    }

    /// Sets every gauge.
    pub(super) fn set(&self, counts: &Counts, snapshot: &Snapshot, outside: Outside) {
        self.set_work(counts, snapshot);
        for (connection, up) in ["door", "journal"].into_iter().zip(outside.connected) {
            let labels = vec![("connection", connection.to_owned())];
            self.connected.get_or_create(&labels).set(u64::from(up));
        }
        self.dropped.inner().store(outside.dropped, Ordering::Relaxed);
        self.epoch.set(if outside.leads { snapshot.epoch } else { 0 });
        if snapshot.now.is_some() {
            self.policy.set(snapshot.policy.to_string());
        }
        self.journal.set(snapshot.seq);
        self.input.set(snapshot.inseq);
        self.outbox.set(snapshot.outbox);
        self.foreign.set(snapshot.foreign);
        for (table, count) in &snapshot.entries {
            self.entries.get_or_create(&vec![("table", (*table).to_owned())]).set(*count as u64);
        }
    }

    fn set_work(&self, counts: &Counts, snapshot: &Snapshot) {
        let queues = &snapshot.queues;
        for &((queue, channel, stand), count) in &counts.standing {
            let labels = vec![
                ("queue", queue_name(queues, queue)),
                ("channel", channel.to_string()),
                ("state", stand.as_str().to_owned()),
            ];
            self.conversations.get_or_create(&labels).set(count);
        }
        for &((metric, breached), count) in &counts.running {
            let state = if breached { "breached" } else { "running" };
            let labels = vec![("metric", metric.to_string()), ("state", state.to_owned())];
            self.clocks.get_or_create(&labels).set(count);
        }
        for (queue, oldest) in queues.iter().zip(&counts.oldest) {
            let oldest = oldest.zip(snapshot.now);
            let waited = oldest.map_or(0, |(since, now)| now.since(since).0.max(0));
            self.oldest_wait.get_or_create(&vec![("queue", queue.to_string())]).set(seconds(waited));
        }
        for (presence, count) in PRESENCES.into_iter().zip(snapshot.agents) {
            self.agents.get_or_create(&vec![("state", presence.to_owned())]).set(count);
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("text can be written to memory");
        text
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Families(..)")
    }
}

/// The buckets of waits: the common ones, and one at each promise, so that the share that was kept can be read.
fn wait_buckets(policy: &Policy) -> Arc<[f64]> {
    let promises = policy.queues.values().flat_map(|queue| queue.promises.iter());
    let promised = promises.filter(|promise| promise.metric == Metric::Assign);
    let mut buckets: Vec<f64> = WAITS.into_iter().collect();
    buckets.extend(promised.map(|promise| seconds(promise.within.0)));
    buckets.sort_by(f64::total_cmp);
    buckets.dedup_by(|one, other| one.total_cmp(other).is_eq());
    buckets.into()
}

/// The loop names a queue before anything stands in it, but the snapshot may be a second old.
fn queue_name(queues: &[Name], queue: QueueId) -> String {
    queues.get(queue.index()).map_or_else(|| "new".to_owned(), ToString::to_string)
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::MetLate => "met_late",
        Outcome::Cancelled => "cancelled",
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of centuries fit")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::super::note::OfferOutcome;
    use super::*;

    #[test]
    fn waits_have_a_bucket_at_each_common_span_once_and_in_order() {
        let buckets = wait_buckets(&Policy::empty());
        assert_eq!(buckets.len(), WAITS.len());
        assert!(buckets.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn each_outcome_of_an_offer_has_a_word_of_its_own() {
        let outcomes = [
            OfferOutcome::Made,
            OfferOutcome::Accepted,
            OfferOutcome::Declined,
            OfferOutcome::Expired,
            OfferOutcome::Rescinded,
        ];
        let words: std::collections::BTreeSet<_> = outcomes.map(OfferOutcome::as_str).into();
        assert_eq!(words.len(), outcomes.len());
    }
}
