//! One mail, one connection, one outcome. Every relay answers in the end or is given up: our own time-out is
//! around the whole dialog, since the library's covers connecting only.
//!
//! A connection serves one mail. What a pool would save is small against what it costs: a relay that closes an
//! idle connection just as we use it again leaves an outcome that nobody knows.

use std::error::Error as _;
use std::io;

use lettre::Address;
use lettre::transport::smtp::Error;
use tokio::time::timeout;
use tracing::warn;

use crate::shell::fault;

use super::compose::Mail;
use super::dialog::{self, Broken, Step, Taken};
use super::outcome::{Outcome, code, spoken};
use super::relay::Relay;
use super::relay_id;

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// How it ended as a whole.
    pub outcome: Outcome,
    /// Who has it, where it failed for others and is to be tried again for them alone.
    pub taken: Vec<Address>,
}

/// Sends one mail.
///
/// Sent means that the relay took it for somebody, and refused it for good for everybody else. Where it only
/// deferred the others, it failed for now, and `taken` are those that must not get it again.
pub async fn send(relay: &Relay, mail: &Mail) -> Sending {
    fault::point("mail_before");
    let mut step = Step::Connect;
    let held = timeout(relay.timeout, dialog::hold(relay, mail, &mut step)).await;
    let outcome = match held {
        Ok((Ok(taken), connection)) => {
            fault::point("mail_after");
            if let Some(connection) = connection {
                dialog::part(connection).await;
            }
            let sending = of_taken(relay, mail, taken);
            tell(relay, &sending.outcome);
            return sending;
        }
        Ok((Err(broken), connection)) => {
            if let Some(connection) = connection {
                dialog::part(connection).await;
            }
            failed(broken, step)
        }
        Err(_) if step == Step::Body => unknown("no answer to the mail came in time"),
        Err(_) => Outcome::later(code::TIMEOUT, timeout_sentence(step)),
    };
    fault::point("mail_after");
    tell(relay, &outcome);
    Sending { outcome, taken: Vec::new() }
}

fn of_taken(relay: &Relay, mail: &Mail, taken: Taken) -> Sending {
    let Taken { response, taken, refused } = taken;
    let words: Vec<&str> = response.message().collect();
    let response = format!("{} {}", response.code(), words.join(" "));
    let addressed = mail.envelope.to().iter().chain(mail.envelope.from());
    let is_addressed = |id: &str| addressed.clone().any(|address| AsRef::<str>::as_ref(address) == id);
    let ids = relay_id::ids(&response, relay.id_domain.as_deref(), is_addressed);
    if let Some(deferred) = refused.iter().find(|fault| fault.is_transient()) {
        let reason = format!("{} of the recipients have it; of another: {}", taken.len(), said(deferred));
        return Sending { outcome: Outcome::later(code::DEFERRED, &reason), taken };
    }
    if let Some(fault) = refused.first() {
        warn!(said = spoken(&said(fault)), "the relay took a mail, but not for all of its recipients");
        let response = format!("{response} ({} refused: {})", refused.len(), said(fault));
        return Sending { outcome: Outcome::sent(&response, ids), taken };
    }
    Sending { outcome: Outcome::sent(&response, ids), taken }
}

fn failed(broken: Broken, step: Step) -> Outcome {
    match broken {
        Broken::NoStarttls => Outcome::later(code::TLS, "the relay does not offer STARTTLS"),
        Broken::NoUtf8 => {
            Outcome::never(code::NO_SMTPUTF8, "an address has letters for which the relay lacks SMTPUTF8")
        }
        Broken::Odd(reason) if step == Step::Body => unknown(&reason),
        Broken::Odd(reason) => Outcome::later(code::RELAY, &reason),
        Broken::NoRecipient(faults) => of_recipients(&faults),
        Broken::Said(fault) => of_fault(&fault, step),
    }
}

/// Nobody was taken: one who is only deferred keeps the mail alive.
fn of_recipients(faults: &[Error]) -> Outcome {
    match faults.iter().find(|fault| fault.is_transient()).or(faults.first()) {
        Some(fault) => of_fault(fault, Step::Envelope),
        None => Outcome::never(code::REJECTED, "the mail has no recipient"),
    }
}

/// A fault by where it came: what is wrong with the connection passes, what is wrong with the mail does not.
fn of_fault(fault: &Error, step: Step) -> Outcome {
    let answered = fault.status().is_some();
    let reason = said(fault);
    match step {
        Step::Connect if answered => Outcome::later(code::RELAY, &reason),
        Step::Connect if is_tls(fault) => Outcome::later(code::TLS, &reason),
        Step::Connect => Outcome::later(code::UNREACHABLE, &reason),
        Step::Encrypt => Outcome::later(code::TLS, &reason),
        // A relay may repeat what it was told, so of its words there is only the number.
        Step::Login => match fault.status() {
            Some(status) => {
                let reason = format!("{status} is the relay's answer to our user and password");
                Outcome::later(code::AUTH, &reason)
            }
            None if fault.is_client() => Outcome::later(code::AUTH, &reason),
            None => Outcome::later(code::UNREACHABLE, "the connection broke behind our user and password"),
        },
        // "Authentication required" (RFC 4954): no fault of this mail.
        Step::Envelope | Step::Body if wants_login(fault) => Outcome::later(code::AUTH, &reason),
        Step::Envelope | Step::Body if fault.is_permanent() => Outcome::never(code::REJECTED, &reason),
        Step::Envelope | Step::Body if fault.is_transient() => Outcome::later(code::DEFERRED, &reason),
        Step::Envelope => Outcome::later(code::UNREACHABLE, &reason),
        Step::Body => unknown(&reason),
    }
}

fn unknown(reason: &str) -> Outcome {
    Outcome::later(code::UNKNOWN, reason)
}

fn timeout_sentence(step: Step) -> &'static str {
    match step {
        Step::Connect => "the relay did not greet in time",
        Step::Encrypt => "the connection was not encrypted in time",
        Step::Login => "the relay did not answer to our password in time",
        Step::Envelope | Step::Body => "the relay did not answer in time",
    }
}

fn wants_login(fault: &Error) -> bool {
    fault.status().is_some_and(|status| u16::from(status) == 530)
}

/// A handshake that failed comes as the invalid data of a connection.
fn is_tls(fault: &Error) -> bool {
    let mut source = fault.source();
    while let Some(cause) = source {
        let inner = cause.downcast_ref::<io::Error>();
        if inner.is_some_and(|fault| fault.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        source = cause.source();
    }
    fault.is_tls()
}

/// What a fault says, the relay's own words where there are any.
fn said(fault: &Error) -> String {
    let words = fault.source().map(ToString::to_string);
    match (fault.status(), words) {
        (Some(status), words) => format!("{status} {}", words.unwrap_or_default()),
        (None, Some(words)) => words,
        (None, None) => fault.to_string(),
    }
}

/// What an operator must see although the mail is tried again by itself.
fn tell(relay: &Relay, outcome: &Outcome) {
    let Outcome::Failed { code, reason, .. } = outcome else { return };
    match *code {
        code::AUTH => tracing::error!(
            relay = relay.host,
            reason,
            "the relay does not take our user and password; check `smtp.user` and `smtp.password_file`"
        ),
        code::TLS => tracing::error!(
            relay = relay.host,
            reason,
            "the connection to the relay is not safe; check `smtp.security`, `smtp.host` and `smtp.ca_file`"
        ),
        code => warn!(relay = relay.host, code, reason, "a mail was not sent"),
    }
}
