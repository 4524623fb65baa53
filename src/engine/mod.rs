//! The deterministic machine: commands in, events out. Touches `domain` and `policy` alone.

pub mod command;
pub mod event;
