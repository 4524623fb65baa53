//! A small contact centre played from a script over real NATS, as outsiders see it: gateway, agents,
//! supervisor and event reader are clients of their own with the permissions of the shipped users.
//!
//! - [`script`]: who does what when, and what must come true.
//! - [`actor`]: a client that asks by request and reply.
//! - [`gateway`], [`desk`]: what brings messages in, and what answers offers.
//! - [`facts`]: the event stream, read as an integrator reads it.
//! - [`story`], [`summary`]: what is told of it, and whether it came true.
//!
//! What is absent: the engine and the journal's own connection. Nothing here knows more than a stranger.

pub mod actor;
pub mod desk;
pub mod facts;
pub mod gateway;
pub mod script;
mod stage;
pub mod story;
pub mod summary;

use std::path::PathBuf;

pub use stage::play;

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
    #[error("a task of the demo ended by itself")]
    Task(#[from] tokio::task::JoinError),
}
