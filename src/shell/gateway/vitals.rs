//! How the gateway is: for systemd, for HTTP on its loopback side, for metrics. Labels are names of sources and words
//! of ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::error;

use crate::shell::notify;
use crate::web::hooks::Ending;
use crate::web::{Check, Vital};

type Labels = Vec<(&'static str, String)>;

/// The buckets of acknowledgements, in seconds.
const ACKS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 2.5];
/// How often it is looked whether NATS went or came.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the task of the connection may take to answer its owner.
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// What is counted and known.
pub(super) struct GatewayVitals {
    registry: Registry,
    requests: Family<Labels, Counter>,
    acks: Histogram,
    flying: Gauge,
    connected: Gauge<u64, AtomicU64>,
    client: Client,
    /// Whether the last input that was published was not acknowledged.
    refused: AtomicBool,
}

/// An input on its way.
pub(super) struct Flying(Gauge<i64, AtomicI64>);

impl Drop for Flying {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl GatewayVitals {
    pub(super) fn new(client: Client) -> GatewayVitals {
        let mut registry = Registry::with_prefix("switchboard_gateway");
        let (requests, flying, connected) = (Family::default(), Gauge::default(), Gauge::default());
        let acks = Histogram::new(ACKS);
        registry.register("requests", "Requests by source and how they ended", requests.clone());
        let help = "How long the stream took to acknowledge";
        registry.register_with_unit("ack", help, Unit::Seconds, acks.clone());
        registry.register("in_flight", "Inputs on their way to NATS", flying.clone());
        registry.register("nats_connected", "Whether NATS is connected", connected.clone());
        let refused = AtomicBool::new(false);
        GatewayVitals { registry, requests, acks, flying, connected, client, refused }
    }

    pub(super) fn count(&self, source: &str, ending: Ending) {
        let word = match ending {
            Ending::Stored => "stored",
            Ending::Answered => "answered",
            Ending::Refused(word) => word,
        };
        let labels = vec![("source", source.to_owned()), ("outcome", word.to_owned())];
        self.requests.get_or_create(&labels).inc();
    }

    pub(super) fn flying(&self) -> Flying {
        self.flying.inc();
        Flying(self.flying.clone())
    }

    pub(super) fn stored(&self, acknowledged: bool, took: Duration) {
        self.refused.store(!acknowledged, Ordering::Relaxed);
        if acknowledged {
            self.acks.observe(took.as_secs_f64());
        }
    }

    fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }
}

impl Vital for GatewayVitals {
    fn checks(&self) -> Vec<Check> {
        let away = (!self.is_connected()).then(|| "NATS is away; reconnecting".to_owned());
        let refused = self.refused.load(Ordering::Relaxed);
        let stream = refused.then(|| "the stream did not acknowledge the last input".to_owned());
        let check = |check, fault| Check { check, fault, vital: false };
        vec![check("nats", away), check("stream", stream)]
    }

    fn metrics(&self) -> String {
        self.connected.set(u64::from(self.is_connected()));
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Tells systemd whether NATS is there, and that the gateway lives as long as its connection answers its owner.
#[expect(clippy::infinite_loop, reason = "it ends with the process")]
pub(super) async fn keep(vitals: Arc<GatewayVitals>, client: Client) {
    let patience = notify::watchdog().map(|longest| longest / 3);
    let mut ticks = interval(patience.map_or(LOOK_EVERY, |patience| patience.min(LOOK_EVERY)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was = None;
    loop {
        ticks.tick().await;
        let is = vitals.is_connected();
        if was != Some(is) {
            was = Some(is);
            notify::status(if is {
                "taking webhooks"
            } else {
                "NATS is away; providers are told to try again"
            });
        }
        if is && timeout(FLUSH_MAX, client.flush()).await.is_err() && vitals.is_connected() {
            error!("the connection to NATS does not answer its owner; the watchdog is not told");
        } else if patience.is_some() {
            notify::alive();
        }
    }
}
