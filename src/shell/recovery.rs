//! The engine as the journal left it: every record, from the first to the last.
//!
//! A record that is not ours is *foreign*: counted, alarmed, passed over. A record of ours that cannot be
//! read stops recovery: to skip one would be to diverge in silence.

use std::sync::Arc;

use tracing::{error, info};

use crate::domain::Seq;
use crate::engine::Engine;
use crate::engine::effect::react;
use crate::policy::Policy;
use crate::wire::RecordFault;
use crate::wire::journal as codec;

use super::journal::{Journal, Stored, Tail, TailError};
use super::outbox::{Marks, Owed};
use super::reader::ReadError;

/// So many foreign records are told one by one; of the others only the count.
const FOREIGN_TOLD: u64 = 10;

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

/// Reads the whole journal. Effects up to the marks have left already.
pub async fn recover(
    journal: &Journal,
    policy: Arc<Policy>,
    marks: &Marks,
) -> Result<Recovered, RecoverError> {
    let tail = journal.tail().await?;
    let mut recovered =
        Recovered { engine: Engine::new(), last: tail.last, tail, owed: Owed::default(), foreign: 0 };
    let mut expected = 1;
    let mut replay = journal.read(1, tail.last);
    while let Some(stored) = replay.next().await? {
        if stored.seq != expected {
            return Err(RecoverError::Lost { from: expected, to: stored.seq - 1 });
        }
        expected = stored.seq + 1;
        recovered.apply(&stored, marks)?;
    }
    if expected != tail.last + 1 {
        return Err(RecoverError::Lost { from: expected, to: tail.last });
    }
    recovered.engine.rejoin(policy, Seq(tail.last));
    info!(records = tail.last, foreign = recovered.foreign, "recovered");
    Ok(recovered)
}

impl Recovered {
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
