//! PEM files of certificates and their keys, taken as far as the TLS library takes them before it connects.

use std::path::Path;
use std::sync::Arc;

use async_nats::rustls::crypto::ring;
use async_nats::rustls::pki_types::pem::PemObject;
use async_nats::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use async_nats::rustls::sign::{CertifiedKey, SigningKey};
use async_nats::rustls::{Error, InconsistentKeys, RootCertStore};

use super::secrets::{CERTIFICATE, SettingsError, read};

/// What a private key is called.
const KEY: &str = "key of the certificate";

/// At least one certificate stands in the file, and each can sign for others.
pub(super) fn authorities(path: &Path) -> Result<(), SettingsError> {
    let mut roots = RootCertStore::empty();
    for certificate in chain(path)? {
        roots.add(certificate).map_err(|error| malformed(CERTIFICATE, path, error.to_string()))?;
    }
    Ok(())
}

/// The certificates of the file, at least one.
pub(super) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, SettingsError> {
    let pem = read(CERTIFICATE, path)?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if chain.is_empty() => {
            Err(malformed(CERTIFICATE, path, "there is no certificate in PEM".to_owned()))
        }
        Ok(chain) => Ok(chain),
        Err(error) => Err(malformed(CERTIFICATE, path, error.to_string())),
    }
}

/// The private key of the file. What is wrong with one is not told in detail: it is a secret.
pub(super) fn private_key(path: &Path) -> Result<Arc<dyn SigningKey>, SettingsError> {
    let pem = read(KEY, path)?;
    let none = |_| malformed(KEY, path, "there is no private key in PEM".to_owned());
    let unusable = |_| malformed(KEY, path, "TLS cannot use it as a private key".to_owned());
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(none)?;
    ring::default_provider().key_provider.load_private_key(key).map_err(unusable)
}

/// The key is that of the first certificate.
pub(super) fn belong_together(
    (cert_file, chain): (&Path, Vec<CertificateDer<'static>>),
    (key_file, key): (&Path, Arc<dyn SigningKey>),
) -> Result<(), SettingsError> {
    match CertifiedKey::new(chain, key).keys_match() {
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(()),
        Err(Error::InconsistentKeys(_)) => {
            let why = format!("it is not that of {}", cert_file.display());
            Err(malformed(KEY, key_file, why))
        }
        Err(error) => Err(malformed(CERTIFICATE, cert_file, error.to_string())),
    }
}

fn malformed(what: &'static str, path: &Path, why: String) -> SettingsError {
    SettingsError::Malformed { what, path: path.to_owned(), why }
}
