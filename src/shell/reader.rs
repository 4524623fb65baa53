//! A stream in its order, over faults and restarts of the server.
//!
//! An ephemeral consumer without acks delivers; a heartbeat shows that it lives. Whatever goes wrong
//! (an error, silence, a gap), the reader believes only the stream's leader: it asks for the next
//! message at or behind the expected sequence, and passes a gap when the leader itself skips it. A
//! message is never yielded twice and never out of order.
//!
//! Without acks the server forgets what it has sent. So what a broken connection swallowed is not sent
//! again by the same consumer, though that one lives on and its heartbeats too: a reconnect counts as a
//! failure. And while nothing comes, the leader is asked now and then whether that is true.
//!
//! After a failure the next few messages are read one by one from the leader, so a message that our
//! client cannot take from a consumer (headers that are no headers, or that look like a status of the
//! server) is passed instead of being met again for ever.
//!
//! What is absent: acks, and giving up. A reader ends only when the stream is no longer the one it
//! began with, which is an operator's decision.

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::datetime::DateTime;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::{self, Context};
use futures_util::StreamExt;
use tokio::time::Instant;
use tracing::{info, warn};

use super::identity::Identity;
pub use super::identity::ReadError;
use super::stored::{self, GetError, Stored};
use crate::domain::Timestamp;

/// How often the server shows that an idle consumer lives; two missed in a row are a failure.
const HEARTBEAT: Duration = Duration::from_millis(500);
/// How long one pull request stands.
const PULL_EXPIRES: Duration = Duration::from_secs(5);
/// How long the server keeps a consumer that nobody pulls from.
const CONSUMER_KEPT: Duration = Duration::from_secs(30);
/// After so long without a message the leader is asked whether there really is none.
const QUIET_MAX: Duration = Duration::from_secs(5);
/// The wait between two attempts.
const PAUSE: Duration = Duration::from_millis(100);
/// How long one step waits for a message.
const STEP_WAIT: Duration = Duration::from_millis(500);
/// Messages read one by one after a failure.
const CAREFUL_READS: u32 = 32;
/// Reads one stream from a sequence on.
pub struct Reader {
    js: Context,
    stream: String,
    batch: usize,
    next: u64,
    /// The last sequence that the stream must have had.
    reached: u64,
    identity: Identity<DateTime>,
    source: Option<pull::Stream>,
    /// A delivered message behind a gap that is not yet proven.
    ahead: Option<Stored>,
    careful_reads: u32,
    /// Since when the consumer brought nothing.
    quiet_since: Instant,
    /// How often the client had connected when the consumer was made.
    connects: u64,
    recognized: bool,
    failing: bool,
}

impl Reader {
    /// A reader of `stream` that begins at `next`, fetching `batch` messages at a time. It connects
    /// on first use.
    pub fn new(js: Context, stream: String, next: u64, batch: usize) -> Reader {
        let next = next.max(1);
        Reader {
            js,
            identity: Identity::new(stream.clone()),
            stream,
            batch,
            next,
            reached: next - 1,
            source: None,
            ahead: None,
            careful_reads: 0,
            quiet_since: Instant::now(),
            connects: 0,
            recognized: false,
            failing: false,
        }
    }

    /// The sequence that is expected next.
    pub fn position(&self) -> u64 {
        self.next
    }

    /// The next message, however long it takes. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Stored, ReadError> {
        loop {
            if let Some(stored) = self.step().await? {
                return Ok(stored);
            }
        }
    }

    /// The next message up to `last`, or none when there is no more, even if `last` itself was deleted.
    /// The stream must have gone as far as `last`.
    pub async fn next_until(&mut self, last: u64) -> Result<Option<Stored>, ReadError> {
        self.reached = self.reached.max(last);
        while self.next <= last {
            match self.step().await? {
                Some(stored) => return Ok((stored.seq <= last).then_some(stored)),
                None if self.nothing_until(last).await => return Ok(None),
                None => {}
            }
        }
        Ok(None)
    }

    /// One attempt: a message, or none when nothing came of it.
    async fn step(&mut self) -> Result<Option<Stored>, ReadError> {
        // After every failure it must first be the same stream, or its sequences mean other messages.
        if !self.recognized {
            self.recognize().await?;
            return Ok(None);
        }
        if self.careful_reads > 0 {
            return Ok(self.read_carefully().await);
        }
        if self.source.is_none() && self.ahead.is_none() {
            self.open().await;
            return Ok(None);
        }
        if self.ahead.is_none() {
            self.ahead = self.deliver().await;
        }
        match &self.ahead {
            None => Ok(None),
            Some(stored) if stored.seq < self.next => {
                self.ahead = None;
                Ok(None)
            }
            Some(stored) if stored.seq == self.next => {
                let stored = self.ahead.take();
                Ok(stored.map(|stored| self.accept(stored)))
            }
            Some(stored) => {
                let behind_gap = stored.seq;
                Ok(self.prove_gap(behind_gap).await)
            }
        }
    }

    /// What the consumer brings within one step.
    async fn deliver(&mut self) -> Option<Stored> {
        if self.connects != connects(&self.js) {
            return self.fail(&"the connection was made anew").await;
        }
        if self.quiet_since.elapsed() > QUIET_MAX {
            return self.doubt_silence().await;
        }
        let source = self.source.as_mut()?;
        match tokio::time::timeout(STEP_WAIT, source.next()).await {
            Err(_) => None,
            Ok(Some(Ok(message))) => match from_delivery(message) {
                Ok(stored) => {
                    self.quiet_since = Instant::now();
                    Some(stored)
                }
                Err(cause) => self.fail(&cause).await,
            },
            Ok(Some(Err(fault))) => self.fail(&fault).await,
            Ok(None) => self.fail(&"the consumer ended").await,
        }
    }

    /// Nothing came for a while: either there is nothing, or it was lost on the way.
    async fn doubt_silence(&mut self) -> Option<Stored> {
        let found = stored::at_or_after(&self.js, &self.stream, self.next).await;
        self.quiet_since = Instant::now();
        match found {
            Ok(found) => found,
            Err(fault) => self.fail(&fault).await,
        }
    }

    /// Asks the leader what comes next when a delivery skipped something.
    async fn prove_gap(&mut self, behind_gap: u64) -> Option<Stored> {
        match stored::at_or_after(&self.js, &self.stream, self.next).await {
            Ok(Some(stored)) => {
                if stored.seq >= behind_gap {
                    self.ahead = None;
                }
                Some(self.accept(stored))
            }
            // The delivered message itself was deleted meanwhile, and nothing stands before it.
            Ok(None) => {
                self.ahead = None;
                self.next = behind_gap + 1;
                None
            }
            Err(fault) => self.fail(&fault).await,
        }
    }

    /// One message by the leader's own word; ends the careful reading when there is no more.
    async fn read_carefully(&mut self) -> Option<Stored> {
        match stored::at_or_after(&self.js, &self.stream, self.next).await {
            Ok(Some(stored)) => {
                self.careful_reads -= 1;
                Some(self.accept(stored))
            }
            Ok(None) | Err(GetError::Refused { .. }) => {
                self.careful_reads = 0;
                None
            }
            Err(fault) => self.fail(&fault).await,
        }
    }

    fn accept(&mut self, stored: Stored) -> Stored {
        self.next = stored.seq + 1;
        self.reached = self.reached.max(stored.seq);
        stored
    }

    /// Looks whether the stream is still the one that we know.
    async fn recognize(&mut self) -> Result<(), ReadError> {
        let stream = match self.js.get_stream(&self.stream).await {
            Ok(stream) => stream,
            Err(fault) => {
                self.fail(&fault).await;
                return Ok(());
            }
        };
        let info = stream.cached_info();
        let look = (info.created, info.state.last_sequence);
        self.recognized = self.identity.check(Instant::now(), look, self.reached)?;
        if !self.recognized {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Makes a consumer at the expected sequence.
    async fn open(&mut self) {
        match self.try_open().await {
            Ok(source) => self.source = Some(source),
            Err(cause) => {
                self.fail(&cause).await;
            }
        }
    }

    async fn try_open(&mut self) -> Result<pull::Stream, async_nats::Error> {
        self.connects = connects(&self.js);
        let stream = self.js.get_stream_no_info(&self.stream).await?;
        let consumer = stream.create_consumer(self.consumer_config()).await?;
        let source = consumer
            .stream()
            .max_messages_per_batch(self.batch)
            .heartbeat(HEARTBEAT)
            .expires(PULL_EXPIRES)
            .messages()
            .await?;
        self.quiet_since = Instant::now();
        if std::mem::take(&mut self.failing) {
            info!(stream = self.stream, next = self.next, "reading again");
        }
        Ok(source)
    }

    fn consumer_config(&self) -> pull::Config {
        pull::Config {
            description: Some("switchboard reads in order".to_owned()),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: self.next },
            ack_policy: AckPolicy::None,
            memory_storage: true,
            num_replicas: 1,
            inactive_threshold: CONSUMER_KEPT,
            ..pull::Config::default()
        }
    }

    /// True when the leader has no message left between here and `last`.
    async fn nothing_until(&mut self, last: u64) -> bool {
        match stored::at_or_after(&self.js, &self.stream, self.next).await {
            Ok(Some(stored)) => stored.seq > last,
            Ok(None) => self.reaches(last).await,
            Err(_) => false,
        }
    }

    /// True when the stream really went as far as `last`; if not, the next step looks at it again.
    async fn reaches(&mut self, last: u64) -> bool {
        let Ok(stream) = self.js.get_stream(&self.stream).await else { return false };
        let reached = stream.cached_info().state.last_sequence >= last;
        if !reached {
            self.recognized = false;
            self.source = None;
        }
        reached
    }

    /// Starts over from the expected sequence after a short pause. Told once per outage.
    async fn fail(&mut self, cause: &(dyn std::fmt::Display + Sync)) -> Option<Stored> {
        self.source = None;
        self.recognized = false;
        self.careful_reads = CAREFUL_READS;
        if !std::mem::replace(&mut self.failing, true) {
            warn!(stream = self.stream, next = self.next, %cause, "reading stopped; trying again");
        }
        tokio::time::sleep(PAUSE).await;
        None
    }
}

/// How often the client has connected so far.
fn connects(js: &Context) -> u64 {
    js.client().statistics().connects.load(Ordering::Relaxed)
}

fn from_delivery(message: jetstream::Message) -> Result<Stored, async_nats::Error> {
    let info = message.info()?;
    let (seq, time): (u64, Timestamp) = (info.stream_sequence, stored::timestamp(info.published));
    let (message, _) = message.split();
    Ok(Stored {
        seq,
        subject: message.subject.into_string(),
        headers: message.headers.unwrap_or_default(),
        payload: message.payload,
        time,
    })
}
