//! Contacts: each is found by his addresses, and what he asked for keeps him.

use super::super::state::{ADDRESSES_MAX, Contact, OPT_OUTS_MAX, State};
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

/// Who turned out to be another has nothing of his own left, and that other is remembered.
fn kin(state: &State, found: &mut Vec<Violation>) {
    let joined = |contact: &&Contact| contact.into.is_some();
    for contact in state.contacts.iter().map(|(_, contact)| contact).filter(joined) {
        let survivor = contact.into.and_then(|into| state.contact(into));
        let is_bare = contact.others.is_empty() && contact.opt_outs.is_empty() && contact.opt_ins.is_empty();
        demand(found, is_bare && survivor.is_some_and(|it| it.kin > 0), || {
            "who turned out to be another has something left, or that other is gone".into()
        });
    }
}
