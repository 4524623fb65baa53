//! Mail over real SMTP: what becomes of it at every kind of relay.

mod crash;
mod notices;
mod sending;
mod site;
mod threads;
mod tls;

use switchboard::config::Smtp;
use switchboard::domain::{Party, Timestamp};
use switchboard::shell::mail::Outcome;
use switchboard::shell::mail::compose::{Draft, Mail, compose};
use switchboard::shell::mail::relay::Relay;
use switchboard::shell::mail::sender::{Sending, send};

use crate::support::within;

/// A mail to these.
fn mail_to(to: &[&str]) -> Mail {
    let party = |address: &str| Party { address: address.to_owned(), name: None };
    let draft = Draft {
        from: party("help@example.org"),
        to: to.iter().map(|address| party(address)).collect(),
        subject: "Żółć".to_owned(),
        text: "First.\n.\n..\nLast ż.".to_owned(),
        message_id: "1.abc@example.org".to_owned(),
        date: Timestamp(1_772_366_400_000),
        ..Draft::default()
    };
    compose(&draft).expect("it can be written")
}

/// What becomes of a mail to Jo with these settings.
async fn sent(settings: &Smtp) -> Outcome {
    send_to(settings, &["jo@example.net"]).await.outcome
}

async fn send_to(settings: &Smtp, to: &[&str]) -> Sending {
    let relay = Relay::open(settings).expect("the settings can be used");
    within("an outcome", send(&relay, &mail_to(to))).await
}

/// The code of a failure, and whether it is final.
fn failure(outcome: &Outcome) -> (&'static str, bool) {
    match outcome {
        Outcome::Failed { code, permanent, .. } => (code, *permanent),
        Outcome::Sent { response, .. } => panic!("it was sent: {response}"),
    }
}

/// What the relay said when it took a mail.
fn response(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Sent { response, .. } => response,
        Outcome::Failed { code, reason, .. } => panic!("it failed: {code}, {reason}"),
    }
}
