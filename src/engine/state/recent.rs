//! Which conversation a mail came to that was delivered lately, by what makes it the same when it is delivered once
//! more. Bounded in time by what comes, as a window is, and in number by forgetting the oldest day, so that a replay
//! forgets the same.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;

use crate::domain::{ConversationId, Span, Timestamp};

use super::HalfKey;
use super::threads::HalfHasher;

/// How many days the conversation of a mail is known by what makes the mail the same: within them its further
/// deliveries, through other mailboxes of ours, come.
pub const DELIVERED_DAYS: i64 = 2;
/// How many such mails are known in all.
pub const DELIVERED_MAX: usize = 200_000;

/// What came on one day, by key.
type Day = HashMap<HalfKey, (ConversationId, Timestamp), BuildHasherDefault<HalfHasher>>;

/// Keys with their conversations, by the day of their instant; looked up, never iterated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    days_kept: i64,
    most: usize,
    days: BTreeMap<i64, Day>,
    len: usize,
}

impl Recent {
    /// Keeps a key for so many whole days, and so many keys.
    pub fn new(days_kept: i64, most: usize) -> Recent {
        Recent { days_kept, most, days: BTreeMap::new(), len: 0 }
    }

    /// How many keys are known.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The conversation of a key, as of an instant.
    pub fn get(&self, key: HalfKey, at: Timestamp) -> Option<ConversationId> {
        let found = self.days.values().rev().find_map(|day| day.get(&key));
        let kept = Span::hours(24 * self.days_kept);
        found.filter(|(_, since)| at.since(*since) <= kept).map(|(conversation, _)| *conversation)
    }

    /// Lets a key name a conversation from this instant on.
    pub fn insert(&mut self, key: HalfKey, conversation: ConversationId, at: Timestamp) {
        self.remove(key);
        let oldest = self.days.first_key_value().map(|(day, _)| *day);
        if self.len >= self.most {
            // The newest day is kept while it may grow no more: what it holds is asked for most.
            match oldest {
                Some(day) if day < at.day() => self.forget(day),
                _ => return,
            }
        }
        self.days.entry(at.day()).or_default().insert(key, (conversation, at));
        self.len += 1;
        let newest = self.days.last_key_value().map_or(at.day(), |(day, _)| *day);
        while let Some((day, _)) = self.days.first_key_value()
            && *day < newest - self.days_kept
        {
            let day = *day;
            self.forget(day);
        }
    }

    /// What does not hold that should, for the sweep of the invariants.
    pub fn fault(&self) -> Option<&'static str> {
        let listed: usize = self.days.values().map(Day::len).sum();
        let span = self.days.first_key_value().zip(self.days.last_key_value());
        match () {
            () if listed != self.len => Some("other deliveries are known than are counted"),
            () if self.len > self.most => Some("too many deliveries are known"),
            () if span.is_some_and(|((oldest, _), (newest, _))| newest - oldest > self.days_kept) => {
                Some("a delivery is known for too long")
            }
            () => None,
        }
    }

    /// Forgets a key.
    fn remove(&mut self, key: HalfKey) {
        let removed = self.days.values_mut().filter_map(|day| day.remove(&key)).count();
        self.len -= removed;
    }

    fn forget(&mut self, day: i64) {
        if let Some(keys) = self.days.remove(&day) {
            self.len -= keys.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Digest;

    fn key(number: u128) -> HalfKey {
        HalfKey::of(Digest(number << 64))
    }

    #[test]
    fn a_key_names_its_conversation_for_its_days() {
        let mut recent = Recent::new(7, 10);
        let (start, one) = (Timestamp(5_000), ConversationId(1));
        recent.insert(key(1), one, start);
        let end = start.after(Span::hours(7 * 24));
        assert_eq!(recent.get(key(1), end), Some(one));
        assert_eq!(recent.get(key(1), Timestamp(end.0 + 1)), None);
        recent.insert(key(2), one, start.after(Span::hours(9 * 24)));
        assert_eq!((recent.len(), recent.get(key(1), start)), (1, None));
    }

    #[test]
    fn what_does_not_hold_is_seen() {
        let mut recent = Recent::new(7, 1);
        recent.insert(key(1), ConversationId(1), Timestamp(0));
        assert_eq!(recent.fault(), None);
        let counted = Recent { len: 2, ..recent.clone() };
        assert_eq!(counted.fault(), Some("other deliveries are known than are counted"));
        let many = Recent { most: 0, ..recent.clone() };
        assert_eq!(many.fault(), Some("too many deliveries are known"));
        recent.days.insert(9, Day::default());
        assert_eq!(recent.fault(), Some("a delivery is known for too long"));
    }

    #[test]
    fn too_many_keys_forget_their_oldest_day_and_never_the_newest() {
        let mut recent = Recent::new(7, 3);
        for number in 0..3 {
            recent.insert(key(number), ConversationId(1), Timestamp(0));
        }
        recent.insert(key(3), ConversationId(1), Timestamp(1));
        assert_eq!((recent.len(), recent.get(key(3), Timestamp(1))), (3, None));
        let next = Timestamp(0).after(Span::hours(24));
        recent.insert(key(4), ConversationId(2), next);
        assert_eq!((recent.len(), recent.get(key(4), next)), (1, Some(ConversationId(2))));
        recent.insert(key(4), ConversationId(3), next);
        assert_eq!((recent.len(), recent.get(key(4), next)), (1, Some(ConversationId(3))));
    }
}
