//! The suite `addressing`: which mailboxes a mail was for, its tag, its token, who wrote it, and what a bounce came back to.

use serde_json::{Map, Value, json};

use crate::domain::Source;
use crate::wire::address::canonical_mail;
use crate::wire::decoder::Tokens;
use crate::wire::mail::addressing::Envelope;
use crate::wire::{Inbound, Input, Keys, decode_mail};

use super::{Checked, Files, mailbox};

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let expected = row.get("expect").cloned().unwrap_or_default();
    if let Some(member) = ["headers", "config", "expect"].into_iter().find(|member| row.get(member).is_none())
    {
        return Checked::without(member);
    }
    let Some(got) = told(row) else {
        return Checked { pass: false, expected, got: json!("the row has no mailbox, or no mail") };
    };
    let wanted = expected.as_object().into_iter().flatten();
    let same =
        |(name, wanted): (&String, &Value)| matches(name, wanted, got.get(name).unwrap_or(&Value::Null));
    let pass = wanted.clone().next().is_some() && wanted.into_iter().all(same);
    Checked { pass, expected, got: Value::Object(got) }
}

/// Flags that are expected must be there; others may be.
fn matches(name: &str, wanted: &Value, got: &Value) -> bool {
    let listed = |value: &Value| value.as_array().cloned().unwrap_or_default();
    match name {
        "flags" => listed(wanted).iter().all(|flag| listed(got).contains(flag)),
        _ => wanted == got,
    }
}

fn told(row: &Value) -> Option<Map<String, Value>> {
    let config = row.get("config")?;
    let sources = sources(config);
    let text = |name: &str| row.get("envelope")?.get(name)?.as_str();
    let rcpt = row.get("envelope").and_then(|envelope| envelope.get("rcpt_to")).and_then(Value::as_array);
    let rcpt: Vec<&str> = rcpt.into_iter().flatten().filter_map(Value::as_str).collect();
    let envelope = Envelope { mail_from: text("mail_from"), rcpt_to: &rcpt };
    let mut known: Vec<&Source> = sources.iter().collect();
    // It came by the mailbox of its envelope.
    let is_meant = |source: &&Source| {
        let own = source.addresses.iter().map(|address| canonical_mail(address));
        own.into_iter().any(|own| rcpt.iter().any(|rcpt| canonical_mail(rcpt) == own))
    };
    known.sort_by_key(|source| !is_meant(source));
    let raw = mailbox::raw(row);
    let letter = mailbox::letter(&raw, envelope, &known)?;
    let (tokens, names) = mailbox::tokens(config);
    let input = Input {
        subject: "",
        payload: &raw,
        mail_from: envelope.mail_from,
        rcpt_to: envelope.rcpt_to,
        language: None,
        inseq: 1,
        stored_at: mailbox::RECEIVED_AT,
    };
    let keys = Keys::new(&[0; 32]).ok()?;
    let inbound = decode_mail(&input, known.first()?, &known, &keys, &Tokens::Given(tokens)).ok()?;
    let messages: Vec<_> = inbound.iter().filter_map(said).collect();
    let conversation = inbound.iter().find_map(|told| match told {
        Inbound::Message(message) => message.thread.token,
        Inbound::Update(update) => update.token,
        Inbound::Part(_) | Inbound::Ignored(_) | Inbound::Refused(..) => None,
    });
    let mailboxes: Vec<&str> = letter.addressing.mailboxes.iter().map(|name| name.as_str()).collect();
    let verp = letter.addressing.verp.as_ref();
    let bounce = verp.and_then(|verp| config.get("bounces")?.get(verp.mail.as_ref()?));
    let recipient =
        letter.report.as_ref().and_then(|report| report.recipients.first()).map(|told| told.address.clone());
    let got = json!({
        "mailboxes": mailboxes,
        "tag": letter.addressing.tag,
        "via": letter.addressing.via,
        "conversation": conversation.and_then(|id| names.get(&id)),
        "copies": messages.len(),
        "customer": canonical_mail(&letter.from.address),
        "flags": messages.first().map(|message| message.content.flags.clone()).unwrap_or(letter.flags.0),
        "bounce_of": bounce,
        "recipient": recipient,
        "class": letter.verdict.class,
        "suspect": letter.is_suspect,
    });
    got.as_object().cloned()
}

fn said(told: &Inbound) -> Option<&crate::domain::InboundMessage> {
    match told {
        Inbound::Message(message) => Some(message),
        Inbound::Part(_) | Inbound::Update(_) | Inbound::Ignored(_) | Inbound::Refused(..) => None,
    }
}

fn sources(config: &Value) -> Vec<Source> {
    let strings = |value: Option<&Value>| -> Vec<String> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let believing = strings(config.get("trust_reply_to"));
    let authserv_ids = strings(config.get("authserv_ids"));
    let subject_token = config.get("subject_token").and_then(Value::as_str).map(str::to_owned);
    let mailboxes = config.get("mailboxes").and_then(Value::as_object).into_iter().flatten();
    let source = |(name, addresses): (&String, &Value)| {
        let addresses = strings(Some(addresses));
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let mut source = mailbox::source(name, &addresses)?;
        source.mail.trust_reply_to = believing.contains(name);
        source.mail.authserv_ids.clone_from(&authserv_ids);
        source.mail.subject_token.clone_from(&subject_token);
        Some(source)
    };
    mailboxes.filter_map(source).collect()
}
