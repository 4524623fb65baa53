//! The door of webhooks: what a provider posts is held against its signature, handed over as it came, and answered
//! only once it is stored. It knows nothing of NATS but [`Intake`], which the shell implements.
//!
//! What is absent: any look at what a message says, beyond the few questions by which providers ask whether an
//! address is ours; any request of our own; and any word of a request in the log, but the name of a certificate of
//! Amazon's.

mod answer;
mod ask;
mod coding;
mod share;
mod visit;

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::seats::{self, Limits};
use crate::domain::{Channel, Format, Name, Timestamp};
use crate::signature::{Notice, Scheme, Secret};
use share::Share;

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
    /// The stream has it, at this sequence.
    At(u64),
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

    /// The provider has a question that a person must answer; it is stored at this sequence.
    fn notice(&self, hook: &Hook, notice: Notice, seq: u64);
}

/// What there may be at once. A source has as much of it as is free, and no more.
#[derive(Clone, Copy, Debug)]
pub struct DoorLimits {
    /// Of one body, packed or not.
    pub body_bytes_max: usize,
    /// Of all bodies that are being read or stored.
    pub bodies_bytes_max: usize,
    /// Inputs on their way to the stream.
    pub in_flight: usize,
    /// Connections, and requests that are being answered.
    pub connections: usize,
}

/// What is taken, and how. A reload swaps all of it at once.
#[derive(Debug)]
pub struct Taken {
    pub hooks: Vec<Hook>,
    /// How providers call our address, up to the path.
    pub public_url: String,
    pub limits: DoorLimits,
}

/// All that a request is judged by.
pub(super) struct Door {
    taken: ArcSwap<Taken>,
    requests: Share,
    bytes: Share,
    flying: Share,
    intake: Arc<dyn Intake>,
}

/// By which an open door takes other webhooks.
pub struct Lever(Arc<Door>);

impl Lever {
    /// Whoever asks from now on is judged by this; who asked before, by what was there.
    pub fn take(&self, taken: Taken) {
        self.0.taken.store(Arc::new(taken));
    }
}

/// A bound address whose webhooks wait until [`Hooks::serve`].
pub struct Hooks {
    listener: TcpListener,
    door: Arc<Door>,
}

impl Hooks {
    /// Binds the address; port 0 takes any that is free.
    pub async fn bind(address: SocketAddr, taken: Taken, intake: Arc<dyn Intake>) -> io::Result<Hooks> {
        let (requests, bytes, flying) = (Share::default(), Share::default(), Share::default());
        let taken = ArcSwap::from_pointee(taken);
        let door = Arc::new(Door { taken, requests, bytes, flying, intake });
        Ok(Hooks { listener: TcpListener::bind(address).await?, door })
    }

    /// By which it takes other webhooks while it serves.
    pub fn lever(&self) -> Lever {
        Lever(self.door.clone())
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until it is told to stop, and then until those who asked before have their answer.
    pub async fn serve(self, stop: watch::Receiver<bool>) {
        let connections = self.door.taken.load().limits.connections;
        let limits = Limits { seats: connections, ..seats::LIMITS };
        let router = Router::new().fallback(visit).with_state(self.door);
        seats::serve_until(self.listener, router, limits, stop).await;
    }
}

async fn visit(State(door): State<Arc<Door>>, request: Request) -> Response {
    visit::answer(&door, request).await
}
