//! Bounces: whom they are about. Class must always be right; addresses on nearly all.

use std::path::Path;

use switchboard::conformance::{Outcome, Suite};

use super::walk;

#[test]
fn own_rows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/rows/bounces.jsonl");
    let outcomes = walk::run(Suite::Email, &file);
    assert!(outcomes.len() >= 20);
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.pass).collect();
    for Outcome { row, id, expected, got, .. } in &failed {
        println!("row {row} {id:?}\n  expected {expected}\n  got      {got}");
    }
    assert!(failed.is_empty(), "{} rows fail", failed.len());
}

#[test]
fn corpus() {
    for file in ["email/bounce/flufl/expected.jsonl", "email/bounce/sisimai/expected.jsonl"] {
        let Some(path) = walk::corpus_file(file) else { return };
        let outcomes = walk::run(Suite::Email, &path);
        let class = |outcome: &&Outcome| match outcome.expected.get("class") {
            Some(class) => outcome.got.get("class") == Some(class),
            None => true,
        };
        for Outcome { id, expected, got, .. } in outcomes.iter().filter(|outcome| !outcome.pass) {
            println!("{id:?}\n  expected {expected}\n  got      {got}");
        }
        assert_eq!(outcomes.iter().filter(class).count(), outcomes.len(), "the class of {file}");
        let passed = outcomes.iter().filter(|outcome| outcome.pass).count();
        assert!(passed * 100 >= outcomes.len() * 95, "{passed} of {} rows of {file}", outcomes.len());
    }
}
