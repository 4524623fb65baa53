//! Goal: what stands beside another in one body, or comes by another source, does it no harm.

use serde_json::json;
use switchboard::domain::{Channel, Format, InboundUpdate, Source};
use switchboard::engine::command::Command;
use switchboard::wire::{DecodeError, Decoded, Decoder, Inbound, Input, Keys};

use crate::journal::subjects;
use crate::samples::{NOW, name};

fn decoder() -> Decoder {
    let keys = Keys::new(b"a secret for tests, thirty-two b").expect("long enough");
    let source = |text, channel, address: &str| Source::new(name(text), channel, vec![address.into()]);
    let mail = source("help", Channel::Email, "help@example.org");
    let sources = vec![
        Source { format: Format::Switchboard, ..mail },
        source("line", Channel::Sms, "+15550199"),
        source("other", Channel::Sms, "+15550199"),
    ];
    Decoder::new(subjects(), sources, keys)
}

fn decode(subject: &str, payload: &str) -> Result<Decoded, DecodeError> {
    let payload = payload.as_bytes();
    decoder().decode(&Input {
        subject,
        payload,
        mail_from: None,
        rcpt_to: &[],
        language: None,
        inseq: 42,
        stored_at: NOW,
    })
}

fn told(subject: &str, payload: &str) -> Vec<Inbound> {
    match decode(subject, payload) {
        Ok(Decoded::Inbound(told)) => told,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bad_mail_among_others_is_refused_alone() {
    let mail = |id: &str, raw: Option<&str>| {
        json!({ "message_id": id, "from": { "id": "jo@example.net" }, "to": [{ "id": "help@example.org" }],
            "text": "Where is my parcel?", "email": raw.map(|raw| json!({ "raw": raw })) })
    };
    let all = json!([mail("a@x", None), mail("b@x", Some("no base64!")), mail("c@x", None)]).to_string();
    let told = told("switchboard.in.email.help", &all);
    assert!(
        matches!(&told[..], [Inbound::Message(_), Inbound::Refused("bad_member", _), Inbound::Message(_)]),
        "{told:?}"
    );
    let alone = decode("switchboard.in.email.help", &mail("b@x", Some("no base64!")).to_string());
    assert!(alone.is_err(), "the input is what is refused: {alone:?}");
}

/// Who may post at one source has no word on what left by another, whatever ids and numbers he names.
#[test]
fn a_report_names_messages_of_its_own_source_alone() {
    let report = json!({ "kind": "status", "target_id": "SM1", "from": { "id": "+15550100" },
        "delivery": { "state": "failed", "error_code": "opted_out", "recipient": "+15550100" } });
    let of = |source: &str| -> InboundUpdate {
        match &told(&format!("switchboard.in.sms.{source}"), &report.to_string())[..] {
            [Inbound::Update(update)] => (**update).clone(),
            other => panic!("{other:?}"),
        }
    };
    let (own, other) = (of("line"), of("other"));
    assert!(own.targets.iter().all(|key| !other.targets.contains(key)), "its message");
    assert!(own.threads.iter().all(|key| !other.threads.contains(key)), "its thread");
    assert_ne!(own.dedupe, other.dedupe);
    assert_eq!(own.source, name("line"), "by which an opt-out is one of this source");
}

#[test]
fn a_report_that_names_a_source_is_about_messages_of_that_one() {
    let report = |source: &str| json!({ "message": "m8", "state": "failed", "source": source }).to_string();
    let subject = "switchboard.in.command.gateway.message.report";
    match decode(subject, &report("line")) {
        Ok(Decoded::Command(order)) => {
            let is_named = matches!(&order.command, Command::ReportDelivery { source: Some(source), .. }
                if *source == name("line"));
            assert!(is_named, "{order:?}");
        }
        other => panic!("{other:?}"),
    }
    assert!(decode(subject, &report("nowhere")).is_err(), "it is not known");
}
