//! A record of the journal to its line and back. A line is CloudEvents 1.0 structured JSON; what it is
//! about is its subject, and the event's public form its data. [`decode`] of [`encode`] is the record.
//!
//! CloudEvents integers have 32 bits, so the sequences among the attributes are text.

use std::borrow::Cow;
use std::str;

use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use crate::domain::{ActorId, Digest, NameKind, Names, Seq};
use crate::engine::event::{CommandCause, ContentRecord, Event, Recorded};

use super::fault::sentence;
use super::layout::{self, Attributes};
use super::subject::{RecordSubject, Subjects};
use super::time::InstantText;
use super::trace::Traceparent;
use super::twin::{self, Pen, ReadFault, Twin};

const SPEC_VERSION: &str = "1.0";
const SOURCE_PREFIX: &str = "/switchboard/";
const TYPE_PREFIX: &str = "switchboard.";
const TYPE_SUFFIX: &str = ".v1";

/// A record as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where.
    pub subject: String,
    /// What.
    pub payload: Vec<u8>,
}

/// Why a line is not a record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordFault {
    /// Not one of our CloudEvents: counted and passed over.
    #[error("a foreign record: {0}")]
    Foreign(String),
    /// One of ours, but of a type that this build does not know: replay must stop.
    #[error("the event type `{0}` is not known to this version")]
    UnknownType(String),
    /// One of ours, but it cannot be read: replay must stop.
    #[error("a broken record: {0}")]
    Broken(String),
}

/// The envelope as it is read, and the data apart: it is shared by all types.
#[derive(Deserialize)]
pub(crate) struct Envelope<'a> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    pub subject: Cow<'a, str>,
    time: InstantText,
    #[serde(borrow)]
    seq: Cow<'a, str>,
    #[serde(borrow)]
    inseq: Cow<'a, str>,
    #[serde(borrow)]
    actor: Cow<'a, str>,
    command: Option<Digest>,
    askedat: Option<InstantText>,
    #[serde(borrow)]
    pub data: &'a RawValue,
}

/// What tells a record of ours from another, where the rest of the envelope is broken.
#[derive(Deserialize)]
struct Identity<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

/// The line of a record. `names` must know every name in it, those of its own group included.
pub fn encode(recorded: &Recorded, names: &Names, subjects: &Subjects) -> Line {
    encode_traced(recorded, names, subjects, None)
}

/// The same, with the trace of whoever caused the record.
pub fn encode_traced(
    recorded: &Recorded,
    names: &Names,
    subjects: &Subjects,
    trace: Option<&Traceparent>,
) -> Line {
    twin::write(&recorded.event, names, LinePen { recorded, names, subjects, trace })
}

/// The type word of an event, as `offer.made`.
pub fn word(event: &Event, names: &Names) -> &'static str {
    twin::write(event, names, WordPen)
}

/// The record of a line, as published or as stored. `names` must be filled by the records before it.
pub fn decode(subject: &str, payload: &[u8], names: &Names) -> Result<Recorded, RecordFault> {
    let route = RecordSubject::parse(subject)
        .ok_or_else(|| RecordFault::Foreign("its subject is not one of the journal".to_owned()))?;
    if let Some(recorded) = decode_ours(&route, payload, names) {
        return Ok(recorded);
    }
    let envelope = Envelope::read(payload, route.prefix)?;
    let word = envelope.word()?;
    if !route.is_of(word) {
        return Err(RecordFault::Broken("its type is not that of its subject".to_owned()));
    }
    let event = twin::read(word, envelope.data.get(), names).map_err(|fault| match fault {
        ReadFault::UnknownWord => RecordFault::UnknownType(envelope.kind.clone().into_owned()),
        ReadFault::Broken(reason) => RecordFault::Broken(format!("data of `{word}`: {reason}")),
    })?;
    Ok(Recorded {
        seq: envelope.seq()?,
        at: envelope.time.0,
        inseq: number(&envelope.inseq, "inseq")?,
        actor: actor_id(&envelope.actor, &event, names)?,
        command: envelope.command()?,
        event,
    })
}

/// The same for a line in our own layout, where nothing is wrong with it.
fn decode_ours(route: &RecordSubject<'_>, payload: &[u8], names: &Names) -> Option<Recorded> {
    let (found, data) = layout::read(str::from_utf8(payload).ok()?)?;
    let ours = found.source.strip_prefix(SOURCE_PREFIX) == Some(route.prefix) && route.is_of(found.word);
    ours.then_some(())?;
    let event = twin::read(found.word, data, names).ok()?;
    Some(Recorded {
        seq: Seq(found.seq),
        at: found.time,
        inseq: found.inseq,
        actor: actor_id(found.actor, &event, names).ok()?,
        command: found.command,
        event,
    })
}

/// What a content record holds, whoever wrote it: content names nobody by number.
pub fn content(payload: &[u8]) -> Result<ContentRecord, RecordFault> {
    let envelope = Envelope::read_any(payload)?;
    let word = envelope.word()?;
    match twin::read(word, envelope.data.get(), &Names::default()) {
        Ok(Event::Content(record)) => Ok(*record),
        _ => Err(RecordFault::Broken(format!("`{word}` is not content that can be read"))),
    }
}

/// Whether a record says of itself that it lies at this place. A forged one cannot know, since the
/// leader alone knows the next place.
pub fn claims_place(payload: &[u8], place: u64) -> bool {
    #[derive(Deserialize)]
    struct Place<'a> {
        #[serde(borrow)]
        seq: Cow<'a, str>,
    }
    serde_json::from_slice::<Place<'_>>(payload).is_ok_and(|found| found.seq.parse() == Ok(place))
}

impl<'a> Envelope<'a> {
    /// Reads the envelope of a record of the site with this prefix.
    fn read(payload: &'a [u8], prefix: &str) -> Result<Envelope<'a>, RecordFault> {
        match serde_json::from_slice::<Envelope<'a>>(payload) {
            Ok(envelope) => {
                check_ours(&envelope.source, &envelope.kind, prefix)?;
                check(envelope.specversion == SPEC_VERSION, "its CloudEvents version is not 1.0")?;
                Ok(envelope)
            }
            Err(fault) => {
                let identity = serde_json::from_slice::<Identity<'_>>(payload)
                    .map_err(|_| RecordFault::Foreign("not a CloudEvent".to_owned()))?;
                check_ours(&identity.source, &identity.kind, prefix)?;
                Err(RecordFault::Broken(format!("envelope: {}", sentence(&fault))))
            }
        }
    }

    /// Reads the envelope of a record that was read from the journal before, whatever its site.
    pub fn read_any(payload: &'a [u8]) -> Result<Envelope<'a>, RecordFault> {
        serde_json::from_slice(payload)
            .map_err(|fault| RecordFault::Broken(format!("envelope: {}", sentence(&fault))))
    }

    /// The type word, as `offer.made`.
    pub fn word(&self) -> Result<&str, RecordFault> {
        let word = self.kind.strip_prefix(TYPE_PREFIX).and_then(|rest| rest.strip_suffix(TYPE_SUFFIX));
        word.ok_or_else(|| RecordFault::UnknownType(self.kind.clone().into_owned()))
    }

    /// Its place in the journal.
    pub fn seq(&self) -> Result<Seq, RecordFault> {
        number(&self.seq, "seq").map(Seq)
    }

    fn command(&self) -> Result<Option<CommandCause>, RecordFault> {
        match (self.command, self.askedat) {
            (Some(key), Some(asked_at)) => Ok(Some(CommandCause { key, asked_at: asked_at.0 })),
            (None, None) => Ok(None),
            _ => Err(RecordFault::Broken("`command` and `askedat` go together".to_owned())),
        }
    }
}

fn check_ours(source: &str, kind: &str, prefix: &str) -> Result<(), RecordFault> {
    let ours = source.strip_prefix(SOURCE_PREFIX) == Some(prefix);
    let foreign = |reason: &str| Err(RecordFault::Foreign(reason.to_owned()));
    match (ours, kind.starts_with(TYPE_PREFIX)) {
        (true, true) => Ok(()),
        (false, _) => foreign("its source is not this site"),
        (true, false) => foreign("its type is not one of ours"),
    }
}

fn check(holds: bool, reason: &str) -> Result<(), RecordFault> {
    if holds { Ok(()) } else { Err(RecordFault::Broken(reason.to_owned())) }
}

fn number(text: &str, attribute: &str) -> Result<u64, RecordFault> {
    text.parse().map_err(|_| RecordFault::Broken(format!("`{attribute}` is not a number")))
}

/// Who caused a record: named before, or by the record itself.
fn actor_id(name: &str, event: &Event, names: &Names) -> Result<ActorId, RecordFault> {
    if let Some(actor) = names.find_actor(name) {
        return Ok(actor);
    }
    if let Event::Named { kind: NameKind::Actor, first, names } = event
        && let Some(place) = names.iter().position(|named| named.as_str() == name)
    {
        return Ok(ActorId(first.saturating_add(place as u32)));
    }
    Err(RecordFault::Broken("no event before it named its actor".to_owned()))
}

/// The CloudEvents type of a type word.
pub(crate) fn type_of(word: &str) -> String {
    format!("{TYPE_PREFIX}{word}{TYPE_SUFFIX}")
}

struct LinePen<'a> {
    recorded: &'a Recorded,
    names: &'a Names,
    subjects: &'a Subjects,
    trace: Option<&'a Traceparent>,
}

impl Pen for LinePen<'_> {
    type Out = Line;

    fn put<T: Twin>(self, twin: &T) -> Line {
        let LinePen { recorded, names, subjects, trace } = self;
        let about = twin.about().to_string();
        let attributes = Attributes {
            source: subjects.source(),
            word: T::WORD,
            subject: &about,
            time: recorded.at,
            seq: recorded.seq.0,
            inseq: recorded.inseq,
            actor: names.actor(recorded.actor).as_str(),
            command: recorded.command,
            trace: trace.map(Traceparent::as_str),
        };
        // Most facts fit in 1 KiB at once.
        let mut payload = Vec::with_capacity(1_024);
        attributes.write(&mut payload);
        serde_json::to_writer(&mut payload, twin)
            .expect("a twin holds texts, numbers, lists and members only, and memory does not fail");
        payload.push(b'}');
        Line { subject: subjects.record(T::WORD, &about), payload }
    }
}

struct WordPen;

impl Pen for WordPen {
    type Out = &'static str;

    fn put<T: Twin>(self, _: &T) -> &'static str {
        T::WORD
    }
}
