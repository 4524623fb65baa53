//! The two connections to NATS, and what is logged of them.
//!
//! - The **door** answers requests. NATS checks no permission on a *reply* subject, so whoever asks
//!   chooses where the answer goes; its user may therefore publish hardly anything.
//! - The **journal** appends, purges, reads and beats. Its inbox lies outside `_INBOX.`, where the
//!   door may publish, so no request can have the door write into it; and it subscribes to nothing
//!   that a client can address.
//!
//! Both reconnect for ever. A publish made while NATS is away is sent after it returned, so a timeout
//! says nothing about the outcome: the fence does.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event, ServerError, jetstream};
use tracing::{error, info, warn};

use super::site::Site;

/// Two pings without an answer end a connection, so a frozen server is noticed in about 3 s.
const PING_INTERVAL: Duration = Duration::from_secs(1);
/// The longest wait for one server to accept a connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);
/// The longest wait for an answer of the JetStream API.
const API_TIMEOUT: Duration = Duration::from_secs(3);

/// Where NATS is and who we are there. Its `Debug` text has no secrets.
#[derive(Clone)]
pub struct NatsSettings {
    /// Server addresses; any one that answers will do.
    pub servers: Vec<String>,
    /// Names this process in lists of connections, for example `switchboard@host`.
    pub instance: String,
    /// Who the door is.
    pub door: Login,
    /// Who the journal is.
    pub journal: Login,
    /// How the connection is protected.
    pub tls: Tls,
}

/// Transport security. A `tls://` address asks for it too.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// Refuse a connection without TLS.
    pub required: bool,
    /// Begin with TLS instead of after the server's greeting.
    pub first: bool,
    /// PEM files of authorities to trust besides the system's.
    pub roots: Vec<PathBuf>,
    /// PEM files of our certificate and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

/// How one connection proves who it is. Secrets never appear in its `Debug` text.
#[derive(Clone, Default)]
pub enum Login {
    /// The server asks nothing.
    #[default]
    Open,
    /// A shared token.
    Token(String),
    /// A user of the server's configuration.
    Password { user: String, password: String },
    /// The seed of an nkey user.
    Nkey(String),
    /// A file with a user's JWT and seed.
    Credentials(PathBuf),
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Answers requests and sends hints.
    Door,
    /// Journal, input, purge, dead letters, beat.
    Journal,
    /// Makes the streams, once; its login stands in the journal's place.
    Admin,
    /// Stores what webhooks bring; likewise. Who calls can wait, so it does not fail where no server answers.
    Gateway,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The credentials file cannot be used.
    #[error("cannot read the NATS credentials file {path}; check that it exists and this user may read it", path = path.display())]
    Credentials { path: PathBuf, source: std::io::Error },
    /// No server accepted us.
    #[error(
        "cannot connect to NATS as {purpose} at {servers}; check the address, the login and that the server runs"
    )]
    Connect { purpose: Purpose, servers: String, source: async_nats::ConnectError },
}

/// Opens one of the two connections. It fails when no server answers now; once open, it reconnects
/// for ever.
pub async fn connect(settings: &NatsSettings, site: &Site, purpose: Purpose) -> Result<Client, ConnectError> {
    let login = match purpose {
        Purpose::Door => &settings.door,
        Purpose::Journal | Purpose::Admin | Purpose::Gateway => &settings.journal,
    };
    let mut options = log_in(secure(ConnectOptions::new(), &settings.tls), login).await?;
    if purpose == Purpose::Gateway {
        options = options.retry_on_initial_connect();
    }
    options
        .name(format!("{}-{purpose}", settings.instance))
        .custom_inbox_prefix(inbox_prefix(site, purpose))
        .ping_interval(PING_INTERVAL)
        .connection_timeout(CONNECTION_TIMEOUT)
        .max_reconnects(None)
        .event_callback(move |event| async move { log_event(purpose, &event) })
        .connect(settings.servers.clone())
        .await
        .map_err(|source| ConnectError::Connect { purpose, servers: settings.servers_told(), source })
}

/// JetStream over a connection, with our limit on its answers.
pub fn jetstream(client: &Client) -> jetstream::Context {
    let mut context = jetstream::new(client.clone());
    context.set_timeout(API_TIMEOUT);
    context
}

impl NatsSettings {
    /// The addresses as a person may see them: a login inside an address is left out.
    fn servers_told(&self) -> String {
        self.servers.iter().map(|server| without_login(server)).collect::<Vec<_>>().join(",")
    }
}

fn without_login(server: &str) -> String {
    let (scheme, rest) = server.split_once("://").map_or(("", server), |(scheme, rest)| (scheme, rest));
    let host = rest.rsplit('@').next().unwrap_or_default();
    if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
}

fn inbox_prefix(site: &Site, purpose: Purpose) -> String {
    match purpose {
        Purpose::Door => "_INBOX.switchboard-door".to_owned(),
        Purpose::Journal => format!("_JOURNAL.{}", site.prefix()),
        Purpose::Admin => "_INBOX.switchboard-admin".to_owned(),
        Purpose::Gateway => "_INBOX.switchboard-gateway".to_owned(),
    }
}

pub(super) fn secure(mut options: ConnectOptions, tls: &Tls) -> ConnectOptions {
    for root in &tls.roots {
        options = options.add_root_certificates(root.clone());
    }
    if let Some((certificate, key)) = &tls.certificate {
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    if tls.first {
        options = options.tls_first();
    }
    options.require_tls(tls.required || tls.first)
}

pub(super) async fn log_in(options: ConnectOptions, login: &Login) -> Result<ConnectOptions, ConnectError> {
    Ok(match login {
        Login::Open => options,
        Login::Token(token) => options.token(token.clone()),
        Login::Password { user, password } => options.user_and_password(user.clone(), password.clone()),
        Login::Nkey(seed) => options.nkey(seed.clone()),
        Login::Credentials(path) => options
            .credentials_file(path)
            .await
            .map_err(|source| ConnectError::Credentials { path: path.clone(), source })?,
    })
}

/// A refused publish or subscription shows here and nowhere else: the call itself just times out.
fn log_event(purpose: Purpose, event: &Event) {
    match event {
        Event::Connected => info!(%purpose, "connected to NATS"),
        Event::Disconnected => warn!(%purpose, "lost the connection to NATS; reconnecting"),
        Event::LameDuckMode => warn!(%purpose, "this NATS server is about to stop"),
        Event::SlowConsumer(subscription) => {
            error!(%purpose, subscription, "messages were dropped: this process reads too slowly");
        }
        Event::ServerError(ServerError::Other(text))
            if text.to_lowercase().contains("permissions violation") =>
        {
            error!(%purpose, %text, "NATS refused a subject; compare this user's permissions with deploy/nats");
        }
        Event::ServerError(fault) => error!(%purpose, %fault, "NATS reports an error"),
        Event::ClientError(fault) => warn!(%purpose, %fault, "NATS client error"),
        Event::Draining | Event::Closed => info!(%purpose, %event, "NATS connection ends"),
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Purpose::Door => "door",
            Purpose::Journal => "journal",
            Purpose::Admin => "administrator",
            Purpose::Gateway => "gateway",
        })
    }
}

impl fmt::Debug for NatsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsSettings")
            .field("servers", &self.servers_told())
            .field("instance", &self.instance)
            .field("door", &self.door)
            .field("journal", &self.journal)
            .field("tls", &self.tls)
            .finish()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Login::Open => f.write_str("Open"),
            Login::Token(_) => f.write_str("Token(..)"),
            Login::Password { user, .. } => write!(f, "Password({user}, ..)"),
            Login::Nkey(_) => f.write_str("Nkey(..)"),
            Login::Credentials(path) => write!(f, "Credentials({})", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_never_prints_its_secret() {
        let logins = [
            Login::Token("s3cret".into()),
            Login::Nkey("s3cret".into()),
            Login::Password { user: "door".into(), password: "s3cret".into() },
        ];
        assert_eq!(format!("{logins:?}"), "[Token(..), Nkey(..), Password(door, ..)]");
    }

    #[test]
    fn an_address_is_told_without_its_login() {
        assert_eq!(without_login("nats://ana:s3cr@t@example.com:4222"), "nats://example.com:4222");
        assert_eq!(without_login("s3cret@example.com"), "example.com");
        assert_eq!(without_login("example.com"), "example.com");
    }

    #[test]
    fn the_journals_inbox_lies_where_the_door_may_not_publish() {
        let site = Site::new("shop".parse().expect("a plain name"));
        assert_eq!(inbox_prefix(&site, Purpose::Journal), "_JOURNAL.shop");
    }
}
