//! Contacts: the addresses by which each is known, and where he asked for no further messages.

use crate::domain::{AgentId, Channel, ContactId, ConversationId, Digest, Seq, SourceId, Timestamp};

use super::super::contacts::{ContactRef, OptCause};
use super::{Conversation, State};

/// By how many addresses one contact is known at most.
pub const ADDRESSES_MAX: usize = 32;

/// At how many of our sources one contact may be opted out; later ones are dropped, which a site never has.
pub const OPT_OUTS_MAX: usize = 256;

/// A person who writes to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The digest of the address that made him known.
    pub address: Digest,
    /// Those of the others, in the order in which they became known; once he turned out to be another, those that he
    /// brought and that would be his again.
    pub others: Box<[Digest]>,
    /// The contact whom he turned out to be: that one has his addresses now.
    pub into: Option<ContactId>,
    /// Who turned out to be him, each with his own kin; never more of them all than addresses.
    pub kin: Box<[ContactId]>,
    /// Where he wants no further messages.
    pub opt_outs: Box<[OptOut]>,
    /// Where he wanted them again, and since when.
    pub opt_ins: Box<[OptOut]>,
    /// A text of his may have meant that; since when a person should look.
    pub review_since: Option<Timestamp>,
    /// Who had him last, unless it was given back: then it is another's turn.
    pub last_agent: Option<AgentId>,
    /// Conversations that are not archived.
    pub conversations: u32,
    /// When the last of them was archived.
    pub idle_since: Option<Timestamp>,
    /// When he is forgotten.
    pub expire_at: Option<Timestamp>,
    /// His newest content record.
    pub content: Seq,
}

/// One of his addresses gets no further messages of one of our sources, or gets them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptOut {
    pub source: SourceId,
    pub address: Digest,
    pub since: Timestamp,
    /// Who said so: what a provider said of a chat is over once he writes there.
    pub cause: OptCause,
}

impl OptOut {
    /// Nobody asked for it: a carrier or provider says so.
    pub fn is_reported(&self) -> bool {
        self.cause == OptCause::Report
    }
}

impl Contact {
    pub fn new(address: Digest, content: Seq) -> Contact {
        Contact {
            address,
            others: Box::default(),
            into: None,
            kin: Box::default(),
            opt_outs: Box::default(),
            opt_ins: Box::default(),
            review_since: None,
            last_agent: None,
            conversations: 0,
            idle_since: None,
            expire_at: None,
            content,
        }
    }

    /// By what he is known; nothing once he turned out to be another.
    pub fn addresses(&self) -> impl Iterator<Item = Digest> {
        self.known_by().filter(|_| self.into.is_none())
    }

    /// The same, or what would be his again.
    pub fn known_by(&self) -> impl Iterator<Item = Digest> {
        std::iter::once(self.address).chain(self.others.iter().copied())
    }

    /// Whether he outlives his conversations: what he asked for is not forgotten, and neither is who he is. What he may
    /// have asked for is looked at while they last.
    pub fn is_kept(&self) -> bool {
        !self.opt_outs.is_empty() || self.into.is_some() || !self.kin.is_empty()
    }

    /// Why messages to this address by this source are refused: what was asked for, else what a provider says. On
    /// channels where a user has several names at one source, any of them speaks for him; but where he came back
    /// since at this one, what a provider says of another is no matter.
    pub fn opted_out(&self, source: SourceId, channel: Channel, address: Digest) -> Option<OptOut> {
        let mut ins = self.opt_ins.iter();
        let back = ins.find(|back| back.source == source && back.address == address).map(|back| back.since);
        let is_over = |out: &OptOut| out.is_reported() && back.is_some_and(|back| back >= out.since);
        let of_other = |out: &OptOut| channel == Channel::Chat && !is_over(out);
        let here = self.opt_outs.iter().filter(|out| out.source == source);
        let his = here.filter(|out| out.address == address || of_other(out));
        his.min_by_key(|out| out.is_reported()).copied()
    }

    /// Since when he wants messages to this address by this source again, likewise.
    pub fn opted_in(&self, source: SourceId, channel: Channel, address: Digest) -> Option<Timestamp> {
        let here = self.opt_ins.iter().filter(|back| back.source == source);
        here.filter(|back| back.address == address || channel == Channel::Chat).map(|back| back.since).max()
    }
}

impl State {
    /// Who a contact turned out to be: himself, as long as nobody said otherwise. Each step leads to an older one, so
    /// it ends.
    pub fn person(&self, id: ContactId) -> ContactId {
        let mut person = id;
        while let Some(into) = self.contact(person).and_then(|contact| contact.into) {
            person = into;
        }
        person
    }

    /// The person whom a command or a query names.
    pub fn find_contact(&self, who: &ContactRef) -> Option<ContactId> {
        match who {
            ContactRef::Id(id) => self.contact(*id).map(|_| self.person(*id)),
            ContactRef::Address { digest, .. } => self.contact_by_address.get(digest).copied(),
        }
    }

    /// A contact, then all who turned out to be him.
    pub fn kin_of(&self, id: ContactId) -> Vec<ContactId> {
        let mut all = vec![id];
        let mut next = 0;
        while let Some(contact) = all.get(next).and_then(|id| self.contact(*id)) {
            all.extend(&contact.kin);
            next += 1;
        }
        all
    }

    /// The conversations of a contact that are not archived, the newest first; not those of his kin.
    pub fn conversations_of(&self, id: ContactId) -> impl Iterator<Item = ConversationId> {
        let range = (id, ConversationId(0))..=(id, ConversationId(u64::MAX));
        self.by_contact.range(range).rev().map(|(_, conversation)| *conversation)
    }

    /// The conversations of a person at one source that are not archived, and of all who turned out to be him.
    pub fn conversations_at(
        &self,
        person: ContactId,
        source: SourceId,
    ) -> impl Iterator<Item = &Conversation> {
        let all = self.kin_of(person).into_iter().flat_map(|id| self.conversations_of(id));
        all.filter_map(|id| self.conversation(id)).filter(move |it| it.source == source)
    }

    /// When who is known by this address last wrote by a source, in a conversation where nobody wrote since.
    pub fn heard_at(&self, person: ContactId, source: SourceId, address: Digest) -> Option<Timestamp> {
        let his = self.conversations_at(person, source).filter(|it| it.peer == Some(address));
        his.filter_map(|conversation| conversation.heard_at).max()
    }

    /// Until when we may write freely to a person by a source, as far as the provider sets a limit. The window is his,
    /// not that of the conversation in which he wrote.
    pub fn reply_until(&self, person: ContactId, source: SourceId) -> Option<Timestamp> {
        self.conversations_at(person, source).filter_map(|conversation| conversation.reply_until).max()
    }

    /// Whether this is an address of the contact.
    pub fn is_of(&self, contact: ContactId, address: Digest) -> bool {
        self.contact_by_address.get(&address) == Some(&self.person(contact))
    }

    /// Whether somebody is the contact of a conversation, or takes part in it.
    pub fn has_part(&self, conversation: &Conversation, who: Digest) -> bool {
        conversation.participants.contains(&who) || self.is_of(conversation.contact, who)
    }

    /// Whether somebody is the contact of a conversation, or wrote in it. Who was only addressed did nothing for that.
    pub fn has_written(&self, conversation: &Conversation, who: Digest) -> bool {
        conversation.writers().contains(&who) || self.is_of(conversation.contact, who)
    }

    /// Who gets an answer in a conversation, and where: who wrote last there, as far as he is known, else the contact
    /// at his first address.
    pub fn addressee(&self, conversation: &Conversation) -> Option<(ContactId, Digest)> {
        let first = self.contact(conversation.contact)?.address;
        let known = |address: Digest| Some((*self.contact_by_address.get(&address)?, address));
        let person = self.person(conversation.contact);
        conversation.peer.and_then(known).or(Some((person, first)))
    }

    /// Since when the contact of a conversation wants no messages there.
    pub fn opted_out_since(&self, id: ConversationId) -> Option<Timestamp> {
        self.opted_out(id).map(|out| out.since)
    }

    /// Why nothing leaves in a conversation.
    pub fn opted_out(&self, id: ConversationId) -> Option<OptOut> {
        let conversation = self.conversation(id)?;
        let (source, channel) = (conversation.source, conversation.channel);
        let (person, address) = self.addressee(conversation)?;
        self.contact(person)?.opted_out(source, channel, address)
    }
}
