//! Mail that a gateway hands over as canonical JSON: the raw mail in base64, which goes before everything else, or
//! what a gateway read of it (field page channels 5.2). Either becomes a raw mail, so that one way judges all mail.

use data_encoding::BASE64_MIME_PERMISSIVE;

use super::canonical::Fault;
use super::canonical::mail::MailEnvelope;
use super::canonical::message::{Address, CanonicalMessage};
use super::limits::MAIL_BYTES_MAX;
use super::time::format_instant;

/// A mail as it was given.
pub(crate) struct Given {
    pub raw: Vec<u8>,
    pub envelope: MailEnvelope,
}

/// The raw mail of a canonical message.
///
/// # Errors
///
/// Where what should be base64 is none, or the mail is too large.
pub(crate) fn given(message: &CanonicalMessage) -> Result<Given, Fault> {
    let facts = message.email.as_ref();
    let envelope = facts.and_then(|facts| facts.envelope.clone()).unwrap_or_default();
    let raw = match facts.and_then(|facts| facts.raw.as_deref()) {
        Some(raw) => BASE64_MIME_PERMISSIVE
            .decode(raw.as_bytes())
            .map_err(|_| ("bad_member", "`email.raw` is not base64"))?,
        None => written(message),
    };
    if raw.len() > MAIL_BYTES_MAX {
        return Err(("too_large", "the mail has over 35 MiB"));
    }
    Ok(Given { raw, envelope })
}

/// The fields and the text as a mail has them, in UTF-8.
fn written(message: &CanonicalMessage) -> Vec<u8> {
    let mut mail = String::new();
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            mail.extend([name, ": ", &value, "\r\n"]);
        }
    };
    let ids = |ids: &mut dyn Iterator<Item = &String>| {
        let ids: Vec<String> = ids.map(|id| format!("<{}>", one_line(id).trim_matches(['<', '>']))).collect();
        ids.join(" ")
    };
    field("From", addresses(message.from.as_slice()));
    let to = if message.to.is_empty() {
        message.account.clone().unwrap_or_default()
    } else {
        addresses(&message.to)
    };
    field("To", one_line(&to));
    field("Cc", addresses(&message.cc));
    field("Reply-To", addresses(&message.reply_to));
    field("Subject", one_line(message.subject.as_deref().unwrap_or_default()));
    field("Message-ID", ids(&mut message.message_id.iter()));
    field("In-Reply-To", ids(&mut message.in_reply_to.iter()));
    field("References", ids(&mut message.references.iter()));
    field("Date", message.sent_at.map(|at| format_instant(at.0)).unwrap_or_default());
    field("MIME-Version", "1.0".to_owned());
    let (kind, body) = match (&message.text, &message.html) {
        (Some(text), _) if !text.trim().is_empty() => ("plain", text.as_str()),
        (_, Some(html)) => ("html", html.as_str()),
        (text, None) => ("plain", text.as_deref().unwrap_or_default()),
    };
    field("Content-Type", format!("text/{kind}; charset=utf-8"));
    field("Content-Transfer-Encoding", "8bit".to_owned());
    mail.push_str("\r\n");
    mail.push_str(body);
    mail.into_bytes()
}

fn addresses(list: &[Address]) -> String {
    let written = |address: &Address| {
        let id = one_line(&address.id).replace(['<', '>'], "");
        match &address.name {
            Some(name) => format!("\"{}\" <{id}>", one_line(name).replace(['"', '\\'], "")),
            None => format!("<{id}>"),
        }
    };
    list.iter().map(written).collect::<Vec<_>>().join(", ")
}

/// What stands in a field must not begin another one.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_becomes_a_mail_and_no_member_adds_a_field() {
        let message: CanonicalMessage = serde_json::from_str(
            r#"{"message_id":"1@x","from":{"id":"jo@x","name":"Jo \"J\"\r\nBcc: a@x"},"to":"help@y",
                "subject":"Hi\r\nX-Loop: y","in_reply_to":"<0@x>","text":"Hello"}"#,
        )
        .expect("a message");
        let mail = String::from_utf8(given(&message).expect("a mail").raw).expect("text");
        let lines: Vec<&str> = mail.lines().collect();
        assert_eq!(lines.first(), Some(&"From: \"Jo J  Bcc: a@x\" <jo@x>"));
        assert!(lines.contains(&"Subject: Hi  X-Loop: y") && lines.contains(&"In-Reply-To: <0@x>"));
        assert!(mail.ends_with("\r\n\r\nHello"));
    }

    #[test]
    fn the_raw_mail_goes_before_what_was_read() {
        let raw = r#"{"from":"jo@x","text":"other","email":{"raw":"RnJvbTogam9AeA0KDQpIaQ==",
            "envelope":{"mail_from":"","rcpt_to":["help@y"]}}}"#;
        let message: CanonicalMessage = serde_json::from_str(raw).expect("a message");
        let given = given(&message).expect("a mail");
        assert_eq!(given.raw, b"From: jo@x\r\n\r\nHi");
        assert_eq!(given.envelope.rcpt_to, ["help@y"]);
        let wrong = CanonicalMessage {
            email: Some(super::super::canonical::mail::MailFacts {
                raw: Some("%".to_owned()),
                ..Default::default()
            }),
            ..CanonicalMessage::default()
        };
        assert!(super::given(&wrong).is_err());
    }
}
