//! `contact.set_opt_out`: whether an address gets messages of a source. The address is written as anybody writes it;
//! its contact need not be known, so that a list of those who want none can be brought along.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Channel, Name};
use crate::engine::command::{Command, OptOutWish};

use super::address;
use super::api::{RequestFault, Requests, fault};
use super::start::{Whom, party};

/// Say whether a contact gets messages of a source.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetOptOut {
    /// The way out: of SMS or chat.
    pub source: Name,
    pub contact: Whom,
    /// He gets none; `false`: he gets them again, and nothing of him is left for a person to look at.
    pub opted_out: bool,
}

impl Requests {
    /// The command of what is asked.
    pub(super) fn set_opt_out(&self, asked: SetOptOut) -> Result<Command, RequestFault> {
        let source = self.source(&asked.source)?;
        if !matches!(source.channel, Channel::Sms | Channel::Chat) {
            return Err(fault("channel_mismatch", "only of SMS and chat somebody opts out"));
        }
        let to = party(source, asked.contact, "contact")?;
        Ok(Command::SetOptOut(Box::new(OptOutWish {
            source: source.name.clone(),
            channel: source.channel,
            contact: address::contact(&self.keys, source, &to.address),
            to,
            opted_out: asked.opted_out,
        })))
    }
}
