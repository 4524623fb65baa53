//! Switchboard routes chat, email and SMS to the agents who can answer. Read ARCHITECTURE.md first.

pub mod domain;
pub mod policy;
pub mod engine;
pub mod wire;
pub mod conformance;
pub mod signature;
pub mod config;
pub mod web;
pub mod shell;
pub mod cli;
