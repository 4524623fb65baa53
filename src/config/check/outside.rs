//! What the daemon is to the world besides NATS: the relay of its mail, the mail's form, its HTTP address, its
//! control socket.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::site::file;
use super::value::{number, span};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{RawFile, RawSmtp};
use crate::config::settings::{Notice, Smtp, SmtpSecurity};
use crate::domain::Span;

/// The longest path of a socket: the kernel has room for 107 bytes, and while it is made it has a longer name.
const SOCKET_BYTES_MAX: usize = 95;

/// The relay, where there is one.
pub(super) fn smtp(raw: &RawFile, dir: &Path, findings: &mut Findings) -> Option<Smtp> {
    let smtp = raw.smtp.as_ref()?;
    let Some(host) = smtp.host.clone().filter(|host| !host.is_empty()) else {
        findings.missing("smtp", "host", "name the relay that takes the mail, as `relay.example.org`");
        return None;
    };
    if !is_host(&host) {
        let fact = "`smtp.host` is no name of a host, and no address".to_owned();
        let hint = "one looks like `relay.example.org`; its port is `smtp.port`";
        findings.push(Finding::error(Code::BadAddress, "smtp.host", fact).hint(hint));
    }
    if smtp.message_id_domain.as_deref().is_some_and(|domain| domain.is_empty() || !is_host(domain)) {
        let fact = "`smtp.message_id_domain` is no domain".to_owned();
        let hint = "write what stands behind the `@` of the relay's own Message-IDs, as `mail.relay.example`";
        findings.push(Finding::error(Code::BadAddress, "smtp.message_id_domain", fact).hint(hint));
    }
    let security = smtp.security.unwrap_or_default();
    let usual = if security == SmtpSecurity::Tls { 465 } else { 587 };
    let port = number(findings, "smtp.port", smtp.port, usual, 1..=65_535);
    let parallel = number(findings, "smtp.parallel", smtp.parallel, 4, 1..=64);
    let limits = Span::seconds(1)..=Span::minutes(10);
    let ca_file = smtp.ca_file.as_ref().map(|written| file(findings, dir, "smtp.ca_file", written));
    Some(Smtp {
        host,
        port: u16::try_from(port).unwrap_or(587),
        security,
        login: login(smtp, dir, findings),
        ca_file,
        hello: smtp.hello.clone(),
        message_id_domain: smtp.message_id_domain.clone(),
        timeout: span(findings, "smtp.timeout", smtp.timeout.as_ref(), Span::seconds(60), limits),
        parallel: u8::try_from(parallel).unwrap_or(4),
    })
}

fn login(smtp: &RawSmtp, dir: &Path, findings: &mut Findings) -> Option<(String, PathBuf)> {
    match (&smtp.user, &smtp.password_file) {
        (Some(user), Some(written)) => {
            Some((user.clone(), file(findings, dir, "smtp.password_file", written)))
        }
        (None, None) => None,
        _ => {
            let fact = "`smtp` has one of `user` and `password_file`";
            findings.push(Finding::error(Code::BadAuth, "smtp", fact).hint("they go together: write both"));
            None
        }
    }
}

/// The form of the daemon's own mail.
pub(super) fn notice(raw: &RawFile, findings: &mut Findings) -> Notice {
    let notice = &raw.notice;
    if raw.smtp.is_some() && notice.from.is_none() {
        findings.missing(
            "notice",
            "from",
            "name who sends the escalation mails, as `Desk <desk@example.org>`",
        );
    }
    Notice {
        from: notice.from.clone(),
        subject: notice.subject.clone(),
        text: notice.text.clone(),
        html: notice.html.clone(),
    }
}

/// Where HTTP is answered.
pub(super) fn http(raw: &RawFile, findings: &mut Findings) -> Option<SocketAddr> {
    let text = raw.http.listen.as_ref()?;
    let address = text.parse();
    if address.is_err() {
        let fact = format!("`http.listen` is `{text}`, which is not an address with a port");
        let hint = "write an IP address and a port, as `127.0.0.1:9180` or `[::1]:9180`";
        findings.push(Finding::error(Code::BadAddress, "http.listen", fact).hint(hint));
    }
    address.ok()
}

/// The socket of the operator's commands.
pub(super) fn control(raw: &RawFile, dir: &Path, findings: &mut Findings) -> Option<PathBuf> {
    let written = raw.control.socket.as_ref()?;
    let path = file(findings, dir, "control.socket", written);
    let length = path.as_os_str().len();
    if length > SOCKET_BYTES_MAX {
        let fact = format!("the path of `control.socket` has {length} bytes, and a socket has a shorter one");
        let hint = format!("choose one of at most {SOCKET_BYTES_MAX} bytes, with its folder");
        findings.push(Finding::error(Code::OutOfRange, "control.socket", fact).hint(hint));
    }
    Some(path)
}

/// A name that can be looked up, or an address: no URL, no port, no user.
fn is_host(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_name = text.len() <= 253 && text.bytes().all(plain);
    is_name || text.parse::<IpAddr>().is_ok()
}
