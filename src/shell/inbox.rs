//! Input: stream IN, strictly in its order.
//!
//! There are no acks: the position is in the journal, and what is read again after a crash is met by
//! the engine's own dedupe. Within one `Inbox` no message comes twice.

use async_nats::jetstream::Context;
use async_nats::{HeaderMap, HeaderValue};
use bytes::Bytes;

pub use super::reader::ReadError;
use super::reader::Reader;
use super::stored::Stored;
use crate::wire::BodyRef;

/// Messages fetched at a time: a mail may be 1 MiB, so this bounds the memory of what waits here.
const READ_BATCH: usize = 64;

/// The reader of IN. It runs for ever, over restarts of the server.
pub struct Inbox {
    reader: Reader,
}

/// One message of IN.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its subject, `<p>.in.<channel>.<source>` or a command's.
    pub subject: String,
    /// Its headers: outside input.
    pub headers: HeaderMap,
    /// Its body: outside input.
    pub payload: Bytes,
    /// Its sequence in IN.
    pub inseq: u64,
    /// When the server stored it: milliseconds since 1970 by the server's clock, which may run back.
    pub stored_at_ms: i64,
}

impl Inbox {
    /// Reads `stream` from `from_seq` on; it connects on first use.
    pub fn open(js: Context, stream: String, from_seq: u64) -> Inbox {
        Inbox { reader: Reader::new(js, stream, from_seq, READ_BATCH) }
    }

    /// The next message, however long it takes. Dropping the future loses nothing. An error is final:
    /// the stream is no longer the one that was opened.
    pub async fn next(&mut self) -> Result<Delivery, ReadError> {
        self.reader.next().await.map(Delivery::from)
    }
}

impl Delivery {
    /// The header that carries a mail's envelope sender.
    pub const MAIL_FROM: &str = "Switchboard-Mail-From";
    /// The header that carries an envelope recipient; it may be repeated.
    pub const RCPT_TO: &str = "Switchboard-Rcpt-To";

    /// The header that declares a mail's language.
    pub const LANGUAGE: &str = "Switchboard-Language";

    /// The language of a mail, as its gateway declared it.
    pub fn language(&self) -> Option<&str> {
        self.headers.get(Self::LANGUAGE).map(HeaderValue::as_str)
    }

    /// The body that it names, where it does not bear one itself.
    pub fn body(&self) -> Option<&str> {
        self.headers.get(BodyRef::HEADER).map(HeaderValue::as_str)
    }

    /// The envelope sender of a mail, as the gateway saw it.
    pub fn mail_from(&self) -> Option<&str> {
        self.headers.get(Self::MAIL_FROM).map(HeaderValue::as_str)
    }

    /// The envelope recipients of a mail, in their order.
    pub fn rcpt_to(&self) -> Vec<&str> {
        self.headers.get_all(Self::RCPT_TO).map(HeaderValue::as_str).collect()
    }
}

impl From<Stored> for Delivery {
    fn from(stored: Stored) -> Delivery {
        Delivery {
            subject: stored.subject,
            headers: stored.headers,
            payload: stored.payload,
            inseq: stored.seq,
            stored_at_ms: stored.time.0,
        }
    }
}
