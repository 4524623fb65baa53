//! Work of the channel `work`: a call-back, a fax, a walk-in. A gateway brings it in as a message, a person or a
//! backend of ours by `work.create`. It may be about nobody in particular; then no other work is taken for the
//! same person's.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{
    Channel, CommandKey, Content, InboundMessage, Name, Party, Source, Thread, ThreadKey, ThreadScope,
    Timestamp,
};
use crate::engine::command::{Command, NewWork};

use super::api::{RequestFault, Requests, fault};
use super::canonical::message::{Address, CanonicalFile, CanonicalMessage};
use super::canonical::{self, Fault};
use super::decoder::{DecodeError, endpoint};
use super::digest::Keys;
use super::limits::{SUBJECT_BYTES_MAX, TEXT_BYTES_MAX};
use super::start::{Whom, language, party};
use super::time::InstantText;
use super::{address, card, clean, inbound, text};

/// One piece of work.
#[derive(Deserialize, JsonSchema)]
#[serde(expecting = "an object")]
pub(crate) struct CanonicalWork {
    /// The sender's id of the work. Text, since numbers lose digits.
    pub message_id: String,
    /// About whom it is, where that is known: a word of the source's own, as a number or an account.
    #[serde(default)]
    pub from: Option<Address>,
    /// What it is, in one line.
    #[serde(default)]
    pub subject: Option<String>,
    /// What is to be done, in plain text.
    #[serde(default)]
    pub text: Option<String>,
    /// What the source calls the matter: further work with it belongs to the same conversation.
    #[serde(default)]
    pub thread_id: Option<String>,
    /// The language, as a BCP 47 tag.
    #[serde(default)]
    pub language: Option<String>,
    /// When it arose, in RFC 3339.
    #[serde(default, deserialize_with = "canonical::any_instant")]
    #[schemars(with = "Option<String>")]
    pub sent_at: Option<InstantText>,
    /// What came along, by link.
    #[serde(default)]
    pub attachments: Vec<CanonicalFile>,
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
    let work: CanonicalWork = canonical::object(payload)
        .map_err(|(code, reason)| DecodeError::new(code, &reason, Some(Channel::Work)))?;
    let fault = |(code, reason): Fault| DecodeError::new(code, reason, Some(Channel::Work));
    let from = check(&work).map_err(fault)?;
    let thread =
        |id: &str| ThreadKey { digest: keys.thread(&source.name, "work", id), scope: ThreadScope::Channel };
    let parents = work.thread_id.as_deref().map(thread).into_iter().collect();
    let id = work.message_id.clone();
    let (language, sent_at) = (work.language.clone(), work.sent_at);
    let mut message = CanonicalMessage::from(work);
    clean::clean(&mut message);
    let mut content = inbound::content(message, from.clone().unwrap_or_default());
    if content.subject.is_none() && content.text.trim().is_empty() && content.attachments.is_empty() {
        return Err(fault(("no_content", "it has neither `subject` nor `text` nor `attachments`")));
    }
    let tag = inbound::language(language.as_deref(), &mut content);
    let believed = sent_at.and_then(|at| text::believed(at.0, received_at));
    if sent_at.is_some() && believed.is_none() {
        content.flags.push("sent_at_ignored".to_owned());
    }
    let known = from.as_ref().map(|from| address::contact(keys, source, &from.address));
    Ok(InboundMessage {
        thread: Thread { parents, own: None, ..Thread::default() },
        language: tag,
        sent_at: believed,
        ..InboundMessage::new(
            Channel::Work,
            source.name.clone(),
            endpoint(source, [], str::to_owned),
            known.unwrap_or_else(|| keys.nobody(&source.name, &id)),
            keys.dedupe(&["work", source.name.as_str(), &id]),
            received_at,
            Arc::new(content),
        )
    })
}

impl From<CanonicalWork> for CanonicalMessage {
    fn from(work: CanonicalWork) -> CanonicalMessage {
        let CanonicalWork { message_id, from, subject, text, attachments, .. } = work;
        CanonicalMessage {
            message_id: Some(message_id),
            from,
            subject,
            text,
            attachments,
            ..CanonicalMessage::default()
        }
    }
}

fn check(work: &CanonicalWork) -> Result<Option<Party>, Fault> {
    canonical::check_id(&work.message_id, "`message_id` is empty or longer than 998 bytes")?;
    let thread = work.thread_id.as_deref();
    thread.map_or(Ok(()), |id| canonical::check_id(id, "`thread_id` is empty or too long"))?;
    inbound::party(work.from.as_ref())
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
        let mut content = Content {
            from: from.clone().unwrap_or_default(),
            subject: Some(subject),
            text: text::lines(&text),
            ..Content::default()
        };
        card::mask_content(&mut content);
        Ok(Command::CreateWork(Box::new(NewWork {
            source: source.name.clone(),
            to: endpoint(source, [], str::to_owned),
            contact: from.as_ref().map(|from| address::contact(&self.keys, source, &from.address)),
            dedupe: self.keys.dedupe(&["work-command", &once.to_string()]),
            language: language(asked.language.as_deref())?.map(Into::into),
            content: Arc::new(content),
        })))
    }
}
