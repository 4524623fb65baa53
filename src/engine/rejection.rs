//! A command answered "no": an answer with a code and a sentence, not an error. The command leaves nothing
//! behind; what was due before it and was settled on the way stays.

use std::fmt;

use crate::domain::{ClockId, ConversationId, MailId, MessageId, Name, OfferId};

use super::hold::TAGS_MAX;

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
    UnknownQueue(Name),
    UnknownAgent(Name),
    /// No agent of the site meets what the queue asks.
    QueueUnserved(Name),
    AgentUnavailable(Name),
    AgentFull(Name),
    /// A conversation cannot be parked until an instant that is past.
    UntilPast(ConversationId),
    TooManyTags(ConversationId),
    NoWrapUp,
    WrapUpNotYours,
    EscalationNotRaised(ClockId),
    /// The contact has an open conversation there already.
    ConversationOpen(ConversationId),
    /// Work carries no replies.
    NoReplies(ConversationId),
    /// The rules no longer name the agent, so he takes nothing new.
    AgentRemoved(Name),
    /// A file sets the agent.
    SetByFile(Name),
    /// An actor or the site itself has the name.
    NameTaken(Name),
    /// There are as many of them as a site may have.
    TooMany {
        what: &'static str,
        most: usize,
    },
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
            Rejection::UnknownQueue(_) => "unknown_queue",
            Rejection::UnknownAgent(_) => "unknown_agent",
            Rejection::QueueUnserved(_) => "queue_unserved",
            Rejection::AgentUnavailable(_) => "agent_unavailable",
            Rejection::AgentFull(_) => "agent_full",
            Rejection::UntilPast(_) => "until_past",
            Rejection::TooManyTags(_) => "too_many_tags",
            Rejection::NoWrapUp => "no_wrap_up",
            Rejection::WrapUpNotYours => "wrap_up_not_yours",
            Rejection::EscalationNotRaised(_) => "escalation_not_raised",
            Rejection::ConversationOpen(_) => "conversation_open",
            Rejection::NoReplies(_) => "no_replies",
            Rejection::AgentRemoved(_) => "agent_removed",
            Rejection::SetByFile(_) => "set_by_file",
            Rejection::NameTaken(_) => "name_taken",
            Rejection::TooMany { .. } => "too_many",
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
            Rejection::UnknownQueue(queue) => write!(f, "there is no queue `{queue}`"),
            Rejection::UnknownAgent(agent) => write!(f, "there is no agent `{agent}`"),
            Rejection::QueueUnserved(queue) => {
                write!(f, "no agent of the site has what queue `{queue}` asks; it stays where it is")
            }
            Rejection::AgentUnavailable(agent) => {
                write!(f, "agent `{agent}` takes no work just now; it stays where it is")
            }
            Rejection::AgentFull(agent) => {
                write!(f, "agent `{agent}` has no room for it; it stays where it is")
            }
            Rejection::UntilPast(id) => write!(f, "conversation {id} cannot wait until what is past"),
            Rejection::TooManyTags(id) => {
                write!(f, "conversation {id} would have over {TAGS_MAX} tags")
            }
            Rejection::NoWrapUp => f.write_str("there is no such wrap-up, or it is over"),
            Rejection::WrapUpNotYours => f.write_str("this wrap-up is another agent's"),
            Rejection::EscalationNotRaised(id) => {
                write!(f, "no rung of the escalation of {id} was raised yet")
            }
            Rejection::ConversationOpen(id) => {
                write!(f, "this contact has conversation {id} open at this source; reply there")
            }
            Rejection::NoReplies(id) => {
                write!(f, "{id} is work and carries no replies; leave a note with `conversation.note`")
            }
            Rejection::AgentRemoved(agent) => {
                write!(f, "agent `{agent}` is no longer in the rules, and takes nothing new")
            }
            Rejection::SetByFile(agent) => {
                write!(f, "agent `{agent}` is set by the configuration; change him there")
            }
            Rejection::NameTaken(name) => write!(f, "`{name}` is an actor already, so it cannot be an agent"),
            Rejection::TooMany { what, most } => write!(f, "the site has {most} {what}, and takes no more"),
            Rejection::VersionMoved { conversation, expected, actual } => {
                write!(f, "conversation {conversation} is at version {actual}, not {expected}; read it again")
            }
            Rejection::StaleEpoch { epoch, current } => write!(f, "epoch {epoch} is not after {current}"),
            Rejection::InputConsumed { inseq } => write!(f, "input {inseq} was consumed before"),
        }
    }
}
