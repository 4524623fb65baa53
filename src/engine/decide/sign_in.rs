//! An agent signs in, available. Signing in again changes nothing but a loss that was noted.

use super::super::event::Event;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::asking_agent;

pub(super) fn decide(recorder: &mut Recorder<'_>) -> Result<(), Rejection> {
    let id = asking_agent(recorder)?;
    let agent = recorder.state.agent(id);
    if !agent.presence.is_signed_in() {
        recorder.record(Event::AgentSignedIn { agent: id });
    } else if agent.offline_at.is_some() {
        recorder.record(Event::AgentReturned { agent: id });
    }
    Ok(())
}
