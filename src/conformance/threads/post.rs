//! A row's event as the mail that lies on the wire.

use serde_json::Value;

use crate::domain::Timestamp;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The words of a list of texts; a single text is one.
pub(super) fn texts<'a>(event: &'a Value, name: &str) -> Vec<&'a str> {
    match event.get(name) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A text.
pub(super) fn text<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    event.get(name)?.as_str()
}

/// The address of `{addr, name}`, or of a bare text.
pub(super) fn address(party: Option<&Value>) -> Option<&str> {
    let party = party?;
    party.as_str().or_else(|| party.get("addr")?.as_str())
}

/// The raw mail of an event. `date` is what its Date says; `ids` puts other ids in the place of those that
/// the row gives to mails of ours.
pub(super) fn raw(event: &Value, date: Timestamp, ids: &dyn Fn(&str) -> String) -> Vec<u8> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            fields.push((name.to_owned(), value));
        }
    };
    for (name, value) in extra(event) {
        add(name, ids(value));
    }
    add("Date", date_of(date));
    for (name, member) in [("From", "from"), ("Reply-To", "reply_to"), ("Sender", "sender")] {
        add(name, event.get(member).map(written).unwrap_or_default());
    }
    add("To", texts(event, "to").join(", "));
    add("Cc", texts(event, "cc").join(", "));
    add("Subject", text(event, "subject").unwrap_or_default().to_owned());
    for (name, member) in
        [("Message-ID", "message_id"), ("In-Reply-To", "in_reply_to"), ("References", "references")]
    {
        add(name, ids(&texts(event, member).join("\r\n ")));
    }
    let media = extra(event).find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if media.is_none() {
        add("Content-Type", "text/plain; charset=utf-8".to_owned());
    }
    let head: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let body = text(event, "text").unwrap_or_default().replace('\n', "\r\n");
    let body = match media.and_then(|(_, value)| boundary(value)) {
        Some(boundary) => {
            format!("--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n--{boundary}--")
        }
        None => body,
    };
    format!("{head}\r\n{body}\r\n").into_bytes()
}

fn extra(event: &Value) -> impl Iterator<Item = (&str, &str)> {
    let list = event.get("extra_headers").and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|pair| Some((pair.get(0)?.as_str()?, pair.get(1)?.as_str()?)))
}

fn boundary(media: &str) -> Option<&str> {
    let (_, rest) = media.split_once("boundary=")?;
    Some(rest.split(';').next()?.trim().trim_matches('"'))
}

/// `"Ann Ode" <ann@example.test>`.
fn written(party: &Value) -> String {
    let address = address(Some(party)).unwrap_or_default();
    match party.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) {
        Some(name) => format!("\"{}\" <{address}>", name.replace(['"', '\\'], "")),
        None => address.to_owned(),
    }
}

/// `5 Jan 2026 09:00:00 +0000`.
fn date_of(at: Timestamp) -> String {
    let text = crate::wire::format_instant(at);
    let mut parts = text.split(['-', 'T', '.', 'Z']);
    let (year, month, day, time) = (parts.next(), parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    let (year, day, time) = (year.unwrap_or_default(), day.unwrap_or_default(), time.unwrap_or_default());
    format!("{day} {} {year} {time} +0000", month.copied().unwrap_or_default())
}
