//! Signed tokens. Only codes by a shared secret are taken: a token that names another way is refused, whatever it says.

use data_encoding::BASE64URL_NOPAD;
use ring::hmac::{self, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512};
use serde_json::Value;

use super::compare::{WINDOW_MS, base64, digest_of, mac, recent};
use super::shared::credentials;
use super::{Refused, Request, Secret};
use crate::domain::Timestamp;

/// How much the clocks of two hosts may differ.
const LEEWAY_MS: i64 = 60_000;

/// Apple: a token by the base64 secret of the messaging API, for this service provider.
pub(super) fn apple(
    request: &Request<'_>,
    secret: &Secret,
    audience: &str,
    now: Timestamp,
) -> Result<(), Refused> {
    let text = std::str::from_utf8(secret.bytes()).map_err(|_| Refused::Mismatch)?;
    let secret = Secret::new(base64(text).unwrap_or_else(|_| secret.bytes().to_vec()));
    let claims = claims(credentials(request, "bearer")?, &secret, &[HMAC_SHA256], now)?;
    issued(&claims, now)?;
    let is_ours = match claims.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(several)) => several.iter().any(|one| one == audience),
        _ => false,
    };
    if is_ours { Ok(()) } else { Err(Refused::Foreign) }
}

/// Vonage: a token with the digest of the body, by the signature secret of the account.
pub(super) fn vonage(
    request: &Request<'_>,
    token: &str,
    secret: &Secret,
    now: Timestamp,
) -> Result<(), Refused> {
    // What is sent in the query instead would not be covered by the token.
    if request.body.is_empty() {
        return Err(Refused::Malformed);
    }
    covers(&vonage_token(token, secret, now)?, request.body)
}

/// What Vonage's token says, of whichever body.
pub(super) fn vonage_token(token: &str, secret: &Secret, now: Timestamp) -> Result<Value, Refused> {
    let claims = claims(token, secret, &[HMAC_SHA256], now)?;
    issued(&claims, now)?;
    Ok(claims)
}

/// MessageBird: a token with the digests of address and body, from this issuer, with a begin and an end.
pub(super) fn messagebird(
    request: &Request<'_>,
    token: &str,
    secret: &Secret,
    now: Timestamp,
) -> Result<(), Refused> {
    covers(&messagebird_token(request, token, secret, now)?, request.body)
}

/// What MessageBird's token says, of whichever body.
pub(super) fn messagebird_token(
    request: &Request<'_>,
    token: &str,
    secret: &Secret,
    now: Timestamp,
) -> Result<Value, Refused> {
    let claims = claims(token, secret, &[HMAC_SHA256, HMAC_SHA384, HMAC_SHA512], now)?;
    if claims["iss"] != "MessageBird" {
        return Err(Refused::Foreign);
    }
    if !claims["exp"].is_number() || !claims["nbf"].is_number() {
        return Err(Refused::Malformed);
    }
    digest_of(request.url.as_bytes(), claims["url_hash"].as_str().ok_or(Refused::Malformed)?)?;
    Ok(claims)
}

/// The claim's digest is that of the body; without a body there need be none.
fn covers(claims: &Value, body: &[u8]) -> Result<(), Refused> {
    match claims["payload_hash"].as_str() {
        Some(digest) => digest_of(body, digest),
        None if body.is_empty() => Ok(()),
        None => Err(Refused::Mismatch),
    }
}

/// What a token says, where it is rightly signed and of now.
fn claims(
    token: &str,
    secret: &Secret,
    allowed: &[hmac::Algorithm],
    now: Timestamp,
) -> Result<Value, Refused> {
    let (signed, code) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (head, body) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let head = json(head)?;
    let algorithm = match head["alg"].as_str() {
        Some("HS256") => HMAC_SHA256,
        Some("HS384") => HMAC_SHA384,
        Some("HS512") => HMAC_SHA512,
        _ => return Err(Refused::Malformed),
    };
    if !allowed.contains(&algorithm) {
        return Err(Refused::Malformed);
    }
    mac(algorithm, secret, &[signed.as_bytes()], &bytes(code)?)?;
    let claims = json(body)?;
    let ended = at(&claims, "exp")?.is_some_and(|end| end.saturating_add(LEEWAY_MS) < now.0);
    let to_come = at(&claims, "nbf")?.is_some_and(|begin| begin.saturating_sub(LEEWAY_MS) > now.0);
    if ended || to_come { Err(Refused::Stale) } else { Ok(claims) }
}

/// A token without an end is of one attempt, where it says when it was issued.
fn issued(claims: &Value, now: Timestamp) -> Result<(), Refused> {
    at(claims, "iat")?.map_or(Ok(()), |at| recent(Timestamp(at), now, WINDOW_MS))
}

/// The instant of a claim, if it is there. Numbers in a token are seconds, and may have a fraction.
fn at(claims: &Value, name: &str) -> Result<Option<i64>, Refused> {
    match &claims[name] {
        Value::Null => Ok(None),
        Value::Number(seconds) => Ok(seconds.as_f64().map(|seconds| (seconds * 1_000.0) as i64)),
        _ => Err(Refused::Malformed),
    }
}

fn json(part: &str) -> Result<Value, Refused> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Refused::Malformed)
}

fn bytes(part: &str) -> Result<Vec<u8>, Refused> {
    BASE64URL_NOPAD.decode(part.trim_end_matches('=').as_bytes()).map_err(|_| Refused::Malformed)
}
