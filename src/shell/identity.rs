//! Whether a stream is still the one that was read before, and still as long.
//!
//! Sequences mean nothing on a stream that was made anew, and a stream restored from an older copy ends
//! before what was read. Both are an operator's decision, never a silent divergence. Time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// How long a stream must look too short before that is believed: a fresh leader of a cluster may still
/// be applying what it already has.
const TAIL_LOST_AFTER: Duration = Duration::from_secs(10);

/// Why a stream cannot be read on. None of these goes away by itself.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The stream was deleted and made again; its sequences mean other messages now.
    #[error(
        "stream {stream} is not the one that was read before: it was created anew; decide which journal and input belong together before starting again"
    )]
    Recreated { stream: String },
    /// The stream ends before a sequence that it had reached.
    #[error(
        "stream {stream} lost its tail: it ends at {last} and had reached {reached}; restore it, or decide to go on without what was lost"
    )]
    TailLost { stream: String, reached: u64, last: u64 },
}

/// What is known of one stream.
pub(super) struct Identity<Created> {
    stream: String,
    created: Option<Created>,
    too_short_since: Option<Instant>,
}

impl<Created: PartialEq> Identity<Created> {
    /// Nothing is known yet; the first look is believed.
    pub fn new(stream: String) -> Identity<Created> {
        Identity { stream, created: None, too_short_since: None }
    }

    /// Judges one look at the stream: true when it may be read, false when it looks too short and
    /// should be looked at again.
    pub fn check(&mut self, now: Instant, look: (Created, u64), reached: u64) -> Result<bool, ReadError> {
        let (created, last) = look;
        if self.created.as_ref().is_some_and(|known| *known != created) {
            return Err(ReadError::Recreated { stream: self.stream.clone() });
        }
        self.created = Some(created);
        if last >= reached {
            self.too_short_since = None;
            return Ok(true);
        }
        let since = *self.too_short_since.get_or_insert(now);
        if now.saturating_duration_since(since) < TAIL_LOST_AFTER {
            return Ok(false);
        }
        Err(ReadError::TailLost { stream: self.stream.clone(), reached, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_made_anew_is_told_even_if_it_is_as_long() {
        let (mut identity, now) = (Identity::new("S".to_owned()), Instant::now());
        assert_eq!(identity.check(now, ("monday", 5), 5), Ok(true));
        let told = identity.check(now, ("tuesday", 5), 5);
        assert_eq!(told, Err(ReadError::Recreated { stream: "S".to_owned() }));
    }

    #[test]
    fn a_short_stream_is_believed_after_ten_seconds() {
        let (mut identity, now) = (Identity::new("S".to_owned()), Instant::now());
        assert_eq!(identity.check(now, ("monday", 4), 5), Ok(false));
        let told = identity.check(now + TAIL_LOST_AFTER, ("monday", 4), 5);
        assert_eq!(told, Err(ReadError::TailLost { stream: "S".to_owned(), reached: 5, last: 4 }));
    }

    #[test]
    fn a_leader_that_catches_up_in_time_is_no_loss() {
        let (mut identity, now) = (Identity::new("S".to_owned()), Instant::now());
        assert_eq!(identity.check(now, ("monday", 4), 5), Ok(false));
        assert_eq!(identity.check(now + Duration::from_secs(9), ("monday", 5), 5), Ok(true));
        assert_eq!(identity.check(now + Duration::from_secs(20), ("monday", 4), 5), Ok(false));
    }
}
