//! Messages by their keys, and what waits for messages.

use std::collections::BTreeSet;

use super::super::state::{HalfKey, MESSAGE_KEYS_MAX, PENDED_MAX, State};
use super::{Violation, demand};

pub(super) fn check(state: &State, found: &mut Vec<Violation>) {
    named(state, found);
    pended(state, found);
}

/// Every key names the conversation that lists it, and no other is left.
fn named(state: &State, found: &mut Vec<Violation>) {
    let mut listed = 0;
    for (number, conversation) in state.conversations.iter() {
        listed += conversation.messages.len();
        demand(found, conversation.messages.len() <= MESSAGE_KEYS_MAX, || {
            format!("c{number} is named by too many messages")
        });
        for named in &conversation.messages {
            let of = state.messages.get(&named.key).map(|id| id.0);
            demand(found, of == Some(number), || {
                format!("a key of {} of c{number} names {of:?}", named.message())
            });
            demand(found, named.message().0 < state.next.message, || {
                format!("{} was never counted", named.message())
            });
        }
    }
    demand(found, listed == state.messages.len(), || {
        format!("{listed} keys of messages are listed, {} known", state.messages.len())
    });
}

/// What waits is found by the keys that it waits for; none of these names a message.
fn pended(state: &State, found: &mut Vec<Violation>) {
    let mut index = BTreeSet::new();
    for (place, pended) in state.pended.iter() {
        demand(found, !pended.targets.is_empty(), || format!("the update of {} waits for nothing", place.0));
        index.extend(pended.targets.iter().map(|key| (*key, place)));
    }
    demand(found, index == *state.pended.index(), || "what waits is not what is listed by key".into());
    let of_writer = state.pended.iter();
    let of_writer = of_writer.filter_map(|(place, pended)| Some((HalfKey::of(pended.from?), place)));
    let by_writer: BTreeSet<_> = of_writer.collect();
    demand(found, by_writer == *state.pended.writers(), || {
        "what waits is not what is listed by writer".into()
    });
    demand(found, state.pended.len() <= PENDED_MAX, || "too many updates wait".into());
}
