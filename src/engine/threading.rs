//! Which conversation a message belongs to (field page channels 1.3). A reply token is asked first, then what the
//! mail says that it answers, then whether somebody waits for it, last its subject. Two existing conversations are
//! never merged: where a mail names two, the first has it and the other is told beside it.
//!
//! Who may join: by what the channel itself names, whoever comes by it; by an id that we issued, anyone, a stranger
//! as a flagged participant, unless he passes on what was written to another; by an id of a customer, the contact
//! and who takes part; as the parent that was waited for, the contact, who wrote there, and who was addressed there
//! if he wrote it to one of these; by a subject, the contact alone. A suspect sender is nobody that we know: he joins
//! nothing but what the same unproven address began.

use crate::domain::{
    Channel, ContactId, ConversationId, Digest, InboundMessage, MessageClass, ThreadFlag, ThreadKey,
    ThreadScope, Timestamp,
};
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
    /// Nowhere: a robot's message that names no conversation, or our own mail that came back.
    Ignore,
}

/// A place, with what was odd on the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) place: Place,
    pub(super) flags: Vec<ThreadFlag>,
    /// Another conversation that the message names.
    pub(super) related: Option<ConversationId>,
}

/// A message that looks for its place.
struct Case<'a> {
    state: &'a State,
    site: &'a SiteRules,
    message: &'a InboundMessage,
    /// As whom it comes.
    sender: Digest,
    at: Timestamp,
}

/// What a message finds where it names a conversation.
enum Found {
    /// It may go there.
    Place(Place),
    /// It may not.
    Foreign,
    /// There is nothing any more.
    Gone,
}

/// By what a conversation is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Token,
    /// The token of its subject, which anybody may have read.
    Mark,
    Key(ThreadScope),
    /// Somebody there answers the same unknown message.
    Awaited,
    /// Somebody there answers this very one.
    Answered,
}

/// Places a message: the first that names a conversation which the sender may join decides.
pub(super) fn place(state: &State, site: &SiteRules, message: &InboundMessage, at: Timestamp) -> Placed {
    let case = Case { state, site, message, sender: sender(message), at };
    if message.class == MessageClass::Loop {
        return Placed { place: Place::Ignore, flags: Vec::new(), related: None };
    }
    let (mut chosen, mut second, mut foreign) = (None, None, None);
    for (id, name) in case.named() {
        match (case.look(id, name), chosen) {
            (Found::Place(place), None) => chosen = Some((id, place)),
            (Found::Place(_), Some((first, _))) if second.is_none() && case.may_be_one(first, id) => {
                second = Some(id);
            }
            (Found::Foreign, _) => foreign = foreign.or(Some(id)),
            (Found::Place(_) | Found::Gone, _) => {}
        }
    }
    let by_name = chosen.map(|(_, place)| place);
    let place = by_name.or_else(|| case.by_subject()).unwrap_or(match message.opens {
        true => Place::Open { follow_up_of: None },
        false => Place::Ignore,
    });
    // Whoever found his place by a name is no stranger there, whatever else he names.
    let foreign = foreign.filter(|_| by_name.is_none());
    Placed { place, flags: case.flags(place, second, foreign), related: second.or(foreign) }
}

/// As whom a message comes: a suspect one as somebody of his own, the same for the same claimed address, so that
/// he is neither the contact whom he names nor a new stranger each time.
pub(super) fn sender(message: &InboundMessage) -> Digest {
    const UNPROVEN: u128 = 0x5fc4_6d1e_92b7_0a83_e61d_38c5_7b0f_94a2;
    if message.is_suspect { Digest(message.from.0 ^ UNPROVEN) } else { message.from }
}

/// The key by which an answer of a contact finds his conversation of this subject. Digests are keyed and uniform,
/// so one that is shifted by a number scattered over its upper half is as good.
pub(super) fn subject_key(subject: Digest, contact: ContactId) -> ThreadKey {
    let scattered = contact.0.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let scattered = (scattered ^ (scattered >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ThreadKey { digest: Digest(subject.0 ^ u128::from(scattered) << 64), scope: ThreadScope::Subject }
}

impl Name {
    fn is_waited_for(self) -> bool {
        matches!(self, Name::Awaited | Name::Answered)
    }
}

impl<'a> Case<'a> {
    /// What the message names, the most telling first: its token, its parents, who waits for itself, and the token
    /// of its subject. A parent that nobody knows may be waited for: then they who answer it belong together.
    fn named(&self) -> impl Iterator<Item = (ConversationId, Name)> + use<'a> {
        let (state, thread, at) = (self.state, &self.message.thread, self.at);
        let (sender, known) =
            (self.sender, move |key: &ThreadKey| state.threads.get(HalfKey::of(key.digest)));
        // Where a message of this id came already, nobody waits for another.
        let awaited = move |key: &ThreadKey, name: Name| {
            let here = known(key).map(|entry| entry.conversation);
            let waiting = state.awaited.of(key.digest, sender, at).filter(move |id| Some(*id) != here);
            waiting.map(move |id| (id, name))
        };
        let parents = thread.parents.iter().flat_map(move |key| {
            let known = known(key).map(|entry| (entry.conversation, Name::Key(entry.scope)));
            known.into_iter().chain(awaited(key, Name::Awaited))
        });
        let own = thread.own.iter().chain(&self.message.own_also);
        let own = own.flat_map(move |key| awaited(key, Name::Answered));
        let mark = thread.subject_token.map(|id| (id, Name::Mark));
        thread.token.map(|id| (id, Name::Token)).into_iter().chain(parents).chain(own).chain(mark)
    }

    /// What is found at a conversation that the message names.
    fn look(&self, id: ConversationId, name: Name) -> Found {
        if let Some(conversation) = self.state.conversation(id) {
            let is_known = self.is_known(conversation);
            return match () {
                () if conversation.channel != self.message.channel => Found::Gone,
                // Two strangers who answer the same newsletter have nothing to do with each other; and who was only
                // addressed is not drawn into what somebody made up to have his mail.
                () if name.is_waited_for() && !self.is_of_the_writers(conversation, name) => Found::Gone,
                () if !self.may_join(name, is_known) => Found::Foreign,
                () => Found::Place(self.in_conversation(id, conversation, is_known)),
            };
        }
        match self.state.archived.get(id.0).filter(|_| self.message.opens) {
            Some(link) if self.may_join(name, self.state.is_of(link.contact, self.sender)) => {
                Found::Place(Place::Open { follow_up_of: Some(id) })
            }
            Some(_) if !name.is_waited_for() => Found::Foreign,
            Some(_) | None => Found::Gone,
        }
    }

    fn may_join(&self, name: Name, is_known: bool) -> bool {
        let is_stranger_welcome = match name {
            Name::Key(ThreadScope::Channel) => true,
            // He was given it: it stands in the address that he wrote to.
            Name::Token => !self.message.is_suspect,
            Name::Key(ThreadScope::Ours) => !self.message.is_suspect && !self.message.is_forward,
            Name::Key(ThreadScope::Theirs | ThreadScope::Subject) | Name::Mark => false,
            Name::Awaited | Name::Answered => false,
        };
        is_known || is_stranger_welcome
    }

    /// Whether the sender wrote in a conversation where somebody waits; or wrote what was answered there, to whoever
    /// answered him.
    fn is_of_the_writers(&self, conversation: &Conversation, name: Name) -> bool {
        let has_written = |who: &Digest| self.state.has_written(conversation, *who);
        let is_answered = name == Name::Answered && self.is_known(conversation);
        has_written(&self.sender) || is_answered && self.message.others.iter().any(has_written)
    }

    fn in_conversation(&self, id: ConversationId, conversation: &Conversation, is_known: bool) -> Place {
        if !self.message.opens {
            return Place::Join { conversation: id, new_participant: false };
        }
        let new_participant = conversation.channel == Channel::Email && !is_known;
        if self.has_idled(conversation) {
            return Place::Open { follow_up_of: Some(id) };
        }
        match conversation.archive_at {
            None => Place::Join { conversation: id, new_participant },
            Some(archive_at) if self.at <= archive_at => Place::Reopen { conversation: id, new_participant },
            Some(_) => Place::Open { follow_up_of: Some(id) },
        }
    }

    /// An SMS thread has no end of its own: after long silence with nothing owed, what comes is a new matter
    /// (sms-S9). But not while it waits, with us or for this very message.
    fn has_idled(&self, conversation: &Conversation) -> bool {
        let phase = conversation.interaction.map(|id| self.state.open_interaction(id).phase);
        let is_awaited = matches!(phase, Some(Phase::Queued | Phase::Offered(_) | Phase::Pended(_)));
        let idle = self.at.since(conversation.active_at);
        let is_quiet = !conversation.owed && idle > self.site.sms_idle;
        self.message.channel == Channel::Sms && is_quiet && !is_awaited
    }

    /// The last resort: the contact's own open conversation of this subject, while it is young.
    fn by_subject(&self) -> Option<Place> {
        let subject = self.message.subject.filter(|_| self.message.answers_subject)?;
        let contact = *self.state.contact_by_address.get(&self.sender)?;
        let is_fit = |id: &ConversationId| {
            self.state.conversation(*id).is_some_and(|conversation| {
                let is_young = self.at.since(conversation.active_at) <= self.site.subject_window;
                let person = self.state.person(conversation.contact);
                let is_his = conversation.channel == self.message.channel && person == contact;
                is_young && conversation.archive_at.is_none() && is_his
            })
        };
        // What began before two contacts were one has the key of the one whose it was.
        let kin = self.state.kin_of(contact).into_iter();
        let keys = kin.map(|contact| HalfKey::of(subject_key(subject, contact).digest));
        let named = keys.filter_map(|key| Some(self.state.threads.get(key)?.conversation)).filter(is_fit);
        named.max().map(|conversation| Place::Join { conversation, new_participant: false })
    }

    /// Whether the sender is the contact or takes part.
    fn is_known(&self, conversation: &Conversation) -> bool {
        self.state.has_part(conversation, self.sender)
    }

    /// Whether two conversations that a message names are worth a second look: not where the one goes on from
    /// the other, since then every answer names both.
    fn may_be_one(&self, first: ConversationId, second: ConversationId) -> bool {
        let follows = |id, other| {
            self.state.conversation(id).is_some_and(|conversation| conversation.follow_up_of == Some(other))
        };
        let is_live = self.state.conversation(second).is_some();
        is_live && first != second && !follows(first, second) && !follows(second, first)
    }

    fn flags(
        &self,
        place: Place,
        second: Option<ConversationId>,
        foreign: Option<ConversationId>,
    ) -> Vec<ThreadFlag> {
        let joined = match place {
            Place::Join { conversation, .. } | Place::Reopen { conversation, .. } => Some(conversation),
            Place::Open { .. } | Place::Ignore => None,
        };
        let joined = joined.and_then(|id| self.state.conversation(id));
        let participates = joined.is_some_and(|conversation| {
            self.is_known(conversation) && !self.state.is_of(conversation.contact, self.sender)
        });
        let thread = &self.message.thread;
        let mut own = thread.own.iter().chain(&self.message.own_also);
        let is_reused = own.any(|key| {
            key.scope != ThreadScope::Channel && self.state.threads.get(HalfKey::of(key.digest)).is_some()
        });
        let flags = [
            (ThreadFlag::Forward, self.message.is_forward),
            (ThreadFlag::MessageIdReused, is_reused),
            (ThreadFlag::Participant, participates),
            (ThreadFlag::ReferencesForeignContact, foreign.is_some()),
            (ThreadFlag::ReferencesTwoConversations, second.is_some()),
            (ThreadFlag::SuspectSender, self.message.is_suspect),
        ];
        flags.into_iter().filter(|(_, raised)| *raised).map(|(flag, _)| flag).collect()
    }
}
