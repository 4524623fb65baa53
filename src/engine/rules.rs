//! The policy seen through the numbers of the state's names, so that a decision needs no text.

use std::sync::Arc;

use crate::domain::{
    AgentOrigin, Name, NameKind, Need, Needs, Proficiency, Promise, QueueId, Role, RouteId, SITE_ACTOR,
};
use crate::policy::{Attributes, Policy, QueueRule};

use super::deadlines::Due;
use super::event::ClauseVerdict;
use super::state::State;

/// A policy bound to the names of a state.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) policy: Arc<Policy>,
    /// By the index of [`QueueId`]; `None` for a queue that the policy does not name.
    queues: Vec<Option<Arc<BoundQueue>>>,
    /// By place in the policy's table.
    routes: Vec<BoundRoute>,
    default_queue: Option<QueueId>,
    /// By the index of [`AgentId`](crate::domain::AgentId): whether the policy names him.
    agents: Vec<bool>,
}

/// A queue of the policy.
#[derive(Clone, Debug)]
pub(super) struct BoundQueue {
    pub(super) rule: QueueRule,
    needs: Needs,
}

#[derive(Clone, Debug)]
struct BoundRoute {
    id: RouteId,
    placement: Placement,
}

/// Where an interaction waits and what it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    pub(super) queue: QueueId,
    pub(super) route: Option<RouteId>,
    pub(super) priority: i32,
    /// A person set that priority, so no rule changes it.
    pub(super) priority_set: bool,
    pub(super) needs: Needs,
}

impl Rules {
    /// What is due first. Mail that is owed waits as long as the site has no relay: an attempt that nobody makes
    /// would stay open.
    pub(super) fn first_due(&self, state: &State) -> Option<Due> {
        state.deadlines.first(self.policy.site.mail.is_none())
    }

    /// Binds what the state has names for. A policy is whole only once `adopt_policy` has named it all.
    pub(super) fn bind(policy: Arc<Policy>, state: &State) -> Rules {
        let mut queues = vec![None; state.names.count(NameKind::Queue) as usize];
        for (name, rule) in &policy.queues {
            let Some(id) = state.names.find_queue(name.as_str()) else { continue };
            let needs = Needs::new(bind_needs(rule.needs.iter(), state));
            queues[id.index()] = Some(Arc::new(BoundQueue { rule: rule.clone(), needs }));
        }
        let default_queue =
            policy.default_queue.as_ref().and_then(|name| state.names.find_queue(name.as_str()));
        let mut agents = vec![false; state.names.count(NameKind::Agent) as usize];
        for id in policy.agents.keys().filter_map(|name| state.names.find_agent(name.as_str())) {
            agents[id.index()] = true;
        }
        let mut rules = Rules { policy, queues, routes: Vec::new(), default_queue, agents };
        rules.routes = rules.bind_routes(state);
        rules
    }

    fn bind_routes(&self, state: &State) -> Vec<BoundRoute> {
        let bound = self.policy.routes.iter().map_while(|route| {
            let id = state.names.find_route(route.name.as_str())?;
            let queue_id = state.names.find_queue(route.queue.as_str())?;
            let queue = self.queue(queue_id)?;
            let mut needs: Vec<Need> = queue.needs.iter().copied().collect();
            needs.extend(bind_needs(route.needs.iter(), state));
            let placement = Placement {
                queue: queue_id,
                route: Some(id),
                priority: route.priority.unwrap_or(queue.rule.priority),
                priority_set: false,
                needs: Needs::new(needs),
            };
            Some(BoundRoute { id, placement })
        });
        bound.collect()
    }

    /// A queue that the policy names.
    pub(super) fn queue(&self, id: QueueId) -> Option<&BoundQueue> {
        self.queues.get(id.index())?.as_deref()
    }

    /// Whether a queue still promises this: its SLA by name, and in it the metric. What is promised may differ.
    /// Of a promise that does not tell its SLA nobody knows, so it stands.
    pub(super) fn promises(&self, id: QueueId, promise: &Promise) -> bool {
        let Some(sla) = &promise.sla else { return true };
        let same = |made: &Promise| made.sla.as_ref() == Some(sla) && made.metric == promise.metric;
        self.queue(id).is_some_and(|queue| queue.rule.promises.iter().any(|made| same(made)))
    }

    /// Where a message goes: its route's place, else the default queue. `None` while no policy is adopted.
    pub(super) fn route(&self, attributes: &Attributes<'_>) -> Option<(Placement, Vec<ClauseVerdict>)> {
        let choice = self.policy.routes.choose(attributes);
        let placement = match choice.route.and_then(|place| self.routes.get(place)) {
            Some(route) => route.placement.clone(),
            None => self.in_queue(self.default_queue?)?,
        };
        let verdicts = choice.verdicts.iter().filter_map(|verdict| {
            let route = self.routes.get(verdict.route)?.id;
            Some(ClauseVerdict { route, clause: verdict.clause, matched: verdict.matched })
        });
        Some((placement, verdicts.collect()))
    }

    /// Where an interaction stands by the rules of today: where its route sends now; as it was, while its
    /// route is gone and its queue is not; else in the default queue. Its text is not asked again.
    pub(super) fn placement(&self, as_it_was: Placement) -> Placement {
        if let Some(route) = as_it_was.route {
            let by_route = self.routes.iter().find(|bound| bound.id == route);
            if let Some(bound) = by_route {
                return bound.placement.clone();
            }
            if self.queue(as_it_was.queue).is_some() {
                return as_it_was;
            }
        }
        if let Some(in_queue) = self.in_queue(as_it_was.queue) {
            return in_queue;
        }
        self.default_queue.and_then(|queue| self.in_queue(queue)).unwrap_or(as_it_was)
    }

    /// The place of what no route sent there; `None` for a queue that the policy does not name.
    pub(super) fn in_queue(&self, id: QueueId) -> Option<Placement> {
        let queue = self.queue(id)?;
        let (priority, needs) = (queue.rule.priority, queue.needs.clone());
        Some(Placement { queue: id, route: None, priority, priority_set: false, needs })
    }

    /// As what an actor may ask. An agent taken out of the rules may still finish what he holds.
    pub(super) fn role(&self, actor: &Name, state: &State) -> Option<Role> {
        if let Some(role) = self.policy.actors.get(actor) {
            return Some(*role);
        }
        if actor.as_str() == SITE_ACTOR {
            return Some(Role::Site);
        }
        let id = state.names.find_agent(actor.as_str())?;
        let is_named = self.agents.get(id.index()).copied().unwrap_or(false);
        let agent = state.agent(id);
        let by_command = agent.profile.as_ref().is_some_and(|it| it.origin == AgentOrigin::Command);
        (is_named || by_command || agent.presence.is_signed_in()).then_some(Role::Agent)
    }
}

fn bind_needs<'a>(needs: impl Iterator<Item = (&'a Name, &'a Proficiency)>, state: &State) -> Vec<Need> {
    let bound = needs.filter_map(|(name, least)| {
        let skill = state.names.find_skill(name.as_str())?;
        Some(Need { skill, least: *least })
    });
    bound.collect()
}
