//! Amazon SNS: the body is JSON and has its signature in it, over some members line by line, by the key of a
//! certificate of Amazon. Every customer's messages are signed by the same key, so the topic must be ours.

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters,
    UnparsedPublicKey,
};
use serde_json::{Map, Value};

use super::compare::base64;
use super::{Refused, Request};

/// The members of a notification that are signed, in this order. `Subject` may be absent.
const NOTIFICATION: [&str; 6] = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
/// Those of a subscription's begin and end.
const CONFIRMATION: [&str; 7] =
    ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/// The longest address that is looked at.
const URL_BYTES_MAX: usize = 2_048;

/// What of SNS is for the operator and no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The subscription waits for somebody to open this address.
    Confirm(String),
    /// The subscription has ended; the address would begin it anew.
    Ended(String),
}

impl Notice {
    /// What a body, whose signature was found right, tells the operator.
    pub fn of(body: &[u8]) -> Option<Notice> {
        let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let url = text(&body, "SubscribeURL").filter(|url| is_of_sns(url)).unwrap_or_default().to_owned();
        match text(&body, "Type")? {
            "SubscriptionConfirmation" => Some(Notice::Confirm(url)),
            "UnsubscribeConfirmation" => Some(Notice::Ended(url)),
            _ => None,
        }
    }
}

/// Where a body says that the certificate of its signature lies. It may be anybody's word.
pub fn certificate_url(body: &[u8]) -> Option<String> {
    let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
    text(&body, "SigningCertURL").filter(|url| is_of_sns(url)).map(str::to_owned)
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

pub(super) fn verify(request: &Request<'_>, keys: &[Vec<u8>], topics: &[String]) -> Result<(), Refused> {
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
    if topics.iter().any(|ours| ours == topic) { Ok(()) } else { Err(Refused::Foreign) }
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
