//! Keys remembered for some days and then forgotten, a day at a time: the dedupe of messages and of
//! commands, and the deliveries of mails. A day is a table of digests, or of halves, looked up and never iterated.
//! What is forgotten follows from the keys that came, never from a clock, so that a replay forgets the same.

use std::collections::BTreeMap;
use std::hash::Hash;

use crate::domain::Timestamp;

use super::uniform::UniformMap;

/// Keys with what is remembered of each, by the day of their instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window<K: Eq + Hash, V> {
    days_kept: i64,
    days: BTreeMap<i64, UniformMap<K, V>>,
    len: usize,
}

impl<K: Copy + Eq + Hash, V: Copy> Window<K, V> {
    /// A window that keeps a key at least so many whole days.
    pub fn of_days(days: i64) -> Window<K, V> {
        Window { days_kept: days, days: BTreeMap::new(), len: 0 }
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What is remembered of a key.
    pub fn get(&self, key: K) -> Option<V> {
        self.days.values().rev().find_map(|day| day.get(&key).copied())
    }

    /// Remembers a key at its instant, and forgets the days that are too old against the newest.
    pub fn insert(&mut self, key: K, at: Timestamp, value: V) {
        if self.days.entry(at.day()).or_default().insert(key, value).is_none() {
            self.len += 1;
        }
        let newest = self.days.last_key_value().map_or(at.day(), |(day, _)| *day);
        while let Some(day) = self.oldest()
            && day < newest - self.days_kept
        {
            self.forget(day);
        }
    }

    /// Forgets a key.
    pub fn remove(&mut self, key: K) {
        let removed = self.days.values_mut().filter_map(|day| day.remove(&key)).count();
        self.len -= removed;
    }

    /// The oldest day.
    pub fn oldest(&self) -> Option<i64> {
        self.days.first_key_value().map(|(day, _)| *day)
    }

    /// The oldest day with the count of its keys, when there is a newer one.
    pub fn oldest_of_many(&self) -> Option<(i64, usize)> {
        let (day, keys) = self.days.first_key_value()?;
        (self.days.len() > 1).then_some((*day, keys.len()))
    }

    /// Forgets a day.
    pub fn forget(&mut self, day: i64) {
        if let Some(keys) = self.days.remove(&day) {
            self.len -= keys.len();
        }
    }

    /// What does not hold that should, for the sweep of the invariants.
    pub fn fault(&self) -> Option<&'static str> {
        let listed: usize = self.days.values().map(UniformMap::len).sum();
        let span = self.days.first_key_value().zip(self.days.last_key_value());
        match () {
            () if listed != self.len => Some("other keys are remembered than are counted"),
            () if span.is_some_and(|((oldest, _), (newest, _))| newest - oldest > self.days_kept) => {
                Some("a key is remembered for too long")
            }
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Digest, Span};

    #[test]
    fn a_key_is_kept_for_its_days_and_then_forgotten_with_its_day() {
        let start = Timestamp(0);
        let mut window = Window::of_days(14);
        window.insert(Digest(1), start, ());
        window.insert(Digest(2), start.after(Span::hours(14 * 24)), ());
        assert_eq!((window.get(Digest(1)), window.len()), (Some(()), 2));
        window.insert(Digest(3), start.after(Span::hours(15 * 24)), ());
        assert_eq!((window.get(Digest(1)), window.get(Digest(2)), window.len()), (None, Some(()), 2));
    }

    #[test]
    fn what_does_not_hold_is_seen() {
        let mut window = Window::of_days(7);
        window.insert(Digest(1), Timestamp(0), ());
        assert_eq!(window.fault(), None);
        let counted = Window { len: 2, ..window.clone() };
        assert_eq!(counted.fault(), Some("other keys are remembered than are counted"));
        window.days.insert(9, UniformMap::default());
        assert_eq!(window.fault(), Some("a key is remembered for too long"));
    }
}
