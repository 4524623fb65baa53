//! The model of who is who and who wants no messages: made from the records alone.

use std::collections::{BTreeMap, BTreeSet};

use switchboard::domain::{ContactId, ConversationId, Digest, SourceId};
use switchboard::engine::event::{ContactUnlinked, Event, MessageReplied, OptCause};

use crate::invariants::{Invariant, Trips};

#[derive(Default)]
pub struct Contacts {
    owner: BTreeMap<Digest, ContactId>,
    into: BTreeMap<ContactId, ContactId>,
    /// By what each was known when he turned out to be another.
    brought: BTreeMap<ContactId, BTreeSet<Digest>>,
    out: BTreeMap<(SourceId, Digest), OptCause>,
    /// A contact who was just made of an address of another.
    taken: Option<(ContactId, ContactId)>,
    /// Who wrote last in a conversation and was owed an answer; at first, to whom we wrote.
    peer: BTreeMap<ConversationId, Digest>,
}

impl Contacts {
    pub fn apply(&mut self, event: &Event, trips: &mut Trips) {
        let is_pending = self.taken.is_some();
        let goes_on = matches!(event, Event::ContactUnlinked(_) | Event::Content(_));
        trips.demand(Invariant::ContactOne, !is_pending || goes_on, || {
            format!("{:?} has an address of another, who is not told of it", self.taken)
        });
        match event {
            Event::ContactCreated { contact, address, .. } => {
                // What is taken out of a contact becomes one of its own: the next record says so.
                self.taken = self.owner.remove(address).map(|from| (*contact, from));
                self.own(*address, *contact, trips);
            }
            Event::ContactUnlinked(event) => self.unlinked(event, trips),
            Event::ContactAddressAdded { contact, address } => self.own(*address, *contact, trips),
            Event::ContactExpired { contact } => {
                let kept = self.out.keys().any(|(_, address)| self.owner.get(address) == Some(contact));
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
                let his = self.owner.iter().filter(|(_, owner)| *owner == contact);
                self.brought.insert(*contact, his.map(|(address, _)| *address).collect());
                self.owner.values_mut().filter(|owner| *owner == contact).for_each(|owner| *owner = *into);
                self.into.insert(*contact, *into);
            }
            Event::ContactOptedOut(event) => {
                let is_his = self.is_of(event.contact, event.address);
                let before = self.out.insert((event.source, event.address), event.cause);
                // What is asked for takes the place of what a provider said.
                let is_asked = before == Some(OptCause::Report) && event.cause != OptCause::Report;
                let is_new = before.is_none() || is_asked;
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

    /// Who was linked gets back what he brought and is still there; who is new, the address that he was made of. What
    /// was asked for at an address is kept with the address, so it is nobody else's by that.
    fn unlinked(&mut self, event: &ContactUnlinked, trips: &mut Trips) {
        let ContactUnlinked { contact, from, addresses, .. } = event;
        let is_new = self.taken.take() == Some((*contact, *from));
        let was_linked = self.into.contains_key(contact) && self.person(*contact) == *from;
        let brought = self.brought.remove(contact).unwrap_or_default();
        let is_his = |address: &&Digest| {
            let owner = if is_new { contact } else { from };
            self.owner.get(address) == Some(owner) && (is_new || brought.contains(address))
        };
        let fits = !addresses.is_empty() && addresses.iter().filter(is_his).count() == addresses.len();
        trips.demand(Invariant::ContactOne, fits && is_new != was_linked, || {
            format!("{contact} gets what is not his, or of whom he never was")
        });
        self.into.remove(contact);
        for address in addresses {
            self.owner.insert(*address, *contact);
        }
        let into = self.into.clone();
        let others = self.brought.iter_mut().filter(|(kin, _)| person(&into, **kin) != *contact);
        others.for_each(|(_, brought)| brought.retain(|address| !addresses.contains(address)));
        let has_some = self.owner.values().any(|owner| owner == from);
        trips.demand(Invariant::ContactOne, has_some, || format!("{from} is left without an address"));
    }

    /// Whether this is an address of the contact.
    pub fn is_of(&self, contact: ContactId, address: Digest) -> bool {
        self.owner.get(&address) == Some(&self.person(contact))
    }

    /// Nothing leaves for an address that wants nothing.
    pub fn replied(&self, replied: &MessageReplied, trips: &mut Trips) {
        let to = self.peer.get(&replied.conversation).filter(|peer| self.owner.contains_key(peer));
        let source = replied.way.as_ref().map(|way| way.source);
        let is_out = source.zip(to).is_some_and(|(source, to)| self.out.contains_key(&(source, *to)));
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
        person(&self.into, contact)
    }
}

fn person(into: &BTreeMap<ContactId, ContactId>, contact: ContactId) -> ContactId {
    let mut person = contact;
    while let Some(into) = into.get(&person) {
        person = *into;
    }
    person
}
