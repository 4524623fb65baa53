//! The suite `optout`.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn optout_of_our_own() {
    walk::own(Suite::Optout);
}

#[test]
fn optout_of_the_corpus() {
    walk::corpus(Suite::Optout, "sms/optout.jsonl");
}
