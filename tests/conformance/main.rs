//! The suites of `switchboard conformance`, over our own rows (`rows/SUITE.jsonl`) always, and over the shared corpus
//! where it lies beside the checkout.

mod addressing;
mod automated;
mod bounces;
mod chat;
mod command;
mod concat;
#[path = "../common/corpus.rs"]
mod corpus;
mod e164;
mod email;
mod html;
mod language;
mod optout;
#[path = "../common/passed_by.rs"]
mod passed_by;
mod readme;
mod reply;
mod segments;
mod senders;
mod subjects;
mod threads;
mod walk;
mod webhooks;
