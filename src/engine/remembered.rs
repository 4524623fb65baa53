//! What is remembered has a limit: when it is passed, the oldest day goes early and the journal says so.
//! A single day is never forgotten while it is the only one.

use super::event::{Event, Remembered};
use super::recorder::Recorder;

/// Forgets the oldest day of a window that is too full.
pub(super) fn keep_bounded(recorder: &mut Recorder<'_>) {
    let site = &recorder.rules.policy.site;
    let (messages_max, commands_max) = (site.dedupe_max, site.command_ids_max);
    let (messages, commands) = (&recorder.state.dedupe, &recorder.state.commands);
    let fullest = if messages.len() > messages_max {
        messages.oldest_of_many().map(|oldest| (Remembered::Messages, oldest))
    } else if commands.len() > commands_max {
        commands.oldest_of_many().map(|oldest| (Remembered::Commands, oldest))
    } else {
        None
    };
    if let Some((remembered, (day, keys))) = fullest {
        recorder.record(Event::DedupeShortened { remembered, day, keys: keys as u64 });
    }
}
