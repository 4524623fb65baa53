//! New rules: named first, then applied slice by slice as due work, resumable after a crash since each
//! slice records only what differs. Running promises keep what they were started with (sla-R9), unless the
//! rules make no such promise any more (peer-F40).

use std::ops::Bound;

use crate::domain::{
    AgentId, AgentOrigin, ClockId, InteractionId, Name, NameKind, OfferId, Presence, QueueId,
};
use crate::policy::Policy;

use super::super::event::{Event, PresenceCause, RescindCause, WrapUpEnd};
use super::super::holding;
use super::super::promise;
use super::super::queueing;
use super::super::recorder::Recorder;
use super::super::state::{Phase, Profile};
use super::upsert_agent::bound;

/// How many names one event gives numbers to.
const NAMES_MAX: usize = 500;
/// How many such events one step records: with the longest names about 300 KiB.
const NAMED_MAX: usize = 8;
/// How many interactions and clocks one step looks at: most are left as they are and record nothing, and at a
/// million of them everybody would wait for one step.
const LOOKS_MAX: usize = 10_000;

/// How far the application of a policy has come. It is not state: after a crash it begins anew and finds
/// what is done already done.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Progress {
    agents_after: Option<Name>,
    agents_done: bool,
    removed_from: u32,
    interactions_from: u64,
    clocks_from: u64,
}

/// Gives numbers to the names that a policy brings, and once all have one records that it is adopted.
/// False: there are more names than one step may record, so the policy must be handed in again.
pub(in super::super) fn announce(recorder: &mut Recorder<'_>, policy: &Policy) -> bool {
    let mut room = NAMED_MAX;
    for kind in NameKind::ALL {
        let mut new = names_of(policy, kind);
        new.retain(|name| recorder.state.names.find(kind, name.as_str()).is_none());
        for names in new.chunks(NAMES_MAX) {
            if room == 0 {
                return false;
            }
            room -= 1;
            let first = recorder.state.names.count(kind);
            recorder.record(Event::Named { kind, first, names: names.to_vec() });
        }
    }
    recorder.record(Event::PolicyAdopted { digest: policy.digest });
    true
}

/// Every name of a kind, each once, in order.
fn names_of(policy: &Policy, kind: NameKind) -> Vec<Name> {
    let mut names: Vec<Name> = match kind {
        NameKind::Actor => Vec::new(),
        NameKind::Agent => policy.agents.keys().cloned().collect(),
        NameKind::Queue => policy.queues.keys().cloned().collect(),
        NameKind::Source => policy.sources.keys().cloned().collect(),
        NameKind::Route => policy.routes.iter().map(|route| route.name.clone()).collect(),
        NameKind::Skill => {
            let of_agents = policy.agents.values().flat_map(|agent| agent.skills.keys());
            let of_queues = policy.queues.values().flat_map(|queue| queue.needs.keys());
            let of_routes = policy.routes.iter().flat_map(|route| route.needs.keys());
            of_agents.chain(of_queues).chain(of_routes).cloned().collect()
        }
    };
    names.sort();
    names.dedup();
    names
}

/// Applies one slice of the adopted policy, and says so once all was applied.
pub(in super::super) fn apply_slice(recorder: &mut Recorder<'_>, progress: &mut Progress) {
    upsert_agents(recorder, progress);
    remove_agents(recorder, progress);
    let mut left = LOOKS_MAX;
    let is_done =
        replace_waiting(recorder, progress, &mut left) && cancel_removed(recorder, progress, &mut left);
    if is_done && !recorder.is_full() {
        let digest = recorder.rules.policy.digest;
        recorder.record(Event::PolicyApplied { digest });
    }
}

fn upsert_agents(recorder: &mut Recorder<'_>, progress: &mut Progress) {
    if progress.agents_done {
        return;
    }
    let policy = recorder.rules.policy.clone();
    let after = progress.agents_after.clone().map_or(Bound::Unbounded, Bound::Excluded);
    for (name, rule) in policy.agents.range((after, Bound::Unbounded)) {
        if recorder.is_full() {
            return;
        }
        if let Some(id) = recorder.state.names.find_agent(name.as_str()) {
            let wanted = bound(recorder, &rule.skills, &rule.capacity, AgentOrigin::File);
            upsert(recorder, id, wanted);
        }
        progress.agents_after = Some(name.clone());
    }
    progress.agents_done = true;
}

/// Adds or changes an agent, unless he is so already.
pub(super) fn upsert(recorder: &mut Recorder<'_>, id: AgentId, wanted: Profile) {
    if recorder.state.agent(id).profile.as_ref() == Some(&wanted) {
        return;
    }
    let Profile { skills, capacity, origin } = wanted;
    recorder.record(Event::AgentUpserted { agent: id, skills, capacity, origin });
    rescind_unmet(recorder, id);
}

/// Offers that an agent no longer meets are withdrawn, unless a person chose him; what he holds stays his, though it pass a lowered
/// capacity (peer-F10).
fn rescind_unmet(recorder: &mut Recorder<'_>, id: AgentId) {
    let unmet = recorder.state.agent(id).held.iter().filter_map(|held| {
        let class = recorder.state.open_interaction(held.interaction).class;
        let meets = recorder.state.routing.class(class).met_by.has(id.index());
        let directed = |offer: &OfferId| recorder.state.offer(*offer).is_some_and(|offer| offer.directed);
        held.offer.filter(|offer| !meets && !directed(offer))
    });
    let unmet = unmet.collect();
    queueing::rescind_each(recorder, unmet, RescindCause::PolicyChanged);
}

/// Agents whom the rules no longer name drain: they keep what they hold and take nothing new. One whom a
/// command set stays, unless the rules give his name to an actor.
fn remove_agents(recorder: &mut Recorder<'_>, progress: &mut Progress) {
    while !recorder.is_full() && progress.removed_from < recorder.state.names.count(NameKind::Agent) {
        let id = AgentId(progress.removed_from);
        let (policy, name) = (&recorder.rules.policy, recorder.state.names.agent(id));
        let agent = recorder.state.agent(id);
        let stays = |profile: &Profile| match profile.origin {
            AgentOrigin::File => policy.agents.contains_key(name),
            AgentOrigin::Command => !policy.actors.contains_key(name),
        };
        if agent.profile.as_ref().is_some_and(|profile| !stays(profile)) {
            if !holding::end_wrap_ups(recorder, id, WrapUpEnd::Removed) {
                return;
            }
            let agent = recorder.state.agent(id);
            let takes_work = matches!(agent.presence, Presence::Available | Presence::Away(_));
            recorder.record(Event::AgentRemoved { agent: id });
            queueing::rescind_all(recorder, id, RescindCause::PolicyChanged);
            if takes_work {
                let (presence, cause) = (Presence::Draining, PresenceCause::Removed);
                recorder.record(Event::PresenceChanged { agent: id, presence, cause });
            }
        }
        progress.removed_from += 1;
    }
}

/// What waits is placed by the rules of today, at its old age. Whether all of it was looked at.
fn replace_waiting(recorder: &mut Recorder<'_>, progress: &mut Progress, left: &mut usize) -> bool {
    while !recorder.is_full() && *left > 0 {
        let next = recorder.state.interactions.iter_from(progress.interactions_from).next();
        let Some((number, interaction)) = next else { return true };
        progress.interactions_from = number + 1;
        *left -= 1;
        let is_movable = match interaction.phase {
            Phase::Queued => true,
            // A person chose the agent; it is placed anew if he does not take it.
            Phase::Offered(offer) => recorder.state.offer(offer).is_some_and(|offer| !offer.directed),
            Phase::Assigned(_) | Phase::Pended(_) | Phase::WrapUp(_) => false,
        };
        if is_movable {
            queueing::place_anew(recorder, InteractionId(number));
        }
    }
    false
}

/// A running promise ends when neither the queue that made it, nor the one where its conversation stands now,
/// nor the one where the rules of today would have it makes it any more: what an agent holds is not moved, though
/// its queue has another name by now. A changed span, warning or ladder is for the next. Whether all were looked at.
fn cancel_removed(recorder: &mut Recorder<'_>, progress: &mut Progress, left: &mut usize) -> bool {
    while !recorder.is_full() && *left > 0 {
        let next = recorder.state.clocks.iter_from(progress.clocks_from).next();
        let Some((number, clock)) = next else { return true };
        progress.clocks_from = number + 1;
        *left -= 1;
        let conversation = recorder.state.open_conversation(clock.conversation);
        let stands = conversation.interaction.map_or_else(Vec::new, |id| {
            vec![recorder.state.open_interaction(id).queue, queueing::placement_today(recorder, id).queue]
        });
        let makes = |queue: &QueueId| recorder.rules.promises(*queue, &clock.promise);
        if !makes(&clock.queue) && !stands.iter().any(makes) {
            promise::cancel_removed(recorder, ClockId(number));
        }
    }
    false
}
