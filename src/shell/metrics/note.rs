//! What a record means to the metrics. It is noted when the record is made, since the state is at hand then, and
//! counted when the record is durable.

use crate::domain::{ClockId, InteractionId, Metric, Outcome, QueueId};
use crate::engine::event::{Event, Recorded};
use crate::engine::state::State;

use super::census::{Census, Running, Standing};

/// How an offer went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferOutcome {
    Made,
    Accepted,
    Declined,
    Expired,
    Rescinded,
}

/// Something to be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// An interaction stands here after its step; `None`: it is closed.
    Stands(InteractionId, Option<Standing>),
    /// A clock runs like this after its step; `None`: it has ended.
    Runs(ClockId, Option<Running>),
    Offer(OfferOutcome),
    /// An agent accepted after so many milliseconds in this queue.
    Waited(QueueId, i64),
    /// A promise was broken; it was recorded so many milliseconds after it was due to be.
    Breached(Metric, i64),
    Ended(Metric, Outcome),
    /// A rung of this ladder was reached.
    Raised(String, u32),
    /// An input was refused, with this code.
    Refused(String),
    /// A durable command was rejected, with this code.
    Rejected(String),
}

impl Note {
    /// Notes what a record means, in the state after its whole step.
    pub fn take(recorded: &Recorded, state: &State, notes: &mut Vec<Note>) {
        match &recorded.event {
            Event::InteractionQueued(event) => notes.push(Note::stands(state, event.interaction)),
            Event::InteractionAssigned(event) => notes.push(Note::stands(state, event.interaction)),
            Event::InteractionPended { hold, .. }
            | Event::InteractionResumed { hold, .. }
            | Event::WrapUpStarted { hold, .. } => notes.push(Note::stands(state, hold.interaction)),
            Event::InteractionClosed { interaction, .. } => notes.push(Note::stands(state, *interaction)),
            Event::OfferMade(made) => Note::offer(state, made.interaction, OfferOutcome::Made, notes),
            Event::OfferAccepted(end) => {
                Note::offer(state, end.interaction, OfferOutcome::Accepted, notes);
                if let Some(interaction) = state.interaction(end.interaction) {
                    let waited = recorded.at.since(interaction.waiting_since);
                    notes.push(Note::Waited(interaction.queue, waited.0));
                }
            }
            Event::OfferDeclined { end, .. } => {
                Note::offer(state, end.interaction, OfferOutcome::Declined, notes);
            }
            Event::OfferExpired { end, .. } => {
                Note::offer(state, end.interaction, OfferOutcome::Expired, notes);
            }
            Event::OfferRescinded { end, .. } => {
                Note::offer(state, end.interaction, OfferOutcome::Rescinded, notes);
            }
            Event::InputRefused(refused) => notes.push(Note::Refused(refused.code.clone())),
            Event::CommandRejected { code, .. } => notes.push(Note::Rejected(code.clone())),
            _ => Note::promise(recorded, state, notes),
        }
    }

    /// Notes what a record means to promises, if anything.
    fn promise(recorded: &Recorded, state: &State, notes: &mut Vec<Note>) {
        match &recorded.event {
            Event::ClockStarted(started) => notes.push(Note::runs(state, started.clock)),
            Event::ClockBreached { clock, metric, .. } => {
                notes.push(Note::runs(state, *clock));
                let late = state.clock(*clock).map_or(0, |clock| recorded.at.since(clock.breach_at).0);
                notes.push(Note::Breached(*metric, late));
            }
            Event::BreachRetracted { clock, .. } => notes.push(Note::runs(state, *clock)),
            Event::ClockEnded { clock, metric, outcome, .. } => {
                notes.push(Note::runs(state, *clock));
                notes.push(Note::Ended(*metric, *outcome));
            }
            Event::EscalationRaised(raised) => {
                // The clock may have ended in the same step, and its ladder with it: the record knows.
                let stood = raised.stood.as_ref();
                notes.extend(stood.map(|stood| Note::Raised(stood.ladder.clone(), raised.rung)));
            }
            _ => {}
        }
    }

    /// Counts where things stand. What happened how often is the metrics' own.
    pub fn settle(&self, census: &mut Census) {
        match self {
            Note::Stands(id, standing) => census.stands(*id, *standing),
            Note::Runs(id, running) => census.runs(*id, *running),
            _ => {}
        }
    }

    fn offer(state: &State, id: InteractionId, outcome: OfferOutcome, notes: &mut Vec<Note>) {
        notes.push(Note::Offer(outcome));
        notes.push(Note::stands(state, id));
    }

    fn stands(state: &State, id: InteractionId) -> Note {
        Note::Stands(id, Standing::of(state, id))
    }

    fn runs(state: &State, id: ClockId) -> Note {
        Note::Runs(id, Running::of(state, id))
    }
}

impl OfferOutcome {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            OfferOutcome::Made => "made",
            OfferOutcome::Accepted => "accepted",
            OfferOutcome::Declined => "declined",
            OfferOutcome::Expired => "expired",
            OfferOutcome::Rescinded => "rescinded",
        }
    }
}
