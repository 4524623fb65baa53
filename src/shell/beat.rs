//! The leader's heartbeat: who starts listens first, and whoever leads learns of a higher epoch. The
//! fence is the authority; the beat only saves everybody the trouble.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_nats::{Client, SubscribeError, Subscriber};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};
use tracing::{debug, info};

/// How often the leader beats.
const EVERY: Duration = Duration::from_millis(250);
/// How long who starts listens.
pub const SILENCE: Duration = Duration::from_millis(1_500);

/// How long a successor's first beat may take behind the last one of who leaves.
const SUCCESSOR: Duration = Duration::from_millis(500);

/// One beat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// The epoch of its leader.
    pub epoch: u64,
    /// Who leads.
    pub instance: String,
    /// When its loop last came round, in milliseconds since 1970.
    pub loop_at: i64,
    /// Its last beat: it stops in good order, and nobody need wait for its silence.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaving: bool,
}

/// Waits as long as a beat may take, and gives the first one of another instance.
///
/// Behind the last beat of one who leaves there is no silence to wait for, but a successor may have been faster:
/// his first beat is waited for.
pub async fn listen(
    client: &Client,
    subject: String,
    instance: &str,
) -> Result<Option<Beat>, SubscribeError> {
    let mut beats = client.subscribe(subject).await?;
    let mut until = Instant::now() + SILENCE;
    while let Ok(Some(message)) = timeout_at(until, beats.next()).await {
        match serde_json::from_slice::<Beat>(&message.payload) {
            Ok(beat) if beat.instance == instance => {}
            Ok(beat) if beat.leaving => {
                info!(leader = beat.instance, epoch = beat.epoch, "the leader leaves");
                until = until.min(Instant::now() + SUCCESSOR);
            }
            Ok(beat) => return Ok(Some(beat)),
            Err(fault) => debug!(%fault, "what was heard is no beat"),
        }
    }
    Ok(None)
}

/// A beating leader. It stops when this is dropped.
pub struct Beating {
    /// When the loop last came round.
    pub loop_at: Arc<AtomicI64>,
    /// The highest epoch heard of another instance.
    pub heard: watch::Receiver<u64>,
    client: Client,
    subject: String,
    last: Beat,
    tasks: [JoinHandle<()>; 2],
}

impl Beating {
    /// Begins to beat, and to listen for others.
    pub async fn start(
        client: &Client,
        subject: String,
        epoch: u64,
        instance: &str,
    ) -> Result<Self, SubscribeError> {
        let loop_at = Arc::new(AtomicI64::new(0));
        let others = client.subscribe(subject.clone()).await?;
        let (sender, heard) = watch::channel(0);
        let hearing = tokio::spawn(hear(others, instance.to_owned(), sender));
        let beat = Beat { epoch, instance: instance.to_owned(), loop_at: 0, leaving: false };
        let last = Beat { leaving: true, ..beat.clone() };
        let beating = tokio::spawn(send(client.clone(), subject.clone(), beat, loop_at.clone()));
        let client = client.clone();
        Ok(Beating { loop_at, heard, client, subject, last, tasks: [hearing, beating] })
    }

    /// Beats for the last time and says so: all that we had to do is done.
    pub async fn leave(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        let last = Beat { loop_at: self.loop_at.load(Ordering::Relaxed), ..self.last.clone() };
        let Ok(payload) = serde_json::to_vec(&last) else { return };
        if let Err(fault) = self.client.publish(self.subject.clone(), payload.into()).await {
            debug!(%fault, "the last beat could not be sent");
        }
    }
}

impl Drop for Beating {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn send(client: Client, subject: String, beat: Beat, loop_at: Arc<AtomicI64>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let beat = Beat { loop_at: loop_at.load(Ordering::Relaxed), ..beat.clone() };
        let Ok(payload) = serde_json::to_vec(&beat) else { return };
        if let Err(fault) = client.publish(subject.clone(), payload.into()).await {
            debug!(%fault, "a beat could not be sent");
        }
    }
}

async fn hear(mut others: Subscriber, instance: String, highest: watch::Sender<u64>) {
    while let Some(message) = others.next().await {
        let Ok(beat) = serde_json::from_slice::<Beat>(&message.payload) else { continue };
        if beat.instance != instance {
            highest.send_if_modified(|known| {
                let higher = beat.epoch > *known;
                *known = beat.epoch.max(*known);
                higher
            });
        }
    }
}
