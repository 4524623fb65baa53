//! What people press and fill in at Slack: it comes as a form with JSON in it. Slash commands are forms without.

use serde_json::Value;

use super::super::{Context, Item, part, pick};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalMessage, Kind};

/// Reads a form.
pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let form = pick::form(body)?;
    if let Some(payload) = pick::text(&form, "payload") {
        return Ok(items(&pick::whole_json(payload.as_bytes())?, context));
    }
    match pick::text(&form, "command") {
        Some(command) => Ok(vec![slash(&form, command).into()]),
        None if pick::at(&form, "ssl_check").is_some() => {
            Ok(vec![Item::ignored("a look at the certificate")])
        }
        None => Err(("bad_member", "it is neither an event nor a form of Slack")),
    }
}

/// Whether a body is one of these without its form.
pub(super) fn is_one(body: &Value) -> bool {
    let words = [
        "block_actions",
        "interactive_message",
        "view_submission",
        "view_closed",
        "shortcut",
        "message_action",
    ];
    pick::text(body, "type").is_some_and(|word| words.contains(&word.as_str()))
}

/// What was pressed.
pub(super) fn items(body: &Value, context: Context<'_>) -> Vec<Item> {
    let user = pick::id(body, "user.id");
    if part::is_own(context, &[user.as_deref()]) {
        return vec![Item::ignored(part::SELF_ECHO)];
    }
    match pick::text(body, "type").as_deref() {
        Some("block_actions" | "interactive_message") => {
            let pressed = pick::list(body, "actions").iter().enumerate();
            pressed.map(|(place, action)| button(body, action, place).into()).collect()
        }
        Some("view_submission") => vec![submitted(body).into()],
        _ => vec![Item::ignored("another interaction")],
    }
}

fn button(body: &Value, action: &Value, place: usize) -> CanonicalMessage {
    let at = pick::id(action, "action_ts").or_else(|| pick::id(body, "action_ts"));
    let below =
        ["container.message_ts", "message.ts", "message_ts"].iter().find_map(|path| pick::id(body, path));
    let made = pick::id(body, "trigger_id").or_else(|| at.clone()).map(|id| format!("{id}:{place}"));
    let mut message = CanonicalMessage {
        message_id: made,
        in_reply_to: below,
        thread_id: pick::id(body, "message.thread_ts"),
        sent_at: at.and_then(|at| pick::instant_of(&Value::String(at))),
        ..by(body)
    };
    let titles = ["selected_option.text.text", "text.text", "text"];
    let title = titles.iter().find_map(|path| pick::text(action, path));
    let title = title.or_else(|| each(action, &["text.text", "text"]));
    let payloads = [
        "selected_option.value",
        "value",
        "selected_date",
        "selected_time",
        "selected_date_time",
        "selected_user",
        "selected_conversation",
        "selected_channel",
    ];
    let payload = payloads.iter().find_map(|path| pick::id(action, path));
    let payload = payload.or_else(|| each(action, &["value"]));
    let named = || pick::text(action, "action_id").or_else(|| pick::text(action, "name"));
    part::pressed(&mut message, title, payload.or_else(named));
    message
}

/// Of several that were chosen, what stands at one of these paths in each.
fn each(action: &Value, paths: &[&str]) -> Option<String> {
    let chosen = pick::list(action, "selected_options").iter();
    let chosen = chosen.filter_map(|one| paths.iter().find_map(|path| pick::text(one, path)));
    let lists = ["selected_users", "selected_conversations", "selected_channels"];
    let ids = lists.iter().flat_map(|list| pick::list(action, list)).filter_map(Value::as_str);
    let all: Vec<String> = chosen.chain(ids.map(str::to_owned)).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn submitted(body: &Value) -> CanonicalMessage {
    let mut message = by(body);
    message.message_id = pick::id(body, "trigger_id").or_else(|| pick::id(body, "view.id"));
    part::flag(&mut message, true, "form");
    let values = pick::at(body, "view.state.values").map(Value::to_string);
    part::pressed(&mut message, pick::text(body, "view.title.text"), values);
    message
}

fn by(body: &Value) -> CanonicalMessage {
    let mut from = part::user_at(body, "user.id");
    if let Some(from) = &mut from {
        from.name = pick::text(body, "user.name");
        from.username = pick::text(body, "user.username");
    }
    let chat_id = ["channel.id", "container.channel_id"].iter().find_map(|path| pick::id(body, path));
    CanonicalMessage { from, chat_id, account: pick::id(body, "api_app_id"), ..part::of(Kind::Action) }
}

fn slash(form: &Value, command: String) -> CanonicalMessage {
    let mut from = part::user_at(form, "user_id");
    if let Some(from) = &mut from {
        from.username = pick::text(form, "user_name");
    }
    CanonicalMessage {
        message_id: pick::id(form, "trigger_id"),
        chat_id: pick::id(form, "channel_id"),
        account: pick::id(form, "api_app_id"),
        text: part::words(&[Some(command), pick::text(form, "text")]),
        from,
        ..CanonicalMessage::default()
    }
}
