//! Logs, on stderr: for people or as JSON, at the level of the settings. Bodies and addresses stay out of
//! them.

use std::io::IsTerminal;
use std::sync::OnceLock;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat, LogLevel};

/// Changes what is left out, once logging was started.
static FILTER: OnceLock<Box<dyn Fn(EnvFilter) + Send + Sync>> = OnceLock::new();

/// Begins to log. A second call changes nothing.
pub fn start(log: Log) {
    let builder = tracing_subscriber::fmt().with_env_filter(filter(log.level)).with_writer(std::io::stderr);
    // Colours are for eyes: in a file or in the system's journal they are noise.
    let builder = builder.with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Auto | LogFormat::Journald | LogFormat::Pretty => {
            let builder = builder.with_target(false).with_filter_reloading();
            let handle = builder.reload_handle();
            let _ = FILTER.set(Box::new(move |filter| drop(handle.reload(filter))));
            builder.try_init()
        }
        LogFormat::Json => {
            let builder = builder.json().flatten_event(true).with_filter_reloading();
            let handle = builder.reload_handle();
            let _ = FILTER.set(Box::new(move |filter| drop(handle.reload(filter))));
            builder.try_init()
        }
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}

/// From now on this much is left out.
pub fn set_level(level: LogLevel) {
    if let Some(change) = FILTER.get() {
        change(filter(level));
    }
}

/// The NATS client tells each reconnect attempt; what matters of it we tell ourselves.
fn filter(level: LogLevel) -> EnvFilter {
    EnvFilter::new(format!("{},async_nats=warn", level.as_str()))
}
