//! Which conversation a message belongs to (field page channels 1.3). Two existing
//! conversations are never merged.

use crate::domain::{Channel, ContactId, ConversationId, InboundMessage, ThreadScope, Timestamp};
use crate::policy::SiteRules;

use super::state::{Conversation, HalfKey, Phase, State};

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// To an open conversation, or as a robot's message to whatever conversation it names.
    Join { conversation: ConversationId, new_participant: bool },
    /// To a resolved one, which opens again.
    Reopen { conversation: ConversationId, new_participant: bool },
    /// To a new one.
    Open { follow_up_of: Option<ConversationId> },
    /// Nowhere: a robot's message that names no conversation.
    Ignore,
}

/// Places a message. A reply token is asked first, then each parent in its order; the first that names a
/// conversation which the sender may join decides.
pub(super) fn place(state: &State, site: &SiteRules, message: &InboundMessage, at: Timestamp) -> Place {
    let token = message.thread.token.map(|id| (id, ThreadScope::Ours));
    let parents = message.thread.parents.iter().filter_map(|key| state.threads.get(HalfKey::of(key.digest)));
    let named = token.into_iter().chain(parents.map(|entry| (entry.conversation, entry.scope)));
    let may_open = message.class.may_open();
    for (id, scope) in named {
        if let Some(conversation) = state.conversation(id) {
            let is_stranger = scope == ThreadScope::Theirs && !is_known(state, conversation, message);
            if is_stranger || conversation.channel != message.channel {
                continue;
            }
            return in_conversation(state, site, message, id, at);
        }
        if may_open
            && state
                .archived
                .get(id.0)
                .is_some_and(|link| scope != ThreadScope::Theirs || is_contact(state, link.contact, message))
        {
            return Place::Open { follow_up_of: Some(id) };
        }
    }
    if may_open { Place::Open { follow_up_of: None } } else { Place::Ignore }
}

fn in_conversation(
    state: &State,
    site: &SiteRules,
    message: &InboundMessage,
    id: ConversationId,
    at: Timestamp,
) -> Place {
    let conversation = state.open_conversation(id);
    if !message.class.may_open() {
        return Place::Join { conversation: id, new_participant: false };
    }
    let new_participant = conversation.channel == Channel::Email && !is_known(state, conversation, message);
    if has_idled(state, site, conversation, message, at) {
        return Place::Open { follow_up_of: Some(id) };
    }
    match conversation.archive_at {
        None => Place::Join { conversation: id, new_participant },
        Some(archive_at) if at <= archive_at => Place::Reopen { conversation: id, new_participant },
        Some(_) => Place::Open { follow_up_of: Some(id) },
    }
}

/// An SMS thread has no end of its own: after long silence with nothing owed, what comes is a new matter
/// (sms-S9). But not while it waits, with us or for this very message.
fn has_idled(
    state: &State,
    site: &SiteRules,
    conversation: &Conversation,
    message: &InboundMessage,
    at: Timestamp,
) -> bool {
    let phase = conversation.interaction.map(|id| state.open_interaction(id).phase);
    let is_awaited = matches!(phase, Some(Phase::Queued | Phase::Offered(_) | Phase::Pended(_)));
    let is_quiet = !conversation.owed && at.since(conversation.active_at) > site.sms_idle;
    message.channel == Channel::Sms && is_quiet && !is_awaited
}

/// Whether the sender is the contact or wrote here before.
fn is_known(state: &State, conversation: &Conversation, message: &InboundMessage) -> bool {
    conversation.participants.contains(&message.from) || is_contact(state, conversation.contact, message)
}

fn is_contact(state: &State, contact: ContactId, message: &InboundMessage) -> bool {
    state.contact_by_address.get(&message.from) == Some(&contact)
}
