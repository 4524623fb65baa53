//! Updates that came before their message. They wait for so long and so many of them; what is forgotten follows from
//! those that came, never from a clock, so that a replay forgets the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Digest, Seq, Span, Timestamp};

use super::super::event::PendedChange;
use super::threads::HalfKey;

/// How long an update waits for its message.
pub const PENDED_FOR: Span = Span::hours(7 * 24);
/// How many updates wait: the newest.
pub const PENDED_MAX: usize = 10_000;
/// How many of them are of one person: the newest, so that he ends nobody else's.
pub const PENDED_OF_WRITER_MAX: usize = 256;
/// How many of them wait for one message: the newest.
pub const PENDED_OF_KEY_MAX: usize = 16;

/// An update that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pended {
    /// The keys of the messages that it waits for.
    pub targets: Vec<HalfKey>,
    pub change: PendedChange,
    pub from: Option<Digest>,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub content: Option<Seq>,
}

/// Those that wait, in the order in which they came, and by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendedUpdates {
    table: BTreeMap<Seq, Pended>,
    by_key: BTreeSet<(HalfKey, Seq)>,
    by_writer: BTreeSet<(HalfKey, Seq)>,
}

impl PendedUpdates {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Those that wait for a message at this instant, the oldest first.
    pub fn of(&self, key: HalfKey, at: Timestamp) -> impl Iterator<Item = &Pended> {
        let waiting = self.places(key).into_iter().filter_map(|place| self.table.get(&place));
        waiting.filter(move |pended| at.since(pended.received_at) <= PENDED_FOR)
    }

    /// Lets one wait, and forgets those that waited too long or are too many.
    pub fn insert(&mut self, place: Seq, mut pended: Pended) {
        pended.targets.sort_unstable();
        pended.targets.dedup();
        for key in &pended.targets {
            let waiting = self.places(*key);
            if waiting.len() >= PENDED_OF_KEY_MAX
                && let Some(oldest) = waiting.first()
            {
                self.release(*key, *oldest);
            }
            self.by_key.insert((*key, place));
        }
        let newest = pended.received_at;
        if let Some(writer) = pended.from.map(HalfKey::of) {
            let own = self.by_writer.range((writer, Seq(0))..=(writer, Seq(u64::MAX)));
            if own.clone().count() >= PENDED_OF_WRITER_MAX
                && let Some((_, oldest)) = own.clone().next().copied()
            {
                self.remove(oldest);
            }
            self.by_writer.insert((writer, place));
        }
        self.table.insert(place, pended);
        while let Some((place, oldest)) = self.table.first_key_value()
            && (self.table.len() > PENDED_MAX || newest.since(oldest.received_at) > PENDED_FOR)
        {
            self.remove(*place);
        }
    }

    /// A message came: what waited for it waits for it no more.
    pub fn take(&mut self, key: HalfKey) {
        for place in self.places(key) {
            self.release(key, place);
        }
    }

    /// Every entry of the index, for the sweep of the invariants.
    pub fn index(&self) -> &BTreeSet<(HalfKey, Seq)> {
        &self.by_key
    }

    /// What is listed by who told it, for the same.
    pub fn writers(&self) -> &BTreeSet<(HalfKey, Seq)> {
        &self.by_writer
    }

    /// Everything that waits, with its place.
    pub fn iter(&self) -> impl Iterator<Item = (Seq, &Pended)> {
        self.table.iter().map(|(place, pended)| (*place, pended))
    }

    fn places(&self, key: HalfKey) -> Vec<Seq> {
        self.by_key.range((key, Seq(0))..=(key, Seq(u64::MAX))).map(|(_, place)| *place).collect()
    }

    fn release(&mut self, key: HalfKey, place: Seq) {
        self.by_key.remove(&(key, place));
        if let Some(pended) = self.table.get_mut(&place) {
            pended.targets.retain(|target| *target != key);
            if pended.targets.is_empty() {
                self.remove(place);
            }
        }
    }

    fn remove(&mut self, place: Seq) {
        if let Some(pended) = self.table.remove(&place) {
            if let Some(writer) = pended.from.map(HalfKey::of) {
                self.by_writer.remove(&(writer, place));
            }
            for key in pended.targets {
                self.by_key.remove(&(key, place));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pended(key: u128, at: Timestamp) -> Pended {
        Pended {
            targets: vec![half(key)],
            change: PendedChange::Delete,
            from: None,
            sent_at: None,
            received_at: at,
            content: None,
        }
    }

    #[test]
    fn a_flood_of_one_person_ends_nobody_elses() {
        let mut updates = PendedUpdates::default();
        let from =
            |key: u128, who: u128| Pended { from: Some(Digest(who << 64)), ..pended(key, Timestamp(0)) };
        updates.insert(Seq(1), from(1, 7));
        for number in 0..PENDED_OF_WRITER_MAX as u64 * 2 {
            updates.insert(Seq(2 + number), from(10 + u128::from(number), 8));
        }
        assert_eq!((updates.len(), updates.writers().len()), (1 + PENDED_OF_WRITER_MAX, updates.len()));
        assert_eq!(updates.of(half(1), Timestamp(0)).count(), 1);
        assert_eq!(updates.of(half(10), Timestamp(0)).count(), 0);
        updates.take(half(1));
        assert_eq!((updates.len(), updates.writers().len()), (PENDED_OF_WRITER_MAX, PENDED_OF_WRITER_MAX));
    }

    fn half(key: u128) -> HalfKey {
        HalfKey::of(Digest(key << 64))
    }

    #[test]
    fn what_waits_is_bounded_in_time_and_for_one_message() {
        let mut updates = PendedUpdates::default();
        let start = Timestamp(0);
        for place in 0..PENDED_OF_KEY_MAX as u64 + 3 {
            updates.insert(Seq(place + 1), pended(1, start));
        }
        assert_eq!(updates.of(half(1), start).count(), PENDED_OF_KEY_MAX);
        let late = start.after(PENDED_FOR).after(Span(1));
        assert_eq!(updates.of(half(1), late).count(), 0);
        updates.insert(Seq(100), pended(2, late));
        assert_eq!((updates.len(), updates.index().len()), (1, 1));
        updates.take(half(2));
        assert!(updates.is_empty() && updates.index().is_empty());
    }
}
