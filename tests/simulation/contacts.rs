//! The model of who is who and who wants no messages: made from the records alone.

use std::collections::{BTreeMap, BTreeSet};

use switchboard::domain::{ContactId, ConversationId, Digest, SourceId};
use switchboard::engine::event::{Event, MessageReplied};

use crate::invariants::{Invariant, Trips};

#[derive(Default)]
pub struct Contacts {
    owner: BTreeMap<Digest, ContactId>,
    into: BTreeMap<ContactId, ContactId>,
    out: BTreeSet<(SourceId, Digest)>,
    /// Who wrote last in a conversation and was owed an answer; at first, to whom we wrote.
    peer: BTreeMap<ConversationId, Digest>,
}

impl Contacts {
    pub fn apply(&mut self, event: &Event, trips: &mut Trips) {
        match event {
            Event::ContactCreated { contact, address, .. } => {
                self.own(*address, *contact, trips);
            }
            Event::ContactAddressAdded { contact, address } => self.own(*address, *contact, trips),
            Event::ContactExpired { contact } => {
                let kept = self.out.iter().any(|(_, address)| self.owner.get(address) == Some(contact));
                let is_kin = self.into.iter().any(|(joined, into)| joined == contact || into == contact);
                trips.demand(Invariant::ContactOne, !kept && !is_kin, || {
                    format!("{contact} is forgotten with what he asked for")
                });
                self.owner.retain(|_, owner| owner != contact);
            }
            Event::ContactLinked { contact, into } => {
                trips.demand(Invariant::ContactOne, into < contact, || {
                    format!("{contact} goes on as the younger {into}")
                });
                self.owner.values_mut().filter(|owner| *owner == contact).for_each(|owner| *owner = *into);
                self.into.insert(*contact, *into);
            }
            Event::ContactOptedOut(event) => {
                let is_his = self.is_of(event.contact, event.address);
                let is_new = self.out.insert((event.source, event.address));
                trips.demand(Invariant::OptOutHeeded, is_his && is_new, || {
                    format!("{} opts out twice, or for another", event.contact)
                });
            }
            Event::ContactOptedIn(event) => {
                self.out.remove(&(event.source, event.address));
            }
            Event::ConversationOpened(opened) => {
                opened.peer.map(|peer| self.peer.insert(opened.conversation, peer));
            }
            Event::MessageReceived(received) if received.opens => {
                self.peer.insert(received.conversation, received.from);
            }
            _ => {}
        }
    }

    /// Whether this is an address of the contact.
    pub fn is_of(&self, contact: ContactId, address: Digest) -> bool {
        self.owner.get(&address) == Some(&self.person(contact))
    }

    /// Nothing leaves for an address that wants nothing.
    pub fn replied(&self, replied: &MessageReplied, trips: &mut Trips) {
        let to = self.peer.get(&replied.conversation).filter(|peer| self.owner.contains_key(peer));
        let source = replied.way.as_ref().map(|way| way.source);
        let is_out = source.zip(to).is_some_and(|(source, to)| self.out.contains(&(source, *to)));
        trips.demand(Invariant::OptOutHeeded, !is_out, || {
            format!("{} leaves for who wants nothing", replied.message)
        });
    }

    fn own(&mut self, address: Digest, contact: ContactId, trips: &mut Trips) {
        let before = self.owner.insert(address, contact);
        trips.demand(Invariant::ContactOne, before.is_none(), || {
            format!("an address of {before:?} becomes that of {contact}")
        });
    }

    fn person(&self, contact: ContactId) -> ContactId {
        let mut person = contact;
        while let Some(into) = self.into.get(&person) {
            person = *into;
        }
        person
    }
}
