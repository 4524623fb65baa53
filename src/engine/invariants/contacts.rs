//! Contacts: each is found by his addresses, and what he asked for keeps him.

use crate::domain::{ContactId, ConversationId};

use super::super::state::{ADDRESSES_MAX, Conversation, OPT_OUTS_MAX, State};
use super::{Violation, demand};

pub(super) fn check(state: &State, found: &mut Vec<Violation>) {
    let mut addresses = 0;
    for (number, contact) in state.contacts.iter() {
        let own: Vec<_> = contact.addresses().collect();
        addresses += own.len();
        let is_found = |address| state.contact_by_address.get(address).is_some_and(|id| id.0 == number);
        demand(found, own.iter().all(is_found), || format!("k{number} is not found by an address"));
        let asked = contact.opt_outs.len().max(contact.opt_ins.len());
        let fits = own.len() <= ADDRESSES_MAX && asked <= OPT_OUTS_MAX;
        demand(found, fits, || format!("k{number} has too many addresses or opt-outs"));
        demand(found, !contact.is_kept() || contact.expire_at.is_none(), || {
            format!("k{number} is to be forgotten with what he asked for")
        });
        demand(found, contact.into.is_none_or(|into| into.0 < number), || {
            format!("k{number} turned out to be a younger one")
        });
    }
    demand(found, addresses == state.contact_by_address.len(), || "addresses of nobody are known".into());
    kin(state, found);
}

/// Who turned out to be another has nothing of his own left but what he would take along, which that other has; and
/// that other lists him.
fn kin(state: &State, found: &mut Vec<Violation>) {
    let mut listed = 0;
    for (number, contact) in state.contacts.iter() {
        let id = ContactId(number);
        listed += contact.kin.len();
        let is_into = |kin: &ContactId| state.contact(*kin).is_some_and(|kin| kin.into == Some(id));
        demand(found, contact.kin.iter().all(is_into), || format!("k{number} lists kin who are not his"));
    }
    let joined: Vec<_> = state.contacts.iter().filter(|(_, contact)| contact.into.is_some()).collect();
    demand(found, joined.len() == listed, || "who turned out to be another is not listed".into());
    for (number, contact) in joined {
        let person = state.person(ContactId(number));
        let is_there = |address| state.contact_by_address.get(&address) == Some(&person);
        let asks_nothing = contact.opt_outs.is_empty() && contact.opt_ins.is_empty();
        demand(found, asks_nothing && contact.known_by().all(is_there), || {
            format!("k{number} turned out to be another, who has not all of his")
        });
    }
    conversations(state, found);
}

/// The conversations of each contact are those that say so.
fn conversations(state: &State, found: &mut Vec<Violation>) {
    let is_listed = |(number, conversation): (u64, &Conversation)| {
        state.by_contact.contains(&(conversation.contact, ConversationId(number)))
    };
    let is_whole = state.conversations.iter().all(is_listed);
    demand(found, is_whole && state.by_contact.len() == state.conversations.iter().count(), || {
        "the conversations of contacts are not those that there are".into()
    });
}
