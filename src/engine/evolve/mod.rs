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
        Event::Led { .. }
        | Event::Named { .. }
        | Event::PolicyAdopted { .. }
        | Event::PolicyApplied { .. }
        | Event::DedupeShortened { .. } => site::apply(state, &recorded.event),
        Event::ContactCreated { contact, address, content, .. } => {
            conversation::contact_created(state, *contact, *address, *content);
        }
        Event::ContactExpired { contact } => conversation::contact_expired(state, *contact),
        Event::AgentUpserted { .. }
        | Event::AgentRemoved { .. }
        | Event::AgentSignedIn { .. }
        | Event::PresenceChanged { .. }
        | Event::AgentLost { .. }
        | Event::AgentReturned { .. }
        | Event::AgentSignedOut { .. }
        | Event::AgentReleased { .. } => agent::apply(state, &recorded.event, at),
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
        Event::ClockStarted(_)
        | Event::ClockWarned { .. }
        | Event::ClockBreached { .. }
        | Event::ClockEnded { .. }
        | Event::EscalationRaised(_)
        | Event::EscalationAcked { .. }
        | Event::EscalationAckExpired { .. } => promise::apply(state, &recorded.event),
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
