//! PEM files of certificates and their keys, read as the TLS library will read them.

use std::path::Path;

use async_nats::rustls::pki_types::pem::PemObject;
use async_nats::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::secrets::{CERTIFICATE, SettingsError, read};

/// At least one certificate stands in the file, and every one can be read.
pub(super) fn authorities(path: &Path) -> Result<(), SettingsError> {
    let what = CERTIFICATE;
    let malformed = |why: String| SettingsError::Malformed { what, path: path.to_owned(), why };
    let pem = read(what, path)?;
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        certificate.map_err(|error| malformed(error.to_string()))?;
        count += 1;
    }
    if count == 0 { Err(malformed("there is no certificate in PEM".to_owned())) } else { Ok(()) }
}

/// A private key stands in the file. What is wrong with one is not told in detail: it is a secret.
pub(super) fn private_key(path: &Path) -> Result<(), SettingsError> {
    let what = "key of the certificate";
    let pem = read(what, path)?;
    let why = "there is no private key in PEM".to_owned();
    let malformed = |_| SettingsError::Malformed { what, path: path.to_owned(), why };
    PrivateKeyDer::from_pem_slice(&pem).map(drop).map_err(malformed)
}
