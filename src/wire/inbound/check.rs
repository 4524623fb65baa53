//! What a canonical message must say to be taken, whoever made it: a gateway that writes our own JSON, or a format that
//! read the body of a provider. The decoder and `normalize` ask here, so that neither shows what the other refuses.

use crate::wire::canonical::message::{CanonicalMessage, Kind};
use crate::wire::canonical::{Fault, check_id};
use crate::wire::format::Item;

use super::party;

/// Nothing could name it later, and it would be taken each time that it comes.
pub(super) const NO_ID: Fault = ("bad_member", "missing member `message_id`");
/// Nobody could be answered.
pub(super) const NO_SENDER: Fault = ("bad_member", "missing member `from`");

/// Of several things that one body tells, those that cannot be taken are refused alone, each by its place among them.
/// One thing alone is left to who reads the body: with it the body is refused.
pub(crate) fn refuse_broken(items: &mut [Item]) {
    if items.len() < 2 {
        return;
    }
    for (place, item) in items.iter_mut().enumerate() {
        if let Item::Message(message) = item
            && let Err(fault) = check(message)
        {
            *item = Item::refused(place, fault);
        }
    }
}

/// What it must say by its kind (field page channels 5.2).
///
/// # Errors
///
/// A word and a sentence that repeats nothing of it.
pub(crate) fn check(message: &CanonicalMessage) -> Result<(), Fault> {
    let ids = [
        (&message.message_id, "`message_id` is empty or longer than 998 bytes"),
        (&message.target_id, "`target_id` is empty or longer than 998 bytes"),
        (&message.chat_id, "`chat_id` is empty or too long"),
        (&message.thread_id, "`thread_id` is empty or too long"),
        (&message.group_id, "`group_id` is empty or too long"),
    ];
    for (id, reason) in ids {
        id.as_deref().map_or(Ok(()), |id| check_id(id, reason))?;
    }
    let is_raw = message.email.as_ref().is_some_and(|email| email.raw.is_some());
    if !is_raw {
        party(message.from.as_ref())?;
    }
    match message.kind {
        // Everything stands in the mail itself.
        Kind::Message | Kind::Action | Kind::Unsupported if is_raw => Ok(()),
        Kind::Message | Kind::Action | Kind::Unsupported => {
            message.message_id.as_ref().ok_or(NO_ID)?;
            message.from.as_ref().ok_or(NO_SENDER).map(drop)
        }
        Kind::Edit | Kind::Delete | Kind::Reaction => match message.target_id {
            Some(_) => Ok(()),
            None => Err(("bad_member", "missing member `target_id`")),
        },
        Kind::Status if message.delivery.is_none() => Err(("bad_member", "missing member `delivery`")),
        Kind::Status | Kind::Read => {
            let is_about =
                message.target_id.is_some() || !message.target_ids.is_empty() || message.watermark.is_some();
            let fault = ("bad_member", "it names no message: `target_id`, `target_ids` or `watermark`");
            if is_about { Ok(()) } else { Err(fault) }
        }
        Kind::Typing | Kind::System => Ok(()),
    }
}
