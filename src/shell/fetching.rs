//! Bodies on their way in: an input whose header names a body gets it from the bucket before it is decoded.

use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::Context;
use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::warn;

use crate::wire::{BodyRef, BodyRefFault};

use super::bodies::{Bodies, BodyFault};
use super::inbox::Delivery;
use super::site::Site;

/// Large bodies in memory at once; each is read and decoded by itself.
const AT_ONCE: usize = 2;
/// How often a body is looked for. The gateway puts it before its message, so one that is not there at first
/// is only on its way between the servers of a cluster.
const TRIES: u32 = 10;
/// The wait between two attempts.
const PAUSE: Duration = Duration::from_millis(200);

/// Fetches bodies for one term.
pub struct Fetching {
    js: Context,
    bodies: Bodies,
    room: Semaphore,
}

/// Why an input has no body, as code and sentence without content.
#[derive(Debug)]
pub struct NoBody {
    /// One word.
    pub code: &'static str,
    /// A sentence.
    pub reason: String,
}

impl Fetching {
    /// Over the journal's connection.
    pub fn new(js: Context, site: &Site) -> Fetching {
        Fetching { bodies: Bodies::new(js.clone(), site), js, room: Semaphore::new(AT_ONCE) }
    }

    /// Puts the body into a delivery that names one. The permit is held until the body is decoded; `None` when
    /// the delivery is whole as it came.
    pub async fn complete(&self, delivery: &mut Delivery) -> Result<Option<SemaphorePermit<'_>>, NoBody> {
        let Some(text) = delivery.body() else { return Ok(None) };
        let reference: BodyRef = text.parse().map_err(|fault: BodyRefFault| {
            let code = if fault == BodyRefFault::TooLarge { "too_large" } else { "bad_body" };
            NoBody { code, reason: fault.to_string() }
        })?;
        if !delivery.payload.is_empty() {
            return Err(NoBody { code: "bad_body", reason: "it has a body and names another".to_owned() });
        }
        let permit = self.room.acquire().await.ok();
        delivery.payload = self.fetch(&reference, delivery.inseq).await?;
        Ok(permit)
    }

    /// While NATS is away nothing is said against the body, so it is waited for.
    async fn fetch(&self, reference: &BodyRef, inseq: u64) -> Result<Bytes, NoBody> {
        let mut tries = 0;
        loop {
            let fault = match self.bodies.get(reference).await {
                Ok(body) => return Ok(body),
                Err(fault) => fault,
            };
            if matches!(fault, BodyFault::Mismatch) {
                return Err(NoBody { code: "body_mismatch", reason: fault.to_string() });
            }
            if self.js.client().connection_state() == State::Connected {
                tries += 1;
            }
            if tries >= TRIES {
                warn!(inseq, %fault, "the body of an input cannot be had");
                return Err(NoBody { code: "body_missing", reason: "its body is not to be had".to_owned() });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
