//! `contact.link`, `contact.unlink` and `contact.get`: contacts as somebody of ours names them, by an id or by an
//! address as anybody writes it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::{ContactId, Name};
use crate::engine::command::{Command, ContactRef};

use super::address;
use super::api::{RequestFault, Requests, typed};
use super::query::Query;
use super::start::{Whom, party};

/// A contact.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a contact: an id as `k12`, or an object with `source` and `address`")]
pub(crate) enum WrittenContact {
    /// His id, also one that turned out to be his.
    Id(ContactId),
    /// One of his addresses.
    Address(ContactAddress),
}

/// An address of a contact, as a source has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactAddress {
    /// A way in that he comes by: a user's id means something at its source only.
    pub source: Name,
    /// A number, a mailbox, a chat user.
    pub address: String,
    /// The display name, where the address may become a contact of its own.
    #[serde(default)]
    pub name: Option<String>,
}

/// Say that two contacts are one person, or that an address is a contact's, too.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkContacts {
    pub contact: WrittenContact,
    /// Who is the same person. Of the two the older one goes on. One of the two may be an address that nobody is
    /// known by.
    pub with: WrittenContact,
}

/// Say that a linked contact, or an address of one who has several, is somebody else.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnlinkContact {
    /// Who is taken out: a contact who was linked, with what he brought; or an address, which becomes a contact of
    /// its own.
    pub contact: WrittenContact,
}

/// Ask for one contact.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneContact {
    pub contact: WrittenContact,
}

impl Requests {
    pub(super) fn link(&self, asked: LinkContacts) -> Result<Command, RequestFault> {
        let two = [self.contact(asked.contact)?, self.contact(asked.with)?];
        Ok(Command::LinkContacts(Box::new(two)))
    }

    pub(super) fn unlink(&self, asked: UnlinkContact) -> Result<Command, RequestFault> {
        Ok(Command::UnlinkContact(Box::new(self.contact(asked.contact)?)))
    }

    /// The query of this verb, where it names a contact: only here an address becomes its digest.
    pub(super) fn contact_query(
        &self,
        verb: &str,
        members: &Map<String, Value>,
    ) -> Result<Option<Query>, RequestFault> {
        if verb != "contact.get" {
            return Ok(None);
        }
        let OneContact { contact } = typed(members.clone())?;
        Ok(Some(Query::ContactGet(Box::new(self.contact(contact)?))))
    }

    fn contact(&self, written: WrittenContact) -> Result<ContactRef, RequestFault> {
        let ContactAddress { source, address, name } = match written {
            WrittenContact::Id(id) => return Ok(ContactRef::Id(id)),
            WrittenContact::Address(address) => address,
        };
        let source = self.source(&source)?;
        let party = party(source, Whom { address, name }, "address")?;
        let digest = address::contact(&self.keys, source, &party.address);
        Ok(ContactRef::Address { digest, channel: source.channel, party })
    }
}
