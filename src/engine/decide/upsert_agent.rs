//! Who leads or serves adds an agent, or changes one whom no file names. What he no longer meets is withdrawn
//! as by new rules, and what waits for him is found at once.

use std::collections::BTreeMap;

use crate::domain::{
    AGENTS_MAX, AgentId, AgentOrigin, Capacity, Name, NameKind, Proficiency, SITE_ACTOR, Skills,
};

use super::super::command::WantedAgent;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::Profile;
use super::adopt_policy;

/// The most names of skills that commands bring a site to: each is remembered for ever.
const SKILL_NAMES_MAX: usize = 100_000;

pub(super) fn decide(recorder: &mut Recorder<'_>, wanted: &WantedAgent) -> Result<(), Rejection> {
    check(recorder, wanted)?;
    let new =
        |recorder: &Recorder<'_>, kind, name: &Name| recorder.state.names.find(kind, name.as_str()).is_none();
    let skills: Vec<Name> =
        wanted.skills.keys().filter(|skill| new(recorder, NameKind::Skill, skill)).cloned().collect();
    let known = recorder.state.names.count(NameKind::Skill) as usize;
    if !skills.is_empty() && known + skills.len() > SKILL_NAMES_MAX {
        return Err(Rejection::TooMany { what: "names of skills", most: SKILL_NAMES_MAX });
    }
    if new(recorder, NameKind::Agent, &wanted.agent) {
        if recorder.state.names.count(NameKind::Agent) as usize >= AGENTS_MAX {
            return Err(Rejection::TooMany { what: "agents", most: AGENTS_MAX });
        }
        recorder.name(NameKind::Agent, vec![wanted.agent.clone()]);
    }
    if !skills.is_empty() {
        recorder.name(NameKind::Skill, skills);
    }
    if let Some(id) = recorder.state.names.find_agent(wanted.agent.as_str()) {
        let profile = bound(recorder, &wanted.skills, &wanted.capacity, AgentOrigin::Command);
        adopt_policy::upsert(recorder, id, profile);
    }
    Ok(())
}

/// Whether a command may have this agent: the files come first, and so does who asks under the name.
fn check(recorder: &Recorder<'_>, wanted: &WantedAgent) -> Result<(), Rejection> {
    let (name, policy) = (&wanted.agent, &recorder.rules.policy);
    if policy.actors.contains_key(name) || name.as_str() == SITE_ACTOR {
        return Err(Rejection::NameTaken(name.clone()));
    }
    let of_file = |id: AgentId| {
        let profile = recorder.state.agent(id).profile.as_ref();
        profile.is_some_and(|profile| profile.origin == AgentOrigin::File)
    };
    // One whom the newest files no longer name is theirs until that is recorded.
    if policy.agents.contains_key(name) || recorder.state.names.find_agent(name.as_str()).is_some_and(of_file)
    {
        return Err(Rejection::SetByFile(name.clone()));
    }
    Ok(())
}

/// A profile whose skills have their numbers.
pub(super) fn bound(
    recorder: &Recorder<'_>,
    skills: &BTreeMap<Name, Proficiency>,
    capacity: &Capacity,
    origin: AgentOrigin,
) -> Profile {
    let names = &recorder.state.names;
    let skills = skills.iter().filter_map(|(name, level)| Some((names.find_skill(name.as_str())?, *level)));
    Profile { skills: Skills::new(skills.collect()), capacity: capacity.clone(), origin }
}
