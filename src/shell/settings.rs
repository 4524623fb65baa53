//! From settings as checked to what the shell needs: secrets are read here, and nowhere else. [`build`] does all
//! that a start does without the network; `check` calls the same code by [`inspect`].

mod certificates;
mod gateway;
mod secrets;

use std::path::Path;
use std::sync::Arc;

use crate::config::{Auth, Code, Finding, Loaded, Settings, Severity};
use crate::wire::Keys;

use super::mail::letter;
use super::mail::relay::RelayFault;
use super::mail::worker::{Post, PostFault};
use super::nats::{Login, NatsSettings, Tls};
use super::site::Site;
use super::streams::StreamsSpec;

pub use gateway::{Gateway, build_gateway, inspect_gateway};
pub use secrets::{SettingsError, read, resolve, secret};

/// What a start needs besides the network.
pub struct Built {
    /// Made from the site's key.
    pub keys: Keys,
    /// How to connect, with every secret of it.
    pub nats: NatsSettings,
    /// What sends mail, where the site has a relay.
    pub post: Option<Arc<Post>>,
    /// What does not keep the daemon from starting.
    pub warnings: Vec<Finding>,
}

/// What is asked of the files of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// That they are there and well-formed: a start.
    Required,
    /// The same, but a credential of systemd may be missing where systemd gives none: a check by hand.
    Expected,
    /// The same, but no credential of systemd is looked for: those of another service are not within reach.
    OfAnother,
    /// Nothing: a check by who may not read them.
    Skipped,
}

/// Does all that a start does without the network; every fault at once, each with the place of its key.
pub fn build(loaded: &Loaded) -> Result<Built, Vec<Finding>> {
    let (built, findings) = assemble(loaded, Secrets::Required);
    match built {
        Some(built) => Ok(Built { warnings: findings, ..built }),
        None => Err(findings),
    }
}

/// What [`build`] would find. Nothing is changed, connected or bound.
pub fn inspect(loaded: &Loaded, secrets: Secrets) -> Vec<Finding> {
    let mut findings = assemble(loaded, secrets).1;
    if !loaded.settings.gateway.webhooks.is_empty() {
        let secrets = if secrets == Secrets::Skipped { secrets } else { Secrets::OfAnother };
        let mut bench = Bench::new(loaded, secrets);
        gateway::assemble(&mut bench);
        // Both connect with the same certificates; what is wrong with them is told once.
        // What keeps the gateway from starting does not keep the daemon, whose secrets may be all that is here.
        for more in bench.findings.into_iter().filter(|more| !findings.contains(more)).collect::<Vec<_>>() {
            findings.push(Finding { severity: Severity::Warning, ..more });
        }
    }
    findings
}

/// The site's secret key.
pub fn read_keys(settings: &Settings) -> Result<Keys, SettingsError> {
    let path = &settings.key_file;
    let what = "site key";
    let malformed = |why: String| SettingsError::Malformed { what, path: path.clone(), why };
    Keys::new(&read(what, path)?).map_err(|short| malformed(short.to_string()))
}

/// How to connect; the first fault where it cannot be told.
pub fn nats_settings(settings: &Settings, instance: &str) -> Result<NatsSettings, SettingsError> {
    let nats = &settings.nats;
    connection(settings, instance, secrets::login(&nats.door)?, secrets::login(&nats.journal)?)
}

/// How to connect with another login than those of the daemon, of whose secrets nothing is read.
pub fn nats_settings_of(
    settings: &Settings,
    instance: &str,
    login: Login,
) -> Result<NatsSettings, SettingsError> {
    connection(settings, instance, Login::Open, login)
}

/// What the streams must be.
pub fn streams_spec(settings: &Settings, site: &Site) -> StreamsSpec {
    let mut spec = StreamsSpec::new(site.clone());
    spec.replicas = usize::from(settings.nats.replicas);
    spec.in_bytes_max = i64::try_from(settings.nats.in_max_bytes).unwrap_or(i64::MAX);
    spec.out_bytes_max = i64::try_from(settings.nats.out_max_bytes).unwrap_or(i64::MAX);
    spec
}

fn connection(
    settings: &Settings,
    instance: &str,
    door: Login,
    journal: Login,
) -> Result<NatsSettings, SettingsError> {
    let tls = &settings.nats.tls;
    let roots = tls.ca_file.iter().map(|path| resolve(path)).collect::<Result<_, _>>()?;
    let certificate = match &tls.identity {
        Some(identity) => Some((resolve(&identity.cert_file)?, resolve(&identity.key_file)?)),
        None => None,
    };
    Ok(NatsSettings {
        servers: settings.nats.urls.clone(),
        instance: format!("switchboard-{instance}"),
        door,
        journal,
        tls: Tls {
            required: certificate.is_some() || tls.ca_file.is_some(),
            first: false,
            roots,
            certificate,
        },
    })
}

fn assemble(loaded: &Loaded, secrets: Secrets) -> (Option<Built>, Vec<Finding>) {
    let mut bench = Bench::new(loaded, secrets);
    let settings = &loaded.settings;
    let keys = bench.secret("site.key_file", &settings.key_file, || read_keys(settings));
    let door = bench.login("nats.door", &settings.nats.door);
    let journal = bench.login("nats.journal", &settings.nats.journal);
    bench.certificates();
    bench.relay();
    bench.notices();
    let post = bench.post(keys.as_ref());
    let Bench { findings, failed, .. } = bench;
    let made = keys.zip(door).zip(journal).filter(|_| !failed);
    // The paths of TLS were resolved above, so a fault of theirs is among the findings.
    let built = made.and_then(|((keys, door), journal)| {
        let nats = connection(settings, "", door, journal).ok()?;
        Some(Built { keys, nats, post, warnings: Vec::new() })
    });
    (built, findings)
}

/// Where the parts are put together; it goes on after a fault.
struct Bench<'a> {
    loaded: &'a Loaded,
    secrets: Secrets,
    findings: Vec<Finding>,
    failed: bool,
}

impl<'a> Bench<'a> {
    fn new(loaded: &'a Loaded, secrets: Secrets) -> Bench<'a> {
        Bench { loaded, secrets, findings: Vec::new(), failed: false }
    }

    fn push(&mut self, finding: Finding) {
        self.findings.push(self.loaded.origins.locate(finding));
    }

    /// Reads a file with something secret in it, if it is asked.
    fn secret<T>(
        &mut self,
        at: &str,
        path: &Path,
        read: impl FnOnce() -> Result<T, SettingsError>,
    ) -> Option<T> {
        let is_foreign = self.secrets == Secrets::OfAnother && secrets::is_credential(path);
        if self.secrets == Secrets::Skipped || is_foreign {
            return None;
        }
        if let Some(finding) = secrets::exposed(at, path) {
            self.push(finding);
        }
        self.take(at, read())
    }

    fn take<T>(&mut self, at: &str, outcome: Result<T, SettingsError>) -> Option<T> {
        let error = match outcome {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let code = error.code();
        let excused = code == Code::NoCredentials && self.secrets != Secrets::Required;
        self.failed |= !excused;
        let (fact, hint) = error.fact_and_hint();
        let finding = if excused { Finding::warning(code, at, fact) } else { Finding::error(code, at, fact) };
        self.push(finding.hint(hint));
        None
    }

    fn login(&mut self, at: &str, auth: &Auth) -> Option<Login> {
        let (key, path) = match auth {
            Auth::Nothing => return Some(Login::Open),
            Auth::Password { file, .. } => ("password_file", file),
            Auth::Creds(file) => ("creds_file", file),
            Auth::Nkey(file) => ("nkey_file", file),
            Auth::Token(file) => ("token_file", file),
        };
        self.secret(&format!("{at}.{key}"), path, || secrets::login(auth))
    }

    fn certificates(&mut self) {
        let tls = &self.loaded.settings.nats.tls;
        if let Some(path) = &tls.ca_file {
            self.take("nats.tls.ca_file", certificates::authorities(path));
        }
        let Some(identity) = &tls.identity else { return };
        let (cert_file, key_file) = (&identity.cert_file, &identity.key_file);
        let chain = self.take("nats.tls.cert_file", certificates::chain(cert_file));
        let key = self.secret("nats.tls.key_file", key_file, || certificates::private_key(key_file));
        if let Some((chain, key)) = chain.zip(key) {
            let (chain, key) = ((cert_file.as_path(), chain), (key_file.as_path(), key));
            self.take("nats.tls.key_file", certificates::belong_together(chain, key));
        }
    }

    fn relay(&mut self) {
        let Some(smtp) = &self.loaded.settings.smtp else { return };
        if let Some(path) = &smtp.ca_file {
            self.take("smtp.ca_file", certificates::authorities(path));
        }
        if let Some((_, path)) = &smtp.login {
            self.secret("smtp.password_file", path, || secret("password of the relay", path));
        }
    }

    /// The words of notices and who sends them, where the site sends any.
    fn notices(&mut self) {
        let settings = &self.loaded.settings;
        if settings.smtp.is_none() {
            return;
        }
        for fault in letter::faults(&settings.notice) {
            self.failed = true;
            let finding = Finding::error(Code::BadTemplate, fault.key, fault.to_string());
            self.push(Finding { hint: fault.hint, ..finding });
        }
    }

    /// What sends mail; made only where all of it is known to be there.
    fn post(&mut self, keys: Option<&Keys>) -> Option<Arc<Post>> {
        let keys = keys.filter(|_| !self.failed && self.secrets != Secrets::Skipped)?.clone();
        match Post::open(&self.loaded.settings, keys) {
            Ok(post) => post,
            // A credential that systemd has not given here was told before.
            Err(PostFault::Relay(RelayFault::File(SettingsError::Credential { .. }))) => None,
            Err(fault) => {
                self.failed = true;
                self.push(Finding::error(Code::BadRelay, "smtp", fault.to_string()));
                None
            }
        }
    }
}
