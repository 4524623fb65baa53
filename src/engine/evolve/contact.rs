//! Contacts: their addresses, who they turned out to be, what they asked for.

use crate::domain::{ContactId, Digest, Seq, Timestamp};

use super::super::deadlines::DueKind;
use super::super::event::{ContactOptedIn, ContactOptedOut, ContactUnlinked, Event};
use super::super::state::{Contact, OPT_OUTS_MAX, OptOut, State};

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event, at: Timestamp) {
    match event {
        Event::ContactCreated { contact, address, content, .. } => {
            created(state, *contact, *address, *content);
        }
        Event::ContactExpired { contact } => expired(state, *contact),
        Event::ContactAddressAdded { contact, address } => address_added(state, *contact, *address),
        Event::ContactLinked { contact, into } => linked(state, *contact, *into),
        Event::ContactUnlinked(event) => unlinked(state, event),
        Event::ContactOptedOut(event) => opted_out(state, event),
        Event::ContactOptedIn(event) => opted_in(state, event, at),
        _ => {}
    }
}

fn created(state: &mut State, id: ContactId, address: Digest, content: Seq) {
    state.next.contact = id.0 + 1;
    state.contacts.insert(id.0, Contact::new(address, content));
    state.contact_by_address.insert(address, id);
}

fn expired(state: &mut State, id: ContactId) {
    if let Some(contact) = state.contacts.remove(id.0) {
        state.deadlines.shift(DueKind::Contact, id.0, contact.expire_at, None);
        for address in contact.addresses() {
            state.contact_by_address.remove(&address);
        }
    }
}

fn address_added(state: &mut State, id: ContactId, address: Digest) {
    state.contact_by_address.insert(address, id);
    change_contact(state, id, |contact| {
        contact.others = contact.others.iter().copied().chain([address]).collect();
    });
}

/// What one of the two asked for holds for both.
fn linked(state: &mut State, id: ContactId, into: ContactId) {
    let Some(joined) = state.contact(id).cloned() else { return };
    let addresses: Vec<Digest> = joined.addresses().collect();
    for address in &addresses {
        state.contact_by_address.insert(*address, into);
    }
    change_contact(state, id, |contact| {
        contact.into = Some(into);
        contact.opt_outs = Box::default();
        contact.opt_ins = Box::default();
        contact.review_since = None;
        contact.expire_at = None;
    });
    change_contact(state, into, |contact| {
        contact.kin = contact.kin.iter().copied().chain([id]).collect();
        contact.others = contact.others.iter().copied().chain(addresses).collect();
        let opt_outs = contact.opt_outs.iter().chain(&joined.opt_outs).copied();
        contact.opt_outs = opt_outs.take(OPT_OUTS_MAX).collect();
        let opt_ins = contact.opt_ins.iter().chain(&joined.opt_ins).copied();
        contact.opt_ins = opt_ins.take(OPT_OUTS_MAX).collect();
        contact.review_since = contact.review_since.or(joined.review_since);
        contact.last_agent = contact.last_agent.or(joined.last_agent);
        contact.expire_at = None;
    });
}

/// The addresses are another's, with what was asked for there; a text that a person should look at may be of either.
fn unlinked(state: &mut State, unlinked: &ContactUnlinked) {
    let ContactUnlinked { contact: id, from, ref addresses, expires_at } = *unlinked;
    let his = state.kin_of(id);
    let others = state.kin_of(from);
    for other in others.into_iter().filter(|other| !his.contains(other)) {
        change_contact(state, other, |contact| {
            contact.others = contact.others.iter().filter(|it| !addresses.contains(it)).copied().collect();
            contact.kin = contact.kin.iter().filter(|kin| **kin != id).copied().collect();
        });
    }
    for address in addresses {
        state.contact_by_address.insert(*address, id);
    }
    let (mut opt_outs, mut opt_ins, mut review_since) = (Box::default(), Box::default(), None);
    let is_moved = |asked: &&OptOut| addresses.contains(&asked.address);
    let part = |asked: &[OptOut]| -> (Vec<OptOut>, Vec<OptOut>) { asked.iter().partition(is_moved) };
    change_contact(state, from, |contact| {
        let (moved, kept) = part(&contact.opt_outs);
        (opt_outs, contact.opt_outs) = (moved.into_boxed_slice(), kept.into_boxed_slice());
        let (moved, kept) = part(&contact.opt_ins);
        (opt_ins, contact.opt_ins) = (moved.into_boxed_slice(), kept.into_boxed_slice());
        review_since = contact.review_since;
        expire_if_idle(contact, expires_at);
    });
    change_contact(state, id, |contact| {
        contact.into = None;
        (contact.opt_outs, contact.opt_ins) = (opt_outs, opt_ins);
        contact.review_since = review_since;
        expire_if_idle(contact, expires_at);
    });
}

fn expire_if_idle(contact: &mut Contact, expires_at: Timestamp) {
    if contact.conversations == 0 && !contact.is_kept() {
        contact.expire_at = Some(expires_at);
    }
}

fn opted_out(state: &mut State, event: &ContactOptedOut) {
    let ContactOptedOut { source, address, since, cause, .. } = *event;
    change_contact(state, event.contact, |contact| {
        // What he asks for takes the place of what a provider said.
        let stays = |out: &&OptOut| out.source != source || out.address != address;
        let before = contact.opt_outs.iter().filter(stays).copied();
        let opt_outs = before.chain([OptOut { source, address, since, cause }]);
        contact.opt_outs = opt_outs.take(OPT_OUTS_MAX).collect();
        contact.review_since = None;
        contact.expire_at = None;
    });
}

fn opted_in(state: &mut State, event: &ContactOptedIn, since: Timestamp) {
    let ContactOptedIn { source, address, cause, .. } = *event;
    change_contact(state, event.contact, |contact| {
        let stays = |out: &&OptOut| out.source != source || out.address != address;
        contact.opt_outs = contact.opt_outs.iter().filter(stays).copied().collect();
        let before = contact.opt_ins.iter().filter(stays).copied().take(OPT_OUTS_MAX - 1);
        contact.opt_ins = std::iter::once(OptOut { source, address, since, cause }).chain(before).collect();
        contact.review_since = None;
        expire_if_idle(contact, event.expires_at);
    });
}

/// A text of the contact may ask for no further messages: he is marked until somebody decides.
pub(super) fn review(state: &mut State, id: ContactId, since: Timestamp) {
    let person = state.person(id);
    change_contact(state, person, |contact| {
        contact.review_since = contact.review_since.or(Some(since));
    });
}

pub(super) fn change_contact(state: &mut State, id: ContactId, mutate: impl FnOnce(&mut Contact)) {
    if let Some(contact) = state.contacts.get_mut(id.0) {
        let before = contact.expire_at;
        mutate(contact);
        state.deadlines.shift(DueKind::Contact, id.0, before, contact.expire_at);
    }
}
