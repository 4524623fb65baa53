//! The suite `concat`.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn concat_of_our_own() {
    walk::own(Suite::Concat);
}

#[test]
fn concat_of_the_corpus() {
    walk::corpus(Suite::Concat, "sms/concat.jsonl");
}
