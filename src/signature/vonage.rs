//! Vonage: the newer API sends a token, the older one the parameter `sig`, in whichever of five ways the account was
//! set to. Its length tells which; the two of MD5 are both tried.

use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, HMAC_SHA512};
use serde_json::Value;

use super::compare::{hex, instant, mac, recent, same};
use super::shared::credentials;
use super::{Refused, Request, Secret, jwt, md5};
use crate::domain::Timestamp;

/// The most parameters that are sorted.
const PARAMETERS_MAX: usize = 1_000;
/// For how long Vonage sends the same again, and some.
const AGE_MS_MAX: u64 = 24 * 60 * 60 * 1_000 + 5 * 60 * 1_000;

pub(super) fn verify(request: &Request<'_>, secret: &Secret, now: Timestamp) -> Result<(), Refused> {
    match credentials(request, "bearer") {
        Ok(token) => jwt::vonage(request, token, secret, now),
        Err(Refused::Missing(name)) => {
            let pairs = parameters(request)?;
            let mut given = pairs.iter().filter(|(key, _)| key == "sig");
            let (Some((_, code)), None) = (given.next(), given.next()) else {
                return Err(Refused::Missing(name));
            };
            signed(&pairs, &hex(code)?, secret)?;
            // Signed with the rest; in an account that was not set so it is absent, or a date in words.
            let at = pairs.iter().find(|(key, _)| key == "timestamp").and_then(|(_, at)| instant(at).ok());
            at.map_or(Ok(()), |at| recent(at, now, AGE_MS_MAX))
        }
        Err(refused) => Err(refused),
    }
}

/// What can be said without the body: a token is wrong whatever it covers, a parameter may be in a body.
pub(super) fn admit(request: &Request<'_>, secret: &Secret, now: Timestamp) -> Result<(), Refused> {
    match credentials(request, "bearer") {
        Ok(token) => jwt::vonage_token(token, secret, now).map(|_| ()),
        Err(Refused::Missing(_)) => Ok(()),
        Err(refused) => Err(refused),
    }
}

fn signed(pairs: &[(String, String)], code: &[u8], secret: &Secret) -> Result<(), Refused> {
    let mut pairs: Vec<&(String, String)> = pairs.iter().filter(|(key, _)| key != "sig").collect();
    // In the signed text such a name could stand for two parameters.
    if pairs.iter().any(|(key, _)| key.contains(['&', '='])) {
        return Err(Refused::Malformed);
    }
    pairs.sort();
    let text: String =
        pairs.iter().map(|(key, value)| format!("&{key}={}", value.replace(['&', '='], "_"))).collect();
    let by = |algorithm: hmac::Algorithm| mac(algorithm, secret, &[text.as_bytes()], code);
    match code.len() {
        16 => {
            let plain = md5::md5(&[text.as_bytes(), secret.bytes()].concat());
            let keyed = md5::hmac(secret.bytes(), text.as_bytes());
            same(code, &plain).or_else(|_| same(code, &keyed))
        }
        20 => by(HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        32 => by(HMAC_SHA256),
        64 => by(HMAC_SHA512),
        _ => Err(Refused::Malformed),
    }
}

/// The parameters, from wherever the account has them sent: the query, a form, or flat JSON.
fn parameters(request: &Request<'_>) -> Result<Vec<(String, String)>, Refused> {
    let form = |bytes: &[u8]| -> Vec<(String, String)> {
        let pairs = form_urlencoded::parse(bytes).take(PARAMETERS_MAX + 1);
        pairs.map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
    };
    let pairs = if request.body.is_empty() {
        form(request.query.as_bytes())
    } else if let Ok(Value::Object(members)) = serde_json::from_slice(request.body) {
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        members.into_iter().map(|(key, value)| (key, text(value))).collect()
    } else {
        form(request.body)
    };
    if pairs.len() > PARAMETERS_MAX { Err(Refused::Malformed) } else { Ok(pairs) }
}
