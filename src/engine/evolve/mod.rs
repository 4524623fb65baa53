//! The only code that changes [`State`]. It decides nothing: every number that matters stands in the
//! event. It is reached through the recorder, and through replay; both apply the same records.

mod agent;
mod contact;
mod conversation;
mod mail;
mod promise;
mod routing;
mod site;
mod update;

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
macro_rules! homes {
    ($($file:ident: $($event:ident)*;)*) => {
        fn apply(state: &mut State, recorded: &Recorded) {
            let (event, at) = (&recorded.event, recorded.at);
            match event {
                $($(Event::$event { .. })|* => $file::apply(state, event, at),)*
            }
        }
    };
}

homes! {
    site: Led Named PolicyAdopted PolicyApplied DedupeShortened;
    agent: AgentUpserted AgentRemoved AgentSignedIn PresenceChanged AgentLost AgentReturned
        AgentSignedOut AgentReleased;
    contact: ContactCreated ContactExpired ContactAddressAdded ContactLinked ContactUnlinked
        ContactOptedOut ContactOptedIn;
    conversation: ConversationOpened ConversationReopened
        ConversationResolved ConversationArchived ConversationForgotten ConversationChanged
        ConversationMailboxAdded MessageReceived MessageIgnored MessageReplied MessageDelivery
        ConversationNoted;
    update: MessageIdentified MessageEdited MessageDeleted MessageReacted MessageExtended MessageEchoed
        ConversationTold UpdatePended;
    routing: InteractionQueued InteractionAssigned InteractionClosed InteractionPended
        InteractionResumed WrapUpStarted OfferMade OfferAccepted OfferDeclined OfferExpired
        OfferRescinded OfferCooled;
    promise: ClockStarted ClockWarned ClockBreached ClockEnded EscalationRaised EscalationAcked
        EscalationAckExpired;
    mail: MailQueued MailAttempted MailSent MailFailed;
    nobody: Positioned ClockStepped InputRefused CommandRejected InteractionUnroutable OwnerOffline
        WrapUpFinished BreachRetracted EscalationResolved Content;
}

/// Events that tell and change nothing.
mod nobody {
    use crate::domain::Timestamp;

    use super::super::event::Event;
    use super::super::state::State;

    pub(super) fn apply(_: &mut State, _: &Event, _: Timestamp) {}
}
