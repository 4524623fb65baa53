//! Amazon SNS: the body is JSON and has its signature in it, over some members line by line, by the key of a
//! certificate of Amazon. Every customer's messages are signed by the same key, so the topic must be ours.

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters,
    UnparsedPublicKey,
};
use serde_json::{Map, Value};

use super::compare::{WINDOW_MS, base64, recent};
use super::{Refused, Request};
use crate::domain::Timestamp;

/// The members of a notification that are signed, in this order. `Subject` may be absent.
const NOTIFICATION: [&str; 6] = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
/// Those of a subscription's begin and end.
const CONFIRMATION: [&str; 7] =
    ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/// The longest address that is looked at, and the longest that is told.
const URL_BYTES_MAX: usize = 2_048;
const TOLD_BYTES_MAX: usize = 200;
/// How old a message may be: SNS sends the same again for an hour at most.
const AGE_MS_MAX: u64 = 60 * 60 * 1_000 + WINDOW_MS;

/// What of SNS is for the operator and no message. The address that it is about has a token in it, by which anybody
/// could subscribe: it is not told here, but lies in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The subscription waits for somebody to open the address of the body.
    Confirm,
    /// The subscription has ended; the address would begin it anew.
    Ended,
    /// The address of the body is not one of Amazon's, so nobody should open it.
    Foreign,
}

impl Notice {
    /// What a body, whose signature was found right, tells the operator.
    pub fn of(body: &[u8]) -> Option<Notice> {
        let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let is_amazons = text(&body, "SubscribeURL").is_some_and(is_of_sns);
        match text(&body, "Type")? {
            "SubscriptionConfirmation" | "UnsubscribeConfirmation" if !is_amazons => Some(Notice::Foreign),
            "SubscriptionConfirmation" => Some(Notice::Confirm),
            "UnsubscribeConfirmation" => Some(Notice::Ended),
            _ => None,
        }
    }
}

/// Where a body says that the certificate of its signature lies. It may be anybody's word, so that it is told only
/// where it is no more than the name of a file at Amazon's.
pub fn certificate_url(body: &[u8]) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:/_".contains(&byte);
    let is_told = |url: &&str| {
        url.len() <= TOLD_BYTES_MAX && url.ends_with(".pem") && url.bytes().all(plain) && is_of_sns(url)
    };
    text(&body, "SigningCertURL").filter(is_told).map(str::to_owned)
}

/// Whether an address is one of Amazon's for SNS: encrypted, without a login, on its usual port, and of letters that
/// can be shown.
pub fn is_of_sns(url: &str) -> bool {
    if url.len() > URL_BYTES_MAX || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    let Some(rest) = url.strip_prefix("https://sns.") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let region = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"));
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    region.is_some_and(|region| !region.is_empty() && region.bytes().all(plain))
}

pub(super) fn verify(
    request: &Request<'_>,
    keys: &[Vec<u8>],
    topics: &[String],
    now: Timestamp,
) -> Result<(), Refused> {
    let body: Map<String, Value> = serde_json::from_slice(request.body).map_err(|_| Refused::Malformed)?;
    let code = base64(text(&body, "Signature").ok_or(Refused::Missing("Signature"))?)?;
    let by: &RsaParameters = match text(&body, "SignatureVersion") {
        Some("1") => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Some("2") => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(Refused::Malformed),
    };
    // It is the file's certificate that counts; an address elsewhere is a sign of somebody else all the same.
    if !text(&body, "SigningCertURL").is_some_and(is_of_sns) {
        return Err(Refused::Foreign);
    }
    let signed = signed(&body)?;
    let right = |key: &&Vec<u8>| UnparsedPublicKey::new(by, key).verify(signed.as_bytes(), &code).is_ok();
    keys.iter().find(right).ok_or(Refused::Mismatch)?;
    let topic = text(&body, "TopicArn").unwrap_or_default();
    if !topics.iter().any(|ours| ours == topic) {
        return Err(Refused::Foreign);
    }
    let at = text(&body, "Timestamp").and_then(instant).ok_or(Refused::Malformed)?;
    recent(at, now, AGE_MS_MAX)
}

/// `2026-03-01T10:00:00.000Z`: the only form that Amazon writes.
fn instant(written: &str) -> Option<Timestamp> {
    let (date, time) = written.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let number = |text: &str, max: i64| {
        let is_plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number: &i64| is_plain && *number <= max)
    };
    let mut date = date.splitn(3, '-');
    let (year, month) = (number(date.next()?, 9_999)?, number(date.next()?, 12)?);
    let day = number(date.next()?, 31)?;
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (number(time.next()?, 23)?, number(time.next()?, 59)?);
    let second = number(time.next()?, 60)?;
    number(fraction.get(..fraction.len().min(3))?, 999)?;
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(Timestamp(seconds * 1_000))
}

/// How many days lie between 1970 and a day of our calendar: years are counted from March, so that the day of the
/// leap year is their last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Each member's name and value on a line of its own.
fn signed(body: &Map<String, Value>) -> Result<String, Refused> {
    let members: &[&str] = match text(body, "Type") {
        Some("Notification") => &NOTIFICATION,
        Some("SubscriptionConfirmation" | "UnsubscribeConfirmation") => &CONFIRMATION,
        _ => return Err(Refused::Malformed),
    };
    let mut signed = String::new();
    for name in members {
        match text(body, name) {
            Some(value) => {
                for line in [name, value] {
                    signed.push_str(line);
                    signed.push('\n');
                }
            }
            None if *name == "Subject" => {}
            None => return Err(Refused::Malformed),
        }
    }
    Ok(signed)
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}
