//! A command answered "no": an answer with a code and a sentence, not an error. The command leaves nothing
//! behind; what was due before it and was settled on the way stays.

use std::fmt;

use crate::domain::{ClockId, ConversationId, MailId, MessageId, Name, OfferId};

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    UnknownActor(Name),
    Forbidden {
        actor: Name,
        verb: &'static str,
    },
    UnknownSource(Name),
    DuplicateMessage,
    UnknownConversation(ConversationId),
    UnknownOffer(OfferId),
    UnknownEscalation(ClockId),
    UnknownMessage(MessageId),
    AttemptNotOpen {
        mail: MailId,
        attempt: u32,
    },
    NotSignedIn(Name),
    OfferNotYours(OfferId),
    OfferEnded(OfferId),
    ConversationResolved(ConversationId),
    ConversationNotYours(ConversationId),
    NotAssigned(ConversationId),
    EscalationNotRaised(ClockId),
    VersionMoved {
        conversation: ConversationId,
        expected: u32,
        actual: u32,
    },
    StaleEpoch {
        epoch: u64,
        current: u64,
    },
    /// The input was consumed before: read again after a restart, harmlessly.
    InputConsumed {
        inseq: u64,
    },
}

impl Rejection {
    /// Its code: one word that programs may compare.
    pub fn code(&self) -> &'static str {
        match self {
            Rejection::UnknownActor(_) => "unknown_actor",
            Rejection::Forbidden { .. } => "forbidden",
            Rejection::UnknownSource(_) => "unknown_source",
            Rejection::DuplicateMessage => "duplicate_message",
            Rejection::UnknownConversation(_) => "unknown_conversation",
            Rejection::UnknownOffer(_) => "unknown_offer",
            Rejection::UnknownEscalation(_) => "unknown_escalation",
            Rejection::UnknownMessage(_) => "unknown_message",
            Rejection::AttemptNotOpen { .. } => "attempt_not_open",
            Rejection::NotSignedIn(_) => "not_signed_in",
            Rejection::OfferNotYours(_) => "offer_not_yours",
            Rejection::OfferEnded(_) => "offer_ended",
            Rejection::ConversationResolved(_) => "conversation_resolved",
            Rejection::ConversationNotYours(_) => "conversation_not_yours",
            Rejection::NotAssigned(_) => "not_assigned",
            Rejection::EscalationNotRaised(_) => "escalation_not_raised",
            Rejection::VersionMoved { .. } => "version_moved",
            Rejection::StaleEpoch { .. } => "stale_epoch",
            Rejection::InputConsumed { .. } => "input_consumed",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::UnknownActor(actor) => {
                write!(
                    f,
                    "`{actor}` is neither an agent nor an actor of this site; add it to the configuration"
                )
            }
            Rejection::Forbidden { actor, verb } => {
                write!(f, "the role of `{actor}` does not allow `{verb}`")
            }
            Rejection::UnknownSource(source) => {
                write!(f, "there is no source `{source}`; add it to the configuration")
            }
            Rejection::DuplicateMessage => f.write_str("this message was taken in before"),
            Rejection::UnknownConversation(id) => {
                write!(f, "there is no conversation {id}, or it is archived")
            }
            Rejection::UnknownOffer(id) => write!(f, "there never was an offer {id}"),
            Rejection::UnknownEscalation(id) => {
                write!(f, "there is no running promise {id}; its clock has ended")
            }
            Rejection::UnknownMessage(id) => {
                write!(f, "the delivery of {id} is not followed: it is no message of ours, or an old one")
            }
            Rejection::AttemptNotOpen { mail, attempt } => {
                write!(f, "attempt {attempt} of mail {mail} is not open")
            }
            Rejection::NotSignedIn(agent) => write!(f, "agent `{agent}` is not signed in; sign in first"),
            Rejection::OfferNotYours(id) => write!(f, "offer {id} was made to another agent"),
            Rejection::OfferEnded(id) => {
                write!(f, "offer {id} has ended; what you hold and what is offered to you tell the lists")
            }
            Rejection::ConversationResolved(id) => write!(f, "conversation {id} is resolved"),
            Rejection::ConversationNotYours(id) => write!(f, "conversation {id} is not assigned to you"),
            Rejection::NotAssigned(id) => write!(f, "conversation {id} is not assigned to anybody"),
            Rejection::EscalationNotRaised(id) => {
                write!(f, "no rung of the escalation of {id} was raised yet")
            }
            Rejection::VersionMoved { conversation, expected, actual } => {
                write!(f, "conversation {conversation} is at version {actual}, not {expected}; read it again")
            }
            Rejection::StaleEpoch { epoch, current } => write!(f, "epoch {epoch} is not after {current}"),
            Rejection::InputConsumed { inseq } => write!(f, "input {inseq} was consumed before"),
        }
    }
}
