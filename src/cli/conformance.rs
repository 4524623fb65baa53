//! `switchboard conformance`: rows of test data against what the daemon itself runs.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::exit;
use crate::conformance::Suite;

/// Check rows of test data against the functions that the daemon runs. A line of JSON on stdout for each row, a
/// summary on stderr.
#[derive(Debug, Args)]
pub(super) struct Conformance {
    /// Which kind of rows, as `email` or `webhooks`.
    #[arg(value_parser = suite)]
    suite: Suite,
    /// The rows, one JSON object a line; files that they name lie beside.
    file: PathBuf,
}

impl Conformance {
    /// Exits 0 where every row passes, 1 where one fails, 2 where the rows cannot be read.
    pub(super) fn run(self) -> ExitCode {
        let rows = match fs::read_to_string(&self.file) {
            Ok(rows) => rows,
            Err(fault) => {
                eprintln!("cannot read the rows in {}: {fault}", self.file.display());
                return ExitCode::from(exit::USAGE);
            }
        };
        let beside = self.file.parent().unwrap_or(Path::new("")).to_owned();
        let outcomes = self.suite.run(&rows, &|name| fs::read(beside.join(name)).ok());
        let mut stdout = io::stdout().lock();
        for outcome in &outcomes {
            let mut line = json!({ "row": outcome.row });
            if let Some(id) = &outcome.id {
                line["id"] = json!(id);
            }
            line["pass"] = json!(outcome.pass);
            line["expected"] = outcome.expected.clone();
            line["got"] = outcome.got.clone();
            // A reader that hung up, as `head` does, needs no more.
            if writeln!(stdout, "{line}").is_err() {
                break;
            }
        }
        let passed = outcomes.iter().filter(|outcome| outcome.pass).count();
        eprintln!("{}: {passed} of {} rows pass", self.suite.as_str(), outcomes.len());
        if passed == outcomes.len() { ExitCode::SUCCESS } else { ExitCode::from(exit::FINDINGS) }
    }
}

fn suite(word: &str) -> Result<Suite, String> {
    Suite::ALL.into_iter().find(|suite| suite.as_str() == word).ok_or_else(|| {
        let words = Suite::ALL.map(Suite::as_str).join(", ");
        format!("there is no suite of this name; there are {words}")
    })
}
