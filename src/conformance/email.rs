//! The suite `email`: raw mails with what they say, and bounces with whom they are about.
//!
//! A row names a file and what is expected of it. Text is compared after collapsing white space. Where a row was made by
//! parsers that lost bytes (U+FFFD) or kept what is never kept (control characters), what they lost may be any letters
//! beyond ASCII and what they kept is passed over; a mailbox that they did not divide is compared undivided.

use serde_json::{Map, Value, json};

use crate::domain::{DeliveryState, MessageClass, Party};
use crate::wire::mail::addressing::Envelope;
use crate::wire::mail::letter::{Letter, shown_text};
use crate::wire::mail::{Flags, Mail, MailFile, read};
use crate::wire::time::InstantText;

use super::{Checked, Files, bounces, mailbox, reply};

/// The envelope sender of mails that name nobody.
const SOMEBODY: &str = "somebody@sender.test";

pub(super) fn check(row: &Value, files: &Files<'_>) -> Checked {
    if bounces::is_one(row) {
        return bounces::check(row, files);
    }
    let expect = expected(row);
    let file = row.get("file").and_then(Value::as_str).unwrap_or_default();
    let Some(bytes) = files(file) else {
        return Checked { pass: false, expected: Value::Object(expect), got: json!("there is no such file") };
    };
    let told = match read::read(&bytes) {
        Ok(mail) => Told::Mail(Box::new(Said { letter: letter(&bytes, &mail), mail })),
        Err(_) => Told::Refused,
    };
    let mut got: Map<String, Value> = expect.keys().map(|name| (name.clone(), told.member(name))).collect();
    // What of a text is new has a suite of its own.
    let new = reply::check(row, files).got;
    let (start, whole) = ("reply_text_prefix", new.get("reply_text"));
    if let Some(text) = whole.or_else(|| new.get(start)) {
        got.entry("reply_text").and_modify(|got| *got = text.clone());
        got.entry(start).and_modify(|got| *got = text.clone());
    }
    let pass = expect.iter().all(|(name, wanted)| fits(name, wanted, got.get(name).unwrap_or(&Value::Null)));
    Checked { pass, expected: Value::Object(expect), got: Value::Object(got) }
}

/// The mail as a mailbox of ours sees it.
fn letter(bytes: &[u8], mail: &Mail) -> Option<Letter> {
    let source = mailbox::source("support", &[mailbox::OUR_ADDRESS])?;
    let mail_from = mail.from.is_empty().then_some(SOMEBODY);
    mailbox::letter(bytes, Envelope { mail_from, rcpt_to: &[] }, &[&source])
}

/// The members of `expect`, and those that some rows hold beside it; what is only said to a reader is left out.
fn expected(row: &Value) -> Map<String, Value> {
    const FOR_READERS: [&str; 2] = ["disputed", "note"];
    const BESIDE: [&str; 1] = ["reply_text"];
    let inner = row.get("expect").and_then(Value::as_object).cloned().unwrap_or_default();
    let beside = BESIDE.iter().filter_map(|name| Some(((*name).to_owned(), row.get(*name)?.clone())));
    inner.into_iter().chain(beside).filter(|(name, _)| !FOR_READERS.contains(&name.as_str())).collect()
}

/// What became of a mail.
enum Told {
    Mail(Box<Said>),
    /// Then it says nothing.
    Refused,
}

struct Said {
    mail: Mail,
    letter: Option<Letter>,
}

impl Told {
    fn member(&self, name: &str) -> Value {
        match (self, name) {
            (Told::Mail(_), "accept" | "must_not_fail") => json!(true),
            (Told::Mail(_), "reject") => json!(false),
            (Told::Refused, "accept" | "must_not_fail") => json!(false),
            (Told::Refused, "reject") => json!(true),
            (Told::Refused, _) => member(&Mail::default(), name),
            (Told::Mail(said), _) => match said.letter.as_ref().and_then(|letter| judged(letter, name)) {
                Some(judged) => judged,
                None => member(&said.mail, name),
            },
        }
    }
}

/// What the mailbox makes of it.
fn judged(letter: &Letter, name: &str) -> Option<Value> {
    let report = letter.report.as_ref();
    let recipient = report.and_then(|report| report.recipients.first());
    let original_id = report.and_then(|report| report.original_id.as_deref());
    let invites = letter.calendar.is_some() && letter.verdict.class == MessageClass::Human;
    Some(match name {
        "text" | "text_contains" | "text_not_contains" => json!(letter.said.text),
        "reply_text" | "reply_text_prefix" => {
            json!(letter.said.text_stripped.as_ref().unwrap_or(&letter.said.text))
        }
        "sent_at" => json!(letter.sent_at.map(InstantText)),
        "flags" => json!(letter.flags.0),
        "class" if invites => json!("calendar"),
        "class" => json!(letter.verdict.class),
        "auto_reply" => json!(letter.verdict.class == MessageClass::AutoReply),
        "original_message_id" => json!(original_id),
        "bounce" => json!({
            "recipient": recipient.map(|told| &told.address),
            "action": recipient.map(|told| action(told.state)),
            "status": recipient.and_then(|told| told.status.as_deref()),
            "original_message_id": original_id,
        }),
        _ => return None,
    })
}

/// The word of RFC 3464 for how far a mail came.
fn action(state: DeliveryState) -> Value {
    match state {
        DeliveryState::Delayed => json!("delayed"),
        DeliveryState::Failed => json!("failed"),
        state => json!(state),
    }
}

/// What a mail says, by the name that rows have for it.
fn member(mail: &Mail, name: &str) -> Value {
    let visible = || mail.files.iter().filter(|file| !file.inline);
    match name {
        "subject" | "subject_trimmed" => match (&mail.subject, mail.fields.first("subject")) {
            (None, Some(_)) => json!(""),
            (subject, _) => json!(subject),
        },
        "message_id" => json!(mail.message_id),
        "synthetic_id" => json!(mail.message_id.is_none()),
        "in_reply_to" => json!(mail.in_reply_to),
        "references" => json!(mail.fields.named()),
        "from" | "to" | "cc" | "reply_to" | "sender" => {
            Value::Array(parties(mail, name).map(party).collect())
        }
        "from_name" => json!(mail.from.first().and_then(|party| party.name.as_deref())),
        "date_unix" => json!(mail.date.map(|date| date.0.div_euclid(1_000))),
        "text" | "text_contains" | "text_not_contains" => json!(shown_text(mail, &mut Flags::default())),
        "html" | "html_contains" => json!(mail.html),
        "first_text_plain" => {
            let plain = mail.texts.iter().find(|part| !part.is_html);
            json!(plain.map(|part| &part.text).filter(|text| !text.trim().is_empty()))
        }
        "flags" => json!(mail.flags.0),
        "attachments" => Value::Array(visible().map(file).collect()),
        "inline" => Value::Array(mail.files.iter().filter(|file| file.inline).map(file).collect()),
        "attachment_count" => json!(mail.files.len()),
        "attachment_names" => mail.files.iter().map(|file| json!(file.filename)).collect(),
        "visible_attachments" | "visible_attachment_count" => json!(visible().count()),
        "content_type" => json!(mail.media.kind),
        _ => Value::Null,
    }
}

fn parties<'a>(mail: &'a Mail, name: &str) -> Box<dyn Iterator<Item = &'a Party> + 'a> {
    match name {
        "from" => Box::new(mail.from.iter()),
        "to" => Box::new(mail.to.iter()),
        "cc" => Box::new(mail.cc.iter()),
        "reply_to" => Box::new(mail.reply_to.iter()),
        _ => Box::new(mail.sender.iter()),
    }
}

fn party(party: &Party) -> Value {
    json!({ "addr": party.address, "name": party.name })
}

fn file(file: &MailFile) -> Value {
    json!({
        "filename": file.filename,
        "filename_safe": file.filename,
        "original_filename": file.original_filename,
        "content_type": file.content_type,
        "content_id": file.content_id,
        "size": file.size,
        "inline": file.inline,
    })
}

/// Whether what was found is what the row expects, by the name of the member.
fn fits(name: &str, wanted: &Value, got: &Value) -> bool {
    match (name, wanted, got) {
        (_, Value::Null, Value::String(text)) => text.is_empty(),
        ("text_contains" | "html_contains" | "subject_contains", _, Value::String(text)) => {
            words(wanted).all(|part| collapsed(text).contains(&collapsed(part)))
        }
        ("text_not_contains" | "html_not_contains", _, Value::String(text)) => {
            words(wanted).all(|part| !collapsed(text).contains(&collapsed(part)))
        }
        ("bounce", Value::Object(_), _) => same_members(wanted, got),
        ("sent_at", Value::String(wanted), Value::String(got)) => instant(wanted) == instant(got),
        ("flags", Value::Array(wanted), Value::Array(got)) => wanted.iter().all(|flag| got.contains(flag)),
        ("from" | "sender" | "reply_to", Value::String(address), Value::Array(got)) => got
            .first()
            .and_then(|party| party.get("addr")?.as_str())
            .is_some_and(|it| same_address(address, it)),
        ("from" | "to" | "cc" | "reply_to" | "sender", Value::Array(wanted), Value::Array(got)) => {
            wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| same_party(wanted, got))
        }
        ("attachments" | "inline", Value::Array(wanted), Value::Array(got)) => {
            wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| same_members(wanted, got))
        }
        ("attachment_names", Value::Array(wanted), Value::Array(got)) => {
            wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| same_name(wanted, got))
        }
        ("reply_text_prefix", Value::String(start), Value::String(text)) => {
            collapsed(text).starts_with(&collapsed(start))
        }
        (_, Value::String(wanted), Value::String(got)) => same_text(wanted, got),
        _ => wanted == got,
    }
}

/// A row may tell the folders that a name had.
fn same_name(wanted: &Value, got: &Value) -> bool {
    let base = wanted.as_str().and_then(|name| name.rsplit(['/', '\\']).next());
    fits("", wanted, got) || base.is_some_and(|base| fits("", &json!(base), got))
}

fn instant(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

fn words(wanted: &Value) -> impl Iterator<Item = &str> {
    let list = wanted.as_array().map(Vec::as_slice).unwrap_or(std::slice::from_ref(wanted));
    list.iter().filter_map(Value::as_str)
}

/// A row may name a mailbox by its address alone, or undivided.
fn same_party(wanted: &Value, got: &Value) -> bool {
    let member = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let (Some(address), Some(found)) =
        (member(wanted, "addr").or_else(|| wanted.as_str().map(str::to_owned)), member(got, "addr"))
    else {
        return false;
    };
    let name = member(got, "name");
    if address.contains(char::is_whitespace) {
        let undivided = [name.as_deref().unwrap_or_default(), &found].join(" ");
        return same_text(&address, undivided.trim());
    }
    let is_named = wanted.get("name").is_none_or(|wanted| fits("", wanted, &json!(name)));
    same_address(&address, &found) && is_named
}

/// The domain without regard to case.
fn same_address(wanted: &str, got: &str) -> bool {
    match (wanted.rsplit_once('@'), got.rsplit_once('@')) {
        (Some((local, domain)), Some((found, at))) => {
            local == found && domain.to_lowercase() == at.to_lowercase()
        }
        _ => wanted == got,
    }
}

fn same_members(wanted: &Value, got: &Value) -> bool {
    let members = wanted.as_object().into_iter().flatten();
    members.into_iter().all(|(name, wanted)| fits("", wanted, got.get(name).unwrap_or(&Value::Null)))
}

fn collapsed(text: &str) -> String {
    let visible: String = text.chars().filter(|char| char.is_whitespace() || !char.is_control()).collect();
    visible.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Equal, but that letters beyond ASCII may stand where the row lost bytes.
fn same_text(wanted: &str, got: &str) -> bool {
    let (wanted, got) = (collapsed(wanted), collapsed(got));
    let mut found = got.chars().peekable();
    let mut is_lost = false;
    for char in wanted.chars() {
        if char == char::REPLACEMENT_CHARACTER {
            is_lost |= found.next_if(|found| !found.is_ascii()).is_some();
            continue;
        }
        while is_lost && found.next_if(|found| !found.is_ascii() && *found != char).is_some() {}
        is_lost = false;
        if found.next() != Some(char) {
            return false;
        }
    }
    found.all(|found| is_lost && !found.is_ascii())
}
