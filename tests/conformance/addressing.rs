//! To whom a mail went and who wrote it.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn own_rows() {
    walk::own(Suite::Addressing);
}

#[test]
fn corpus() {
    walk::corpus(Suite::Addressing, "email/own/addressing.jsonl");
}
