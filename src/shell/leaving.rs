//! How a term ends in good order: the last round, and whoever still waits for an answer.

use crate::domain::Timestamp;

use super::answer::Answer;
use super::group::Group;
use super::runtime::{Term, TermEnd};

impl Term {
    /// The last round takes nothing any more: whoever waits is turned away, and asks our successor.
    pub(super) async fn stop(&mut self, now: Timestamp, mut group: Group) -> Result<(), TermEnd> {
        self.finish_mails().await;
        self.end_mails(now, &mut group);
        self.mark_position(true, now, &mut group);
        self.commit(group).await?;
        Err(TermEnd::Stopped)
    }

    /// Answers everybody who still waits when the term ends: what he asked was not looked at. Whoever leads
    /// now was asked the same, and an answer of ours would only be faster than his.
    pub async fn turn_away(&mut self, end: &TermEnd) {
        if matches!(end, TermEnd::Superseded) {
            return;
        }
        let first = self.request.take();
        let waiting = first.into_iter().chain(std::iter::from_fn(|| self.requests.try_recv().ok()));
        for request in waiting {
            request.reply.send(Answer::unavailable()).await;
        }
    }
}
