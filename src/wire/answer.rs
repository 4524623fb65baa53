//! Answers of the API. Each names the sequence of the journal that it reflects. The answer of an accepted
//! command is its first record, so that it can be given again for as long as the command is remembered.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::Seq;

use super::journal::{Envelope, RecordFault};

/// Yes, with whatever an object of `body` says.
pub fn answer_ok<B: Serialize>(seq: Seq, body: &B) -> Vec<u8> {
    #[derive(Serialize)]
    struct Yes<'a, B> {
        ok: bool,
        seq: Seq,
        #[serde(flatten)]
        body: &'a B,
    }
    bytes(&Yes { ok: true, seq, body })
}

/// No, with a code of one word and a sentence.
pub fn answer_refusal(seq: Seq, code: &str, message: &str) -> Vec<u8> {
    #[derive(Serialize)]
    struct No<'a> {
        ok: bool,
        seq: Seq,
        error: Fault<'a>,
    }
    #[derive(Serialize)]
    struct Fault<'a> {
        code: &'a str,
        message: &'a str,
    }
    bytes(&No { ok: false, seq, error: Fault { code, message } })
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
