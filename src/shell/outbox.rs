//! Effects on their way out. Now there is one: an input that was not understood goes into DEAD, whole, or
//! cut where it does not fit with what is said about it.
//!
//! DEAD is fenced, and each of its messages carries the journal sequence and ordinal of its cause; the
//! outbox's position is the last of them. So each effect leaves exactly once, over any crash.

use std::time::Duration;

use async_nats::{Client, HeaderMap, HeaderValue};
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::{error, warn};

use crate::domain::Seq;
use crate::engine::effect::{Effect, EffectId};
use crate::wire::{BodyRef, Subjects};

use super::fault;
use super::fenced::{AppendError, FencedWriter, Outgoing};
use super::inbox::Delivery;
use super::nats::jetstream;
use super::site::Site;
use super::stored::{self, GetError, Stored, TailError};

/// How long to wait before trying again while NATS is away.
const PAUSE: Duration = Duration::from_millis(500);

/// What is kept of an input's own headers.
pub(super) const KEPT: [&str; 6] = [
    BodyRef::HEADER,
    Delivery::MAIL_FROM,
    Delivery::RCPT_TO,
    Delivery::LANGUAGE,
    "Content-Type",
    "traceparent",
];

const SEQ: &str = "Switchboard-Seq";
const ORDINAL: &str = "Switchboard-Ordinal";
pub(super) const CODE: &str = "Switchboard-Code";
pub(super) const REASON: &str = "Switchboard-Reason";
/// The subject that the input came by. DEAD holds it whole, so it is the true one, not what the journal tells.
pub(super) const SUBJECT: &str = "Switchboard-Subject";
/// Its sequence in IN.
pub(super) const INSEQ: &str = "Switchboard-Inseq";
/// How many bytes the input had, where it is not here whole; or that it is not here at all.
pub(super) const CUT: &str = "Switchboard-Cut";
const GONE: &str = "gone";
/// Own headers of an input beyond this stay behind: they are a gateway's list of recipients, and the body says
/// more.
const OWN_BYTES_MAX: usize = 64 * 1024;
/// The longest header that says how much was cut.
const CUT_BYTES: usize = 48;

/// The outbox of one term. It stops when this is dropped.
pub struct Outbox {
    sender: mpsc::UnboundedSender<(EffectId, Effect)>,
    task: JoinHandle<()>,
}

/// Where DEAD ends, and the last effect that is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The stream's last sequence.
    pub last: u64,
    /// The effect of its last message.
    pub done: Option<EffectId>,
    /// An operator has emptied it: how far the effects had left is not known any more, and nobody wants
    /// the whole history back.
    pub emptied: bool,
}

/// Why the mark is not known.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    #[error(transparent)]
    Tail(#[from] TailError),
    #[error(transparent)]
    Get(#[from] GetError),
}

/// Reads how far the effects have left: DEAD's newest message that is ours. Others may lie behind it.
pub async fn mark(client: &Client, site: &Site) -> Result<Mark, MarkError> {
    let (js, stream) = (jetstream(client), site.stream_dead());
    let tail = stored::tail(&js, &stream).await?;
    for seq in (tail.first..=tail.last).rev() {
        let stored = stored::get(&js, &stream, seq).await?;
        if let Some(done) = stored.as_ref().and_then(effect_of) {
            return Ok(Mark { last: tail.last, done: Some(done), emptied: false });
        }
    }
    Ok(Mark { last: tail.last, done: None, emptied: tail.last > 0 })
}

impl Outbox {
    /// Begins behind a mark.
    pub fn start(client: &Client, site: &Site, subjects: Subjects, instance: &str, mark: Mark) -> Outbox {
        let (sender, receiver) = mpsc::unbounded_channel();
        let writer = FencedWriter::new(client.clone(), site.stream_dead(), instance);
        let carrier = Carrier { client: client.clone(), site: site.clone(), subjects, writer, mark };
        Outbox { sender, task: tokio::spawn(carrier.run(receiver)) }
    }

    /// Hands over effects whose records are durable.
    pub fn carry_out(&self, effects: Vec<(EffectId, Effect)>) {
        for effect in effects {
            // The task lives as long as the outbox.
            let _ = self.sender.send(effect);
        }
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Carrier {
    client: Client,
    site: Site,
    subjects: Subjects,
    writer: FencedWriter,
    mark: Mark,
}

impl Carrier {
    async fn run(mut self, mut effects: mpsc::UnboundedReceiver<(EffectId, Effect)>) {
        while let Some((id, effect)) = effects.recv().await {
            while !self.carry_out(id, &effect).await {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Carries one effect out, unless it has left before. False: try again.
    async fn carry_out(&mut self, id: EffectId, effect: &Effect) -> bool {
        if self.mark.done.is_some_and(|done| id <= done) {
            return true;
        }
        let outgoing = match self.bury(id, effect).await {
            Ok(outgoing) => outgoing,
            Err(fault) => {
                warn!(%fault, "an input that was not understood cannot be read back; trying again");
                return false;
            }
        };
        fault::point("dead_before");
        let publish = self.writer.publish(self.mark.last, vec![outgoing]);
        let published = fault::sent("dead_sent", publish).await;
        match published {
            Ok(last) => {
                self.mark = Mark { last, done: Some(id), emptied: false };
                fault::point("dead_after");
                true
            }
            Err(AppendError::TooLarge { .. }) => {
                error!(
                    seq = id.seq.0,
                    "a refused input is too large for DEAD; it is in the input stream for a day"
                );
                self.mark.done = Some(id);
                true
            }
            Err(fault) => {
                warn!(%fault, "DEAD did not take a message; reading where it ends");
                if let Ok(mark) = mark(&self.client, &self.site).await {
                    self.mark = Mark { done: mark.done.max(self.mark.done), ..mark };
                }
                false
            }
        }
    }

    /// The message for DEAD: the input as it came, as far as it fits, with the reason in its headers.
    async fn bury(&self, id: EffectId, effect: &Effect) -> Result<Outgoing, GetError> {
        let Effect::Bury { inseq, subject, code, reason, .. } = effect;
        let js = jetstream(&self.client);
        let input = stored::get(&js, &self.site.stream_in(), *inseq).await?;
        let mut headers = input.as_ref().map_or_else(HeaderMap::new, |stored| own_headers(&stored.headers));
        headers.insert(SEQ, id.seq.0.to_string());
        headers.insert(ORDINAL, id.ordinal.to_string());
        headers.insert(CODE, header_text(code).as_str());
        headers.insert(REASON, header_text(reason).as_str());
        let came_by = input.as_ref().map_or(subject.as_str(), |stored| &stored.subject);
        headers.insert(SUBJECT, header_text(came_by).as_str());
        headers.insert(INSEQ, inseq.to_string());
        let payload = if let Some(stored) = input {
            let room = self.writer.room_beside(&headers).unwrap_or(0).saturating_sub(CUT_BYTES);
            let (payload, cut) = fitted(stored.payload, room);
            cut.into_iter().for_each(|bytes| headers.insert(CUT, bytes.to_string()));
            payload
        } else {
            headers.insert(CUT, GONE);
            Bytes::new()
        };
        Ok(Outgoing { subject: self.subjects.dead(subject), headers, payload })
    }
}

/// The headers of an input that say something of it: the envelope of a mail, and what it is. Those that the
/// server acts on stay behind.
fn own_headers(headers: &HeaderMap) -> HeaderMap {
    let mut own = HeaderMap::new();
    let mut bytes = 0;
    for name in KEPT {
        for value in headers.get_all(name) {
            bytes += name.len() + value.as_str().len();
            if bytes <= OWN_BYTES_MAX {
                own.append(name, value.clone());
            }
        }
    }
    own
}

/// A body as far as there is room for it, and how long it was if it was cut.
fn fitted(payload: Bytes, room: usize) -> (Bytes, Option<usize>) {
    if payload.len() <= room { (payload, None) } else { (payload.slice(..room), Some(payload.len())) }
}

/// A header's value has one line.
fn header_text(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

pub(super) fn effect_of(stored: &Stored) -> Option<EffectId> {
    let number = |name: &str| stored.headers.get(name).map(HeaderValue::as_str)?.parse::<u64>().ok();
    Some(EffectId { seq: Seq(number(SEQ)?), ordinal: u32::try_from(number(ORDINAL)?).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_only_where_there_is_no_room_for_it() {
        assert_eq!(fitted(Bytes::from_static(b"abc"), 3), (Bytes::from_static(b"abc"), None));
        assert_eq!(fitted(Bytes::from_static(b"abcd"), 3), (Bytes::from_static(b"abc"), Some(4)));
    }

    #[test]
    fn own_headers_that_would_take_all_the_room_stay_behind() {
        let mut headers = HeaderMap::new();
        (0..3_000).for_each(|_| headers.append(Delivery::RCPT_TO, "somebody@a-rather-long-domain.example"));
        let kept = own_headers(&headers).get_all(Delivery::RCPT_TO).count();
        assert!(kept > 500 && kept < 3_000, "{kept}");
    }
}
