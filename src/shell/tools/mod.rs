//! What the operator's commands do over NATS. `cli` reads the arguments and prints; nothing here does.
//!
//! - [`login`]: one connection of a tool, as one NATS user.
//! - [`inject`]: one input into IN, acknowledged.
//! - [`dead`]: what lies in DEAD; putting it back into IN.
//! - [`status`]: how the site is.
//! - [`bench`]: load on a site made for it, and what it took.

pub mod bench;
pub mod dead;
pub mod inject;
pub mod login;
pub mod status;
