//! The suite `webhooks`.

use serde_json::json;
use switchboard::conformance::Suite;
use switchboard::domain::{Channel, Digest, Endpoint, Format, Source, Timestamp};
use switchboard::wire::{Decoded, Decoder, Inbound, Input, Keys, Subjects};

use super::walk;

#[test]
fn webhooks_of_our_own() {
    walk::own(Suite::Webhooks);
}

#[test]
fn webhooks_of_the_corpus() {
    walk::corpus(Suite::Webhooks, "sms/webhooks.jsonl");
}

/// sms-S15: the carrier delivers it to each of our numbers, under one id.
#[test]
fn a_message_to_a_group_with_two_numbers_of_ours_is_one() {
    let told = |owner: &str| {
        let message = json!({
            "id": "B1", "owner": owner, "direction": "in", "from": "+4930901820", "text": "Hi all",
            "to": ["+4930901821", "+4930901822"], "time": "2026-03-01T10:00:00Z",
        });
        let event = json!({
            "type": "message-received", "time": "2026-03-01T10:00:00Z", "to": owner, "message": message,
        });
        only_message(&json!([event]).to_string())
    };
    assert_eq!(told("+4930901821"), told("+4930901822"));
}

/// By what the one message of a body is known again.
fn only_message(body: &str) -> Digest {
    let numbers = ["+4930901821", "+4930901822"].map(Endpoint::from).to_vec();
    let mut source = Source::new("line".parse().expect("a name"), Channel::Sms, numbers);
    source.format = Format::Bandwidth;
    let subjects = Subjects::new("switchboard".parse().expect("a name"));
    let keys = Keys::new(b"a secret for tests, thirty-two b").expect("long enough");
    let input = Input {
        subject: "switchboard.in.sms.line",
        payload: body.as_bytes(),
        mail_from: None,
        rcpt_to: &[],
        language: None,
        inseq: 1,
        stored_at: Timestamp(1_772_359_200_000),
    };
    match Decoder::new(subjects, vec![source], keys).decode(&input) {
        Ok(Decoded::Inbound(told)) => match &told[..] {
            [Inbound::Message(message)] => message.dedupe,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
