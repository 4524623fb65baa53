//! What a message says of others: what it answers, who else was addressed, and whether it is what it seems; and who
//! says so of contacts.

use switchboard::domain::{
    Channel, ContactId, Digest, InboundMessage, Keyword, Party, Span, ThreadKey, ThreadScope,
};
use switchboard::engine::command::{Command, ContactRef, Order};
use switchboard::engine::state::State;

use super::{CONTACTS, Workload};
use crate::site::{SERVICE, name, second_mailbox, thread_key};

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

    /// What only a text says: other names of its sender, of whom two may be one person, and what it asks for.
    pub(super) fn asks(&mut self, message: &mut InboundMessage) {
        if self.one_in(8) {
            message.aliases = vec![Digest(500 + message.from.0 / 2)];
        }
        if message.channel != Channel::Work && self.one_in(12) {
            let keywords =
                [Keyword::OptOut, Keyword::OptIn, Keyword::OptInIfOut, Keyword::Help, Keyword::Review];
            message.keyword = self.rng.choice(keywords);
        }
        if message.channel == Channel::Chat && self.one_in(3) {
            message.reply_window = Some(Span::hours(24));
        }
    }

    /// Somebody says that two are one person, mostly of those who are there, or that one is not.
    pub(super) fn link(&mut self, state: &State) -> Order {
        let command = if self.one_in(2) {
            Command::UnlinkContact(Box::new(self.contact(state)))
        } else {
            Command::LinkContacts(Box::new([self.contact(state), self.contact(state)]))
        };
        let actor = if self.one_in(8) { self.agent() } else { name(SERVICE) };
        self.asked_by(actor, command)
    }

    fn contact(&mut self, state: &State) -> ContactRef {
        if self.one_in(2) {
            let newest = state.next.contact;
            return ContactRef::Id(ContactId(newest.saturating_sub(self.rng.u64(..40))));
        }
        let digest = match self.rng.u8(..6) {
            0 => Digest(500 + self.rng.u128(0..=CONTACTS / 2)),
            1 => Digest(700 + self.rng.u128(0..50)),
            _ => Digest(self.rng.u128(1..=CONTACTS)),
        };
        let party = Party { address: digest.to_string(), name: None };
        ContactRef::Address { digest, channel: Channel::Sms, party }
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
