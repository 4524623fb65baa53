//! In the clear: the outcome at each kind of relay, and that only what passes is called passing.

use switchboard::config::Smtp;
use switchboard::domain::{Party, Span};
use switchboard::shell::mail::Outcome;
use switchboard::shell::mail::compose::{Draft, compose};

use super::{failure, response, send_to, sent};
use crate::support::smtp::Relay;

/// Settings whose patience is short, for relays that do not answer.
fn impatient(relay: &Relay) -> Smtp {
    Smtp { timeout: Span(400), ..relay.settings() }
}

#[tokio::test]
async fn a_relay_takes_the_mail_as_it_was_written() {
    let relay = Relay::start(&[]);
    let outcome = sent(&relay.settings()).await;
    assert_eq!(response(&outcome), "250 2.0.0 kept as 1");
    let [mail] = relay.arrived().try_into().expect("one mail");
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("help@example.org", &["jo@example.net".to_owned()][..])
    );
    assert_eq!(mail.read(), ("Żółć".to_owned(), "First.\n.\n..\nLast ż.\n".to_owned()));
    assert_eq!(mail.header("Message-ID").as_deref(), Some("<1.abc@example.org>"));
    assert_eq!(mail.header("MIME-Version").as_deref(), Some("1.0"));
    assert_eq!(mail.options, Vec::<String>::new());
}

/// What is written is read by the parser that reads what contacts write.
#[test]
fn other_letters_go_encoded_and_a_domain_as_its_a_label() {
    let to = Party {
        address: "jo@münchen.example".to_owned(),
        name: Some("Jó Kovács, \"Jr\" 张敏".to_owned()),
    };
    let text = format!("Grüße 你好 {}", "ą".repeat(2_000));
    let mail = compose(&Draft {
        from: Party { address: "help@example.org".to_owned(), name: None },
        to: vec![to.clone()],
        subject: "Re: Żółć 你好 👩‍🚀".to_owned(),
        text: text.clone(),
        message_id: "1.abc@example.org".to_owned(),
        ..Draft::default()
    })
    .expect("it can be written");
    assert!(!mail.needs_utf8());
    assert_eq!(mail.envelope.to()[0].to_string(), "jo@xn--mnchen-3ya.example");
    assert!(mail.bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    let read = mail_parser::MessageParser::default().parse(&mail.bytes).expect("a mail");
    assert_eq!(read.subject(), Some("Re: Żółć 你好 👩‍🚀"));
    assert_eq!(read.to().and_then(|to| to.first()).and_then(|to| to.name()), to.name.as_deref());
    assert_eq!(read.body_text(0).as_deref(), Some(text.as_str()));
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_tried_again() {
    let mut relay = Relay::start(&[]);
    relay.kill();
    assert_eq!(failure(&sent(&relay.settings()).await), ("unreachable", false));
    let nowhere = Smtp { host: "relay.invalid".to_owned(), ..relay.settings() };
    assert_eq!(failure(&sent(&nowhere).await), ("unreachable", false));
}

#[tokio::test]
async fn a_relay_that_does_not_answer_in_time_has_not_got_the_mail() {
    for stage in ["banner", "rcpt", "data"] {
        let relay = Relay::start(&["--hang", stage]);
        assert_eq!(failure(&sent(&impatient(&relay)).await), ("timeout", false), "{stage}");
    }
}

#[tokio::test]
async fn what_became_of_a_mail_without_an_answer_is_unknown() {
    let slow = Relay::start(&["--hang", "body"]);
    assert_eq!(failure(&sent(&impatient(&slow)).await), ("unknown", false));
    let half_dead = Relay::start(&["--cut", "1"]);
    assert_eq!(failure(&sent(&half_dead.settings()).await), ("unknown", false));
    assert_eq!(half_dead.arrived().len(), 1, "it has it all the same");
    response(&sent(&half_dead.settings()).await);
    let ids: Vec<_> = half_dead.arrived().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids, [Some("<1.abc@example.org>".to_owned()), Some("<1.abc@example.org>".to_owned())]);
}

#[tokio::test]
async fn a_greylisting_relay_takes_the_second_attempt() {
    let relay = Relay::start(&["--greylist"]);
    assert_eq!(failure(&sent(&relay.settings()).await), ("deferred", false));
    response(&sent(&relay.settings()).await);
    assert_eq!(relay.arrived().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_final_and_names_no_address() {
    let relay = Relay::start(&["--refuse", "jo@example.net"]);
    let outcome = sent(&relay.settings()).await;
    assert_eq!(failure(&outcome), ("rejected", true));
    let Outcome::Failed { reason, .. } = outcome else { panic!("it failed") };
    assert_eq!(reason, "550 5.1.1 (address) no such user");
    let relay = Relay::start(&["--answer", "554 5.7.1 it looks like spam"]);
    assert_eq!(failure(&sent(&relay.settings()).await), ("rejected", true));
    let relay = Relay::start(&["--answer", "452 4.3.1 out of space"]);
    assert_eq!(failure(&sent(&relay.settings()).await), ("deferred", false));
}

#[tokio::test]
async fn a_refused_recipient_does_not_keep_the_mail_from_the_others() {
    let relay = Relay::start(&["--refuse", "jo@example.net"]);
    let sending = send_to(&relay.settings(), &["jo@example.net", "ann@example.net"]).await;
    assert_eq!(
        response(&sending.outcome),
        "250 2.0.0 kept as 1 (1 refused: 550 5.1.1 (address) no such user)"
    );
    assert_eq!(relay.arrived()[0].to, ["ann@example.net"]);
}

#[tokio::test]
async fn a_deferred_recipient_is_tried_again_alone() {
    let relay = Relay::start(&["--defer", "jo@example.net"]);
    let sending = send_to(&relay.settings(), &["jo@example.net", "ann@example.net"]).await;
    assert_eq!(failure(&sending.outcome), ("deferred", false));
    let taken: Vec<String> = sending.taken.iter().map(ToString::to_string).collect();
    assert_eq!(taken, ["ann@example.net"]);
    assert_eq!(relay.arrived()[0].to, ["ann@example.net"]);
}

#[tokio::test]
async fn letters_that_a_relay_cannot_carry_are_final_at_that_relay() {
    let relay = Relay::start(&["--ascii"]);
    let sending = send_to(&relay.settings(), &["jó@example.net"]).await;
    assert_eq!(failure(&sending.outcome), ("no_smtputf8", true));
    let relay = Relay::start(&[]);
    let sending = send_to(&relay.settings(), &["jó@example.net"]).await;
    response(&sending.outcome);
    assert_eq!(relay.arrived()[0].to, ["jó@example.net"]);
    assert!(relay.arrived()[0].options.contains(&"SMTPUTF8".to_owned()));
}
