//! What a message event of Matrix says, by its `msgtype`.

use serde_json::Value;

use super::super::{part, pick};
use crate::domain::Location;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind};

/// Fills in kind and content; false where it says nothing to people.
pub(super) fn fill(message: &mut CanonicalMessage, inner: &Value) -> bool {
    let of = inner.get("m.relates_to").unwrap_or(&Value::Null);
    if pick::text(of, "rel_type").as_deref() == Some("m.replace") {
        message.kind = Kind::Edit;
        message.target_id = pick::id(of, "event_id");
        message.edited_at = message.sent_at;
        let Some(new) = inner.get("m.new_content") else { return show(message, inner) };
        super::relate(message, new);
        return show(message, new);
    }
    super::relate(message, inner);
    let is_shown = show(message, inner);
    let named = of.get("m.in_reply_to").is_some();
    message.text_stripped =
        message.text.as_deref().filter(|_| named).and_then(without_fallback).map(str::to_owned);
    is_shown
}

fn show(message: &mut CanonicalMessage, inner: &Value) -> bool {
    let body = pick::text(inner, "body");
    message.html = pick::text(inner, "formatted_body");
    match pick::text(inner, "msgtype").as_deref() {
        Some("m.text" | "m.emote") => message.text = body,
        Some("m.notice" | "m.server_notice") => {
            message.text = body;
            part::flag(message, true, "automated");
        }
        Some(word @ ("m.image" | "m.audio" | "m.video" | "m.file")) => {
            let kind = word.strip_prefix("m.").unwrap_or(word);
            let is_voice =
                ["m.voice", "org.matrix.msc3245.voice"].iter().any(|name| inner.get(*name).is_some());
            message.attachments.push(file(inner, if is_voice { "voice" } else { kind }));
            let caption = |text: &String| pick::text(inner, "filename").is_some_and(|name| name != *text);
            message.text = body.filter(caption);
        }
        Some("m.location") => {
            message.location = pick::text(inner, "geo_uri").and_then(|uri| geo(&uri));
            message.text = body;
        }
        Some(word) if word.starts_with("m.key.verification.") => return false,
        Some(word) => {
            part::note(message, "type", Some(word.to_owned()));
            message.text = body;
            if message.kind == Kind::Message {
                message.kind = Kind::Unsupported;
            }
        }
        // A redacted event has lost its content; one without its type alone still says something.
        None if body.is_none() => return false,
        None => message.text = body,
    }
    true
}

/// The file of an event; in an encrypted room its bytes are encrypted, too.
pub(super) fn file(inner: &Value, kind: &str) -> CanonicalFile {
    let encrypted = pick::text(inner, "file.url");
    CanonicalFile {
        encrypted: encrypted.is_some(),
        url: pick::text(inner, "url").or(encrypted),
        filename: pick::text(inner, "filename").or_else(|| pick::text(inner, "body")),
        content_type: part::media_type(inner, "info.mimetype"),
        size: pick::count(inner, "info.size"),
        ..part::file(kind)
    }
}

/// `geo:51.5,-0.1;u=35`, the altitude left out.
fn geo(uri: &str) -> Option<Location> {
    let mut parts = uri.strip_prefix("geo:")?.split([',', ';']);
    let mut degrees =
        |most: f64| parts.next()?.trim().parse().ok().filter(|degrees: &f64| degrees.abs() <= most);
    let (latitude, longitude) = (degrees(90.0)?, degrees(180.0)?);
    Some(Location { latitude, longitude, ..Location::default() })
}

/// What an answer says behind the quotation that older clients put before it; none where it has none.
fn without_fallback(body: &str) -> Option<&str> {
    let mut rest = body;
    while rest.starts_with("> ") || rest.starts_with(">\n") {
        rest = rest.split_once('\n')?.1;
    }
    let rest = rest.strip_prefix('\n').unwrap_or(rest);
    (rest.len() < body.len() && !rest.trim().is_empty()).then_some(rest)
}

/// The question of a poll, in any of its forms.
pub(super) fn question(inner: &Value) -> Option<String> {
    let starts = ["m.poll.start", "m.poll", "org.matrix.msc3381.poll.start"];
    let question = starts.iter().find_map(|name| inner.get(*name)?.get("question"));
    let texts = ["m.text", "org.matrix.msc1767.text", "body"];
    let text = question.and_then(|question| texts.iter().find_map(|name| question.get(*name)));
    let text = text.and_then(|text| text.as_str().map(str::to_owned).or_else(|| pick::text(text, "0.body")));
    text.or_else(|| pick::text(inner, "body"))
}
