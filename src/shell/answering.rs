//! Answers on their way out once their group is durable: what is ready at once, what lies in the journal off
//! the loop.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::answer::Answer;
use super::door::Reply;
use super::group::Deferred;
use super::journal::Journal;
use super::query;

/// How many answers are read from the journal at once. Each holds up to a megabyte, and asks up to 200 times.
const READS_MAX: usize = 32;

/// Where the answers of a term leave.
pub struct Answering {
    journal: Arc<Journal>,
    reads: Arc<Semaphore>,
}

impl Answering {
    /// Answers that are read from this journal.
    pub fn new(journal: Arc<Journal>) -> Answering {
        Answering { journal, reads: Arc::new(Semaphore::new(READS_MAX)) }
    }

    /// Sends what is ready, and begins to read the rest. Where too many are being read, whoever asked is told
    /// to come again: a query changes nothing, and a command is known by its id.
    pub async fn send(&self, answers: Vec<(Reply, Deferred)>) {
        for (reply, deferred) in answers {
            if let Deferred::Ready(answer) = deferred {
                reply.send(answer).await;
                continue;
            }
            let Ok(read) = self.reads.clone().try_acquire_owned() else {
                reply.send(Answer::busy()).await;
                continue;
            };
            let journal = self.journal.clone();
            tokio::spawn(async move {
                let answer = query::complete(&journal, deferred).await;
                drop(read);
                reply.send(answer).await;
            });
        }
    }
}
