//! Attempts that the engine began: each is written, sent, and its outcome handed to the loop. So many go at
//! once; the others wait for a place.
//!
//! An attempt whose outcome was not handed over stays open in the journal. Whoever leads next begins it anew
//! under the same Message-ID: if the relay had it already, this is the one mail that comes twice.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use lettre::Address;
use lettre::address::Envelope;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tracing::{error, info, warn};

use crate::config::Settings;
use crate::domain::MailId;
use crate::engine::state::MAILS_OPEN_MAX;
use crate::shell::journal::Journal;
use crate::shell::mailed::{Mailed, Outcomes};
use crate::shell::outbox::{MailAttempt, Mailer};
use crate::wire::Keys;

use super::compose::{ComposeFault, Mail, compose};
use super::letter::{LetterFault, Writer};
use super::outcome::{Outcome, code};
use super::relay::{Relay, RelayFault};
use super::sender::{Sending, send};
use super::templates::TemplateFault;

/// How long to wait before reading the journal again while NATS is away.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a stop waits for mails that are on their way.
const GRACE_MAX: Duration = Duration::from_secs(5);
/// How many attempts may wait to be begun, and outcomes for the loop: more than may be open at once.
const WAITING_MAX: usize = 4 * MAILS_OPEN_MAX;

/// What sending needs, made once in the life of a process.
pub struct Post {
    relay: Relay,
    writer: Writer,
    /// Who has a mail already that is tried again for others.
    taken: Mutex<BTreeMap<MailId, Vec<Address>>>,
}

/// Why mail cannot be sent as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum PostFault {
    /// The relay's settings.
    #[error(transparent)]
    Relay(#[from] RelayFault),
    /// The words of notices, each fault of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Templates(Vec<TemplateFault>),
}

impl Post {
    /// Reads secrets and tries templates; none where the site has no relay.
    pub fn open(settings: &Settings, keys: Keys) -> Result<Option<Arc<Post>>, PostFault> {
        let Some(smtp) = &settings.smtp else { return Ok(None) };
        let writer = Writer::new(keys, settings.prefix.as_str(), &settings.notice);
        let writer = writer.map_err(PostFault::Templates)?;
        Ok(Some(Arc::new(Post { relay: Relay::open(smtp)?, writer, taken: Mutex::default() })))
    }

    /// One attempt from the fact to its outcome.
    async fn deliver(&self, journal: &Journal, attempt: MailAttempt) -> Outcome {
        let mail = match self.write(journal, attempt).await {
            Ok(mail) => mail,
            Err(outcome) => return outcome,
        };
        let Sending { outcome, taken } = send(&self.relay, &mail).await;
        self.note(attempt.mail, &outcome, taken);
        outcome
    }

    /// The mail of a job; the outcome where there is none to send.
    async fn write(&self, journal: &Journal, attempt: MailAttempt) -> Result<Mail, Outcome> {
        let draft = loop {
            match self.writer.draft(journal, attempt.mail, attempt.cause).await {
                Ok(draft) => break draft,
                Err(LetterFault::Journal(fault)) => {
                    warn!(%fault, mail = %attempt.mail, "what a mail says cannot be read; trying again");
                    sleep(PAUSE).await;
                }
                Err(fault @ LetterFault::Gone(_)) => {
                    return Err(Outcome::never(code::CONTENT_GONE, &fault.to_string()));
                }
                Err(fault @ (LetterFault::Record { .. } | LetterFault::Template(_))) => {
                    error!(%fault, mail = %attempt.mail, "a mail cannot be written");
                    return Err(Outcome::never(code::UNREADABLE, &fault.to_string()));
                }
            }
        };
        let mut mail = compose(&draft).map_err(|fault| {
            let code = match fault {
                ComposeFault::Address { .. } | ComposeFault::NoRecipient => code::BAD_ADDRESS,
                ComposeFault::Mime(_) => code::UNREADABLE,
            };
            Outcome::never(code, &fault.to_string())
        })?;
        mail.envelope = self.still_without(attempt.mail, &mail.envelope);
        Ok(mail)
    }

    /// The envelope without those who have the mail.
    fn still_without(&self, mail: MailId, envelope: &Envelope) -> Envelope {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let has = |address: &&Address| taken.get(&mail).is_none_or(|taken| !taken.contains(address));
        let left: Vec<Address> = envelope.to().iter().filter(has).cloned().collect();
        Envelope::new(envelope.from().cloned(), left).unwrap_or_else(|_| envelope.clone())
    }

    fn note(&self, mail: MailId, outcome: &Outcome, more: Vec<Address>) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Outcome::Failed { permanent: false, .. } if !more.is_empty() => {
                taken.entry(mail).or_default().extend(more);
            }
            Outcome::Failed { permanent: false, .. } => {}
            Outcome::Sent { .. } | Outcome::Failed { .. } => {
                taken.remove(&mail);
            }
        }
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("relay", &self.relay).finish_non_exhaustive()
    }
}

/// The mails of one term that are on their way. What is not done when it is dropped is not done.
pub struct Mailing {
    /// None where the site has no relay.
    at_work: Option<AtWork>,
}

struct AtWork {
    task: JoinHandle<()>,
    stop: Arc<Notify>,
    /// How long a stop waits.
    grace: Duration,
}

impl Mailing {
    /// Begins with nothing on its way: where attempts are told, and where their outcomes come out.
    pub fn start(post: Option<Arc<Post>>, journal: Arc<Journal>) -> (Mailing, Mailer, Outcomes) {
        let (told, outcomes) = mpsc::channel(WAITING_MAX);
        let Some(post) = post else { return (Mailing { at_work: None }, None, outcomes) };
        let (mailer, attempts) = mpsc::channel(WAITING_MAX);
        let stop = Arc::new(Notify::new());
        let grace = post.relay.timeout().min(GRACE_MAX);
        let places = Arc::new(Semaphore::new(post.relay.parallel()));
        let desk = Desk { post, journal, places, told, running: JoinSet::new() };
        let task = tokio::spawn(desk.run(attempts, stop.clone()));
        (Mailing { at_work: Some(AtWork { task, stop, grace }) }, Some(mailer), outcomes)
    }

    /// Begins nothing more, and waits for what is on its way, but not for ever. What has no place yet is left
    /// for another term: nothing of it was sent.
    pub async fn finish(&mut self) {
        let Some(AtWork { task, stop, grace }) = &mut self.at_work else { return };
        stop.notify_one();
        if timeout(*grace, task).await.is_err() {
            warn!("mails are still on their way; they are sent again under the same ids");
        }
    }
}

impl Drop for Mailing {
    fn drop(&mut self) {
        // The sends end with the task that owns them.
        self.at_work.iter().for_each(|at_work| at_work.task.abort());
    }
}

/// Where attempts are begun.
struct Desk {
    post: Arc<Post>,
    journal: Arc<Journal>,
    places: Arc<Semaphore>,
    told: mpsc::Sender<Mailed>,
    running: JoinSet<()>,
}

impl Desk {
    async fn run(mut self, mut attempts: mpsc::Receiver<MailAttempt>, stop: Arc<Notify>) {
        loop {
            tokio::select! {
                biased;
                () = stop.notified() => break,
                // What has ended makes room.
                Some(_) = self.running.join_next() => {}
                Some(attempt) = attempts.recv() => self.begin(attempt),
            }
        }
        self.places.close();
        while self.running.join_next().await.is_some() {}
    }

    fn begin(&mut self, attempt: MailAttempt) {
        let (post, journal) = (self.post.clone(), self.journal.clone());
        let (places, told) = (self.places.clone(), self.told.clone());
        self.running.spawn(async move {
            let Ok(_place) = places.acquire().await else { return };
            let outcome = guarded(&post, &journal, attempt).await;
            // Nobody listens any more when the term has ended.
            let _ = told.send((attempt.mail, attempt.attempt, outcome.into())).await;
        });
    }
}

/// One attempt, whose outcome is told whatever happens: without one the mail would wait for another term.
async fn guarded(post: &Post, journal: &Journal, attempt: MailAttempt) -> Outcome {
    let mail = attempt.mail;
    let delivered = AssertUnwindSafe(post.deliver(journal, attempt)).catch_unwind().await;
    let outcome = delivered.unwrap_or_else(|_| {
        error!(%mail, "a bug: sending a mail panicked");
        Outcome::later(code::INTERNAL, "a fault of the daemon; its log says more")
    });
    if let Outcome::Sent { .. } = &outcome {
        info!(%mail, attempt = attempt.attempt, "a mail was taken by the relay");
    }
    outcome
}
