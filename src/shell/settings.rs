//! From settings as checked to what the shell needs: secrets are read here, and nowhere else.

use std::path::{Path, PathBuf};

use crate::config::{Auth, Settings};

use super::nats::{Login, NatsSettings, Tls};
use super::site::Site;
use super::streams::StreamsSpec;

/// Why a secret could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("cannot read the {what} from {path}; check that it exists and that this user may read it", path = path.display())]
    Secret { what: &'static str, path: PathBuf, source: std::io::Error },
}

/// The site's secret key: the bytes of its file.
pub fn read_key(settings: &Settings) -> Result<Vec<u8>, SettingsError> {
    let path = &settings.key_file;
    std::fs::read(path).map_err(|source| SettingsError::Secret {
        what: "site key",
        path: path.clone(),
        source,
    })
}

/// How to connect.
pub fn nats_settings(settings: &Settings, instance: &str) -> Result<NatsSettings, SettingsError> {
    let tls = &settings.nats.tls;
    let identity = tls.identity.as_ref();
    Ok(NatsSettings {
        servers: settings.nats.urls.clone(),
        instance: format!("switchboard-{instance}"),
        door: login(&settings.nats.door)?,
        journal: login(&settings.nats.journal)?,
        tls: Tls {
            required: identity.is_some() || tls.ca_file.is_some(),
            first: false,
            roots: tls.ca_file.iter().cloned().collect(),
            certificate: identity.map(|identity| (identity.cert_file.clone(), identity.key_file.clone())),
        },
    })
}

/// What the streams must be.
pub fn streams_spec(settings: &Settings, site: &Site) -> StreamsSpec {
    let mut spec = StreamsSpec::new(site.clone());
    spec.replicas = usize::from(settings.nats.replicas);
    spec.in_bytes_max = i64::try_from(settings.nats.in_max_bytes).unwrap_or(i64::MAX);
    spec
}

fn login(auth: &Auth) -> Result<Login, SettingsError> {
    Ok(match auth {
        Auth::Nothing => Login::Open,
        Auth::Password { user, file } => {
            Login::Password { user: user.clone(), password: secret("NATS password", file)? }
        }
        Auth::Creds(file) => Login::Credentials(file.clone()),
        Auth::Nkey(file) => Login::Nkey(secret("NATS nkey seed", file)?),
        Auth::Token(file) => Login::Token(secret("NATS token", file)?),
    })
}

/// A secret's text, without the line end that editors leave.
fn secret(what: &'static str, path: &Path) -> Result<String, SettingsError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| SettingsError::Secret { what, path: path.to_owned(), source })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
