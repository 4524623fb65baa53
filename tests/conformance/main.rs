//! The suites of `switchboard conformance`, over our own rows (`rows/SUITE.jsonl`) always, and over the shared corpus
//! where it lies beside the checkout.

mod addressing;
mod automated;
mod bounces;
mod chat;
mod command;
mod concat;
mod e164;
mod email;
mod html;
mod language;
mod optout;
mod readme;
mod reply;
mod segments;
mod senders;
mod subjects;
mod threads;
mod walk;
mod webhooks;
