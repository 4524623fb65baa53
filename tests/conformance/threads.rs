//! Which conversation a mail belongs to.

use switchboard::conformance::Suite;

use crate::walk;

#[test]
fn our_own_threads() {
    walk::own(Suite::Threads);
}

#[test]
fn threads_of_the_corpus() {
    walk::corpus(Suite::Threads, "email/own/threads.jsonl");
}
