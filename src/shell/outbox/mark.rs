//! How far the effects have left: the position of a carrier is the last message of its own stream. So it is
//! durable exactly when the effect is, and nothing can disagree.

use async_nats::jetstream::Context;
use async_nats::{Client, HeaderMap, HeaderValue};

use crate::domain::Seq;
use crate::engine::effect::EffectId;

use super::super::nats::jetstream;
use super::super::stored::{self, GetError, Stored, Tail, TailError};

const SEQ: &str = "Switchboard-Seq";
const ORDINAL: &str = "Switchboard-Ordinal";

/// Where a fenced stream ends, and the last effect that is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The stream's last sequence.
    pub last: u64,
    /// The effect of its last message.
    pub done: Option<EffectId>,
    /// An operator has emptied it, or all of it is too old: how far the effects had left is not known any
    /// more, and nobody wants the whole history again.
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

/// Reads the mark of a stream: its newest message that is ours. Others may lie behind it.
pub async fn read(client: &Client, stream: &str) -> Result<Mark, MarkError> {
    let (tail, newest) = newest(&jetstream(client), stream).await?;
    let done = newest.map(|(_, effect)| effect);
    Ok(Mark { last: tail.last, done, emptied: done.is_none() && tail.last > 0 })
}

/// Where a stream ends, and its newest message that is ours, with the effect that it bears.
pub async fn newest(js: &Context, stream: &str) -> Result<(Tail, Option<(u64, EffectId)>), MarkError> {
    let tail = stored::tail(js, stream).await?;
    for seq in (tail.first..=tail.last).rev() {
        let stored = stored::get(js, stream, seq).await?;
        if let Some(done) = stored.as_ref().and_then(effect_of) {
            return Ok((tail, Some((seq, done))));
        }
    }
    Ok((tail, None))
}

/// Writes the effect into the headers of its message.
pub(super) fn write(headers: &mut HeaderMap, id: EffectId) {
    headers.insert(SEQ, id.seq.0.to_string());
    headers.insert(ORDINAL, id.ordinal.to_string());
}

/// The effect that a stored message bears; none where it is not ours.
pub fn effect_of(stored: &Stored) -> Option<EffectId> {
    let number = |name: &str| stored.headers.get(name).map(HeaderValue::as_str)?.parse::<u64>().ok();
    Some(EffectId { seq: Seq(number(SEQ)?), ordinal: u32::try_from(number(ORDINAL)?).ok()? })
}
