//! The door of webhooks: what a provider posts is held against its signature, handed over as it came, and answered
//! only once it is stored. It knows nothing of NATS but [`Intake`], which the shell implements.
//!
//! What is absent: any look at what a message says, beyond the few questions by which providers ask whether an
//! address is ours; and any word of a request in the log.

mod answer;
mod ask;
mod visit;

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::seats::{self, Limits};
use crate::domain::{Channel, Format, Name, Timestamp};
use crate::signature::{Notice, Scheme, Secret};

/// How long the body of a request may take.
pub(super) const BODY_TIME: Duration = Duration::from_secs(10);
/// How long to wait before the next line about a webhook that somebody knocks at with wrong signatures.
const TOLD_EVERY_MS: i64 = 1_000;

/// The webhook of one source.
#[derive(Debug)]
pub struct Hook {
    pub source: Name,
    pub channel: Channel,
    pub format: Format,
    pub path: String,
    /// Any one of them will do.
    pub schemes: Vec<Scheme>,
    /// What Meta must repeat to be told that the address is ours.
    pub verify_token: Option<Secret>,
    /// When somebody was last told in the log of a request that was refused.
    pub told: AtomicI64,
}

impl Hook {
    /// Whether a refusal is to be told now: who sends many wrong requests shall not fill the log.
    fn tells(&self, now: Timestamp) -> bool {
        let last = self.told.load(Ordering::Relaxed);
        let is_due = now.0.abs_diff(last) >= TOLD_EVERY_MS.unsigned_abs();
        is_due && self.told.compare_exchange(last, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// What a provider sent, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    pub body: Bytes,
    /// The envelope of a mail.
    pub mail_from: Option<String>,
    pub rcpt_to: Vec<String>,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// The stream has it.
    Yes,
    /// It may be there or not: the provider is to send it again.
    Unknown,
    /// It could never be taken, since it is too large.
    TooLarge,
    /// It could never be taken.
    Unfit,
}

/// How a request ended, for those who count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Stored,
    /// A question of the provider was answered; there was no message.
    Answered,
    Refused(&'static str),
}

/// A promise of an answer, as a trait can give it.
pub type Storing<'a> = Pin<Box<dyn Future<Output = Stored> + Send + 'a>>;

/// Where inputs go.
pub trait Intake: Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    /// Stores an input, in bounded time.
    fn put<'a>(&'a self, hook: &'a Hook, input: Input) -> Storing<'a>;

    /// Counts how a request ended; `None` where no webhook has its path.
    fn count(&self, hook: Option<&Hook>, ending: Ending);

    /// The provider has a question that a person must answer.
    fn notice(&self, hook: &Hook, notice: Notice);
}

/// What a client may take.
#[derive(Clone, Copy, Debug)]
pub struct DoorLimits {
    pub body_bytes_max: usize,
    pub connections: usize,
}

/// All that a request is judged by.
pub(super) struct Door {
    hooks: Vec<Hook>,
    /// How providers call our address, up to the path.
    public_url: String,
    limits: DoorLimits,
    intake: Arc<dyn Intake>,
}

/// A bound address whose webhooks wait until [`Hooks::serve`].
pub struct Hooks {
    listener: TcpListener,
    door: Arc<Door>,
}

impl Hooks {
    /// Binds the address; port 0 takes any that is free.
    pub async fn bind(
        address: SocketAddr,
        hooks: Vec<Hook>,
        public_url: Option<String>,
        limits: DoorLimits,
        intake: Arc<dyn Intake>,
    ) -> io::Result<Hooks> {
        let public_url = public_url.unwrap_or_default();
        let door = Arc::new(Door { hooks, public_url, limits, intake });
        Ok(Hooks { listener: TcpListener::bind(address).await?, door })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until it is told to stop, and then until those who asked before have their answer.
    pub async fn serve(self, stop: watch::Receiver<bool>) {
        let limits = Limits { seats: self.door.limits.connections, ..seats::LIMITS };
        let router = Router::new().fallback(visit).with_state(self.door);
        seats::serve_until(self.listener, router, limits, stop).await;
    }
}

async fn visit(State(door): State<Arc<Door>>, request: Request) -> Response {
    visit::answer(&door, request).await
}
