//! A channel tells of a message or a conversation that is there: it was edited, taken back, reported on.

use crate::domain::InboundUpdate;

use super::super::recorder::Recorder;
use super::super::rejection::Rejection;

pub(super) fn decide(recorder: &mut Recorder<'_>, update: &InboundUpdate) -> Result<(), Rejection> {
    if recorder.state.dedupe.get(update.dedupe).is_some() {
        return Err(Rejection::DuplicateMessage);
    }
    Ok(())
}
