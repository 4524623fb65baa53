//! Clocks: started with a pinned promise, fired when due, stopped by what was promised (sla-R1 to R16,
//! as far as `assign` and `first_reply` in wall-clock time go).

use std::sync::Arc;

use crate::domain::{ClockId, ConversationId, InteractionId, Metric, Outcome, Promise, Timestamp};

use super::event::{CancelCause, ClockStarted, EscalationRaised, EscalationStood, Event};
use super::outgoing;
use super::recorder::Recorder;
use super::state::{Clock, State};

/// Starts a promise's clock. A due instant that is already past fires as due work right after.
pub(super) fn start(
    recorder: &mut Recorder<'_>,
    conversation: ConversationId,
    interaction: InteractionId,
    promise: &Arc<Promise>,
    started_at: Timestamp,
) {
    let clock = ClockId(recorder.state.next.clock);
    let cycle = recorder.state.open_conversation(conversation).cycles[promise.metric as usize] + 1;
    let due = started_at.after(promise.within);
    let started = ClockStarted {
        clock,
        conversation,
        interaction,
        cycle,
        started_at,
        due,
        breach_at: due.after(recorder.rules.policy.site.late_grace),
        promise: promise.clone(),
    };
    recorder.record(Event::ClockStarted(Box::new(started)));
}

/// Fires what was due on a conversation's clocks before `cutoff`, so that a command is judged against a
/// settled past.
pub(super) fn settle(recorder: &mut Recorder<'_>, conversation: ConversationId, cutoff: Timestamp) {
    recorder.aside(|recorder| {
        for id in clocks_of(recorder, conversation) {
            while recorder.state.clock(id).and_then(Clock::next_due).is_some_and(|due| due < cutoff) {
                fire(recorder, id, cutoff);
            }
        }
    });
}

/// What the clock owes at its next due instant: a warning, the breach, or the rungs due up to `until`.
pub(super) fn fire(recorder: &mut Recorder<'_>, id: ClockId, until: Timestamp) {
    let Some(clock) = recorder.state.clock(id) else { return };
    let (conversation, metric) = (clock.conversation, clock.promise.metric);
    let event = if clock.breached {
        match clock.acked_until {
            Some(_) => Event::EscalationAckExpired { clock: id, conversation },
            None => {
                if let Some(raised) = next_rungs(recorder.state, clock, id, until) {
                    outgoing::escalate(recorder, raised);
                }
                return;
            }
        }
    } else if let Some(before) = clock.promise.warnings.get(clock.warned as usize) {
        let (warned_at, due) = (clock.due.before(*before), clock.due);
        Event::ClockWarned { clock: id, conversation, metric, warning: clock.warned + 1, warned_at, due }
    } else {
        Event::ClockBreached { clock: id, conversation, metric, breached_at: clock.due }
    };
    recorder.record(event);
}

/// Rungs that are due together are told once, by the highest (sla-R16).
fn next_rungs(state: &State, clock: &Clock, id: ClockId, until: Timestamp) -> Option<EscalationRaised> {
    let ladder = clock.promise.ladder.as_ref()?;
    let first = clock.rungs;
    let due_rungs = (first..ladder.rungs.len() as u32)
        .take_while(|index| clock.rung_due(*index).is_some_and(|due| due <= until));
    let highest = due_rungs.last()?;
    let conversation = state.open_conversation(clock.conversation);
    let interaction = state.open_interaction(conversation.interaction?);
    let stood = EscalationStood {
        breached_at: clock.due,
        within: clock.promise.within,
        ladder: ladder.name.clone(),
        rungs: ladder.rungs.len() as u32,
        queue: interaction.queue,
        channel: conversation.channel,
        source: conversation.source,
        contact: conversation.contact,
        priority: interaction.priority,
        waiting_since: interaction.waiting_since,
        agent: interaction.phase.holder(),
        content: conversation.content,
    };
    Some(EscalationRaised {
        clock: id,
        conversation: clock.conversation,
        metric: clock.promise.metric,
        rung: highest + 1,
        skipped: (first + 1..=highest).collect(),
        notify: ladder.rungs[highest as usize].notify.clone(),
        due: clock.rung_due(highest)?,
        stood: Some(stood),
    })
}

/// What was promised was done at `stopped_at`: met when that is not after the due instant (sla-R3).
pub(super) fn stop(
    recorder: &mut Recorder<'_>,
    conversation: ConversationId,
    metric: Metric,
    stopped_at: Timestamp,
) {
    for id in clocks_of(recorder, conversation) {
        let Some(clock) = recorder.state.clock(id).filter(|clock| clock.promise.metric == metric) else {
            continue;
        };
        let (due, breached) = (clock.due, clock.breached);
        let in_time = stopped_at <= due;
        if in_time && breached {
            recorder.record(Event::BreachRetracted { clock: id, conversation });
        }
        if !in_time && !breached {
            recorder.record(Event::ClockBreached { clock: id, conversation, metric, breached_at: due });
        }
        let outcome = if in_time { Outcome::Met } else { Outcome::MetLate };
        end(recorder, id, conversation, outcome, stopped_at, None);
    }
}

/// What still runs, of one metric or of all, is not measured to its end (sla-R6): the conversation was
/// resolved, or is promised anew.
pub(super) fn cancel(
    recorder: &mut Recorder<'_>,
    conversation: ConversationId,
    metric: Option<Metric>,
    cause: CancelCause,
) {
    let at = recorder.asked_at();
    for id in clocks_of(recorder, conversation) {
        let running = recorder.state.clock(id).map(|clock| clock.promise.metric);
        if metric.is_some() && metric != running {
            continue;
        }
        if recorder.state.clock(id).is_some_and(|clock| clock.breached && at <= clock.due) {
            recorder.record(Event::BreachRetracted { clock: id, conversation });
        }
        end(recorder, id, conversation, Outcome::Cancelled, at, Some(cause));
    }
}

/// The rules no longer promise it: what was told of it is resolved. What was breached stays so (peer-F40).
pub(super) fn cancel_removed(recorder: &mut Recorder<'_>, id: ClockId) {
    let Some(clock) = recorder.state.clock(id) else { return };
    let (conversation, now) = (clock.conversation, recorder.now());
    end(recorder, id, conversation, Outcome::Cancelled, now, Some(CancelCause::PolicyRemoved));
}

fn end(
    recorder: &mut Recorder<'_>,
    clock: ClockId,
    conversation: ConversationId,
    outcome: Outcome,
    ended_at: Timestamp,
    cause: Option<CancelCause>,
) {
    let Some(running) = recorder.state.clock(clock) else { return };
    let (metric, told) = (running.promise.metric, running.rungs > 0);
    recorder.record(Event::ClockEnded { clock, conversation, metric, outcome, ended_at, cause });
    if told {
        recorder.record(Event::EscalationResolved { clock, conversation });
    }
}

fn clocks_of(recorder: &Recorder<'_>, conversation: ConversationId) -> Vec<ClockId> {
    recorder
        .state
        .conversation(conversation)
        .map_or_else(Vec::new, |conversation| conversation.clocks.clone())
}
