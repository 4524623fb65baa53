//! Clocks and their escalations.

use crate::domain::ClockId;

use super::super::deadlines::DueKind;
use super::super::event::{ClockStarted, Event};
use super::super::state::{Clock, State};
use super::conversation;

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event) {
    match event {
        Event::ClockStarted(event) => started(state, event),
        Event::ClockWarned { clock, warning, .. } => change(state, *clock, |clock| clock.warned = *warning),
        Event::ClockBreached { clock, .. } => change(state, *clock, |clock| clock.breached = true),
        Event::ClockEnded { clock, .. } => ended(state, *clock),
        Event::EscalationRaised(raised) => change(state, raised.clock, |clock| clock.rungs = raised.rung),
        Event::EscalationAcked { clock, until, .. } => {
            change(state, *clock, |clock| clock.acked_until = Some(*until));
        }
        Event::EscalationAckExpired { clock, .. } => change(state, *clock, |clock| clock.acked_until = None),
        _ => {}
    }
}

fn started(state: &mut State, started: &ClockStarted) {
    state.next.clock = started.clock.0 + 1;
    let clock = Clock {
        conversation: started.conversation,
        queue: state.open_interaction(started.interaction).queue,
        due: started.due,
        breach_at: started.breach_at,
        promise: state.interned.promise(&started.promise),
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

fn ended(state: &mut State, id: ClockId) {
    let Some(clock) = state.clocks.remove(id.0) else { return };
    state.deadlines.shift(DueKind::Clock, id.0, clock.next_due(), None);
    conversation::change(state, clock.conversation, |conversation| {
        conversation.clocks.retain(|held| *held != id);
    });
}

/// Changes a clock, and moves its deadline.
fn change(state: &mut State, id: ClockId, mutate: impl FnOnce(&mut Clock)) {
    if let Some(clock) = state.clocks.get_mut(id.0) {
        let before = clock.next_due();
        mutate(clock);
        state.deadlines.shift(DueKind::Clock, id.0, before, clock.next_due());
    }
}
