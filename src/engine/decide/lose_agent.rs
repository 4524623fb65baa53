//! An agent's desktops fall silent: no more offers, those that stand are withdrawn at once, and after a
//! grace he is offline by himself. Heard again before, he goes on.

use crate::domain::{AgentId, Name};

use super::super::event::{Event, RescindCause};
use super::super::queueing;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;

pub(super) fn lose(recorder: &mut Recorder<'_>, name: &Name) -> Result<(), Rejection> {
    let id = find(recorder, name)?;
    let agent = recorder.state.agent(id);
    if agent.presence.is_signed_in() && agent.offline_at.is_none() {
        let offline_at = recorder.now().after(recorder.rules.policy.site.lost_grace);
        recorder.record(Event::AgentLost { agent: id, offline_at });
        queueing::rescind_all(recorder, id, RescindCause::AgentLost);
    }
    Ok(())
}

pub(super) fn give_back(recorder: &mut Recorder<'_>, name: &Name) -> Result<(), Rejection> {
    let id = find(recorder, name)?;
    if recorder.state.agent(id).offline_at.is_some() {
        recorder.record(Event::AgentReturned { agent: id });
    }
    Ok(())
}

fn find(recorder: &Recorder<'_>, name: &Name) -> Result<AgentId, Rejection> {
    recorder.state.names.find_agent(name.as_str()).ok_or_else(|| Rejection::UnknownActor(name.clone()))
}
