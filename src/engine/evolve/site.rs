//! The site itself: who leads, which names have numbers, which rules hold.

use crate::domain::{Digest, Name, NameKind};

use super::super::state::{Agent, State};

pub(super) fn led(state: &mut State, epoch: u64, instance: &str) {
    state.epoch = epoch;
    state.leader = instance.to_owned();
}

pub(super) fn named(state: &mut State, kind: NameKind, names: &[Name]) {
    state.names.add(kind, names);
    state.agents.resize_with(state.names.count(NameKind::Agent) as usize, Agent::unknown);
}

pub(super) fn policy_adopted(state: &mut State, digest: Digest) {
    state.policy = digest;
    state.policy_applied = false;
}
