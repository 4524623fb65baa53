//! Agents and actors: who answers, and who else may send commands.

use std::collections::BTreeMap;

use super::value::{count, name, number, path, skills};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{ActorRole, RawAgent, RawFile};
use crate::domain::{Capacity, Channel, Name, Role, SITE_ACTOR};
use crate::policy::AgentRule;

/// The most agents of a site.
pub(super) const AGENTS_MAX: usize = 100_000;
/// The most actors besides the agents.
const ACTORS_MAX: usize = 10_000;
/// The most units of capacity.
const UNITS_MAX: i64 = 10_000;

/// Who answers.
pub(super) fn agents(raw: &RawFile, findings: &mut Findings) -> BTreeMap<Name, AgentRule> {
    count(findings, "agent", &raw.agents, AGENTS_MAX);
    let mut agents = BTreeMap::new();
    for (text, agent) in &raw.agents {
        let at = path("agent", text);
        let name = name(findings, &at, text);
        refuse_our_name(findings, &at, text);
        let skills = skills(findings, &at, &agent.skills);
        let rule = AgentRule { skills, capacity: capacity(findings, &at, agent) };
        agents.extend(name.map(|name| (name, rule)));
    }
    agents
}

/// Who else may send commands.
pub(super) fn actors(raw: &RawFile, findings: &mut Findings) -> BTreeMap<Name, Role> {
    count(findings, "actor", &raw.actors, ACTORS_MAX);
    let mut actors = BTreeMap::new();
    for (text, actor) in &raw.actors {
        let at = path("actor", text);
        let name = name(findings, &at, text);
        refuse_our_name(findings, &at, text);
        if raw.agents.contains_key(text) {
            let fact = format!("`{text}` is an actor and an agent");
            let hint = "commands are judged by who sends them: give one of the two another name";
            findings.push(Finding::error(Code::NameTaken, &at, fact).hint(hint));
        }
        match actor.role {
            Some(role) => actors.extend(name.map(|name| (name, spell_role(role)))),
            None => findings.missing(&at, "role", "it is `service`, `supervisor` or `gateway`"),
        }
    }
    actors
}

fn refuse_our_name(findings: &mut Findings, at: &str, text: &str) {
    if text == SITE_ACTOR {
        let fact = format!("`{SITE_ACTOR}` is the daemon's own name where it acts");
        findings.push(Finding::error(Code::NameTaken, at, fact).hint("choose another name"));
    }
}

fn spell_role(role: ActorRole) -> Role {
    match role {
        ActorRole::Service => Role::Service,
        ActorRole::Supervisor => Role::Supervisor,
        ActorRole::Gateway => Role::Gateway,
    }
}

fn capacity(findings: &mut Findings, at: &str, agent: &RawAgent) -> Capacity {
    let units = number(findings, &format!("{at}.capacity"), agent.capacity, 1, 1..=UNITS_MAX);
    let mut capacity = Capacity { units: small(units), costs: [1; 3], maxima: [None; 3] };
    for channel in Channel::ALL {
        let cost_at = format!("{at}.cost.{channel}");
        let cost = number(findings, &cost_at, agent.cost.get(channel).copied(), 1, 1..=UNITS_MAX);
        if cost > units && !findings.was_refused(&format!("{at}.capacity")) {
            let fact =
                format!("one {channel} costs {cost} units, and the capacity is {units}: none would fit");
            let hint = format!("raise `capacity`, lower the cost, or say `max = {{ {channel} = 0 }}`");
            if agent.max.get(channel) != Some(&0) {
                findings.push(Finding::error(Code::CostAboveCapacity, cost_at, fact).hint(hint));
            }
        }
        capacity.costs[channel.index()] = small(cost);
        capacity.maxima[channel.index()] = agent.max.get(channel).map(|most| {
            small(number(findings, &format!("{at}.max.{channel}"), Some(*most), 0, 0..=UNITS_MAX))
        });
    }
    capacity
}

fn small(units: i64) -> u32 {
    u32::try_from(units).expect("units were held against their limits")
}
