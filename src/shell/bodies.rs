//! Bodies that are too large for a message: the bucket `<P>_BODIES` of JetStream's object store, under their
//! SHA-256. The entries are those of any client of an object store, so a gateway may put one with its own
//! library.
//!
//! Reading asks the stream's leader chunk by chunk: that needs one permission and no consumer. Putting writes
//! chunks under a name of their own and then the entry, so what was put before can be read meanwhile, and a put
//! that died leaves nothing but chunks that [`sweep`] finds.

use std::collections::{BTreeMap, BTreeSet};

use async_nats::HeaderMap;
use async_nats::header::NATS_ROLLUP;
use async_nats::jetstream::Context;
use async_nats::jetstream::context::{PublishAckFuture, PublishError};
use bytes::{Bytes, BytesMut};
use data_encoding::{BASE64URL, HEXLOWER};
use serde::{Deserialize, Serialize};
use tracing::{debug, warn};

use crate::domain::{Span, Timestamp};
use crate::wire::BodyRef;

use super::site::Site;
use super::stored::{self, GetError};

/// The size that every client of an object store uses unless told otherwise.
const CHUNK_BYTES: usize = 128 * 1024;
/// Chunks on their way at once.
const IN_FLIGHT: usize = 16;
/// A message follows its body within this time; so does the entry of a body its chunks.
const MARGIN: Span = Span::hours(1);

/// The bucket of one site.
#[derive(Clone)]
pub struct Bodies {
    js: Context,
    bucket: String,
    stream: String,
}

/// Why there is no body to be had.
#[derive(Debug, thiserror::Error)]
pub enum BodyFault {
    /// There is no entry of this name, or its chunks are gone.
    #[error("it is not in the bucket of bodies")]
    Missing,
    /// What lies there has another size or digest.
    #[error("what lies in the bucket of bodies has another size or digest")]
    Mismatch,
    /// NATS did not say.
    #[error(transparent)]
    Get(#[from] GetError),
}

/// The entry of an object, as far as it concerns us.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    name: String,
    bucket: String,
    /// Names its chunks.
    nuid: String,
    #[serde(default)]
    size: usize,
    #[serde(default)]
    chunks: usize,
    #[serde(default)]
    digest: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
}

impl Bodies {
    /// The bucket of `site`, over a connection that may reach it.
    pub fn new(js: Context, site: &Site) -> Bodies {
        let bucket = site.bucket_bodies();
        Bodies { js, stream: format!("OBJ_{bucket}"), bucket }
    }

    /// Puts a body. What lies there under its name is replaced by the same: its age begins anew, so that it
    /// outlives the message that is about to name it.
    pub async fn put(&self, body: &Bytes) -> Result<BodyRef, PublishError> {
        let reference = BodyRef::of(body);
        let unique = self.js.client().new_inbox();
        let nuid = unique.rsplit('.').next().unwrap_or_default().to_owned();
        let subject = format!("$O.{}.C.{nuid}", self.bucket);
        let mut flying: Vec<PublishAckFuture> = Vec::with_capacity(IN_FLIGHT);
        let chunks: Vec<Bytes> = (0..body.len())
            .step_by(CHUNK_BYTES)
            .map(|at| body.slice(at..body.len().min(at + CHUNK_BYTES)))
            .collect();
        for chunk in &chunks {
            if flying.len() == IN_FLIGHT {
                for ack in flying.drain(..) {
                    ack.await?;
                }
            }
            flying.push(self.js.publish(subject.clone(), chunk.clone()).await?);
        }
        for ack in flying {
            ack.await?;
        }
        let digest = HEXLOWER.decode(reference.name().as_bytes()).unwrap_or_default();
        let entry = Entry {
            name: reference.name().to_owned(),
            bucket: self.bucket.clone(),
            nuid,
            size: body.len(),
            chunks: chunks.len(),
            digest: Some(format!("SHA-256={}", BASE64URL.encode(&digest))),
            deleted: false,
        };
        let mut headers = HeaderMap::new();
        headers.insert(NATS_ROLLUP, "sub");
        let payload = serde_json::to_vec(&entry).unwrap_or_default();
        let subject = self.entry_subject(reference.name());
        self.js.publish_with_headers(subject, headers, payload.into()).await?.await?;
        Ok(reference)
    }

    /// Reads a body and looks whether it is the one that is meant. Never more than its reference says.
    pub async fn get(&self, reference: &BodyRef) -> Result<Bytes, BodyFault> {
        let subject = self.entry_subject(reference.name());
        let entry = stored::last_on(&self.js, &self.stream, &subject).await?.ok_or(BodyFault::Missing)?;
        let entry: Entry = serde_json::from_slice(&entry.payload).map_err(|_| BodyFault::Mismatch)?;
        if entry.deleted {
            return Err(BodyFault::Missing);
        }
        if entry.size != reference.size() {
            return Err(BodyFault::Mismatch);
        }
        let chunks = format!("$O.{}.C.{}", self.bucket, entry.nuid);
        let mut body = BytesMut::with_capacity(entry.size);
        let mut next = 1;
        while body.len() < entry.size {
            let chunk = stored::at_or_after_on(&self.js, &self.stream, next, &chunks).await?;
            let chunk = chunk.ok_or(BodyFault::Missing)?;
            if chunk.payload.is_empty() || body.len() + chunk.payload.len() > entry.size {
                return Err(BodyFault::Mismatch);
            }
            body.extend_from_slice(&chunk.payload);
            next = chunk.seq + 1;
        }
        let body = body.freeze();
        if BodyRef::of(&body) == *reference { Ok(body) } else { Err(BodyFault::Mismatch) }
    }

    fn entry_subject(&self, name: &str) -> String {
        format!("$O.{}.M.{}", self.bucket, BASE64URL.encode(name.as_bytes()))
    }

    /// How many messages lie on each subject under this filter.
    async fn subjects(&self, filter: &str) -> Result<BTreeMap<String, u64>, GetError> {
        stored::subjects(&self.js, &self.stream, &format!("$O.{}.{filter}", self.bucket)).await
    }

    /// Removes what lies on a subject up to and with a sequence.
    async fn purge(&self, subject: &str, to: u64) -> Result<(), GetError> {
        let asked = serde_json::json!({ "filter": subject, "seq": to + 1 });
        let _: serde_json::Value = stored::api(&self.js, "STREAM.PURGE", &self.stream, &asked).await?;
        Ok(())
    }
}

/// What the sweeper knows of DEAD, so that it reads each of its messages once.
#[derive(Debug, Default)]
pub struct DeadRefs {
    read: u64,
    named: BTreeMap<u64, String>,
}

impl DeadRefs {
    /// The names of bodies that messages of DEAD refer to.
    async fn look(&mut self, js: &Context, stream: &str) -> Result<BTreeSet<String>, GetError> {
        while let Some(found) = stored::at_or_after(js, stream, self.read + 1).await? {
            self.read = found.seq;
            if let Some(reference) = reference_of(&found.headers) {
                self.named.insert(found.seq, reference.name().to_owned());
            }
        }
        let mut gone = Vec::new();
        for seq in self.named.keys() {
            if stored::get(js, stream, *seq).await?.is_none() {
                gone.push(*seq);
            }
        }
        gone.iter().for_each(|seq| drop(self.named.remove(seq)));
        Ok(self.named.values().cloned().collect())
    }
}

/// The reference that a message carries, where it can be read.
pub fn reference_of(headers: &HeaderMap) -> Option<BodyRef> {
    headers.get(BodyRef::HEADER)?.as_str().parse().ok()
}

/// Removes the bodies that nobody needs any more, and how many that were: put an hour before `kept_from`, which
/// is when the oldest message of IN was stored, and not named by a message of DEAD. Chunks without an entry of
/// that age go, too.
pub async fn sweep(
    bodies: &Bodies,
    site: &Site,
    dead: &mut DeadRefs,
    kept_from: Timestamp,
) -> Result<usize, GetError> {
    let limit = kept_from.before(MARGIN);
    let (mut old, mut kept) = (Vec::new(), BTreeSet::new());
    for subject in bodies.subjects("M.>").await?.into_keys() {
        let Some(found) = stored::last_on(&bodies.js, &bodies.stream, &subject).await? else { continue };
        let Ok(entry) = serde_json::from_slice::<Entry>(&found.payload) else {
            warn!(seq = found.seq, "an entry of the bucket of bodies cannot be read; it is left there");
            continue;
        };
        if found.time < limit {
            old.push((subject, found.seq, entry));
        } else {
            kept.insert(entry.nuid);
        }
    }
    if !old.is_empty() {
        let named = dead.look(&bodies.js, &site.stream_dead()).await?;
        old.retain(|(_, _, entry)| {
            let is_named = named.contains(&entry.name);
            if is_named {
                kept.insert(entry.nuid.clone());
            }
            !is_named
        });
    }
    // The entry goes first: without it nobody begins to read the chunks. One that was put meanwhile stays.
    for (subject, seq, _) in &old {
        bodies.purge(subject, *seq).await?;
    }
    sweep_chunks(bodies, &kept, limit).await?;
    debug!(removed = old.len(), "swept the bucket of bodies");
    Ok(old.len())
}

async fn sweep_chunks(bodies: &Bodies, kept: &BTreeSet<String>, limit: Timestamp) -> Result<(), GetError> {
    for subject in bodies.subjects("C.>").await?.into_keys() {
        let nuid = subject.rsplit('.').next().unwrap_or_default();
        if kept.contains(nuid) {
            continue;
        }
        let Some(last) = stored::last_on(&bodies.js, &bodies.stream, &subject).await? else { continue };
        if last.time < limit {
            bodies.purge(&subject, last.seq).await?;
        }
    }
    Ok(())
}
