//! What became of mails, on its way to the engine.

use tokio::sync::mpsc;

use crate::domain::{MailId, Timestamp};
use crate::engine::command::{Command, MailOutcome};

use super::group::Group;
use super::mail::Outcome;
use super::runtime::Term;

/// A mail, its attempt, and what became of it.
pub type Mailed = (MailId, u32, Outcome);

/// Where whoever sends mail tells what became of each.
pub type Outcomes = mpsc::Receiver<Mailed>;

impl Term {
    /// Waits for mails on their way, since we are to stop: what a relay has taken is recorded as sent, and not
    /// sent again. True, once nothing more is on its way.
    pub(super) async fn finish_mails(&mut self) {
        self.vitals.health.waiting(self.mailing.finish()).await;
    }

    /// Takes what has been told: at most so many come as are sent at once.
    pub(super) fn end_mails(&mut self, now: Timestamp, group: &mut Group) {
        while group.has_room(1)
            && let Ok(mailed) = self.mailed.try_recv()
        {
            self.end_mail(mailed, now, group);
        }
    }

    pub(super) fn end_mail(&mut self, (mail, attempt, outcome): Mailed, now: Timestamp, group: &mut Group) {
        let outcome = match outcome {
            Outcome::Sent { response, ids } => {
                let keys = self.live.load().decoder.requests().mail_keys(&ids);
                MailOutcome::Sent { response, keys }
            }
            Outcome::Failed { code, reason, permanent } => {
                MailOutcome::Failed { code: code.to_owned(), reason, permanent }
            }
        };
        self.order(now, Command::EndMail { mail, attempt, outcome }, group);
    }
}
