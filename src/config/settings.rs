//! What the shell reads: addresses, credentials' files, limits of the outside. Nothing of it enters the
//! policy or its digest. Secrets are named by their files; no value of one is ever in here.

use std::path::PathBuf;

use serde::Deserialize;

use crate::domain::{Name, Source, Span};

/// Everything that the shell needs to know before it starts. A change needs a restart.
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
    /// The ways in, by name.
    pub sources: Vec<Source>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// The least that is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
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
