//! Effects on their way out, once their records are durable.
//!
//! - Inputs that were not understood go into DEAD, messages for gateways into OUT. Both streams are fenced,
//!   each message carries the journal sequence and ordinal of its cause, and the position is the newest of
//!   them; so each effect leaves exactly once, over any crash. Each stream has a [`carrier`] of its own: what
//!   fills one does not delay the other, nor the loop.
//! - Attempts to send a mail are told to whoever sends mail. They have no position here: an attempt that is
//!   open when somebody leads anew is due again.
//!
//! Hints are no effects: see [`super::hints`].

mod carrier;
pub mod dead;
pub mod mark;
mod out;
mod owed;

use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::domain::{MailId, Names, Seq};
use crate::engine::effect::{Effect, EffectId};
use crate::wire::Subjects;

use super::fenced::FencedWriter;
use super::journal::Journal;
use super::site::Site;
use carrier::{Carrier, Intake, Load};
use dead::Burial;
use mark::{Mark, MarkError};
use out::Handing;
pub use owed::Owed;

/// How often to look whether everything has left, when it must.
const LOOK: Duration = Duration::from_millis(10);

/// How far the effects of each stream have left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub dead: Mark,
    pub out: Mark,
}

/// An attempt to send a mail that is to be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailAttempt {
    pub mail: MailId,
    /// From 1.
    pub attempt: u32,
    /// The fact that owes it.
    pub cause: Seq,
}

/// Where whoever sends mail is told what to send; none where the site sends none. It should hold as many as
/// may be open at once ([`crate::engine::state::MAILS_OPEN_MAX`]).
pub type Mailer = Option<mpsc::Sender<MailAttempt>>;

/// From where effects leave.
pub struct Exits<'a> {
    /// The connection that may write to streams.
    pub client: &'a Client,
    pub site: &'a Site,
    pub subjects: &'a Subjects,
    pub instance: &'a str,
    /// Where content lies, and facts that found no room in memory.
    pub journal: &'a Arc<Journal>,
}

/// The outbox of one term. It stops when this is dropped.
pub struct Outbox {
    dead: Intake,
    out: Intake,
    mailer: Mailer,
    tasks: [JoinHandle<()>; 2],
}

/// Reads how far the effects have left.
pub async fn marks(client: &Client, site: &Site) -> Result<Marks, MarkError> {
    let dead = mark::read(client, &site.stream_dead()).await?;
    let out = mark::read(client, &site.stream_out()).await?;
    Ok(Marks { dead, out })
}

impl Outbox {
    /// Begins behind the marks.
    pub fn start(exits: &Exits<'_>, marks: Marks, mailer: Mailer) -> Outbox {
        let Exits { client, site, subjects, journal, .. } = *exits;
        let burial = Burial { client: client.clone(), site: site.clone(), subjects: subjects.clone() };
        let handing = Handing { journal: journal.clone(), subjects: subjects.clone() };
        let (dead, dead_task) = begin(exits, site.stream_dead(), Load::Dead(burial), marks.dead);
        let (out, out_task) = begin(exits, site.stream_out(), Load::Out(handing), marks.out);
        Outbox { dead, out, mailer, tasks: [dead_task, out_task] }
    }

    /// Hands over what was owed when the journal was recovered.
    pub fn carry_out_owed(&self, owed: Owed, names: &Names) {
        let Owed { dead, out } = owed;
        for (intake, debts) in [(&self.dead, dead), (&self.out, out)] {
            debts.held.into_iter().for_each(|(id, effect)| intake.hand_over(id, effect, names));
            if let Some((from, to)) = debts.left {
                intake.fall_behind(from, to, names);
            }
        }
    }

    /// Hands over effects whose records are durable. `names` knows every name in them.
    pub fn carry_out(&self, effects: Vec<(EffectId, Effect)>, names: &Names) {
        for (id, effect) in effects {
            match effect {
                Effect::Bury { .. } => self.dead.hand_over(id, effect, names),
                Effect::Hand(_) => self.out.hand_over(id, effect, names),
                Effect::SendMail { mail, attempt, cause } => {
                    send_mail(self.mailer.as_ref(), MailAttempt { mail, attempt, cause });
                }
            }
        }
    }
}

impl Outbox {
    /// How many effects were handed over and have not left.
    pub fn pending(&self) -> u64 {
        self.dead.pending() + self.out.pending()
    }

    /// Waits until everything that was handed over has left, at most so long. What then is still here is found
    /// behind the marks by whoever leads next.
    pub async fn drain(&self, longest: Duration) {
        let left = async {
            while self.pending() > 0 {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(longest, left).await.is_err() {
            warn!(pending = self.pending(), "not every effect has left; the next leader carries them out");
        }
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn begin(exits: &Exits<'_>, stream: String, load: Load, mark: Mark) -> (Intake, JoinHandle<()>) {
    let writer = FencedWriter::new(exits.client.clone(), stream, exits.instance);
    let (intake, carrier) = Carrier::new(load, exits.client.clone(), writer, exits.journal.clone(), mark);
    (intake, tokio::spawn(carrier.run()))
}

/// What cannot be told now stays an open attempt: it is due again once somebody leads anew.
fn send_mail(mailer: Option<&mpsc::Sender<MailAttempt>>, attempt: MailAttempt) {
    let mail = attempt.mail;
    let Some(sender) = mailer else {
        warn!(%mail, "a mail is owed, but this site has no relay; it waits for a start with one");
        return;
    };
    if let Err(fault) = sender.try_send(attempt) {
        warn!(%mail, %fault, "a mail cannot be sent now; it waits for the next start");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTEMPT: MailAttempt = MailAttempt { mail: MailId(1), attempt: 2, cause: Seq(3) };

    #[test]
    fn an_attempt_is_told_to_whoever_sends_mail_and_never_waits() {
        let (sender, mut receiver) = mpsc::channel(1);
        send_mail(Some(&sender), ATTEMPT);
        send_mail(Some(&sender), ATTEMPT);
        send_mail(None, ATTEMPT);
        assert_eq!(receiver.try_recv().ok(), Some(ATTEMPT));
        assert!(receiver.try_recv().is_err());
    }
}
