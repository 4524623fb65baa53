//! Which conversations wait for a mail that was named before it came: the parents of answers that were faster. Whoever
//! names an id waits for it himself, so nobody takes it by being the first; and each writer has a bound of his own, so
//! nobody's flood ends what others wait for. What is forgotten follows from what comes, never from a clock, so that a
//! replay forgets the same.
//!
//! As with threads an entry is half of a digest, of the key as of the writer.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ConversationId, Digest, Span, Timestamp};

use super::HalfKey;

/// How long a mail is waited for.
pub const AWAITED_FOR: Span = Span::hours(7 * 24);
/// How many mails are waited for in all: the newest.
pub const AWAITED_MAX: usize = 100_000;
/// How many of them one writer named: the newest.
pub const AWAITED_OF_WRITER_MAX: usize = 64;
/// Besides whoever asks: of how many writers is looked whether they wait for the same.
const OTHERS_MAX: usize = 16;

/// What one writer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// Where he named it.
    conversation: ConversationId,
    since: Timestamp,
}

/// What is waited for, by key and writer, by writer, and by age.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    table: BTreeMap<(HalfKey, HalfKey), Entry>,
    by_writer: BTreeSet<(HalfKey, Timestamp, HalfKey)>,
    by_age: BTreeSet<(Timestamp, HalfKey, HalfKey)>,
}

impl Awaited {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Where this writer waits for a mail, as of an instant.
    pub fn by(&self, writer: Digest, key: Digest, at: Timestamp) -> Option<ConversationId> {
        let entry = self.table.get(&(HalfKey::of(key), HalfKey::of(writer)));
        entry.filter(|entry| entry.stands(at)).map(|entry| entry.conversation)
    }

    /// Where a mail is waited for, as of an instant: first where this writer does, then where some of the others do.
    pub fn of(
        &self,
        key: Digest,
        writer: Digest,
        at: Timestamp,
    ) -> impl Iterator<Item = ConversationId> + use<'_> {
        let (half, own) = (HalfKey::of(key), HalfKey::of(writer));
        let all = self.table.range((half, HalfKey::FIRST)..=(half, HalfKey::LAST));
        let others = all.filter(move |((_, writer), _)| *writer != own).take(OTHERS_MAX);
        let others = others.filter(move |(_, entry)| entry.stands(at)).map(|(_, entry)| entry.conversation);
        self.by(writer, key, at).into_iter().chain(others)
    }

    /// A writer waits for a mail from now on, in the conversation where he named it.
    pub fn insert(&mut self, key: Digest, writer: Digest, conversation: ConversationId, at: Timestamp) {
        self.remove(key, writer);
        let (key, writer) = (HalfKey::of(key), HalfKey::of(writer));
        let of_writer = self.by_writer.range((writer, Timestamp(i64::MIN), HalfKey::FIRST)..);
        let of_writer = of_writer.take_while(|(of, ..)| *of == writer);
        if of_writer.clone().count() >= AWAITED_OF_WRITER_MAX
            && let Some((_, _, oldest)) = of_writer.clone().next()
        {
            self.forget((*oldest, writer));
        }
        self.table.insert((key, writer), Entry { conversation, since: at });
        self.by_writer.insert((writer, at, key));
        self.by_age.insert((at, key, writer));
        let newest = self.by_age.last().map_or(at, |(since, ..)| *since);
        while let Some((since, key, writer)) = self.by_age.first().copied()
            && (self.table.len() > AWAITED_MAX || newest.since(since) > AWAITED_FOR)
        {
            self.forget((key, writer));
        }
    }

    /// A writer waits for a mail no more.
    pub fn remove(&mut self, key: Digest, writer: Digest) {
        self.forget((HalfKey::of(key), HalfKey::of(writer)));
    }

    /// What does not hold that should, for the sweep of the invariants.
    pub fn fault(&self) -> Option<&'static str> {
        let by_writer =
            self.table.iter().map(|((key, writer), entry)| (*writer, entry.since, *key)).collect();
        let by_age = self.table.iter().map(|((key, writer), entry)| (entry.since, *key, *writer)).collect();
        let of_writer = |(writer, ..): &(HalfKey, Timestamp, HalfKey)| {
            self.by_writer.range((*writer, Timestamp(i64::MIN), HalfKey::FIRST)..).nth(AWAITED_OF_WRITER_MAX)
        };
        let is_crowded =
            |entry: &(HalfKey, Timestamp, HalfKey)| of_writer(entry).is_some_and(|(of, ..)| *of == entry.0);
        let newest = self.by_age.last().map(|(since, ..)| *since);
        let is_late = |since: Timestamp| newest.is_some_and(|newest| newest.since(since) > AWAITED_FOR);
        match () {
            () if self.by_writer != by_writer || self.by_age != by_age => {
                Some("what is waited for is not what is listed")
            }
            () if self.table.len() > AWAITED_MAX => Some("too much is waited for"),
            () if self.by_writer.iter().any(is_crowded) => Some("one writer waits for too much"),
            () if self.by_age.first().is_some_and(|(since, ..)| is_late(*since)) => {
                Some("something is waited for too long")
            }
            () => None,
        }
    }

    fn forget(&mut self, (key, writer): (HalfKey, HalfKey)) {
        if let Some(entry) = self.table.remove(&(key, writer)) {
            self.by_writer.remove(&(writer, entry.since, key));
            self.by_age.remove(&(entry.since, key, writer));
        }
    }
}

impl Entry {
    fn stands(&self, at: Timestamp) -> bool {
        at.since(self.since) <= AWAITED_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIM: Digest = Digest(7 << 64);
    const START: Timestamp = Timestamp(5_000);

    fn digest(number: u128) -> Digest {
        Digest(number << 64)
    }

    #[test]
    fn a_mail_is_waited_for_seven_days() {
        let mut awaited = Awaited::default();
        awaited.insert(digest(1), KIM, ConversationId(1), START);
        let end = START.after(AWAITED_FOR);
        assert_eq!(awaited.by(KIM, digest(1), end), Some(ConversationId(1)));
        assert_eq!(awaited.by(KIM, digest(1), Timestamp(end.0 + 1)), None);
        awaited.insert(digest(2), KIM, ConversationId(1), Timestamp(end.0 + 1));
        assert_eq!((awaited.len(), awaited.fault()), (1, None));
    }

    #[test]
    fn whoever_waits_is_asked_first_and_others_behind() {
        let mut awaited = Awaited::default();
        for stranger in 100..200 {
            awaited.insert(digest(1), digest(stranger), ConversationId(stranger as u64), START);
        }
        awaited.insert(digest(1), KIM, ConversationId(1), START);
        let found: Vec<_> = awaited.of(digest(1), KIM, START).collect();
        assert_eq!((found.first(), found.len()), (Some(&ConversationId(1)), 1 + OTHERS_MAX));
        awaited.remove(digest(1), KIM);
        assert_eq!(awaited.by(KIM, digest(1), START), None);
    }

    #[test]
    fn a_flood_of_one_writer_forgets_his_own_and_nobody_elses() {
        let mut awaited = Awaited::default();
        awaited.insert(digest(1), KIM, ConversationId(1), START);
        for number in 0..AWAITED_OF_WRITER_MAX as u128 * 3 {
            awaited.insert(
                digest(10 + number),
                digest(8),
                ConversationId(2),
                START.after(Span(number as i64)),
            );
        }
        assert_eq!((awaited.len(), awaited.fault()), (1 + AWAITED_OF_WRITER_MAX, None));
        assert_eq!(awaited.by(KIM, digest(1), START), Some(ConversationId(1)));
        assert_eq!(awaited.by(digest(8), digest(10), START), None);
    }

    #[test]
    fn what_does_not_hold_is_seen() {
        let mut awaited = Awaited::default();
        awaited.insert(digest(1), KIM, ConversationId(1), START);
        let (key, writer) = (HalfKey::of(digest(1)), HalfKey::of(KIM));
        let doctored = |doctor: fn(&mut Awaited, HalfKey, HalfKey)| {
            let mut doctored = awaited.clone();
            doctor(&mut doctored, key, writer);
            doctored.fault()
        };
        assert_eq!(doctored(|_, _, _| {}), None);
        let unlisted = Some("what is waited for is not what is listed");
        assert_eq!(doctored(|it, key, writer| _ = it.table.remove(&(key, writer))), unlisted);
        assert_eq!(doctored(|it, key, writer| _ = it.by_age.remove(&(START, key, writer))), unlisted);
        assert_eq!(doctored(|it, key, writer| _ = it.by_writer.remove(&(writer, START, key))), unlisted);
        let late = doctored(|it, key, _| {
            let (writer, at) = (HalfKey::of(digest(9)), Timestamp(START.0 + AWAITED_FOR.0 + 1));
            it.table.insert((key, writer), Entry { conversation: ConversationId(2), since: at });
            it.by_age.insert((at, key, writer));
            it.by_writer.insert((writer, at, key));
        });
        assert_eq!(late, Some("something is waited for too long"));
        let crowded = doctored(|it, _, writer| {
            for number in 0..AWAITED_OF_WRITER_MAX as u128 {
                let key = HalfKey::of(digest(100 + number));
                it.table.insert((key, writer), Entry { conversation: ConversationId(2), since: START });
                it.by_age.insert((START, key, writer));
                it.by_writer.insert((writer, START, key));
            }
        });
        assert_eq!(crowded, Some("one writer waits for too much"));
    }
}
