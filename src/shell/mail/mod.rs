//! Mail that leaves: what agents write to contacts, and what supervisors are told of broken promises.
//!
//! - [`compose`]: a draft of plain values becomes a mail as a relay takes it.
//! - [`subject`]: the subject of an answer.
//! - [`facts`], [`templates`]: what an escalation mail says, and in what words.
//! - [`relay`]: the relay's settings with its secrets, read once at start.
//! - [`sender`]: one mail, one connection, one outcome.
//!
//! What is absent: when a mail is due, how often it was tried and whether it is given up. The engine decides
//! that, and its table of mails outlives this process.

pub mod compose;
mod dialog;
pub mod facts;
mod outcome;
pub mod relay;
pub mod sender;
pub mod subject;
pub mod templates;

pub use outcome::{Outcome, code};
