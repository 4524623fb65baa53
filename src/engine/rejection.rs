//! A command answered "no": an answer with a code and a sentence, not an error. The command leaves nothing
//! behind; what was due before it and was settled on the way stays.

use thiserror::Error;

use crate::domain::{ClockId, ContactId, ConversationId, MailId, MessageId, Name, OfferId, Timestamp};

use super::hold::TAGS_MAX;
use super::state::{ADDRESSES_MAX, OPT_OUTS_MAX, PARKED_MAX};

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    #[error("`{0}` is neither an agent nor an actor of this site; add it to the configuration")]
    UnknownActor(Name),
    #[error("the role of `{actor}` does not allow `{verb}`")]
    Forbidden { actor: Name, verb: &'static str },
    #[error("there is no source `{0}`; add it to the configuration")]
    UnknownSource(Name),
    #[error("this message was taken in before")]
    DuplicateMessage,
    /// Our own message, told by its channel.
    #[error("this is {0}, which we sent ourselves")]
    OwnEcho(MessageId),
    /// What our side wrote elsewhere, and what a provider tells of a conversation, opens none.
    #[error("its thread has no conversation, and it opens none")]
    NoThread,
    #[error("there is no conversation {0}, or it is archived")]
    UnknownConversation(ConversationId),
    #[error("there never was an offer {0}")]
    UnknownOffer(OfferId),
    #[error("there is no running promise {0}; its clock has ended")]
    UnknownEscalation(ClockId),
    #[error("the delivery of {0} is not followed: it is no message of ours, or an old one")]
    UnknownMessage(MessageId),
    #[error("attempt {attempt} of mail {mail} is not open")]
    AttemptNotOpen { mail: MailId, attempt: u32 },
    #[error("agent `{0}` is not signed in; sign in first")]
    NotSignedIn(Name),
    #[error("offer {0} was made to another agent")]
    OfferNotYours(OfferId),
    #[error("offer {0} has ended; what you hold and what is offered to you tell the lists")]
    OfferEnded(OfferId),
    #[error("conversation {0} is resolved")]
    ConversationResolved(ConversationId),
    #[error("conversation {0} is not assigned to you")]
    ConversationNotYours(ConversationId),
    #[error("conversation {0} is not assigned to anybody")]
    NotAssigned(ConversationId),
    #[error("there is no queue `{0}`")]
    UnknownQueue(Name),
    #[error("there is no agent `{0}`")]
    UnknownAgent(Name),
    /// No agent of the site meets what the queue asks.
    #[error("no agent of the site has what queue `{0}` asks; it stays where it is")]
    QueueUnserved(Name),
    #[error("agent `{0}` takes no work just now; it stays where it is")]
    AgentUnavailable(Name),
    #[error("agent `{0}` has no room for it; it stays where it is")]
    AgentFull(Name),
    /// A conversation cannot be parked until an instant that is past.
    #[error("conversation {0} cannot wait until what is past")]
    UntilPast(ConversationId),
    /// So many may wait for their contacts with one agent.
    #[error("agent `{0}` has {PARKED_MAX} conversations pended, and pends no more")]
    TooManyPended(Name),
    #[error("conversation {0} would have over {TAGS_MAX} tags")]
    TooManyTags(ConversationId),
    #[error("there is no such wrap-up, or it is over")]
    NoWrapUp,
    #[error("this wrap-up is another agent's")]
    WrapUpNotYours,
    #[error("no rung of the escalation of {0} was raised yet")]
    EscalationNotRaised(ClockId),
    /// The contact has an open conversation there already.
    #[error("this contact has conversation {0} open at this source; reply there")]
    ConversationOpen(ConversationId),
    /// A message of ours bears an id that was made of the same `id` before.
    #[error("a command with this `id` wrote in conversation {0} before; take another `id`")]
    IdUsed(ConversationId),
    /// Nothing leaves for him, whoever writes it.
    #[error(
        "the contact wants no messages of this source since {since}; he comes back by writing {writing}, or by \
         `contact.set_opt_out` once he said so"
    )]
    OptedOut {
        since: Timestamp,
        /// What he writes, or where, whatever it is.
        writing: &'static str,
    },
    #[error(
        "nobody is known by that; name a contact by his id, or by an address that wrote or was written to"
    )]
    UnknownContact,
    #[error("a contact cannot be linked with himself; name another contact or address")]
    SameContact,
    /// One contact has so many at most.
    #[error(
        "the two have over {ADDRESSES_MAX} addresses or {OPT_OUTS_MAX} opt-outs together, so they stay apart; take \
         out what is not theirs with `contact.unlink`"
    )]
    TooManyAddresses,
    /// One of several addresses must stay.
    #[error("{0} is who stays; name the linked contact, or another of his addresses, to take it out")]
    ContactStays(ContactId),
    #[error("who wrote in {0} cannot be answered: it is no number, but a name")]
    NoReplyPossible(ConversationId),
    /// The provider takes no free text any more.
    #[error(
        "the provider let us answer freely until {until}; wait until the contact writes, or send one of its \
         templates with `template`"
    )]
    ReplyWindowClosed { until: Timestamp },
    /// Nobody wrote there who may be answered freely.
    #[error(
        "the provider takes free text only in answer to a message of the contact; send one of its templates with \
         `template`"
    )]
    TemplateNeeded,
    /// Work carries no replies.
    #[error("{0} is work and carries no replies; leave a note with `conversation.note`")]
    NoReplies(ConversationId),
    /// The rules no longer name the agent, so he takes nothing new.
    #[error("agent `{0}` is no longer in the rules, and takes nothing new")]
    AgentRemoved(Name),
    /// A file sets the agent.
    #[error("agent `{0}` is set by the configuration; change him there")]
    SetByFile(Name),
    /// An actor or the site itself has the name.
    #[error("`{0}` is an actor already, so it cannot be an agent")]
    NameTaken(Name),
    /// There are as many of them as a site may have.
    #[error("the site has {most} {what}, and takes no more")]
    TooMany { what: &'static str, most: usize },
    #[error("conversation {conversation} is at version {actual}, not {expected}; read it again")]
    VersionMoved { conversation: ConversationId, expected: u32, actual: u32 },
    #[error("epoch {epoch} is not after {current}")]
    StaleEpoch { epoch: u64, current: u64 },
    /// The input was consumed before: read again after a restart, harmlessly.
    #[error("input {inseq} was consumed before")]
    InputConsumed { inseq: u64 },
}

impl Rejection {
    /// Its code: one word that programs may compare.
    pub fn code(&self) -> &'static str {
        match self {
            Rejection::UnknownActor(_) => "unknown_actor",
            Rejection::Forbidden { .. } => "forbidden",
            Rejection::UnknownSource(_) => "unknown_source",
            Rejection::DuplicateMessage => "duplicate_message",
            Rejection::OwnEcho(_) => "own_echo",
            Rejection::NoThread => "no_thread",
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
            Rejection::TooManyPended(_) => "too_many_pended",
            Rejection::TooManyTags(_) => "too_many_tags",
            Rejection::NoWrapUp => "no_wrap_up",
            Rejection::WrapUpNotYours => "wrap_up_not_yours",
            Rejection::EscalationNotRaised(_) => "escalation_not_raised",
            Rejection::ConversationOpen(_) => "conversation_open",
            Rejection::IdUsed(_) => "id_used",
            Rejection::OptedOut { .. } => "opted_out",
            Rejection::UnknownContact => "unknown_contact",
            Rejection::SameContact => "same_contact",
            Rejection::TooManyAddresses => "too_many_addresses",
            Rejection::ContactStays(_) => "contact_stays",
            Rejection::NoReplyPossible(_) => "no_reply_possible",
            Rejection::ReplyWindowClosed { .. } => "reply_window_closed",
            Rejection::TemplateNeeded => "template_needed",
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
