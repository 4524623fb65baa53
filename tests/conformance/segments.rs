//! The suite `segments`.

use switchboard::conformance::Suite;

use super::walk;

#[test]
fn segments_of_our_own() {
    walk::own(Suite::Segments);
}

#[test]
fn segments_of_the_corpus() {
    walk::corpus(Suite::Segments, "sms/segments.jsonl");
}
