//! Plivo Messaging: forms of messages and of reports. Long texts come joined, numbers without their plus.

use serde_json::Value;

use crate::domain::{DeliveryState, Keyword, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Action, CanonicalMessage, Kind};

use super::carrier::{self, Report, Step};
use super::{Context, Item, part, pick};

/// The recipient has sent STOP.
const OPTED_OUT: &str = "200";

/// What only a message has.
const SAYS: [&str; 6] = ["Text", "Body", "Media0", "Media1", "MediaUrl0", "MediaUrl1"];
/// What is in a message too that has none of these.
const ALSO_SAYS: [&str; 6] =
    ["ContentType", "Latitude", "LocationLatitude", "ButtonText", "ButtonPayload", "MediaCount"];

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::form(body)?, |form| Ok(vec![one(form, context)?]))
}

fn one(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let id = ["MessageUUID", "MessageUuid", "message_uuid"].iter().find_map(|name| pick::id(form, name));
    let word = pick::text(form, "Status").unwrap_or_default().to_ascii_lowercase();
    let is_report = !word.is_empty() && word != "received" && !carrier::has_any(form, &SAYS);
    if id.is_none() && carrier::raw(form, "From").is_none() {
        return Ok(Item::ignored("no message"));
    }
    if !is_report && !carrier::has_any(form, &SAYS) && !carrier::has_any(form, &ALSO_SAYS) {
        return Ok(Item::ignored("no message"));
    }
    if is_report { Ok(status(form, id, word, context)) } else { message(form, id, context) }
}

fn network(form: &Value) -> Option<String> {
    let kind = pick::text(form, "Type")?.to_ascii_lowercase();
    (!["sms", "mms"].contains(&kind.as_str())).then_some(kind)
}

fn message(form: &Value, id: Option<String>, context: Context<'_>) -> Result<Item, Fault> {
    let written = carrier::raw(form, "From").ok_or(("bad_member", "it has no `From`"))?;
    let network = network(form);
    let mut from = match network {
        Some(_) => carrier::on_network(&written, context),
        None => carrier::phone(&written, context),
    };
    from.name = ["ProfileName", "SenderName"].iter().find_map(|name| pick::text(form, name));
    let ours = carrier::raw(form, "To").map(|to| carrier::phone(&to, context));
    let written = carrier::written(form, &["Text", "Body"])?;
    let count = pick::count(form, "MediaCount").unwrap_or(0);
    let links = if carrier::is_numbered(form, "MediaUrl") { "MediaUrl" } else { "Media" };
    let mut attachments = carrier::numbered(form, links, "MediaContentType", count);
    if let (Some(mime), [only]) = (pick::text(form, "MimeType"), attachments.as_mut_slice()) {
        *only = carrier::file(only.url.take(), Some(mime));
    }
    let payload = ["ButtonPayload", "ButtonId"].iter().find_map(|name| pick::text(form, name));
    let title = pick::text(form, "ButtonText");
    let action = (payload.is_some() || title.is_some()).then_some(Action { payload, title });
    let mut message = CanonicalMessage {
        kind: if action.is_some() { Kind::Action } else { Kind::Message },
        message_id: id,
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(from),
        to: ours.into_iter().collect(),
        text: written,
        attachments,
        location: location(form),
        action,
        in_reply_to: pick::id(form, "ContextMessageUUID").or_else(|| pick::id(form, "ReplyToMessageUUID")),
        keyword: keyword(form),
        ..carrier::message("plivo", network.as_deref())
    };
    if network.is_some() && message.text.as_deref().is_none_or(str::is_empty) {
        message.text = None;
        if part::is_bare(&message) {
            message.kind = Kind::Unsupported;
            part::note(&mut message, "type", pick::text(form, "ContentType"));
        }
    }
    Ok(Item::from(message))
}

/// Plivo's own verdict goes before ours.
fn keyword(form: &Value) -> Option<Keyword> {
    match pick::text(form, "MessageIntent")?.to_ascii_lowercase().as_str() {
        "optout" => Some(Keyword::OptOut),
        "optin" => Some(Keyword::OptIn),
        "help" => Some(Keyword::Help),
        _ => None,
    }
}

fn location(form: &Value) -> Option<Location> {
    let found = part::place(form, "Latitude", "Longitude")
        .or_else(|| part::place(form, "LocationLatitude", "LocationLongitude"))?;
    let (title, address) = (pick::text(form, "LocationName"), pick::text(form, "LocationAddress"));
    Some(Location { title, address, ..found })
}

fn status(form: &Value, id: Option<String>, word: String, context: Context<'_>) -> Item {
    let party = |name: &str| carrier::raw(form, name).map(|written| carrier::phone(&written, context));
    let step = match word.as_str() {
        "queued" => Step::Before,
        "sent" => Step::Is(DeliveryState::Sent),
        "delivered" => Step::Is(DeliveryState::Delivered),
        "read" => Step::Is(DeliveryState::Read),
        "failed" | "undelivered" | "rejected" | "expired" => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    };
    let code = carrier::code(pick::id(form, "ErrorCode"));
    let times = ["DeliveryReportTime", "SentTime", "QueuedTime", "MessageTime"];
    let report = Report {
        // The parts of a long text have ids of their own; the first one's is what the API answered.
        id: pick::id(form, "ParentMessageUUID").or(id),
        recipient: party("To"),
        account: party("From"),
        opted_out: code.as_deref() == Some(OPTED_OUT),
        code,
        at: times.iter().find_map(|name| pick::instant(form, name)),
        word,
    };
    carrier::report(carrier::message("plivo", network(form).as_deref()), step, report)
}
