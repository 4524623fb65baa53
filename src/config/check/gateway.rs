//! The HTTP door of webhooks: its addresses and its limits.

use std::net::{Ipv4Addr, SocketAddr};
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
    Gateway {
        listen: address(findings, "gateway.listen", gateway.listen.as_deref()).unwrap_or(LISTEN),
        public_url,
        status: address(findings, "gateway.status", gateway.status.as_deref()),
        body_max: body_max(findings, gateway.body_max.as_ref()),
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

fn body_max(findings: &mut Findings, written: Option<&SizeText>) -> u64 {
    let Some(written) = written else { return BODY_DEFAULT };
    let at = "gateway.body_max";
    match size(&written.0) {
        Ok(bytes) if (BODY_LEAST..=BODY_MOST).contains(&bytes) => return bytes,
        Ok(_) => {
            let fact = format!("`{at}` is {}, which is outside its limits", written.0);
            findings.push(Finding::error(Code::OutOfRange, at, fact).hint("it is from 1KiB to 35MiB"));
        }
        Err(Unfit(hint)) => {
            let fact = format!("`{at}` is `{}`, which is not a size", written.0);
            findings.push(Finding::error(Code::BadSize, at, fact).hint(hint));
        }
    }
    BODY_DEFAULT
}
