//! Agents and actors: who answers, and who else may send commands.

use std::collections::BTreeMap;

use super::value::{Reference, count, name, number, path, skills};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{ActorRole, ByChannel, RawAgent, RawFile};
use crate::domain::{
    AGENTS_MAX, Capacity, CapacityFault, Channel, Name, Role, SITE_ACTOR, Skills, WrittenCapacity,
};
use crate::policy::AgentRule;

/// The most actors besides the agents.
const ACTORS_MAX: usize = 10_000;

/// Who answers.
pub(super) fn agents(raw: &RawFile, findings: &mut Findings) -> BTreeMap<Name, AgentRule> {
    count(findings, "agent", &raw.agents, AGENTS_MAX);
    let mut agents = BTreeMap::new();
    for (text, agent) in &raw.agents {
        let at = path("agent", text);
        let name = name(findings, &at, text);
        refuse_our_name(findings, &at, text);
        count(findings, &format!("{at}.skills"), &agent.skills, Skills::MOST);
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

/// By which sources a message must have left that an actor reports on.
pub(super) fn reports(raw: &RawFile, findings: &mut Findings) -> BTreeMap<Name, Vec<Name>> {
    let mut reports = BTreeMap::new();
    for (text, actor) in &raw.actors {
        let Some(written) = &actor.sources else { continue };
        let at = format!("{}.sources", path("actor", text));
        let who = format!("actor `{text}` reports on");
        let reference = Reference { code: Code::UnknownSource, who, noun: "source", known: &raw.sources };
        let mut sources = Vec::new();
        for (place, wanted) in written.items.iter().enumerate() {
            let at = if written.listed { format!("{at}[{place}]") } else { at.clone() };
            sources.extend(reference.resolve(findings, &at, wanted));
        }
        reports.extend(text.parse().ok().map(|name: Name| (name, sources)));
    }
    reports
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
    let by_channel = |of: &ByChannel<i64>| Channel::ALL.map(|channel| of.get(channel).copied());
    let written = WrittenCapacity {
        units: agent.capacity,
        costs: by_channel(&agent.cost),
        maxima: by_channel(&agent.max),
    };
    let (capacity, faults) = Capacity::check(&written);
    let mut refuse = |key: String, value, limits| {
        number(findings, &format!("{at}.{key}"), Some(value), 1, limits);
    };
    let mut too_dear = Vec::new();
    for fault in faults {
        match fault {
            CapacityFault::Units(value) => refuse("capacity".to_owned(), value, Capacity::UNITS),
            CapacityFault::Cost(channel, value) => refuse(format!("cost.{channel}"), value, Capacity::UNITS),
            CapacityFault::Maximum(channel, value) => {
                refuse(format!("max.{channel}"), value, Capacity::MAXIMA);
            }
            CapacityFault::CostAboveUnits { channel, cost, units } => too_dear.push((channel, cost, units)),
        }
    }
    // Beside a refused capacity nothing is said of costs: they were held against its default.
    if !findings.was_refused(&format!("{at}.capacity")) {
        too_dear.into_iter().for_each(|(channel, cost, units)| {
            let fact =
                format!("one {channel} costs {cost} units, and the capacity is {units}: none would fit");
            let hint = format!("raise `capacity`, lower the cost, or say `max = {{ {channel} = 0 }}`");
            let at = format!("{at}.cost.{channel}");
            findings.push(Finding::error(Code::CostAboveCapacity, at, fact).hint(hint));
        });
    }
    capacity
}
