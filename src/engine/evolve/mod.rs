//! The only code that changes [`State`]. It decides nothing: every number that matters stands in the
//! event. It is reached through the recorder, and through replay; both apply the same records.

mod agent;
mod conversation;
mod promise;
mod routing;
mod site;

use super::event::{Event, Recorded};
use super::state::State;

/// Applies one record.
pub(super) fn evolve(state: &mut State, recorded: &Recorded) {
    state.seq = recorded.seq;
    state.at = recorded.at;
    state.inseq = recorded.inseq;
    if let Some(cause) = recorded.command {
        state.commands.insert(cause.key, cause.asked_at, recorded.seq);
    }
    apply(state, recorded);
}

fn apply(state: &mut State, recorded: &Recorded) {
    let at = recorded.at;
    match &recorded.event {
        Event::Led { epoch, instance, .. } => site::led(state, *epoch, instance),
        Event::Named { kind, names, .. } => site::named(state, *kind, names),
        Event::PolicyAdopted { digest } => site::policy_adopted(state, *digest),
        Event::PolicyApplied { .. } => state.policy_applied = true,
        Event::DedupeShortened { day, .. } => state.dedupe.forget(*day),
        Event::ContactCreated { contact, address, content, .. } => {
            conversation::contact_created(state, *contact, *address, *content);
        }
        Event::ContactExpired { contact } => conversation::contact_expired(state, *contact),
        Event::AgentUpserted { agent, skills, capacity } => agent::upserted(state, *agent, skills, capacity),
        Event::AgentRemoved { agent } => agent::removed(state, *agent),
        Event::AgentSignedIn { agent } => agent::signed_in(state, *agent, at),
        Event::PresenceChanged { agent, presence, .. } => {
            agent::presence_changed(state, *agent, presence, at);
        }
        Event::AgentLost { agent, offline_at } => agent::lost(state, *agent, *offline_at),
        Event::AgentReturned { agent } => agent::returned(state, *agent),
        Event::AgentSignedOut { agent, .. } => agent::signed_out(state, *agent, at),
        Event::AgentReleased { agent } => agent::released(state, *agent),
        Event::ConversationOpened(opened) => conversation::opened(state, opened, at),
        Event::ConversationReopened { conversation } => conversation::reopened(state, *conversation),
        Event::ConversationResolved { conversation, archive_at } => {
            conversation::resolved(state, *conversation, *archive_at);
        }
        Event::ConversationArchived { conversation, forget_at, contact_expires_at } => {
            conversation::archived(state, *conversation, *forget_at, *contact_expires_at, at);
        }
        Event::ConversationForgotten { conversation } => conversation::forgotten(state, *conversation),
        Event::MessageReceived(received) => conversation::received(state, received),
        Event::MessageIgnored { dedupe, received_at, .. } => state.dedupe.insert(*dedupe, *received_at, ()),
        Event::MessageReplied { message, conversation, replied_at, key, content } => {
            conversation::replied(state, *message, *conversation, *replied_at, *key, *content);
        }
        Event::InteractionQueued(queued) => routing::queued(state, queued, at),
        Event::InteractionClosed { interaction, conversation, .. } => {
            routing::closed(state, *interaction, *conversation, at);
        }
        Event::OfferMade(made) => routing::offer_made(state, made, at),
        Event::OfferAccepted(end) => routing::offer_accepted(state, end),
        Event::OfferDeclined { end, cooled_at } => routing::offer_declined(state, end, *cooled_at, at),
        Event::OfferExpired { end, cooled_at } => routing::offer_expired(state, end, *cooled_at, at),
        Event::OfferRescinded { end, .. } => routing::offer_rescinded(state, end, at),
        Event::OfferCooled { interaction, agent } => routing::offer_cooled(state, *interaction, *agent),
        Event::ClockStarted(started) => promise::started(state, started),
        Event::ClockWarned { clock, warning, .. } => {
            promise::change(state, *clock, |clock| clock.warned = *warning);
        }
        Event::ClockBreached { clock, .. } => promise::change(state, *clock, |clock| clock.breached = true),
        Event::ClockEnded { clock, .. } => promise::ended(state, *clock),
        Event::EscalationRaised(raised) => {
            promise::change(state, raised.clock, |clock| clock.rungs = raised.rung);
        }
        Event::EscalationAcked { clock, until, .. } => {
            promise::change(state, *clock, |clock| clock.acked_until = Some(*until));
        }
        Event::EscalationAckExpired { clock, .. } => {
            promise::change(state, *clock, |clock| clock.acked_until = None);
        }
        Event::Positioned
        | Event::ClockStepped { .. }
        | Event::InputRefused(_)
        | Event::CommandRejected { .. }
        | Event::InteractionUnroutable { .. }
        | Event::OwnerOffline { .. }
        | Event::BreachRetracted { .. }
        | Event::EscalationResolved { .. }
        | Event::Content(_) => {}
    }
}
