//! What lies in DEAD: to list it, to look at it, and to put it back into IN once its cause is mended.
//!
//! The newest message of the outbox in DEAD is also its mark: how far the effects had left when a daemon died.
//! Without it a restart would bury again what was buried before. So what was put back is deleted at once unless it
//! is the mark; that one stays, its sequence noted in the stream's metadata as put back, until a later message is
//! the mark and the next `retry` deletes it. Nothing is published into DEAD here: its writer is the outbox alone.

use async_nats::HeaderMap;
use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishError;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use crate::shell::bodies::{Bodies, BodyFault, reference_of};
use crate::shell::nats::jetstream;
use crate::shell::outbox::dead::{CODE, CUT, INSEQ, KEPT, REASON, SUBJECT};
use crate::shell::outbox::mark::effect_of;
use crate::shell::site::Site;
use crate::shell::stored::{self, GetError, Stored, TailError};
use crate::wire::{BodyRef, format_instant};

use super::login::Connection;

/// Which message of DEAD was put back though it is still there, in the metadata of the stream.
const RETRIED: &str = "switchboard.retried";

/// DEAD as an operator sees it.
pub struct Dead {
    js: Context,
    site: Site,
    bodies: Bodies,
}

/// One message of DEAD, without its body.
#[derive(Clone, Debug, Serialize)]
pub struct Letter {
    pub seq: u64,
    /// When it was put there.
    pub at: String,
    /// Where its input came by.
    pub subject: String,
    pub code: String,
    pub reason: String,
    /// Bytes that are here.
    pub bytes: usize,
    /// How many bytes it had, or `gone`, where it is not here whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
    /// The body that lies in the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Its sequence in IN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inseq: Option<u64>,
    /// It was put back already, and goes when a later one comes.
    pub retried: bool,
}

/// One message of DEAD, whole.
#[derive(Clone, Debug)]
pub struct Whole {
    pub letter: Letter,
    /// Without those of the server, in the order of their names.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// Where an input lies again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PutBack {
    pub dead: u64,
    pub subject: String,
    /// Its new sequence in IN.
    pub inseq: u64,
}

/// Why DEAD cannot be read, or a message of it not be put back.
#[derive(Debug, thiserror::Error)]
pub enum DeadError {
    #[error("DEAD has no message {0}")]
    Absent(u64),
    #[error(
        "message {seq} is not whole, so it cannot be put back; while IN keeps it, `nats stream get {stream} {inseq}` has all of it for `switchboard inject`, later its sender must send it again"
    )]
    Cut { seq: u64, stream: String, inseq: String },
    #[error("message {0} does not say which input it was: it is none of ours")]
    Foreign(u64),
    #[error("message {0} was put back already")]
    Retried(u64),
    #[error("the body of message {seq} cannot be had: {source}")]
    Body { seq: u64, source: BodyFault },
    #[error("message {seq} was not put back; it is still in DEAD")]
    Publish { seq: u64, source: PublishError },
    #[error(
        "message {seq} is put back, but DEAD was not told: {what}; to put it back again would do no harm to a message, only to a command without an id"
    )]
    Mark { seq: u64, what: String },
    #[error(transparent)]
    Get(#[from] GetError),
    #[error(transparent)]
    Tail(#[from] TailError),
}

impl DeadError {
    /// Whether it says something of the message and nothing of NATS.
    pub fn is_finding(&self) -> bool {
        !matches!(
            self,
            DeadError::Publish { .. } | DeadError::Get(_) | DeadError::Tail(_) | DeadError::Mark { .. }
        )
    }
}

impl Dead {
    /// Over an operator's connection.
    pub fn new(connection: &Connection, site: Site) -> Dead {
        let js = jetstream(&connection.client);
        Dead { bodies: Bodies::new(js.clone(), &site), js, site }
    }

    /// The messages from a sequence on, at most so many, oldest first.
    pub async fn list(&self, since: u64, limit: usize) -> Result<Vec<Letter>, DeadError> {
        let retried = self.retried().await?;
        let (mut letters, mut next) = (Vec::new(), since.max(1));
        while letters.len() < limit {
            let Some(found) = stored::at_or_after(&self.js, &self.site.stream_dead(), next).await? else {
                break;
            };
            next = found.seq + 1;
            letters.push(letter(&found, retried));
        }
        Ok(letters)
    }

    /// One message. `whole` brings a body that lies in the bucket, too.
    pub async fn show(&self, seq: u64, whole: bool) -> Result<Whole, DeadError> {
        let found = self.get(seq).await?;
        let letter = letter(&found, self.retried().await?);
        let body = match reference_of(&found.headers) {
            Some(reference) if whole => {
                self.bodies.get(&reference).await.map_err(|source| DeadError::Body { seq, source })?
            }
            _ => found.payload,
        };
        Ok(Whole { letter, headers: told(&found.headers), body })
    }

    /// Puts one message back into IN, where it came from, and takes it out of DEAD.
    pub async fn retry(&self, seq: u64) -> Result<PutBack, DeadError> {
        let retried = self.retried().await?;
        if retried == Some(seq) {
            return Err(DeadError::Retried(seq));
        }
        let put_back = self.put_back(self.get(seq).await?).await?;
        let told = |what: String| DeadError::Mark { seq, what };
        if self.mark().await? == Some(seq) {
            self.note(seq).await.map_err(told)?;
        } else {
            self.delete(seq).await.map_err(told)?;
        }
        // What was noted before is the mark no more, and goes.
        if let Some(before) = retried
            && self.mark().await? != Some(before)
        {
            self.delete(before).await.map_err(told)?;
        }
        Ok(put_back)
    }

    async fn put_back(&self, found: Stored) -> Result<PutBack, DeadError> {
        let seq = found.seq;
        let text = |name: &str| found.headers.get(name).map(|value| value.as_str().to_owned());
        let subject = text(SUBJECT).filter(|_| effect_of(&found).is_some()).ok_or(DeadError::Foreign(seq))?;
        if text(CUT).is_some() {
            let inseq = text(INSEQ).unwrap_or_else(|| "<seq>".to_owned());
            return Err(DeadError::Cut { seq, stream: self.site.stream_in(), inseq });
        }
        if let Some(reference) = reference_of(&found.headers) {
            // Its body is as old as its first coming, and would be swept before its second was looked at.
            let body = self.bodies.get(&reference).await.map_err(|source| DeadError::Body { seq, source })?;
            self.bodies.put(&body).await.map_err(|source| DeadError::Publish { seq, source })?;
        }
        let mut headers = HeaderMap::new();
        for name in KEPT {
            found.headers.get_all(name).for_each(|value| headers.append(name, value.clone()));
        }
        let failed = |source| DeadError::Publish { seq, source };
        let sent =
            self.js.publish_with_headers(subject.clone(), headers, found.payload).await.map_err(failed)?;
        let stored = sent.await.map_err(failed)?;
        Ok(PutBack { dead: seq, subject, inseq: stored.sequence })
    }

    async fn get(&self, seq: u64) -> Result<Stored, DeadError> {
        stored::get(&self.js, &self.site.stream_dead(), seq).await?.ok_or(DeadError::Absent(seq))
    }

    /// The newest message of the outbox.
    async fn mark(&self) -> Result<Option<u64>, DeadError> {
        let stream = self.site.stream_dead();
        let tail = stored::tail(&self.js, &stream).await?;
        for seq in (tail.first..=tail.last).rev() {
            let found = stored::get(&self.js, &stream, seq).await?;
            if found.as_ref().and_then(effect_of).is_some() {
                return Ok(Some(seq));
            }
        }
        Ok(None)
    }

    /// The message that was put back and is still there.
    async fn retried(&self) -> Result<Option<u64>, GetError> {
        let info: Value = stored::api(&self.js, "STREAM.INFO", &self.site.stream_dead(), &json!({})).await?;
        Ok(info["config"]["metadata"][RETRIED].as_str().and_then(|seq| seq.parse().ok()))
    }

    async fn note(&self, seq: u64) -> Result<(), String> {
        let stream = self.site.stream_dead();
        let info: Value = stored::api(&self.js, "STREAM.INFO", &stream, &json!({}))
            .await
            .map_err(|fault| fault.to_string())?;
        let mut config = info["config"].clone();
        config["metadata"][RETRIED] = json!(seq.to_string());
        let updated: Result<Value, _> = stored::api(&self.js, "STREAM.UPDATE", &stream, &config).await;
        updated.map(drop).map_err(|fault| fault.to_string())
    }

    async fn delete(&self, seq: u64) -> Result<(), String> {
        let stream = self.site.stream_dead();
        // Whoever was faster has done the same.
        if matches!(stored::get(&self.js, &stream, seq).await, Ok(None)) {
            return Ok(());
        }
        let deleted: Result<Value, _> =
            stored::api(&self.js, "STREAM.MSG.DELETE", &stream, &json!({ "seq": seq })).await;
        deleted.map(drop).map_err(|fault| fault.to_string())
    }
}

fn told(headers: &HeaderMap) -> Vec<(String, String)> {
    let lines = headers.iter().flat_map(|(name, values)| {
        let name: &str = name.as_ref();
        values.iter().map(move |value| (name.to_owned(), value.as_str().to_owned()))
    });
    let mut lines: Vec<_> = lines.filter(|(name, _)| !name.starts_with("Nats-")).collect();
    lines.sort();
    lines
}

fn letter(found: &Stored, retried: Option<u64>) -> Letter {
    let text = |name: &str| found.headers.get(name).map(|value| value.as_str().to_owned());
    Letter {
        seq: found.seq,
        at: format_instant(found.time),
        subject: text(SUBJECT).unwrap_or_else(|| found.subject.clone()),
        code: text(CODE).unwrap_or_default(),
        reason: text(REASON).unwrap_or_default(),
        bytes: found.payload.len(),
        cut: text(CUT),
        body: text(BodyRef::HEADER),
        inseq: text(INSEQ).and_then(|seq| seq.parse().ok()),
        retried: retried == Some(found.seq),
    }
}
