//! The engine as the journal left it: every record, from the first to the last.
//!
//! A record that is not ours is *foreign*: counted, alarmed, passed over. A record of ours that cannot be
//! read stops recovery: to skip one would be to diverge in silence.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::domain::Seq;
use crate::engine::Engine;
use crate::engine::effect::react;
use crate::policy::Policy;
use crate::wire::RecordFault;
use crate::wire::journal as codec;

use super::fenced::is_within_batch;
use super::journal::{Journal, Stored, Tail, TailError};
use super::outbox::{Marks, Owed};
use super::reader::ReadError;

/// So many foreign records are told one by one; of the others only the count.
const FOREIGN_TOLD: u64 = 10;
/// So often the rest of a group is looked for, every [`LOOK_EVERY`]. The server stores a group within milliseconds; one
/// that somebody left open for ever keeps nobody from starting, since the claim is fenced anyway.
const LOOKS_MAX: u32 = 20;
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What was recovered.
pub struct Recovered {
    /// The machine, with the rules at hand.
    pub engine: Engine,
    /// The journal's last sequence: the fence of the next append.
    pub last: u64,
    /// The ends of the journal as they were read.
    pub tail: Tail,
    /// Effects that are still owed.
    pub owed: Owed,
    /// Records that are not ours.
    pub foreign: u64,
    /// Whether the last record was stored in a group and does not end it.
    within_group: bool,
}

/// Why the journal could not be recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// Where the journal ends could not be read.
    #[error("cannot read where the journal ends")]
    Tail(#[from] TailError),
    /// The journal could not be read through.
    #[error("cannot read the journal")]
    Read(#[from] ReadError),
    /// Records are missing.
    #[error(
        "the journal has lost records {from} to {to}; restore the stream from a backup, since what they said is unknown"
    )]
    Lost { from: u64, to: u64 },
    /// A record of ours cannot be understood.
    #[error("record {seq} of the journal cannot be read: {fault}; a newer version may have written it")]
    Record { seq: u64, fault: RecordFault },
}

impl RecoverError {
    /// Whether trying again could help.
    pub fn is_passing(&self) -> bool {
        matches!(self, RecoverError::Tail(_))
    }
}

/// Reads the whole journal, to the end of a group. Effects up to the marks have left already.
pub async fn recover(
    journal: &Journal,
    policy: Arc<Policy>,
    marks: &Marks,
) -> Result<Recovered, RecoverError> {
    let mut recovered = Recovered::nothing(journal.tail().await?);
    recovered.read(journal, 1, marks).await?;
    recovered.read_on(journal, marks).await?;
    let Recovered { engine, last, foreign, .. } = &mut recovered;
    engine.rejoin(policy, Seq(*last));
    info!(records = *last, foreign = *foreign, "recovered");
    Ok(recovered)
}

impl Recovered {
    /// Nothing of the journal that ends there is read yet.
    fn nothing(tail: Tail) -> Recovered {
        let (engine, owed) = (Engine::new(), Owed::default());
        Recovered { engine, last: tail.last, tail, owed, foreign: 0, within_group: false }
    }

    /// The server tells the end of a stream while it stores a group there, so the tail may lie within one. What is
    /// decided on half of it (whether a reload was adopted, what is owed) would be wrong until the fence tells.
    async fn read_on(&mut self, journal: &Journal, marks: &Marks) -> Result<(), RecoverError> {
        for _ in 0..LOOKS_MAX {
            if !self.within_group {
                return Ok(());
            }
            sleep(LOOK_EVERY).await;
            let tail = journal.tail().await?;
            if tail.created == self.tail.created && tail.last > self.last {
                let from = self.last + 1;
                (self.last, self.tail) = (tail.last, tail);
                self.read(journal, from, marks).await?;
            }
        }
        if self.within_group {
            warn!(last = self.last, "the journal ends within a group that nobody ends; going on");
        }
        Ok(())
    }

    /// Reads from there to the end.
    async fn read(&mut self, journal: &Journal, from: u64, marks: &Marks) -> Result<(), RecoverError> {
        let mut expected = from;
        let mut replay = journal.read(from, self.last);
        while let Some(stored) = replay.next().await? {
            if stored.seq != expected {
                return Err(RecoverError::Lost { from: expected, to: stored.seq - 1 });
            }
            expected = stored.seq + 1;
            self.within_group = is_within_batch(&stored.headers);
            self.apply(&stored, marks)?;
        }
        if expected != self.last + 1 {
            return Err(RecoverError::Lost { from: expected, to: self.last });
        }
        Ok(())
    }

    fn apply(&mut self, stored: &Stored, marks: &Marks) -> Result<(), RecoverError> {
        let names = &self.engine.state().names;
        match codec::decode(&stored.subject, &stored.payload, names) {
            Ok(recorded) if recorded.seq.0 == stored.seq => {
                self.engine.apply(&recorded);
                self.owed.note(react(&recorded, &self.engine.state().names), marks);
            }
            Ok(_) => self.pass_over(stored, "its own sequence is not its place"),
            Err(RecordFault::Foreign(reason)) => self.pass_over(stored, &reason),
            Err(_) if !codec::claims_place(&stored.payload, stored.seq) => {
                self.pass_over(stored, "it does not name its place");
            }
            Err(fault) => return Err(RecoverError::Record { seq: stored.seq, fault }),
        }
        Ok(())
    }

    fn pass_over(&mut self, stored: &Stored, reason: &str) {
        self.foreign += 1;
        if self.foreign <= FOREIGN_TOLD {
            error!(
                seq = stored.seq,
                reason, "a foreign record lies in the journal; find who may publish there"
            );
        }
    }
}
