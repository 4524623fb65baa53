//! What a message says of others: what it answers, who else was addressed, and whether it is what it seems.

use switchboard::domain::{Channel, Digest, InboundMessage, ThreadKey, ThreadScope};

use super::{CONTACTS, Workload};
use crate::site::{second_mailbox, thread_key};

impl Workload {
    /// What only a mail says: who else was addressed, where else it went, its subject, and whether it is what it
    /// seems to be.
    pub(super) fn mail(&mut self, message: &mut InboundMessage) {
        for _ in 0..self.rng.u8(..3) {
            message.others.push(Digest(self.rng.u128(1..=CONTACTS)));
        }
        if self.one_in(6) {
            message.also = vec![second_mailbox()];
            message.own_also = vec![thread_key(30_000_000 + self.counted, ThreadScope::Theirs)];
        }
        message.subject = (!self.one_in(4)).then(|| Digest(self.rng.u128(1..=3) << 100));
        message.answers_subject = self.one_in(3);
        message.is_forward = self.one_in(15);
        message.is_suspect = self.one_in(15);
    }

    /// A phone number or chat is its own thread; a mail names one that went before, its own or another's.
    pub(super) fn parents(&mut self, channel: Channel, from: Digest) -> Vec<ThreadKey> {
        if channel != Channel::Email {
            let number = (channel.index() as u128 + 1) * 1_000 + from.0;
            return vec![thread_key(number, ThreadScope::Channel)];
        }
        if self.one_in(3) {
            return Vec::new();
        }
        let (first, scope) =
            if self.one_in(2) { (20_000, ThreadScope::Ours) } else { (10_000, ThreadScope::Theirs) };
        let back = self.rng.u128(..12).min(self.counted);
        let mut parents = vec![thread_key(first + self.counted - back, scope)];
        // An answer may come before what it answers.
        for _ in 0..self.rng.u8(..3) {
            let ahead = self.rng.u128(1..8);
            parents.push(thread_key(10_000 + self.counted + ahead, ThreadScope::Theirs));
        }
        if self.one_in(2) {
            self.rng.shuffle(&mut parents);
        }
        parents
    }
}
