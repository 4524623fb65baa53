//! Input decoded ahead of the loop: in parallel, in the order of the input stream, and guarded, so that
//! no message can stall or stop the rest. Nothing here reaches the engine by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tracing::error;

use crate::domain::{Channel, Timestamp};
use crate::wire::{Decoded, Decoder, Input, Traceparent};

use super::door::trace_of;
use super::fault;
use super::fetching::{Fetching, NoBody};
use super::inbox::{Delivery, Inbox, ReadError};
use super::ruling::Live;

/// How many inputs are decoded at once.
const AT_ONCE: usize = 16;
/// How many decoded inputs wait for the loop.
const AHEAD: usize = 256;
/// Below this size an input is decoded on the spot: it costs less than a thread's hand-over.
const SMALL_BYTES: usize = 16 * 1024;
/// How long one input may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long it is waited for once more.
const SECOND_LOOK: Duration = Duration::from_millis(250);
/// Refusals that other sources may take back.
const BY_SOURCE: [&str; 2] = ["unknown_source", "channel_mismatch"];

/// One input, decoded or refused.
#[derive(Debug)]
pub struct DecodedInput {
    /// Its place in the input stream.
    pub inseq: u64,
    /// When it entered there.
    pub stored_at: Timestamp,
    /// The subject that it came by.
    pub subject: String,
    /// The trace that it is part of.
    pub trace: Option<Traceparent>,
    /// What it is.
    pub content: Result<Decoded, Refused>,
    /// What it was decoded from, where other sources may make something else of it.
    origin: Option<Origin>,
}

/// An input that no source took.
#[derive(Debug)]
struct Origin {
    delivery: Arc<Delivery>,
    by: Arc<Decoder>,
}

/// Why an input was refused.
#[derive(Debug)]
pub struct Refused {
    /// One word.
    pub code: String,
    /// A sentence without content.
    pub reason: String,
    /// The channel, where it is known.
    pub channel: Option<Channel>,
}

/// Input on its way to the loop. The decoding ends when this is dropped.
pub struct Decoding {
    receiver: mpsc::Receiver<Result<DecodedInput, ReadError>>,
    task: JoinHandle<()>,
    live: Live,
    /// The next input, which is decoded once more, since the sources changed after it was refused.
    again: Option<BoxFuture<'static, DecodedInput>>,
}

impl Decoding {
    /// Begins to decode what comes by `inbox`.
    pub fn start(inbox: Inbox, live: Live, fetching: Fetching) -> Decoding {
        let shared = live.clone();
        let (sender, receiver) = mpsc::channel(AHEAD);
        let task = tokio::spawn(async move {
            let mut decoded = Box::pin(decode_all(inbox, shared, Arc::new(fetching)));
            while let Some(input) = decoded.next().await {
                if sender.send(input).await.is_err() {
                    return;
                }
            }
        });
        Decoding { receiver, task, live, again: None }
    }

    /// The next input; none once the stream can no longer be read, after an error said so. Dropping the future
    /// loses nothing.
    pub async fn next(&mut self) -> Option<Result<DecodedInput, ReadError>> {
        loop {
            let input = match &mut self.again {
                Some(again) => again.await,
                None => match self.receiver.recv().await? {
                    Ok(input) => input,
                    Err(fault) => return Some(Err(fault)),
                },
            };
            self.again = None;
            if let Some(input) = self.admit(input) {
                return Some(Ok(input));
            }
        }
    }

    /// The next input, when one is ready.
    pub fn try_next(&mut self) -> Option<Result<DecodedInput, ReadError>> {
        loop {
            let input = match &mut self.again {
                Some(again) => again.now_or_never()?,
                None => match self.receiver.try_recv().ok()? {
                    Ok(input) => input,
                    Err(fault) => return Some(Err(fault)),
                },
            };
            self.again = None;
            if let Some(input) = self.admit(input) {
                return Some(Ok(input));
            }
        }
    }

    /// The input, unless it was refused for its source by a decoder that is not the one of now: then it is decoded
    /// once more, and comes as the next.
    pub fn admit(&mut self, input: DecodedInput) -> Option<DecodedInput> {
        let now = self.live.load().decoder.clone();
        match &input.origin {
            Some(origin) if !Arc::ptr_eq(&origin.by, &now) => {
                self.again = Some(decode_whole(origin.delivery.clone(), now, None).boxed());
                None
            }
            _ => Some(input),
        }
    }
}

impl Drop for Decoding {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn decode_all(
    inbox: Inbox,
    live: Live,
    fetching: Arc<Fetching>,
) -> impl Stream<Item = Result<DecodedInput, ReadError>> {
    let deliveries = stream::unfold(Some(inbox), |inbox| async {
        let mut inbox = inbox?;
        match inbox.next().await {
            Ok(delivery) => Some((Ok(delivery), Some(inbox))),
            Err(fault) => Some((Err(fault), None)),
        }
    });
    let decoded = deliveries.map(move |delivery| {
        let (live, fetching) = (live.clone(), fetching.clone());
        async move {
            let decoder = live.load().decoder.clone();
            Ok(decode(delivery?, decoder, &fetching).await)
        }
    });
    decoded.buffered(AT_ONCE)
}

async fn decode(mut delivery: Delivery, decoder: Arc<Decoder>, fetching: &Fetching) -> DecodedInput {
    fault::point("decode_before");
    // What was fetched counts against the memory of all that is fetched, until it is decoded.
    let fetched = fetching.complete(&mut delivery).await;
    let input = decode_whole(Arc::new(delivery), decoder, fetched.as_ref().err()).await;
    fault::point("decode_after");
    input
}

/// Decodes what is here whole, or says why it is not.
async fn decode_whole(delivery: Arc<Delivery>, decoder: Arc<Decoder>, gone: Option<&NoBody>) -> DecodedInput {
    let (inseq, subject) = (delivery.inseq, decoder.told(&delivery.subject));
    let stored_at = Timestamp(delivery.stored_at_ms);
    let trace = trace_of(&delivery.headers);
    let content = match gone {
        None if delivery.payload.len() <= SMALL_BYTES => guarded(&delivery, &decoder),
        None => apart(delivery.clone(), decoder.clone()).await,
        Some(NoBody { code, reason }) => {
            let channel = decoder.channel(&delivery.subject);
            Err(Refused { code: (*code).to_owned(), reason: reason.clone(), channel })
        }
    };
    let by_source = |refused: &Refused| BY_SOURCE.contains(&refused.code.as_str());
    let kept = content.as_ref().err().is_some_and(by_source);
    let origin = kept.then(|| Origin { delivery, by: decoder });
    DecodedInput { inseq, stored_at, subject, trace, content, origin }
}

/// Decodes on a thread of its own, as long as that may take.
async fn apart(delivery: Arc<Delivery>, decoder: Arc<Decoder>) -> Result<Decoded, Refused> {
    let mut work = spawn_blocking(move || guarded(&delivery, &decoder));
    let mut done = tokio::time::timeout(PATIENCE, &mut work).await;
    if done.is_err() {
        // This process may have stood still: then the time is over though nobody has worked.
        done = tokio::time::timeout(SECOND_LOOK, &mut work).await;
    }
    match done {
        Ok(Ok(content)) => content,
        Ok(Err(_)) => Err(refused("decoder_failed", "the decoder's task was ended")),
        Err(_) => Err(refused("too_slow", "it took more than a second to decode")),
    }
}

/// Decodes behind a guard: a parser's panic costs its own input and no other.
fn guarded(delivery: &Delivery, decoder: &Decoder) -> Result<Decoded, Refused> {
    let rcpt_to = delivery.rcpt_to();
    let input = Input {
        subject: &delivery.subject,
        payload: &delivery.payload,
        mail_from: delivery.mail_from(),
        rcpt_to: &rcpt_to,
        language: delivery.language(),
        inseq: delivery.inseq,
        stored_at: Timestamp(delivery.stored_at_ms),
    };
    match catch_unwind(AssertUnwindSafe(|| decoder.decode(&input))) {
        Ok(Ok(decoded)) => Ok(decoded),
        Ok(Err(fault)) => {
            Err(Refused { code: fault.code.to_owned(), reason: fault.reason, channel: fault.channel })
        }
        Err(_) => {
            error!(
                inseq = delivery.inseq,
                "the decoder panicked; the input is kept in DEAD for a bug report"
            );
            Err(refused("decoder_panicked", "the decoder panicked, which is a bug of ours"))
        }
    }
}

fn refused(code: &str, reason: &str) -> Refused {
    Refused { code: code.to_owned(), reason: reason.to_owned(), channel: None }
}
