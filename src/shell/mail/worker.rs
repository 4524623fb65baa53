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
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{error, info, warn};

use crate::config::Settings;
use crate::domain::{MailId, Seq};
use crate::engine::command::MailOutcome;
use crate::engine::effect::{Effect, EffectId};
use crate::engine::state::State;
use crate::shell::journal::Journal;
use crate::shell::runtime::Mailed;
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
/// How many outcomes may wait for the loop; more are never on their way.
const ENDED_MAX: usize = 64;

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
    async fn deliver(&self, journal: &Journal, job: Job) -> Outcome {
        let mail = match self.write(journal, job).await {
            Ok(mail) => mail,
            Err(outcome) => return outcome,
        };
        let Sending { outcome, taken } = send(&self.relay, &mail).await;
        self.note(job.mail, &outcome, taken);
        outcome
    }

    /// The mail of a job; the outcome where there is none to send.
    async fn write(&self, journal: &Journal, job: Job) -> Result<Mail, Outcome> {
        let draft = loop {
            match self.writer.draft(journal, job.mail, job.cause).await {
                Ok(draft) => break draft,
                Err(LetterFault::Journal(fault)) => {
                    warn!(%fault, mail = %job.mail, "what a mail says cannot be read; trying again");
                    sleep(PAUSE).await;
                }
                Err(fault @ LetterFault::Gone(_)) => {
                    return Err(Outcome::never(code::CONTENT_GONE, &fault.to_string()));
                }
                Err(fault @ (LetterFault::Record { .. } | LetterFault::Template(_))) => {
                    error!(%fault, mail = %job.mail, "a mail cannot be written");
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
        mail.envelope = self.still_without(job.mail, &mail.envelope);
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

/// One attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Job {
    mail: MailId,
    attempt: u32,
    /// The fact that owes it.
    cause: Seq,
}

/// The mails of one term that are on their way. What is not done when it is dropped is not done.
pub struct Mailer {
    post: Option<Arc<Post>>,
    journal: Arc<Journal>,
    places: Arc<Semaphore>,
    running: JoinSet<()>,
    ended: mpsc::Sender<Mailed>,
}

impl Mailer {
    /// Begins with nothing on its way; outcomes come out of the receiver.
    pub fn start(post: Option<Arc<Post>>, journal: Arc<Journal>) -> (Mailer, mpsc::Receiver<Mailed>) {
        let (ended, outcomes) = mpsc::channel(ENDED_MAX);
        let places = post.as_ref().map_or(1, |post| post.relay.parallel());
        let places = Arc::new(Semaphore::new(places));
        (Mailer { post, journal, places, running: JoinSet::new(), ended }, outcomes)
    }

    /// Takes the attempts among effects whose records are durable.
    pub fn take(&mut self, effects: &[(EffectId, Effect)], state: &State) {
        for (_, effect) in effects {
            let Effect::SendMail { mail, attempt } = effect else { continue };
            // A mail that has ended since owes nothing.
            let Some(cause) = state.mails.get(*mail).map(|mail| mail.cause) else { continue };
            self.begin(Job { mail: *mail, attempt: *attempt, cause });
        }
    }

    /// Waits for what is on its way, but not for ever. What has no place yet is left for another term.
    pub async fn finish(&mut self) {
        self.places.close();
        let limit = self.post.as_ref().map_or(GRACE_MAX, |post| post.relay.timeout().min(GRACE_MAX));
        let all = async { while self.running.join_next().await.is_some() {} };
        if timeout(limit, all).await.is_err() {
            let open = self.running.len();
            warn!(open, "mails are still on their way; what becomes of them is not known");
        }
    }

    fn begin(&mut self, job: Job) {
        while self.running.try_join_next().is_some() {}
        let (post, journal) = (self.post.clone(), self.journal.clone());
        let (places, ended) = (self.places.clone(), self.ended.clone());
        self.running.spawn(async move {
            // The places are closed at a stop: the attempt stays open, and nothing of it was sent.
            let Ok(_place) = places.acquire().await else { return };
            let outcome = attempt(post, &journal, job).await;
            // Nobody listens any more when the term has ended.
            let _ = ended.send((job.mail, job.attempt, outcome)).await;
        });
    }
}

async fn attempt(post: Option<Arc<Post>>, journal: &Journal, job: Job) -> MailOutcome {
    let Some(post) = post else {
        return Outcome::never(code::NO_RELAY, "the site has no relay any more").into();
    };
    let delivered = AssertUnwindSafe(post.deliver(journal, job)).catch_unwind().await;
    let outcome = delivered.unwrap_or_else(|_| {
        error!(mail = %job.mail, "a bug: sending a mail panicked");
        Outcome::later(code::INTERNAL, "a fault of the daemon; its log says more")
    });
    if let Outcome::Sent { .. } = &outcome {
        info!(mail = %job.mail, attempt = job.attempt, "sent");
    }
    outcome.into()
}
