//! What the shell owes the world for a record. `react` is asked for every record behind the outbox's
//! mark, after a crash as in service: there is no second path.

use crate::domain::{Channel, Seq};

use super::event::{Event, Recorded};

/// Which effect: the record that caused it, and its place among that record's effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EffectId {
    pub seq: Seq,
    pub ordinal: u32,
}

/// What the shell must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Put an input that was not understood into DEAD, whole, with the reason.
    Bury {
        /// Its place in the input stream.
        inseq: u64,
        /// The subject that it came by.
        subject: String,
        /// The channel, where the subject names one.
        channel: Option<Channel>,
        /// Why, as a code of one word.
        code: String,
        /// Why, as a sentence.
        reason: String,
    },
}

/// The effects of one record.
pub fn react(recorded: &Recorded) -> Vec<(EffectId, Effect)> {
    match &recorded.event {
        Event::InputRefused(refused) => {
            let effect = Effect::Bury {
                inseq: recorded.inseq,
                subject: refused.subject.clone(),
                channel: refused.channel,
                code: refused.code.clone(),
                reason: refused.reason.clone(),
            };
            vec![(EffectId { seq: recorded.seq, ordinal: 0 }, effect)]
        }
        _ => Vec::new(),
    }
}
