//! Runs one suite over one file of rows.

use std::fs;
use std::path::Path;

use switchboard::conformance::{Outcome, Suite};

pub use crate::corpus::corpus as corpus_file;

/// What became of each row of a file; a file that a row names lies beside it.
pub fn run(suite: Suite, file: &Path) -> Vec<Outcome> {
    let rows = fs::read(file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
    let beside = file.parent().expect("a file lies in a folder").to_owned();
    suite.run(rows, &|name| fs::read(beside.join(name)).ok())
}

/// Every row of our own file of this suite passes, and there are some.
pub fn own(suite: Suite) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"));
    all_pass(suite, &file.join(format!("tests/conformance/rows/{}.jsonl", suite.as_str())));
}

/// Every row of this file of the corpus passes; it is passed by, aloud, where there is no corpus.
pub fn corpus(suite: Suite, file: &str) {
    if let Some(path) = corpus_file(file) {
        all_pass(suite, &path);
    }
}

fn all_pass(suite: Suite, file: &Path) {
    let outcomes = run(suite, file);
    assert!(!outcomes.is_empty(), "{} has rows", file.display());
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.pass).collect();
    for Outcome { row, id, expected, got, .. } in &failed {
        println!("row {row} {id:?}\n  expected {expected}\n  got      {got}");
    }
    assert!(failed.is_empty(), "{} of {} rows of {} fail", failed.len(), outcomes.len(), file.display());
}
