//! Somebody of ours says that two contacts, or a contact and an address, are one person's: what a provider says by
//! [`contact::identify`](super::contact::identify), by the same rule. The older contact goes on with the addresses of
//! both and what either asked for; conversations keep the contact that they were opened with.

use crate::domain::ContactId;

use super::super::command::ContactRef;
use super::super::event::Event;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{ADDRESSES_MAX, OPT_OUTS_MAX, State};

pub(super) fn decide(recorder: &mut Recorder<'_>, two: &[ContactRef; 2]) -> Result<(), Rejection> {
    let [one, other] = two;
    if one == other || one.address().is_some() && one.address() == other.address() {
        return Err(Rejection::SameContact);
    }
    match (find(recorder.state, one)?, find(recorder.state, other)?) {
        (Some(one), Some(other)) if one == other => Ok(()),
        (Some(one), Some(other)) => join(recorder, one.min(other), one.max(other)),
        (Some(person), None) => add(recorder, person, other),
        (None, Some(person)) => add(recorder, person, one),
        (None, None) => Err(Rejection::UnknownContact),
    }
}

/// Who is named: nobody, where it is an address that is not known.
///
/// # Errors
///
/// Where nobody has the id that is named.
pub(super) fn find(state: &State, who: &ContactRef) -> Result<Option<ContactId>, Rejection> {
    let known = state.find_contact(who);
    match who {
        ContactRef::Id(_) if known.is_none() => Err(Rejection::UnknownContact),
        ContactRef::Id(_) | ContactRef::Address { .. } => Ok(known),
    }
}

/// Whether two contacts can be one: nothing of either may be lost, least of all what he asked for.
pub(super) fn fit_together(state: &State, one: ContactId, other: ContactId) -> bool {
    let Some((one, other)) = state.contact(one).zip(state.contact(other)) else { return false };
    let addresses = one.addresses().count() + other.addresses().count();
    addresses <= ADDRESSES_MAX && one.opt_outs.len() + other.opt_outs.len() <= OPT_OUTS_MAX
}

fn join(recorder: &mut Recorder<'_>, into: ContactId, contact: ContactId) -> Result<(), Rejection> {
    if !fit_together(recorder.state, into, contact) {
        return Err(Rejection::TooManyAddresses);
    }
    recorder.record(Event::ContactLinked { contact, into });
    Ok(())
}

/// An address at which nobody is known becomes a further one of a contact.
fn add(recorder: &mut Recorder<'_>, person: ContactId, who: &ContactRef) -> Result<(), Rejection> {
    let address = who.address().ok_or(Rejection::UnknownContact)?;
    let count = recorder.state.contact(person).map_or(0, |person| person.addresses().count());
    if count >= ADDRESSES_MAX {
        return Err(Rejection::TooManyAddresses);
    }
    recorder.record(Event::ContactAddressAdded { contact: person, address });
    Ok(())
}
