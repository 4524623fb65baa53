//! The shell against a real nats-server, with the configuration and the users that we ship.
//!
//! Waiting is always for a fact, with a limit. No test reads a wall clock, and without a server there is a
//! failure that says how to get one. One test passes by where its mails are not there: those that other
//! projects collected are no part of the checkout.

mod bus;
mod crash;
mod examples;
mod gateway;
mod input;
mod lagging;
mod mail;
mod newcomer;
mod outgoing;
mod parts;
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
