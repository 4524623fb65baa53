//! The API door: requests in, answers out, over the connection that may publish hardly anything.
//!
//! NATS checks no permission on a *reply* subject, so an answer goes only to one that begins `_INBOX.`;
//! a request with any other is dropped and counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::service::{Service, ServiceExt};
use async_nats::{Client, HeaderMap, Subject};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::wire::{Subjects, Traceparent};

use super::answer::{Answer, status};
use super::fault;

/// How many requests may wait for the loop; one more is told to come again.
const WAITING_MAX: usize = 1_024;
/// Room that the headers of an answer take of the server's largest message, the sentence of a refusal included.
const HEADERS_BYTES: usize = 2 * 1024;
/// Where an answer may go.
const INBOX: &str = "_INBOX.";

/// Whether an answer may go to this reply subject.
pub fn is_inbox(reply: &str) -> bool {
    reply.starts_with(INBOX)
}

/// A request as it came.
#[derive(Debug)]
pub struct Request {
    /// `<p>.api.<actor>.<verb>`.
    pub subject: Subject,
    /// Its body: outside input.
    pub payload: Bytes,
    /// The trace that it is part of.
    pub trace: Option<Traceparent>,
    /// Where the answer goes.
    pub reply: Reply,
}

/// Where an answer goes: an inbox of whoever asked.
#[derive(Debug)]
pub struct Reply {
    client: Client,
    subject: Subject,
}

/// The open door.
pub struct Door {
    service: Service,
    task: JoinHandle<()>,
}

/// Why the door could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot offer the API on `{subject}`; check the permissions of the door's NATS user")]
pub struct DoorError {
    subject: String,
    source: async_nats::Error,
}

impl Door {
    /// Opens the door: a NATS micro service with one endpoint, `api`. Only the leader does. `dropped` counts
    /// the requests that were dropped for their reply subject.
    ///
    /// Services share a queue group, of which the server chooses one member for each request. Ours is the
    /// instance's alone: a leader that is frozen would take half of its successor's requests.
    pub async fn open(
        client: &Client,
        subjects: &Subjects,
        instance: &str,
        dropped: Arc<AtomicU64>,
    ) -> Result<(Door, mpsc::Receiver<Request>), DoorError> {
        let subject = format!("{}.api.*.>", subjects.prefix());
        let failed = |source| DoorError { subject: subject.clone(), source };
        let builder = client.service_builder().description("Switchboard's commands and queries");
        let builder = builder.queue_group(queue_group(instance));
        let service = builder.start("switchboard", env!("CARGO_PKG_VERSION")).await.map_err(failed)?;
        let failed = |source| DoorError { subject: subject.clone(), source };
        let mut endpoint =
            service.endpoint_builder().name("api").add(subject.as_str()).await.map_err(failed)?;
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let client = client.clone();
        let task = tokio::spawn(async move {
            while let Some(request) = endpoint.next().await {
                let message = request.message;
                let Some(reply) = Reply::to(&client, message.reply) else {
                    let count = dropped.fetch_add(1, Ordering::Relaxed) + 1;
                    warn!(count, "dropped a request whose reply subject is no inbox");
                    continue;
                };
                let trace = message.headers.as_ref().and_then(trace_of);
                let request = Request { subject: message.subject, payload: message.payload, trace, reply };
                if let Err(mpsc::error::TrySendError::Full(request)) = sender.try_send(request) {
                    request.reply.send(Answer::busy()).await;
                }
            }
        });
        Ok((Door { service, task }, receiver))
    }

    /// Closes the door: whoever asks now finds no responder.
    pub async fn close(self) {
        self.task.abort();
        // The service only ever stops; there is nothing to do about a failure of that.
        let _ = self.service.stop().await;
    }
}

/// The trace that a message's headers name.
pub fn trace_of(headers: &HeaderMap) -> Option<Traceparent> {
    headers.get(Traceparent::NAME).and_then(|value| Traceparent::parse(value.as_str()))
}

/// A name without what has a meaning in NATS.
fn queue_group(instance: &str) -> String {
    instance.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect()
}

impl Reply {
    fn to(client: &Client, subject: Option<Subject>) -> Option<Reply> {
        let subject = subject.filter(|subject| is_inbox(subject))?;
        Some(Reply { client: client.clone(), subject })
    }

    /// Sends the answer. A failure means that NATS is away, and whoever asked will ask again.
    pub async fn send(self, answer: Answer) {
        fault::point("answer_before");
        // The client does not send what the server would not take, and whoever asks would wait in vain.
        let fits = answer.body.len() + HEADERS_BYTES <= self.client.max_payload();
        let answer = if fits { answer } else { Answer::too_large() };
        let mut headers = HeaderMap::new();
        headers.insert("Content-Type", "application/json");
        if let Some((code, message)) = &answer.error {
            headers.insert("Nats-Service-Error", message.as_str());
            headers.insert("Nats-Service-Error-Code", status(code).to_string());
        }
        let sent = self.client.publish_with_headers(self.subject, headers, answer.body.into()).await;
        if let Err(fault) = sent {
            warn!(%fault, "an answer could not be sent");
        }
        fault::point("answer_after");
    }
}
