//! Mail as canonical messages (field page channels 5.2): what `normalize` shows of it, without a site's keys. The same
//! judgement as in [`super::email`], so what is shown is what the engine would be told.

use crate::domain::{Channel, FileKind, Party, Source, Timestamp};

use super::canonical::Fault;
use super::canonical::mail::{MailEnvelope, MailFacts, MailRecipient};
use super::canonical::message::{Address, AddressKind, CanonicalFile, CanonicalMessage, Delivery, Kind};
use super::mail::MailFile;
use super::mail::addressing::Envelope;
use super::mail::letter::{Effect, Letter};
use super::time::InstantText;

/// A mail as it was handed over.
#[derive(Clone, Copy, Debug)]
pub struct MailInput<'a> {
    /// Its bytes.
    pub raw: &'a [u8],
    /// The envelope sender; empty or `<>` is the null sender.
    pub mail_from: Option<&'a str>,
    /// The envelope recipients.
    pub rcpt_to: &'a [&'a str],
    /// When we got it.
    pub received_at: Timestamp,
}

/// What a mail says that came by `source`, one of `sources`: the mail, and one status a recipient of what it reports.
pub fn canonical_mail(
    input: &MailInput<'_>,
    source: &Source,
    sources: &[&Source],
) -> Result<Vec<CanonicalMessage>, Fault> {
    let envelope = Envelope { mail_from: input.mail_from, rcpt_to: input.rcpt_to };
    let letter = Letter::of_raw(input.raw, envelope, (source, sources), input.received_at)?;
    let effect = letter.effect(letter.report_of().is_some());
    let whole = message(&letter, input);
    let told = letter.report.iter().flat_map(|report| &report.recipients);
    let statuses = told.map(|told| status(&whole, told));
    Ok(match effect {
        Effect::Message => vec![whole],
        Effect::Report => statuses.collect(),
        Effect::Nothing => Vec::new(),
    })
}

fn message(letter: &Letter, input: &MailInput<'_>) -> CanonicalMessage {
    let mail = &letter.mail;
    CanonicalMessage {
        channel: Some(Channel::Email),
        provider: Some("smtp".to_owned()),
        account: Some(letter.addressing.to.to_string()),
        kind: Kind::Message,
        message_id: Some(letter.message_id.clone()),
        in_reply_to: mail.in_reply_to.first().cloned(),
        references: mail.references.clone(),
        from: Some(address(&letter.from)),
        to: mail.to.iter().map(address).collect(),
        cc: mail.cc.iter().map(address).collect(),
        reply_to: mail.reply_to.iter().map(address).collect(),
        sent_at: letter.sent_at.map(InstantText),
        received_at: Some(InstantText(input.received_at)),
        subject: mail.subject.clone(),
        base_subject: Some(letter.subject.base.clone()).filter(|base| !base.is_empty()),
        text: Some(letter.said.text.clone()),
        text_stripped: letter.said.text_stripped.clone(),
        html_clean: letter.said.html_clean.clone(),
        html: mail.html.clone(),
        attachments: mail.files.iter().map(file).collect(),
        class: Some(letter.verdict.class),
        email: Some(facts(letter, input)),
        flags: letter.flags.0.clone(),
        ..CanonicalMessage::default()
    }
}

fn facts(letter: &Letter, input: &MailInput<'_>) -> MailFacts {
    let envelope = MailEnvelope {
        mail_from: input.mail_from.map(str::to_owned),
        rcpt_to: input.rcpt_to.iter().map(|rcpt| (*rcpt).to_owned()).collect(),
    };
    let is_given = envelope.mail_from.is_some() || !envelope.rcpt_to.is_empty();
    MailFacts {
        mailboxes: letter.addressing.mailboxes.iter().map(ToString::to_string).collect(),
        tag: letter.addressing.tag.clone(),
        may_auto_reply: letter.verdict.may_auto_reply,
        opens_conversation: letter.opens,
        is_reply: letter.subject.is_reply,
        is_forward: letter.subject.is_forward,
        calendar: letter.calendar.as_ref().map(|method| method.0.clone()),
        report_of: letter.report_of(),
        recipients: letter.report.as_ref().map(|report| report.recipients.clone()).unwrap_or_default(),
        dmarc: letter.vouched.map(|vouched| vouched.as_str().to_owned()),
        envelope: is_given.then_some(envelope),
        ..MailFacts::default()
    }
}

/// What a report says of one recipient.
fn status(whole: &CanonicalMessage, told: &MailRecipient) -> CanonicalMessage {
    let code = [&told.status, &told.smtp_code, &told.reason].into_iter().flatten().next();
    let delivery = Delivery {
        state: told.state,
        word: told.reason.clone(),
        error_code: code.cloned(),
        recipient: Some(told.address.clone()),
    };
    CanonicalMessage {
        channel: whole.channel,
        provider: whole.provider.clone(),
        account: whole.account.clone(),
        kind: Kind::Status,
        event_id: whole.message_id.clone(),
        target_id: whole.email.as_ref().and_then(|email| email.report_of.clone()),
        sent_at: whole.sent_at,
        received_at: whole.received_at,
        delivery: Some(delivery),
        class: whole.class,
        ..CanonicalMessage::default()
    }
}

fn address(party: &Party) -> Address {
    Address {
        kind: Some(AddressKind::Email),
        id: party.address.clone(),
        name: party.name.clone(),
        ..Address::default()
    }
}

fn file(file: &MailFile) -> CanonicalFile {
    CanonicalFile {
        filename: file.filename.clone(),
        original_filename: file.original_filename.clone(),
        content_type: file.content_type.clone(),
        size: Some(file.size),
        content_id: file.content_id.clone(),
        inline: file.inline,
        kind: Some(FileKind::of_file(file.content_type.as_deref(), file.filename.as_deref())),
        ..CanonicalFile::default()
    }
}
