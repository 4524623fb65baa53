//! Files of secrets: found, read, held against their form. Nothing of what they hold is ever said.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use async_nats::ConnectOptions;
use nkeys::KeyPair;

use crate::config::{Auth, CREDENTIAL, Code, Finding};

use super::super::nats::Login;

/// Where systemd puts the credentials of a service.
const DIRECTORY: &str = "CREDENTIALS_DIRECTORY";
/// What is wrong with a folder of which everybody can read a file: the bit of "others may read".
const OTHERS_READ: u32 = 0o004;

/// The one kind of file that is no secret.
pub(super) const CERTIFICATE: &str = "certificate";

/// Why a file that the settings name cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("cannot read the {what} from {path}; check that it exists and that this user may read it", path = path.display())]
    Secret { what: &'static str, path: PathBuf, source: std::io::Error },
    /// It is a credential of systemd, and systemd gave none.
    #[error(
        "cannot find the credential `{name}`: $CREDENTIALS_DIRECTORY is not set; run as the service, or name a file"
    )]
    Credential { name: String },
    /// It can be read, and is not what it should be.
    #[error("the {what} in {path} cannot be used: {why}", path = path.display())]
    Malformed { what: &'static str, path: PathBuf, why: String },
}

impl SettingsError {
    pub(super) fn code(&self) -> Code {
        match self {
            SettingsError::Secret { .. } => Code::Unreadable,
            SettingsError::Credential { .. } => Code::NoCredentials,
            SettingsError::Malformed { what, .. } if what.contains("certificate") => Code::BadCertificate,
            SettingsError::Malformed { .. } => Code::BadSecret,
        }
    }

    pub(super) fn fact_and_hint(&self) -> (String, &'static str) {
        match self {
            SettingsError::Secret { what, path, source } => (
                format!("the {what} cannot be read from {}: {source}", path.display()),
                match *what {
                    CERTIFICATE => "check that it exists and that this user may read it",
                    _ => {
                        "check that it exists and that this user may read it; `--without-secrets` leaves it out"
                    }
                },
            ),
            SettingsError::Credential { name } => (
                format!("the credential `{name}` cannot be looked for, since ${DIRECTORY} is not set"),
                "systemd sets it for the service alone; `--without-secrets` leaves it out",
            ),
            SettingsError::Malformed { what, path, why } => {
                (format!("the {what} in {} cannot be used: {why}", path.display()), "write the file anew")
            }
        }
    }
}

/// The path that the settings mean: `credential:NAME` is that credential of systemd.
pub fn resolve(path: &Path) -> Result<PathBuf, SettingsError> {
    let Some(name) = path.to_str().and_then(|path| path.strip_prefix(CREDENTIAL)) else {
        return Ok(path.to_owned());
    };
    match directory() {
        Some(folder) => Ok(PathBuf::from(folder).join(name)),
        None => Err(SettingsError::Credential { name: name.to_owned() }),
    }
}

/// Whether the settings mean a credential of systemd.
pub(super) fn is_credential(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with(CREDENTIAL))
}

#[expect(clippy::disallowed_methods, reason = "systemd's word to the service about this run, not a setting")]
fn directory() -> Option<OsString> {
    std::env::var_os(DIRECTORY)
}

/// The bytes of a file that the settings name.
pub fn read(what: &'static str, path: &Path) -> Result<Vec<u8>, SettingsError> {
    let path = resolve(path)?;
    std::fs::read(&path).map_err(|source| SettingsError::Secret { what, path, source })
}

/// A secret's text, without the line end that editors leave. It is never empty.
pub fn secret(what: &'static str, path: &Path) -> Result<String, SettingsError> {
    let malformed = |why: &str| SettingsError::Malformed { what, path: path.to_owned(), why: why.to_owned() };
    let text = String::from_utf8(read(what, path)?).map_err(|_| malformed("it is not UTF-8 text"))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(malformed("it is empty")) } else { Ok(text.to_owned()) }
}

/// How a connection proves itself, its secret read and held against its form.
pub(super) fn login(auth: &Auth) -> Result<Login, SettingsError> {
    Ok(match auth {
        Auth::Nothing => Login::Open,
        Auth::Password { user, file } => {
            Login::Password { user: user.clone(), password: secret("NATS password", file)? }
        }
        Auth::Creds(file) => {
            let what = "NATS credentials";
            let why = "it is no file with a JWT and a seed".to_owned();
            let malformed = || SettingsError::Malformed { what, path: file.clone(), why };
            // Whole, with its last line end: the client's reader needs it.
            let text = String::from_utf8(read(what, file)?).ok();
            let text = text.filter(|text| ConnectOptions::with_credentials(text).is_ok());
            text.ok_or_else(malformed)?;
            Login::Credentials(resolve(file)?)
        }
        Auth::Nkey(file) => {
            let what = "NATS nkey seed";
            let seed = secret(what, file)?;
            let why = "it is no user's seed: 58 letters and digits that begin with `SU`, the last a sum of the others"
                .to_owned();
            if !is_seed(&seed) {
                return Err(SettingsError::Malformed { what, path: file.clone(), why });
            }
            Login::Nkey(seed)
        }
        Auth::Token(file) => Login::Token(secret("NATS token", file)?),
    })
}

fn is_seed(text: &str) -> bool {
    text.starts_with("SU") && KeyPair::from_seed(text).is_ok()
}

/// A warning where others than owner and group may read the file.
pub(super) fn exposed(at: &str, path: &Path) -> Option<Finding> {
    let path = resolve(path).ok()?;
    let mode = std::fs::metadata(&path).ok()?.permissions().mode();
    (mode & OTHERS_READ != 0).then(|| {
        let fact = format!("everybody on this host may read {}", path.display());
        let hint = format!("chmod o-rwx {}", path.display());
        Finding::warning(Code::ExposedSecret, at, fact).hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_itself_unless_it_is_a_credential() {
        assert!(resolve(Path::new("/etc/x")).is_ok_and(|path| path == Path::new("/etc/x")));
    }

    #[test]
    fn a_seed_is_known_by_its_form_and_its_sum() {
        let seed = KeyPair::new_user().seed().expect("a new pair has a seed");
        assert!(is_seed(&seed));
        let account = KeyPair::new_account().seed().expect("a new pair has a seed");
        let turned = format!("SU{}", seed.chars().rev().take(56).collect::<String>());
        for wrong in ["", "SUA", &account, &seed.to_lowercase(), &turned, &format!("SU{}", "A".repeat(56))] {
            assert!(!is_seed(wrong), "{wrong}");
        }
    }
}
