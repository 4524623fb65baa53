//! Input decoded ahead of the loop: in parallel, in the order of the input stream, and guarded, so that
//! no message can stall or stop the rest. Nothing here reaches the engine by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tracing::error;

use crate::domain::{Channel, Timestamp};
use crate::wire::{Decoded, Decoder, Input, Traceparent};

use super::door::trace_of;
use super::fault;
use super::fetching::{Fetching, NoBody};
use super::inbox::{Delivery, Inbox, ReadError};

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
}

impl Decoding {
    /// Begins to decode what comes by `inbox`.
    pub fn start(inbox: Inbox, decoder: Arc<Decoder>, fetching: Fetching) -> Decoding {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let task = tokio::spawn(async move {
            let mut decoded = Box::pin(decode_all(inbox, decoder, Arc::new(fetching)));
            while let Some(input) = decoded.next().await {
                if sender.send(input).await.is_err() {
                    return;
                }
            }
        });
        Decoding { receiver, task }
    }

    /// The next input; none once the stream can no longer be read, after an error said so.
    pub async fn next(&mut self) -> Option<Result<DecodedInput, ReadError>> {
        self.receiver.recv().await
    }

    /// The next input, when one is ready.
    pub fn try_next(&mut self) -> Option<Result<DecodedInput, ReadError>> {
        self.receiver.try_recv().ok()
    }
}

impl Drop for Decoding {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn decode_all(
    inbox: Inbox,
    decoder: Arc<Decoder>,
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
        let (decoder, fetching) = (decoder.clone(), fetching.clone());
        async move { Ok(decode(delivery?, decoder, &fetching).await) }
    });
    decoded.buffered(AT_ONCE)
}

async fn decode(mut delivery: Delivery, decoder: Arc<Decoder>, fetching: &Fetching) -> DecodedInput {
    fault::point("decode_before");
    let (inseq, subject) = (delivery.inseq, decoder.told(&delivery.subject));
    let stored_at = Timestamp(delivery.stored_at_ms);
    let trace = trace_of(&delivery.headers);
    let content = match fetching.complete(&mut delivery).await {
        Ok(_held) if delivery.payload.len() <= SMALL_BYTES => guarded(&delivery, &decoder),
        Ok(_held) => apart(delivery, decoder).await,
        Err(NoBody { code, reason }) => {
            let channel = decoder.channel(&delivery.subject);
            Err(Refused { code: code.to_owned(), reason, channel })
        }
    };
    fault::point("decode_after");
    DecodedInput { inseq, stored_at, subject, trace, content }
}

/// Decodes on a thread of its own, as long as that may take.
async fn apart(delivery: Delivery, decoder: Arc<Decoder>) -> Result<Decoded, Refused> {
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
