//! What the stream's leader says: one stored message by its sequence, and where the stream ends.
//!
//! The answers of the leader's API are JSON, so a message whose headers our client cannot parse can
//! still be read here, where it arrives as data; delivered to a consumer, such a message ends the
//! whole connection. That is why readers fall back to this.

use std::collections::BTreeMap;
use std::str::FromStr;

use async_nats::header::HeaderName;
use async_nats::jetstream::{Context, response::Response};
use async_nats::{HeaderMap, jetstream};
use bytes::Bytes;
use data_encoding::BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// "No message found" in the JetStream API.
const NO_MESSAGE_FOUND: u64 = 10037;

/// What JetStream answers while it has no leader, or is not ready.
const UNAVAILABLE: usize = 503;

/// A message as a stream holds it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its place in the stream; the first is 1.
    pub seq: u64,
    /// Its subject as stored, that is after the stream's transform.
    pub subject: String,
    /// Its headers; a malformed one is left out.
    pub headers: HeaderMap,
    /// Its body.
    pub payload: Bytes,
    /// When the server stored it, by the server's clock, which nothing keeps from running backwards.
    pub time: Timestamp,
}

/// The ends of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The last sequence that was ever written, whether or not it is still there. While the server stores a group,
    /// it may lie within it: only a fenced append proves an end.
    pub last: u64,
    /// The first sequence still there; `last + 1` when the stream is empty.
    pub first: u64,
    /// When the stream was made. With another value it is another stream, whatever its sequences say.
    pub created: Timestamp,
}

/// Why the ends of a stream are not known.
#[derive(Debug, thiserror::Error)]
#[error("cannot look at stream {stream}; check that NATS is reachable and that `init` made the stream")]
pub struct TailError {
    stream: String,
    source: jetstream::context::GetStreamError,
}

/// Why a stored message could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// No usable answer came.
    #[error(
        "cannot read a message of stream {stream}; check that NATS is reachable and the user may ask $JS.API.STREAM.MSG.GET.{stream}"
    )]
    Ask { stream: String, source: jetstream::context::RequestError },
    /// The server answered with an error.
    #[error("stream {stream} refuses to give a message: {fault}")]
    Refused { stream: String, fault: jetstream::Error },
    /// The answer is not what the API promises.
    #[error("stream {stream} gave a message that cannot be decoded: {what}")]
    Garbled { stream: String, what: &'static str },
}

impl GetError {
    /// Whether the server is away or not able to serve anybody, which passes by itself. Else it is this message
    /// that cannot be read.
    pub fn is_outage(&self) -> bool {
        match self {
            GetError::Ask { .. } => true,
            GetError::Refused { fault, .. } => fault.code() == UNAVAILABLE,
            GetError::Garbled { .. } => false,
        }
    }
}

/// The message with exactly this sequence.
pub async fn get(js: &Context, stream: &str, seq: u64) -> Result<Option<Stored>, GetError> {
    ask(js, stream, Ask { seq: Some(seq), ..Ask::default() }).await
}

/// The first message at or behind this sequence. Since the leader applies messages in order, what it
/// skips is deleted for good.
pub async fn at_or_after(js: &Context, stream: &str, seq: u64) -> Result<Option<Stored>, GetError> {
    ask(js, stream, Ask { seq: Some(seq), next_by_subj: Some(">"), ..Ask::default() }).await
}

/// The newest message there is.
pub async fn last(js: &Context, stream: &str) -> Result<Option<Stored>, GetError> {
    ask(js, stream, Ask { last_by_subj: Some(">"), ..Ask::default() }).await
}

/// The newest message on this subject.
pub async fn last_on(js: &Context, stream: &str, subject: &str) -> Result<Option<Stored>, GetError> {
    ask(js, stream, Ask { last_by_subj: Some(subject), ..Ask::default() }).await
}

/// The first message on this subject at or behind this sequence.
pub async fn at_or_after_on(
    js: &Context,
    stream: &str,
    seq: u64,
    subject: &str,
) -> Result<Option<Stored>, GetError> {
    ask(js, stream, Ask { seq: Some(seq), next_by_subj: Some(subject), ..Ask::default() }).await
}

/// Where the stream begins and ends.
pub async fn tail(js: &Context, stream: &str) -> Result<Tail, TailError> {
    let found =
        js.get_stream(stream).await.map_err(|source| TailError { stream: stream.to_owned(), source })?;
    let info = found.cached_info();
    let last = info.state.last_sequence;
    let first = if info.state.messages == 0 { last + 1 } else { info.state.first_sequence };
    Ok(Tail { last, first, created: timestamp(info.created) })
}

/// How many messages lie on each subject under this filter.
pub async fn subjects(js: &Context, stream: &str, filter: &str) -> Result<BTreeMap<String, u64>, GetError> {
    #[derive(Deserialize)]
    struct Info {
        state: InfoState,
    }
    #[derive(Deserialize)]
    struct InfoState {
        #[serde(default)]
        subjects: Option<BTreeMap<String, u64>>,
    }
    let asked = serde_json::json!({ "subjects_filter": filter });
    let info: Info = api(js, "STREAM.INFO", stream, &asked).await?;
    Ok(info.state.subjects.unwrap_or_default())
}

/// A request of `STREAM.MSG.GET`.
#[derive(Default, Serialize)]
struct Ask<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_by_subj: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_by_subj: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    message: AnswerMessage,
}

#[derive(Deserialize)]
struct AnswerMessage {
    subject: String,
    seq: u64,
    #[serde(default)]
    data: String,
    #[serde(default)]
    hdrs: String,
    time: String,
}

/// An answer of the server's API about a stream, as `STREAM.INFO` of it.
pub(super) async fn api<T: DeserializeOwned>(
    js: &Context,
    verb: &str,
    stream: &str,
    asked: &impl Serialize,
) -> Result<T, GetError> {
    let answer = js.request(format!("{verb}.{stream}"), asked).await;
    match answer.map_err(|source| GetError::Ask { stream: stream.to_owned(), source })? {
        Response::Ok(answer) => Ok(answer),
        Response::Err { error } => Err(GetError::Refused { stream: stream.to_owned(), fault: error }),
    }
}

async fn ask(js: &Context, stream: &str, ask: Ask<'_>) -> Result<Option<Stored>, GetError> {
    match api::<Answer>(js, "STREAM.MSG.GET", stream, &ask).await {
        Ok(answer) => decode(answer.message)
            .map(Some)
            .map_err(|what| GetError::Garbled { stream: stream.to_owned(), what }),
        Err(GetError::Refused { fault, .. }) if fault.error_code().0 == NO_MESSAGE_FOUND => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn decode(message: AnswerMessage) -> Result<Stored, &'static str> {
    let payload = BASE64.decode(message.data.as_bytes()).map_err(|_| "the body is not base64")?;
    let headers = BASE64.decode(message.hdrs.as_bytes()).map_err(|_| "the headers are not base64")?;
    let time = async_nats::datetime::parse_rfc3339(&message.time).map_err(|_| "the time is not RFC 3339")?;
    Ok(Stored {
        seq: message.seq,
        subject: message.subject,
        headers: parse_headers(&headers),
        payload: payload.into(),
        time: timestamp(time),
    })
}

/// Reads what can be read: the first line is the protocol's, and a malformed line is left out, since
/// this text is outside input that must not stop the stream.
fn parse_headers(block: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in String::from_utf8_lossy(block).lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if let Ok(name) = HeaderName::from_str(name) {
            headers.append(name, value.trim());
        }
    }
    headers
}

/// The server's time in our milliseconds.
pub(super) fn timestamp(time: async_nats::datetime::DateTime) -> Timestamp {
    let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_headers_are_left_out_and_the_rest_is_kept() {
        let headers =
            parse_headers(b"NATS/1.0 409 Odd\r\nno colon\r\nbad name: x\r\nA: 1\r\nA: 2\r\n\xff: y\r\n\r\n");
        let values: Vec<_> = headers.get_all("A").map(|value| value.as_str()).collect();
        assert_eq!(values, ["1", "2"]);
    }

    #[test]
    fn a_message_that_cannot_be_read_is_no_outage() {
        let refused = |code: u64| {
            let fault = serde_json::json!({ "code": code, "err_code": 10_008, "description": "no" });
            let fault = serde_json::from_value(fault).expect("an error of the API");
            GetError::Refused { stream: "S".to_owned(), fault }
        };
        assert!(refused(503).is_outage());
        assert!(!refused(500).is_outage());
        assert!(!GetError::Garbled { stream: "S".to_owned(), what: "odd" }.is_outage());
    }

    #[test]
    fn a_garbled_answer_is_an_error_and_no_panic() {
        let message = AnswerMessage {
            subject: "s".into(),
            seq: 1,
            data: "?".into(),
            hdrs: String::new(),
            time: "2026-01-01T00:00:00Z".into(),
        };
        assert_eq!(decode(message).err(), Some("the body is not base64"));
    }
}
