//! Slack: events in their envelope, pressed buttons and slash commands as forms, and the question whether the address
//! is ours. Messages are known by channel and `ts`; a changed or deleted one stands inside its event.

mod interactive;
mod text;

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::FileKind;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind};

/// Subtypes of messages that nobody wrote, or that another event tells, too.
const TOLD_ELSEWHERE: [&str; 13] = [
    "bot_disable",
    "bot_enable",
    "document_mention",
    "ekm_access_denied",
    "file_comment",
    "file_mention",
    "joiner_notification",
    "message_replied",
    "pinned_item",
    "reminder_add",
    "reply_broadcast",
    "sh_room_created",
    "unpinned_item",
];

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return interactive::read(body, context);
    }
    let body = pick::whole_json(body)?;
    if let Some(challenge) = pick::text(&body, "challenge") {
        return Ok(vec![Item::Challenge(challenge)]);
    }
    if interactive::is_one(&body) {
        return Ok(interactive::items(&body, context));
    }
    let event_id = pick::id(&body, "event_id");
    let is_event = pick::text(&body, "type").as_deref() == Some("event_callback");
    let Some(told) = pick::at(&body, "event").filter(|_| is_event) else {
        let is_known = pick::text(&body, "type").is_some() || pick::at(&body, "event").is_some();
        let fault = ("bad_member", "it has no type and no event");
        return if is_known {
            Ok(vec![part::ignored("another envelope", event_id, None)])
        } else {
            Err(fault)
        };
    };
    let mut item = event(told, context);
    let chat_id = ["channel", "channel_id", "item.channel"].iter().find_map(|path| pick::id(told, path));
    match &mut item {
        Item::Message(message) => {
            message.event_id = event_id;
            message.account = pick::id(&body, "api_app_id");
            part::note(message, "team", pick::id(&body, "team_id"));
        }
        Item::Ignored(ignored) => (ignored.event_id, ignored.chat_id) = (event_id, chat_id),
        Item::Challenge(_) | Item::Refused(..) => {}
    }
    Ok(vec![item])
}

fn event(told: &Value, context: Context<'_>) -> Item {
    match pick::text(told, "type").as_deref() {
        Some("message") => message(told, context),
        Some("app_mention") => said(told, told, context),
        Some("reaction_added") => reaction(told, false, context),
        Some("reaction_removed") => reaction(told, true, context),
        _ => Item::ignored("another event"),
    }
}

fn message(told: &Value, context: Context<'_>) -> Item {
    match pick::text(told, "subtype").as_deref() {
        None
        | Some("file_share" | "me_message" | "bot_message" | "thread_broadcast" | "assistant_app_thread") => {
            said(told, told, context)
        }
        Some("message_changed") => changed(told, context),
        Some("message_deleted") => deleted(told, context),
        Some(word) if TOLD_ELSEWHERE.contains(&word) => Item::ignored("another message event"),
        Some(word) if is_told(word) => {
            let message = CanonicalMessage {
                message_id: pick::id(told, "ts"),
                from: part::user_at(told, "user"),
                sent_at: pick::instant(told, "ts"),
                text: pick::text(told, "text").map(|text| text::unescape(&text)),
                ..in_channel(told, told, Kind::System)
            };
            message.into()
        }
        // A subtype of later says what it has to say in its text.
        Some(_) if pick::at(told, "user").is_some() && !pick::is_true(told, "hidden") => {
            said(told, told, context)
        }
        Some(_) => Item::ignored("another message event"),
    }
}

/// Whether it tells of the channel and of those in it.
fn is_told(subtype: &str) -> bool {
    ["channel_", "group_", "bot_add", "bot_remove", "huddle_"].iter().any(|begin| subtype.starts_with(begin))
}

/// What `inner`, which stands in the event `told`, says; or why it is passed over.
fn said(told: &Value, inner: &Value, context: Context<'_>) -> Item {
    if let Some(reason) = passed_over(inner, context) {
        return Item::ignored(reason);
    }
    // A hook of old has no id but the name that it gives itself.
    let by = ["user", "bot_id", "username"].iter().find_map(|path| pick::id(inner, path));
    let mut message = CanonicalMessage {
        message_id: pick::id(inner, "ts"),
        sent_at: pick::instant(inner, "ts"),
        from: by.map(part::user),
        text: text::of(inner),
        attachments: pick::list(inner, "files").iter().map(file).collect(),
        ..in_channel(told, inner, Kind::Message)
    };
    if let Some(from) = &mut message.from {
        let names = ["user_profile.display_name", "user_profile.real_name", "bot_profile.name", "username"];
        from.name = names.iter().find_map(|path| pick::text(inner, path));
        from.username = pick::text(inner, "user_profile.name");
    }
    part::flag(&mut message, is_bot(inner), "bot");
    if part::is_bare(&message) && pick::text(inner, "subtype").as_deref() != Some("file_share") {
        message.kind = Kind::Unsupported;
    }
    message.into()
}

fn in_channel(told: &Value, inner: &Value, kind: Kind) -> CanonicalMessage {
    CanonicalMessage {
        chat_id: pick::id(told, "channel"),
        chat_type: pick::text(told, "channel_type"),
        thread_id: pick::id(inner, "thread_ts"),
        ..part::of(kind)
    }
}

/// Why what a program wrote is not heard: it was ours, or it is not asked for.
fn passed_over(inner: &Value, context: Context<'_>) -> Option<&'static str> {
    let ids = ["user", "bot_id", "app_id", "bot_profile.id"].map(|path| pick::id(inner, path));
    if part::is_own(context, &ids.each_ref().map(Option::as_deref)) {
        return Some(part::SELF_ECHO);
    }
    (is_bot(inner) && !context.source.bots).then_some(part::OTHER_BOT)
}

fn is_bot(inner: &Value) -> bool {
    pick::at(inner, "bot_id").is_some() || pick::text(inner, "subtype").as_deref() == Some("bot_message")
}

fn changed(told: &Value, context: Context<'_>) -> Item {
    let Some(inner) = pick::at(told, "message") else { return Item::ignored("a change of nothing") };
    if pick::text(inner, "subtype").as_deref() == Some("tombstone") {
        return deleted(told, context);
    }
    // A link that was unfolded changes the message, too, and its text stays.
    let previous = pick::at(told, "previous_message");
    let stays = |path| previous.is_some_and(|previous| pick::at(previous, path) == pick::at(inner, path));
    if stays("text") && stays("files") && stays("edited") {
        return Item::ignored("a link was unfolded");
    }
    match said(told, inner, context) {
        Item::Message(message) => CanonicalMessage {
            kind: Kind::Edit,
            target_id: pick::id(inner, "ts"),
            edited_at: pick::instant(inner, "edited.ts").or_else(|| pick::instant(told, "ts")),
            ..*message
        }
        .into(),
        other => other,
    }
}

fn deleted(told: &Value, context: Context<'_>) -> Item {
    let previous = pick::at(told, "previous_message").unwrap_or(&Value::Null);
    if let Some(reason) = passed_over(previous, context) {
        return Item::ignored(reason);
    }
    let targets = [(told, "deleted_ts"), (previous, "ts"), (told, "message.ts")];
    let message = CanonicalMessage {
        target_id: targets.iter().find_map(|(value, path)| pick::id(value, path)),
        from: ["user", "bot_id"].iter().find_map(|path| part::user_at(previous, path)),
        sent_at: pick::instant(told, "event_ts").or_else(|| pick::instant(told, "ts")),
        ..in_channel(told, previous, Kind::Delete)
    };
    message.into()
}

fn reaction(told: &Value, removed: bool, context: Context<'_>) -> Item {
    let by = pick::id(told, "user");
    if part::is_own(context, &[by.as_deref()]) {
        return Item::ignored(part::SELF_ECHO);
    }
    if pick::at(told, "item.ts").is_none() {
        return Item::ignored("a reaction to what is no message");
    }
    let reaction = part::reaction(pick::id(told, "item.ts"), pick::text(told, "reaction"), removed);
    CanonicalMessage {
        chat_id: pick::id(told, "item.channel"),
        from: by.map(part::user),
        sent_at: pick::instant(told, "event_ts"),
        ..reaction
    }
    .into()
}

fn file(told: &Value) -> CanonicalFile {
    let content_type = part::media_type(told, "mimetype");
    // What is recorded in Slack itself; its films name the type that their sound would have.
    let recorded = match pick::text(told, "subtype").as_deref() {
        Some("slack_audio") => Some(FileKind::Voice),
        Some("slack_video") => Some(FileKind::Video),
        _ => None,
    };
    let file = part::file_of(content_type);
    CanonicalFile {
        id: pick::id(told, "id"),
        url: ["url_private_download", "url_private", "external_url"]
            .iter()
            .find_map(|path| pick::text(told, path)),
        filename: pick::text(told, "name").or_else(|| pick::text(told, "title")),
        size: pick::count(told, "size"),
        failed: pick::text(told, "mode").as_deref() == Some("tombstone"),
        kind: recorded.or(file.kind),
        ..file
    }
}
