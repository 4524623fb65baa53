//! Which conversation a mail came to that was delivered lately, by what makes it the same when it is delivered once
//! more. Bounded in time by what comes, as a window is, and in number by forgetting the oldest day, so that a replay
//! forgets the same.

use crate::domain::{ConversationId, Span, Timestamp};

use super::super::window::Window;
use super::HalfKey;

/// How many days the conversation of a mail is known by what makes the mail the same: within them its further
/// deliveries, through other mailboxes of ours, come.
pub const DELIVERED_DAYS: i64 = 2;
/// How many such mails are known in all.
pub const DELIVERED_MAX: usize = 200_000;

/// Keys with their conversations, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    kept: Span,
    most: usize,
    window: Window<HalfKey, (ConversationId, Timestamp)>,
}

impl Recent {
    /// Keeps a key for so many whole days, and so many keys.
    pub fn new(days_kept: i64, most: usize) -> Recent {
        Recent { kept: Span::hours(24 * days_kept), most, window: Window::of_days(days_kept) }
    }

    /// How many keys are known.
    pub fn len(&self) -> usize {
        self.window.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.window.is_empty()
    }

    /// The conversation of a key, as of an instant.
    pub fn get(&self, key: HalfKey, at: Timestamp) -> Option<ConversationId> {
        let found = self.window.get(key);
        found.filter(|(_, since)| at.since(*since) <= self.kept).map(|(conversation, _)| conversation)
    }

    /// Lets a key name a conversation from this instant on.
    pub fn insert(&mut self, key: HalfKey, conversation: ConversationId, at: Timestamp) {
        self.window.remove(key);
        if self.len() >= self.most {
            // The newest day is kept while it may grow no more: what it holds is asked for most.
            match self.window.oldest() {
                Some(day) if day < at.day() => self.window.forget(day),
                _ => return,
            }
        }
        self.window.insert(key, at, (conversation, at));
    }

    /// What does not hold that should, for the sweep of the invariants.
    pub fn fault(&self) -> Option<&'static str> {
        let many = (self.len() > self.most).then_some("too many deliveries are known");
        self.window.fault().or(many)
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
    fn too_many_are_seen() {
        let mut recent = Recent::new(7, 1);
        recent.insert(key(1), ConversationId(1), Timestamp(0));
        assert_eq!(recent.fault(), None);
        let many = Recent { most: 0, ..recent };
        assert_eq!(many.fault(), Some("too many deliveries are known"));
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
