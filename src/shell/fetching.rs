//! Bodies on their way in: an input whose header names a body gets it from the bucket before it is decoded.

use std::time::Duration;

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
        Fetching { bodies: Bodies::new(js, site), room: Semaphore::new(AT_ONCE) }
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

    async fn fetch(&self, reference: &BodyRef, inseq: u64) -> Result<Bytes, NoBody> {
        let mut tries = Tries::default();
        loop {
            let fault = match self.bodies.get(reference).await {
                Ok(body) => return Ok(body),
                Err(fault) => fault,
            };
            if let Some(no_body) = tries.judge(&fault) {
                warn!(inseq, %fault, "the body of an input cannot be had");
                return Err(no_body);
            }
            if tries.unsaid % TRIES == 1 {
                warn!(inseq, %fault, "the body of an input cannot be read now; it is waited for");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// What was heard of one body so far.
#[derive(Debug, Default)]
struct Tries {
    missing: u32,
    /// How often nothing was said of it.
    unsaid: u32,
}

impl Tries {
    /// The verdict, once there is one. Only what the bucket says of the body counts against it: a server that is
    /// away, busy or without a leader says nothing of it, so the body is waited for.
    fn judge(&mut self, fault: &BodyFault) -> Option<NoBody> {
        match fault {
            BodyFault::Mismatch => Some(NoBody { code: "body_mismatch", reason: fault.to_string() }),
            BodyFault::Missing => {
                self.missing += 1;
                let reason = "its body is not to be had".to_owned();
                (self.missing >= TRIES).then_some(NoBody { code: "body_missing", reason })
            }
            BodyFault::Get(_) => {
                self.unsaid += 1;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::stored::GetError;

    #[test]
    fn only_what_the_bucket_says_of_a_body_counts_against_it() {
        let mut tries = Tries::default();
        let silent =
            BodyFault::Get(GetError::Garbled { stream: "OBJ_P_BODIES".to_owned(), what: "no answer" });
        for _ in 0..3 * TRIES {
            assert!(tries.judge(&silent).is_none());
        }
        for _ in 1..TRIES {
            assert!(tries.judge(&BodyFault::Missing).is_none());
            assert!(tries.judge(&silent).is_none());
        }
        assert_eq!(tries.judge(&BodyFault::Missing).map(|no_body| no_body.code), Some("body_missing"));
        assert_eq!(tries.judge(&BodyFault::Mismatch).map(|no_body| no_body.code), Some("body_mismatch"));
    }
}
