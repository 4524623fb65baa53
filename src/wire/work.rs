//! Work of the channel `work`: a call-back, a fax, a walk-in. A gateway brings it in as a message, a person or a
//! backend of ours by `work.create`. It may be about nobody in particular; then no other work is taken for the
//! same person's.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{
    Channel, CommandKey, Content, InboundMessage, Name, Party, Source, Thread, ThreadKey, ThreadScope,
    Timestamp,
};
use crate::engine::command::{Command, NewWork};

use super::api::{RequestFault, Requests, fault};
use super::canonical::{self, Address, Body, CanonicalAttachment, Fault, RawBody};
use super::decoder::{DecodeError, endpoint};
use super::digest::Keys;
use super::limits::{SUBJECT_BYTES_MAX, TEXT_BYTES_MAX};
use super::start::{Whom, language, party};
use super::{address, text};

/// One piece of work.
#[derive(Deserialize, JsonSchema)]
#[serde(expecting = "an object")]
pub(crate) struct CanonicalWork<'a> {
    /// The sender's id of the work. Text, since numbers lose digits.
    #[serde(borrow)]
    pub message_id: Cow<'a, str>,
    /// About whom it is, where that is known: a word of the source's own, as a number or an account.
    #[serde(borrow, default)]
    pub from: Option<Address<'a>>,
    /// What it is, in one line.
    #[serde(borrow, default)]
    pub subject: Option<Cow<'a, str>>,
    /// What is to be done, in plain text.
    #[serde(borrow, default)]
    pub text: Option<Cow<'a, str>>,
    /// What the source calls the matter: further work with it belongs to the same conversation.
    #[serde(borrow, default)]
    pub thread_id: Option<Cow<'a, str>>,
    /// The language, as a BCP 47 tag.
    #[serde(borrow, default)]
    pub language: Option<Cow<'a, str>>,
    /// When it arose, in RFC 3339.
    #[serde(borrow, default)]
    pub sent_at: Option<Cow<'a, str>>,
    /// What came along, by link.
    #[serde(borrow, default)]
    pub attachments: Option<Vec<CanonicalAttachment<'a>>>,
}

/// Put work into its queue. It is answered with the conversation that it opened.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateWork {
    /// The way in, of the channel `work`.
    pub source: Name,
    /// What it is, in one line.
    pub subject: String,
    /// What is to be done, in plain text, at most 256 KiB.
    #[serde(default)]
    pub text: Option<String>,
    /// About whom it is, where that is known.
    #[serde(default)]
    pub contact: Option<Whom>,
    /// The language, as a BCP 47 tag.
    #[serde(default)]
    pub language: Option<String>,
}

/// The message of a payload.
pub(crate) fn decode(
    payload: &[u8],
    source: &Source,
    keys: &Keys,
    received_at: Timestamp,
) -> Result<InboundMessage, DecodeError> {
    let work: CanonicalWork<'_> = canonical::object(payload, Channel::Work)?;
    let fault = |(code, reason): Fault| DecodeError::new(code, reason, Some(Channel::Work));
    let from = check(&work).map_err(fault)?;
    let CanonicalWork { text, attachments, language, sent_at, .. } = &work;
    let raw = RawBody { text, attachments, language, sent_at };
    let Body { text, attachments, language, sent_at, flags } = canonical::body(&raw, received_at);
    let subject = work.subject.as_deref().and_then(|subject| text::line_or_none(subject, SUBJECT_BYTES_MAX));
    if subject.is_none() && text.trim().is_empty() && attachments.is_empty() {
        return Err(fault(("no_content", "it has neither `subject` nor `text` nor `attachments`")));
    }
    let (name, id) = (source.name.as_str(), work.message_id.as_ref());
    let known = from.as_ref().map(|from| address::contact(keys, source, &from.address));
    let thread =
        |id: &str| ThreadKey { digest: keys.thread(&source.name, "work", id), scope: ThreadScope::Channel };
    let parents = work.thread_id.as_deref().map(thread).into_iter().collect();
    Ok(InboundMessage {
        thread: Thread { parents, own: None, ..Thread::default() },
        language: language.map(Into::into),
        sent_at,
        ..InboundMessage::new(
            Channel::Work,
            source.name.clone(),
            endpoint(source, [], str::to_owned),
            known.unwrap_or_else(|| keys.nobody(&source.name, id)),
            keys.dedupe(&["work", name, id]),
            received_at,
            Arc::new(Content {
                from: from.unwrap_or_default(),
                external_id: Some(id.to_owned()),
                subject,
                text,
                attachments,
                flags,
                ..Content::default()
            }),
        )
    })
}

fn check(work: &CanonicalWork<'_>) -> Result<Option<Party>, Fault> {
    canonical::check_id(&work.message_id, "`message_id` is empty or longer than 998 bytes")?;
    let thread = work.thread_id.as_deref();
    thread.map_or(Ok(()), |id| canonical::check_id(id, "`thread_id` is empty or too long"))?;
    work.from.as_ref().map(canonical::party).transpose()
}

impl Requests {
    /// The command of what is asked. Its key makes it the same work when it comes again, for as long as
    /// messages are remembered.
    pub(super) fn create_work(&self, asked: CreateWork, once: CommandKey) -> Result<Command, RequestFault> {
        let source = self.source(&asked.source)?;
        if source.channel != Channel::Work {
            return Err(fault("channel_mismatch", "its source is not one of work"));
        }
        let subject = text::line_or_none(&asked.subject, SUBJECT_BYTES_MAX);
        let subject = subject.ok_or_else(|| fault("bad_member", "`subject` is empty"))?;
        let text = asked.text.unwrap_or_default();
        if text.len() > TEXT_BYTES_MAX {
            return Err(fault("too_large", &format!("`text` has over {TEXT_BYTES_MAX} bytes")));
        }
        let from = asked.contact.map(|whom| party(source, whom, "contact")).transpose()?;
        Ok(Command::CreateWork(Box::new(NewWork {
            source: source.name.clone(),
            to: endpoint(source, [], str::to_owned),
            contact: from.as_ref().map(|from| address::contact(&self.keys, source, &from.address)),
            dedupe: self.keys.dedupe(&["work-command", &once.to_string()]),
            language: language(asked.language.as_deref())?.map(Into::into),
            content: Arc::new(Content {
                from: from.unwrap_or_default(),
                subject: Some(subject),
                text: text::lines(&text),
                ..Content::default()
            }),
        })))
    }
}
