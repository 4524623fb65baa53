//! The questions by which providers make sure of an address, and what they wait to hear.

use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Hook, answer};
use crate::domain::Format;

/// The longest word that is given back.
const CHALLENGE_CHARS_MAX: usize = 512;
/// The most parameters of a query that are looked at.
const PARAMETERS_MAX: usize = 100;

/// What Meta shall hear, where it knows our word.
pub(super) fn meta(hook: &Hook, query: &str) -> Option<String> {
    let pairs = pairs(query);
    let value = |wanted: &str| pairs.iter().find(|(key, _)| key == wanted).map(|(_, value)| value);
    let knows = hook.verify_token.as_ref()?.is(value("hub.verify_token")?.as_bytes());
    let challenge = value("hub.challenge").filter(|challenge| is_plain(challenge))?;
    (knows && value("hub.mode").is_some_and(|mode| mode == "subscribe")).then(|| challenge.clone())
}

/// The answer to a question that comes in a body whose signature was found right; `None` where it is a message.
pub(super) fn asked(format: Format, body: &[u8]) -> Option<Response> {
    match format {
        Format::Slack => {
            #[derive(Deserialize)]
            struct Asked {
                r#type: String,
                challenge: String,
            }
            let asked: Asked = serde_json::from_slice(body).ok()?;
            let is_one = asked.r#type == "url_verification" && is_plain(&asked.challenge);
            is_one.then(|| answer::text(asked.challenge))
        }
        Format::Discord => discord_ping(body),
        _ => None,
    }
}

/// A ping of interactions is type 1 and has no event, one of webhook events is type 0.
fn discord_ping(body: &[u8]) -> Option<Response> {
    let body: Value = serde_json::from_slice(body).ok()?;
    match body["type"].as_i64() {
        Some(0) => Some(answer::taken()),
        Some(1) if body.get("event").is_none() => Some(answer::json(&json!({ "type": 1 }))),
        _ => None,
    }
}

/// Words of a challenge are letters and digits; nothing else is given back to who may have made it up.
fn is_plain(challenge: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.=+/".contains(letter);
    challenge.chars().count() <= CHALLENGE_CHARS_MAX && challenge.chars().all(plain)
}

/// The parameters of a query.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(query.as_bytes()).take(PARAMETERS_MAX);
    pairs.map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}
