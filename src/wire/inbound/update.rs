//! What a channel tells of messages that are there: edits, reactions, reports.

use std::sync::Arc;

use crate::domain::{Change, DeliveryState, Digest, Format, InboundUpdate, Source, Timestamp};
use crate::wire::address;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalMessage, Direction, Kind};
use crate::wire::digest::Keys;
use crate::wire::report::code_of;

use super::place::Place;
use super::{content, party, theirs};

/// How many messages one update is about at most.
const TARGETS_MAX: usize = 64;

pub(super) fn told(
    message: CanonicalMessage,
    source: &Source,
    keys: &Keys,
    received_at: Timestamp,
) -> Result<InboundUpdate, Fault> {
    let from = party(message.from.as_ref())?;
    let theirs = theirs(&message, from.as_ref().map(|from| from.address.as_str()).unwrap_or_default());
    let place = Place::of(&message, source, keys, &theirs);
    // A report is about whom we wrote to, whoever sends it.
    let is_report = matches!(message.kind, Kind::Status | Kind::Read);
    let author = from.as_ref().map(|from| from.address.clone()).unwrap_or_default();
    // What our side changed elsewhere is in nobody's name: whose hand it was says nothing to the engine.
    let is_ours = message.direction == Direction::OutboundEcho;
    let is_change = matches!(message.kind, Kind::Edit | Kind::Delete);
    let who = if is_report { &theirs } else { &author };
    let targets = message.target_id.iter().chain(&message.target_ids).take(TARGETS_MAX);
    let targets: Vec<Digest> = targets.map(|id| place.message_key(keys, source, id)).collect();
    let change = change(&message, source, keys);
    let dedupe = dedupe(&message, &change, source, keys, (&place, &theirs));
    let watermark = message.watermark.map(|at| at.0);
    let sent_at = message.sent_at.map(|at| at.0);
    let threads = place.thread().parents;
    let subscription = subscription(&message, source);
    Ok(InboundUpdate {
        channel: source.channel,
        source: source.name.clone(),
        to: place.to,
        from: Some(who)
            .filter(|who| !(who.is_empty() || is_ours && is_change))
            .map(|who| address::contact(keys, source, who)),
        token: None,
        threads,
        targets,
        watermark,
        dedupe,
        change,
        sent_at,
        received_at,
        content: {
            let mut content = content(message, from.unwrap_or_default());
            content.flags.extend(subscription.map(str::to_owned));
            Arc::new(content)
        },
    })
}

/// What an event of a provider says of whether its user may be written to: who ends his subscription to a bot of
/// Viber, or blocks an account of LINE, gets no message of it until he is back, and LINE does not even say so.
fn subscription(message: &CanonicalMessage, source: &Source) -> Option<&'static str> {
    let event = message.text.as_deref().filter(|_| message.kind == Kind::System)?;
    match (source.format, event) {
        (Format::Viber, "unsubscribed") | (Format::Line, "unfollow") => Some("opted_out"),
        (Format::Viber, "subscribed") | (Format::Line, "follow") => Some("opted_in"),
        _ => None,
    }
}

/// What makes an update the same when it comes again: what it is about, when, by whom, and what it says, since some
/// providers stamp two edits of one second alike or not at all.
fn dedupe(
    message: &CanonicalMessage,
    change: &Change,
    source: &Source,
    keys: &Keys,
    (place, theirs): (&Place, &str),
) -> Digest {
    let stamp = message.edited_at.or(message.sent_at).or(message.watermark);
    let stamp = stamp.map(|at| at.0.0.to_string()).unwrap_or_default();
    let ids = [&message.message_id, &message.target_id].map(|id| id.as_deref().unwrap_or_default());
    let several = message.target_ids.join(" ");
    let emoji = message.reaction.as_ref().and_then(|reaction| reaction.emoji.as_deref()).unwrap_or_default();
    let what = format!("{:?} {}", message.kind, discriminant(change));
    let said = match change {
        Change::Edit | Change::System => message.text.as_deref().unwrap_or_default(),
        _ => "",
    };
    keys.dedupe(&[
        source.channel.as_str(),
        source.name.as_str(),
        &place.scope,
        &what,
        ids[0],
        ids[1],
        &several,
        &stamp,
        emoji,
        theirs,
        said,
    ])
}

fn change(message: &CanonicalMessage, source: &Source, keys: &Keys) -> Change {
    match message.kind {
        Kind::Delete => Change::Delete,
        Kind::Reaction => {
            Change::React { removed: message.reaction.as_ref().is_some_and(|reaction| reaction.removed) }
        }
        Kind::Status | Kind::Read => {
            let delivery = message.delivery.as_ref();
            Change::Report {
                state: delivery.map_or(DeliveryState::Read, |delivery| delivery.state),
                code: code_of(delivery.and_then(|delivery| delivery.error_code.as_deref())),
            }
        }
        Kind::System => match &message.new_id {
            Some(new) => {
                let known = message.from.iter().flat_map(|from| from.user_id.iter().chain(&from.aliases));
                let addresses = std::iter::once(new).chain(known);
                Change::Link { addresses: addresses.map(|id| address::contact(keys, source, id)).collect() }
            }
            None => Change::System,
        },
        Kind::Message | Kind::Edit | Kind::Typing | Kind::Action | Kind::Unsupported => Change::Edit,
    }
}

fn discriminant(change: &Change) -> String {
    match change {
        Change::Report { state, .. } => format!("{state:?}"),
        Change::React { removed } => removed.to_string(),
        Change::Edit | Change::Delete | Change::System | Change::Link { .. } => String::new(),
    }
}
