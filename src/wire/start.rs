//! `conversation.start`: the first message of a conversation, from us. The contact, our address and the thread
//! are those that a message of his would have, so that his answer joins.
//!
//! A chat's thread is the provider's conversation; where the address alone does not name it, the command must,
//! by `thread`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Channel, CommandKey, Digest, Name, Party, Reply, Source, ThreadKey, ThreadScope};
use crate::engine::command::{Command, Start};

use super::api::{RequestFault, Requests, fault, plain};
use super::limits::{CONTACT_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, NAME_BYTES_MAX, SUBJECT_BYTES_MAX};
use super::mail::subject;
use super::{address, card, chat, number, sms, text};

/// Write to a contact first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartConversation {
    /// The way out: of SMS, mail or chat.
    pub source: Name,
    pub to: Whom,
    /// The subject of a mail; with mail only.
    #[serde(default)]
    pub subject: Option<String>,
    /// The plain text, at most 256 KiB.
    pub text: String,
    /// Where it waits if it is given back; absent: the site's default queue.
    #[serde(default)]
    pub queue: Option<Name>,
    /// The contact's language, as a BCP 47 tag.
    #[serde(default)]
    pub language: Option<String>,
    /// The provider's conversation, as its messages name it in `thread_id`; with chat only. Absent: the user's
    /// own, which a provider without conversations has.
    #[serde(default)]
    pub thread: Option<String>,
    /// It is a template of the provider, which it takes when free text is refused; with chat and SMS only.
    #[serde(default)]
    pub template: bool,
}

/// A person outside.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whom {
    /// A number, a mailbox, a chat user.
    pub address: String,
    /// The display name.
    #[serde(default)]
    pub name: Option<String>,
}

impl Requests {
    /// The command of what is asked. Its key makes the Message-ID of a mail, the same when it comes again.
    pub(super) fn start(&self, asked: StartConversation, once: CommandKey) -> Result<Command, RequestFault> {
        let source = self.source(&asked.source)?;
        if source.channel == Channel::Work {
            return Err(fault(
                "channel_mismatch",
                "nobody is written to by work; its command is `work.create`",
            ));
        }
        let subject = subject(&asked, source.channel)?;
        if asked.template && source.channel == Channel::Email {
            return Err(fault("bad_member", "`template` goes with chat and SMS only"));
        }
        let text = plain(&asked.text)?;
        let to = party(source, asked.to, "to")?;
        let from = super::decoder::endpoint(source, [], str::to_owned);
        let thread_id = thread_id(asked.thread.as_deref(), source.channel)?;
        let is_mail = source.channel == Channel::Email;
        let external_id = is_mail.then(|| self.keys.first_message_id(once, &self.domain));
        let threads = self.threads(source, thread_id, &to.address);
        let of_mail = external_id
            .as_deref()
            .map(|id| ThreadKey { digest: self.keys.mail_id("", id), scope: ThreadScope::Ours });
        // Behind another provider the address alone may tell the network, as `whatsapp:+14155550100`.
        let network = to.address.split_once(':').map(|(network, _)| network);
        Ok(Command::Start(Box::new(Start {
            source: source.name.clone(),
            channel: source.channel,
            from,
            contact: address::contact(&self.keys, source, &to.address),
            own: threads.first().copied().or(of_mail),
            threads,
            is_windowed: source.window(network).is_some(),
            subject: subject.as_deref().and_then(|subject| self.subject_key(source, subject)),
            queue: asked.queue,
            language: language(asked.language.as_deref())?.map(Into::into),
            reply: Arc::new(Reply {
                text,
                to: Some(to.clone()),
                subject,
                external_id,
                thread_id: thread_id.map(str::to_owned),
                template: asked.template,
            }),
            to,
        })))
    }

    /// The threads in which the contact may be already, the first the one that is begun. A mail has none: its
    /// writer may have as many conversations as he likes.
    fn threads(&self, source: &Source, thread_id: Option<&str>, to: &str) -> Vec<ThreadKey> {
        match source.channel {
            Channel::Sms => {
                let ours = source.addresses.iter();
                ours.map(|ours| sms::thread_of(&self.keys, source, ours, to)).collect()
            }
            Channel::Chat => vec![chat::thread_of(&self.keys, source, thread_id, to)],
            Channel::Email | Channel::Work => Vec::new(),
        }
    }
}

impl Requests {
    /// The digest of what a subject is about, as an answer that comes by the same mailbox has it.
    fn subject_key(&self, source: &Source, written: &str) -> Option<Digest> {
        let base = subject::read(written, &source.mail.languages).base;
        subject::key(&base).map(|key| self.keys.thread(&source.name, "subject", &key))
    }
}

fn subject(asked: &StartConversation, channel: Channel) -> Result<Option<String>, RequestFault> {
    if asked.subject.is_some() && channel != Channel::Email {
        return Err(fault("bad_member", "`subject` goes with mail only"));
    }
    let subject = asked.subject.as_deref().and_then(|subject| text::line_or_none(subject, SUBJECT_BYTES_MAX));
    Ok(subject.map(card::masked))
}

fn thread_id(asked: Option<&str>, channel: Channel) -> Result<Option<&str>, RequestFault> {
    match asked {
        Some(_) if channel != Channel::Chat => Err(fault("bad_member", "`thread` goes with chat only")),
        Some(id) if id.trim().is_empty() || id.len() > EXTERNAL_ID_BYTES_MAX => {
            Err(fault("bad_member", "`thread` is empty or too long"))
        }
        asked => Ok(asked),
    }
}

/// The person that the member of this name is.
pub(super) fn party(source: &Source, asked: Whom, member: &str) -> Result<Party, RequestFault> {
    let channel = source.channel;
    let written = text::line(&asked.address, CONTACT_BYTES_MAX + 1);
    let (address, fits) = match channel {
        // A mail goes to the mailbox as it was written: its tag is its owner's.
        Channel::Email => (written.clone(), channel.is_address(&written)),
        Channel::Sms => {
            let number = number::address(&written, source.region.as_deref());
            (number.clone(), channel.is_address(&number))
        }
        // What a provider calls its users is its own affair, as where they write to us.
        Channel::Chat | Channel::Work => (written.clone(), (1..=CONTACT_BYTES_MAX).contains(&written.len())),
    };
    if !fits {
        return Err(fault(
            "bad_member",
            &format!("`{member}` has no address of {channel}, or too long a one"),
        ));
    }
    Ok(Party {
        address,
        name: asked
            .name
            .as_deref()
            .and_then(|name| text::line_or_none(name, NAME_BYTES_MAX))
            .map(card::masked),
    })
}

/// A language that somebody of ours names must be one.
pub(super) fn language(asked: Option<&str>) -> Result<Option<String>, RequestFault> {
    let wrong = || fault("bad_member", "`language` is not a BCP 47 tag");
    asked.map(|tag| text::language(tag).ok_or_else(wrong)).transpose()
}
