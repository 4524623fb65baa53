//! Twilio Programmable Messaging: forms of its webhooks, and the same facts as events of its event stream. Long texts
//! come joined. WhatsApp, Messenger and RCS come with the network before the address.

use serde_json::{Map, Value};

use crate::domain::{DeliveryState, Keyword, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Action, CanonicalMessage, Kind};

use super::carrier::{self, Report, Step};
use super::{Context, Item, part, pick};

/// The recipient has sent STOP.
pub(super) const OPTED_OUT: &str = "21610";
/// One of these is in every message.
const SAYS: [&str; 6] = ["Body", "NumMedia", "MediaUrl0", "Latitude", "ButtonText", "ButtonPayload"];
/// The most further recipients of a group that are read.
const RECIPIENTS_MAX: usize = 50;

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::form(body)?, |event| {
        let item = match event.get("specversion") {
            Some(_) => streamed(event, context)?,
            None => one(event, context)?,
        };
        Ok(vec![item])
    })
}

/// An event of the stream: its data has the same members, which begin with a small letter there.
fn streamed(event: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let Some(data) = event.get("data").and_then(Value::as_object) else {
        return Ok(Item::ignored("an event without data"));
    };
    let mut form: Map<String, Value> = Map::new();
    for (name, value) in data {
        let mut letters = name.chars();
        let name = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        form.insert(name, value.clone());
    }
    let form = Value::Object(form);
    let mut item = one(&form, context)?;
    if let Item::Message(message) = &mut item {
        message.sent_at = message.sent_at.or_else(|| pick::instant(&form, "Timestamp"));
        message.event_id = pick::id(event, "id");
    }
    Ok(item)
}

fn one(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let id = ["MessageSid", "SmsMessageSid", "SmsSid", "MmsSid"].iter().find_map(|name| pick::id(form, name));
    let word = pick::text(form, "MessageStatus").or_else(|| pick::text(form, "SmsStatus"));
    let word = word.unwrap_or_default().to_ascii_lowercase();
    let is_report = !word.is_empty() && !["received", "receiving"].contains(&word.as_str());
    let says = carrier::has_any(form, &SAYS) && pick::at(form, "MessageStatus").is_none_or(Value::is_string);
    if id.is_none() && carrier::raw(form, "From").is_none() || !is_report && !says {
        return Ok(Item::ignored("no message"));
    }
    if is_report { Ok(status(form, id, word, context)) } else { message(form, id, context) }
}

fn message(form: &Value, id: Option<String>, context: Context<'_>) -> Result<Item, Fault> {
    let written = carrier::raw(form, "From").ok_or(("bad_member", "it has no `From`"))?;
    let (mut from, network) = carrier::address(&written, context);
    from.name = pick::text(form, "ProfileName");
    from.user_id = pick::text(form, "ExternalUserId");
    from.username = pick::text(form, "Username");
    if network.is_some() {
        from.aliases.extend(pick::id(form, "WaId"));
    }
    let to = |written: &str| carrier::address(written, context).0;
    let ours = carrier::raw(form, "To").map(|written| to(&written));
    let others = (0..RECIPIENTS_MAX)
        .map_while(|place| {
            let forms = [format!("OtherRecipients{place}"), format!("OtherRecipients[{place}]")];
            forms.iter().find_map(|name| form.get(name.as_str())?.as_str())
        })
        .map(to);
    let count = pick::count(form, "NumMedia").unwrap_or(0);
    let action = action(form);
    Ok(Item::from(CanonicalMessage {
        kind: if action.is_some() { Kind::Action } else { Kind::Message },
        message_id: id,
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(from),
        to: ours.clone().into_iter().chain(others).collect(),
        text: carrier::written(form, &["Body"])?,
        attachments: carrier::numbered(form, "MediaUrl", "MediaContentType", count),
        location: location(form),
        action,
        in_reply_to: pick::id(form, "OriginalRepliedMessageSid"),
        keyword: keyword(form),
        flags: flags(form),
        ..carrier::message("twilio", network)
    }))
}

/// Twilio's own verdict goes before ours.
fn keyword(form: &Value) -> Option<Keyword> {
    match pick::text(form, "OptOutType")?.to_ascii_uppercase().as_str() {
        "STOP" => Some(Keyword::OptOut),
        "START" => Some(Keyword::OptIn),
        "HELP" => Some(Keyword::Help),
        _ => None,
    }
}

fn action(form: &Value) -> Option<Action> {
    let payload = ["ButtonPayload", "ListId"].iter().find_map(|name| pick::text(form, name));
    let title = ["ButtonText", "ListTitle"].iter().find_map(|name| pick::text(form, name));
    (payload.is_some() || title.is_some()).then_some(Action { payload, title })
}

fn location(form: &Value) -> Option<Location> {
    let found = part::place(form, "Latitude", "Longitude")?;
    Some(Location { title: pick::text(form, "Label"), address: pick::text(form, "Address"), ..found })
}

fn flags(form: &Value) -> Vec<String> {
    let raised = [("Forwarded", "forwarded"), ("FrequentlyForwarded", "forwarded_often")];
    raised.iter().filter(|(name, _)| pick::is_true(form, name)).map(|(_, flag)| (*flag).to_owned()).collect()
}

fn status(form: &Value, id: Option<String>, word: String, context: Context<'_>) -> Item {
    let party = |name: &str| carrier::raw(form, name).map(|written| carrier::address(&written, context).0);
    let to = carrier::raw(form, "To").unwrap_or_default();
    let step = match word.as_str() {
        "accepted" | "scheduled" | "queued" | "sending" => Step::Before,
        "sent" => Step::Is(DeliveryState::Sent),
        "delivered" | "partially_delivered" => Step::Is(DeliveryState::Delivered),
        "read" => Step::Is(DeliveryState::Read),
        "undelivered" | "failed" | "canceled" => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    };
    let code = carrier::first_code(form, &["ErrorCode", "ChannelStatusCode"]);
    let receipt = pick::id(form, "RawDlrDoneDate");
    let report = Report {
        id,
        recipient: party("To"),
        account: party("From"),
        word,
        opted_out: code.as_deref() == Some(OPTED_OUT),
        code,
        at: receipt.and_then(|at| carrier::carrier_time(&at)).or_else(|| pick::instant(form, "Timestamp")),
    };
    let network = carrier::address(&to, context).1;
    carrier::report(carrier::message("twilio", network), step, report)
}
