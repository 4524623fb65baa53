//! Mail, from what it says to what the engine is told: who was meant, who wrote, which thread it names
//! (field page channels 1.2 to 1.5).
//!
//! The scope of a parent key is not known here: whether an id is one that we issued or one that a customer
//! sent stands with the key in the engine's state. Keys are looked up by their digest alone, so parents
//! bear [`ThreadScope::Theirs`], the narrower of the two.

use std::sync::Arc;

use mail_parser::MessageParser;
use mail_parser::decoders::html::html_to_text;

use crate::domain::{
    Attachment, Channel, Content, ConversationId, Digest, InboundMessage, MessageClass, Party, Source,
};

use super::address::{self, canonical_mail};
use super::decoder::{DecodeError, Input, Tokens, endpoint};
use super::digest::{Keys, TOKEN_PREFIX};
use super::limits::{CONTACT_BYTES_MAX, RECIPIENTS_MAX, TEXT_BYTES_MAX};
use super::mail::headers::addresses;
use super::mail::thread::{others, thread};
use super::mail::{Flags, Mail, MailFile, read};
use super::text;

/// Fields that say to whom a mail was delivered, besides To and Cc.
const DELIVERY_FIELDS: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];

/// The message of a payload.
pub(crate) fn decode(
    input: &Input<'_>,
    source: &Source,
    (keys, tokens): (&Keys, &Tokens),
    parser: &MessageParser,
) -> Result<InboundMessage, DecodeError> {
    let fault = |(code, reason): (&'static str, &str)| DecodeError::new(code, reason, Some(Channel::Email));
    let mail = read::read(input.payload, parser).map_err(fault)?;
    let mut flags = mail.flags.clone();
    let from = sender(&mail, input, &mut flags);
    let from =
        from.ok_or_else(|| fault(("no_sender", "neither its fields nor its envelope name a sender")))?;
    let recipients = Recipients::read(&mail, input);
    let token = recipients.token(keys, tokens, &mut flags);
    let body = keys.body(&mail.body);
    let external_id = match &mail.message_id {
        Some(id) => id.clone(),
        None => synthetic_id(keys, &mail, &from, body, &mut flags),
    };
    let sent_at = mail.date.and_then(|date| text::believed(date, input.stored_at));
    flags.raise(sent_at.is_none() && mail.fields.first("date").is_some(), "sent_at_ignored");
    let class = class(&mail, input.mail_from, &from);
    let content = Content {
        to: recipients.parties,
        subject: mail.subject.clone(),
        text: body_text(&mail, &mut flags),
        attachments: mail.files.iter().map(attachment).collect(),
        external_id: Some(external_id.clone()),
        reply_to: reply_to(&mail, &from),
        references: mail.references.clone(),
        flags: flags.0,
        from,
        ..Content::default()
    };
    let sender = address::contact(keys, source, &content.from.address);
    let is_ours = |address: &str| {
        source.addresses.iter().any(|ours| canonical_mail(ours) == address) || token_of(address).is_some()
    };
    let (thread, own_also) = thread(keys, std::iter::once(&source.name), &mail, token);
    Ok(InboundMessage {
        thread,
        own_also,
        others: others(keys, &mail, sender, is_ours),
        class,
        opens: class.may_open(),
        language: input.language.and_then(text::language).map(Into::into),
        sent_at,
        ..InboundMessage::new(
            Channel::Email,
            source.name.clone(),
            endpoint(source, recipients.meant.iter().map(|to| canonical_mail(to)), canonical_mail),
            sender,
            // Without the source: one mail to two of our mailboxes is one message.
            keys.dedupe(&["email", &external_id, &body.to_string()]),
            input.stored_at,
            Arc::new(content),
        )
    })
}

/// To whom a mail went.
struct Recipients {
    /// Those that decide which mailbox of ours was meant, the most telling first.
    meant: Vec<String>,
    /// Every one that is named anywhere: any of them may bear a reply token.
    all: Vec<String>,
    /// To and Cc, to be shown.
    parties: Vec<Party>,
}

impl Recipients {
    fn read(mail: &Mail, input: &Input<'_>) -> Recipients {
        let parties: Vec<Party> = mail.to.iter().chain(&mail.cc).take(RECIPIENTS_MAX).cloned().collect();
        let envelope = input.rcpt_to.iter().flat_map(|rcpt| addresses(rcpt)).map(str::to_owned);
        let envelope: Vec<String> = envelope.collect();
        let delivered = DELIVERY_FIELDS.iter().flat_map(|name| mail.fields.all(name)).flat_map(addresses);
        let delivered: Vec<String> = delivered.take(RECIPIENTS_MAX).map(str::to_owned).collect();
        let shown: Vec<String> = parties.iter().map(|party| party.address.clone()).collect();
        let meant = [&envelope, &delivered, &shown].into_iter().find(|list| !list.is_empty());
        let meant = match meant {
            // A forwarding mailbox may be delivered to under a name that is not ours; then To tells.
            Some(list) => [list.as_slice(), &shown].concat(),
            None => Vec::new(),
        };
        Recipients { meant, all: [envelope, delivered, shown].concat(), parties }
    }

    fn token(&self, keys: &Keys, resolver: &Tokens, flags: &mut Flags) -> Option<ConversationId> {
        let tokens = self.all.iter().filter_map(|address| token_of(address));
        let mut verified = tokens.map(|token| resolver.resolve(keys, token));
        let mut found = verified.next()?;
        for other in verified {
            found = found.or(other);
        }
        flags.raise(found.is_none(), "unknown_token");
        found
    }
}

/// The token of `support+c-token@x` or `c-token@x`, unverified.
fn token_of(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    let tag = local.rsplit('+').next().unwrap_or(local).trim_matches('"');
    let prefix = tag.get(..TOKEN_PREFIX.len())?;
    prefix.eq_ignore_ascii_case(TOKEN_PREFIX).then_some(tag)
}

/// The first From, else Sender, else the envelope sender.
fn sender(mail: &Mail, input: &Input<'_>, flags: &mut Flags) -> Option<Party> {
    if let Some(party) = mail.from.first() {
        return Some(party.clone());
    }
    flags.raise(true, "from_missing");
    let envelope = || addresses(input.mail_from.unwrap_or_default()).next().map(bare_party);
    let returned =
        || mail.fields.first("return-path").and_then(|path| addresses(path).next()).map(bare_party);
    mail.sender.clone().or_else(envelope).or_else(returned)
}

/// Where answers go, unless that is the sender himself.
fn reply_to(mail: &Mail, from: &Party) -> Option<Party> {
    let wished = mail.reply_to.first()?;
    (canonical_mail(&wished.address) != canonical_mail(&from.address)).then(|| wished.clone())
}

fn bare_party(address: &str) -> Party {
    Party { address: text::line(address, CONTACT_BYTES_MAX), name: None }
}

fn synthetic_id(keys: &Keys, mail: &Mail, from: &Party, body: Digest, flags: &mut Flags) -> String {
    flags.raise(true, "message_id_missing");
    let field = |name| mail.fields.first(name).unwrap_or_default();
    let parts = ["synthetic", &from.address, field("date"), field("subject"), &body.to_string()];
    format!("{}@synthetic", keys.dedupe(&parts))
}

/// The text, or where it is blank the HTML as text.
fn body_text(mail: &Mail, flags: &mut Flags) -> String {
    if !mail.text.trim().is_empty() {
        return mail.text.clone();
    }
    let html = mail.html.as_deref().map(html_to_text).unwrap_or_default();
    let mut body = text::lines(&html).trim_end().to_owned();
    flags.raise(text::cut(&mut body, TEXT_BYTES_MAX), "truncated");
    body
}

fn attachment(file: &MailFile) -> Attachment {
    Attachment {
        filename: file.filename.clone(),
        content_type: file.content_type.clone(),
        size: Some(file.size),
        content_id: file.content_id.clone(),
        ..Attachment::default()
    }
}

/// Who wrote a mail, by the fields that robots set (RFC 3834 and its forerunners).
fn class(mail: &Mail, mail_from: Option<&str>, from: &Party) -> MessageClass {
    let auto = mail.fields.word("auto-submitted");
    let null = |sender: &str| sender.trim().trim_matches(['<', '>']).trim().is_empty();
    let null_sender = mail_from.or_else(|| mail.fields.first("return-path")).is_some_and(null);
    let local = from.address.split('@').next().unwrap_or_default();
    let report = mail.media.kind == "multipart/report";
    let answers = auto.as_deref() == Some("auto-replied")
        || mail.fields.first("x-autoreply").is_some_and(|value| !value.eq_ignore_ascii_case("no"))
        || mail.fields.first("x-autorespond").is_some()
        || mail.fields.word("precedence").as_deref() == Some("auto_reply")
        || mail.fields.word("x-mailer").as_deref() == Some("vacation")
        || answers_an_invitation(mail);
    let nobody = null_sender || local.eq_ignore_ascii_case("mailer-daemon");
    let machine = auto.is_some_and(|auto| auto != "no" && auto != "auto-replied");
    match (report, answers, nobody, machine) {
        (true, ..) => MessageClass::Bounce,
        (_, true, ..) => MessageClass::AutoReply,
        (_, _, true, _) => MessageClass::Bounce,
        (_, _, _, true) => MessageClass::Automated,
        _ => MessageClass::Human,
    }
}

/// A calendar's answer or cancellation (RFC 5546): an event of its thread, nothing that waits for a person.
fn answers_an_invitation(mail: &Mail) -> bool {
    mail.parts.iter().any(|part| {
        let method = part.media.parameter("method").unwrap_or_default();
        part.media.kind == "text/calendar"
            && ["reply", "cancel"].iter().any(|word| method.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_behind_the_last_plus_or_alone() {
        assert_eq!(token_of("support+vip+C-ABC@x"), Some("C-ABC"));
        assert_eq!(token_of("c-abc@reply.x"), Some("c-abc"));
        assert_eq!(token_of("support+vip@x"), None);
        assert_eq!(token_of("ł@x"), None);
    }
}
