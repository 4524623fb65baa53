//! What a mail is, and what follows from it.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn own_rows() {
    walk::own(Suite::Automated);
}

#[test]
fn corpus() {
    walk::corpus(Suite::Automated, "email/own/automated.jsonl");
}
