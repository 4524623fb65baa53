//! Mail that leaves: what agents write to contacts, and what supervisors are told of broken promises.
//!
//! - [`compose`]: a draft of plain values becomes a mail as a relay takes it.
//! - [`subject`], [`ids`]: the subject of an answer, and the thread that it goes into.
//! - [`facts`], [`templates`]: what an escalation mail says, and in what words.
//! - [`relay`]: the relay's settings with its secrets, read once at start.
//! - `relay_id`: the ids by which a mail is known whose relay wrote one of its own over ours.
//! - [`sender`]: one mail, one connection, one outcome.
//! - [`letter`]: a fact of the journal and its content become a draft.
//! - `memory`: which mails this process is sending or has sent, over the ends of terms.
//! - [`worker`]: attempts that the engine began, so many at once, until each has its outcome.
//!
//! What is absent: when a mail is due, how often it was tried and whether it is given up. The engine decides
//! that, and its table of mails outlives this process.

pub mod compose;
mod dialog;
pub mod facts;
pub mod ids;
pub mod letter;
mod memory;
mod outcome;
pub mod relay;
mod relay_id;
pub mod sender;
pub mod subject;
pub mod templates;
pub mod worker;

pub use outcome::{Outcome, code};
