//! What the formats have in common: members of JSON by their path, ids whatever their type, instants in every unit,
//! forms as JSON.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::domain::Timestamp;
use crate::wire::canonical::Fault;
use crate::wire::surrogates::{keep_halves, mend};
use crate::wire::time::{InstantText, parse_instant};

/// The largest body of a provider.
const BODY_BYTES_MAX: usize = crate::wire::limits::CANONICAL_BYTES_MAX;

const NOT_JSON: Fault = ("not_json", "it is not JSON");
/// A mark that some programs write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// From here on a number of JSON has lost digits.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// The JSON of a body; halves of characters stay, since the other half may come with the next.
pub(super) fn json(body: &[u8]) -> Result<Value, Fault> {
    serde_json::from_slice(&kept(body)?).map_err(|_| NOT_JSON)
}

/// The JSON of a body of a network that cuts no text: a half of a character is none.
pub(super) fn whole_json(body: &[u8]) -> Result<Value, Fault> {
    let kept = match kept(body)? {
        Cow::Borrowed(kept) => return serde_json::from_slice(kept).map_err(|_| NOT_JSON),
        Cow::Owned(kept) => kept,
    };
    let text = String::from_utf8(kept).map_err(|_| NOT_JSON)?;
    serde_json::from_str(&mend(&text)).map_err(|_| NOT_JSON)
}

fn kept(body: &[u8]) -> Result<Cow<'_, [u8]>, Fault> {
    check_size(body)?;
    Ok(keep_halves(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)))
}

/// The members of a form, or of the JSON object that some providers send in its place. Of two equal names the first
/// counts.
pub(super) fn form(body: &[u8]) -> Result<Value, Fault> {
    check_size(body)?;
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body).trim_ascii();
    if body.starts_with(b"{") || body.starts_with(b"[") {
        return json(body);
    }
    let mut members = Map::new();
    // A gateway may hand on the query of a GET as it is.
    let body = body.strip_prefix(b"?").unwrap_or(body);
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut sides = pair.splitn(2, |byte| *byte == b'=').map(unescaped);
        let (name, value) = (sides.next().unwrap_or_default(), sides.next().unwrap_or_default());
        members.entry(name).or_insert_with(|| Value::String(value));
    }
    Ok(Value::Object(members))
}

/// A name or value of a form. Bytes that are no UTF-8 are letters of the West, as old gateways send them.
fn unescaped(written: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let [first, after @ ..] = rest {
        let (byte, left) = match (first, after) {
            (b'%', [high, low, left @ ..]) => match hex(*high).zip(hex(*low)) {
                Some((high, low)) => (high * 16 + low, left),
                None => (b'%', after),
            },
            (b'+', _) => (b' ', after),
            (byte, _) => (*byte, after),
        };
        bytes.push(byte);
        rest = left;
    }
    let western = |bytes: &[u8]| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    String::from_utf8(bytes).unwrap_or_else(|fault| western(fault.as_bytes()))
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn check_size(body: &[u8]) -> Result<(), Fault> {
    if body.len() > BODY_BYTES_MAX { Err(("too_large", "the body has over 1 MiB")) } else { Ok(()) }
}

/// The member of a path, as `message.chat.id`; digits name a place in a list.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let step = |value: &'a Value, name: &str| match value {
        Value::Array(list) => list.get(name.parse::<usize>().ok()?),
        value => value.get(name),
    };
    path.split('.').try_fold(value, step).filter(|found| !found.is_null())
}

/// Text of a path; empty text is none.
pub(super) fn text(value: &Value, path: &str) -> Option<String> {
    at(value, path)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An id of a path, be it text or a number: every digit is kept, and one that has lost digits is none.
pub(super) fn id(value: &Value, path: &str) -> Option<String> {
    match at(value, path)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => {
            let is_exact = !number.is_f64() || number.as_f64().is_some_and(|it| it.abs() < EXACT_MAX);
            is_exact.then(|| number.to_string())
        }
        _ => None,
    }
}

/// A count of a path, be it a number or its text.
pub(super) fn count(value: &Value, path: &str) -> Option<u64> {
    let found = at(value, path)?;
    found.as_u64().or_else(|| found.as_str()?.trim().parse().ok())
}

/// The list of a path; nothing else is one.
pub(super) fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Whether a path holds `true`.
pub(super) fn is_true(value: &Value, path: &str) -> bool {
    at(value, path).is_some_and(|found| found.as_bool() == Some(true) || found.as_str() == Some("true"))
}

/// The instant of a path, in whatever unit and form.
pub(super) fn instant(value: &Value, path: &str) -> Option<InstantText> {
    instant_of(at(value, path)?)
}

/// An instant as providers write it: a count of seconds, milli-, micro- or nanoseconds, told apart by its size; with
/// a fraction, as `1515449522.000016`; RFC 3339 with any offset; without one, which means UTC; `20260301100000`; or
/// as a mail writes its date.
pub(crate) fn instant_of(value: &Value) -> Option<InstantText> {
    let at = match value {
        Value::Number(number) => counted(&number.to_string())?,
        Value::String(text) => {
            let text = text.trim();
            let written = compact(text).or_else(|| counted(text)).or_else(|| parse_instant(text));
            written.or_else(|| civil(text))?
        }
        // As databases write theirs into JSON.
        Value::Object(members) => {
            return members.get("$date").filter(|at| !at.is_object()).and_then(instant_of);
        }
        _ => return None,
    };
    Some(InstantText(at))
}

fn counted(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_count = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits.len() > 20 || !is_count(digits) || !is_count(fraction) {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let millis = match whole.unsigned_abs() {
        0..100_000_000_000 => {
            let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
            whole * 1_000 + fraction.parse::<i128>().ok()?
        }
        100_000_000_000..100_000_000_000_000 => whole,
        100_000_000_000_000..100_000_000_000_000_000 => whole / 1_000,
        _ => whole / 1_000_000,
    };
    i64::try_from(millis).ok().map(Timestamp)
}

/// `20260301100000`, in UTC.
fn compact(text: &str) -> Option<Timestamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (day, time) = text.split_at_checked(8)?;
    civil(&format!("{day}T{time}"))
}

/// What is not RFC 3339: `2026-01-02 03:04:05`, `2026-01-02T03:04:05+0000`, `2026-01-02 03:04:05 UTC`, the form of
/// before with `20260102T03:04:05`, fractions of any length, and the dates of mail.
fn civil(text: &str) -> Option<Timestamp> {
    let (local, offset) = with_offset(text);
    let (local, fraction) = local.split_once(['.', ',']).unwrap_or((local, ""));
    let civil = local.trim().parse().or_else(|_| DateTime::strptime("%Y%m%dT%H:%M:%S", local.trim()));
    let Ok(civil) = civil.map(|civil: DateTime| civil.to_zoned(TimeZone::UTC)) else {
        return mail_date(text);
    };
    let fraction: String = fraction.trim().chars().chain("000".chars()).take(3).collect();
    let millis = civil.ok()?.timestamp().as_millisecond() + fraction.parse::<u16>().map(i64::from).ok()?;
    Some(Timestamp(millis - offset?))
}

/// A time without its offset from UTC, and that in milliseconds; none where what stands there is no offset.
fn with_offset(text: &str) -> (&str, Option<i64>) {
    if let Some(local) = ["UTC", "GMT", "Z", "z"].iter().find_map(|zone| text.strip_suffix(zone)) {
        return (local, Some(0));
    }
    match text.rsplit_once(['+', '-']) {
        // The last hyphen of a date stands before every colon.
        Some((local, offset)) if local.contains(':') => {
            let sign =
                if text.strip_prefix(local).is_some_and(|rest| rest.starts_with('-')) { -1 } else { 1 };
            (local, minutes(offset).map(|minutes| sign * minutes * 60_000))
        }
        // A form made a space of its plus.
        _ => match text.rsplit_once(' ') {
            Some((local, offset)) if local.contains(':') => {
                (local, minutes(offset).map(|minutes| minutes * 60_000))
            }
            _ => (text, Some(0)),
        },
    }
}

/// The minutes of `01`, `0100`, `01:00`.
fn minutes(offset: &str) -> Option<i64> {
    let digits: String = offset.chars().filter(|char| *char != ':').collect();
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (hours, minutes) = match digits.len() {
        2 => (number, 0),
        4 => (number / 100, number % 100),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// `Fri, 02 Jan 2026 03:04:05 +0000`.
fn mail_date(text: &str) -> Option<Timestamp> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(text).ok().map(|at| Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_instant_in_every_way_of_writing() {
        for written in [
            json!(1_772_359_200),
            json!("1772359200"),
            json!(1_772_359_200_000_u64),
            json!("1772359200000000"),
            json!("1772359200.000016"),
            json!("2026-03-01T10:00:00Z"),
            json!("2026-03-01T11:00:00.000+0100"),
            json!("2026-03-01T10:00:00"),
            json!("2026-03-01 10:00:00"),
            json!("2026-03-01 10:00:00+00:00"),
            json!("2026-03-01 05:00:00 -0500"),
            json!("2026-03-01T10:00:00 00:00"),
            json!("2026-03-01 10:00:00 UTC"),
            json!("20260301100000"),
            json!("Sun, 01 Mar 2026 11:00:00 +0100"),
        ] {
            assert_eq!(instant_of(&written), Some(InstantText(Timestamp(1_772_359_200_000))), "{written}");
        }
        for written in [json!(""), json!("now"), json!("2026-03-01 10:00:00 x"), json!("10:00 00"), json!({})]
        {
            assert_eq!(instant_of(&written), None, "{written}");
        }
    }

    #[test]
    fn an_id_that_has_lost_digits_is_none() {
        let body = json!({"a": 9_007_199_254_740_993_u64, "b": 1e22, "c": " x ", "d": "", "e": [1]});
        let ids: Vec<_> = ["a", "b", "c", "d", "e"].iter().map(|name| id(&body, name)).collect();
        assert_eq!(ids, [Some("9007199254740993".to_owned()), None, Some("x".to_owned()), None, None]);
    }

    #[test]
    fn a_form_is_read_whatever_its_bytes() {
        let read = |body: &[u8]| form(body).expect("no form is refused").to_string();
        assert_eq!(read(b"?a=1+2&b=%c3%bc&b=x&&c"), r#"{"a":"1 2","b":"ü","c":""}"#);
        assert_eq!(read(b"a=%fc%zz%"), r#"{"a":"ü%zz%"}"#);
        assert_eq!(read(b"\xef\xbb\xbf{\"a\": 1}"), r#"{"a":1}"#);
    }
}
