//! Mail, from what it says to what the engine is told: digests in the place of what is personal, keys of threads, content
//! apart (field page channels 1.2 to 1.5). A bounce or a receipt is told as a report of the mail that it is about.
//!
//! The scope of a parent key is not known here: whether an id is one that we issued or one that a customer
//! sent stands with the key in the engine's state. Keys are looked up by their digest alone, so parents
//! bear [`ThreadScope::Theirs`], the narrower of the two.

use std::sync::Arc;

use crate::domain::{
    Attachment, Change, Channel, Content, ConversationId, Digest, FileKind, InboundMessage, InboundUpdate,
    MessageClass, Party, Source, Thread, ThreadKey,
};

use super::address::{self, canonical_mail};
use super::canonical::Fault;
use super::canonical::mail::MailRecipient;
use super::decoder::{DecodeError, Input, Tokens};
use super::digest::{Keys, TOKEN_PREFIX};
use super::inbound::Inbound;
use super::limits::RECIPIENTS_MAX;
use super::mail::addressing::Envelope;
use super::mail::letter::{Effect, Letter};
use super::mail::{MailFile, read, subject, thread};
use super::report::code_of;
use super::text;

/// What decoding mail needs besides the mail.
pub(crate) struct Site<'a> {
    pub keys: &'a Keys,
    pub tokens: &'a Tokens,
    /// Every way in; a mail may name several mailboxes.
    pub sources: &'a [&'a Source],
}

impl Site<'_> {
    /// Whether an address is one of ours, or of a conversation of ours.
    fn is_ours(&self, address: &str) -> bool {
        let is = |source: &&&Source| source.addresses.iter().any(|ours| canonical_mail(ours) == address);
        let mailboxes = self.sources.iter().filter(|source| source.channel == Channel::Email);
        let local = address.split('@').next().unwrap_or_default();
        mailboxes.clone().any(|source| is(&source)) || local.starts_with(TOKEN_PREFIX)
    }
}

/// What a mail tells that came by `source`, where tokens are not those of a site.
pub(crate) fn decode_mail(
    input: &Input<'_>,
    source: &Source,
    sources: &[&Source],
    keys: &Keys,
    tokens: &Tokens,
) -> Result<Vec<Inbound>, DecodeError> {
    decode(input, source, &Site { keys, tokens, sources })
}

/// What a mail tells.
pub(crate) fn decode(
    input: &Input<'_>,
    source: &Source,
    site: &Site<'_>,
) -> Result<Vec<Inbound>, DecodeError> {
    let fault = |(code, reason): Fault| DecodeError::new(code, reason, Some(Channel::Email));
    let mail = read::read(input.payload).map_err(fault)?;
    let envelope = Envelope { mail_from: input.mail_from, rcpt_to: input.rcpt_to };
    let issued = |id: &str| site.keys.is_issued(id);
    let mut letter = Letter::read(mail, envelope, (source, site.sources), &issued, input.stored_at);
    let resolve = |token: &String| site.tokens.resolve(site.keys, token);
    let token = letter.addressing.tokens.iter().find_map(resolve);
    letter.flags.raise(token.is_none() && !letter.addressing.tokens.is_empty(), "unknown_token");
    let subject_token = letter.addressing.subject_token.as_ref().and_then(resolve);
    let keys = Threads::of(&letter, site.keys, (token, subject_token));
    let is_tied = !keys.reported.is_empty() || keys.thread.token.is_some();
    let effect = letter.effect(is_tied);
    let mut told = Vec::new();
    if effect == Effect::Report {
        told.extend(
            reports(&letter, &keys, input, (source, site.keys))
                .map(|update| Inbound::Update(Box::new(update))),
        );
    }
    if effect == Effect::Message {
        told.push(Inbound::Message(Box::new(message(letter, keys, input, (source, site)))));
    } else if told.is_empty() {
        told.push(Inbound::Ignored("read_receipt"));
    }
    Ok(told)
}

/// What a mail says of threads, in digests.
struct Threads {
    thread: Thread,
    own_also: Vec<ThreadKey>,
    /// The mails of ours that it reports on.
    reported: Vec<Digest>,
}

impl Threads {
    /// An id of somebody else means something at its source only; a mail to several of ours is looked up at each.
    fn of(letter: &Letter, keys: &Keys, tokens: (Option<ConversationId>, Option<ConversationId>)) -> Threads {
        if letter.verdict.class == MessageClass::Loop {
            // Our own words are no answer to us.
            return Threads { thread: Thread::default(), own_also: Vec::new(), reported: Vec::new() };
        }
        let mailboxes = || letter.addressing.mailboxes.iter();
        let original = letter.report.as_ref().and_then(|report| report.original_id.as_deref());
        let at = |id: &str| mailboxes().map(|name| keys.mail_id(name.as_str(), id)).collect();
        let mut reported: Vec<Digest> = original.map(at).unwrap_or_default();
        reported.dedup();
        let (thread, own_also) = thread::thread(keys, mailboxes(), &letter.mail, original, tokens);
        Threads { thread, own_also, reported }
    }
}

/// The mail itself.
fn message(
    letter: Letter,
    threads: Threads,
    input: &Input<'_>,
    (source, site): (&Source, &Site<'_>),
) -> InboundMessage {
    let keys = site.keys;
    let Letter { mail, from, addressing, verdict, said, subject, flags, message_id, .. } = letter;
    let body = keys.body(&mail.body);
    let sender = match letter.is_from_nobody {
        true => keys.nobody(&source.name, &message_id),
        false => address::contact(keys, source, &from.address),
    };
    let others = thread::others(keys, &mail, sender, |address| site.is_ours(address));
    let wished = mail.reply_to.first();
    let content = Content {
        to: mail.to.iter().chain(&mail.cc).take(RECIPIENTS_MAX).cloned().collect(),
        subject: mail.subject,
        text: said.text,
        text_stripped: said.text_stripped,
        html_clean: said.html_clean,
        attachments: mail.files.iter().map(attachment).collect(),
        external_id: Some(message_id.clone()),
        reply_to: wished
            .filter(|wished| canonical_mail(&wished.address) != canonical_mail(&from.address))
            .cloned(),
        references: mail.references,
        flags: flags.0,
        from,
        ..Content::default()
    };
    let mut mailboxes = addressing.mailboxes.into_iter();
    let first = mailboxes.next().unwrap_or_else(|| source.name.clone());
    let subject_key = subject::key(&subject.base).map(|key| keys.thread(&first, "subject", &key));
    InboundMessage {
        subject: subject_key,
        answers_subject: subject.is_reply,
        is_forward: subject.is_forward,
        thread: threads.thread,
        own_also: threads.own_also,
        others,
        class: verdict.class,
        opens: letter.opens,
        also: mailboxes.collect(),
        is_suspect: letter.is_suspect,
        language: input.language.and_then(text::language).map(Into::into),
        sent_at: letter.sent_at,
        ..InboundMessage::new(
            Channel::Email,
            first,
            addressing.to,
            sender,
            // Without the source: one mail to two of our mailboxes is one message.
            keys.dedupe(&["email", &message_id, &body.to_string()]),
            input.stored_at,
            Arc::new(content),
        )
    }
}

/// What a report tells of each recipient of a mail of ours.
fn reports<'a>(
    letter: &'a Letter,
    threads: &'a Threads,
    input: &'a Input<'_>,
    (source, keys): (&'a Source, &'a Keys),
) -> impl Iterator<Item = InboundUpdate> + 'a {
    let recipients = letter.report.iter().flat_map(|report| &report.recipients);
    let contact = |told: &MailRecipient| keys.address(Channel::Email, &canonical_mail(&told.address));
    recipients.map(move |told| {
        let state = format!("{:?}", told.state);
        let party = Party { address: told.address.clone(), name: None };
        InboundUpdate {
            channel: Channel::Email,
            source: letter.addressing.mailboxes.first().unwrap_or(&source.name).clone(),
            to: letter.addressing.to.clone(),
            from: Some(contact(told)),
            token: threads.thread.token,
            threads: threads.thread.parents.clone(),
            targets: threads.reported.clone(),
            watermark: None,
            dedupe: keys.dedupe(&[
                "email-report",
                &letter.message_id,
                &canonical_mail(&told.address),
                &state,
            ]),
            change: Change::Report { state: told.state, code: code(told) },
            sent_at: letter.sent_at,
            received_at: input.stored_at,
            content: Arc::new(Content {
                from: party,
                external_id: letter.mail.message_id.clone(),
                ..Content::default()
            }),
        }
    })
}

/// Why, as its server says: the status, else the reply code, else our word for it.
fn code(told: &MailRecipient) -> Option<String> {
    let words = [&told.status, &told.smtp_code, &told.reason];
    words.into_iter().find_map(|word| code_of(word.as_deref()))
}

fn attachment(file: &MailFile) -> Attachment {
    let flags = [(file.inline, "inline"), (file.original_filename.is_some(), "renamed")];
    Attachment {
        filename: file.filename.clone(),
        content_type: file.content_type.clone(),
        size: Some(file.size),
        content_id: file.content_id.clone(),
        kind: Some(FileKind::of_file(file.content_type.as_deref(), file.filename.as_deref())),
        flags: flags.into_iter().filter(|(raised, _)| *raised).map(|(_, word)| word.to_owned()).collect(),
        ..Attachment::default()
    }
}
