//! Codes over the address that the provider called. Behind a proxy it is not what we see, so the settings say it.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256};

use super::compare::{base64, digest_of, fresh, mac, sha256};
use super::{Refused, Request, Secret, jwt};
use crate::domain::Timestamp;

/// The most parameters of a form that are sorted.
const PARAMETERS_MAX: usize = 1_000;

type Pair = (String, String);

/// Twilio: base64 of SHA-1 over the address and the sorted form, by the account's token. Where the body is JSON,
/// the query has its digest, and only the address is signed.
pub(super) fn twilio(request: &Request<'_>, secret: &Secret) -> Result<(), Refused> {
    let code = base64(request.header("x-twilio-signature")?)?;
    let digest = form_urlencoded::parse(request.query.as_bytes()).find(|(key, _)| key == "bodySHA256");
    let mut signed = String::new();
    if digest.is_none() {
        let mut pairs = pairs(request.body)?;
        pairs.sort();
        pairs.dedup();
        pairs.iter().for_each(|(key, value)| {
            signed.push_str(key);
            signed.push_str(value);
        });
    }
    // Twilio signs the address with its port or without, and says not when.
    let other = with_other_port(request.url);
    let check =
        |url: &str| mac(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret, &[url.as_bytes(), signed.as_bytes()], &code);
    check(request.url).or_else(|refused| other.as_deref().map_or(Err(refused), check))?;
    digest.map_or(Ok(()), |(_, digest)| digest_of(request.body, &digest))
}

/// Plivo: by the account's token, in the way of the newer of the versions that were sent.
pub(super) fn plivo(request: &Request<'_>, secret: &Secret) -> Result<(), Refused> {
    match codes(request, ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"]) {
        Err(Refused::Missing(name)) => match plivo_v2(request, secret) {
            Err(Refused::Missing(_)) => Err(Refused::Missing(name)),
            verdict => verdict,
        },
        Err(refused) => Err(refused),
        Ok(codes) => plivo_v3(request, secret, &codes),
    }
}

/// Whether Plivo's proof is of the version that says nothing of query and body, as messages have it.
pub(super) fn is_bare_plivo(request: &Request<'_>) -> bool {
    let of_v3 = codes(request, ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"]);
    matches!(of_v3, Err(Refused::Missing(_)))
}

/// Base64 over the address without its query, and the nonce.
fn plivo_v2(request: &Request<'_>, secret: &Secret) -> Result<(), Refused> {
    let codes = codes(request, ["x-plivo-signature-v2", "x-plivo-signature-ma-v2"])?;
    let nonce = request.header("x-plivo-signature-v2-nonce")?;
    any(&codes, secret, &[without_query(request.url).as_bytes(), nonce.as_bytes()])
}

/// Base64 over the address with its query sorted, the sorted form and the nonce.
fn plivo_v3(request: &Request<'_>, secret: &Secret, codes: &[&str]) -> Result<(), Refused> {
    let nonce = request.header("x-plivo-signature-v3-nonce")?;
    let (mut query, mut form) = (pairs(request.query.as_bytes())?, pairs(request.body)?);
    query.sort();
    form.sort();
    let query: Vec<String> = query.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let mut signed = without_query(request.url).to_owned();
    if !query.is_empty() || !form.is_empty() {
        signed.push('?');
        signed.push_str(&query.join("&"));
    }
    if !query.is_empty() && !form.is_empty() {
        signed.push('.');
    }
    form.iter().for_each(|(key, value)| {
        signed.push_str(key);
        signed.push_str(value);
    });
    any(codes, secret, &[signed.as_bytes(), b".", nonce.as_bytes()])
}

/// The codes of these headers: a subaccount's requests have the main account's besides, and each header has one for
/// each token that is valid.
fn codes<'a>(request: &Request<'a>, names: [&'static str; 2]) -> Result<Vec<&'a str>, Refused> {
    let [own, main] = names.map(|name| request.header(name));
    match (own, main) {
        (Ok(own), Ok(main)) => Ok(own.split(',').chain(main.split(',')).collect()),
        (Ok(only), Err(Refused::Missing(_))) | (Err(Refused::Missing(_)), Ok(only)) => {
            Ok(only.split(',').collect())
        }
        (Err(Refused::Missing(_)), Err(other)) | (Err(other), _) | (_, Err(other)) => Err(other),
    }
}

fn any(codes: &[&str], secret: &Secret, parts: &[&[u8]]) -> Result<(), Refused> {
    let check = |code: &&str| mac(HMAC_SHA256, secret, parts, &base64(code)?);
    codes.iter().map(check).find(Result::is_ok).unwrap_or(Err(Refused::Mismatch))
}

fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(bare, _)| bare)
}

/// MessageBird: a signed token with digests of address and body. Bird, its successor: base64 over the instant, the
/// address and the digest of the body. Each by the signing key.
pub(super) fn messagebird(request: &Request<'_>, secret: &Secret, now: Timestamp) -> Result<(), Refused> {
    if let Ok(token) = request.header("messagebird-signature-jwt") {
        return jwt::messagebird(request, token, secret, now);
    }
    let code = base64(request.header("messagebird-signature")?)?;
    let at = request.header("messagebird-request-timestamp")?;
    let digest = sha256(request.body);
    let parts: [&[u8]; 5] = [at.as_bytes(), b"\n", request.url.as_bytes(), b"\n", &digest];
    mac(HMAC_SHA256, secret, &parts, &code)?;
    fresh(at, now)
}

fn pairs(form: &[u8]) -> Result<Vec<Pair>, Refused> {
    let pairs: Vec<Pair> = form_urlencoded::parse(form)
        .take(PARAMETERS_MAX + 1)
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    if pairs.len() > PARAMETERS_MAX { Err(Refused::Malformed) } else { Ok(pairs) }
}

/// The same address with the usual port of its scheme, or without any.
fn with_other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let usual = if scheme == "https" { "443" } else { "80" };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    match host.rsplit_once(':') {
        Some((bare, port)) if !port.contains(']') => Some(format!("{scheme}://{bare}{path}")),
        _ => Some(format!("{scheme}://{host}:{usual}{path}")),
    }
}
