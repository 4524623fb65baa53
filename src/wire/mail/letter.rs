//! One mail as the source sees it that it came by: what it says, judged, and still without digests. What the engine is told
//! and what a person is shown of a mail are both made of this.

use crate::domain::{Channel, MessageClass, Party, Source, Timestamp};
use crate::wire::address::canonical_mail;
use crate::wire::canonical::Fault;
use crate::wire::limits::TEXT_BYTES_MAX;
use crate::wire::text;

use super::addressing::{self, Addressing, Envelope};
use super::auth::{self, Vouched};
use super::calendar::{self, Method};
use super::class::{self, Facts, Verdict};
use super::report::Report;
use super::said::{self, Said};
use super::subject::{self, Subject};
use super::{Flags, Mail, MailFile, ids, read};

/// What stands for a text that only its recipient can read.
const ENCRYPTED: &str = "(encrypted message)";
/// How a server is called that does not say its name.
const SERVER: &str = "MAILER-DAEMON";
/// How anybody else is called who does not.
const NOBODY: &str = "unknown-sender";

/// One mail, judged.
#[derive(Debug)]
pub(crate) struct Letter {
    pub mail: Mail,
    /// Its Message-ID, else one of our making that is the same whenever it is delivered.
    pub message_id: String,
    /// Who wrote it; a server without a name is `MAILER-DAEMON`, anybody else without one `unknown-sender`.
    pub from: Party,
    /// Nothing tells who wrote it, so that it cannot be answered and nobody is known by it.
    pub is_from_nobody: bool,
    pub addressing: Addressing,
    pub verdict: Verdict,
    /// It may open a conversation at its source.
    pub opens: bool,
    /// What our own server says of the sender.
    pub vouched: Option<Vouched>,
    /// Its sender may not be who he says.
    pub is_suspect: bool,
    /// The method of its calendar.
    pub calendar: Option<Method>,
    /// What it tells of mail of ours.
    pub report: Option<Report>,
    /// All of its text, what of it is new, and its HTML, cleaned.
    pub said: Said,
    /// What its subject says.
    pub subject: Subject,
    /// When its writer sent it, as far as that is believed.
    pub sent_at: Option<Timestamp>,
    /// Oddities, one word each, each once.
    pub flags: Flags,
}

/// What came of it: something to tell of, besides or in the place of the mail itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It is said to us.
    Message,
    /// It is a report and nothing else: nobody has to read it.
    Report,
    /// Neither.
    Nothing,
}

impl Letter {
    /// Reads and judges a mail where nothing tells whether an id is one of ours.
    pub fn of_raw(
        raw: &[u8],
        envelope: Envelope<'_>,
        sources: (&Source, &[&Source]),
        received_at: Timestamp,
    ) -> Result<Letter, Fault> {
        let mail = read::read(raw)?;
        Ok(Letter::read(mail, envelope, sources, &|_| false, received_at))
    }

    /// Judges a mail. What does not say who wrote it is taken in, flagged.
    pub fn read(
        mail: Mail,
        envelope: Envelope<'_>,
        (source, sources): (&Source, &[&Source]),
        issued: &dyn Fn(&str) -> bool,
        received_at: Timestamp,
    ) -> Letter {
        let mut flags = mail.flags.clone();
        let ours: Vec<String> = sources
            .iter()
            .filter(|known| known.channel == Channel::Email)
            .flat_map(|known| known.addresses.iter().map(|address| canonical_mail(address)))
            .collect();
        let addressing = Addressing::of(&mail, envelope, source, sources);
        let from = addressing::sender(&mail, envelope, source, &ours, &mut flags);
        let from_address = from.as_ref().map(|from| from.address.as_str());
        let facts = Facts { mail_from: envelope.mail_from, from: from_address, ours: &ours, issued };
        let verdict = Verdict::of(&mail, &facts);
        let is_from_nobody = from.is_none() && !is_of_servers(verdict.class);
        let unknown = if is_from_nobody { NOBODY } else { SERVER };
        let from = from.unwrap_or_else(|| Party { address: unknown.to_owned(), name: None });
        flags.raise(is_from_nobody, "no_reply");
        flags.raise(mail.message_id.is_none(), "message_id_missing");
        let vouched = auth::vouched(&mail, &source.mail.authserv_ids);
        let shows_another = auth::shows_another(&from);
        flags
            .raise(vouched != Some(Vouched::Pass) && !source.mail.authserv_ids.is_empty(), "unauthenticated");
        flags.raise(shows_another, "display_name_is_address");
        flags.raise(addressing.is_bcc && verdict.class != MessageClass::List, "bcc");
        flags.raise(class::is_lost(&mail), "many_hops");
        let subject = subject::read(mail.subject.as_deref().unwrap_or_default(), &source.mail.languages);
        let said = shown(&mail, subject.is_forward, &mut flags);
        let sent_at = mail.date.and_then(|date| text::believed(date, received_at));
        flags.raise(sent_at.is_none() && mail.fields.first("date").is_some(), "sent_at_ignored");
        Letter {
            message_id: mail.message_id.clone().unwrap_or_else(|| ids::synthetic(&mail, &from.address)),
            is_from_nobody,
            opens: verdict.opens(&mail, &source.mail),
            is_suspect: vouched == Some(Vouched::Fail) || shows_another,
            calendar: calendar::method(&mail),
            report: report(&mail, verdict.class, &ours, &addressing),
            addressing,
            verdict,
            vouched,
            said,
            subject,
            sent_at,
            flags,
            from,
            mail,
        }
    }

    /// Of which mail of ours it tells: a Message-ID, else the number or token of its return address.
    pub fn report_of(&self) -> Option<String> {
        let report = self.report.as_ref()?;
        let numbered = self.addressing.verp.as_ref().and_then(|verp| verp.mail.clone());
        let token = || self.addressing.tokens.first().map(|token| token.to_ascii_lowercase());
        report.original_id.clone().or(numbered).or_else(token)
    }

    /// What is to be made of it, if there is something of ours that it can be about.
    pub fn effect(&self, is_tied: bool) -> Effect {
        let mut told = self.report.iter().flat_map(|report| &report.recipients);
        let reports = is_tied && told.next().is_some();
        match self.verdict.class {
            MessageClass::Bounce | MessageClass::ReadReceipt if reports => Effect::Report,
            MessageClass::ReadReceipt => Effect::Nothing,
            _ => Effect::Message,
        }
    }
}

/// Only servers write without saying who they are.
fn is_of_servers(class: MessageClass) -> bool {
    matches!(class, MessageClass::Bounce | MessageClass::ReadReceipt | MessageClass::Complaint)
}

/// What a report tells; where it does not say for whom, its return address may.
fn report(mail: &Mail, class: MessageClass, ours: &[String], addressing: &Addressing) -> Option<Report> {
    let mut report = Report::of(mail, class, ours)?;
    if let Some(verp) = &addressing.verp
        && report.recipients.iter().all(|told| told.is_guess)
        && class == MessageClass::Bounce
    {
        report.narrow_to(mail, &verp.recipient);
    }
    Some(report)
}

/// The text that is shown of a mail that forwards nothing.
pub(crate) fn shown_text(mail: &Mail, flags: &mut Flags) -> String {
    shown(mail, false, flags).text
}

/// What a mail says, with what an invitation says, and with a word in the place of what is encrypted.
fn shown(mail: &Mail, is_forward: bool, flags: &mut Flags) -> Said {
    let said = said::said(&mail.text, mail.html.as_deref(), is_forward);
    let mut body = calendar::shown(mail, said.text);
    let encrypted = is_encrypted(mail);
    flags.raise(encrypted, "encrypted");
    let hides = body.trim().is_empty() && flags.0.iter().any(|flag| flag == "encrypted");
    let is_cut = text::cut(&mut body, TEXT_BYTES_MAX) || said.is_truncated;
    flags.raise(is_cut, "truncated");
    // What stands for a text is shown in its place and is not the text.
    let text_stripped = if hides { Some(ENCRYPTED.to_owned()) } else { said.text_stripped };
    Said { text: body, text_stripped, ..said }
}

/// PGP/MIME or S/MIME that hides the text; what is only signed is readable.
fn is_encrypted(mail: &Mail) -> bool {
    let hides = |kind: Option<&str>| kind.is_none_or(|kind| !kind.to_ascii_lowercase().starts_with("signed"));
    match mail.media.kind.as_str() {
        "multipart/encrypted" => true,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => hides(mail.media.parameter("smime-type")),
        _ => {
            let armoured = mail.text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----");
            armoured || mail.files.iter().any(is_pgp_version)
        }
    }
}

fn is_pgp_version(file: &MailFile) -> bool {
    file.content_type.as_deref() == Some("application/pgp-encrypted")
}
