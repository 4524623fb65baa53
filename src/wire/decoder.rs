//! From what lies in the input stream to what the engine is asked.
//!
//! A [`DecodeError`] names its fault and repeats nothing of the input: it becomes a public event. The shell
//! calls [`Decoder::decode`] on a bounded pool behind a panic guard, since the mail parser is not ours, and
//! hands the results on in the order of the input.

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;

use crate::domain::{
    Channel, Content, ConversationId, Endpoint, Format, InboundMessage, Name, Source, Span, Timestamp,
};
use crate::engine::command::{Door, Order, RefusedInput};

use super::api::{Occasion, Request, Requests};
use super::canonical::message::{CanonicalMessage, Kind};
use super::digest::{Keys, TOKEN_PREFIX};
use super::fit::fit;
use super::format::Item;
use super::inbound::{self, Inbound};
use super::subject::{Call, InputSubject, Subjects};
use super::{card, clean, email, email_given, language, work};

/// Understands input. It holds what is needed to: the ways in and the keys.
#[derive(Debug)]
pub struct Decoder {
    subjects: Subjects,
    sources: BTreeMap<Name, Source>,
    keys: Keys,
    requests: Requests,
    tokens: Tokens,
}

/// What knows which conversation a reply token means.
#[derive(Debug, Default)]
pub enum Tokens {
    /// The keys of the site, which made it.
    #[default]
    Keys,
    /// A table, by the token without its `c-` in lower case: for rows of test data, whose tokens nobody signed.
    Given(BTreeMap<String, ConversationId>),
}

/// One message of the input stream.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The subject that it came by.
    pub subject: &'a str,
    /// What it holds.
    pub payload: &'a [u8],
    /// The envelope sender of a mail; empty or `<>` is the null sender of a bounce.
    pub mail_from: Option<&'a str>,
    /// The envelope recipients of a mail.
    pub rcpt_to: &'a [&'a str],
    /// The language that the gateway declared of a mail, which has no member for it.
    pub language: Option<&'a str>,
    /// Its place in the stream.
    pub inseq: u64,
    /// When it entered there.
    pub stored_at: Timestamp,
}

/// What an input says.
#[derive(Clone, Debug)]
pub enum Decoded {
    /// What the channel tells, in its order: a body may hold messages of several people.
    Inbound(Vec<Inbound>),
    /// A command of a backend.
    Command(Order),
}

/// Why an input was not understood, without any of its content.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct DecodeError {
    /// Why, as one word.
    pub code: &'static str,
    /// Why, as a sentence.
    pub reason: String,
    /// The channel, where the subject names one.
    pub channel: Option<Channel>,
}

impl Decoder {
    /// A decoder for these ways in.
    pub fn new(subjects: Subjects, sources: Vec<Source>, keys: Keys) -> Decoder {
        let requests = Requests::new(keys.clone(), &sources);
        let sources = sources.into_iter().map(|source| (source.name.clone(), source)).collect();
        Decoder { subjects, sources, keys, requests, tokens: Tokens::Keys }
    }

    /// The same, with another judge of reply tokens.
    pub fn with_tokens(self, tokens: Tokens) -> Decoder {
        Decoder { tokens, ..self }
    }

    /// What reads the requests of the API: the same code for both doors.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// How long parts of texts wait at the most; none where nothing comes in parts.
    pub fn parts_wait(&self) -> Option<Span> {
        let sms = self.sources.values().filter(|source| source.channel == Channel::Sms);
        sms.map(|source| source.parts_wait).max()
    }

    /// A text whose parts were joined, as if it had come whole: with cards masked and its language found.
    pub fn whole(&self, message: InboundMessage) -> InboundMessage {
        let mut message = message;
        if let Some(source) = self.sources.get(&message.source) {
            fitted_message(&mut message, source);
        }
        message
    }

    /// Understands one input.
    pub fn decode(&self, input: &Input<'_>) -> Result<Decoded, DecodeError> {
        match self.subjects.input(input.subject) {
            Some(InputSubject::Message { channel, source }) => {
                self.inbound(channel, source, input).map(Decoded::Inbound)
            }
            Some(InputSubject::Command(call)) => self.command(call, input).map(Decoded::Command),
            None => Err(DecodeError::new("bad_subject", "its subject is not one of the input's", None)),
        }
    }

    /// A subject as the journal may tell it: its words where they are configured, else `unknown`. A gateway
    /// may have put an address of a contact where the source should stand.
    pub fn told(&self, subject: &str) -> String {
        let prefix = self.subjects.prefix();
        match self.subjects.input(subject) {
            Some(InputSubject::Message { channel, source }) => {
                let channel = Channel::ALL.into_iter().find(|known| known.as_str() == channel);
                let source = self.sources.get(source).map_or("unknown", |source| source.name.as_str());
                format!("{prefix}.in.{}.{source}", channel.map_or("unknown", Channel::as_str))
            }
            Some(InputSubject::Command(_)) => format!("{prefix}.in.command.unknown.unknown"),
            None => format!("{prefix}.in.unknown.unknown"),
        }
    }

    /// The channel that a subject names, where it is one.
    pub fn channel(&self, subject: &str) -> Option<Channel> {
        let Some(InputSubject::Message { channel, .. }) = self.subjects.input(subject) else { return None };
        Channel::ALL.into_iter().find(|known| known.as_str() == channel)
    }

    fn inbound(&self, channel: &str, source: &str, input: &Input<'_>) -> Result<Vec<Inbound>, DecodeError> {
        let known = Channel::ALL.into_iter().find(|known| known.as_str() == channel);
        let channel = known
            .ok_or_else(|| DecodeError::new("unknown_channel", "its subject names no known channel", None))?;
        let fault = |code, reason| DecodeError::new(code, reason, Some(channel));
        let source = self
            .sources
            .get(source)
            .ok_or_else(|| fault("unknown_source", "its subject names no configured source"))?;
        if source.channel != channel {
            return Err(fault("channel_mismatch", "its source is configured for another channel"));
        }
        if input.payload.iter().all(u8::is_ascii_whitespace) {
            return Err(fault("empty", "it is empty"));
        }
        let message = match channel {
            Channel::Email if source.format == Format::Rfc5322 => {
                return self.mail(source, input);
            }
            Channel::Work => work::decode(input.payload, source, &self.keys, input.stored_at),
            Channel::Chat | Channel::Sms | Channel::Email => return self.items(source, input),
        }?;
        Ok(vec![fitted(Inbound::Message(Box::new(message)), source)])
    }

    fn mail(&self, source: &Source, input: &Input<'_>) -> Result<Vec<Inbound>, DecodeError> {
        let sources: Vec<&Source> = self.sources.values().collect();
        let site = email::Site { keys: &self.keys, tokens: &self.tokens, sources: &sources };
        Ok(email::decode(input, source, &site)?.into_iter().map(|one| fitted(one, source)).collect())
    }

    fn items(&self, source: &Source, input: &Input<'_>) -> Result<Vec<Inbound>, DecodeError> {
        let items = clean::read(input.payload, source, input.stored_at)
            .map_err(|(code, reason)| DecodeError::new(code, &reason, Some(source.channel)))?;
        let is_alone = items.len() == 1;
        let mut told: Vec<Inbound> = Vec::new();
        for item in inbound::in_order(items) {
            match item {
                Item::Message(message)
                    if source.channel == Channel::Email && message.kind == Kind::Message =>
                {
                    match self.given_mail(&message, source, input) {
                        Ok(mails) => told.extend(mails),
                        // Of one thing alone the input is what is refused.
                        Err(fault) if is_alone => return Err(fault),
                        Err(fault) => told.push(Inbound::Refused(fault.code, fault.reason)),
                    }
                }
                item => told.push(fitted(inbound::take(item, source, &self.keys, input.stored_at), source)),
            }
        }
        match told.as_slice() {
            [Inbound::Refused(code, reason)] => Err(DecodeError::new(code, reason, Some(source.channel))),
            _ => Ok(told),
        }
    }

    /// A mail in our own JSON.
    fn given_mail(
        &self,
        message: &CanonicalMessage,
        source: &Source,
        input: &Input<'_>,
    ) -> Result<Vec<Inbound>, DecodeError> {
        let given = email_given::given(message)
            .map_err(|(code, reason)| DecodeError::new(code, reason, Some(Channel::Email)))?;
        let rcpt_to: Vec<&str> = given.envelope.rcpt_to.iter().map(String::as_str).collect();
        let mail = Input {
            payload: &given.raw,
            mail_from: given.envelope.mail_from.as_deref().or(input.mail_from),
            rcpt_to: if rcpt_to.is_empty() { input.rcpt_to } else { &rcpt_to },
            language: message.language.as_deref().or(input.language),
            ..*input
        };
        let mut told = self.mail(source, &mail)?;
        for inbound in &mut told {
            if let Inbound::Message(mail) = inbound {
                inbound::add_rest(Arc::make_mut(&mut mail.content), message);
            }
        }
        Ok(told)
    }

    fn command(&self, call: Call<'_>, input: &Input<'_>) -> Result<Order, DecodeError> {
        let fault = |code, reason: &str| DecodeError::new(code, reason, None);
        let actor = call.actor.parse();
        let actor: Name =
            actor.map_err(|_| fault("bad_subject", "its subject names an actor that is no name"))?;
        let door = Door::Input { inseq: input.inseq, stored_at: input.stored_at };
        match self.requests.parse(call.verb, &actor, door, Occasion::default(), input.payload) {
            Ok(Request::Command(order)) => Ok(order),
            Ok(Request::Query(_)) => Err(fault("not_a_command", "a query has no answer by this door")),
            Err(refusal) => Err(fault(refusal.code, &refusal.message)),
        }
    }
}

/// The language of a message that nobody declared, where it is sure.
fn heard(message: &InboundMessage, source: &Source) -> Option<Arc<str>> {
    let Content { text, text_stripped, .. } = &*message.content;
    message.language.clone().or_else(|| {
        let found = language::detect(text_stripped.as_ref().unwrap_or(text), &source.languages);
        found.map(Into::into)
    })
}

fn masked(content: &mut Arc<Content>) -> &mut Content {
    let content = Arc::make_mut(content);
    card::mask_content(content);
    content
}

/// Without numbers of cards, cut to what a record of the journal can hold, and with its language.
fn fitted(mut inbound: Inbound, source: &Source) -> Inbound {
    match &mut inbound {
        Inbound::Message(message) => fitted_message(message, source),
        // Of a part neither is known before it is whole.
        Inbound::Part(part) => fit(Arc::make_mut(&mut part.message.content)),
        Inbound::Update(update) => fit(masked(&mut update.content)),
        Inbound::Ignored(_) | Inbound::Refused(..) => {}
    }
    inbound
}

fn fitted_message(message: &mut InboundMessage, source: &Source) {
    fit(masked(&mut message.content));
    message.language = heard(message, source);
}

impl Tokens {
    /// The conversation that a token means, `c-` included, in letters of either case.
    pub(crate) fn resolve(&self, keys: &Keys, token: &str) -> Option<ConversationId> {
        match self {
            Tokens::Keys => keys.verify(token),
            Tokens::Given(table) => {
                table.get(token.to_ascii_lowercase().strip_prefix(TOKEN_PREFIX)?).copied()
            }
        }
    }
}

impl DecodeError {
    /// A fault; the reason must not hold anything of the input.
    pub(crate) fn new(code: &'static str, reason: &str, channel: Option<Channel>) -> DecodeError {
        DecodeError { code, reason: reason.to_owned(), channel }
    }

    /// What the engine is told of it.
    pub fn refused(self, subject: &str) -> RefusedInput {
        let DecodeError { code, reason, channel } = self;
        RefusedInput { subject: subject.to_owned(), channel, code: code.to_owned(), reason }
    }
}

/// Our address that was written to: the first that the message names, in canonical form, else the first
/// that the source has.
pub(crate) fn endpoint<S: Into<String>>(
    source: &Source,
    named: impl IntoIterator<Item = String>,
    canonical: impl Fn(&str) -> S,
) -> Endpoint {
    let ours: Vec<String> = source.addresses.iter().map(|address| canonical(address).into()).collect();
    let place = named.into_iter().find_map(|name| ours.iter().position(|own| *own == name));
    let chosen = source.addresses.get(place.unwrap_or(0)).cloned();
    // A source without an address is known by its name.
    chosen.unwrap_or_else(|| Endpoint::from(source.name.as_str()))
}
