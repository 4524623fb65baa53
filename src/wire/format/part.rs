//! What the formats of chats have in common: how a person, a file, a place, a report are made of what a provider
//! says, and who of those that write is ourselves.

use serde_json::Value;

use super::{Context, Ignored, Item, pick};
use crate::domain::{DeliveryState, Location};
use crate::wire::canonical::message::{
    Action, Address, AddressKind, CanonicalFile, CanonicalMessage, Delivery, Direction, Kind, Reaction,
};
use crate::wire::filename;

/// The reason by which what our own program wrote is passed over.
pub(super) const SELF_ECHO: &str = "self echo";
/// The reason by which other programs are passed over, unless the source hears them.
pub(super) const OTHER_BOT: &str = "other bot";

/// A message of this kind that says nothing more.
pub(super) fn of(kind: Kind) -> CanonicalMessage {
    CanonicalMessage { kind, ..CanonicalMessage::default() }
}

/// A user of the provider.
pub(super) fn user(id: String) -> Address {
    Address { kind: Some(AddressKind::User), id, ..Address::default() }
}

/// The user whose id stands at a path.
pub(super) fn user_at(value: &Value, path: &str) -> Option<Address> {
    pick::id(value, path).map(user)
}

/// A file of this kind, in the provider's word.
pub(super) fn file(kind: &str) -> CanonicalFile {
    CanonicalFile { kind: Some(kind.to_owned()), ..CanonicalFile::default() }
}

/// A media type without its parameters.
pub(super) fn media_type(value: &Value, path: &str) -> Option<String> {
    let written = pick::text(value, path)?;
    let bare = written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    (!bare.is_empty()).then_some(bare)
}

/// What a file is by its media type, where the provider has no word for it.
pub(super) fn kind_of_media(media_type: Option<&str>) -> &'static str {
    filename::kind(media_type)
}

/// A place whose coordinates stand under these names; none that is not on earth.
pub(super) fn place(value: &Value, latitude: &str, longitude: &str) -> Option<Location> {
    let degrees = |path, most: f64| {
        let found = pick::at(value, path)?;
        let degrees = found.as_f64().or_else(|| found.as_str()?.trim().parse().ok())?;
        (degrees.abs() <= most).then_some(degrees)
    };
    let (latitude, longitude) = (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
    Some(Location { latitude, longitude, ..Location::default() })
}

/// A report of one of our messages.
pub(super) fn report(
    target: Option<String>,
    state: DeliveryState,
    word: &str,
    recipient: Option<String>,
) -> CanonicalMessage {
    let word = Some(word.to_owned());
    CanonicalMessage {
        target_id: target,
        delivery: Some(Delivery { state, word, error_code: None, recipient }),
        ..of(Kind::Status)
    }
}

/// A report with the provider's code.
pub(super) fn with_code(mut report: CanonicalMessage, code: Option<String>) -> CanonicalMessage {
    if let Some(delivery) = &mut report.delivery {
        delivery.error_code = code;
    }
    report
}

/// An emoji that was put to a message, or taken away.
pub(super) fn reaction(target: Option<String>, emoji: Option<String>, removed: bool) -> CanonicalMessage {
    CanonicalMessage { target_id: target, reaction: Some(Reaction { emoji, removed }), ..of(Kind::Reaction) }
}

/// What a pressed button means, and what stands on it.
pub(super) fn pressed(message: &mut CanonicalMessage, title: Option<String>, payload: Option<String>) {
    message.text = title.clone().or_else(|| message.text.take()).or_else(|| payload.clone());
    message.action = Some(Action { payload, title });
}

/// Raises a flag.
pub(super) fn flag(message: &mut CanonicalMessage, raised: bool, word: &str) {
    if raised && !message.flags.iter().any(|flag| flag == word) {
        message.flags.push(word.to_owned());
    }
}

/// Keeps what else the provider says.
pub(super) fn note(message: &mut CanonicalMessage, name: &str, value: Option<String>) {
    if let Some(value) = value {
        message.meta.insert(name.to_owned(), value);
    }
}

/// What was written says nothing that we could show.
pub(super) fn is_bare(message: &CanonicalMessage) -> bool {
    message.text.is_none()
        && message.attachments.is_empty()
        && message.location.is_none()
        && message.contacts.is_empty()
        && message.action.is_none()
}

/// Something without effect, about this conversation.
pub(super) fn ignored(reason: &'static str, event_id: Option<String>, chat_id: Option<String>) -> Item {
    Item::Ignored(Ignored { reason, event_id, chat_id })
}

/// Whether one of these ids is ours.
pub(super) fn is_own(context: Context<'_>, ids: &[Option<&str>]) -> bool {
    ids.iter().flatten().any(|id| context.source.own_ids.iter().any(|own| own == id))
}

/// A message that our side wrote elsewhere.
pub(super) fn echo(mut message: CanonicalMessage) -> CanonicalMessage {
    message.direction = Direction::OutboundEcho;
    message
}

/// Words with a space between, as first and last name; none where nothing is left.
pub(super) fn words(parts: &[Option<String>]) -> Option<String> {
    let parts: Vec<&str> =
        parts.iter().flatten().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
