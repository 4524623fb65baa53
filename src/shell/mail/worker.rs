//! Attempts that the engine began: each is written, sent, and its outcome handed to the loop. So many go at
//! once; the others wait for a place.
//!
//! A mail that is on the wire stays there though its term ends, since NATS is away, say; what became of it is
//! remembered as long as this process lives. An attempt whose outcome was not recorded is open in the journal, so
//! the next term begins it anew: here it takes what is remembered, and sends nothing twice. Another process knows
//! nothing of it and sends it under the same Message-ID: if the relay had it already, it comes twice.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tracing::{error, info, warn};

use crate::config::Settings;
use crate::engine::state::MAILS_OPEN_MAX;
use crate::shell::journal::Journal;
use crate::shell::mailed::{Mailed, Outcomes};
use crate::shell::outbox::{MailAttempt, Mailer};
use crate::wire::Keys;

use super::compose::{ComposeFault, Mail, compose};
use super::letter::{LetterFault, Writer};
use super::memory::Memory;
use super::outcome::{Outcome, code};
use super::relay::{Relay, RelayFault};
use super::sender::{Sending, send};
use super::templates::TemplateFault;

/// How long to wait before reading the journal again while NATS is away.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a stop waits for mails that are on their way: half of what systemd gives it (`TimeoutStopSec`), since
/// recording the outcomes and letting other effects leave take some of the rest.
const GRACE_MAX: Duration = Duration::from_secs(15);
/// How many attempts may wait to be begun, and outcomes for the loop: more than may be open at once.
const WAITING_MAX: usize = 4 * MAILS_OPEN_MAX;

/// What sending needs, made once in the life of a process.
pub struct Post {
    relay: Relay,
    writer: Writer,
    /// So many mails are written and sent at once, over all terms.
    places: Arc<Semaphore>,
    memory: Arc<Memory>,
    /// What is on the wire; it is no term's.
    sends: Mutex<JoinSet<()>>,
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
        let relay = Relay::open(smtp)?;
        let places = Arc::new(Semaphore::new(relay.parallel()));
        let (memory, sends) = (Arc::default(), Mutex::default());
        Ok(Some(Arc::new(Post { relay, writer, places, memory, sends })))
    }

    /// One attempt from the fact to its outcome; none when there is no place for it any more. A mail that an
    /// earlier term has sent, or is still sending, is not sent again.
    async fn deliver(self: &Arc<Post>, journal: &Journal, attempt: MailAttempt) -> Option<Outcome> {
        if let Some(known) = self.memory.settled(attempt.mail).await {
            info!(mail = %attempt.mail, "a mail was sent in an earlier term; only its outcome is told");
            return Some(known);
        }
        let place = self.places.clone().acquire_owned().await.ok()?;
        match self.write(journal, attempt).await {
            Ok(mail) => Some(self.put_on_wire(mail, attempt, place).await.unwrap_or_else(|_| a_bug(attempt))),
            Err(outcome) => Some(outcome),
        }
    }

    /// Sends a mail; that goes on though nobody waits for the outcome any more.
    fn put_on_wire(
        self: &Arc<Post>,
        mail: Mail,
        attempt: MailAttempt,
        place: OwnedSemaphorePermit,
    ) -> oneshot::Receiver<Outcome> {
        let (told, outcome) = oneshot::channel();
        let (post, on_wire) = (self.clone(), self.memory.begin(attempt.mail));
        let mut sends = self.sends.lock().unwrap_or_else(PoisonError::into_inner);
        while sends.try_join_next().is_some() {}
        sends.spawn(async move {
            let _place = place;
            let Sending { outcome, taken } = send(&post.relay, &mail).await;
            post.memory.note(attempt.mail, &outcome, taken);
            drop(on_wire);
            if let Outcome::Sent { .. } = &outcome {
                info!(mail = %attempt.mail, attempt = attempt.attempt, "a mail was taken by the relay");
            }
            // The term that began it may be over.
            let _ = told.send(outcome);
        });
        outcome
    }

    /// The mail of a job; the outcome where there is none to send.
    async fn write(&self, journal: &Journal, attempt: MailAttempt) -> Result<Mail, Outcome> {
        let draft = loop {
            match self.writer.draft(journal, attempt.mail, attempt.cause).await {
                Ok(draft) => break draft,
                Err(LetterFault::Journal(fault)) if fault.is_outage() => {
                    warn!(%fault, mail = %attempt.mail, "what a mail says cannot be read; trying again");
                    sleep(PAUSE).await;
                }
                // Perhaps another replica answers the next time, so it is tried again as long as any mail is.
                Err(LetterFault::Journal(fault)) => {
                    error!(%fault, mail = %attempt.mail, "what a mail says cannot be read");
                    return Err(Outcome::later(code::UNREADABLE, &fault.to_string()));
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
        mail.envelope = self.memory.still_without(attempt.mail, &mail.envelope);
        Ok(mail)
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("relay", &self.relay).finish_non_exhaustive()
    }
}

/// The mails of one term that are on their way. When it is dropped, those that are not on the wire are not sent.
pub struct Mailing {
    /// None where the site has no relay.
    at_work: Option<AtWork>,
}

struct AtWork {
    post: Arc<Post>,
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
        let desk = Desk { post: post.clone(), journal, told, running: JoinSet::new() };
        let task = tokio::spawn(desk.run(attempts, stop.clone()));
        (Mailing { at_work: Some(AtWork { post, task, stop, grace }) }, Some(mailer), outcomes)
    }

    /// Begins nothing more in this process, and waits for what is on its way, but not for ever. What has no place
    /// yet is left for another one: nothing of it was sent.
    pub async fn finish(&mut self) {
        let Some(AtWork { task, stop, grace, .. }) = &mut self.at_work else { return };
        stop.notify_one();
        if timeout(*grace, task).await.is_err() {
            warn!("mails are still on their way; they are sent again under the same ids");
        }
    }
}

impl Mailing {
    /// Cuts off what is still on the wire: nobody of this process may act when another one leads.
    pub fn abandon(&self) {
        let Some(at_work) = &self.at_work else { return };
        at_work.task.abort();
        at_work.post.sends.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }
}

impl Drop for Mailing {
    fn drop(&mut self) {
        // Attempts end with the task that owns them, but for what is on the wire.
        self.at_work.iter().for_each(|at_work| at_work.task.abort());
    }
}

/// Where attempts are begun.
struct Desk {
    post: Arc<Post>,
    journal: Arc<Journal>,
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
        self.post.places.close();
        while self.running.join_next().await.is_some() {}
    }

    fn begin(&mut self, attempt: MailAttempt) {
        let (post, journal) = (self.post.clone(), self.journal.clone());
        let told = self.told.clone();
        self.running.spawn(async move {
            let Some(outcome) = guarded(&post, &journal, attempt).await else { return };
            // Nobody listens any more when the term has ended.
            let _ = told.send((attempt.mail, attempt.attempt, outcome)).await;
        });
    }
}

/// One attempt, whose outcome is told whatever happens: without one the mail would wait for another term.
async fn guarded(post: &Arc<Post>, journal: &Journal, attempt: MailAttempt) -> Option<Outcome> {
    let delivered = AssertUnwindSafe(post.deliver(journal, attempt)).catch_unwind().await;
    delivered.unwrap_or_else(|_| Some(a_bug(attempt)))
}

fn a_bug(attempt: MailAttempt) -> Outcome {
    error!(mail = %attempt.mail, "a bug: sending a mail panicked");
    Outcome::later(code::INTERNAL, "a fault of the daemon; its log says more")
}
