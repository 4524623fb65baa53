//! Sinch Conversation API: messages of every network in one shape, and reports of ours. The network is named in
//! `channel_identity`.

use serde_json::Value;

use crate::domain::{DeliveryState, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Action, Address, CanonicalFile, CanonicalMessage, Kind};

use super::carrier::{self, Report, Step};
use super::{Context, Item, part, pick};

/// What an event tells; `None` where it is of another API.
pub(super) fn read(event: &Value, context: Context<'_>) -> Result<Option<Item>, Fault> {
    if let Some(report) = pick::at(event, "message_delivery_report") {
        return Ok(Some(status(event, report, context)));
    }
    if let Some(said) = pick::at(event, "message").filter(|said| said.is_object()) {
        return match pick::at(said, "contact_message") {
            Some(content) => message(event, said, content, context).map(Some),
            None => Ok(Some(Item::ignored("a message of ours"))),
        };
    }
    let is_one = ["app_id", "project_id"].iter().any(|name| pick::at(event, name).is_some());
    Ok(is_one.then(|| Item::ignored("another event")))
}

/// The network, where it is neither SMS nor MMS.
fn network(value: &Value) -> Option<String> {
    let channel = pick::text(value, "channel_identity.channel")?.to_ascii_lowercase();
    match channel.as_str() {
        "sms" | "mms" => None,
        "viberbm" => Some("viber".to_owned()),
        _ => Some(channel),
    }
}

fn party(id: &str, network: Option<&str>, context: Context<'_>) -> Address {
    match network {
        Some(_) => carrier::on_network(id, context),
        None => carrier::phone(id, context),
    }
}

fn message(event: &Value, said: &Value, content: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let network = network(said);
    let from = pick::id(said, "channel_identity.identity").ok_or(("bad_member", "it has no sender"))?;
    let ours = ["sender_id", "channel_identity.app_id"].iter().find_map(|name| pick::id(said, name));
    let ours = ours.or_else(|| pick::id(event, "app_id"));
    let ours = ours.map(|ours| party(&ours, network.as_deref(), context));
    let written = carrier::written(content, &["text_message.text", "media_card_message.caption"])?;
    let action = action(content);
    let answered = ["reply_to.message_id", "choice_response_message.message_id"];
    let mut message = CanonicalMessage {
        kind: if action.is_some() { Kind::Action } else { Kind::Message },
        message_id: pick::id(said, "id"),
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(Address {
            name: pick::text(content, "sender_profile.name"),
            ..party(&from, network.as_deref(), context)
        }),
        to: ours.into_iter().collect(),
        text: written.or_else(|| order(content)),
        attachments: files(content),
        location: location(content),
        action,
        in_reply_to: answered.iter().find_map(|name| pick::id(content, name)),
        sent_at: pick::instant(said, "accept_time").or_else(|| pick::instant(event, "accepted_time")),
        ..carrier::message("sinch", network.as_deref())
    };
    if part::is_bare(&message) {
        message.kind = Kind::Unsupported;
    }
    Ok(Item::from(message))
}

fn action(content: &Value) -> Option<Action> {
    let answer = pick::at(content, "choice_response_message")?;
    let payload = pick::id(answer, "postback_data");
    let title = ["title", "text"].iter().find_map(|name| pick::text(answer, name));
    (payload.is_some() || title.is_some()).then_some(Action { payload, title })
}

fn files(content: &Value) -> Vec<CanonicalFile> {
    let media = ["media_message", "media_card_message", "media_carousel_message"];
    let found = media.iter().filter_map(|name| pick::at(content, name));
    let one = |media: &Value| CanonicalFile {
        filename: pick::text(media, "filename_override"),
        ..carrier::file(pick::text(media, "url"), pick::text(media, "content_type"))
    };
    found.map(one).collect()
}

fn location(content: &Value) -> Option<Location> {
    let place = pick::at(content, "location_message")?;
    let found = part::place(place, "coordinates.latitude", "coordinates.longitude")?;
    Some(Location { title: pick::text(place, "title"), address: pick::text(place, "label"), ..found })
}

/// What is ordered, a line for each.
fn order(content: &Value) -> Option<String> {
    let line = |product: &Value| {
        let count = pick::id(product, "quantity").map(|count| format!("{count} x"));
        let price = part::words(&[pick::id(product, "item_price"), pick::text(product, "currency")]);
        part::words(&[count, pick::id(product, "id"), price.map(|price| format!("({price})"))])
    };
    let title = pick::text(content, "product_response_message.title");
    let lines = pick::list(content, "product_response_message.products").iter().filter_map(line);
    let lines: Vec<String> = title.into_iter().chain(lines).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn status(event: &Value, report: &Value, context: Context<'_>) -> Item {
    let network = network(report);
    let word = pick::text(report, "status").unwrap_or_default();
    let step = match word.to_ascii_uppercase().as_str() {
        "QUEUED" | "SWITCHING_CHANNEL" | "SWITCHED_CHANNEL" => Step::Before,
        "QUEUED_ON_CHANNEL" => Step::Is(DeliveryState::Sent),
        "DELIVERED" => Step::Is(DeliveryState::Delivered),
        "READ" => Step::Is(DeliveryState::Read),
        "FAILED" | "DELETED" => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    };
    let recipient = pick::id(report, "channel_identity.identity");
    let report = Report {
        id: pick::id(report, "message_id"),
        recipient: recipient.map(|to| party(&to, network.as_deref(), context)),
        account: None,
        word,
        code: carrier::first_code(report, &["reason.code", "reason.channel_code"]),
        at: pick::instant(event, "event_time").or_else(|| pick::instant(event, "accepted_time")),
        opted_out: false,
    };
    carrier::report(carrier::message("sinch", network.as_deref()), step, report)
}
