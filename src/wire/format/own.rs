//! Our own canonical JSON (field page channels 5.2), for gateways that have a shape of their own to translate: one
//! message, a list of them, or either as the `data` of a CloudEvent. Of a list one that is broken is refused alone.

use serde_json::value::RawValue;

use super::Item;
use crate::wire::canonical::message::{CanonicalMessage, Kind};
use crate::wire::canonical::{self, Fault, FaultAt, check_id};
use crate::wire::surrogates::keep_halves;

pub(super) fn read(body: &[u8]) -> Result<Vec<Item>, FaultAt> {
    let body = keep_halves(body);
    let told = canonical::object::<Box<RawValue>>(&body)?;
    if !told.get().starts_with('[') {
        return Ok(vec![one(&body)?]);
    }
    let listed = canonical::object::<Vec<Box<RawValue>>>(told.get().as_bytes())?;
    let is_alone = listed.len() == 1;
    let item = |told: &RawValue| match one(told.get().as_bytes()) {
        Err((code, _)) if !is_alone => Ok(Item::Refused(code, "one of the list is not as it must be")),
        read => read,
    };
    listed.iter().map(|told| item(told)).collect()
}

fn one(body: &[u8]) -> Result<Item, FaultAt> {
    let message = canonical::object::<CanonicalMessage>(body)?;
    check(&message).map_err(|(code, reason)| (code, reason.to_owned()))?;
    Ok(Item::from(message))
}

/// What a gateway's own message must say, by its kind (field page channels 5.2).
fn check(message: &CanonicalMessage) -> Result<(), Fault> {
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
    match message.kind {
        Kind::Message | Kind::Action | Kind::Unsupported => said(message),
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

fn said(message: &CanonicalMessage) -> Result<(), Fault> {
    if message.email.as_ref().is_some_and(|email| email.raw.is_some()) {
        // Everything stands in the mail itself.
        return Ok(());
    }
    if message.message_id.is_none() {
        return Err(("bad_member", "missing member `message_id`"));
    }
    if message.from.is_none() {
        return Err(("bad_member", "missing member `from`"));
    }
    let has_text = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let has_content = has_text(&message.text)
        || has_text(&message.html)
        || !message.attachments.is_empty()
        || message.location.is_some()
        || !message.contacts.is_empty()
        || message.action.is_some()
        || message.concat.is_some()
        || message.kind == Kind::Unsupported;
    if has_content { Ok(()) } else { Err(("no_content", "it has neither `text` nor `attachments`")) }
}
