//! `check`: reads the configuration as the start of the daemon would, and has no effect.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::exit;
use crate::config::{self, Loaded, Report};

/// Check a configuration file: every fault at once, no side effects.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The file.
    #[arg(default_value = super::CONFIG_DEFAULT)]
    path: PathBuf,
    /// Print the outcome as one JSON object on stdout.
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Exits 0 where the daemon would start, 78 where not.
    pub(super) fn run(self) -> ExitCode {
        let outcome = config::load(&self.path);
        // A reader that hung up needs no answer; the exit code tells the rest.
        let _ = if self.json { self.print_json(&outcome) } else { self.print(&outcome) };
        if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(exit::CONFIG) }
    }

    fn print(&self, outcome: &Result<Loaded, Report>) -> io::Result<()> {
        match outcome {
            Ok(loaded) => {
                for warning in &loaded.warnings {
                    writeln!(io::stderr(), "{warning}")?;
                }
                writeln!(io::stdout(), "{}", self.summary(loaded))
            }
            Err(report) => write!(io::stderr(), "{report}"),
        }
    }

    fn summary(&self, loaded: &Loaded) -> String {
        let policy = &loaded.policy;
        let parts = [
            counted(policy.agents.len(), "agent"),
            counted(policy.queues.len(), "queue"),
            counted(policy.sources.len(), "source"),
            counted(policy.routes.iter().count(), "route"),
            counted(loaded.warnings.len(), "warning"),
        ];
        format!("{}: {}, policy {}", self.path.display(), parts.join(", "), policy.digest)
    }

    fn print_json(&self, outcome: &Result<Loaded, Report>) -> io::Result<()> {
        let file = self.path.display().to_string();
        let object = match outcome {
            Ok(loaded) => json!({
                "file": file,
                "ok": true,
                "policy": loaded.policy.digest,
                "agents": loaded.policy.agents.len(),
                "queues": loaded.policy.queues.len(),
                "sources": loaded.policy.sources.len(),
                "routes": loaded.policy.routes.iter().count(),
                "findings": loaded.warnings,
                "left_out": 0,
            }),
            Err(report) => json!({
                "file": file,
                "ok": false,
                "findings": report.findings,
                "left_out": report.left_out,
            }),
        };
        writeln!(io::stdout(), "{object}")
    }
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
