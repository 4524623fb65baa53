//! The site itself: who leads, which names have numbers, which rules hold.

use crate::domain::{Digest, Name, NameKind};

use super::super::event::{Event, Remembered};
use super::super::state::{ADOPTIONS_MAX, Agent, State};

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event) {
    match event {
        Event::Led { epoch, instance, .. } => led(state, *epoch, instance),
        Event::Named { kind, first, names } => {
            debug_assert_eq!(*first, state.names.count(*kind), "numbers are counted on");
            named(state, *kind, names);
        }
        Event::PolicyAdopted { digest } => policy_adopted(state, *digest),
        Event::PolicyApplied { .. } => state.policy_applied = true,
        Event::DedupeShortened { remembered, day, .. } => match remembered {
            Remembered::Messages => state.dedupe.forget(*day),
            Remembered::Commands => state.commands.forget(*day),
        },
        _ => {}
    }
}

fn led(state: &mut State, epoch: u64, instance: &str) {
    state.epoch = epoch;
    state.leader = instance.to_owned();
}

fn named(state: &mut State, kind: NameKind, names: &[Name]) {
    state.names.add(kind, names);
    state.agents.resize_with(state.names.count(NameKind::Agent) as usize, Agent::unknown);
}

fn policy_adopted(state: &mut State, digest: Digest) {
    state.policy = digest;
    state.policy_applied = false;
    if state.adopted.len() == ADOPTIONS_MAX {
        state.adopted.remove(0);
    }
    state.adopted.push(digest);
}
