//! Content joined to an answer, by the sequences that the state keeps: each content record names the one
//! before it, so a conversation is read backwards, off the loop.

use serde::Deserialize;
use serde_json::{Map, Value};
use tracing::warn;

use crate::domain::Seq;

use super::journal::{GetError, Journal};

/// How many content records one answer carries at most.
pub const CONTENT_MAX: usize = 200;
/// How many bytes of content one answer carries at most, but for the newest record: the whole answer must fit
/// the server's largest message, which is 1 MiB unless set.
const CONTENT_BYTES_MAX: usize = 512 * 1024;

/// An answer whose content is still to be read.
#[derive(Debug)]
pub struct Join {
    /// The answer so far.
    pub body: Map<String, Value>,
    /// The newest content record of the conversation, where the answer is about one.
    pub conversation: Option<Seq>,
    /// The content record of its contact.
    pub contact: Seq,
}

/// A content record, as far as joining needs it.
#[derive(Deserialize)]
struct Record {
    #[serde(default, rename = "type")]
    kind: String,
    data: Value,
}

impl Join {
    /// Reads the content and completes the answer: `messages`, the oldest first, each with its `direction`, and
    /// `contact_content`. What was told of a message later stands among them as an `update`, with its `message`.
    /// `more` says that older messages were left out.
    pub async fn complete(mut self, journal: &Journal) -> Result<Vec<u8>, GetError> {
        let mut messages = Vec::new();
        let mut next = self.conversation.unwrap_or_default();
        let mut bytes = 0;
        while next != Seq(0) && messages.len() < CONTENT_MAX {
            let Some((data, size)) = read(journal, next).await? else { break };
            bytes += size;
            if bytes > CONTENT_BYTES_MAX && !messages.is_empty() {
                break;
            }
            next = Seq(data.get("prev").and_then(Value::as_u64).unwrap_or(0));
            let (data, more) = adopted(journal, data).await?;
            bytes += more;
            messages.push(data);
        }
        messages.reverse();
        if self.conversation.is_some() {
            self.body.insert("more".to_owned(), Value::Bool(next != Seq(0)));
            self.body.insert("messages".to_owned(), Value::Array(messages));
        }
        if self.contact != Seq(0)
            && let Some((data, _)) = read(journal, self.contact).await?
        {
            self.body.insert("contact_content".to_owned(), data);
        }
        Ok(Value::Object(self.body).to_string().into_bytes())
    }
}

/// What was told before its message came lies elsewhere: it stands in the place of the record that says where.
async fn adopted(journal: &Journal, mut data: Value) -> Result<(Value, usize), GetError> {
    let Some(place) = data.get("content").and_then(Value::as_u64) else { return Ok((data, 0)) };
    let Some((mut found, size)) = read(journal, Seq(place)).await? else { return Ok((data, 0)) };
    let content = found.get_mut("content").map(Value::take).unwrap_or_default();
    if let Value::Object(members) = &mut data {
        members.insert("content".to_owned(), content);
    }
    Ok((data, size))
}

/// The data of one content record, and its size; none when it was deleted, which forgetting a person may do.
pub(super) async fn read(journal: &Journal, seq: Seq) -> Result<Option<(Value, usize)>, GetError> {
    let Some(stored) = journal.get(seq.0).await? else { return Ok(None) };
    match serde_json::from_slice::<Record>(&stored.payload) {
        Ok(record) => Ok(Some((directed(record), stored.payload.len()))),
        Err(fault) => {
            warn!(%fault, seq = seq.0, "a content record could not be read; what names it goes without it");
            Ok(None)
        }
    }
}

/// The data of a record, with which way its message went: `inbound`, `outbound`, `outbound_echo` or `note`; an `update` is of a message
/// that is there.
fn directed(record: Record) -> Value {
    let Record { kind, mut data } = record;
    let direction = match kind.split('.').nth(2) {
        Some("message") => Some("inbound"),
        Some("reply") => Some("outbound"),
        Some("note") => Some("note"),
        Some("echo") => Some("outbound_echo"),
        Some("update" | "adopted") => Some("update"),
        _ => None,
    };
    if let (Some(direction), Value::Object(members)) = (direction, &mut data) {
        members.insert("direction".to_owned(), direction.into());
    }
    data
}
