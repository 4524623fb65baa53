//! The public form of each event: typed twins of `engine::event`, in which ids are text, names are names,
//! instants are RFC 3339 and spans end in `_ms`. Within v1 they only grow, so members that a twin does not
//! know are passed over.
//!
//! Twins borrow from the event on the way out and from the record on the way in: a record costs the
//! allocations of its event and no more.

mod contact;
mod content;
mod conversation;
mod escalation;
mod interaction;
mod mail;
mod message;
mod offer;
mod people;
mod scalar;
mod site;
mod sla;
mod update;
mod wrap_up;
mod write;

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::domain::{ClockId, ContactId, ConversationId, InteractionId, MailId, MessageId, Names, OfferId};
use crate::engine::event::Event;

use super::fault::sentence;

pub(crate) use write::write;

/// One event in its public form.
pub(crate) trait Twin: Serialize + JsonSchema {
    /// Its type word, as `offer.made`.
    const WORD: &'static str;

    /// What it is about: the CloudEvents subject.
    fn about(&self) -> About<'_>;

    /// The event, with names resolved to their numbers; else what is wrong with it.
    fn event(self, names: &Names) -> Result<Event, String>;
}

/// What an event is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum About<'a> {
    Site,
    Agent(&'a str),
    Contact(ContactId),
    Conversation(ConversationId),
    Message(MessageId),
    Interaction(InteractionId),
    Offer(OfferId),
    Clock(ClockId),
    Mail(MailId),
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            About::Site => f.write_str("site"),
            About::Agent(name) => f.write_str(name),
            About::Contact(id) => id.fmt(f),
            About::Conversation(id) => id.fmt(f),
            About::Message(id) => id.fmt(f),
            About::Interaction(id) => id.fmt(f),
            About::Offer(id) => id.fmt(f),
            About::Clock(id) => id.fmt(f),
            About::Mail(id) => id.fmt(f),
        }
    }
}

/// Takes one twin, of whatever type.
pub(crate) trait Pen {
    type Out;
    fn put<T: Twin>(self, twin: &T) -> Self::Out;
}

/// Why data could not be read.
pub(crate) enum ReadFault {
    UnknownWord,
    Broken(String),
}

/// The table of twins: each is read where its word stands and listed with its schema.
macro_rules! twins {
    ($($twin:ty,)*) => {
        /// The event of this type word with these data.
        pub(crate) fn read(word: &str, data: &str, names: &Names) -> Result<Event, ReadFault> {
            $(if word == <$twin as Twin>::WORD {
                let twin = serde_json::from_str::<$twin>(data)
                    .map_err(|fault| ReadFault::Broken(sentence(&fault)))?;
                return twin.event(names).map_err(ReadFault::Broken);
            })*
            Err(ReadFault::UnknownWord)
        }

        /// Each type word with the schema of its data.
        pub(crate) fn schemas(generator: &SchemaGenerator) -> Vec<(&'static str, Schema)> {
            vec![$((<$twin as Twin>::WORD, generator.clone().into_root_schema_for::<$twin>()),)*]
        }
    };
}

// The busiest first, since they are asked in this order.
twins! {
    offer::Made<'_>,
    offer::Accepted<'_>,
    content::Message<'_>,
    message::Received<'_>,
    interaction::Queued<'_>,
    interaction::Closed<'_>,
    sla::Started<'_>,
    sla::Met,
    sla::MetLate,
    sla::Cancelled,
    content::Reply<'_>,
    content::Note<'_>,
    message::Replied<'_>,
    message::Noted,
    conversation::Opened<'_>,
    conversation::Resolved,
    conversation::Archived,
    conversation::Forgotten,
    conversation::Reopened,
    message::Ignored<'_>,
    conversation::Changed<'_>,
    conversation::MailboxAdded<'_>,
    message::Delivery<'_>,
    update::Identified<'_>,
    update::Edited,
    update::Deleted,
    update::Reacted,
    update::Extended,
    update::Echoed,
    update::Told,
    update::Pended<'_>,
    content::Echo<'_>,
    content::Update<'_>,
    content::Adopted,
    offer::Declined<'_>,
    offer::Expired<'_>,
    offer::Rescinded<'_>,
    offer::Cooled<'_>,
    contact::Created,
    contact::Expired,
    contact::AddressAdded,
    contact::Linked,
    contact::Unlinked<'_>,
    contact::OptedOut<'_>,
    contact::OptedIn<'_>,
    content::Contact<'_>,
    content::Ignored<'_>,
    sla::Warned,
    sla::Breached,
    sla::BreachRetracted,
    escalation::Raised<'_>,
    escalation::Acked,
    escalation::AckExpired,
    escalation::Resolved,
    mail::Queued,
    mail::Attempted,
    mail::Sent<'_>,
    mail::Failed<'_>,
    people::PresenceChanged<'_>,
    people::SignedIn<'_>,
    people::SignedOut<'_>,
    people::Lost<'_>,
    people::Returned<'_>,
    people::Released<'_>,
    people::Upserted<'_>,
    people::Removed<'_>,
    interaction::Assigned<'_>,
    interaction::Unroutable,
    interaction::OwnerOffline<'_>,
    interaction::Pended<'_>,
    interaction::Resumed<'_>,
    wrap_up::Started<'_>,
    wrap_up::Finished<'_>,
    site::Position,
    site::Led<'_>,
    site::ClockStepped,
    site::Named<'_>,
    site::PolicyAdopted,
    site::PolicyApplied,
    site::DedupeShortened,
    site::InputRefused<'_>,
    site::CommandRejected<'_>,
}
