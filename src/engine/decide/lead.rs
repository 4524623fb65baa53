//! The daemon's own records: who leads, how far the input was consumed, a step of the clock.

use crate::domain::Timestamp;

use super::super::event::Event;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;

pub(super) fn lead(
    recorder: &mut Recorder<'_>,
    epoch: u64,
    instance: &str,
    version: &str,
) -> Result<(), Rejection> {
    let current = recorder.state.epoch;
    if epoch <= current {
        return Err(Rejection::StaleEpoch { epoch, current });
    }
    recorder.record(Event::Led { epoch, instance: instance.to_owned(), version: version.to_owned() });
    Ok(())
}

pub(super) fn mark_position(recorder: &mut Recorder<'_>) -> Result<(), Rejection> {
    recorder.record(Event::Positioned);
    Ok(())
}

pub(super) fn step_clock(
    recorder: &mut Recorder<'_>,
    from: Timestamp,
    to: Timestamp,
) -> Result<(), Rejection> {
    recorder.record(Event::ClockStepped { from, to });
    Ok(())
}
