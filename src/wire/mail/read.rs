//! From the bytes of a mail to what it says: our own walk decides which field counts, what is an id, what is shown
//! and what came along; charsets are found out from the bytes.

use std::borrow::Cow;

use crate::domain::Party;
use crate::wire::canonical::Fault;
use crate::wire::limits::{EXTERNAL_ID_BYTES_MAX, MAIL_BYTES_MAX, RECIPIENTS_MAX, SUBJECT_BYTES_MAX};
use crate::wire::text;

use super::body::Body;
use super::headers::{Fields, Raw};
use super::parts::Walk;
use super::{Flags, Mail, date, parties, words};

/// Fields of which a mail has one; a second one is a forgery or a fault.
const SINGLE_FIELDS: [&str; 9] = [
    "from",
    "sender",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "content-type",
];

/// What a mail says.
pub(crate) fn read(payload: &[u8]) -> Result<Mail, Fault> {
    if payload.len() > MAIL_BYTES_MAX {
        return Err(("too_large", "the mail has over 35 MiB"));
    }
    let payload = with_line_ends(payload);
    let raw = Raw::new(&payload);
    let (fields, is_cut) = Fields::read(raw.head);
    if fields.is_empty() {
        return Err(("not_mail", "it is not a mail: it has no header fields"));
    }
    let mut flags = Flags::default();
    flags.raise(is_cut, "headers_cut");
    flags.raise(is_cut, "truncated");
    flags.raise(SINGLE_FIELDS.iter().any(|name| fields.all(name).count() > 1), "duplicate_headers");
    let mut walk = Walk::default();
    let root = walk.mail(fields.clone(), raw.body);
    flags.raise(walk.is_cut, "truncated");
    let mut body = Body::of(&root);
    let (text, html) = (body.shown_text(), body.shown_html());
    for flag in &body.flags.0 {
        flags.raise(true, flag);
    }
    let media = root.media;
    let first = |name, flags: &mut Flags| fields.first(name).map(|it| list(it, flags)).unwrap_or_default();
    let subject = fields
        .first("subject")
        .map(words::decode)
        .and_then(|it| text::line_or_none(&it, SUBJECT_BYTES_MAX + 4));
    Ok(Mail {
        from: first("from", &mut flags),
        sender: first("sender", &mut flags).into_iter().next(),
        to: all(&fields, "to", &mut flags),
        cc: all(&fields, "cc", &mut flags),
        reply_to: first("reply-to", &mut flags),
        subject: subject.map(|mut subject| {
            flags.raise(text::cut(&mut subject, SUBJECT_BYTES_MAX), "truncated");
            subject
        }),
        date: fields.first("date").and_then(date::read),
        message_id: fields.message_id().map(|id| text::line(id, EXTERNAL_ID_BYTES_MAX)),
        in_reply_to: fields.in_reply_to().into_iter().map(str::to_owned).collect(),
        references: fields.references(),
        media,
        text,
        html,
        texts: body.texts,
        files: body.files,
        parts: body.machine,
        body: raw.body.trim_ascii_end().iter().copied().filter(|byte| *byte != b'\r').collect(),
        steps: payload.len() as u64 + walk.steps + body.steps,
        fields,
        flags,
    })
}

/// Mail of old systems ends its lines with a carriage return alone.
fn with_line_ends(payload: &[u8]) -> Cow<'_, [u8]> {
    if payload.contains(&b'\n') || !payload.contains(&b'\r') {
        return Cow::Borrowed(payload);
    }
    Cow::Owned(payload.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

fn list(value: &str, flags: &mut Flags) -> Vec<Party> {
    let (parties, is_cut) = parties::read(value);
    flags.raise(is_cut, "truncated");
    parties
}

fn all(fields: &Fields, name: &str, flags: &mut Flags) -> Vec<Party> {
    fields.all(name).flat_map(|value| list(value, flags)).take(RECIPIENTS_MAX).collect()
}
