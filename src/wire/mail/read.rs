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
use super::{Flags, Mail, date, parties, smime, words};

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
    let (fields, is_cut) = Fields::within_limits(raw.head);
    if fields.is_empty() {
        return Err(("not_mail", "it is not a mail: it has no header fields"));
    }
    let mut flags = Flags::default();
    flags.raise(raw.lacks_gap, "header_gap_missing");
    flags.raise(is_cut, "headers_cut");
    flags.raise(is_cut, "truncated");
    flags.raise(SINGLE_FIELDS.iter().any(|name| fields.all(name).count() > 1), "duplicate_headers");
    let mut walk = Walk::default();
    let root = walk.mail(fields.clone(), raw.body);
    let opened = smime::opened(&root);
    let within = opened.as_deref().map(|opened| {
        walk.steps += (raw.body.len() + opened.len()) as u64;
        let Raw { head, body, .. } = Raw::cut(opened);
        walk.mail(Fields::within_limits(head).0, body)
    });
    flags.raise(within.is_some(), "signed");
    flags.raise(walk.is_cut, "truncated");
    let mut body = Body::of(within.as_ref().unwrap_or(&root));
    if within.is_some() {
        body.keep(&root);
    }
    let (text, html) = (body.shown_text(), body.shown_html());
    for flag in &body.flags.0 {
        flags.raise(true, flag);
    }
    let media = within.unwrap_or(root).media;
    // The header block is cut into fields, and each field of ids is looked through.
    let mut steps = (payload.len() + raw.head.len() * 2) as u64 + walk.steps + body.steps;
    let (subject, taken) = subject(&fields, &mut flags);
    steps += taken;
    let mut mail = Mail {
        subject,
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
        steps,
        fields,
        flags,
        ..Mail::default()
    };
    name_people(&mut mail);
    Ok(mail)
}

/// The subject as shown, and how many steps it took.
fn subject(fields: &Fields, flags: &mut Flags) -> (Option<String>, u64) {
    let Some(written) = fields.first("subject") else { return (None, 0) };
    let (decoded, taken) = words::counted(written);
    let shown = text::line_or_none(&decoded, SUBJECT_BYTES_MAX + 4).map(|mut subject| {
        flags.raise(text::cut(&mut subject, SUBJECT_BYTES_MAX), "truncated");
        subject
    });
    (shown, taken)
}

/// Who wrote, and to whom.
fn name_people(mail: &mut Mail) {
    let Mail { fields, flags, steps, .. } = mail;
    let mut first = |name| fields.first(name).map(|it| list(it, flags, steps)).unwrap_or_default();
    let (from, sender, reply_to) = (first("from"), first("sender"), first("reply-to"));
    let mut all = |name| {
        let parties = fields.all(name).flat_map(|value| list(value, flags, steps));
        parties.take(RECIPIENTS_MAX).collect()
    };
    (mail.to, mail.cc) = (all("to"), all("cc"));
    (mail.from, mail.sender, mail.reply_to) = (from, sender.into_iter().next(), reply_to);
}

/// Mail of old systems ends its lines with a carriage return alone: what its first line ends with tells.
fn with_line_ends(payload: &[u8]) -> Cow<'_, [u8]> {
    let first = payload.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let end = first.and_then(|place| payload.get(place..)).unwrap_or_default();
    if !end.starts_with(b"\r") || end.starts_with(b"\r\n") || end.starts_with(b"\r\r\n") {
        return Cow::Borrowed(payload);
    }
    let behind = payload.iter().copied().skip(1).chain([0]);
    let ends = |(byte, next): (&u8, u8)| if *byte == b'\r' && next != b'\n' { b'\n' } else { *byte };
    Cow::Owned(payload.iter().zip(behind).map(ends).collect())
}

fn list(value: &str, flags: &mut Flags, steps: &mut u64) -> Vec<Party> {
    let list = parties::read(value);
    flags.raise(list.is_cut, "truncated");
    *steps += list.steps;
    list.parties
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(raw: &str) -> Mail {
        read(raw.as_bytes()).expect("it is a mail")
    }

    /// mail-E49: 120 levels, 2,000 parts, 200 KB of header: read within the limits, and told.
    #[test]
    fn deep_and_wide_mails_are_cut() {
        let level = |number| format!("Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n");
        let deep: String = (0..120).map(level).collect();
        assert!(mail(&format!("From: a@x\n{deep}\n\nx\n")).flags.0.contains(&"truncated".to_owned()));
        let wide = "--b\nContent-Type: image/png\n\nx\n".repeat(2_000);
        let wide = mail(&format!("From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n{wide}--b--\n"));
        assert!(wide.flags.0.contains(&"truncated".to_owned()));
        assert_eq!(wide.files.len(), crate::wire::limits::ATTACHMENTS_MAX);
        let long = mail(&format!("From: a@x\nX-Junk: {}\nSubject: Hi\n\nbody\n", "j ".repeat(100_000)));
        assert_eq!((long.subject.as_deref(), long.text.as_str()), (Some("Hi"), "body"));
    }

    /// What doubles in size takes at most about twice the steps, whatever is repeated.
    #[test]
    fn the_work_grows_with_the_mail_and_not_with_its_square() {
        let kinds: [fn(usize) -> String; 6] = [
            |times| format!("From: {}\n\nx\n", "a@x, ".repeat(times)),
            |times| format!("From: a@x\nSubject: {}\n\nx\n", "=?utf-8?Q?a ".repeat(times)),
            |times| {
                format!("From: a@x\nContent-Type: text/plain; format=flowed\n\n{}", ">>> a \n".repeat(times))
            },
            |times| {
                format!(
                    "From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n{}",
                    "--b\n\nx\n".repeat(times)
                )
            },
            |times| format!("From: a@x\nContent-Transfer-Encoding: base64\n\n{}", "QUJD\n".repeat(times)),
            |times| {
                let level =
                    |number| format!("Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n");
                let levels: String = (0..20).map(level).collect();
                format!("From: a@x\n{levels}\n{}", "line\n".repeat(times))
            },
        ];
        for (place, kind) in kinds.iter().enumerate() {
            let (small, large) = (mail(&kind(2_000)).steps, mail(&kind(4_000)).steps);
            assert!(large <= small * 5 / 2, "{place}: {small} and {large}");
        }
    }
}
