//! The journal: stream EVENTS. One fenced writer, and any number of readers.
//!
//! What is absent: what a line says, whose turn it is to lead, and which gaps are legal; the caller
//! judges the sequences that it is given.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::DirectGetErrorKind;
use async_nats::{Client, HeaderMap};
use bytes::Bytes;

pub use super::fenced::{AppendError, Cause, GROUP_BYTES_MAX, GROUP_LINES_MAX};
use super::fenced::{FencedWriter, Outgoing};
use super::nats::jetstream;
use super::reader::{ReadError, Reader};
use super::site::Site;
use super::stored;
pub use super::stored::{GetError, Stored, Tail, TailError};

/// Records fetched at a time when reading: large, since replay reads everything there is.
const READ_BATCH: usize = 2_000;
/// Every record is a CloudEvent in JSON.
const CONTENT_TYPE: &str = "application/cloudevents+json";

/// One record to append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Under `<p>.j.`; the stream stores it without the `j.`.
    pub subject: String,
    /// A CloudEvent in JSON.
    pub payload: Vec<u8>,
}

/// The journal of one site, over the journal's own connection.
pub struct Journal {
    js: Context,
    writer: FencedWriter,
}

/// The records of a range, in order.
pub struct Replay {
    reader: Reader,
    to_last: u64,
}

impl Journal {
    /// The journal of `site`. The instance makes our batches recognizable.
    pub fn new(client: &Client, site: &Site, instance: &str) -> Journal {
        let writer = FencedWriter::new(client.clone(), site.stream_events(), instance);
        Journal { js: jetstream(client), writer }
    }

    /// The same with another limit on the wait for an append; 5 s unless set.
    pub fn with_timeout(mut self, timeout: Duration) -> Journal {
        self.writer = self.writer.with_timeout(timeout);
        self
    }

    /// The connection, to look at other streams of the site.
    pub(super) fn js(&self) -> &Context {
        &self.js
    }

    /// Appends a group behind `last`, all of it or nothing, and returns the new last sequence. At most
    /// [`GROUP_LINES_MAX`] lines and [`GROUP_BYTES_MAX`] bytes. No lines send nothing and prove nothing.
    pub async fn append(&self, last: u64, lines: &[Line]) -> Result<u64, AppendError> {
        self.writer.publish(last, lines.iter().map(outgoing).collect()).await
    }

    /// Where the journal begins and ends; its last sequence is the fence of the next append.
    pub async fn tail(&self) -> Result<Tail, TailError> {
        stored::tail(&self.js, self.writer.stream()).await
    }

    /// The records from `from` to `to_last`. It connects on first use and waits while NATS is away.
    pub fn read(&self, from: u64, to_last: u64) -> Replay {
        let reader = Reader::new(self.js.clone(), self.writer.stream().to_owned(), from, READ_BATCH);
        Replay { reader, to_last }
    }

    /// One record, or none when it was deleted or never written.
    pub async fn get(&self, seq: u64) -> Result<Option<Stored>, GetError> {
        let name = self.writer.stream();
        if let Ok(stream) = self.js.get_stream_no_info(name).await {
            match stream.direct_get(seq).await {
                Ok(message) => return Ok(Some(from_direct(message))),
                // Any replica may have answered, perhaps one that is behind: the leader decides.
                Err(fault) if fault.kind() == DirectGetErrorKind::NotFound => {}
                Err(fault) => tracing::debug!(%fault, seq, "direct get failed; asking the leader"),
            }
        }
        stored::get(&self.js, name, seq).await
    }
}

impl Replay {
    /// The next record; none once everything up to the end was given, even if the last one was
    /// deleted. Sequences rise; a gap is a deletion that the stream's leader confirmed.
    pub async fn next(&mut self) -> Result<Option<Stored>, ReadError> {
        self.reader.next_until(self.to_last).await
    }
}

fn outgoing(line: &Line) -> Outgoing {
    let mut headers = HeaderMap::new();
    headers.insert("Content-Type", CONTENT_TYPE);
    Outgoing { subject: line.subject.clone(), headers, payload: Bytes::copy_from_slice(&line.payload) }
}

fn from_direct(message: async_nats::jetstream::message::StreamMessage) -> Stored {
    Stored {
        seq: message.sequence,
        subject: message.subject.into_string(),
        headers: message.headers,
        payload: message.payload,
        time: stored::timestamp(message.time),
    }
}
