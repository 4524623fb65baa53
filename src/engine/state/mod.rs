//! What the engine knows: made from events alone, so it holds nothing that the journal does not.
//! Compact: numbers, interned names, keyed digests; no bodies, no clear addresses.
//!
//! Indexes (`threads`, `messages`, `contact_by_address`, `by_contact`, `wrap_ups`, `routing`, `deadlines`) are derived;
//! `invariants` checks each against what it is derived from. Hash maps are looked up, never iterated.

mod agent;
mod awaited;
mod commands;
mod contact;
mod conversation;
mod interned;
mod mails;
mod messages;
mod outbound;
mod pended;
mod recent;
mod routing;
mod threads;

use std::collections::BTreeSet;

use crate::domain::{
    AgentId, ClockId, ContactId, ConversationId, Digest, InteractionId, MessageId, Names, OfferId, Seq,
    Timestamp,
};

use super::deadlines::Deadlines;
use super::table::Table;
use super::uniform::UniformMap;
use super::window::Window;

pub use agent::{Agent, Held, PARKED_MAX, PENDING_MAX, Profile};
pub use awaited::{AWAITED_FOR, AWAITED_MAX, AWAITED_OF_WRITER_MAX, Awaited};
pub use commands::Commands;
pub use contact::{ADDRESSES_MAX, Contact, OPT_OUTS_MAX, OptOut};
pub use conversation::{Archived, Clock, Conversation, Cooldown, Interaction, Offer, Phase};
pub use interned::Interned;
pub use mails::{MAILS_OPEN_MAX, Mail, MailPhase, Mails, NOTICES_OPEN_MAX};
pub use messages::{MESSAGE_KEYS_MAX, MessageKeys, NamedMessage};
pub use outbound::{OUTBOUND_MAX, Outbound};
pub use pended::{PENDED_FOR, PENDED_MAX, PENDED_OF_KEY_MAX, PENDED_OF_WRITER_MAX, Pended, PendedUpdates};
pub use recent::{DELIVERED_DAYS, DELIVERED_MAX, Recent};
pub use routing::{Class, ClassId, Routing, WaitKey, meets};
pub use threads::{HalfKey, ThreadEntry, Threads};

/// How many whole days the key of a message is remembered.
pub const DEDUPE_DAYS: i64 = 14;

/// How many adoptions of policies are remembered: so far an operator can go back by name.
pub const ADOPTIONS_MAX: usize = 20;

/// How many people besides the contact are remembered as taking part in one conversation.
pub const PARTICIPANTS_MAX: usize = 100;
/// With so many of them only who writes is added, so that a long list of addressees leaves room for writers.
pub const ADDRESSED_MAX: usize = 50;
/// How many mailboxes of ours one conversation lists.
pub const MAILBOXES_MAX: usize = 16;
/// How many ids of its messages name one conversation: an answer to an older one is found by the others.
pub const KEYS_MAX: usize = 1_000;

/// The next number of each kind of counted id. Each begins at 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counters {
    pub contact: u64,
    pub conversation: u64,
    pub interaction: u64,
    pub offer: u64,
    pub message: u64,
    pub clock: u64,
    pub mail: u64,
}

impl Default for Counters {
    fn default() -> Self {
        Counters { contact: 1, conversation: 1, interaction: 1, offer: 1, message: 1, clock: 1, mail: 1 }
    }
}

/// What the engine knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The last record.
    pub seq: Seq,
    /// Its instant.
    pub at: Timestamp,
    /// The last input that it consumed.
    pub inseq: u64,
    /// The newest epoch, with the instance that leads in it.
    pub epoch: u64,
    pub leader: String,
    /// The numbers of names.
    pub names: Names,
    /// The adopted policy, and whether all that follows from it was recorded.
    pub policy: Digest,
    pub policy_applied: bool,
    /// The newest adoptions, the last of them the present one; at most [`ADOPTIONS_MAX`].
    pub adopted: Vec<Digest>,
    pub next: Counters,
    pub contacts: Table<Contact>,
    pub contact_by_address: UniformMap<Digest, ContactId>,
    /// The conversations of each contact that are not archived.
    pub by_contact: BTreeSet<(ContactId, ConversationId)>,
    /// By the index of [`AgentId`].
    pub agents: Vec<Agent>,
    pub conversations: Table<Conversation>,
    pub archived: Table<Archived>,
    /// Which conversation a key of a message names.
    pub threads: Threads,
    /// Which conversations wait for a mail that was named before it came.
    pub awaited: Awaited,
    /// Which conversation the mail is in that came lately and is the same by this key.
    pub delivered: Recent,
    /// Which conversation has the message of a key.
    pub messages: MessageKeys,
    /// What was told of messages that are not known.
    pub pended: PendedUpdates,
    pub interactions: Table<Interaction>,
    /// Those in wrap-up, by the conversation that they were of.
    pub wrap_ups: BTreeSet<(ConversationId, InteractionId)>,
    /// Those that are pending.
    pub offers: Table<Offer>,
    /// Those that run.
    pub clocks: Table<Clock>,
    /// The newest outbound messages of each conversation, by number.
    pub outbound: Table<Outbound>,
    /// Mail that is owed.
    pub mails: Mails,
    /// Messages taken in.
    pub dedupe: Window<Digest, ()>,
    /// Commands answered, with the record of their answer.
    pub commands: Commands,
    /// Who is free, and who waits.
    pub routing: Routing,
    pub deadlines: Deadlines,
    /// What many entities share.
    pub interned: Interned,
}

impl Default for State {
    fn default() -> Self {
        State {
            seq: Seq(0),
            at: Timestamp(0),
            inseq: 0,
            epoch: 0,
            leader: String::new(),
            names: Names::default(),
            policy: Digest::default(),
            policy_applied: true,
            adopted: Vec::new(),
            next: Counters::default(),
            contacts: Table::default(),
            contact_by_address: UniformMap::default(),
            by_contact: BTreeSet::new(),
            agents: Vec::new(),
            conversations: Table::default(),
            archived: Table::default(),
            threads: Threads::default(),
            awaited: Awaited::default(),
            delivered: Recent::new(DELIVERED_DAYS, DELIVERED_MAX),
            messages: MessageKeys::default(),
            pended: PendedUpdates::default(),
            interactions: Table::default(),
            wrap_ups: BTreeSet::new(),
            offers: Table::default(),
            clocks: Table::default(),
            outbound: Table::default(),
            mails: Mails::default(),
            dedupe: Window::of_days(DEDUPE_DAYS),
            commands: Commands::default(),
            routing: Routing::default(),
            deadlines: Deadlines::default(),
            interned: Interned::default(),
        }
    }
}

/// What was adopted.
impl State {
    /// The policy that was in force before the present one; none while there was only one.
    pub fn policy_before(&self) -> Option<Digest> {
        self.adopted.iter().rev().copied().find(|digest| *digest != self.policy)
    }
}

/// Look-ups by typed id. Those without `Option` are for ids that the state itself holds.
impl State {
    /// A conversation that is not archived.
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations.get(id.0)
    }

    /// An interaction that is not closed.
    pub fn interaction(&self, id: InteractionId) -> Option<&Interaction> {
        self.interactions.get(id.0)
    }

    /// What is in wrap-up of a conversation, the oldest first.
    pub fn wrap_ups_of(&self, id: ConversationId) -> impl Iterator<Item = InteractionId> {
        let range = (id, InteractionId(0))..=(id, InteractionId(u64::MAX));
        self.wrap_ups.range(range).map(|(_, interaction)| *interaction)
    }

    /// A pending offer.
    pub fn offer(&self, id: OfferId) -> Option<&Offer> {
        self.offers.get(id.0)
    }

    /// A running clock.
    pub fn clock(&self, id: ClockId) -> Option<&Clock> {
        self.clocks.get(id.0)
    }

    /// An outbound message whose delivery is still followed.
    pub fn outbound(&self, id: MessageId) -> Option<&Outbound> {
        self.outbound.get(id.0)
    }

    /// A contact that is remembered.
    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.contacts.get(id.0)
    }

    /// An agent; every named one has an entry.
    pub fn agent(&self, id: AgentId) -> &Agent {
        &self.agents[id.index()]
    }

    /// A conversation that the state refers to; panics when it is gone, which is a bug of ours.
    pub fn open_conversation(&self, id: ConversationId) -> &Conversation {
        self.conversation(id).expect("what an interaction or clock refers to is not archived")
    }

    /// An interaction that the state refers to; panics when it is gone, which is a bug of ours.
    pub fn open_interaction(&self, id: InteractionId) -> &Interaction {
        self.interaction(id).expect("what a conversation, offer or agent refers to is not closed")
    }
}
