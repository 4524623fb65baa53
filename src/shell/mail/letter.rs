//! From a fact of the journal to a draft: what was recorded says who writes what to whom, and where the content
//! of it lies. Nothing is asked of the state, so the same mail is the same draft at every attempt and in every
//! process.

use std::str::FromStr;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::{error, warn};

use crate::config::Notice;
use crate::domain::{Content, ConversationId, MailId, Party, Reply, Seq, Span, Timestamp};
use crate::shell::join;
use crate::shell::journal::{GetError, Journal};
use crate::wire::Keys;

use super::compose::{self, Auto, Draft};
use super::facts::{self, NoticeFacts};
use super::ids;
use super::subject;
use super::templates::{Rendered, TemplateFault, Templates};

/// The type of the fact that owes a reply; what else owes a mail is an escalation.
const REPLIED: &str = "switchboard.message.replied.v1";
/// What an address of a rung begins with.
const EMAIL: &str = "email:";
/// How far a conversation is read back for the subject and the ids of its thread.
const BACK_MAX: usize = 20;
/// How far it is read back for the address that it was begun with: further than anybody writes to one who is silent.
const BEGUN_MAX: usize = 1_000;

/// Writes the letters of one site.
pub struct Writer {
    keys: Keys,
    /// The first word of every subject.
    prefix: String,
    /// Who sends notices.
    from: Party,
    templates: Templates,
    /// What is said where the site's own words fail.
    built_in: Templates,
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum LetterFault {
    /// The journal does not answer just now.
    #[error(transparent)]
    Journal(#[from] GetError),
    /// What the mail was to say was deleted.
    #[error("{0} is not in the journal any more")]
    Gone(&'static str),
    /// A record is not what its name says.
    #[error("record {seq} cannot be read: {fault}")]
    Record { seq: u64, fault: String },
    /// No template could be rendered.
    #[error("{0}")]
    Template(TemplateFault),
}

/// A stored fact, as far as a letter needs it.
#[derive(Deserialize)]
struct Fact {
    #[serde(rename = "type")]
    kind: String,
    time: String,
    data: Value,
}

/// What `message.replied` says.
#[derive(Deserialize)]
struct Replied {
    conversation: ConversationId,
    from: String,
    replied_at: String,
    #[serde(default)]
    auto: bool,
    content: u64,
    contact_content: u64,
    #[serde(default)]
    answers: Option<u64>,
}

/// What `escalation.raised` says.
#[derive(Deserialize)]
struct Raised {
    escalation: String,
    conversation: String,
    metric: String,
    rung: u32,
    notify: Vec<String>,
    breached_at: String,
    within_ms: i64,
    ladder: String,
    rungs: u32,
    queue: String,
    channel: String,
    source: String,
    contact: String,
    priority: i32,
    waiting_since: String,
    #[serde(default)]
    agent: Option<String>,
    content: u64,
}

impl Writer {
    /// A writer whose templates are tried.
    pub fn new(keys: Keys, prefix: &str, notice: &Notice) -> Result<Writer, Vec<TemplateFault>> {
        let built_in = Templates::build(&Notice::default())?;
        match (Templates::build(notice), sender(notice)) {
            (Ok(templates), Ok(from)) => {
                Ok(Writer { keys, prefix: prefix.to_owned(), from, templates, built_in })
            }
            _ => Err(faults(notice)),
        }
    }

    /// The draft of a mail that this fact owes.
    pub async fn draft(&self, journal: &Journal, mail: MailId, cause: Seq) -> Result<Draft, LetterFault> {
        let stored = journal.get(cause.0).await?.ok_or(LetterFault::Gone("the fact that owes it"))?;
        let fact: Fact = decode(cause.0, serde_json::from_slice(&stored.payload))?;
        if fact.kind == REPLIED {
            return self.reply(journal, decode(cause.0, serde_json::from_value(fact.data))?).await;
        }
        let raised: Raised = decode(cause.0, serde_json::from_value(fact.data))?;
        self.notice(journal, mail, raised, instant(cause.0, &fact.time)?).await
    }

    /// What an agent wrote, as an answer to the newest mail of the thread.
    async fn reply(&self, journal: &Journal, replied: Replied) -> Result<Draft, LetterFault> {
        let own = content(journal, replied.content, "the reply").await?;
        let reply: Reply = member(&own, replied.content, "reply")?;
        let answered: Option<Content> = match replied.answers {
            Some(seq) => match data(journal, seq).await? {
                Some(data) => Some(member(&data, seq, "content")?),
                None => None,
            },
            None => None,
        };
        let to = match (reply.to.clone(), &answered) {
            (Some(to), _) => Some(to),
            (None, Some(answered)) => Some(answer_address(answered)),
            (None, None) => begun_with(journal, &own).await?,
        };
        let to = match to {
            Some(to) => to,
            None => {
                let contact = content(journal, replied.contact_content, "the contact's address").await?;
                member(&contact, replied.contact_content, "party")?
            }
        };
        let thread = match &answered {
            Some(answered) => Thread::of(answered),
            None => own_thread(journal, &own).await?,
        };
        let conversation = replied.conversation;
        let mailbox = |address: String| Party { address, name: None };
        let replied_at = instant(replied.content, &replied.replied_at)?;
        Ok(Draft {
            reply_to: Some(mailbox(self.keys.reply_address(&replied.from, conversation))),
            from: mailbox(replied.from),
            to: vec![to],
            cc: Vec::new(),
            subject: match &reply.subject {
                Some(subject) => subject.clone(),
                None => subject::answer_to(&thread.subject.unwrap_or_default()),
            },
            text: reply.text,
            html: None,
            message_id: reply.external_id.ok_or(LetterFault::Gone("the id of the reply"))?,
            in_reply_to: thread.parent,
            references: thread.ids,
            auto: if replied.auto { Auto::Replied } else { Auto::No },
            date: replied_at,
        })
    }

    /// What supervisors are told of a rung.
    async fn notice(
        &self,
        journal: &Journal,
        mail: MailId,
        raised: Raised,
        raised_at: Timestamp,
    ) -> Result<Draft, LetterFault> {
        let told = self.facts(journal, &raised, raised_at).await?;
        let Rendered { subject, text, html } = self.words(&told)?;
        let domain = self.from.address.rsplit('@').next().unwrap_or_default();
        Ok(Draft {
            from: self.from.clone(),
            to: addresses(&raised.notify),
            subject,
            text,
            html: Some(html),
            message_id: self.keys.notice_id(mail, domain),
            auto: Auto::Generated,
            date: raised_at,
            ..Draft::default()
        })
    }

    /// The words of the site, or the built-in ones where those fail: whom it concerns must hear of it.
    fn words(&self, told: &NoticeFacts) -> Result<Rendered, LetterFault> {
        self.templates.render(told).or_else(|fault| {
            error!(%fault, "a template failed; the notice goes in the built-in words");
            self.built_in.render(told).map_err(LetterFault::Template)
        })
    }

    async fn facts(
        &self,
        journal: &Journal,
        raised: &Raised,
        raised_at: Timestamp,
    ) -> Result<NoticeFacts, LetterFault> {
        let seq = raised.content;
        let breached_at = instant(seq, &raised.breached_at)?;
        let waiting_since = instant(seq, &raised.waiting_since)?;
        let since = |then: Timestamp| facts::span(Span(raised_at.0.saturating_sub(then.0)));
        Ok(NoticeFacts {
            site: self.prefix.clone(),
            escalation: raised.escalation.clone(),
            promise: raised.metric.clone(),
            promised: facts::promised(&raised.metric).to_owned(),
            within: facts::span(Span(raised.within_ms)),
            over: since(breached_at),
            due: facts::instant(breached_at),
            raised_at: facts::instant(raised_at),
            conversation: raised.conversation.clone(),
            queue: raised.queue.clone(),
            priority: raised.priority,
            channel: raised.channel.clone(),
            source: raised.source.clone(),
            contact: raised.contact.clone(),
            subject: subject_behind(journal, seq).await?,
            waiting_since: Some(facts::instant(waiting_since)),
            waiting: Some(since(waiting_since)),
            agent: raised.agent.clone(),
            ladder: Some(raised.ladder.clone()),
            rung: raised.rung,
            rungs: raised.rungs,
            told: raised.notify.clone(),
            ack_subject: facts::ack_subject(&self.prefix),
        })
    }
}

/// The thread that an answer goes into.
#[derive(Default)]
struct Thread {
    subject: Option<String>,
    parent: Option<String>,
    ids: Vec<String>,
}

impl Thread {
    fn of(answered: &Content) -> Thread {
        let parent = answered.external_id.clone().filter(|id| ids::is_id(id));
        let ids = ids::thread(&answered.references, parent.as_deref());
        Thread { subject: answered.subject.clone(), parent, ids }
    }
}

/// The thread of a conversation in which nobody has answered yet: what we wrote before.
async fn own_thread(journal: &Journal, own: &Value) -> Result<Thread, LetterFault> {
    let mut known = Vec::new();
    let mut thread = Thread::default();
    let mut next = previous(own);
    for _ in 0..BACK_MAX {
        let Some(data) = data(journal, next).await? else { break };
        if let Ok(reply) = member::<Reply>(&data, next, "reply") {
            known.extend(reply.external_id);
            thread.subject = reply.subject.or(thread.subject);
        }
        next = previous(&data);
    }
    thread.parent = known.first().cloned();
    known.reverse();
    thread.ids = ids::thread(&known, None);
    Ok(thread)
}

/// Which of the contact's addresses a conversation was begun with, in which nobody has answered: the first message alone
/// tells it. None where we did not begin it.
async fn begun_with(journal: &Journal, own: &Value) -> Result<Option<Party>, LetterFault> {
    let mut next = previous(own);
    for _ in 0..BEGUN_MAX {
        let Some(data) = data(journal, next).await? else { break };
        let to = member::<Reply>(&data, next, "reply").ok().and_then(|reply| reply.to);
        if to.is_some() {
            return Ok(to);
        }
        next = previous(&data);
    }
    Ok(None)
}

/// The newest subject of a conversation; none where it has none, or where it was deleted.
async fn subject_behind(journal: &Journal, newest: u64) -> Result<Option<String>, LetterFault> {
    let mut next = newest;
    for _ in 0..BACK_MAX {
        let Some(data) = data(journal, next).await? else { break };
        let found = [&data["content"]["subject"], &data["reply"]["subject"]];
        if let Some(found) = found.into_iter().find_map(Value::as_str) {
            return Ok(Some(subject::one_line(found, subject::SUBJECT_BYTES_MAX)));
        }
        next = previous(&data);
    }
    Ok(None)
}

/// A content record that must be there.
async fn content(journal: &Journal, seq: u64, what: &'static str) -> Result<Value, LetterFault> {
    data(journal, seq).await?.ok_or(LetterFault::Gone(what))
}

async fn data(journal: &Journal, seq: u64) -> Result<Option<Value>, LetterFault> {
    if seq == 0 {
        return Ok(None);
    }
    Ok(join::read(journal, Seq(seq)).await?.map(|(data, _)| data))
}

/// Where the writer of a mail wants its answer.
fn answer_address(answered: &Content) -> Party {
    answered.reply_to.clone().unwrap_or_else(|| answered.from.clone())
}

/// The mailboxes that a rung names. One that is none does not keep the others from being told.
fn addresses(notify: &[String]) -> Vec<Party> {
    let named = notify.iter().filter_map(|whom| whom.strip_prefix(EMAIL));
    let parties = named.map(|address| Party { address: address.trim().to_owned(), name: None });
    let valid = |party: &Party| match compose::check("notify", party) {
        Ok(()) => true,
        Err(fault) => {
            warn!(%fault, "a rung names what is no mailbox");
            false
        }
    };
    parties.filter(valid).collect()
}

/// What keeps notices from being written, for whoever asks before a start: sender and templates, every fault.
pub fn faults(notice: &Notice) -> Vec<TemplateFault> {
    let templates = Templates::build(notice).err().unwrap_or_default();
    sender(notice).err().into_iter().chain(templates).collect()
}

/// Who sends notices: `Desk <desk@example.org>`.
fn sender(notice: &Notice) -> Result<Party, TemplateFault> {
    let refuse = |fact: String| {
        let hint = "write it as `Switchboard <switchboard@example.org>`".to_owned();
        TemplateFault { key: "notice.from", line: 1, column: 0, fact, hint: Some(hint) }
    };
    let Some(text) = &notice.from else { return Err(refuse("it is missing".to_owned())) };
    let mailbox = lettre::message::Mailbox::from_str(text);
    let mailbox = mailbox.map_err(|_| refuse(format!("`{text}` is no mailbox")))?;
    let party = Party { address: mailbox.email.to_string(), name: mailbox.name };
    compose::check("notice.from", &party).map_err(|fault| refuse(fault.to_string()))?;
    Ok(party)
}

fn previous(data: &Value) -> u64 {
    data.get("prev").and_then(Value::as_u64).unwrap_or(0)
}

fn member<T: DeserializeOwned>(data: &Value, seq: u64, name: &str) -> Result<T, LetterFault> {
    decode(seq, T::deserialize(&data[name]))
}

fn decode<T>(seq: u64, decoded: Result<T, serde_json::Error>) -> Result<T, LetterFault> {
    decoded.map_err(|fault| LetterFault::Record { seq, fault: fault.to_string() })
}

fn instant(seq: u64, text: &str) -> Result<Timestamp, LetterFault> {
    let at = jiff::Timestamp::from_str(text);
    let at = at.map_err(|fault| LetterFault::Record { seq, fault: fault.to_string() })?;
    Ok(Timestamp(at.as_millisecond()))
}
