//! The suite `senders`.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn senders_of_our_own() {
    walk::own(Suite::Senders);
}

#[test]
fn senders_of_the_corpus() {
    walk::corpus(Suite::Senders, "sms/sender_class.jsonl");
}
