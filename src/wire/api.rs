//! Requests of both command doors: a verb with a JSON object. Unlike messages of others these are in a form
//! of our own, so a member that is not known is refused: it would be a wish that nobody hears.
//!
//! A refusal repeats nothing of the request, since on the input stream it becomes a public event.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::domain::{
    Channel, ClockId, CommandKey, ConversationId, Name, OfferId, Presence, Reply, Source, ThreadKey,
    ThreadScope,
};
use crate::engine::command::{Command, Door, Order};

use super::digest::Keys;
use super::fault::sentence;
use super::hold;
use super::limits::{COMMAND_ID_CHARS_MAX, NAME_BYTES_MAX, REQUEST_BYTES_MAX, TEXT_BYTES_MAX};
use super::query::{self, Query};
use super::{card, text, upsert};

/// Reads requests. It holds the keys by which a command is known again and a reply finds back.
#[derive(Clone, Debug)]
pub struct Requests {
    pub(super) keys: Keys,
    /// What stands behind the `@` of our Message-IDs.
    pub(super) domain: String,
    /// The ways in, which are the ways out of what we begin.
    pub(super) sources: BTreeMap<Name, Source>,
}

/// What tells a request without an id of its own from every other: the term in which it came, and its number
/// in that term. What it leads to bears its mark, so two replies never have the same Message-ID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occasion {
    /// The epoch of the term.
    pub epoch: u64,
    /// Counted on by the shell with every request.
    pub number: u64,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Request {
    /// To change something.
    Command(Order),
    /// To tell something.
    Query(Query),
}

/// Why a request was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct RequestFault {
    /// As one word.
    pub code: &'static str,
    /// As a sentence, without anything of the request.
    pub message: String,
}

/// Members that every command has.
#[derive(Default, Deserialize, JsonSchema)]
pub(crate) struct Common {
    /// The sender's own id of the command: the same one within a day has one effect and the same answer.
    #[serde(default)]
    #[schemars(length(min = 1, max = 128))]
    pub id: Option<String>,
    /// The conversation's version that the sender has seen; another one refuses the command.
    #[serde(default)]
    pub if_version: Option<u32>,
}

/// Sign the sender in, available.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The desktop that holds the lease from now on: its heartbeats must name it too.
    #[serde(default, rename = "desktop")]
    _desktop: Option<String>,
}

/// The desktop that a sign-in or a heartbeat names, where it names one.
pub fn desktop_of(payload: &[u8]) -> Option<String> {
    let Beat { desktop } = serde_json::from_slice(payload).ok()?;
    desktop.map(|desktop| text::line(&desktop, NAME_BYTES_MAX))
}

/// An agent's desktop is alive. An empty payload says so too.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Beat {
    /// Which desktop of the agent, as its sign-in named it.
    #[serde(default)]
    desktop: Option<String>,
}

/// A command without members of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Change the presence of the sender.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePresence {
    pub presence: PresenceWish,
    /// Why the agent is away, as `lunch`; only with `away`.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What an agent may ask to be. To be offline is to sign out.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PresenceWish {
    /// Takes offers.
    Available,
    /// Signed in, takes none.
    Away,
    /// Keeps what is held, takes nothing new.
    Draining,
}

/// Take an offer, or leave it to others.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerOffer {
    pub offer: OfferId,
}

/// Answer the contact.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyTo {
    pub conversation: ConversationId,
    /// The plain text, at most 256 KiB.
    pub text: String,
    /// It is a template of the provider, which it takes when free text is refused; a mail has none.
    #[serde(default)]
    pub template: bool,
}

/// Leave a note for the others; the contact never sees it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteOn {
    pub conversation: ConversationId,
    /// The plain text, at most 256 KiB.
    pub text: String,
}

/// Act on a conversation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnConversation {
    pub conversation: ConversationId,
}

/// Hold the further rungs of an escalation back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AckEscalation {
    pub escalation: ClockId,
}

impl Requests {
    /// Requests of the site with these ways in: its Message-IDs bear the domain of its first mailbox.
    pub fn new(keys: Keys, sources: &[Source]) -> Requests {
        let mailboxes = sources.iter().filter(|source| source.channel == Channel::Email);
        let mut addresses = mailboxes.flat_map(|source| &source.addresses);
        let domain = addresses.find_map(|address| address.rsplit_once('@'));
        // A site without a mailbox sends no mail; its ids are never seen.
        let domain = domain.map_or("invalid", |(_, domain)| domain).to_owned();
        let sources = sources.iter().map(|source| (source.name.clone(), source.clone())).collect();
        Requests { keys, domain, sources }
    }

    /// Reads what this actor asks by this door. For the input stream its place there is the occasion.
    pub fn parse(
        &self,
        verb: &str,
        actor: &Name,
        door: Door,
        occasion: Occasion,
        payload: &[u8],
    ) -> Result<Request, RequestFault> {
        let mut members = object(payload)?;
        if let Some(query) = query::parse(verb, &members)?.or(self.contact_query(verb, &members)?) {
            return Ok(Request::Query(query));
        }
        let common = common(&mut members)?;
        let key = self.key(actor, door, common.id.as_deref())?;
        let once = key.unwrap_or_else(|| self.keys.command_once(actor, occasion));
        let command = self.command(verb, members, once)?;
        let if_version = common.if_version;
        let begins = ["conversation.start", "work.create"].contains(&verb);
        if if_version.is_some() && (begins || verb.starts_with("agent.") || verb.starts_with("contact.")) {
            return Err(fault("bad_member", "`if_version` goes with what is about a conversation"));
        }
        Ok(Request::Command(Order { actor: actor.clone(), door, key, if_version, command }))
    }

    /// The way in of this name.
    pub(super) fn source(&self, name: &Name) -> Result<&Source, RequestFault> {
        self.sources.get(name).ok_or_else(|| fault("unknown_source", "there is no such source"))
    }

    fn key(&self, actor: &Name, door: Door, id: Option<&str>) -> Result<Option<CommandKey>, RequestFault> {
        match (id, door) {
            (Some(id), _) if (1..=COMMAND_ID_CHARS_MAX).contains(&id.chars().count()) => {
                Ok(Some(self.keys.command(actor, id)))
            }
            (Some(_), _) => Err(fault("bad_member", "`id` has 1 to 128 characters")),
            // What is read again from the stream is the same command.
            (None, Door::Input { inseq, .. }) => Ok(Some(self.keys.command_at(actor, inseq))),
            (None, _) => Ok(None),
        }
    }

    fn command(
        &self,
        verb: &str,
        members: Map<String, Value>,
        once: CommandKey,
    ) -> Result<Command, RequestFault> {
        match verb {
            "agent.sign_in" => typed::<SignIn>(members).map(|_| Command::SignIn),
            "agent.sign_out" => typed::<Nothing>(members).map(|_| Command::SignOut),
            "agent.presence" => presence(typed(members)?).map(Command::ChangePresence),
            "offer.accept" => typed(members).map(|AnswerOffer { offer }| Command::AcceptOffer(offer)),
            "offer.decline" => typed(members).map(|AnswerOffer { offer }| Command::DeclineOffer(offer)),
            "agent.upsert" => upsert::command(typed(members)?),
            "work.create" => self.create_work(typed(members)?, once),
            "conversation.start" => self.start(typed(members)?, once),
            "conversation.note" => note(typed(members)?),
            "conversation.reply" => self.reply(typed(members)?, once),
            "conversation.resolve" => {
                typed(members).map(|OnConversation { conversation }| Command::Resolve(conversation))
            }
            "conversation.requeue" => {
                typed(members).map(|OnConversation { conversation }| Command::Requeue(conversation))
            }
            "contact.link" => self.link(typed(members)?),
            "contact.unlink" => self.unlink(typed(members)?),
            "contact.set_opt_out" => self.set_opt_out(typed(members)?),
            "escalation.ack" => {
                typed(members).map(|AckEscalation { escalation }| Command::AckEscalation(escalation))
            }
            "message.report" => self.report(typed(members)?),
            _ => hold::parse(verb, members)
                .unwrap_or_else(|| Err(fault("unknown_verb", "its subject names no known command or query"))),
        }
    }

    /// A reply has an id of its own by which the contact's answer finds back, the same when its command comes
    /// again. Our ids are one thing at every source, so the source need not be known.
    fn reply(&self, asked: ReplyTo, once: CommandKey) -> Result<Command, RequestFault> {
        let ReplyTo { conversation, text, template } = asked;
        let text = plain(&text)?;
        let id = self.keys.message_id(conversation, once, &self.domain);
        let own = ThreadKey { digest: self.keys.mail_id("", &id), scope: ThreadScope::Ours };
        let reply = Reply { text, external_id: Some(id), template, ..Reply::default() };
        Ok(Command::Reply { conversation, reply: Arc::new(reply), own: Some(own) })
    }
}

fn note(asked: NoteOn) -> Result<Command, RequestFault> {
    let NoteOn { conversation, text } = asked;
    Ok(Command::Note { conversation, text: plain(&text)?.into() })
}

/// A text that somebody of ours wrote, cleaned, without numbers of cards; one that is too long is refused, not cut.
pub(super) fn plain(text: &str) -> Result<String, RequestFault> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(fault("too_large", &format!("`text` has over {TEXT_BYTES_MAX} bytes")));
    }
    let text = text::lines(text);
    if text.trim().is_empty() { Err(fault("bad_member", "`text` is empty")) } else { Ok(card::masked(text)) }
}

fn presence(asked: ChangePresence) -> Result<Presence, RequestFault> {
    let ChangePresence { presence, reason } = asked;
    let reason = reason.as_deref().map(|reason| text::line(reason, NAME_BYTES_MAX));
    match (presence, reason) {
        (PresenceWish::Away, Some(reason)) if !reason.is_empty() => Ok(Presence::Away(reason)),
        (PresenceWish::Away, _) => Err(fault("bad_member", "`away` needs a `reason`")),
        (_, Some(_)) => Err(fault("bad_member", "`reason` goes with `away` only")),
        (PresenceWish::Available, None) => Ok(Presence::Available),
        (PresenceWish::Draining, None) => Ok(Presence::Draining),
    }
}

/// The members of a payload; an empty one has none.
fn object(payload: &[u8]) -> Result<Map<String, Value>, RequestFault> {
    if payload.len() > REQUEST_BYTES_MAX {
        return Err(fault("too_large", &format!("the request has over {REQUEST_BYTES_MAX} bytes")));
    }
    if payload.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let text = std::str::from_utf8(payload).map_err(|_| fault("not_utf8", "the request is not UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(fault("not_an_object", "the request is not a JSON object")),
        Err(json) => Err(fault("not_json", &sentence(&json))),
    }
}

fn common(members: &mut Map<String, Value>) -> Result<Common, RequestFault> {
    let names = ["id", "if_version"];
    let taken = names.into_iter().filter_map(|name| members.remove_entry(name));
    typed(taken.collect())
}

/// The members as their type.
pub(super) fn typed<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, RequestFault> {
    T::deserialize(Value::Object(members)).map_err(|json| fault("bad_member", &sentence(&json)))
}

pub(super) fn fault(code: &'static str, message: &str) -> RequestFault {
    RequestFault { code, message: message.to_owned() }
}
