//! A group: what one round of the loop appends together, and the answers that wait for it.

use std::collections::BTreeMap;

use crate::domain::Seq;
use crate::engine::effect::{Effect, EffectId, react};
use crate::engine::{Accepted, Engine, Rejection, STEP_EVENTS_MAX};
use crate::wire::journal::encode_traced;
use crate::wire::{Subjects, Traceparent};

use super::answer::Answer;
use super::door::Reply;
use super::hints::{Told, concerned};
use super::join::Join;
use super::journal::{GROUP_LINES_MAX, Line};
use super::metrics::Note;
use super::query::{StatusJoin, from_record};

/// Behind so many bytes nothing more is taken in: the largest step still fits into the server's limit.
const BYTES_FULL: usize = 128 * 1024;

/// What one round leads to.
#[derive(Default)]
pub struct Group {
    lines: Vec<Line>,
    bytes: usize,
    first: u64,
    answers: Vec<(Reply, Body)>,
    effects: Vec<(EffectId, Effect)>,
    hints: Vec<Told>,
    notes: Vec<Note>,
}

/// An answer that waits until its group is durable.
enum Body {
    /// Ready as it is.
    Ready(Answer),
    /// Made from a record of this group or of the journal.
    Record { seq: Seq, repeated: bool },
    /// To be joined with content of the journal.
    Join(Join),
    /// To be joined with what the streams say.
    Status(StatusJoin),
}

impl Group {
    /// Takes over what the engine recorded for its last command.
    pub fn take(&mut self, engine: &Engine, subjects: &Subjects, trace: Option<&Traceparent>) {
        for recorded in engine.events() {
            let line = encode_traced(recorded, &engine.state().names, subjects, trace);
            self.bytes += line.payload.len();
            if self.lines.is_empty() {
                self.first = recorded.seq.0;
            }
            for (hint, whom) in concerned(recorded, engine) {
                self.hints.push(Told { hint, whom, body: line.payload.clone().into() });
            }
            self.lines.push(Line { subject: line.subject, payload: line.payload });
            self.effects.extend(react(recorded, &engine.state().names));
            Note::take(recorded, engine.state(), &mut self.notes);
        }
    }

    /// Whether so many more commands fit, however much each of them leads to.
    pub fn has_room(&self, commands: usize) -> bool {
        self.lines.len() + commands * STEP_EVENTS_MAX <= GROUP_LINES_MAX && self.bytes <= BYTES_FULL
    }

    /// Whether there is nothing to append.
    pub fn has_no_lines(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether there is nothing to do at all.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.answers.is_empty() && self.hints.is_empty()
    }

    /// What to append.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What its records mean to the metrics, once they are durable.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The answer of a command.
    pub fn answer_command(&mut self, reply: Reply, outcome: &Result<Accepted, Rejection>, seq: Seq) {
        let body = match outcome {
            Ok(Accepted::Recorded(seq)) => Body::Record { seq: *seq, repeated: false },
            Ok(Accepted::Repeated(seq)) => Body::Record { seq: *seq, repeated: true },
            Ok(Accepted::Unchanged) => Body::Ready(Answer::unchanged(seq)),
            Err(rejection) => Body::Ready(Answer::rejected(seq, rejection)),
        };
        self.answers.push((reply, body));
    }

    /// A hint that is no fact of the journal.
    pub fn hint(&mut self, told: Option<Told>) {
        self.hints.extend(told);
    }

    /// An answer that is ready.
    pub fn answer(&mut self, reply: Reply, answer: Answer) {
        self.answers.push((reply, Body::Ready(answer)));
    }

    /// An answer that content is joined to.
    pub fn answer_joined(&mut self, reply: Reply, join: Join) {
        self.answers.push((reply, Body::Join(join)));
    }

    /// An answer that the streams' ends are joined to.
    pub fn answer_status(&mut self, reply: Reply, join: StatusJoin) {
        self.answers.push((reply, Body::Status(join)));
    }

    /// Ends the group: what to answer now that it is durable, and which effects are owed.
    pub fn finish(self) -> Finished {
        let Group { lines, first, answers, effects, hints, .. } = self;
        let records: BTreeMap<u64, Vec<u8>> =
            (first..).zip(lines.into_iter().map(|line| line.payload)).collect();
        let ready = answers.into_iter().map(|(reply, body)| {
            let deferred = match body {
                Body::Ready(answer) => Deferred::Ready(answer),
                Body::Join(join) => Deferred::Join(join),
                Body::Status(join) => Deferred::Status(join),
                Body::Record { seq, repeated } => match records.get(&seq.0) {
                    Some(payload) => Deferred::Ready(from_record(payload, repeated)),
                    None => Deferred::Read { seq, repeated },
                },
            };
            (reply, deferred)
        });
        Finished { answers: ready.collect(), effects, hints }
    }

    /// Every reply of a group whose outcome is not known.
    pub fn into_replies(self) -> impl Iterator<Item = Reply> {
        self.answers.into_iter().map(|(reply, _)| reply)
    }
}

/// What a durable group owes.
pub struct Finished {
    /// Who is answered what.
    pub answers: Vec<(Reply, Deferred)>,
    /// What leaves.
    pub effects: Vec<(EffectId, Effect)>,
    /// What desktops are told.
    pub hints: Vec<Told>,
}

/// An answer of a durable group, perhaps still to be read from the journal, off the loop.
pub enum Deferred {
    /// As it is.
    Ready(Answer),
    /// The record lies in the journal.
    Read { seq: Seq, repeated: bool },
    /// Content lies in the journal.
    Join(Join),
    /// The streams are to be looked at.
    Status(StatusJoin),
}
