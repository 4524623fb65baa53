//! The shell against a real nats-server, with the configuration and the users that we ship.
//!
//! Waiting is always for a fact, with a limit. No test reads a wall clock, and none is skipped: without
//! a server there is a failure that says how to get one.

mod bus;
mod crash;
mod input;
mod newcomer;
mod permissions;
mod streams;
mod support;
