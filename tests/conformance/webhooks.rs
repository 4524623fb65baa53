//! The suite `webhooks`.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn webhooks_of_our_own() {
    walk::own(Suite::Webhooks);
}

#[test]
fn webhooks_of_the_corpus() {
    walk::corpus(Suite::Webhooks, "sms/webhooks.jsonl");
}
