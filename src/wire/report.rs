//! The request by which a gateway tells how far a message of ours came, and by what its provider names it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Channel, DeliveryState, Digest, MessageId, Name, Source};
use crate::engine::command::Command;

use super::api::{RequestFault, Requests, fault};
use super::inbound::message_key;
use super::limits::{CODE_CHARS_MAX, EXTERNAL_ID_BYTES_MAX};
use super::text;

/// Tell how far an outbound message came: a gateway's delivery report.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportDelivery {
    pub message: MessageId,
    pub state: DeliveryState,
    /// The carrier's own word for it, as `30003`: at most 64 letters, digits, dots, dashes and underscores.
    #[serde(default)]
    pub code: Option<String>,
    /// The provider's id of the message: by it the provider's own reports, reactions and echoes find the message.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The provider's conversation, where its ids are unique within one only.
    #[serde(default)]
    pub thread_id: Option<String>,
    /// The source that the message left by, as the gateway was told it: a message of another is not touched.
    #[serde(default)]
    pub source: Option<Name>,
    /// The carrier's sentence. It may name the contact, so it is not kept.
    #[serde(default, rename = "reason")]
    _reason: Option<String>,
}

impl Requests {
    pub(super) fn report(&self, asked: ReportDelivery) -> Result<Command, RequestFault> {
        let ReportDelivery { message, state, code, external_id, thread_id, source, _reason } = asked;
        if !code.as_deref().is_none_or(is_word) {
            let sentence = "`code` has 1 to 64 letters, digits, dots, dashes and underscores";
            return Err(fault("bad_member", sentence));
        }
        let thread = thread_id.as_deref().map(|id| external(id, "thread_id")).transpose()?;
        if let Some(name) = &source {
            self.source(name)?;
        }
        let Some(id) = external_id.as_deref().map(|id| external(id, "external_id")).transpose()? else {
            return Ok(Command::ReportDelivery { message, state, code, source, keys: Vec::new() });
        };
        let keys = match &source {
            Some(name) => self.external_keys(self.source(name)?, thread.as_deref(), &id),
            None => {
                let of = |source| self.external_keys(source, thread.as_deref(), &id);
                self.sources.values().flat_map(of).collect()
            }
        };
        Ok(Command::ReportDelivery { message, state, code, source, keys })
    }

    /// As what mails that come by each mailbox may name a mail of ours to which its relay gave these ids.
    pub fn mail_keys(&self, ids: &[String]) -> Vec<(Name, Digest)> {
        let mailboxes = self.sources.values().filter(|source| source.channel == Channel::Email);
        let of = |source: &'_ Source| {
            let name = source.name.clone();
            ids.iter().map(move |id| (name.clone(), self.keys.mail_id(name.as_str(), id))).collect::<Vec<_>>()
        };
        mailboxes.flat_map(of).collect()
    }

    /// As what an update of this source may name the message: within its conversation, or without it, since many a
    /// report names none.
    fn external_keys(&self, source: &Source, thread: Option<&str>, id: &str) -> Vec<(Name, Digest)> {
        let scopes = thread.into_iter().chain([""]);
        let key = |scope: &str| match source.channel {
            Channel::Email => self.keys.mail_id(source.name.as_str(), id),
            Channel::Chat | Channel::Sms | Channel::Work => message_key(&self.keys, &source.name, scope, id),
        };
        let mut keys: Vec<(Name, Digest)> = scopes.map(|scope| (source.name.clone(), key(scope))).collect();
        keys.dedup();
        keys
    }
}

/// Whether it can be a carrier's code: codes are kept as they are, so no sentence may be one.
fn is_word(code: &str) -> bool {
    let letters = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
    (1..=CODE_CHARS_MAX).contains(&code.len()) && code.chars().all(letters)
}

/// A code as a provider wrote it, if it is one.
pub(super) fn code_of(written: Option<&str>) -> Option<String> {
    written.map(str::trim).filter(|code| is_word(code)).map(str::to_owned)
}

/// An id as its provider writes it.
fn external(id: &str, member: &str) -> Result<String, RequestFault> {
    let clean = text::line(id, EXTERNAL_ID_BYTES_MAX + 1);
    if clean.is_empty() || clean.len() > EXTERNAL_ID_BYTES_MAX {
        let sentence = format!("`{member}` is empty or longer than {EXTERNAL_ID_BYTES_MAX} bytes");
        return Err(fault("bad_member", &sentence));
    }
    Ok(clean)
}
