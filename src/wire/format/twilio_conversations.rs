//! Twilio Conversations: forms, one happening each, with the words of `EventType`. Those before the fact
//! (`onMessageAdd`) ask for leave and tell nothing.

use serde_json::Value;

use super::{Context, Item, carrier, part, pick, twilio};
use crate::domain::DeliveryState;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Address, AddressKind, CanonicalFile, CanonicalMessage, Kind};

/// Whether a body is one of these.
pub(super) fn is_one(body: &Value) -> bool {
    pick::text(body, "EventType").is_some_and(|word| word.starts_with("on"))
        && (pick::at(body, "ConversationSid").is_some() || pick::at(body, "ChatServiceSid").is_some())
}

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::form(body)?;
    let word = pick::text(&body, "EventType").ok_or(("bad_member", "it names no event"))?;
    let chat_id = pick::id(&body, "ConversationSid");
    let author = pick::id(&body, "Author");
    let own = [author.as_deref(), None];
    let is_own = part::is_own(context, &own)
        || part::is_own(
            context,
            &[pick::id(&body, "ParticipantSid").as_deref(), pick::id(&body, "ClientIdentity").as_deref()],
        );
    if is_own && word.starts_with("onMessage") {
        return Ok(vec![part::ignored(part::SELF_ECHO, None, chat_id)]);
    }
    let message = match word.as_str() {
        "onMessageAdded" => said(&body),
        "onMessageUpdated" => {
            let said = said(&body);
            let edited_at = pick::instant(&body, "DateUpdated").or(said.sent_at);
            CanonicalMessage { kind: Kind::Edit, target_id: said.message_id.clone(), edited_at, ..said }
        }
        "onMessageRemoved" => {
            let said = base(&body);
            CanonicalMessage {
                kind: Kind::Delete,
                target_id: said.message_id.clone(),
                sent_at: pick::instant(&body, "DateRemoved").or(said.sent_at),
                ..said
            }
        }
        "onDeliveryUpdated" => return Ok(vec![delivered(&body)]),
        "onParticipantAdded"
        | "onParticipantRemoved"
        | "onConversationAdded"
        | "onConversationRemoved"
        | "onConversationStateUpdated" => {
            let users = ["Identity", "MessagingBinding.Address"]
                .iter()
                .find_map(|name| pick::id(&body, name).or_else(|| member(&body, name)));
            let users = users.into_iter().collect();
            CanonicalMessage { kind: Kind::System, text: Some(word), users, ..base(&body) }
        }
        _ => return Ok(vec![part::ignored("another event", None, chat_id)]),
    };
    Ok(vec![message.into()])
}

/// A member whose name has a dot.
fn member(body: &Value, name: &str) -> Option<String> {
    body.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn base(body: &Value) -> CanonicalMessage {
    let from = pick::id(body, "Author").map(|id| {
        let is_number = id.starts_with('+');
        let kind = if is_number { AddressKind::Phone } else { AddressKind::User };
        Address { kind: Some(kind), ..part::user(id) }
    });
    let mut message = CanonicalMessage {
        account: member(body, "MessagingBinding.ProxyAddress").or_else(|| pick::id(body, "ChatServiceSid")),
        message_id: pick::id(body, "MessageSid"),
        chat_id: pick::id(body, "ConversationSid"),
        sent_at: pick::instant(body, "DateCreated"),
        from,
        ..CanonicalMessage::default()
    };
    part::note(&mut message, "network", pick::text(body, "Source"));
    message
}

fn said(body: &Value) -> CanonicalMessage {
    let mut message = CanonicalMessage { text: pick::text(body, "Body"), ..base(body) };
    // A list as text in a form, a list as such in JSON.
    let written = pick::text(body, "Media").and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let media = written.as_ref().or_else(|| pick::at(body, "Media")).and_then(Value::as_array);
    message.attachments = media.into_iter().flatten().map(file).collect();
    if part::is_bare(&message) {
        message.kind = Kind::Unsupported;
    }
    message
}

fn file(told: &Value) -> CanonicalFile {
    CanonicalFile {
        id: pick::id(told, "Sid"),
        filename: pick::text(told, "Filename"),
        size: pick::count(told, "Size"),
        ..part::file_of(part::media_type(told, "ContentType"))
    }
}

fn delivered(body: &Value) -> Item {
    let word = pick::text(body, "Status").unwrap_or_default();
    let state = match word.as_str() {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "failed" | "undelivered" => DeliveryState::Failed,
        _ => return part::ignored("an unknown status", None, pick::id(body, "ConversationSid")),
    };
    let report = part::report(pick::id(body, "MessageSid"), state, &word, pick::id(body, "ParticipantSid"));
    let code = carrier::code(pick::id(body, "ErrorCode"));
    let is_out = state == DeliveryState::Failed && code.as_deref() == Some(twilio::OPTED_OUT);
    let mut report = part::with_code(report, code);
    part::flag(&mut report, is_out, carrier::OPTED_OUT);
    CanonicalMessage {
        chat_id: pick::id(body, "ConversationSid"),
        sent_at: pick::instant(body, "DateUpdated").or_else(|| pick::instant(body, "DateCreated")),
        ..report
    }
    .into()
}
