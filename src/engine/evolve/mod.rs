//! The only code that changes [`State`]. It decides nothing: every number that matters stands in the
//! event. It is reached through the recorder, and through replay; both apply the same records.

mod agent;
mod conversation;
mod mail;
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
        state.commands.insert(cause, recorded.at, recorded.seq);
    }
    apply(state, recorded);
}

/// Which file's events these are. No wildcard: a new event must say where it belongs.
fn apply(state: &mut State, recorded: &Recorded) {
    let (event, at) = (&recorded.event, recorded.at);
    match event {
        Event::Led { .. }
        | Event::Named { .. }
        | Event::PolicyAdopted { .. }
        | Event::PolicyApplied { .. }
        | Event::DedupeShortened { .. } => site::apply(state, event, at),
        Event::AgentUpserted { .. }
        | Event::AgentRemoved { .. }
        | Event::AgentSignedIn { .. }
        | Event::PresenceChanged { .. }
        | Event::AgentLost { .. }
        | Event::AgentReturned { .. }
        | Event::AgentSignedOut { .. }
        | Event::AgentReleased { .. } => agent::apply(state, event, at),
        Event::ContactCreated { .. }
        | Event::ContactExpired { .. }
        | Event::ConversationOpened(_)
        | Event::ConversationReopened { .. }
        | Event::ConversationResolved { .. }
        | Event::ConversationArchived { .. }
        | Event::ConversationForgotten { .. }
        | Event::MessageReceived(_)
        | Event::MessageIgnored { .. }
        | Event::MessageReplied(_)
        | Event::MessageDelivery { .. } => conversation::apply(state, event, at),
        Event::InteractionQueued(_)
        | Event::InteractionClosed { .. }
        | Event::OfferMade(_)
        | Event::OfferAccepted(_)
        | Event::OfferDeclined { .. }
        | Event::OfferExpired { .. }
        | Event::OfferRescinded { .. }
        | Event::OfferCooled { .. } => routing::apply(state, event, at),
        Event::ClockStarted(_)
        | Event::ClockWarned { .. }
        | Event::ClockBreached { .. }
        | Event::ClockEnded { .. }
        | Event::EscalationRaised(_)
        | Event::EscalationAcked { .. }
        | Event::EscalationAckExpired { .. } => promise::apply(state, event),
        Event::MailQueued(_)
        | Event::MailAttempted { .. }
        | Event::MailSent { .. }
        | Event::MailFailed(_) => mail::apply(state, event, at),
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
