//! An input could not be understood: recorded, so that it is buried in DEAD once and the stream flows on
//! (peer-F29).

use super::super::command::RefusedInput;
use super::super::event::Event;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;

pub(super) fn decide(recorder: &mut Recorder<'_>, refused: &RefusedInput) -> Result<(), Rejection> {
    recorder.record(Event::InputRefused(Box::new(refused.clone())));
    Ok(())
}
