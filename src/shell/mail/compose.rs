//! From a draft of plain values to a mail as a relay takes it. Pure: the same draft is the same bytes, so a mail
//! that is sent again is the same mail.
//!
//! Nothing of a draft can add a header or a recipient: lines are made one line, ids that are no ids are left
//! out, and an address that does not parse is a fault that no repeating mends.

use std::time::{Duration, SystemTime};

use lettre::address::{Address, Envelope};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart, header};

use crate::domain::{Party, Timestamp};

use super::ids::is_id;
use super::subject::{SUBJECT_BYTES_MAX, one_line};

/// The longest display name, in bytes.
const NAME_BYTES_MAX: usize = 256;
/// The end of the last day that a Date can name, in seconds: 9999-12-31.
const DATE_SECONDS_MAX: u64 = 253_402_300_799;

/// What a mail is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Whom it is from; our mailbox.
    pub from: Party,
    /// Whom it is for, at least one.
    pub to: Vec<Party>,
    /// Who reads along.
    pub cc: Vec<Party>,
    /// Where answers go, and what cannot be delivered.
    pub reply_to: Option<Party>,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Its id without brackets, the same at every attempt.
    pub message_id: String,
    /// The id of the mail that it answers, without brackets.
    pub in_reply_to: Option<String>,
    /// The thread, the oldest first, without brackets; see [`super::ids::thread`].
    pub references: Vec<String>,
    /// Whether a person wrote it.
    pub auto: Auto,
    /// When it was written.
    pub date: Timestamp,
}

/// Who wrote a mail, as RFC 3834 tells it to other robots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auto {
    /// A person.
    #[default]
    No,
    /// We, by ourselves.
    Generated,
    /// We, in answer to a mail.
    Replied,
}

/// A mail ready to be sent.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Who is told of a bounce, and for whom it is.
    pub envelope: Envelope,
    /// Headers and body, lines ended by CR LF.
    pub bytes: Vec<u8>,
}

impl Mail {
    /// Whether a relay must know SMTPUTF8 for it. Bodies are always encoded to ASCII, so it is addresses alone
    /// that ask for it.
    pub fn needs_utf8(&self) -> bool {
        !self.bytes.is_ascii()
    }
}

/// Why a draft cannot become a mail. No address is repeated here: this goes into facts and logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeFault {
    /// An address is none.
    #[error("the address of `{field}` is no mail address: {reason}")]
    Address { field: &'static str, reason: String },
    /// There is nobody to send it to.
    #[error("the mail has no recipient")]
    NoRecipient,
    /// The library refuses it.
    #[error("the mail cannot be written: {0}")]
    Mime(String),
}

/// The header that tells robots not to answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted(&'static str);

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<AutoSubmitted, Box<dyn std::error::Error + Send + Sync>> {
        Err("it is only written".into())
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(AutoSubmitted::name(), self.0.to_owned())
    }
}

/// Whether a party can be written to.
pub fn check(field: &'static str, party: &Party) -> Result<(), ComposeFault> {
    mailbox(field, party).map(|_| ())
}

/// The mail of a draft.
pub fn compose(draft: &Draft) -> Result<Mail, ComposeFault> {
    let from = mailbox("from", &draft.from)?;
    let to = mailboxes("to", &draft.to)?;
    let cc = mailboxes("cc", &draft.cc)?;
    let reply_to = draft.reply_to.as_ref().map(|party| mailbox("reply_to", party)).transpose()?;
    // A bounce goes where an answer would, so that it finds the conversation (field page channels, mail-E40).
    let sender = reply_to.as_ref().unwrap_or(&from).email.clone();
    let envelope = envelope(sender, &to, &cc)?;
    let mut builder = lettre::Message::builder()
        .envelope(envelope.clone())
        .date(date(draft.date))
        .from(from)
        .header(header::To::from(Mailboxes::from_iter(to)));
    if !cc.is_empty() {
        builder = builder.header(header::Cc::from(Mailboxes::from_iter(cc)));
    }
    if let Some(reply_to) = reply_to {
        builder = builder.reply_to(reply_to);
    }
    builder = builder.subject(one_line(&draft.subject, SUBJECT_BYTES_MAX)).message_id(Some(own_id(draft)?));
    if let Some(id) = draft.in_reply_to.as_ref().filter(|id| is_id(id)) {
        builder = builder.in_reply_to(format!("<{id}>"));
    }
    let references: Vec<String> =
        draft.references.iter().filter(|id| is_id(id)).map(|id| format!("<{id}>")).collect();
    if !references.is_empty() {
        builder = builder.references(references.join(" "));
    }
    builder = match draft.auto {
        Auto::No => builder,
        Auto::Generated => builder.header(AutoSubmitted("auto-generated")),
        Auto::Replied => builder.header(AutoSubmitted("auto-replied")),
    };
    let text = SinglePart::plain(without_nul(&draft.text));
    let built = match &draft.html {
        None => builder.singlepart(text),
        Some(html) => {
            let both = MultiPart::alternative().boundary(boundary(&draft.message_id));
            builder.multipart(both.singlepart(text).singlepart(SinglePart::html(without_nul(html))))
        }
    };
    let message = built.map_err(|fault| ComposeFault::Mime(fault.to_string()))?;
    Ok(Mail { envelope, bytes: message.formatted() })
}

fn own_id(draft: &Draft) -> Result<String, ComposeFault> {
    match is_id(&draft.message_id) {
        true => Ok(format!("<{}>", draft.message_id)),
        false => Err(ComposeFault::Mime("its Message-ID is none".to_owned())),
    }
}

fn envelope(sender: Address, to: &[Mailbox], cc: &[Mailbox]) -> Result<Envelope, ComposeFault> {
    let mut recipients: Vec<Address> = Vec::new();
    for mailbox in to.iter().chain(cc) {
        if !recipients.contains(&mailbox.email) {
            recipients.push(mailbox.email.clone());
        }
    }
    Envelope::new(Some(sender), recipients).map_err(|_| ComposeFault::NoRecipient)
}

fn mailboxes(field: &'static str, parties: &[Party]) -> Result<Vec<Mailbox>, ComposeFault> {
    parties.iter().map(|party| mailbox(field, party)).collect()
}

/// Whom a header names. A domain in other letters is written as its A-label, which every relay takes.
fn mailbox(field: &'static str, party: &Party) -> Result<Mailbox, ComposeFault> {
    let refuse = |reason: &str| ComposeFault::Address { field, reason: reason.to_owned() };
    let address = party.address.trim();
    // The library lets quoted local parts hold what would end a command.
    if address.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        return Err(refuse("it has a space or a control character"));
    }
    let (local, domain) = address.rsplit_once('@').ok_or_else(|| refuse("it has no `@`"))?;
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        idna::domain_to_ascii(domain).map_err(|_| refuse("its domain cannot be written in ASCII"))?
    };
    let email = Address::new(local, &domain).map_err(|fault| refuse(&fault.to_string()))?;
    let name = party.name.as_deref().map(|name| one_line(name, NAME_BYTES_MAX));
    Ok(Mailbox::new(name.filter(|name| !name.is_empty()), email))
}

fn date(at: Timestamp) -> SystemTime {
    let seconds = u64::try_from(at.0 / 1_000).unwrap_or(0).min(DATE_SECONDS_MAX);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A NUL ends the mail for some programs, and no text needs one.
fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// What parts the bodies: of the mail's own id, so that the same mail has the same bytes.
fn boundary(message_id: &str) -> String {
    let letters: String = message_id.chars().filter(char::is_ascii_alphanumeric).take(50).collect();
    format!("=_{letters}")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::shell::mail::ids::thread;

    fn party(address: &str, name: &str) -> Party {
        Party { address: address.to_owned(), name: Some(name.to_owned()) }
    }

    fn draft() -> Draft {
        Draft {
            from: party("help@example.org", "Help Desk"),
            to: vec![party("jo@example.net", "Jo")],
            subject: "Re: Hello".to_owned(),
            text: "First.\n.\nLast.".to_owned(),
            message_id: "c-abc.def@example.org".to_owned(),
            date: Timestamp(1_772_366_400_000),
            ..Draft::default()
        }
    }

    fn text(draft: &Draft) -> String {
        String::from_utf8(compose(draft).expect("it can be written").bytes).expect("it is text")
    }

    /// The header block, unfolded.
    fn header(draft: &Draft) -> String {
        let whole = text(draft);
        let (head, _) = whole.split_once("\r\n\r\n").expect("a mail has a head");
        head.replace("\r\n ", " ").replace("\r\n\t", " ")
    }

    fn has_line(draft: &Draft, line: &str) {
        let header = header(draft);
        assert!(header.split("\r\n").any(|found| found == line), "{line}\n{header}");
    }

    #[test]
    fn a_reply_has_what_a_mail_program_needs() {
        let draft = Draft {
            reply_to: Some(party("help+c-abc@example.org", "Help Desk")),
            in_reply_to: Some("1@example.net".to_owned()),
            references: thread(&["0@example.net".to_owned()], Some("1@example.net")),
            ..draft()
        };
        let wanted = expect![[r#"
            Date: Sun, 01 Mar 2026 12:00:00 +0000
            From: "Help Desk" <help@example.org>
            To: Jo <jo@example.net>
            Reply-To: "Help Desk" <help+c-abc@example.org>
            Subject: Re: Hello
            Message-ID: <c-abc.def@example.org>
            In-Reply-To: <1@example.net>
            References: <0@example.net> <1@example.net>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            First.
            .
            Last.
        "#]];
        wanted.assert_eq(&text(&draft).replace("\r\n", "\n"));
        let envelope = compose(&draft).expect("it can be written").envelope;
        assert_eq!(envelope.from().map(ToString::to_string).as_deref(), Some("help+c-abc@example.org"));
        assert!(!text(&draft).replace("\r\n", "").contains(['\r', '\n']), "every line ends by CR LF");
    }

    #[test]
    fn robots_are_told_who_wrote() {
        assert!(!header(&draft()).contains("Auto-Submitted"));
        has_line(&Draft { auto: Auto::Generated, ..draft() }, "Auto-Submitted: auto-generated");
        has_line(&Draft { auto: Auto::Replied, ..draft() }, "Auto-Submitted: auto-replied");
        assert!(!text(&Draft { auto: Auto::Replied, ..draft() }).contains("Precedence"));
    }

    #[test]
    fn nothing_of_a_draft_adds_a_header_or_a_recipient() {
        let evil = "x\r\nBcc: eve@example.com\r\n\r\nbody\u{2028}\u{85}\0";
        let draft = Draft {
            from: party("help@example.org", evil),
            to: vec![party("jo@example.net", "\"Jo\" <eve@example.com>, ")],
            reply_to: Some(party("help@example.org", evil)),
            subject: evil.to_owned(),
            in_reply_to: Some(evil.to_owned()),
            references: vec!["a>\r\nBcc: eve@example.com".to_owned(), "b@x".to_owned()],
            ..draft()
        };
        let mail = compose(&draft).expect("it can be written");
        let to: Vec<String> = mail.envelope.to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["jo@example.net"]);
        let header = header(&draft);
        let names: Vec<&str> =
            header.split("\r\n").map(|line| line.split(':').next().unwrap_or_default()).collect();
        assert_eq!(
            names,
            [
                "Date",
                "From",
                "To",
                "Reply-To",
                "Subject",
                "Message-ID",
                "References",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding"
            ]
        );
        has_line(&draft, "References: <b@x>");
        has_line(&draft, "Subject: x Bcc: eve@example.com body");
    }

    #[test]
    fn an_address_that_is_none_is_a_fault_and_is_not_repeated() {
        for address in [
            "",
            "jo",
            "@example.net",
            "jo@",
            "jo@exa mple.net",
            "jo@example.net\r\nRCPT TO:<eve@example.com>",
            "<jo@example.net>",
            "jo@example.net, eve@example.com",
            "\"a\rb\"@example.net",
            "jo@-",
            "jo@ex\u{0}a.net",
        ] {
            let draft = Draft { to: vec![Party { address: address.to_owned(), name: None }], ..draft() };
            let fault = compose(&draft).expect_err(address);
            assert!(matches!(fault, ComposeFault::Address { field: "to", .. }), "{address}: {fault}");
            assert!(!fault.to_string().contains("example"), "{fault}");
        }
        assert_eq!(compose(&Draft { to: Vec::new(), ..draft() }).err(), Some(ComposeFault::NoRecipient));
    }

    #[test]
    fn a_local_part_in_other_letters_needs_smtputf8() {
        let draft =
            Draft { to: vec![Party { address: "jó@example.net".to_owned(), name: None }], ..draft() };
        let mail = compose(&draft).expect("it can be written");
        assert!(mail.needs_utf8());
    }

    #[test]
    fn long_ids_are_neither_cut_nor_encoded() {
        let ids: Vec<String> =
            (0..20).map(|number| format!("{number}{}@example.net", "x".repeat(300))).collect();
        let draft = Draft { references: ids.clone(), in_reply_to: Some(ids[19].clone()), ..draft() };
        let named: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
        has_line(&draft, &format!("References: {}", named.join(" ")));
        has_line(&draft, &format!("In-Reply-To: {}", named[19]));
        assert!(text(&draft).split("\r\n").all(|line| line.len() <= 998));
    }

    #[test]
    fn the_same_draft_is_the_same_bytes() {
        let draft = Draft { html: Some("<p>Hello</p>".to_owned()), ..draft() };
        assert_eq!(text(&draft), text(&draft));
        let whole = text(&draft);
        assert!(whole.contains("multipart/alternative"), "{whole}");
        let (plain, html) = (whole.find("text/plain"), whole.find("text/html"));
        assert!(plain.is_some() && plain < html, "the best part stands last: {whole}");
    }

    #[test]
    fn any_instant_can_be_a_date() {
        for at in [i64::MIN, -1, 0, i64::MAX] {
            assert!(compose(&Draft { date: Timestamp(at), ..draft() }).is_ok(), "{at}");
        }
        assert!(compose(&Draft { message_id: "a b".to_owned(), ..draft() }).is_err());
    }
}
