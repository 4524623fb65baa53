//! Subjects: own rows in every language of the table, and the corpus.

use switchboard::conformance::Suite;

use crate::walk;

#[test]
fn own_rows() {
    walk::own(Suite::Subjects);
}

#[test]
fn corpus() {
    walk::corpus(Suite::Subjects, "email/own/subjects.jsonl");
}
