//! The way to NATS. Secrets are taken as files only: a URL with a password in it is refused, and its text is
//! not repeated.

use std::path::Path;

use super::site::file;
use super::value::{number, span};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{RawAuth, RawFile, RawNats, RawTls, SizeText};
use crate::config::settings::{Auth, Identity, Nats, Tls};
use crate::config::span::{Unfit, size};
use crate::domain::Span;

const URL_DEFAULT: &str = "nats://127.0.0.1:4222";
const IN_BYTES_DEFAULT: u64 = 1 << 30;
const OUT_BYTES_DEFAULT: u64 = 256 << 20;
const BYTES_LEAST: u64 = 1 << 20;
const BYTES_MOST: u64 = 1 << 50;

/// How to reach the servers.
pub(super) fn nats(raw: &RawFile, dir: &Path, findings: &mut Findings) -> Nats {
    let nats = &raw.nats;
    let replicas = number(findings, "nats.replicas", nats.replicas, 1, 1..=5);
    let timeout = nats.append_timeout.as_ref();
    Nats {
        urls: urls(nats, findings),
        door: auth(findings, dir, "nats.door", &nats.door),
        journal: auth(findings, dir, "nats.journal", &nats.journal),
        tls: tls(findings, dir, &nats.tls),
        replicas: u8::try_from(replicas).unwrap_or(1),
        in_max_bytes: bytes(findings, "nats.in_max_bytes", nats.in_max_bytes.as_ref(), IN_BYTES_DEFAULT),
        out_max_bytes: bytes(findings, "nats.out_max_bytes", nats.out_max_bytes.as_ref(), OUT_BYTES_DEFAULT),
        append_timeout: span(
            findings,
            "nats.append_timeout",
            timeout,
            Span::seconds(5),
            Span(100)..=Span::minutes(1),
        ),
    }
}

fn urls(nats: &RawNats, findings: &mut Findings) -> Vec<String> {
    let Some(urls) = &nats.url else { return vec![URL_DEFAULT.to_owned()] };
    if urls.items.is_empty() && !findings.was_refused("nats.url") {
        findings.push(Finding::error(Code::EmptyList, "nats.url", "`nats.url` names no server"));
    }
    for (place, url) in urls.items.iter().enumerate() {
        let at = if urls.listed { format!("nats.url[{place}]") } else { "nats.url".to_owned() };
        check_url(findings, &at, url);
    }
    urls.items.clone()
}

fn check_url(findings: &mut Findings, at: &str, url: &str) {
    let rest = ["nats://", "tls://", "ws://", "wss://"].iter().find_map(|scheme| url.strip_prefix(scheme));
    if url.contains('@') {
        let fact = format!("`{at}` holds a user or a secret in the file itself");
        let hint = "name the user and the file of the secret in `[nats.door]` and `[nats.journal]`";
        findings.push(Finding::error(Code::SecretInline, at, fact).hint(hint));
        // The text is not repeated: a secret may stand in the wrong place of it.
    } else if !rest.is_some_and(is_host_and_port) {
        let fact = format!("`{at}` is not the URL of a NATS server");
        findings.push(Finding::error(Code::BadUrl, at, fact).hint("one looks like `nats://127.0.0.1:4222`"));
    }
}

fn is_host_and_port(rest: &str) -> bool {
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        // A colon inside brackets belongs to an IPv6 address.
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._[]:".contains(letter);
    !host.is_empty()
        && host.chars().all(plain)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn bytes(findings: &mut Findings, at: &str, written: Option<&SizeText>, default: u64) -> u64 {
    let Some(written) = written else { return default };
    match size(&written.0) {
        Ok(bytes) if (BYTES_LEAST..=BYTES_MOST).contains(&bytes) => bytes,
        Ok(_) => {
            let fact = format!("`{at}` is {}, which is outside its limits", written.0);
            findings.push(Finding::error(Code::OutOfRange, at, fact).hint("it is from 1MiB to 1024TiB"));
            default
        }
        Err(Unfit(hint)) => {
            let fact = format!("`{at}` is `{}`, which is not a size", written.0);
            findings.push(Finding::error(Code::BadSize, at, fact).hint(hint));
            default
        }
    }
}

/// How a connection proves itself.
pub(super) fn auth(findings: &mut Findings, dir: &Path, at: &str, raw: &RawAuth) -> Auth {
    let mut ways = Vec::new();
    let mut path = |key: &str, written: &str| file(findings, dir, &format!("{at}.{key}"), written);
    if let Some(written) = &raw.password_file {
        let user = raw.user.clone().unwrap_or_default();
        ways.push(Auth::Password { user, file: path("password_file", written) });
    }
    ways.extend(raw.creds_file.as_ref().map(|written| Auth::Creds(path("creds_file", written))));
    ways.extend(raw.nkey_file.as_ref().map(|written| Auth::Nkey(path("nkey_file", written))));
    ways.extend(raw.token_file.as_ref().map(|written| Auth::Token(path("token_file", written))));
    if ways.len() > 1 {
        let fact = format!("`{at}` names {} ways to prove itself", ways.len());
        let hint = "keep one of `password_file`, `creds_file`, `nkey_file` and `token_file`";
        findings.push(Finding::error(Code::BadAuth, at, fact).hint(hint));
    } else if raw.user.is_some() != raw.password_file.is_some() {
        let fact = format!("`{at}` has one of `user` and `password_file`");
        findings.push(Finding::error(Code::BadAuth, at, fact).hint("they go together: write both"));
    }
    ways.pop().unwrap_or_default()
}

fn tls(findings: &mut Findings, dir: &Path, raw: &RawTls) -> Tls {
    let mut path = |key: &str, written: &str| file(findings, dir, &format!("nats.tls.{key}"), written);
    let ca_file = raw.ca_file.as_ref().map(|written| path("ca_file", written));
    let cert_file = raw.cert_file.as_ref().map(|written| path("cert_file", written));
    let key_file = raw.key_file.as_ref().map(|written| path("key_file", written));
    if cert_file.is_some() != key_file.is_some() {
        let fact = "`nats.tls` has one of `cert_file` and `key_file`";
        findings.push(Finding::error(Code::BadAuth, "nats.tls", fact).hint("they go together: write both"));
    }
    let identity = cert_file.zip(key_file).map(|(cert_file, key_file)| Identity { cert_file, key_file });
    Tls { ca_file, identity }
}
