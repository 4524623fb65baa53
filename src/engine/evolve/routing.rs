//! Interactions and offers: who waits, who holds what.

use crate::domain::{AgentId, ConversationId, InteractionId, Timestamp};

use super::super::deadlines::DueKind;
use super::super::event::{
    Event, Hold, InteractionAssigned, InteractionQueued, OfferEnd, OfferMade, QueueCause,
};
use super::super::state::{Agent, Cooldown, Held, Interaction, Offer, Phase, State, WaitKey};
use super::{agent, conversation};

/// Applies an event of this file; any other changes nothing here.
pub(super) fn apply(state: &mut State, event: &Event, at: Timestamp) {
    match event {
        Event::InteractionQueued(event) => queued(state, event, at),
        Event::InteractionAssigned(event) => assigned(state, event, at),
        Event::InteractionClosed { interaction, conversation, .. } => {
            closed(state, *interaction, *conversation, at);
        }
        Event::InteractionPended { hold, until } => pended(state, hold, *until, at),
        Event::InteractionResumed { hold, .. } => resumed(state, hold, at),
        Event::WrapUpStarted { hold, ends_at } => wrap_up_started(state, hold, *ends_at),
        Event::OfferMade(made) => offer_made(state, made, at),
        Event::OfferAccepted(end) => offer_accepted(state, end),
        Event::OfferDeclined { end, cooled_at } => offer_declined(state, end, *cooled_at, at),
        Event::OfferExpired { end, cooled_at } => offer_expired(state, end, *cooled_at, at),
        Event::OfferRescinded { end, .. } => offer_rescinded(state, end, at),
        Event::OfferCooled { interaction, agent } => offer_cooled(state, *interaction, *agent),
        _ => {}
    }
}

fn queued(state: &mut State, queued: &InteractionQueued, at: Timestamp) {
    let id = queued.interaction;
    leave_phase(state, id, at);
    let channel = state.open_conversation(queued.conversation).channel;
    let class = state.routing.intern(channel, &queued.needs, &state.agents);
    let before = state.interactions.remove(id.0);
    let cooldowns = before.map_or_else(Vec::new, |before| before.cooldowns);
    let interaction = Interaction {
        conversation: queued.conversation,
        queue: queued.queue,
        route: queued.route,
        priority: queued.priority,
        priority_set: queued.priority_set,
        class,
        waiting_since: queued.waiting_since,
        phase: Phase::Queued,
        until: None,
        cooldowns,
    };
    state.routing.wait(class, WaitKey::of(id, &interaction));
    state.interactions.insert(id.0, interaction);
    state.next.interaction = state.next.interaction.max(id.0 + 1);
    conversation::change(state, queued.conversation, |conversation| conversation.interaction = Some(id));
    if matches!(queued.cause, QueueCause::Requeued | QueueCause::Transferred) {
        set_last_agent(state, queued.conversation, None);
    }
    if let Some((sender, until)) = queued.sender {
        cool(state, id, sender, until);
    }
}

fn assigned(state: &mut State, assigned: &InteractionAssigned, at: Timestamp) {
    let id = assigned.interaction;
    leave_phase(state, id, at);
    let interaction = Interaction {
        conversation: assigned.conversation,
        queue: assigned.queue,
        route: None,
        priority: assigned.priority,
        priority_set: false,
        class: state.routing.intern(assigned.channel, &assigned.needs, &state.agents),
        waiting_since: at,
        phase: Phase::Assigned(assigned.agent),
        until: None,
        cooldowns: Vec::new(),
    };
    state.interactions.insert(id.0, interaction);
    state.next.interaction = state.next.interaction.max(id.0 + 1);
    let held = Held {
        interaction: id,
        channel: assigned.channel,
        units: assigned.units,
        offer: None,
        parked: false,
    };
    agent::change(state, assigned.agent, |agent| {
        agent.held.push(held);
        agent.since = at;
    });
    set_last_agent(state, assigned.conversation, Some(assigned.agent));
    conversation::change(state, assigned.conversation, |conversation| conversation.interaction = Some(id));
}

fn closed(state: &mut State, id: InteractionId, conversation: ConversationId, at: Timestamp) {
    leave_phase(state, id, at);
    if let Some(interaction) = state.interactions.remove(id.0) {
        state.deadlines.shift(DueKind::Cooldown, id.0, interaction.cooled_at(), None);
    }
    state.wrap_ups.remove(&(conversation, id));
    // After a wrap-up the conversation may have gone on in another interaction.
    conversation::change(state, conversation, |conversation| {
        conversation.interaction = conversation.interaction.filter(|present| *present != id);
    });
}

fn pended(state: &mut State, hold: &Hold, until: Option<Timestamp>, at: Timestamp) {
    set_phase(state, hold.interaction, Phase::Pended(hold.agent), until);
    park(state, hold, true, at);
    conversation::change(state, hold.conversation, |_| {});
}

fn resumed(state: &mut State, hold: &Hold, at: Timestamp) {
    set_phase(state, hold.interaction, Phase::Assigned(hold.agent), None);
    park(state, hold, false, at);
    conversation::change(state, hold.conversation, |_| {});
}

fn park(state: &mut State, hold: &Hold, parked: bool, at: Timestamp) {
    change_load(state, hold.agent, at, |agent| {
        for held in agent.held.iter_mut().filter(|held| held.interaction == hold.interaction) {
            held.parked = parked;
        }
    });
}

fn wrap_up_started(state: &mut State, hold: &Hold, ends_at: Timestamp) {
    set_phase(state, hold.interaction, Phase::WrapUp(hold.agent), Some(ends_at));
    state.wrap_ups.insert((hold.conversation, hold.interaction));
    conversation::change(state, hold.conversation, |conversation| conversation.interaction = None);
}

/// Gives an interaction the priority that a person set, and its place in the order of work.
pub(super) fn set_priority(state: &mut State, id: InteractionId, priority: i32) {
    let Some(interaction) = state.interactions.get_mut(id.0) else { return };
    let (class, before) = (interaction.class, WaitKey::of(id, interaction));
    interaction.priority = priority;
    interaction.priority_set = true;
    let (waits, after) = (interaction.phase == Phase::Queued, WaitKey::of(id, interaction));
    if waits {
        state.routing.unwait(class, before);
        state.routing.wait(class, after);
    }
}

fn offer_made(state: &mut State, made: &OfferMade, at: Timestamp) {
    leave_phase(state, made.interaction, at);
    set_phase(state, made.interaction, Phase::Offered(made.offer), None);
    let offer = Offer {
        interaction: made.interaction,
        conversation: made.conversation,
        agent: made.agent,
        made_at: at,
        expires_at: made.expires_at,
        directed: made.directed,
    };
    state.offers.insert(made.offer.0, offer);
    state.next.offer = made.offer.0 + 1;
    state.deadlines.shift(DueKind::Offer, made.offer.0, None, Some(made.expires_at));
    let held = Held {
        interaction: made.interaction,
        channel: made.channel,
        units: made.units,
        offer: Some(made.offer),
        parked: false,
    };
    agent::change(state, made.agent, |agent| {
        agent.held.push(held);
        agent.since = at;
    });
    conversation::change(state, made.conversation, |_| {});
}

fn offer_accepted(state: &mut State, end: &OfferEnd) {
    drop_offer(state, end);
    set_phase(state, end.interaction, Phase::Assigned(end.agent), None);
    clear_cooldowns(state, end.interaction);
    agent::change(state, end.agent, |agent| {
        for held in agent.held.iter_mut().filter(|held| held.interaction == end.interaction) {
            held.offer = None;
        }
        agent.misses = 0;
    });
    set_last_agent(state, end.conversation, Some(end.agent));
    conversation::change(state, end.conversation, |_| {});
}

fn offer_declined(state: &mut State, end: &OfferEnd, cooled_at: Timestamp, at: Timestamp) {
    give_back(state, end, at);
    cool(state, end.interaction, end.agent, cooled_at);
    agent::change(state, end.agent, |agent| agent.misses = 0);
}

fn offer_expired(state: &mut State, end: &OfferEnd, cooled_at: Timestamp, at: Timestamp) {
    give_back(state, end, at);
    cool(state, end.interaction, end.agent, cooled_at);
    agent::change(state, end.agent, |agent| agent.misses += 1);
}

fn offer_rescinded(state: &mut State, end: &OfferEnd, at: Timestamp) {
    give_back(state, end, at);
}

fn offer_cooled(state: &mut State, id: InteractionId, agent: AgentId) {
    change_cooldowns(state, id, |cooldowns| cooldowns.retain(|cooldown| cooldown.agent != agent));
}

/// An interaction whose offer ended unaccepted waits again at its old age.
fn give_back(state: &mut State, end: &OfferEnd, at: Timestamp) {
    drop_offer(state, end);
    let_go(state, end.agent, end.interaction, at);
    set_phase(state, end.interaction, Phase::Queued, None);
    let interaction = state.open_interaction(end.interaction);
    let (class, key) = (interaction.class, WaitKey::of(end.interaction, interaction));
    state.routing.wait(class, key);
    conversation::change(state, end.conversation, |_| {});
}

/// Takes an interaction out of where it stands: its queue, its offer's agent, its agent's hands.
fn leave_phase(state: &mut State, id: InteractionId, at: Timestamp) {
    let Some(interaction) = state.interaction(id) else { return };
    match interaction.phase {
        Phase::Queued => {
            let (class, key) = (interaction.class, WaitKey::of(id, interaction));
            state.routing.unwait(class, key);
        }
        Phase::Assigned(agent) | Phase::Pended(agent) | Phase::WrapUp(agent) => {
            // It waits for nothing any more.
            set_phase(state, id, Phase::Assigned(agent), None);
            let_go(state, agent, id, at);
        }
        Phase::Offered(_) => debug_assert!(false, "an offer ends before its interaction moves on"),
    }
}

fn let_go(state: &mut State, agent: AgentId, id: InteractionId, at: Timestamp) {
    change_load(state, agent, at, |agent| agent.held.retain(|held| held.interaction != id));
}

/// Changes what an agent holds. What was parked weighs nothing, so it leaves his place in the order alone.
fn change_load(state: &mut State, agent: AgentId, at: Timestamp, mutate: impl FnOnce(&mut Agent)) {
    agent::change(state, agent, |agent| {
        let load = agent.load();
        mutate(agent);
        if agent.load() != load {
            agent.since = at;
        }
    });
}

fn drop_offer(state: &mut State, end: &OfferEnd) {
    if let Some(offer) = state.offers.remove(end.offer.0) {
        state.deadlines.shift(DueKind::Offer, end.offer.0, Some(offer.expires_at), None);
    }
}

fn set_last_agent(state: &mut State, id: ConversationId, agent: Option<AgentId>) {
    let contact = state.person(state.open_conversation(id).contact);
    if let Some(contact) = state.contacts.get_mut(contact.0) {
        contact.last_agent = agent;
    }
}

/// Moves an interaction to another phase, and its deadline with it. `until` is when that phase lapses.
fn set_phase(state: &mut State, id: InteractionId, phase: Phase, until: Option<Timestamp>) {
    let Some(interaction) = state.interactions.get_mut(id.0) else { return };
    let before = interaction.lapses();
    (interaction.phase, interaction.until) = (phase, until);
    let after = interaction.lapses();
    if let Some((kind, due)) = before {
        state.deadlines.shift(kind, id.0, Some(due), None);
    }
    if let Some((kind, due)) = after {
        state.deadlines.shift(kind, id.0, None, Some(due));
    }
}

fn cool(state: &mut State, id: InteractionId, agent: AgentId, until: Timestamp) {
    change_cooldowns(state, id, |cooldowns| {
        cooldowns.retain(|cooldown| cooldown.agent != agent);
        cooldowns.push(Cooldown { agent, until });
    });
}

fn clear_cooldowns(state: &mut State, id: InteractionId) {
    change_cooldowns(state, id, Vec::clear);
}

fn change_cooldowns(state: &mut State, id: InteractionId, mutate: impl FnOnce(&mut Vec<Cooldown>)) {
    if let Some(interaction) = state.interactions.get_mut(id.0) {
        let before = interaction.cooled_at();
        mutate(&mut interaction.cooldowns);
        state.deadlines.shift(DueKind::Cooldown, id.0, before, interaction.cooled_at());
    }
}
