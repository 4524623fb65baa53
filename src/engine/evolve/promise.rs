//! Clocks and their escalations.

use crate::domain::ClockId;

use super::super::deadlines::DueKind;
use super::super::event::ClockStarted;
use super::super::state::{Clock, State};
use super::conversation;

pub(super) fn started(state: &mut State, started: &ClockStarted) {
    state.next.clock = started.clock.0 + 1;
    let clock = Clock {
        conversation: started.conversation,
        interaction: started.interaction,
        started_at: started.started_at,
        due: started.due,
        breach_at: started.breach_at,
        promise: started.promise.clone(),
        warned: 0,
        breached: false,
        rungs: 0,
        acked_until: None,
    };
    state.deadlines.shift(DueKind::Clock, started.clock.0, None, clock.next_due());
    state.clocks.insert(started.clock.0, clock);
    conversation::change(state, started.conversation, |conversation| {
        conversation.clocks.push(started.clock);
        conversation.cycles[started.promise.metric as usize] = started.cycle;
    });
}

pub(super) fn ended(state: &mut State, id: ClockId) {
    let Some(clock) = state.clocks.remove(id.0) else { return };
    state.deadlines.shift(DueKind::Clock, id.0, clock.next_due(), None);
    conversation::change(state, clock.conversation, |conversation| {
        conversation.clocks.retain(|held| *held != id);
    });
}

/// Changes a clock, and moves its deadline.
pub(super) fn change(state: &mut State, id: ClockId, mutate: impl FnOnce(&mut Clock)) {
    if let Some(clock) = state.clocks.get_mut(id.0) {
        let before = clock.next_due();
        mutate(clock);
        state.deadlines.shift(DueKind::Clock, id.0, before, clock.next_due());
    }
}
