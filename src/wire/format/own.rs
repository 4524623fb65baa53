//! Our own canonical JSON (field page channels 5.2), for gateways that have a shape of their own to translate: one
//! message, a list of them, or either as the `data` of a CloudEvent. Of a list one that is broken is refused alone.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Item;
use crate::wire::canonical::message::{CanonicalMessage, Kind};
use crate::wire::canonical::{self, Fault, FaultAt};
use crate::wire::inbound::check;
use crate::wire::surrogates::keep_halves;

const NO_CONTENT: Fault = ("no_content", "it has neither `text` nor `attachments`");

pub(super) fn read(body: &[u8]) -> Result<Vec<Item>, FaultAt> {
    let body = keep_halves(body);
    let told = canonical::object::<Box<RawValue>>(&body)?;
    if !told.get().starts_with('[') {
        return Ok(vec![one(&body)?]);
    }
    let listed = canonical::object::<Vec<Box<RawValue>>>(told.get().as_bytes())?;
    let is_alone = listed.len() == 1;
    let told = listed.iter().enumerate().map(|(place, told)| match one(told.get().as_bytes()) {
        Err(fault) if !is_alone => Ok(Item::refused(place, fault)),
        read => read,
    });
    told.collect()
}

fn one(body: &[u8]) -> Result<Item, FaultAt> {
    let message = match canonical::object::<CanonicalMessage>(body) {
        Ok(message) => message,
        // Carriers have words of their own for how far a message came: they are counted, no more.
        Err(_) if is_of_unknown_state(body) => return Ok(Item::ignored("an unknown state")),
        Err(fault) => return Err(fault),
    };
    let content = if has_content(&message) { Ok(()) } else { Err(NO_CONTENT) };
    check(&message).and(content).map_err(|(code, reason)| (code, reason.to_owned()))?;
    Ok(Item::from(message))
}

/// Whether it is a report whose state is a word that we have not.
fn is_of_unknown_state(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Report {
        kind: Kind,
        delivery: State,
    }
    #[derive(Deserialize)]
    struct State {
        state: String,
    }
    let report = canonical::object::<Report>(body);
    report.is_ok_and(|Report { kind, delivery }| {
        matches!(kind, Kind::Status | Kind::Read) && !canonical::is_state(&delivery.state)
    })
}

/// Something must stand in it, be it no letter at all: a gateway that leaves all out has lost what was sent.
pub(super) fn has_content(message: &CanonicalMessage) -> bool {
    let is_said = matches!(message.kind, Kind::Message | Kind::Action);
    let texts = [&message.subject, &message.text, &message.html, &message.html_clean];
    !is_said
        || texts.into_iter().any(Option::is_some)
        || !message.attachments.is_empty()
        || message.location.is_some()
        || !message.contacts.is_empty()
        || message.action.is_some()
        || message.concat.is_some()
        || message.email.as_ref().is_some_and(|email| email.raw.is_some())
}
