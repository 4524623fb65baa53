//! The HTTP door of webhooks: its addresses and its limits.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::Path;

use super::nats::auth;
use super::value::{number, span};
use super::webhook;
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{RawFile, SizeText};
use crate::config::settings::Gateway;
use crate::config::span::{Unfit, size};
use crate::domain::{Source, Span};

/// Where webhooks are taken unless it is said.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8_321);
const BODY_DEFAULT: u64 = 1 << 20;
const BODY_LEAST: u64 = 1 << 10;
/// What a mail may have; every other input is smaller.
const BODY_MOST: u64 = 35 << 20;
/// What all bodies may have together; where one may be large, four of them.
const BODIES_DEFAULT: u64 = 64 << 20;
const BODIES_MOST: u64 = 1 << 30;
/// A source alone has half, and a packed body counts as it came and as it is: with less, a large one has never room.
const BODIES_LEAST: u64 = 3;

/// The door with all that it takes.
pub(super) fn gateway(raw: &RawFile, dir: &Path, sources: &[Source], findings: &mut Findings) -> Gateway {
    let gateway = &raw.gateway;
    let public_url = gateway.public_url.as_deref().map(|written| public_url(findings, written));
    let webhooks = webhook::webhooks(raw, dir, sources, findings);
    if public_url.is_none() {
        webhook::needing_url(&webhooks, findings);
    }
    let limits = Span(100)..=Span::minutes(1);
    let whole = |findings: &mut Findings, key: &str, written: Option<i64>, default: i64| {
        let value = number(findings, &format!("gateway.{key}"), written, default, 1..=10_000);
        u16::try_from(value).unwrap_or(u16::MAX)
    };
    let timeout = gateway.ack_timeout.as_ref();
    let one = sized(findings, "body_max", gateway.body_max.as_ref(), BODY_DEFAULT, BODY_LEAST..=BODY_MOST);
    let all = gateway.bodies_max.as_ref();
    let all =
        sized(findings, "bodies_max", all, BODIES_DEFAULT.max(4 * one), BODIES_LEAST * one..=BODIES_MOST);
    Gateway {
        listen: address(findings, "gateway.listen", gateway.listen.as_deref()).unwrap_or(LISTEN),
        public_url,
        status: address(findings, "gateway.status", gateway.status.as_deref()),
        body_max: one,
        bodies_max: all,
        connections: whole(findings, "connections", gateway.connections, 256),
        in_flight: whole(findings, "in_flight", gateway.in_flight, 64),
        ack_timeout: span(findings, "gateway.ack_timeout", timeout, Span::seconds(2), limits),
        auth: auth(findings, dir, "gateway.nats", &gateway.nats),
        webhooks,
    }
}

fn address(findings: &mut Findings, at: &str, written: Option<&str>) -> Option<SocketAddr> {
    let text = written?;
    let address = text.parse();
    if address.is_err() {
        let fact = format!("`{at}` is `{text}`, which is not an address with a port");
        let hint = "write an IP address and a port, as `127.0.0.1:8321` or `[::1]:8321`";
        findings.push(Finding::error(Code::BadAddress, at, fact).hint(hint));
    }
    address.ok()
}

/// Scheme, host, port and path, without the slash at its end. Nothing secret belongs there, so no login does.
fn public_url(findings: &mut Findings, written: &str) -> String {
    let rest = written.strip_prefix("https://").or_else(|| written.strip_prefix("http://"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:[]/%".contains(&byte);
    let fits = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(plain));
    if !fits {
        let at = "gateway.public_url";
        let fact = format!("`{at}` is not a URL that a provider could call");
        let hint = "write what stands before the path of a webhook, as `https://hooks.example.org`";
        findings.push(Finding::error(Code::BadUrl, at, fact).hint(hint));
    }
    written.trim_end_matches('/').to_owned()
}

fn sized(
    findings: &mut Findings,
    key: &str,
    written: Option<&SizeText>,
    default: u64,
    limits: RangeInclusive<u64>,
) -> u64 {
    let Some(written) = written else { return default };
    let at = format!("gateway.{key}");
    match size(&written.0) {
        Ok(bytes) if limits.contains(&bytes) => return bytes,
        Ok(_) => {
            let fact = format!("`{at}` is {}, which is outside its limits", written.0);
            let hint = format!("it is from {} to {}", bytes_text(*limits.start()), bytes_text(*limits.end()));
            findings.push(Finding::error(Code::OutOfRange, at, fact).hint(hint));
        }
        Err(Unfit(hint)) => {
            let fact = format!("`{at}` is `{}`, which is not a size", written.0);
            findings.push(Finding::error(Code::BadSize, at, fact).hint(hint));
        }
    }
    default
}

/// A size as a file would have it.
fn bytes_text(bytes: u64) -> String {
    match bytes {
        bytes if bytes % (1 << 30) == 0 => format!("{}GiB", bytes >> 30),
        bytes if bytes % (1 << 20) == 0 => format!("{}MiB", bytes >> 20),
        bytes if bytes % (1 << 10) == 0 => format!("{}KiB", bytes >> 10),
        bytes => format!("{bytes}B"),
    }
}
