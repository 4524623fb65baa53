//! Codes over the body, with the instant and a nonce where the provider has them.

use ring::hmac::HMAC_SHA256;

use super::compare::{base64, fresh, hex, mac};
use super::{Refused, Request, Secret};
use crate::domain::Timestamp;

/// WhatsApp, Messenger and Instagram: `sha256=` and digits, by the app's secret.
pub(super) fn meta(request: &Request<'_>, secret: &Secret) -> Result<(), Refused> {
    let code = prefixed(request.header("x-hub-signature-256")?, "sha256=")?;
    mac(HMAC_SHA256, secret, &[request.body], &code)
}

/// Slack: `v0=` and digits over `v0:<instant>:<body>`, by the app's signing secret.
pub(super) fn slack(request: &Request<'_>, secret: &Secret, now: Timestamp) -> Result<(), Refused> {
    let at = request.header("x-slack-request-timestamp")?;
    let code = prefixed(request.header("x-slack-signature")?, "v0=")?;
    mac(HMAC_SHA256, secret, &[b"v0:", at.as_bytes(), b":", request.body], &code)?;
    fresh(at, now)
}

/// LINE: base64, by the channel's secret.
pub(super) fn line(request: &Request<'_>, secret: &Secret) -> Result<(), Refused> {
    let code = base64(request.header("x-line-signature")?)?;
    mac(HMAC_SHA256, secret, &[request.body], &code)
}

/// Viber: digits, by the bot's authentication token.
pub(super) fn viber(request: &Request<'_>, secret: &Secret) -> Result<(), Refused> {
    let code = hex(request.header("x-viber-content-signature")?)?;
    mac(HMAC_SHA256, secret, &[request.body], &code)
}

/// Chatwoot: `sha256=` and digits over `<instant>.<body>`, by the webhook's secret.
pub(super) fn chatwoot(request: &Request<'_>, secret: &Secret, now: Timestamp) -> Result<(), Refused> {
    let at = request.header("x-chatwoot-timestamp")?;
    let code = prefixed(request.header("x-chatwoot-signature")?, "sha256=")?;
    mac(HMAC_SHA256, secret, &[at.as_bytes(), b".", request.body], &code)?;
    fresh(at, now)
}

/// Sinch: base64 over `<body>.<nonce>.<instant>`, by the webhook's secret.
pub(super) fn sinch(request: &Request<'_>, secret: &Secret, now: Timestamp) -> Result<(), Refused> {
    let at = request.header("x-sinch-webhook-signature-timestamp")?;
    let nonce = request.header("x-sinch-webhook-signature-nonce")?;
    let algorithm = request.header("x-sinch-webhook-signature-algorithm").unwrap_or("HmacSHA256");
    if !algorithm.eq_ignore_ascii_case("HmacSHA256") {
        return Err(Refused::Malformed);
    }
    let code = base64(request.header("x-sinch-webhook-signature")?)?;
    mac(HMAC_SHA256, secret, &[request.body, b".", nonce.as_bytes(), b".", at.as_bytes()], &code)?;
    fresh(at, now)
}

fn prefixed(written: &str, begin: &str) -> Result<Vec<u8>, Refused> {
    hex(written.trim().strip_prefix(begin).ok_or(Refused::Malformed)?)
}
