//! The relay's settings as the sender uses them. Secrets and certificates are read here, once, at start: what
//! cannot be read keeps the daemon from starting.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::SecretString;

use crate::config::{Smtp, SmtpSecurity};
use crate::shell::settings::{SettingsError, read, secret};

use super::relay_id;

/// Where the kernel tells the host's name.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";
/// What we call ourselves where the host has no name that a relay would take.
const NAMELESS: &str = "[127.0.0.1]";

/// The relay that takes our mail, ready to be spoken to.
pub struct Relay {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: SmtpSecurity,
    /// None for a plain connection.
    pub(super) tls: Option<TlsParameters>,
    pub(super) login: Option<(String, SecretString)>,
    pub(super) hello: ClientId,
    /// The domain of the Message-IDs that it writes over ours, where it does.
    pub(super) id_domain: Option<String>,
    /// How long one mail may take from connecting to the answer to its body.
    pub(super) timeout: Duration,
    /// How many mails are on their way at once.
    pub(super) parallel: usize,
}

/// Why the relay cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum RelayFault {
    /// The password or the certificates.
    #[error(transparent)]
    File(#[from] SettingsError),
    /// The certificates are none.
    #[error("`smtp.ca_file` is {path}, which holds no certificate in PEM", path = path.display())]
    NoCertificate { path: PathBuf },
    /// TLS cannot be set up for this host.
    #[error("cannot set up TLS for the relay {host}: {source}")]
    Tls { host: String, source: lettre::transport::smtp::Error },
    /// The name would break the dialog.
    #[error("`smtp.hello` is `{hello}`, which is no name of a host; write one as `switchboard.example.org`")]
    Hello { hello: String },
}

impl Relay {
    /// Reads what the settings name.
    pub fn open(smtp: &Smtp) -> Result<Relay, RelayFault> {
        let login = match &smtp.login {
            Some((user, path)) => Some((user.clone(), secret("password of the relay", path)?.into())),
            None => None,
        };
        Ok(Relay {
            host: smtp.host.clone(),
            port: smtp.port,
            security: smtp.security,
            tls: tls(smtp)?,
            login,
            hello: hello(smtp)?,
            id_domain: smtp.message_id_domain.clone().or_else(|| relay_id::domain_of(&smtp.host)),
            timeout: Duration::from_millis(smtp.timeout.0.unsigned_abs()),
            parallel: usize::from(smtp.parallel.max(1)),
        })
    }

    /// How many mails are on their way at once.
    pub fn parallel(&self) -> usize {
        self.parallel
    }

    /// How long one mail may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

fn tls(smtp: &Smtp) -> Result<Option<TlsParameters>, RelayFault> {
    if smtp.security == SmtpSecurity::Plain {
        return Ok(None);
    }
    let mut builder = TlsParameters::builder(smtp.host.clone());
    if let Some(path) = &smtp.ca_file {
        let pem = read("certificate of the relay", path)?;
        let none = || RelayFault::NoCertificate { path: path.clone() };
        // Bytes without a certificate are no fault to the library, and nobody would be believed.
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(none());
        }
        let certificate = Certificate::from_pem(&pem).map_err(|_| none())?;
        // Who names a signer means that one and nobody of the system's.
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    let built = builder.build_rustls();
    built.map(Some).map_err(|source| RelayFault::Tls { host: smtp.host.clone(), source })
}

fn hello(smtp: &Smtp) -> Result<ClientId, RelayFault> {
    if let Some(hello) = &smtp.hello {
        if !is_host(hello) {
            return Err(RelayFault::Hello { hello: hello.clone() });
        }
        return Ok(ClientId::Domain(hello.clone()));
    }
    let host = std::fs::read_to_string(HOST_NAME).unwrap_or_default();
    let host = host.trim();
    Ok(ClientId::Domain(if is_host(host) { host } else { NAMELESS }.to_owned()))
}

/// A name or an address in brackets: nothing that could end the line.
fn is_host(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !name.is_empty() && name.len() <= 255 && name.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_end_the_line_is_none() {
        assert!(is_host("relay.example.org") && is_host("[192.0.2.1]") && is_host("[IPv6:2001:db8::1]"));
        assert!(!is_host("") && !is_host("a b") && !is_host("a\r\nRCPT") && !is_host(&"a".repeat(256)));
    }
}
