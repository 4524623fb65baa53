//! `switchboard conformance`: rows of test data against what the daemon itself runs.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::exit;
use super::output::fail;
use crate::conformance::{Outcome, Suite};

/// Check rows of test data against the functions that the daemon runs. A line of JSON on stdout for each row, a
/// summary on stderr.
#[derive(Debug, Args)]
pub(super) struct Conformance {
    /// Which kind of rows, as `email` or `webhooks`.
    #[arg(value_parser = suite)]
    suite: Suite,
    /// The rows, one JSON object a line, empty lines left out; files that they name lie beside.
    file: PathBuf,
}

impl Conformance {
    /// Exits 0 where every row passes, 1 where one fails, 2 where the rows cannot be read.
    pub(super) fn run(self) -> ExitCode {
        let outcomes = match self.outcomes() {
            Ok(outcomes) => outcomes,
            Err(fault) => {
                let text = format!("cannot read the rows in {}: {fault}", self.file.display());
                return fail(exit::USAGE, &text);
            }
        };
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

    /// A file of rows; for replies also a text of a folder `emails`, or that folder.
    fn outcomes(&self) -> io::Result<Vec<Outcome>> {
        let beside = self.file.parent().unwrap_or(Path::new(""));
        let is_text = self.file.extension().is_some_and(|extension| extension == "txt");
        if self.suite == Suite::Reply && (is_text || self.file.is_dir()) {
            let folder = if is_text { beside } else { &self.file };
            let names = match self.file.file_name() {
                Some(name) if is_text => vec![name.to_string_lossy().into_owned()],
                _ => names(folder)?,
            };
            let above = folder.parent().unwrap_or(Path::new(""));
            return Ok(self.suite.folder(&names, &|name| fs::read(above.join(name)).ok()));
        }
        let rows = fs::read(&self.file)?;
        Ok(self.suite.run(rows, &|name| fs::read(beside.join(name)).ok()))
    }
}

/// The texts of a folder, by name.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".txt") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn suite(word: &str) -> Result<Suite, String> {
    Suite::ALL.into_iter().find(|suite| suite.as_str() == word).ok_or_else(|| {
        let words = Suite::ALL.map(Suite::as_str).join(", ");
        format!("there is no suite of this name; there are {words}")
    })
}
