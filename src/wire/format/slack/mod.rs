//! Slack: events in their envelope, pressed buttons and slash commands as forms, and the question whether the address
//! is ours. Messages are known by channel and `ts`; a changed or deleted one stands inside its event.

mod interactive;

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind};

pub(super) fn read(body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return interactive::read(body, context);
    }
    let body = pick::json(body)?;
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
        Item::Challenge(_) => {}
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
        Some(
            "message_replied" | "ekm_access_denied" | "reply_broadcast" | "unpinned_item" | "pinned_item",
        ) => Item::ignored("another message event"),
        Some(word) if is_told(word) => {
            let message = CanonicalMessage {
                message_id: pick::id(told, "ts"),
                from: part::user_at(told, "user"),
                sent_at: pick::instant(told, "ts"),
                text: pick::text(told, "text").map(|text| unescape(&text)),
                ..in_channel(told, told, Kind::System)
            };
            message.into()
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
    let (user, bot) = (pick::id(inner, "user"), pick::id(inner, "bot_id"));
    let mut message = CanonicalMessage {
        message_id: pick::id(inner, "ts"),
        sent_at: pick::instant(inner, "ts"),
        from: user.or_else(|| bot.clone()).map(part::user),
        text: text(inner),
        attachments: pick::list(inner, "files").iter().map(file).collect(),
        ..in_channel(told, inner, Kind::Message)
    };
    if let Some(from) = &mut message.from {
        let names = ["user_profile.display_name", "user_profile.real_name", "bot_profile.name", "username"];
        from.name = names.iter().find_map(|path| pick::text(inner, path));
        from.username = pick::text(inner, "user_profile.name");
    }
    part::flag(&mut message, bot.is_some(), "bot");
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
    (pick::at(inner, "bot_id").is_some() && !context.source.bots).then_some(part::OTHER_BOT)
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
    let kind = match pick::text(told, "subtype").as_deref() {
        Some("slack_audio") => "voice",
        _ => part::kind_of_media(content_type.as_deref()),
    };
    CanonicalFile {
        id: pick::id(told, "id"),
        url: ["url_private_download", "url_private", "external_url"]
            .iter()
            .find_map(|path| pick::text(told, path)),
        filename: pick::text(told, "name").or_else(|| pick::text(told, "title")),
        size: pick::count(told, "size"),
        failed: pick::text(told, "mode").as_deref() == Some("tombstone"),
        content_type,
        ..part::file(kind)
    }
}

/// The text; where a program put it into blocks or attachments alone, theirs.
fn text(inner: &Value) -> Option<String> {
    let in_blocks = || {
        let blocks = pick::list(inner, "blocks").iter();
        let texts = blocks.filter_map(|block| pick::text(block, "text.text"));
        let fallbacks = ["fallback", "text", "title"];
        let attached = pick::list(inner, "attachments").iter();
        let attached = attached.filter_map(|one| fallbacks.iter().find_map(|name| pick::text(one, name)));
        let all: Vec<String> = texts.chain(attached).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    };
    pick::text(inner, "text").or_else(in_blocks).map(|text| unescape(&text))
}

/// The three characters that Slack escapes. `&amp;lt;` is `&lt;`: nothing is read twice.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let known = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')];
        match known.iter().find_map(|(name, char)| Some((after.strip_prefix(name)?, *char))) {
            Some((behind, char)) => {
                plain.push(char);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn what_is_escaped_is_read_once() {
        assert_eq!(unescape("a &lt;b&gt; &amp;amp; &amp;lt; &quot; &"), "a <b> &amp; &lt; &quot; &");
    }
}
