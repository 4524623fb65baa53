//! Logs, on stderr: for people or as JSON, at the level of the settings. Bodies and addresses stay out of
//! them.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Begins to log. A second call changes nothing.
pub fn start(log: Log) {
    // The NATS client tells each reconnect attempt; what matters of it we tell ourselves.
    let filter = EnvFilter::new(format!("{},async_nats=warn", log.level.as_str()));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for eyes: in a file or in the system's journal they are noise.
    let builder = builder.with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Auto | LogFormat::Journald | LogFormat::Pretty => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}
