//! Bounces within the suite `email`: the class of the mail, and what became of whom. Rows name the addresses that failed
//! for good (`permanent`) or so far (`temporary`), or tell of each recipient why (`results`), or that it is none
//! (`is_bounce`).

use serde_json::{Value, json};

use crate::domain::{DeliveryState, MessageClass};
use crate::wire::mail::addressing::Envelope;
use crate::wire::mail::letter::Letter;
use crate::wire::mail::report::reason;

use super::{Checked, Files, mailbox};

/// Whether a row is one of these.
pub(super) fn is_one(row: &Value) -> bool {
    ["permanent", "temporary", "results", "is_bounce"].iter().any(|name| row.get(*name).is_some())
}

pub(super) fn check(row: &Value, files: &Files<'_>) -> Checked {
    let expected = expected(row);
    let raw = match row.get("raw").and_then(Value::as_str) {
        Some(raw) => Some(raw.as_bytes().to_vec()),
        None => row.get("file").and_then(Value::as_str).and_then(files),
    };
    let Some(source) = mailbox::source("support", &[mailbox::OUR_ADDRESS]) else {
        return Checked::same(expected, json!(null));
    };
    let mail_from = row.get("mail_from").and_then(Value::as_str);
    let letter = raw.and_then(|raw| mailbox::letter(&raw, Envelope { mail_from, rcpt_to: &[] }, &[&source]));
    let Some(letter) = letter else { return Checked::same(expected, json!("not a mail")) };
    let got = got(&letter);
    let same = |name: &str| expected.get(name).is_none_or(|wanted| got.get(name) == Some(wanted));
    let names = ["is_bounce", "class", "permanent", "temporary", "recipients", "state", "original_id"];
    let pass = names.iter().all(|name| same(name)) && results_match(&expected, &got);
    Checked { pass, expected, got }
}

/// What a row expects in the words of this project.
fn expected(row: &Value) -> Value {
    let mut expected = serde_json::Map::new();
    for name in ["is_bounce", "class", "original_id", "state"] {
        expected.extend(row.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    for name in ["permanent", "temporary"] {
        expected.extend(row.get(name).map(|value| (name.to_owned(), sorted(value))));
    }
    let addresses = ["permanent", "temporary"].iter().filter_map(|name| row.get(*name)?.as_array());
    if addresses.flatten().next().is_some() {
        expected.entry("class").or_insert(json!(MessageClass::Bounce));
    }
    if let Some(results) = row.get("results").and_then(Value::as_array) {
        let reason = results.first().and_then(|result| result.get("reason")?.as_str());
        let class = match reason {
            Some("feedback") => MessageClass::Complaint,
            Some("vacation") => MessageClass::AutoReply,
            _ => MessageClass::Bounce,
        };
        expected.entry("class").or_insert(json!(class));
        expected.insert("results".to_owned(), json!(results));
    }
    Value::Object(expected)
}

fn got(letter: &Letter) -> Value {
    let report = letter.report.as_ref();
    let recipients = report.map(|report| report.recipients.as_slice()).unwrap_or_default();
    let of = |state| {
        let told = recipients.iter().filter(|told| told.state == state);
        sorted(&json!(told.map(|told| told.address.as_str()).collect::<Vec<_>>()))
    };
    let results = recipients.iter().map(|told| {
        json!({
            "recipient": told.address,
            "state": told.state,
            "status": told.status,
            "smtp_code": told.smtp_code,
            "reason": told.reason,
            "hard": reason::is_hard(told),
        })
    });
    json!({
        "class": letter.verdict.class,
        "is_bounce": letter.verdict.class == MessageClass::Bounce,
        "told_by": letter.verdict.reason,
        "permanent": of(DeliveryState::Failed),
        "temporary": of(DeliveryState::Delayed),
        "results": results.collect::<Vec<_>>(),
        "original_id": report.and_then(|report| report.original_id.clone()),
        "state": recipients.first().map(|told| told.state),
    })
}

/// Every result has its recipient, with the status and the code that the report itself bears. A status of others' own
/// making (`5.0.9xx`) stands nowhere in a mail and is not compared; words for reasons differ and are shown alone.
fn results_match(expected: &Value, got: &Value) -> bool {
    let list = |value: &Value| value.get("results").and_then(Value::as_array).cloned();
    let Some(mut wanted) = list(expected) else { return true };
    // What asks for most chooses first.
    wanted.sort_by_key(|wanted| {
        ["smtp_code", "status"].map(|name| wanted.get(name).and_then(Value::as_str) == Some(""))
    });
    let found = list(got).unwrap_or_default();
    let is_bounce = expected.get("class") == Some(&json!(MessageClass::Bounce));
    if !is_bounce {
        return true;
    }
    let mut left = found;
    wanted.iter().all(|wanted| {
        let place = left.iter().position(|found| one_matches(wanted, found));
        place.map(|place| left.swap_remove(place)).is_some()
    })
}

fn one_matches(wanted: &Value, found: &Value) -> bool {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (status, code) = (text(wanted, "status"), text(wanted, "smtp_code"));
    let made_up = status
        .rsplit('.')
        .next()
        .is_none_or(|detail| detail.len() == 3 && detail.starts_with('9') && status.contains(".0."));
    let vague = |status: &str| status.is_empty() || status.ends_with(".0.0");
    let status_fits = made_up || vague(&status) || text(found, "status") == status;
    let code_fits = code.is_empty() || text(found, "smtp_code") == code;
    status_fits && code_fits
}

/// Addresses in the order of letters, their domains in lower case.
fn sorted(list: &Value) -> Value {
    let mut addresses: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|address| match address.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
            None => address.to_owned(),
        })
        .collect();
    addresses.sort();
    json!(addresses)
}
