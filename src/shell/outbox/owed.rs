//! What a recovery finds owed behind the marks. It holds so much of it; what is more lies in the journal.

use tracing::warn;

use crate::domain::Seq;
use crate::engine::effect::{Effect, EffectId};

use super::Marks;
use super::carrier::WAITING_MAX;
use super::mark::Mark;

/// What each stream is owed.
#[derive(Debug, Default)]
pub struct Owed {
    pub(super) dead: Debts,
    pub(super) out: Debts,
}

/// What one stream is owed.
#[derive(Debug, Default)]
pub(super) struct Debts {
    /// The first of it.
    pub(super) held: Vec<(EffectId, Effect)>,
    /// From which effect to which record the rest is to be read from the journal.
    pub(super) left: Option<(EffectId, Seq)>,
}

impl Owed {
    /// Notes the effects of a record, as far as they have not left.
    pub fn note(&mut self, effects: Vec<(EffectId, Effect)>, marks: &Marks) {
        for (id, effect) in effects {
            match effect {
                Effect::Bury { .. } => self.dead.note(id, effect, &marks.dead),
                Effect::Hand(_) => self.out.note(id, effect, &marks.out),
                // Whoever leads next makes it due again.
                Effect::SendMail { .. } => {}
            }
        }
    }

    /// Forgets what is owed to a stream that was emptied: nobody wants the whole history again.
    pub fn forget_emptied(&mut self, marks: &Marks) {
        for (stream, debts, mark) in
            [("DEAD", &mut self.dead, &marks.dead), ("OUT", &mut self.out, &marks.out)]
        {
            if mark.emptied && !debts.held.is_empty() {
                warn!(stream, "a stream was emptied; what it was owed before is not put there again");
                *debts = Debts::default();
            }
        }
    }
}

impl Debts {
    fn note(&mut self, id: EffectId, effect: Effect, mark: &Mark) {
        if mark.done.is_some_and(|done| id <= done) || mark.emptied && !self.held.is_empty() {
            return;
        }
        match &mut self.left {
            Some((_, to)) => *to = id.seq,
            None if self.held.len() < WAITING_MAX => self.held.push((id, effect)),
            None => self.left = Some((id, id.seq)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bury(seq: u64) -> Vec<(EffectId, Effect)> {
        let (subject, code, reason) = (String::new(), String::new(), String::new());
        let effect = Effect::Bury { inseq: seq, subject, channel: None, code, reason };
        vec![(EffectId { seq: Seq(seq), ordinal: 0 }, effect)]
    }

    #[test]
    fn what_is_owed_beyond_the_room_is_named_by_its_place() {
        let mut owed = Owed::default();
        let done = Some(EffectId { seq: Seq(10), ordinal: 0 });
        let marks = Marks { dead: Mark { done, ..Mark::default() }, ..Marks::default() };
        let last = 10 + WAITING_MAX as u64 + 5;
        (1..=last).for_each(|seq| owed.note(bury(seq), &marks));
        assert_eq!(owed.dead.held.first().map(|(id, _)| id.seq), Some(Seq(11)));
        let from = EffectId { seq: Seq(last - 4), ordinal: 0 };
        assert_eq!((owed.dead.held.len(), owed.dead.left), (WAITING_MAX, Some((from, Seq(last)))));
        owed.forget_emptied(&Marks { dead: Mark { emptied: true, ..Mark::default() }, ..marks });
        assert!(owed.dead.held.is_empty() && owed.dead.left.is_none());
    }
}
