//! An agent signs out: his offers are withdrawn, and what contacts wait for goes back to its queue.

use super::super::event::PresenceCause;
use super::super::queueing;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::signed_in_agent;

pub(super) fn decide(recorder: &mut Recorder<'_>) -> Result<(), Rejection> {
    let agent = signed_in_agent(recorder)?;
    queueing::go_offline(recorder, agent, PresenceCause::Asked);
    Ok(())
}
