//! `check`: does all that a start of the daemon does without the network, and has no effect.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::exit;
use super::output::wants_colours;
use super::site::Above;
use crate::config::{self, FILE_DEFAULT, Finding, Loaded, Severity};
use crate::shell::settings::{Secrets, inspect, inspect_gateway};

/// Check a configuration: every fault at once, without any effect.
///
/// Exits 0 where the daemon would start, 78 where it would not, and says of each fault where it is and what to do. It
/// reads files alone, so it may run beside the daemon. A `credential:NAME` of the configuration is the service's, so
/// it is looked for only where CREDENTIALS_DIRECTORY is set. Of the gateway, which is another service, the credentials are
/// left to `--gateway`.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The file of each site; without one /etc/switchboard/switchboard.toml.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    above: Above,
    /// How the outcome is told.
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Exit 1 where there are warnings.
    #[arg(long)]
    deny_warnings: bool,
    /// Leave the files of secrets alone, for who may not read them.
    #[arg(long)]
    without_secrets: bool,
    /// Look at what `switchboard gateway` needs in place of what `switchboard serve` does: its secrets alone.
    #[arg(long)]
    gateway: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, on stderr; a summary of each site on stdout.
    Pretty,
    /// One JSON object a site, each on a line.
    Json,
    /// One log of SARIF 2.1.0 for all sites.
    Sarif,
}

/// What became of one site.
struct Outcome {
    file: String,
    loaded: Option<Loaded>,
    findings: Vec<Finding>,
    left_out: usize,
}

impl Check {
    /// Exits 0 where the daemon would start, 78 where not, 1 for warnings where they are denied.
    pub(super) fn run(self) -> ExitCode {
        let paths = if self.paths.is_empty() { vec![FILE_DEFAULT.into()] } else { self.paths.clone() };
        let outcomes: Vec<Outcome> = paths.iter().map(|path| self.check(path)).collect();
        // A reader that hung up needs no answer; the exit code tells the rest.
        let _ = match if self.json { Format::Json } else { self.format } {
            Format::Pretty => outcomes.iter().try_for_each(Outcome::print),
            Format::Json => outcomes.iter().try_for_each(|one| writeln!(io::stdout(), "{}", one.json())),
            Format::Sarif => {
                let findings: Vec<Finding> = outcomes.iter().flat_map(|one| one.findings.clone()).collect();
                writeln!(io::stdout(), "{:#}", config::sarif(&findings))
            }
        };
        let count = |severity| outcomes.iter().map(|one| one.count(severity)).sum::<usize>();
        if count(Severity::Error) > 0 {
            ExitCode::from(exit::CONFIG)
        } else if self.deny_warnings && count(Severity::Warning) > 0 {
            ExitCode::from(exit::FINDINGS)
        } else {
            ExitCode::SUCCESS
        }
    }

    fn check(&self, path: &std::path::Path) -> Outcome {
        let file = path.display().to_string();
        let secrets = if self.without_secrets { Secrets::Skipped } else { Secrets::Expected };
        match config::load_layers(&self.above.over(Some(path))) {
            Ok(loaded) => {
                let mut findings = loaded.warnings.clone();
                let look = if self.gateway { inspect_gateway } else { inspect };
                findings.extend(look(&loaded, secrets));
                findings.sort_by_key(|finding| finding.severity);
                Outcome { file, loaded: Some(loaded), findings, left_out: 0 }
            }
            Err(report) => {
                Outcome { file, loaded: None, findings: report.findings, left_out: report.left_out }
            }
        }
    }
}

impl Outcome {
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    fn is_ok(&self) -> bool {
        self.count(Severity::Error) == 0
    }

    fn print(&self) -> io::Result<()> {
        write!(io::stderr(), "{}", config::pretty(&self.findings, wants_colours(&io::stderr())))?;
        match &self.loaded {
            Some(loaded) if self.is_ok() => writeln!(io::stdout(), "{}", self.summary(loaded)),
            _ => writeln!(io::stderr(), "{}: {}", self.file, self.verdict()),
        }
    }

    fn verdict(&self) -> String {
        let errors = counted(self.count(Severity::Error), "error");
        let warnings = counted(self.count(Severity::Warning), "warning");
        match self.left_out {
            0 => format!("{errors}, {warnings}"),
            more => format!("{errors}, {warnings}, and {more} more findings that are not shown"),
        }
    }

    fn summary(&self, loaded: &Loaded) -> String {
        let policy = &loaded.policy;
        let parts = [
            counted(policy.agents.len(), "agent"),
            counted(policy.queues.len(), "queue"),
            counted(policy.sources.len(), "source"),
            counted(policy.routes.iter().count(), "route"),
            counted(self.count(Severity::Warning), "warning"),
        ];
        format!("{}: {}, policy {}", self.file, parts.join(", "), policy.digest)
    }

    fn json(&self) -> Value {
        let mut object = json!({
            "file": self.file,
            "ok": self.is_ok(),
            "findings": self.findings,
            "left_out": self.left_out,
        });
        if let Some(loaded) = &self.loaded {
            let policy = &loaded.policy;
            object["policy"] = json!(policy.digest);
            object["agents"] = json!(policy.agents.len());
            object["queues"] = json!(policy.queues.len());
            object["sources"] = json!(policy.sources.len());
            object["routes"] = json!(policy.routes.iter().count());
        }
        object
    }
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
