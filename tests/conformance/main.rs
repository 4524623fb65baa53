//! The suites of `switchboard conformance`, over our own rows (`rows/SUITE.jsonl`) always, and over the shared corpus
//! where it lies beside the checkout.

mod suites;
mod threads;
mod walk;
