//! The suite `reply`: what of a text, an HTML body or a mail is new. Rows say what is expected in any of
//! these members; the body lies in the file that the row names, or in `text` or `html`.
//! - `reply_text`, `fragments`, `signature`, `embedded`, `before`; `reply_text_ignoring_whitespace`.
//! - `trimmed` and `elided`, of rows that [`folder_row`] makes.

use serde_json::{Map, Value, json};

use super::{Checked, Files};
use crate::wire::mail::read::read;
use crate::wire::mail::{html, reply, signature};

/// Characters of a fragment that a row tells.
const BEGIN_CHARS: usize = 40;
/// How one source marks the lines of a signature within its bodies.
const SIGNATURE_MARK: &str = "#sig#";

pub(super) fn check(row: &Value, files: &Files<'_>) -> Checked {
    let Some(body) = body(row, files) else {
        return Checked::same(row.clone(), json!("there is no such file"));
    };
    let sender = row.get("sender").and_then(Value::as_str).unwrap_or_default();
    let expected = row.get("expect").filter(|expect| expect.is_object()).unwrap_or(row);
    let produced = body.produced(sender);
    let (mut wanted, mut got, mut pass) = (Map::new(), Map::new(), true);
    for name in produced.as_object().into_iter().flat_map(Map::keys) {
        let Some(value) = expected.get(name).filter(|value| !value.is_null()) else { continue };
        let made = produced.get(name).cloned().unwrap_or_default();
        pass &= same(name, value, &made);
        wanted.insert(name.clone(), value.clone());
        got.insert(name.clone(), made);
    }
    Checked { pass: pass && !wanted.is_empty(), expected: wanted.into(), got: got.into() }
}

/// A body that a row is about.
enum Body {
    Text(String),
    Html(String),
    Mail { text: String, html: Option<String> },
}

fn body(row: &Value, files: &Files<'_>) -> Option<Body> {
    let member = |name: &str| row.get(name).and_then(Value::as_str);
    if let Some(text) = member("text") {
        return Some(Body::Text(text.to_owned()));
    }
    if let Some(html) = member("html") {
        return Some(Body::Html(html.to_owned()));
    }
    let name = member("file")?;
    let bytes = files(name)?;
    Some(match name.rsplit('.').next() {
        Some("eml") => {
            let mail = read(&bytes).ok()?;
            Body::Mail { text: mail.text, html: mail.html }
        }
        Some("html" | "htm") => Body::Html(String::from_utf8_lossy(&bytes).into_owned()),
        _ => Body::Text(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

impl Body {
    fn produced(&self, sender: &str) -> Value {
        match self {
            Body::Html(body) => {
                let reply = html::reply(body);
                let text = html::text(body).text;
                json!({ "reply_text": reply, "reply_text_ignoring_whitespace": reply, "text": text })
            }
            Body::Mail { text, html: Some(html) } if text.trim().is_empty() => {
                Body::Html(html.clone()).produced(sender)
            }
            Body::Text(text) | Body::Mail { text, .. } => of_text(text, sender),
        }
    }
}

fn of_text(text: &str, sender: &str) -> Value {
    let split = reply::split(text);
    let bare = text
        .lines()
        .map(|line| line.strip_prefix(SIGNATURE_MARK).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n");
    let fragment = |fragment: &reply::Fragment| {
        let begin: String = collapsed(&fragment.text).chars().take(BEGIN_CHARS).collect();
        let (quoted, signature, hidden) = (fragment.quoted, fragment.signature, fragment.hidden);
        json!({ "quoted": quoted, "signature": signature, "hidden": hidden, "starts_with": begin })
    };
    json!({
        "reply_text": split.reply,
        "reply_text_ignoring_whitespace": split.reply,
        "fragments": split.fragments.iter().map(fragment).collect::<Vec<_>>(),
        "signature": signature::find(&bare, sender).unwrap_or_default(),
        "trimmed": split.reply,
        "elided": split.quoted,
        "before": split.embedded.as_ref().map(|embedded| &embedded.before),
        "embedded": split.embedded.as_ref().map(|embedded| &embedded.mail),
    })
}

fn same(name: &str, expected: &Value, made: &Value) -> bool {
    match (name, expected.as_str(), made.as_str()) {
        // One source writes every sign of a quote as `>`.
        ("elided", Some(expected), Some(made)) => {
            bare(expected).replace('|', ">") == bare(made).replace('|', ">")
        }
        ("reply_text_ignoring_whitespace" | "embedded", Some(expected), Some(made)) => {
            bare(expected) == bare(made)
        }
        ("signature", Some(expected), Some(made)) => {
            collapsed(undelimited(&expected.replace(SIGNATURE_MARK, ""))) == collapsed(undelimited(made))
        }
        (_, Some(expected), Some(made)) => collapsed(expected) == collapsed(made),
        _ => expected == made,
    }
}

/// A signature without the line that parts it from the text, which some sources count in.
fn undelimited(signature: &str) -> &str {
    let signature = signature.trim_start();
    let (first, rest) = signature.split_once('\n').unwrap_or((signature, ""));
    let is_delimiter = first.trim().chars().all(|letter| matches!(letter, '-' | '_' | '—'));
    if is_delimiter { rest } else { signature }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

/// How much of a text is looked at.
pub(super) fn steps(text: &str) -> u64 {
    reply::split(text).steps
}

/// The row of a text file in a folder `emails`: what is expected lies under its name in the folders beside.
/// `None` where there is nothing to expect.
pub(super) fn folder_row(name: &str, beside: &Files<'_>) -> Option<Value> {
    let mut row = Map::new();
    row.insert("id".into(), name.into());
    row.insert("text".into(), text_of(beside(&format!("emails/{name}"))?));
    for part in ["trimmed", "elided", "before", "embedded"] {
        if let Some(bytes) = beside(&format!("{part}/{name}")) {
            row.insert(part.into(), text_of(bytes));
        }
    }
    (row.len() > 2).then(|| row.into())
}

fn text_of(bytes: Vec<u8>) -> Value {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
