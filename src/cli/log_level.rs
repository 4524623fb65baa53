//! `switchboard log-level`: how much the running daemon logs, for a while.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::reload::WhichDaemon;

/// Have the running daemon log more, or less.
///
/// What is asked later of the same module stands instead; a restart brings the level of the configuration back.
#[derive(Debug, Args)]
pub(super) struct LogLevel {
    /// error, warn, info, debug or trace, for all or for a module: `switchboard::shell::outbox=debug`.
    #[arg(value_name = "[MODULE=]LEVEL")]
    directive: String,
    /// After this the level is what it was: `10m`. Without it, it stays until the daemon ends.
    #[arg(long = "for", value_name = "SPAN")]
    span: Option<String>,
    #[command(flatten)]
    daemon: WhichDaemon,
}

impl LogLevel {
    pub(super) fn run(self) -> ExitCode {
        let request = json!({ "verb": "log_level", "directive": self.directive, "for": self.span });
        self.daemon.ask(&request, tell)
    }
}

fn tell(answer: &Value) -> io::Result<()> {
    let text = |member: &str| answer[member].as_str().unwrap_or_default();
    if answer["ok"] == true {
        return writeln!(io::stdout(), "the log's levels are {} now", text("levels"));
    }
    writeln!(io::stderr(), "refused, and nothing has changed: {}", text("message"))
}
