//! Twins of what happens to contacts.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Channel, ContactId, Digest, Names, Seq};
use crate::engine::event::{ContactOptedIn, ContactOptedOut, ContactUnlinked, Event, OptCause};
use crate::wire::time::InstantText;

use super::scalar::source;
use super::{About, Twin};

/// A person wrote to us for the first time.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Created {
    pub contact: ContactId,
    /// The digest of the address.
    pub address: Digest,
    pub channel: Channel,
    /// The sequence of its content record.
    pub content: u64,
}

/// A contact without conversations was dropped.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Expired {
    pub contact: ContactId,
}

/// The provider, or somebody of ours, says that an address is a contact's, too.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct AddressAdded {
    pub contact: ContactId,
    /// The digest of the address.
    pub address: Digest,
}

/// Two contacts are one person. What he asked for by one of them holds for both.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Linked {
    /// The younger one. His conversations stay his; nothing new becomes his.
    pub contact: ContactId,
    /// The older one, who has the addresses of both from now on.
    pub into: ContactId,
}

/// Addresses that were taken for one person's are somebody else's. What he asked for at them goes with them; the
/// conversations stay with the contact that they were opened with.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Unlinked<'a> {
    /// Whose they are from now on: a contact who was linked, or a new one.
    pub contact: ContactId,
    /// Whose they were.
    pub from: ContactId,
    /// The digests of the addresses.
    pub addresses: Cow<'a, [Digest]>,
    /// When each of the two is forgotten, unless he has a conversation by then, or something else keeps him.
    pub expires_at: InstantText,
}

/// An address of a contact gets no further messages of a source: replies there are refused.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct OptedOut<'a> {
    pub contact: ContactId,
    /// The way out.
    pub source: &'a str,
    /// The digest of the address.
    pub address: Digest,
    pub since: InstantText,
    /// Who said so.
    pub cause: OptCause,
}

/// An address of a contact gets messages of a source again; nothing of him is left for a person to look at.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct OptedIn<'a> {
    pub contact: ContactId,
    /// The way out.
    pub source: &'a str,
    /// The digest of the address.
    pub address: Digest,
    /// Who said so.
    pub cause: OptCause,
    /// When the contact is forgotten, unless he has a conversation by then, or something else keeps him.
    pub expires_at: InstantText,
}

impl Twin for Created {
    const WORD: &'static str = "contact.created";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        let Created { contact, address, channel, content } = self;
        Ok(Event::ContactCreated { contact, address, channel, content: Seq(content) })
    }
}

impl Twin for Expired {
    const WORD: &'static str = "contact.expired";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ContactExpired { contact: self.contact })
    }
}

impl Twin for AddressAdded {
    const WORD: &'static str = "contact.address_added";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ContactAddressAdded { contact: self.contact, address: self.address })
    }
}

impl Twin for Linked {
    const WORD: &'static str = "contact.linked";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ContactLinked { contact: self.contact, into: self.into })
    }
}

impl Twin for Unlinked<'_> {
    const WORD: &'static str = "contact.unlinked";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, _: &Names) -> Result<Event, String> {
        Ok(Event::ContactUnlinked(Box::new(ContactUnlinked {
            contact: self.contact,
            from: self.from,
            addresses: self.addresses.into_owned(),
            expires_at: self.expires_at.0,
        })))
    }
}

impl Twin for OptedOut<'_> {
    const WORD: &'static str = "contact.opted_out";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::ContactOptedOut(Box::new(ContactOptedOut {
            contact: self.contact,
            source: source(names, self.source)?,
            address: self.address,
            since: self.since.0,
            cause: self.cause,
        })))
    }
}

impl Twin for OptedIn<'_> {
    const WORD: &'static str = "contact.opted_in";

    fn about(&self) -> About<'_> {
        About::Contact(self.contact)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        Ok(Event::ContactOptedIn(Box::new(ContactOptedIn {
            contact: self.contact,
            source: source(names, self.source)?,
            address: self.address,
            cause: self.cause,
            expires_at: self.expires_at.0,
        })))
    }
}
