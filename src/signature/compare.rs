//! The few acts that all signatures are made of.

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use ring::{digest, hmac};

use super::{Refused, Secret};
use crate::domain::Timestamp;

/// How far the instant of an attempt may be from now: what Slack and Telnyx ask for.
pub(super) const WINDOW_MS: u64 = 5 * 60 * 1_000;

/// Whether this is the secret. How long it takes says nothing of where they differ.
pub(super) fn same(given: &[u8], secret: &[u8]) -> Result<(), Refused> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let wanted = hmac::sign(&key, secret);
    hmac::verify(&key, given, wanted.as_ref()).map_err(|_| Refused::Mismatch)
}

/// Whether the code is that of these parts, one behind the other.
pub(super) fn mac(
    algorithm: hmac::Algorithm,
    secret: &Secret,
    parts: &[&[u8]],
    code: &[u8],
) -> Result<(), Refused> {
    let key = hmac::Key::new(algorithm, secret.bytes());
    hmac::verify(&key, &parts.concat(), code).map_err(|_| Refused::Mismatch)
}

/// The bytes of hexadecimal digits, in either case.
pub(super) fn hex(text: &str) -> Result<Vec<u8>, Refused> {
    HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| Refused::Malformed)
}

/// The bytes of base64, with or without its padding.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, Refused> {
    let text = text.trim();
    let padded = BASE64.decode(text.as_bytes());
    padded.or_else(|_| BASE64_NOPAD.decode(text.as_bytes())).map_err(|_| Refused::Malformed)
}

pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// Whether the hexadecimal digest is that of these bytes.
pub(super) fn digest_of(bytes: &[u8], written: &str) -> Result<(), Refused> {
    same(&sha256(bytes), &hex(written)?)
}

/// An instant as its provider writes it: in seconds, or in milliseconds where it would be thousands of years away.
pub(super) fn instant(written: &str) -> Result<Timestamp, Refused> {
    let number: i64 = written.trim().parse().map_err(|_| Refused::Malformed)?;
    let is_seconds = number.unsigned_abs() < 100_000_000_000;
    Ok(Timestamp(if is_seconds { number.saturating_mul(1_000) } else { number }))
}

/// Whether the instant of an attempt is near to now.
pub(super) fn fresh(written: &str, now: Timestamp) -> Result<(), Refused> {
    recent(instant(written)?, now, WINDOW_MS)
}

/// Whether an instant is at most so long ago, and not to come but for what clocks differ.
pub(super) fn recent(at: Timestamp, now: Timestamp, age_max: u64) -> Result<(), Refused> {
    let room = if at.0 > now.0 { WINDOW_MS } else { age_max };
    if at.0.abs_diff(now.0) > room { Err(Refused::Stale) } else { Ok(()) }
}
