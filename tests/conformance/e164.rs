//! The suite `e164`.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn e164_of_our_own() {
    walk::own(Suite::E164);
}

#[test]
fn e164_of_the_corpus() {
    walk::corpus(Suite::E164, "sms/e164.jsonl");
}
