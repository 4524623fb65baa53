//! MessageBird: SMS and MMS as form or JSON, its conversations of other networks, and the channels of Bird. Numbers
//! come without their plus.

use serde_json::Value;

use crate::domain::{DeliveryState, FileKind, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Action, Address, CanonicalFile, CanonicalMessage, Direction, Kind};

use super::carrier::{self, Report, Step};
use super::{Context, Item, part, pick};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::form(body)?, |form| Ok(vec![one(form, context)?]))
}

/// What holds the text.
const SAID: [&str; 3] = ["body", "message", "payload"];

fn one(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    if pick::at(form, "payload.body").is_some() || pick::at(form, "service").is_some() {
        channels(form, context)
    } else if pick::at(form, "message").is_some_and(Value::is_object) {
        conversation(form, context)
    } else if carrier::written(form, &SAID)?.is_some() || !media(form).is_empty() {
        sms(form, context)
    } else if pick::text(form, "status").is_some() {
        let id = either(form, &["id", "message_id", "mid"]);
        Ok(status(form, id, either(form, &["recipient", "receiver"]), None, context))
    } else {
        Ok(Item::ignored("no message"))
    }
}

fn either(form: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| pick::id(form, name))
}

fn sms(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let from = either(form, &["originator", "sender", "from"]).ok_or(("bad_member", "it has no sender"))?;
    let ours =
        either(form, &["recipient", "receiver", "to", "shortcode"]).map(|to| carrier::phone(&to, context));
    let is_binary = pick::text(form, "type").is_some_and(|kind| kind == "binary");
    let written = carrier::written(form, &SAID)?;
    let bytes = written.as_deref().filter(|_| is_binary).map(carrier::hex);
    let times = ["createdDatetime", "created_datetime", "receive_datetime", "receivedDatetime", "timestamp"];
    Ok(Item::from(CanonicalMessage {
        message_id: either(form, &["id", "mid", "message_id"]),
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(carrier::phone(&from, context)),
        to: ours.into_iter().collect(),
        subject: pick::text(form, "subject"),
        text: written.filter(|_| !is_binary),
        attachments: bytes.into_iter().chain(media(form)).collect(),
        sent_at: times.iter().find_map(|name| pick::instant(form, name)),
        ..carrier::message("messagebird", None)
    }))
}

/// The files of an MMS: lists in JSON, numbered members in a form.
fn media(form: &Value) -> Vec<CanonicalFile> {
    let types = pick::list(form, "mediaContentTypes");
    let content_type = |place: usize| {
        let listed = types.get(place).and_then(Value::as_str).map(str::to_owned);
        listed.or_else(|| pick::text(form, &format!("mediaContentTypes[{place}]")))
    };
    let listed = pick::list(form, "mediaUrls").iter().map(|url| url.as_str().map(str::to_owned));
    let numbered = (0..crate::wire::limits::ATTACHMENTS_MAX)
        .map(|place| pick::text(form, &format!("mediaUrls[{place}]")))
        .take_while(Option::is_some);
    let links = listed.chain(numbered).enumerate();
    links.map(|(place, url)| carrier::file(url, content_type(place))).collect()
}

/// Where a code may stand; the reasons are mostly sentences.
const CODES: [&str; 5] = ["statusErrorCode", "error.code", "failure.code", "statusReason", "reason"];

fn status(
    form: &Value,
    id: Option<String>,
    recipient: Option<String>,
    network: Option<&str>,
    context: Context<'_>,
) -> Item {
    let word = pick::text(form, "status").unwrap_or_default();
    let step = match word.to_ascii_lowercase().as_str() {
        "scheduled" | "buffered" | "accepted" | "pending" | "processing" | "transmitted_pending" => {
            Step::Before
        }
        "sent" | "transmitted" => Step::Is(DeliveryState::Sent),
        "delivered" => Step::Is(DeliveryState::Delivered),
        "read" => Step::Is(DeliveryState::Read),
        "expired" | "delivery_failed" | "failed" | "sending_failed" | "rejected" | "deleted" | "skipped" => {
            Step::Is(DeliveryState::Failed)
        }
        _ => Step::Unknown,
    };
    let party = |id: &str| match network {
        Some(_) => carrier::on_network(id, context),
        None => carrier::phone(id, context),
    };
    let times = ["statusDatetime", "lastStatusAt", "updatedDatetime", "updatedAt"];
    let report = Report {
        id,
        recipient: recipient.map(|to| party(&to)),
        account: either(form, &["originator"]).map(|from| party(&from)),
        word,
        code: carrier::first_code(form, &CODES),
        at: times.iter().find_map(|name| pick::instant(form, name)),
        opted_out: false,
    };
    carrier::report(carrier::message("messagebird", network), step, report)
}

/// A message of a conversation, in any of its networks.
fn conversation(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let message = pick::at(form, "message").unwrap_or(&Value::Null);
    let network = pick::text(message, "platform").filter(|network| network != "sms");
    let id = pick::id(message, "id");
    let direction = carrier::written(message, &["direction"])?;
    if direction.as_deref() == Some("sent") {
        let to = either(message, &["to"]).or_else(|| pick::id(form, "contact.msisdn"));
        return Ok(status(message, id, to, network.as_deref(), context));
    }
    if direction.is_some_and(|direction| direction != "received") || pick::at(message, "content").is_none() {
        return Ok(Item::ignored("no message"));
    }
    let from = either(message, &["from"]).or_else(|| pick::id(form, "contact.msisdn"));
    let from = from.ok_or(("bad_member", "it has no sender"))?;
    let party = |id: &str| match network {
        Some(_) => carrier::on_network(id, context),
        None => carrier::phone(id, context),
    };
    let content = pick::at(message, "content").unwrap_or(&Value::Null);
    let pressed = pick::at(content, "interactive.reply");
    let action = pressed
        .map(|reply| Action { payload: pick::id(reply, "id"), title: either(reply, &["text", "title"]) });
    let names = ["text", "image.caption", "video.caption", "file.caption", "interactive.reply.text"];
    let kinds = ["image", "video", "audio", "file", "whatsappSticker"];
    let files = kinds.iter().filter_map(|kind| Some((kind, pick::at(content, kind)?)));
    let ours = pick::id(message, "to").map(|to| party(&to));
    let mut told = CanonicalMessage {
        kind: if action.is_some() { Kind::Action } else { Kind::Message },
        message_id: id,
        account: ours.as_ref().map(|ours| ours.id.clone()),
        chat_id: network.as_ref().and(pick::id(message, "conversationId")),
        from: Some(Address {
            name: either(form, &["contact.displayName", "contact.firstName"]),
            ..party(&from)
        }),
        to: ours.into_iter().collect(),
        text: carrier::written(content, &names)?,
        attachments: files.map(|(kind, found)| talked_file(kind, found)).collect(),
        location: location(pick::at(content, "location").unwrap_or(&Value::Null)),
        action,
        sent_at: pick::instant(message, "createdDatetime"),
        ..carrier::message("messagebird", network.as_deref())
    };
    if network.is_some() && part::is_bare(&told) {
        told.kind = Kind::Unsupported;
    }
    Ok(Item::from(told))
}

fn talked_file(kind: &str, found: &Value) -> CanonicalFile {
    let kind = if kind == "whatsappSticker" { "sticker" } else { kind };
    let file = carrier::file(either(found, &["url", "link"]), pick::text(found, "mimeType"));
    CanonicalFile { kind: Some(FileKind::of(kind)), ..file }
}

/// A message or report of Bird's channels.
fn channels(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let event = pick::text(form, "event").unwrap_or_default();
    let message = pick::at(form, "payload").unwrap_or(form);
    let (network, what) = event.split_once('.').unwrap_or((event.as_str(), ""));
    let network = Some(network).filter(|network| !["sms", "mms", ""].contains(network));
    let person = |value: &Value, path: &str| {
        let id = either(value, &[&format!("{path}.identifierValue"), &format!("{path}.platformAddress")])?;
        Some(match network {
            Some(_) => carrier::on_network(&id, context),
            None => carrier::phone(&id, context),
        })
    };
    let id = pick::id(message, "id");
    if what == "outbound" || pick::text(message, "direction").is_some_and(|it| it == "outgoing") {
        let to = person(message, "receiver.contacts.0").or_else(|| person(message, "receiver.contact"));
        return Ok(status(message, id, to.map(|to| to.id), network, context));
    }
    if what != "inbound" {
        return Ok(Item::ignored("an unknown event"));
    }
    let from = person(message, "sender.contact").ok_or(("bad_member", "it has no sender"))?;
    let body = pick::at(message, "body").unwrap_or(&Value::Null);
    let title = either(body, &["text.actions.0.postback.text", "actions.0.postback.text"]);
    let payload = either(body, &["text.actions.0.postback.payload", "actions.0.postback.payload"]);
    let action = (title.is_some() || payload.is_some()).then_some(Action { payload, title });
    let names = ["text.text", "image.text", "file.text", "list.text", "carousel.text"];
    let mut told = CanonicalMessage {
        kind: if action.is_some() { Kind::Action } else { Kind::Message },
        direction: Direction::Inbound,
        message_id: id,
        account: either(
            message,
            &["receiver.connector.identifierValue", "receiver.connector.id", "channelId"],
        ),
        from: Some(Address {
            name: either(message, &["sender.contact.annotations.name", "sender.contact.displayName"]),
            ..from
        }),
        text: carrier::written(body, &names)?,
        attachments: bird_files(body),
        location: location(pick::at(body, "location.coordinates").unwrap_or(&Value::Null)),
        action,
        in_reply_to: pick::id(message, "replyTo.id"),
        sent_at: pick::instant(message, "createdAt"),
        ..carrier::message("messagebird", network)
    };
    if part::is_bare(&told) {
        told.kind = Kind::Unsupported;
    }
    Ok(Item::from(told))
}

fn bird_files(body: &Value) -> Vec<CanonicalFile> {
    let images = pick::list(body, "image.images").iter().map(|found| (found, Some(FileKind::Image)));
    let files = images.chain(pick::list(body, "file.files").iter().map(|found| (found, None)));
    let one = |(found, kind): (&Value, Option<FileKind>)| {
        let content_type = either(found, &["contentType", "mimeType"]);
        let file = carrier::file(either(found, &["mediaUrl", "url"]), content_type);
        let filename = either(found, &["filename", "fileName"]);
        CanonicalFile { filename, kind: kind.or(file.kind), ..file }
    };
    files.map(one).collect()
}

fn location(place: &Value) -> Option<Location> {
    part::place(place, "latitude", "longitude")
}
