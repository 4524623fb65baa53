//! Somebody of ours says that what was taken for one person's is not. A contact who was linked is himself again, with
//! all addresses that he brought and that are still there; any other address becomes a contact of its own. What was
//! asked for at an address goes with it. Conversations stay with the contact that they were opened with: what was said
//! while the two were one is not torn apart.

use crate::domain::{ContactId, Digest};

use super::super::command::ContactRef;
use super::super::event::{ContactUnlinked, Event};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::State;
use super::link_contact::find;
use super::receive_message::create_contact;

pub(super) fn decide(recorder: &mut Recorder<'_>, who: &ContactRef) -> Result<(), Rejection> {
    let from = find(recorder.state, who)?.ok_or(Rejection::UnknownContact)?;
    let state = &*recorder.state;
    if let Some(contact) = linked_one(state, from, who) {
        let addresses = state.contact(contact).map(|contact| contact.known_by().collect());
        unlink(recorder, contact, from, addresses.unwrap_or_default());
        return Ok(());
    }
    let person = state.contact(from).ok_or(Rejection::UnknownContact)?;
    match who {
        ContactRef::Address { digest, channel, party } if *digest != person.address => {
            let contact = create_contact(recorder, *digest, *channel, party);
            unlink(recorder, contact, from, vec![*digest]);
            Ok(())
        }
        // Nobody is to be told from him.
        _ if person.others.is_empty() && person.kin.is_empty() => Ok(()),
        _ => Err(Rejection::ContactStays(from)),
    }
}

/// The contact who turned out to be `person`, where he is the one who is named: by his id, or by the address that made
/// him known.
fn linked_one(state: &State, person: ContactId, who: &ContactRef) -> Option<ContactId> {
    let is_named = |id: &ContactId| match who {
        ContactRef::Id(named) => id == named,
        ContactRef::Address { digest, .. } => state.contact(*id).is_some_and(|it| it.address == *digest),
    };
    state.kin_of(person).into_iter().skip(1).find(is_named)
}

fn unlink(recorder: &mut Recorder<'_>, contact: ContactId, from: ContactId, addresses: Vec<Digest>) {
    let expires_at = recorder.now().after(recorder.rules.policy.site.contact_keep);
    let unlinked = ContactUnlinked { contact, from, addresses, expires_at };
    recorder.record(Event::ContactUnlinked(Box::new(unlinked)));
}
