//! The shell against a real nats-server, with the configuration and the users that we ship.
//!
//! Waiting is always for a fact, with a limit. No test reads a wall clock, and without a server there is a
//! failure that says how to get one. Some tests pass by, aloud: those of mails that other projects collected,
//! which are no part of the checkout, and those of mail servers where there is no Debian to fetch them from.

mod bus;
#[path = "../common/corpus.rs"]
mod corpus;
mod crash;
mod examples;
#[path = "../common/fetched.rs"]
mod fetched;
mod gateway;
mod input;
mod lagging;
mod mail;
mod mta;
mod newcomer;
mod outgoing;
mod parts;
#[path = "../common/passed_by.rs"]
mod passed_by;
mod people;
mod permissions;
mod queries;
mod reload;
mod secrets;
mod secure;
mod service;
mod streams;
mod support;
mod tools;
