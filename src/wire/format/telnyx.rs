//! Telnyx Messaging: events with the message in `data.payload`, SMS, MMS, RCS and WhatsApp. The id of the event is not
//! that of the message. A message to a group lists every recipient.

use serde_json::Value;

use crate::domain::{DeliveryState, Keyword, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Action, Address, CanonicalFile, CanonicalMessage, Kind};

use super::carrier::{self, Report, Step};
use super::{Context, Item, part, pick, whatsapp};

/// The recipient has sent STOP: the block is on the profile that we send by.
const OPTED_OUT: &str = "40300";

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::json(body)?, |event| one(event, context))
}

fn one(event: &Value, context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let data = pick::at(event, "data").unwrap_or(event);
    let payload = pick::at(data, "payload").unwrap_or(data);
    match pick::text(data, "event_type").unwrap_or_default().as_str() {
        "message.received" => Ok(vec![message(data, payload, context)?]),
        kind if kind.starts_with("message.") => Ok(statuses(data, payload, context)),
        "" if pick::text(payload, "sms_id").is_some() => Ok(vec![first_api(payload, context)?]),
        _ => Ok(vec![Item::ignored("an unknown event")]),
    }
}

/// A number, or the agent that stands for us in RCS.
fn party(listed: &Value, context: Context<'_>) -> Option<Address> {
    let number = listed.as_str().map(str::to_owned).or_else(|| carrier::raw(listed, "phone_number"));
    let name = pick::text(listed, "agent_name");
    match number {
        Some(number) => Some(Address { name, ..carrier::phone(&number, context) }),
        None => Some(Address { name, ..carrier::on_network(&pick::text(listed, "agent_id")?, context) }),
    }
}

fn parties(payload: &Value, member: &str, context: Context<'_>) -> Vec<Address> {
    match pick::at(payload, member) {
        Some(Value::Array(listed)) => listed.iter().filter_map(|one| party(one, context)).collect(),
        Some(one) => party(one, context).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The network, where it is neither SMS nor MMS; only RCS has a body.
fn network(payload: &Value) -> Option<String> {
    match pick::text(payload, "type").map(|kind| kind.to_ascii_lowercase()) {
        Some(kind) if ["sms", "mms"].contains(&kind.as_str()) => None,
        None => pick::at(payload, "body").filter(|body| body.is_object()).map(|_| "rcs".to_owned()),
        network => network,
    }
}

fn message(data: &Value, payload: &Value, context: Context<'_>) -> Result<Item, Fault> {
    if pick::text(payload, "direction").is_some_and(|direction| direction == "outbound") {
        return Ok(Item::ignored("a message of ours"));
    }
    let from = parties(payload, "from", context).into_iter().next();
    let from = from.ok_or(("bad_member", "it has no sender"))?;
    let to = parties(payload, "to", context);
    let network = network(payload);
    let answer = pick::at(payload, "body.suggestion_response").unwrap_or(&Value::Null);
    let (title, reply) = (pick::text(answer, "text"), pick::text(answer, "postback_data"));
    let action = (title.is_some() || reply.is_some()).then_some(Action { payload: reply, title });
    let is_whatsapp = network.as_deref() == Some("whatsapp");
    let names = if is_whatsapp { &["text"][..] } else { &["text", "body.text"] };
    let written = carrier::written(payload, names)?;
    let mut attachments: Vec<_> = pick::list(payload, "media").iter().map(file).collect();
    attachments.extend(pick::at(payload, "body.user_file").map(user_file));
    let mut message = CanonicalMessage {
        kind: if action.is_some() { Kind::Action } else { Kind::Message },
        message_id: pick::id(payload, "id"),
        event_id: pick::id(data, "id"),
        account: to.first().map(|ours| ours.id.clone()),
        from: Some(from),
        to,
        cc: parties(payload, "cc", context),
        text: written,
        subject: pick::text(payload, "subject"),
        attachments,
        location: location(payload),
        action,
        keyword: keyword(payload),
        sent_at: pick::instant(payload, "received_at").or_else(|| pick::instant(data, "occurred_at")),
        ..carrier::message("telnyx", network.as_deref())
    };
    if let Some(said) = pick::at(payload, "body").filter(|_| is_whatsapp) {
        // The body is that of WhatsApp itself.
        message.in_reply_to = pick::id(said, "context.id");
        whatsapp::content::fill(&mut message, said);
    }
    Ok(Item::from(message))
}

/// Telnyx says what it has answered by itself, and so what it took the text for.
fn keyword(payload: &Value) -> Option<Keyword> {
    match pick::text(payload, "autoresponse_type")?.to_ascii_lowercase().as_str() {
        "opt_out" | "opt-out" | "stop" => Some(Keyword::OptOut),
        "opt_in" | "opt-in" | "start" => Some(Keyword::OptIn),
        "help" | "info" => Some(Keyword::Help),
        _ => None,
    }
}

fn file(media: &Value) -> CanonicalFile {
    CanonicalFile {
        size: pick::count(media, "size").or_else(|| pick::count(media, "filesize")),
        sha256: pick::text(media, "sha256").or_else(|| pick::text(media, "hash_sha256")),
        ..carrier::file(pick::text(media, "url"), pick::text(media, "content_type"))
    }
}

/// A file of RCS.
fn user_file(file: &Value) -> CanonicalFile {
    let file = pick::at(file, "payload").unwrap_or(file);
    CanonicalFile {
        filename: pick::text(file, "file_name"),
        size: pick::count(file, "file_size_bytes"),
        ..carrier::file(pick::text(file, "file_uri"), pick::text(file, "mime_type"))
    }
}

fn location(payload: &Value) -> Option<Location> {
    let found = part::place(payload, "body.location.latitude", "body.location.longitude")?;
    Some(Location { title: pick::text(payload, "body.location.label"), ..found })
}

/// A report for each recipient.
fn statuses(data: &Value, payload: &Value, context: Context<'_>) -> Vec<Item> {
    let times = ["completed_at", "sent_at", "received_at"];
    let at = times.iter().find_map(|name| pick::instant(payload, name));
    let at = at.or_else(|| pick::instant(data, "occurred_at"));
    let code = carrier::code(pick::id(payload, "errors.0.code"));
    let of_event = match pick::text(data, "event_type").as_deref() {
        Some("message.read") => "read",
        Some("message.sent") => "sent",
        _ => "",
    };
    let network = network(payload);
    let one = |listed: &Value| {
        let word = pick::text(listed, "status").unwrap_or_else(|| of_event.to_owned());
        let word = if of_event == "read" { of_event.to_owned() } else { word };
        let code = carrier::first_code(listed, &["errors.0.code"]).or_else(|| code.clone());
        let report = Report {
            id: pick::id(payload, "id"),
            recipient: party(listed, context),
            account: parties(payload, "from", context)
                .into_iter()
                .next()
                .map(|ours| Address { name: None, ..ours }),
            opted_out: code.as_deref() == Some(OPTED_OUT),
            code,
            at,
            word: word.clone(),
        };
        carrier::report(carrier::message("telnyx", network.as_deref()), step(&word), report)
    };
    match pick::at(payload, "to") {
        Some(Value::Array(listed)) if !listed.is_empty() => listed.iter().map(one).collect(),
        Some(listed) => vec![one(listed)],
        None => vec![Item::ignored("a report without a recipient")],
    }
}

fn step(word: &str) -> Step {
    match word {
        "queued" | "sending" | "scheduled" => Step::Before,
        // Nobody reports whether it arrived.
        "sent" | "delivery_unconfirmed" => Step::Is(DeliveryState::Sent),
        "delivered" | "webhook_delivered" => Step::Is(DeliveryState::Delivered),
        "read" => Step::Is(DeliveryState::Read),
        "sending_failed" | "delivery_failed" | "failed" | "expired" | "cancelled" | "canceled"
        | "gw_timeout" | "dlr_timeout" | "gw_reject" => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    }
}

/// The message of the first version of its API.
fn first_api(payload: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let from = carrier::raw(payload, "from").ok_or(("bad_member", "it has no sender"))?;
    let to = parties(payload, "to", context);
    Ok(Item::from(CanonicalMessage {
        message_id: pick::id(payload, "sms_id"),
        account: to.first().map(|ours| ours.id.clone()),
        from: Some(carrier::phone(&from, context)),
        to,
        text: carrier::written(payload, &["body"])?,
        ..carrier::message("telnyx", None)
    }))
}
