//! Publishing that is refused unless the stream ends where we believe it does.
//!
//! One message is one plain publish, several are one atomic batch: all of it is stored or none, in one
//! round trip. Every publish carries the expected last sequence; whoever else wrote meanwhile makes it
//! fail. One publish at a time per writer, since the next one needs the sequence of this one.
//!
//! Only two outcomes are certain: stored, and [`AppendError::Fenced`] or [`AppendError::TooLarge`].
//! Everything else is unknown, a timeout included, because what was sent while NATS was away is sent
//! again when it returns. Dropping the future midway leaves the outcome unknown, too.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::header::{NATS_EXPECTED_LAST_SEQUENCE, NATS_EXPECTED_STREAM};
use async_nats::{Client, HeaderMap, Request};
use bytes::Bytes;
use serde::Deserialize;

/// The most messages in one group; the server takes 1,000 in a batch.
pub const GROUP_LINES_MAX: usize = 900;
/// The most payload bytes in one group: a larger one delays every answer that waits for it.
pub const GROUP_BYTES_MAX: usize = 1024 * 1024;
/// How long to wait for the server's word unless said otherwise.
pub const TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// The server's codes for "the stream does not end there": checked, and while another is in flight.
const WRONG_LAST_SEQUENCE: [u64; 2] = [10071, 10164];
/// Room that our own headers and the subject take of the server's largest message.
const OVERHEAD_BYTES: usize = 1024;
/// So much of the instance name goes into a batch id, which has at most 64 bytes.
const BATCH_INSTANCE_BYTES: usize = 20;
/// Which batch a message belongs to; a stored message keeps the mark.
const BATCH_ID: &str = "Nats-Batch-Id";
/// Borne by the last message of a batch.
const BATCH_COMMIT: &str = "Nats-Batch-Commit";

/// One message to publish.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// Where to; a subject of the writer's stream.
    pub subject: String,
    /// Its own headers, none that begins with `Nats-`.
    pub headers: HeaderMap,
    /// Its body.
    pub payload: Bytes,
}

/// The fenced writer of one stream.
#[derive(Debug)]
pub struct FencedWriter {
    client: Client,
    stream: String,
    timeout: Duration,
    batch_stem: String,
    batches: AtomicU64,
}

/// Why a group is not known to be stored.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else wrote to the stream; nothing of this group was stored.
    #[error("stream {stream} does not end at {expected} (it ends at {}); nothing was stored, read what came since", told(*actual))]
    Fenced { stream: String, expected: u64, actual: Option<u64> },
    /// The group passes a limit; nothing was sent.
    #[error(
        "a group of {lines} messages and {bytes} bytes is too large for stream {stream}; append it in smaller groups"
    )]
    TooLarge { stream: String, lines: usize, bytes: usize },
    /// The server's word did not come or says something else: stored or not, or stored later.
    #[error(
        "it is unknown whether stream {stream} stored a group; read the stream's end before writing again"
    )]
    Unknown { stream: String, source: Cause },
}

/// Why an outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// A message of the batch could not be handed to the connection.
    #[error("the connection took no message")]
    Send(#[source] async_nats::PublishError),
    /// No answer came in time.
    #[error("no answer came within {0:?}")]
    TimedOut(Duration),
    /// No answer will come: disconnect, or nobody there.
    #[error("the request failed")]
    Answer(#[source] async_nats::RequestError),
    /// The server refused for another reason than the fence.
    #[error("the server answered with error {code}: {description}")]
    Refused { code: u64, description: String },
    /// The answer does not match what was sent.
    #[error("the server's answer does not fit: {0}")]
    Misfit(String),
}

/// The server's word on a publish.
#[derive(Debug, Default, Deserialize)]
struct Ack {
    #[serde(default)]
    error: Option<AckError>,
    #[serde(default)]
    stream: String,
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    duplicate: bool,
}

#[derive(Debug, Deserialize)]
struct AckError {
    #[serde(default)]
    err_code: u64,
    #[serde(default)]
    description: String,
}

impl FencedWriter {
    /// A writer to `stream`. The instance makes its batches recognizable; they are unique without it.
    pub fn new(client: Client, stream: String, instance: &str) -> FencedWriter {
        let inbox = client.new_inbox();
        let unique = inbox.rsplit('.').next().unwrap_or_default();
        let shown: String =
            instance.chars().filter(char::is_ascii_graphic).take(BATCH_INSTANCE_BYTES).collect();
        let batch_stem = format!("{shown}.{unique}");
        FencedWriter { client, stream, timeout: TIMEOUT_DEFAULT, batch_stem, batches: AtomicU64::new(0) }
    }

    /// The same with another limit on the wait for the server's word.
    pub fn with_timeout(mut self, timeout: Duration) -> FencedWriter {
        self.timeout = timeout;
        self
    }

    /// The stream that this writes to.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// Appends the group behind `last` and returns the new last sequence. An empty group sends nothing
    /// and proves nothing.
    pub async fn publish(&self, last: u64, group: Vec<Outgoing>) -> Result<u64, AppendError> {
        let count = group.len();
        if count == 0 {
            return Ok(last);
        }
        self.check_size(&group)?;
        // The limit covers the sending too: while NATS is away the client's queue fills and then waits.
        let answer = match tokio::time::timeout(self.timeout, self.send(last, group)).await {
            Ok(answer) => answer.map_err(|cause| self.unknown(cause))?,
            Err(_) => return Err(self.unknown(Cause::TimedOut(self.timeout))),
        };
        self.judge(last, count, &answer)
    }

    /// Sends a group and brings the server's word on its last message.
    async fn send(&self, last: u64, mut group: Vec<Outgoing>) -> Result<Bytes, Cause> {
        self.address(last, &mut group);
        let closing = group.pop().unwrap_or_default();
        for message in group {
            self.client
                .publish_with_headers(message.subject, message.headers, message.payload)
                .await
                .map_err(Cause::Send)?;
        }
        let request = Request::new().headers(closing.headers).payload(closing.payload).timeout(None);
        let answer = self.client.send_request(closing.subject, request).await;
        answer.map(|message| message.payload).map_err(Cause::Answer)
    }

    /// Writes the fence and the marks of a batch into the headers.
    fn address(&self, last: u64, group: &mut [Outgoing]) {
        let count = group.len();
        let batch = (count > 1).then(|| self.next_batch_id());
        for (index, message) in group.iter_mut().enumerate() {
            let headers = &mut message.headers;
            if index == 0 {
                // The server checks the fence of a batch at its first message only.
                headers.insert(NATS_EXPECTED_LAST_SEQUENCE, last.to_string());
                headers.insert(NATS_EXPECTED_STREAM, self.stream.as_str());
            }
            let Some(batch) = &batch else { continue };
            headers.insert(BATCH_ID, batch.as_str());
            headers.insert("Nats-Batch-Sequence", (index + 1).to_string());
            if index + 1 == count {
                headers.insert(BATCH_COMMIT, "1");
            }
        }
    }

    /// Unique over processes: an unfinished batch of a process that died stays open for 10 s.
    fn next_batch_id(&self) -> String {
        format!("{}.{:x}", self.batch_stem, self.batches.fetch_add(1, Ordering::Relaxed))
    }

    /// How many bytes of body fit into one message beside these headers; none when they alone are too much.
    pub fn room_beside(&self, headers: &HeaderMap) -> Option<usize> {
        let single = self.client.max_payload().checked_sub(OVERHEAD_BYTES + headers_weight(headers))?;
        Some(single.min(GROUP_BYTES_MAX))
    }

    fn check_size(&self, group: &[Outgoing]) -> Result<(), AppendError> {
        let bytes: usize = group.iter().map(|message| message.payload.len()).sum();
        let single_max = self.client.max_payload().saturating_sub(OVERHEAD_BYTES);
        let single = group.iter().map(weight).max().unwrap_or(0);
        if group.len() > GROUP_LINES_MAX || bytes > GROUP_BYTES_MAX || single > single_max {
            return Err(AppendError::TooLarge { stream: self.stream.clone(), lines: group.len(), bytes });
        }
        Ok(())
    }

    fn judge(&self, last: u64, count: usize, answer: &[u8]) -> Result<u64, AppendError> {
        let misfit = |what: String| self.unknown(Cause::Misfit(what));
        let ack: Ack = serde_json::from_slice(answer).map_err(|fault| misfit(fault.to_string()))?;
        if let Some(error) = ack.error {
            return Err(self.refusal(last, error));
        }
        let expected = last + count as u64;
        if ack.stream != self.stream {
            return Err(misfit(format!("it comes from stream `{}`", ack.stream)));
        }
        if ack.duplicate {
            return Err(misfit("it calls the group a duplicate".to_owned()));
        }
        if ack.seq != expected {
            return Err(misfit(format!("the last sequence is {}, not {expected}", ack.seq)));
        }
        Ok(expected)
    }

    fn refusal(&self, expected: u64, error: AckError) -> AppendError {
        if WRONG_LAST_SEQUENCE.contains(&error.err_code) {
            let actual = error.description.rsplit(' ').next().and_then(|number| number.parse().ok());
            return AppendError::Fenced { stream: self.stream.clone(), expected, actual };
        }
        self.unknown(Cause::Refused { code: error.err_code, description: error.description })
    }

    fn unknown(&self, source: Cause) -> AppendError {
        AppendError::Unknown { stream: self.stream.clone(), source }
    }
}

/// Whether a stored message is of an atomic batch and not its last: the rest of it is being stored.
pub(super) fn is_within_batch(headers: &HeaderMap) -> bool {
    headers.get(BATCH_ID).is_some() && headers.get(BATCH_COMMIT).is_none()
}

/// What a message counts against the server's largest one, without our own headers.
fn weight(message: &Outgoing) -> usize {
    message.payload.len() + headers_weight(&message.headers)
}

fn headers_weight(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .flat_map(|(name, values)| {
            values.iter().map(move |value| AsRef::<str>::as_ref(name).len() + value.as_str().len() + 4)
        })
        .sum()
}

fn told(actual: Option<u64>) -> String {
    actual.map_or_else(|| "an unknown sequence".to_owned(), |seq| seq.to_string())
}
