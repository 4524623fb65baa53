//! A round's end: its group becomes durable, then its answers and effects leave.

use tokio::time::Instant;
use tracing::warn;

use super::answer::Answer;
use super::fault;
use super::group::{Finished, Group};
use super::journal::AppendError;
use super::runtime::{Term, TermEnd, chain};

impl Term {
    /// Makes a group durable; only then do its answers and effects leave.
    pub(super) async fn commit(&mut self, group: Group) -> Result<(), TermEnd> {
        if group.is_empty() {
            return Ok(());
        }
        let appended =
            if group.has_no_lines() { self.confirm_lead().await } else { self.append(&group).await };
        match appended {
            Ok(()) => {
                let Finished { answers, effects, hints } = group.finish();
                self.outbox.carry_out(effects, &self.engine.state().names);
                self.hints.tell(hints);
                self.answering.send(answers).await;
                Ok(())
            }
            Err(fault) => {
                for reply in group.into_replies() {
                    reply.send(Answer::unavailable()).await;
                }
                if let LeadFault::Append(fault @ AppendError::TooLarge { .. }) = fault {
                    return Err(TermEnd::TooLarge(fault));
                }
                warn!(fault = %chain(&fault), "the journal did not take a group; recovering");
                Err(TermEnd::Recover)
            }
        }
    }

    async fn append(&mut self, group: &Group) -> Result<(), LeadFault> {
        fault::point("append_before");
        let began = Instant::now();
        let append = self.journal.append(self.last, group.lines());
        self.last = self.vitals.health.waiting(fault::sent("append_sent", append)).await?;
        self.vitals.appended(group.lines().len(), began.elapsed(), group.notes());
        fault::point("append_answered");
        self.recorded_at = Instant::now();
        self.housekeeping.note(self.engine.state().inseq);
        Ok(())
    }

    /// A group without records is answered only when nobody else has written: we may have been frozen.
    async fn confirm_lead(&self) -> Result<(), LeadFault> {
        let last = self.journal.tail().await?.last;
        if last == self.last { Ok(()) } else { Err(LeadFault::Moved { last, ours: self.last }) }
    }
}

/// Why we may not lead any more.
#[derive(Debug, thiserror::Error)]
enum LeadFault {
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error(transparent)]
    Tail(#[from] super::journal::TailError),
    #[error("the journal ends at {last}, not at {ours}")]
    Moved { last: u64, ours: u64 },
}
