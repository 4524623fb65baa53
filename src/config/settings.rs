//! What the shell reads: addresses, credentials' files, limits of the outside. Nothing of it enters the
//! policy or its digest. Secrets are named by their files; no value of one is ever in here.

use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{Channel, Format, Name, Source, Span};

/// Everything that the shell needs to know before it starts. A change needs a restart, but of the sources and of
/// the level of the log (`restart.rs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The first token of every subject, and of the streams' names in upper case.
    pub prefix: Name,
    /// What tells this process from another of the same site; the shell makes one where none is set.
    pub instance: Option<String>,
    /// Whether this site may be played with: a clock moved by hand, faults on demand.
    pub test: bool,
    /// The file of the site's secret key, at least 32 bytes; read by the shell.
    pub key_file: PathBuf,
    /// How to reach the servers, and what is asked of their streams.
    pub nats: Nats,
    /// How long a desktop's heartbeat holds: 1 s to 1 h.
    pub presence_lease: Span,
    /// What is logged.
    pub log: Log,
    /// How mail leaves; without it none is owed, and events tell what a backend of the site could send.
    pub smtp: Option<Smtp>,
    /// What the daemon's own mail (escalations) looks like.
    pub notice: Notice,
    /// Where `/livez`, `/readyz` and `/metrics` are answered; nowhere where it is not set.
    pub http: Option<SocketAddr>,
    /// The socket of `reload`, `rollback`, `status` and `log-level`; where it is not set, `control.sock` in the
    /// folder that systemd gives the service at run time, else none.
    pub control: Option<PathBuf>,
    /// The ways in, by name.
    pub sources: Vec<Source>,
    /// The HTTP door, which is another process: nothing of it concerns the daemon.
    pub gateway: Gateway,
}

/// The HTTP door of `switchboard gateway`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Where webhooks are taken.
    pub listen: SocketAddr,
    /// How providers call that address, without a slash at its end; it is there where a webhook needs it.
    pub public_url: Option<String>,
    /// Where its health and metrics are told.
    pub status: Option<SocketAddr>,
    /// The largest body that is taken, in bytes: 1 KiB to 35 MiB.
    pub body_max: u64,
    /// How much there may be of all bodies at once, in bytes: three of the largest at least, 1 GiB at most.
    pub bodies_max: u64,
    /// How many connections there may be at once: 1 to 10,000.
    pub connections: u16,
    /// How many bodies may be on their way to NATS at once: 1 to 10,000.
    pub in_flight: u16,
    /// How long the stream may take to acknowledge: 100 ms to 60 s.
    pub ack_timeout: Span,
    /// Who it is at NATS.
    pub auth: Auth,
    /// What it takes.
    pub webhooks: Vec<Webhook>,
}

/// The webhook of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub source: Name,
    pub channel: Channel,
    pub format: Format,
    /// Its path, which no other has.
    pub path: String,
    /// How a request proves where it comes from.
    pub proof: Proof,
    /// The file of the word that Meta repeats when it asks whether the address is ours.
    pub verify_token_file: Option<PathBuf>,
}

/// How a request proves where it comes from. Of several files any one will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Not at all, as the section says in so many words.
    Nothing,
    /// By a token in `Authorization`.
    Bearer(Vec<PathBuf>),
    /// By a user and a password.
    Basic { user: String, files: Vec<PathBuf> },
    /// By a signature with the provider's secret.
    Secret(Vec<PathBuf>),
    /// By a token in the provider's own place.
    Token(Vec<PathBuf>),
    /// By a signature with one of these public keys.
    Key(Vec<String>),
    /// By a signature whose public key is in one of these files.
    KeyFile(Vec<PathBuf>),
    /// By a signature with Apple's secret, for this service provider.
    Audience { files: Vec<PathBuf>, audience: String },
    /// By a signature of Amazon SNS, of one of these topics.
    Topic { certificates: Vec<PathBuf>, topics: Vec<String> },
}

/// The relay that takes our mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port: 465 for `tls` and 587 for the others unless set.
    pub port: u16,
    /// Whether, and from when on, the connection is encrypted.
    pub security: SmtpSecurity,
    /// The user and the file of his password, where the relay asks for one.
    pub login: Option<(String, PathBuf)>,
    /// Who signs its certificate; the system's roots where none is set.
    pub ca_file: Option<PathBuf>,
    /// What we call ourselves in EHLO; the host's name where it is not set.
    pub hello: Option<String>,
    /// The domain of the Message-IDs that it writes over ours; none where it leaves ours, or is known by its name.
    pub message_id_domain: Option<String>,
    /// How long one mail may take from connecting to the answer to DATA: 1 s to 10 min.
    pub timeout: Span,
    /// How many mails are on their way at once: 1 to 64.
    pub parallel: u8,
}

/// From when on a connection to the relay is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// From STARTTLS on, which the relay must offer.
    #[default]
    Starttls,
    /// From its first byte.
    Tls,
    /// Never: for a relay on the same host.
    Plain,
}

/// What the daemon's own mail looks like. The texts are minijinja templates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// Who sends it, as `Switchboard <switchboard@example.org>`; required beside `[smtp]`.
    pub from: Option<String>,
    /// The template of the subject, where the built-in one does not do.
    pub subject: Option<String>,
    /// The template of the plain text, likewise.
    pub text: Option<String>,
    /// The template of the HTML, likewise.
    pub html: Option<String>,
}

/// How to reach NATS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nats {
    /// The servers of one cluster, at least one, without credentials.
    pub urls: Vec<String>,
    /// Who the connection is that answers requests and hears heartbeats.
    pub door: Auth,
    /// Who the connection is that reads input and writes the journal.
    pub journal: Auth,
    /// The certificates.
    pub tls: Tls,
    /// How many servers keep each stream: 1 to 5.
    pub replicas: u8,
    /// How large the input stream may grow, in bytes: 1 MiB to 1,024 TiB.
    pub in_max_bytes: u64,
    /// How large the stream of what gateways must send may grow, in bytes: 1 MiB to 1,024 TiB.
    pub out_max_bytes: u64,
    /// How long an append may take before its outcome counts as unknown: 100 ms to 60 s.
    pub append_timeout: Span,
}

/// How a connection proves itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Not at all.
    #[default]
    Nothing,
    /// By a user and a password.
    Password {
        /// The user.
        user: String,
        /// The file of the password.
        file: PathBuf,
    },
    /// By a credentials file (JWT and seed).
    Creds(PathBuf),
    /// By an nkey, in this seed file.
    Nkey(PathBuf),
    /// By a token, in this file.
    Token(PathBuf),
}

/// Certificates of the connections to NATS, PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Who signs the servers' certificates; the system's roots where none is set.
    pub ca_file: Option<PathBuf>,
    /// Our own certificate with its key, where the servers ask for one.
    pub identity: Option<Identity>,
}

/// A certificate with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The certificate.
    pub cert_file: PathBuf,
    /// Its key.
    pub key_file: PathBuf,
}

/// What is logged, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// What is left out.
    pub level: LogLevel,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Systemd's journal where stderr leads there, else for people.
    #[default]
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
    /// Systemd's journal, with fields.
    Journald,
}

/// The least that is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// What somebody must be woken for.
    Error,
    /// And what somebody should look at in the morning.
    Warn,
    /// And what an operator wants to see of a normal day.
    #[default]
    Info,
    /// And what explains a single decision.
    Debug,
    /// And everything.
    Trace,
}

impl LogLevel {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}
