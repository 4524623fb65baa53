//! Vonage: its SMS API (JSON, forms and queries, parts of long texts apart) and its Messages API (SMS, MMS, RCS,
//! WhatsApp, Messenger, Viber). Numbers come without their plus.

use serde_json::Value;

use crate::domain::{DeliveryState, Location};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{
    Action, Address, CanonicalFile, CanonicalMessage, Concat, Kind, Reaction,
};

use super::carrier::{self, Report, Step};
use super::{Context, Item, part, pick, whatsapp};

/// What a receipt says where the recipient has sent STOP.
const OPTED_OUT: &str = "9";

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    carrier::each(&pick::form(body)?, |form| Ok(vec![one(form, context)?]))
}

fn one(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let is_messages = pick::at(form, "message_uuid").is_some();
    let has_state = pick::at(form, "status").is_some();
    match (is_messages, has_state) {
        (true, true) => Ok(status(form, context)),
        (true, false) if carrier::has_any(form, &["message_type", "message", "text"]) => {
            message(form, context)
        }
        (false, true) => Ok(receipt(form, context)),
        (false, false) if carrier::has_any(form, &["type", "text", "data"]) => sms(form, context),
        (_, false) => Ok(Item::ignored("no message")),
    }
}

/// A member whose name is written with strokes or camels.
fn either(form: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| pick::id(form, name))
}

/// A message of the SMS API.
fn sms(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let from = pick::id(form, "msisdn").ok_or(("bad_member", "it has no sender"))?;
    let ours = pick::id(form, "to").map(|to| carrier::phone(&to, context));
    let kind = pick::text(form, "type").unwrap_or_default();
    let data = pick::text(form, "data");
    let is_binary = kind == "binary" || (data.is_some() && pick::at(form, "text").is_none());
    let bytes = data.filter(|_| is_binary).map(|data| carrier::hex(&data));
    let written = if is_binary { None } else { carrier::written(form, &["text"])? };
    Ok(Item::from(CanonicalMessage {
        message_id: either(form, &["messageId", "message-id"]),
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(carrier::phone(&from, context)),
        to: ours.into_iter().collect(),
        text: written,
        attachments: bytes.into_iter().collect(),
        concat: concat(form),
        sent_at: pick::instant(form, "message-timestamp").or_else(|| pick::instant(form, "timestamp")),
        ..carrier::message("vonage", None)
    }))
}

fn concat(form: &Value) -> Option<Concat> {
    let count = |name: &str| pick::count(form, name).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let reference = pick::id(form, "concat-ref")?;
    if !pick::is_true(form, "concat") && pick::at(form, "concat").is_some() {
        return None;
    }
    Some(Concat { reference, total: count("concat-total")?, part: count("concat-part")? })
}

/// A delivery receipt of the SMS API: `to` is what we sent from.
fn receipt(form: &Value, context: Context<'_>) -> Item {
    let word = pick::text(form, "status").unwrap_or_default();
    let step = match word.to_ascii_lowercase().as_str() {
        "buffered" => Step::Before,
        "accepted" | "submitted" => Step::Is(DeliveryState::Sent),
        "delivered" => Step::Is(DeliveryState::Delivered),
        "failed" | "rejected" | "expired" | "deleted" | "undeliverable" => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    };
    let scts = || pick::id(form, "scts").and_then(|at| carrier::carrier_time(&at));
    let code = carrier::first_code(form, &["err-code", "error-code"]);
    let report = Report {
        id: either(form, &["messageId", "message-id"]),
        recipient: pick::id(form, "msisdn").map(|to| carrier::phone(&to, context)),
        account: pick::id(form, "to").map(|from| carrier::phone(&from, context)),
        word,
        opted_out: code.as_deref() == Some(OPTED_OUT),
        code,
        at: pick::instant(form, "message-timestamp").or_else(scts),
    };
    carrier::report(carrier::message("vonage", None), step, report)
}

/// What the Messages API calls the network, where it is neither SMS nor MMS.
fn network(form: &Value) -> Option<String> {
    let channel = either(form, &["channel", "from.type", "to.type"])?;
    match channel.as_str() {
        "sms" | "mms" => None,
        "viber_service" | "viber_service_msg" => Some("viber".to_owned()),
        _ => Some(channel),
    }
}

/// Somebody of the Messages API: text, or an object in its first versions.
fn party(form: &Value, member: &str, network: Option<&str>, context: Context<'_>) -> Option<Address> {
    let id = pick::id(form, member)
        .or_else(|| ["number", "id"].iter().find_map(|name| pick::id(form, &format!("{member}.{name}"))))?;
    Some(if network.is_some() { carrier::on_network(&id, context) } else { carrier::phone(&id, context) })
}

/// A message of the Messages API.
fn message(form: &Value, context: Context<'_>) -> Result<Item, Fault> {
    let network = network(form);
    let from = party(form, "from", network.as_deref(), context).ok_or(("bad_member", "it has no sender"))?;
    let ours = party(form, "to", network.as_deref(), context);
    // The first versions held everything in `message.content`.
    let content = pick::at(form, "message.content").unwrap_or(form);
    let kind = either(content, &["message_type", "type"]).unwrap_or_default();
    let place = |path: &str| pick::at(content, path);
    let names = ["text", "image.caption", "video.caption", "file.caption", "audio.caption", "caption"];
    let written = carrier::written(content, &names)?.or_else(|| among(content)).or_else(|| order(content));
    let action = action(content);
    let reaction = place("reaction").map(|reaction| Reaction {
        emoji: pick::text(reaction, "emoji"),
        removed: pick::text(reaction, "action").is_some_and(|action| action == "unreact"),
    });
    let answered = either(form, &["context.message_uuid", "context_status.message_uuid"]);
    let concat = concat(form);
    let mut message = CanonicalMessage {
        kind: match (&reaction, &action, kind.as_str()) {
            (Some(_), ..) => Kind::Reaction,
            (_, Some(_), _) => Kind::Action,
            (_, _, "unsupported") => Kind::Unsupported,
            _ => Kind::Message,
        },
        message_id: pick::id(form, "message_uuid"),
        target_id: reaction
            .as_ref()
            .and_then(|_| either(form, &["reaction.message_uuid", "context.message_uuid"])),
        account: ours.as_ref().map(|ours| ours.id.clone()),
        from: Some(Address {
            name: either(form, &["profile.name", "from.name", "whatsapp.sender.name"]),
            username: pick::text(form, "profile.username"),
            user_id: either(form, &["whatsapp.sender.user_id", "profile.user_id"]),
            ..from
        }),
        to: ours.into_iter().collect(),
        text: written,
        attachments: files(content),
        location: location(content),
        contacts: place("contact").map(whatsapp::content::card).into_iter().collect(),
        action,
        in_reply_to: answered.filter(|_| reaction.is_none()),
        reaction,
        concat,
        sent_at: pick::instant(form, "timestamp"),
        ..carrier::message("vonage", network.as_deref())
    };
    if network.is_some() && message.kind == Kind::Message && part::is_bare(&message) {
        message.kind = Kind::Unsupported;
    }
    Ok(Item::from(message))
}

/// What is written among the files of an MMS.
fn among(content: &Value) -> Option<String> {
    let lines: Vec<String> = pick::list(content, "content").iter().filter_map(words).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The text of something that is no file.
fn words(listed: &Value) -> Option<String> {
    let is_text = pick::text(listed, "type").is_some_and(|kind| kind == "text");
    if is_text { either(listed, &["text", "value"]) } else { None }
}

/// What is ordered, a line for each.
fn order(content: &Value) -> Option<String> {
    let line = |item: &Value| {
        let price = part::words(&[pick::id(item, "item_price"), pick::text(item, "currency")]);
        let count = pick::id(item, "quantity").map(|count| format!("{count} x"));
        part::words(&[count, pick::id(item, "product_retailer_id"), price.map(|price| format!("({price})"))])
    };
    let lines = pick::list(content, "order.product_items").iter().filter_map(line);
    let lines: Vec<String> = pick::text(content, "order.text").into_iter().chain(lines).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn action(content: &Value) -> Option<Action> {
    let payload = either(content, &["reply.id", "button.payload", "postback.payload"]);
    let title = either(content, &["reply.title", "button.text", "postback.title"]);
    (payload.is_some() || title.is_some()).then_some(Action { payload, title })
}

fn files(content: &Value) -> Vec<CanonicalFile> {
    let of = |kind: &'static str| {
        let one = pick::at(content, kind).filter(|found| found.is_object());
        let several = pick::list(content, kind).iter().filter(|listed| words(listed).is_none());
        one.into_iter().chain(several).map(move |found| file(found, kind))
    };
    let kinds = ["image", "audio", "video", "file", "vcard", "sticker", "content", "attachment"];
    let listed: Vec<_> = kinds.into_iter().flat_map(of).collect();
    listed.into_iter().take(crate::wire::limits::ATTACHMENTS_MAX).collect()
}

fn file(found: &Value, kind: &str) -> CanonicalFile {
    let kind = match kind {
        "vcard" | "content" | "attachment" => pick::text(found, "type").unwrap_or_else(|| "file".to_owned()),
        kind => kind.to_owned(),
    };
    let named = part::file(&kind);
    CanonicalFile {
        filename: either(found, &["name", "filename"]),
        kind: named.kind,
        word: named.word,
        ..carrier::file(pick::text(found, "url"), either(found, &["mime_type", "content_type"]))
    }
}

fn location(content: &Value) -> Option<Location> {
    let place = pick::at(content, "location")?;
    let ways = [("lat", "long"), ("latitude", "longitude"), ("lat", "lng")];
    let found = ways.iter().find_map(|(latitude, longitude)| part::place(place, latitude, longitude))?;
    Some(Location { title: pick::text(place, "name"), address: pick::text(place, "address"), ..found })
}

/// The number of an error: alone, as its title, or behind the address of its page. A title in words is none.
fn error(form: &Value) -> Option<String> {
    let of_page = || pick::text(form, "error.type")?.rsplit_once('#').map(|(_, number)| number.to_owned());
    let is_number = |code: &String| code.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = ["error.code", "error.title"].iter().filter_map(|name| carrier::code(pick::id(form, name)));
    let numbers = numbers.chain(carrier::code(of_page()));
    numbers.into_iter().find(is_number).or_else(|| carrier::first_code(form, &["error.code", "error.title"]))
}

/// A report of the Messages API.
fn status(form: &Value, context: Context<'_>) -> Item {
    let network = network(form);
    let word = pick::text(form, "status").unwrap_or_default();
    let step = match word.as_str() {
        "accepted" | "queued" | "buffered" => Step::Before,
        "submitted" | "sent" => Step::Is(DeliveryState::Sent),
        "delivered" => Step::Is(DeliveryState::Delivered),
        "read" | "seen" => Step::Is(DeliveryState::Read),
        "rejected" | "undeliverable" | "failed" | "expired" => Step::Is(DeliveryState::Failed),
        _ => Step::Unknown,
    };
    let report = Report {
        id: pick::id(form, "message_uuid"),
        recipient: party(form, "to", network.as_deref(), context),
        account: party(form, "from", network.as_deref(), context),
        word,
        code: error(form),
        at: pick::instant(form, "timestamp"),
        opted_out: false,
    };
    carrier::report(carrier::message("vonage", network.as_deref()), step, report)
}
