//! IN is a buffer: what the journal has consumed is purged after a day. So is OUT: what gateways have acknowledged
//! is purged at once. An alarm is raised before what still waits fills either of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::Context;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{debug, error, warn};

use crate::domain::Span;

use super::acknowledged::Acknowledged;
use super::bodies::{self, Bodies, DeadRefs};
use super::nats::jetstream;
use super::site::Site;
use super::stored::{self, GetError};

/// How often to look.
const EVERY: Duration = Duration::from_secs(60);
/// How long consumed input is kept: until then a gateway's question "did it arrive?" has an answer.
const IN_KEEP: Span = Span::hours(24);
/// Every so many looks the bucket of bodies is swept.
const SWEEP_MINUTES: u64 = 60;
/// At this share of the stream's bytes the alarm is raised, in percent.
const ALARM_PERCENT: u64 = 80;

/// The keeper of one term. It stops when this is dropped.
pub struct Housekeeping {
    consumed: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Housekeeping {
    /// Begins to keep IN small. `consumed` is the last input that the journal names.
    pub fn start(client: &Client, site: &Site, consumed: u64) -> Housekeeping {
        let consumed = Arc::new(AtomicU64::new(consumed));
        let task = tokio::spawn(keep(jetstream(client), site.clone(), consumed.clone()));
        Housekeeping { consumed, task }
    }

    /// Notes that input up to here is consumed, durably.
    pub fn note(&self, consumed: u64) {
        self.consumed.store(consumed, Ordering::Relaxed);
    }
}

impl Drop for Housekeeping {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep(js: Context, site: Site, consumed: Arc<AtomicU64>) {
    let stream = site.stream_in();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut dead = DeadRefs::default();
    let mut acknowledged = Acknowledged::default();
    for minute in 0_u64.. {
        ticks.tick().await;
        let position = consumed.load(Ordering::Relaxed);
        match old_enough(&js, &stream, position).await {
            Ok(Some(position)) => purge(&js, &stream, position).await,
            Ok(None) => {}
            Err(fault) => debug!(%fault, "it cannot be told how old consumed input is"),
        }
        look(&js, &stream, Some(position)).await;
        if let Err(fault) = acknowledged.purge(&js, &site).await {
            warn!(%fault, "what gateways have acknowledged could not be purged; trying again in a minute");
        }
        look(&js, &site.stream_out(), None).await;
        if minute % SWEEP_MINUTES == 0
            && let Err(fault) = sweep(&js, &site, &mut dead).await
        {
            debug!(%fault, "bodies could not be swept; trying again in an hour");
        }
    }
}

/// Removes the bodies of input that IN does not hold any more. An empty IN says nothing of time.
async fn sweep(js: &Context, site: &Site, dead: &mut DeadRefs) -> Result<(), GetError> {
    let Some(oldest) = stored::at_or_after(js, &site.stream_in(), 1).await? else { return Ok(()) };
    bodies::sweep(&Bodies::new(js.clone(), site), site, dead, oldest.time).await?;
    Ok(())
}

/// The last consumed input that is older than [`IN_KEEP`] against the newest one. The stream itself says
/// how old its messages are, so a restart forgets nothing; they are in order, so the place is found by
/// halving.
async fn old_enough(js: &Context, stream: &str, position: u64) -> Result<Option<u64>, GetError> {
    let Some(newest) = stored::last(js, stream).await? else { return Ok(None) };
    let limit = newest.time.before(IN_KEEP);
    let (mut old, mut young) = (0, position + 1);
    while young - old > 1 {
        let middle = old + (young - old) / 2;
        match stored::at_or_after(js, stream, middle).await? {
            Some(found) if found.time < limit && found.seq <= position => old = found.seq.max(middle),
            Some(_) | None => young = middle,
        }
    }
    Ok((old > 0).then_some(old))
}

/// Purges up to and with `position`.
async fn purge(js: &Context, stream: &str, position: u64) {
    let purged = match js.get_stream_no_info(stream).await {
        Ok(handle) => handle.purge().sequence(position + 1).await.map_err(|fault| fault.to_string()),
        Err(fault) => Err(fault.to_string()),
    };
    match purged {
        Ok(done) => debug!(purged = done.purged, "purged consumed input"),
        Err(fault) => warn!(fault, "consumed input could not be purged; trying again in a minute"),
    }
}

/// Raises the alarm when what waits, and cannot be purged, takes most of the room: of IN what lies behind the
/// position, of OUT all that is left there.
async fn look(js: &Context, stream: &str, position: Option<u64>) {
    let Ok(handle) = js.get_stream(stream).await else { return };
    let info = handle.cached_info();
    let state = &info.state;
    let waiting = position.map_or(state.messages, |position| state.last_sequence.saturating_sub(position));
    let share = u128::from(state.bytes) * u128::from(waiting) / u128::from(state.messages.max(1));
    if !fills(share, info.config.max_bytes) {
        return;
    }
    if position.is_some() {
        error!(waiting, stream, "unprocessed input fills its stream; new input will soon be refused");
    } else {
        error!(
            waiting,
            stream,
            "replies that their gateways have not acknowledged fill their stream; new ones will soon wait in the journal"
        );
    }
}

/// Whether so many bytes are most of a stream that may have so many; without a limit they never are.
fn fills(bytes: u128, limit: i64) -> bool {
    u128::try_from(limit).is_ok_and(|limit| limit > 0 && bytes * 100 > limit * u128::from(ALARM_PERCENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alarm_comes_before_the_stream_is_full() {
        assert!(!fills(800, 1_000) && fills(801, 1_000));
        assert!(!fills(801, -1) && !fills(801, 0));
    }
}
