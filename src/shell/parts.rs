//! Parts of short messages that wait for each other ([`Buffer`]). Nothing of a part is journaled before its text is
//! whole: a number of a card may lie on the seam. So after a crash the parts are read once more from the input
//! stream, which keeps what is consumed for longer than parts wait; what was told before is met by the engine's
//! dedupe, since a joined text has the key of its lowest part.

use std::time::Duration;

use async_nats::datetime::from_nanos;
use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use futures_util::StreamExt;
use tokio::time::timeout;
use tracing::{info, warn};

use super::stored;
use crate::domain::{Channel, Span, Timestamp};
use crate::engine::Engine;
use crate::engine::command::Command;
use crate::wire::{Buffer, Decoded, Decoder, Inbound, Input, Joined, Part, Subjects};

/// How long the parts of before may take to be read again; then the term goes on without the rest.
const READ_WITHIN: Duration = Duration::from_secs(10);
/// How long the next of them may take.
const NEXT_WITHIN: Duration = Duration::from_secs(1);

/// What waits, and what ended and is still to be told.
#[derive(Debug, Default)]
pub struct Parts {
    buffer: Buffer,
    ended: Vec<Joined>,
}

/// Where the parts of before lie.
pub struct Before<'a> {
    pub js: &'a Context,
    pub stream: String,
    pub subjects: &'a Subjects,
    /// What is consumed, and which parts were told.
    pub engine: &'a Engine,
}

impl Parts {
    /// The parts that waited when the last term ended. That they cannot be read keeps nobody waiting: then each text
    /// of which a part is missing ends without it.
    pub async fn read_again(before: Before<'_>, decoder: &Decoder) -> Parts {
        let mut parts = Parts::default();
        let Some(wait) = decoder.parts_wait() else { return parts };
        match timeout(READ_WITHIN, parts.read(&before, decoder, wait)).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => warn!(fault, "parts of short messages of before could not be read again"),
            Err(_) => warn!("parts of short messages of before took too long to be read again"),
        }
        if !parts.buffer.is_empty() {
            info!(texts = parts.buffer.len(), "short messages wait for their other parts");
        }
        parts
    }

    /// From twice the wait before the last input that was consumed: a text may have begun that long before it ended.
    async fn read(&mut self, before: &Before<'_>, decoder: &Decoder, wait: Span) -> Result<(), String> {
        let consumed = before.engine.consumed();
        let last = stored::at_or_after(before.js, &before.stream, consumed).await;
        let Some(last) = last.map_err(|fault| fault.to_string())? else { return Ok(()) };
        let from = last.time.before(wait).before(wait);
        let told = |fault: &dyn std::error::Error| super::runtime::chain(fault);
        let start_time = from_nanos(i128::from(from.0) * 1_000_000).map_err(|fault| fault.to_string())?;
        let config = pull::Config {
            filter_subject: before.subjects.message(Channel::Sms.as_str(), "*"),
            deliver_policy: DeliverPolicy::ByStartTime { start_time },
            ack_policy: AckPolicy::None,
            inactive_threshold: READ_WITHIN,
            ..pull::Config::default()
        };
        let consumer = before.js.create_consumer_on_stream(config, before.stream.clone()).await;
        let consumer = consumer.map_err(|fault| told(&fault))?;
        if consumer.cached_info().num_pending == 0 {
            return Ok(());
        }
        let mut messages = consumer.messages().await.map_err(|fault| told(&fault))?;
        while let Ok(Some(next)) = timeout(NEXT_WITHIN, messages.next()).await {
            let message = next.map_err(|fault| told(&fault))?;
            let Ok(facts) = message.info() else { continue };
            if facts.stream_sequence > consumed {
                return Ok(());
            }
            let input = Input {
                subject: &message.subject,
                payload: &message.payload,
                mail_from: None,
                rcpt_to: &[],
                language: None,
                inseq: facts.stream_sequence,
                stored_at: stored::timestamp(facts.published),
            };
            if Part::may_be_in(input.payload) {
                self.take_again(before.engine, decoder, &input);
            }
            if facts.pending == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A part that was told is passed over; what ends by the others was not.
    fn take_again(&mut self, engine: &Engine, decoder: &Decoder, input: &Input<'_>) {
        let Ok(Decoded::Inbound(told)) = decoder.decode(input) else { return };
        for inbound in told {
            if let Inbound::Part(part) = inbound
                && !is_told(engine, &part)
            {
                self.ended.extend(self.buffer.offer(*part, input.stored_at));
            }
        }
    }

    /// Hands in a part; what ended by it or before it comes out.
    pub fn offer(&mut self, part: Part, at: Timestamp) -> Vec<Joined> {
        self.buffer.offer(part, at)
    }

    /// What has waited long enough by an instant, or ended while it was read again.
    pub fn pass(&mut self, at: Timestamp) -> Vec<Joined> {
        let mut ended = std::mem::take(&mut self.ended);
        ended.extend(self.buffer.flush(at));
        ended
    }

    /// When something is to be told; the past where something is already.
    pub fn next_due(&self) -> Option<Timestamp> {
        if self.ended.is_empty() { self.buffer.next_due() } else { Some(Timestamp(0)) }
    }
}

/// Whether a part is in a text that was told.
pub fn is_told(engine: &Engine, part: &Part) -> bool {
    engine.state().dedupe.get(part.message.dedupe).is_some()
}

/// The command of a text that ended.
pub fn command(joined: Joined, decoder: &Decoder) -> Command {
    Command::ReceiveMessage(Box::new(decoder.whole(joined.message)))
}
