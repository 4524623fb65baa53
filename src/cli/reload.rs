//! `switchboard reload` and `switchboard rollback`: asks the daemon of this host to go by other rules, and waits
//! until it does or refuses.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::exit;
use super::output::fail;
use super::running::on_this_thread;
use super::site::SiteArgs;
use crate::shell::control::{self, ControlError};
use crate::shell::runtime::chain;

/// Have the running daemon take its configuration anew.
///
/// Exits 0 when the rules are in force, 78 when they were refused and nothing has changed, 69 when no daemon answers.
#[derive(Debug, Args)]
pub(super) struct Reload {
    #[command(flatten)]
    daemon: WhichDaemon,
}

/// Have the running daemon go back to the rules that were in force before.
///
/// The files still say what they said: the next reload or restart adopts them again.
#[derive(Debug, Args)]
pub(super) struct Rollback {
    #[command(flatten)]
    daemon: WhichDaemon,
    /// The policy to go back to, by its digest or the first digits of it.
    #[arg(long, value_name = "DIGEST")]
    to: Option<String>,
}

/// Which daemon is asked.
#[derive(Debug, Args)]
pub(super) struct WhichDaemon {
    /// It names the control socket. The daemon reads its own files, not this one.
    #[command(flatten)]
    site: SiteArgs,
    /// The control socket, where it is not the one that the configuration names.
    #[arg(long)]
    socket: Option<PathBuf>,
    /// Print the daemon's answer as one JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Reload {
    pub(super) fn run(self) -> ExitCode {
        self.daemon.ask(&json!({ "verb": "reload" }), tell)
    }
}

impl Rollback {
    pub(super) fn run(self) -> ExitCode {
        self.daemon.ask(&json!({ "verb": "rollback", "to": self.to }), tell)
    }
}

impl WhichDaemon {
    /// Asks, waits, and has the answer told, unless it is wanted as it is.
    pub(super) fn ask(&self, request: &Value, tell: fn(&Value) -> io::Result<()>) -> ExitCode {
        let socket = match self.socket() {
            Ok(socket) => socket,
            Err(code) => return code,
        };
        let threadless = |source| Err(ControlError::Nobody { path: socket.clone(), source });
        match on_this_thread(control::ask(&socket, request)).unwrap_or_else(threadless) {
            Ok(answer) => {
                // A reader that hung up needs no answer; the exit code tells the rest.
                let _ = if self.json { writeln!(io::stdout(), "{answer}") } else { tell(&answer) };
                ExitCode::from(code_of(&answer))
            }
            Err(fault) => fail(exit::UNAVAILABLE, &chain(&fault)),
        }
    }

    /// A file with faults cannot name the socket: then its faults are told, as the daemon would.
    fn socket(&self) -> Result<PathBuf, ExitCode> {
        if let Some(socket) = &self.socket {
            return Ok(socket.clone());
        }
        let loaded = self.site.loaded().inspect_err(|_| {
            eprintln!(
                "The daemon was not asked, since its control socket is named there; `--socket` names it here."
            );
        })?;
        control::path(&loaded.settings).ok_or_else(|| {
            let text = "the configuration names no control socket: set `[control] socket`, or say `--socket`";
            fail(exit::UNAVAILABLE, text)
        })
    }
}

/// Findings as `check` prints them, on stderr; what is in force on stdout.
fn tell(answer: &Value) -> io::Result<()> {
    let text = |member: &str| answer[member].as_str().unwrap_or_default();
    write!(io::stderr(), "{}", text("report"))?;
    if answer["ok"] != true {
        return writeln!(io::stderr(), "refused, and nothing has changed: {}", text("message"));
    }
    let how = if answer["changed"] == true { "is in force now" } else { "was in force already" };
    writeln!(io::stdout(), "policy {} {how}", text("policy"))?;
    match text("note") {
        "" => Ok(()),
        note => writeln!(io::stderr(), "{note}"),
    }
}

fn code_of(answer: &Value) -> u8 {
    match (answer["ok"].as_bool(), answer["code"].as_str()) {
        (Some(true), _) => 0,
        (_, Some("unavailable")) => exit::UNAVAILABLE,
        _ => exit::CONFIG,
    }
}
