//! Ed25519: the provider keeps the private key, and everybody may know the public one.

use ring::signature::{ED25519, UnparsedPublicKey};

use super::compare::{base64, fresh, hex};
use super::{Refused, Request};
use crate::domain::Timestamp;

/// How long a public key is.
const KEY_BYTES: usize = 32;

/// How the provider writes its public key down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    Base64,
    Hex,
}

/// The public key of a text, where it is one.
pub fn public_key(text: &str, letters: Letters) -> Option<Vec<u8>> {
    let bytes = match letters {
        Letters::Base64 => base64(text),
        Letters::Hex => hex(text),
    };
    bytes.ok().filter(|bytes| bytes.len() == KEY_BYTES)
}

/// Telnyx: base64 over `<instant>|<body>`.
pub(super) fn telnyx(request: &Request<'_>, key: &[u8], now: Timestamp) -> Result<(), Refused> {
    let at = request.header("telnyx-timestamp")?;
    let code = base64(request.header("telnyx-signature-ed25519")?)?;
    check(key, &[at.as_bytes(), b"|", request.body], &code)?;
    fresh(at, now)
}

/// Discord: digits over `<instant><body>`.
pub(super) fn discord(request: &Request<'_>, key: &[u8], now: Timestamp) -> Result<(), Refused> {
    let at = request.header("x-signature-timestamp")?;
    let code = hex(request.header("x-signature-ed25519")?)?;
    check(key, &[at.as_bytes(), request.body], &code)?;
    fresh(at, now)
}

fn check(key: &[u8], parts: &[&[u8]], code: &[u8]) -> Result<(), Refused> {
    UnparsedPublicKey::new(&ED25519, key).verify(&parts.concat(), code).map_err(|_| Refused::Mismatch)
}
