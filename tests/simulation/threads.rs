//! The model of who may write where: made from the records alone, it knows of each conversation by mail its contact,
//! who takes part and which mailboxes it lists.

use std::collections::{BTreeMap, BTreeSet};

use switchboard::domain::{Channel, ContactId, ConversationId, Digest, InboundMessage, SourceId};
use switchboard::engine::event::{Event, MessageReceived, Recorded};

use crate::contacts::Contacts;
use crate::invariants::{Invariant, Trips};

/// For how many mails one mail waits.
const AWAITED_OF_MAIL_MAX: usize = 16;

#[derive(Default)]
pub struct Threads {
    contacts: Contacts,
    talks: BTreeMap<ConversationId, Talk>,
}

struct Talk {
    channel: Channel,
    contact: ContactId,
    /// Something was said by either side.
    has_begun: bool,
    known: BTreeSet<Digest>,
    mailboxes: Vec<SourceId>,
}

impl Threads {
    pub fn apply(&mut self, event: &Event, trips: &mut Trips) {
        self.contacts.apply(event, trips);
        match event {
            Event::ConversationOpened(opened) => {
                let mailboxes = [&[opened.source], opened.also.as_slice()].concat();
                let known = BTreeSet::new();
                let (channel, contact) = (opened.channel, opened.contact);
                let talk = Talk { channel, contact, has_begun: false, known, mailboxes };
                self.talks.insert(opened.conversation, talk);
            }
            Event::ConversationMailboxAdded { conversation, source, .. } => {
                let talk = self.talks.get_mut(conversation);
                let fits = talk.is_some_and(|talk| {
                    let is_new = !talk.mailboxes.contains(source);
                    talk.mailboxes.push(*source);
                    is_new && talk.channel == Channel::Email
                });
                trips.demand(Invariant::MailboxOnce, fits, || {
                    format!("{conversation} lists {source:?} twice")
                });
            }
            Event::MessageReceived(received) => self.received(received, trips),
            Event::MessageReplied(replied) => {
                self.contacts.replied(replied, trips);
                self.talks.entry(replied.conversation).and_modify(|talk| talk.has_begun = true);
            }
            _ => {}
        }
    }

    /// Whether somebody is the contact of a conversation, wrote there, or was let in by him.
    pub fn has_part(&self, conversation: ConversationId, who: Digest) -> bool {
        self.talks
            .get(&conversation)
            .is_some_and(|talk| talk.known.contains(&who) || self.contacts.is_of(talk.contact, who))
    }

    fn received(&mut self, received: &MessageReceived, trips: &mut Trips) {
        let Some(talk) = self.talks.get_mut(&received.conversation) else { return };
        let once: BTreeSet<_> = received.awaits.iter().collect();
        let fits = once.len() == received.awaits.len() && once.len() <= AWAITED_OF_MAIL_MAX;
        let fits = fits && (once.is_empty() || talk.channel == Channel::Email && received.opens);
        trips.demand(Invariant::AwaitedBounded, fits, || {
            format!("{} waits for {:?}", received.message, received.awaits)
        });
        if talk.channel == Channel::Email && received.opens {
            let is_known =
                talk.known.contains(&received.from) || self.contacts.is_of(talk.contact, received.from);
            let is_first = !std::mem::replace(&mut talk.has_begun, true);
            let fits = is_known != received.new_participant || is_first;
            trips.demand(Invariant::StrangersTold, fits, || {
                format!("{} is of a stranger and says nothing of it", received.message)
            });
        }
        // Who wrote as the contact is a stranger once he turns out to be somebody else.
        if received.opens && !self.contacts.is_of(talk.contact, received.from) {
            talk.known.insert(received.from);
        }
        let is_of_contact = self.contacts.is_of(talk.contact, received.from);
        let lets_in = !received.participants.is_empty();
        trips.demand(Invariant::StrangersTold, is_of_contact || !lets_in, || {
            format!("{} lets others in and is not of the contact", received.message)
        });
        talk.known.extend(&received.participants);
    }
}

/// What a message may not be taken for: a suspect one is of nobody whom its address names.
pub fn judge(message: &InboundMessage, records: &[Recorded], trips: &mut Trips) {
    for recorded in records {
        let Event::MessageReceived(received) = &recorded.event else { continue };
        let fits = message.is_suspect != (received.from == message.from) && !received.new_participant
            || !message.is_suspect && received.from == message.from;
        trips.demand(Invariant::StrangersTold, fits, || {
            format!("{} of {} is taken for somebody else's", received.message, message.from)
        });
    }
}
