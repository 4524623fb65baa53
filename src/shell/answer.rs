//! An answer on its way to whoever asked: always a JSON body, never an empty one.

use crate::domain::Seq;
use crate::engine::Rejection;
use crate::wire::{answer_ok, answer_refusal};

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The JSON.
    pub body: Vec<u8>,
    /// For a refusal, its code and sentence, which the headers of a micro service repeat.
    pub error: Option<(String, String)>,
}

impl Answer {
    /// Yes, with this body.
    pub fn yes(body: Vec<u8>) -> Answer {
        Answer { body, error: None }
    }

    /// Yes, and there was nothing to do.
    pub fn unchanged(seq: Seq) -> Answer {
        #[derive(serde::Serialize)]
        struct Unchanged {
            unchanged: bool,
        }
        Answer::yes(answer_ok(seq, &Unchanged { unchanged: true }))
    }

    /// No.
    pub fn no(seq: Seq, code: &str, message: &str) -> Answer {
        let body = answer_refusal(seq, code, message);
        Answer { body, error: Some((code.to_owned(), message.to_owned())) }
    }

    /// No, by the engine.
    pub fn rejected(seq: Seq, rejection: &Rejection) -> Answer {
        Answer::no(seq, rejection.code(), &rejection.to_string())
    }

    /// Nobody could look at it.
    pub fn busy() -> Answer {
        Answer::no(Seq(0), "busy", "too many requests wait; ask again with the same id")
    }

    /// It does not fit into a message of the server.
    pub fn too_large() -> Answer {
        Answer::no(Seq(0), "too_large", "the answer is larger than the server lets through; ask for less")
    }

    /// It may have been carried out or not.
    pub fn unavailable() -> Answer {
        let message =
            "the journal did not confirm it, so it may have been done or not; ask again with the same id";
        Answer::no(Seq(0), "unavailable", message)
    }
}

/// A refusal's code as a number, which is what programs that know NATS micro services look for.
pub fn status(code: &str) -> u16 {
    match code {
        "bad_subject" | "bad_member" | "not_json" | "not_an_object" | "not_utf8" | "too_large" => 400,
        "forbidden" => 403,
        "busy" | "unavailable" => 503,
        unknown if unknown.starts_with("unknown_") => 404,
        // What is left is said by the engine: as things stand now it cannot be done.
        _ => 409,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_the_number_of_its_kind() {
        let codes = ["not_json", "forbidden", "unknown_offer", "version_moved", "busy"];
        assert_eq!(codes.map(status), [400, 403, 404, 409, 503]);
    }
}
