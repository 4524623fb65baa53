//! An agent who is signed in says whether he takes work. What is offered to him stays offered, what he
//! holds stays his. To say offline is to sign out.

use crate::domain::Presence;

use super::super::event::{Event, PresenceCause};
use super::super::queueing;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::signed_in_agent;

pub(super) fn decide(recorder: &mut Recorder<'_>, presence: &Presence) -> Result<(), Rejection> {
    let agent = signed_in_agent(recorder)?;
    if *presence == Presence::Offline {
        queueing::go_offline(recorder, agent, PresenceCause::Asked);
    } else if recorder.state.agent(agent).presence != *presence {
        let presence = presence.clone();
        recorder.record(Event::PresenceChanged { agent, presence, cause: PresenceCause::Asked });
    }
    Ok(())
}
