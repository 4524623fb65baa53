//! Answers of the API. Each names the sequence of the journal that it reflects. The answer of an accepted
//! command is its first record, so that it can be given again for as long as the command is remembered.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::domain::Seq;

use super::journal::{Envelope, RecordFault};

/// Yes. The answer of a query has the query's own members beside `ok` and `seq`. The answer of a command
/// is its first record: `event`, `subject` and `data`; or `unchanged`, when there was nothing to do.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used; the functions below write its three forms")]
pub(crate) struct Yes {
    #[schemars(extend("const" = true))]
    ok: bool,
    /// The place in the journal that it reflects.
    seq: u64,
    /// The same command came before; this is the answer that it had.
    repeated: Option<bool>,
    /// It was so already, and nothing was recorded.
    unchanged: Option<bool>,
    /// The type word of the record, as `offer.accepted`.
    event: Option<String>,
    /// What the record is about, as `o3`.
    subject: Option<String>,
    /// The data of the record, by the schema of its event.
    data: Option<Map<String, Value>>,
}

/// No.
#[derive(Serialize, JsonSchema)]
pub(crate) struct No<'a> {
    #[schemars(extend("const" = false))]
    ok: bool,
    /// The place in the journal that it reflects; 0 when nobody could look at it.
    #[schemars(with = "u64")]
    seq: Seq,
    error: Fault<'a>,
}

/// Why not.
#[derive(Serialize, JsonSchema)]
struct Fault<'a> {
    /// As one word, as `offer_ended`.
    code: &'a str,
    /// As a sentence.
    message: &'a str,
}

/// Whether the desktop that beat holds the lease of its agent.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Beaten {
    #[schemars(extend("const" = true))]
    ok: bool,
    lease: Lease,
}

/// Who holds the lease of an agent, as a desktop is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lease {
    /// This desktop does.
    Held,
    /// Another desktop of the agent does: it signed in later.
    HeldElsewhere,
    /// The agent is not signed in.
    NotSignedIn,
}

/// Yes, with whatever an object of `body` says.
pub fn answer_ok<B: Serialize>(seq: Seq, body: &B) -> Vec<u8> {
    #[derive(Serialize)]
    struct With<'a, B> {
        ok: bool,
        seq: Seq,
        #[serde(flatten)]
        body: &'a B,
    }
    bytes(&With { ok: true, seq, body })
}

/// No, with a code of one word and a sentence.
pub fn answer_refusal(seq: Seq, code: &str, message: &str) -> Vec<u8> {
    bytes(&No { ok: false, seq, error: Fault { code, message } })
}

/// What a desktop is told that asks with its heartbeat.
pub fn answer_beat(lease: Lease) -> Vec<u8> {
    bytes(&Beaten { ok: true, lease })
}

/// Yes to a command, from the stored record of its first fact.
pub fn answer_from_record(payload: &[u8], repeated: bool) -> Result<Vec<u8>, RecordFault> {
    #[derive(Serialize)]
    struct Done<'a> {
        ok: bool,
        seq: Seq,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        repeated: bool,
        event: &'a str,
        subject: &'a str,
        data: &'a RawValue,
    }
    let envelope = Envelope::read_any(payload)?;
    let (seq, event) = (envelope.seq()?, envelope.word()?);
    Ok(bytes(&Done { ok: true, seq, repeated, event, subject: &envelope.subject, data: envelope.data }))
}

fn bytes(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).expect("an answer is an object of our own types with text keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: Vec<u8>) -> String {
        String::from_utf8(answer).expect("JSON is UTF-8")
    }

    #[test]
    fn an_answer_says_yes_or_no_and_where_the_journal_stood() {
        #[derive(Serialize)]
        struct Body {
            agents: u8,
        }
        assert_eq!(text(answer_ok(Seq(7), &Body { agents: 2 })), r#"{"ok":true,"seq":7,"agents":2}"#);
        let refusal = r#"{"ok":false,"seq":7,"error":{"code":"gone","message":"It is \"gone\"."}}"#;
        assert_eq!(text(answer_refusal(Seq(7), "gone", "It is \"gone\".")), refusal);
    }
}
