//! A small contact centre played from a script over real NATS, as outsiders see it: gateway, agents,
//! supervisor and event reader are clients of their own with the permissions of the shipped users.
//!
//! - [`script`]: who does what when, and what must come true.
//! - `stage` with `perform`: who comes on when.
//! - [`actor`]: a client that asks by request and reply.
//! - [`gateway`], [`desk`]: what brings messages in, and what answers offers.
//! - [`outgoing`], [`relay`]: where replies and notices arrive; [`operator`]: who reloads.
//! - [`facts`]: the event stream, read as an integrator reads it; `durable`: how both streams are read.
//! - [`story`] with `leaving`, [`line`](mod@line), [`summary`]: what is told of it, and whether it came true.
//! - [`traffic`]: the same again and again, never alike; [`totals`]: what is counted over all of it.
//!
//! What is absent: the engine and the journal's own connection. Nothing here knows more than a stranger.

pub mod actor;
pub mod desk;
mod durable;
pub mod facts;
pub mod gateway;
mod leaving;
pub mod line;
pub mod operator;
pub mod outgoing;
mod perform;
pub mod relay;
pub mod script;
mod stage;
pub mod story;
pub mod summary;
pub mod totals;
pub mod traffic;

use std::path::PathBuf;

pub use stage::{Props, Stage};

/// Why the demo could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("cannot read {path}", path = path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("line {line} of the script is not what it should be: {reason}")]
    Script { line: usize, reason: String },
    #[error("user `{user}` cannot connect to NATS")]
    Connect { user: String, source: async_nats::ConnectError },
    #[error("`{actor}` asked `{verb}` and had no answer")]
    NoAnswer { actor: String, verb: String, source: async_nats::RequestError },
    #[error("`{actor}` asked `{verb}` and was answered with something that is no answer")]
    NotAnAnswer { actor: String, verb: String },
    #[error("`{actor}` asked `{verb}` and was refused with `{code}`: {message}")]
    Refused { actor: String, verb: String, code: String, message: String },
    #[error("input `{id}` was not stored")]
    NotStored { id: String, source: async_nats::jetstream::context::PublishError },
    #[error("the event stream cannot be read")]
    Facts { source: Box<dyn std::error::Error + Send + Sync> },
    #[error("the stream of what is to be sent cannot be read")]
    Out { source: Box<dyn std::error::Error + Send + Sync> },
    #[error("the configuration names no control socket, which the script's reloads need")]
    NoSocket,
    #[error("a task of the demo ended by itself")]
    Task(#[from] tokio::task::JoinError),
}
