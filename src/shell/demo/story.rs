//! What is told of the stream, fact by fact, and what is counted for the summary.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;

use super::DemoError;
use super::actor::Actor;
use super::facts::Fact;
use super::line::{Line, Word};
use super::script::Script;
use crate::domain::{Name, Timestamp};
use crate::policy::Policy;

/// Where the scripted messages are, for who must wait for that.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    places: BTreeMap<String, String>,
    resolved: BTreeSet<String>,
}

impl Ledger {
    /// The conversation of a message.
    pub fn place(&self, id: &str) -> Option<&str> {
        self.places.get(id).map(String::as_str)
    }

    /// Whether the conversation of a message is resolved.
    pub fn is_resolved(&self, id: &str) -> bool {
        self.place(id).is_some_and(|place| self.resolved.contains(place))
    }
}

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Each conversation with its language.
    pub conversations: BTreeMap<String, String>,
    /// Each message of the stream with each conversation that it was recorded in.
    pub recorded: BTreeMap<String, Vec<String>>,
    /// The digest by which each message is known again, with how often it was recorded.
    pub digests: BTreeMap<String, usize>,
    /// Messages recorded in a conversation that was never opened.
    pub homeless: usize,
    pub waits: Vec<i64>,
    pub accepted: usize,
    /// Accepted by an agent who does not speak the language.
    pub strangers: usize,
    pub declined: usize,
    pub missed: usize,
    pub reopened: usize,
    pub joined: usize,
    pub duplicates: usize,
    pub refused: usize,
    pub kept: usize,
    pub breached: usize,
    pub escalations: usize,
    pub acked: usize,
    /// Each reply that was made: its message, for mail its Message-ID.
    pub owed: BTreeSet<String>,
    /// The same of each reply that left, with how often.
    pub left: BTreeMap<String, usize>,
    /// How many of those that left were mails.
    pub mails: usize,
    /// Mails that are not in their contact's thread.
    pub astray: usize,
    /// Whom escalations told by mail, and who had a notice.
    pub told: Vec<String>,
    pub noticed: Vec<String>,
    pub reloads: usize,
    /// Reloads that were refused, and changed nothing.
    pub refused_reloads: usize,
}

/// The one who tells.
pub struct Story {
    pub(super) script: Arc<Script>,
    policy: Arc<Policy>,
    supervisor: Actor,
    began: Option<Timestamp>,
    latest: Timestamp,
    /// Conversations that are not resolved.
    open: BTreeSet<String>,
    /// Conversations whose next message opens or reopens them.
    expected: BTreeMap<String, &'static str>,
    /// Where an interaction waits: its route, and since when.
    waiting: BTreeMap<String, (String, Timestamp)>,
    pub(super) ledger: watch::Sender<Ledger>,
    pub tally: Tally,
}

impl Story {
    /// `began` is when the first story of several did.
    pub fn new(
        script: Arc<Script>,
        policy: Arc<Policy>,
        supervisor: Actor,
        began: Option<Timestamp>,
    ) -> Story {
        Story {
            script,
            policy,
            supervisor,
            began,
            latest: began.unwrap_or(Timestamp(0)),
            open: BTreeSet::new(),
            expected: BTreeMap::new(),
            waiting: BTreeMap::new(),
            ledger: watch::Sender::new(Ledger::default()),
            tally: Tally::default(),
        }
    }

    pub fn ledger(&self) -> watch::Receiver<Ledger> {
        self.ledger.subscribe()
    }

    /// When the first agent signed in.
    pub fn began(&self) -> Option<Timestamp> {
        self.began
    }

    /// Whether every message so far is where it should be, every conversation resolved, and all that is owed
    /// has left.
    pub fn is_settled(&self, messages: usize, refused: usize) -> bool {
        let tally = &self.tally;
        let arrived = tally.recorded.len() >= messages && tally.refused >= refused;
        let left = tally.left.len() >= tally.owed.len() && tally.noticed.len() >= tally.told.len();
        self.open.is_empty() && arrived && left
    }

    /// The gateway delivered a message again.
    pub fn again(&mut self, id: &str) -> Line {
        self.tally.duplicates += 1;
        let name = self.script.letter(id).map(|letter| letter.name.clone()).unwrap_or_default();
        let place = self.ledger.borrow().place(id).map(str::to_owned).unwrap_or_default();
        self.line(&place, Word::Again, &name, format!("message {id} is delivered once more"))
    }

    /// Takes a fact in. None when there is nothing to tell.
    pub async fn take(&mut self, fact: &Fact) -> Result<Option<Line>, DemoError> {
        self.latest = fact.at;
        let conversation = fact.text("conversation").to_owned();
        let agent = fact.text("agent").to_owned();
        Ok(match fact.word.as_str() {
            "message.received" => Some(self.received(fact, &conversation).await?),
            "message.replied" => Some(self.replied(fact, &conversation).await?),
            "agent.signed_in" => {
                self.began.get_or_insert(fact.at);
                Some(self.line("", Word::Presence, &agent, "signs in".to_owned()))
            }
            "agent.presence_changed" => Some(self.presence(fact, &agent)),
            "offer.made" => Some(self.offered(fact, &conversation, &agent)),
            "offer.accepted" => Some(self.accepted(fact, &conversation, &agent)),
            "offer.declined" => {
                self.tally.declined += 1;
                Some(self.line(&conversation, Word::Declined, &agent, "leaves it to others".to_owned()))
            }
            "offer.expired" => {
                self.tally.missed += 1;
                Some(self.line(&conversation, Word::Missed, &agent, "did not answer the offer".to_owned()))
            }
            "input.refused" => {
                self.tally.refused += 1;
                let rest = format!("{}: {}", fact.text("subject"), fact.text("reason"));
                Some(self.line("", Word::Dead, "gateway", rest))
            }
            word if word.starts_with("sla.") || word.starts_with("escalation.") => {
                self.promise(word, fact, &conversation)
            }
            word => self.moved(word, fact, &conversation),
        })
    }

    /// What moves a conversation on, mostly without a line.
    fn moved(&mut self, word: &str, fact: &Fact, conversation: &str) -> Option<Line> {
        match word {
            "conversation.opened" => {
                self.open.insert(conversation.to_owned());
                self.expected.insert(conversation.to_owned(), "opens");
                self.tally.conversations.insert(conversation.to_owned(), String::new());
                None
            }
            "conversation.reopened" => {
                self.tally.reopened += 1;
                self.open.insert(conversation.to_owned());
                self.expected.insert(conversation.to_owned(), "reopens");
                None
            }
            "interaction.queued" => {
                let route = fact.data["route"].as_str().unwrap_or("no route").to_owned();
                self.waiting.insert(fact.text("interaction").to_owned(), (route, fact.at));
                None
            }
            "conversation.resolved" => {
                self.open.remove(conversation);
                self.ledger.send_modify(|ledger| {
                    ledger.resolved.insert(conversation.to_owned());
                });
                Some(self.line(conversation, Word::Resolved, &fact.actor, String::new()))
            }
            _ => None,
        }
    }

    async fn received(&mut self, fact: &Fact, conversation: &str) -> Result<Line, DemoError> {
        let number = fact.text("message").to_owned();
        self.tally.recorded.entry(number.clone()).or_default().push(conversation.to_owned());
        *self.tally.digests.entry(fact.text("dedupe").to_owned()).or_default() += 1;
        self.tally.homeless += usize::from(!self.tally.conversations.contains_key(conversation));
        let seen = self.supervisor.conversation(conversation).await?;
        let content = content_of(&seen, &number)["content"].clone();
        let id = content["external_id"].as_str().unwrap_or_default().to_owned();
        let how = self.expected.remove(conversation).unwrap_or("joins");
        self.tally.joined += usize::from(how == "joins");
        let letter = self.script.letter(&id).cloned();
        if let Some(letter) = letter.as_ref().filter(|_| how == "opens") {
            self.tally.conversations.insert(conversation.to_owned(), letter.language.clone());
        }
        self.ledger.send_modify(|ledger| {
            ledger.places.insert(id, conversation.to_owned());
            ledger.resolved.remove(conversation);
        });
        let channel = seen["conversation"]["channel"].as_str().unwrap_or_default();
        let language = letter.map(|letter| letter.language).unwrap_or_default();
        let text = content["text"].as_str().unwrap_or_default().trim();
        let rest = format!("{how:<7} {channel:<5} {language}  “{text}”");
        let name = content["from"]["name"].as_str().unwrap_or("somebody");
        Ok(self.line(conversation, Word::Wrote, name, rest))
    }

    async fn replied(&mut self, fact: &Fact, conversation: &str) -> Result<Line, DemoError> {
        let seen = self.supervisor.conversation(conversation).await?;
        let number = fact.text("message");
        let reply = &content_of(&seen, number)["reply"];
        let text = reply["text"].as_str().unwrap_or_default();
        let is_mail = fact.text("channel") == "email";
        let owed = if is_mail { reply["external_id"].as_str().unwrap_or_default() } else { number };
        self.tally.owed.insert(owed.to_owned());
        Ok(self.line(conversation, Word::Replied, &fact.actor, format!("“{text}”")))
    }

    fn presence(&self, fact: &Fact, agent: &str) -> Line {
        let presence = fact.text("presence");
        let rest = match fact.data["reason"].as_str() {
            Some(reason) => format!("{presence}, {reason}"),
            None => presence.to_owned(),
        };
        self.line("", Word::Presence, agent, rest)
    }

    fn offered(&self, fact: &Fact, conversation: &str, agent: &str) -> Line {
        let route = self.waiting.get(fact.text("interaction")).map_or("", |(route, _)| route.as_str());
        let rank = &fact.data["rank"];
        let preferred = if rank["preferred"] == true { ", had this contact before" } else { "" };
        let rest = format!("queue {}, route {route}, load {}{preferred}", fact.text("queue"), rank["load"]);
        self.line(conversation, Word::Offered, agent, rest)
    }

    fn accepted(&mut self, fact: &Fact, conversation: &str, agent: &str) -> Line {
        self.tally.accepted += 1;
        self.tally.strangers += usize::from(!self.speaks(agent, conversation));
        let since = self.waiting.get(fact.text("interaction")).map_or(fact.at, |(_, since)| *since);
        let wait = fact.at.since(since).0;
        self.tally.waits.push(wait);
        self.line(conversation, Word::Accepted, agent, format!("after {}", seconds(wait)))
    }

    /// Whether an agent has the skill of a conversation's language.
    fn speaks(&self, agent: &str, conversation: &str) -> bool {
        let language =
            self.tally.conversations.get(conversation).map(|code| language_name(code).to_lowercase());
        let rule = agent.parse::<Name>().ok().and_then(|name| self.policy.agents.get(&name));
        language
            .zip(rule)
            .is_some_and(|(language, rule)| rule.skills.keys().any(|skill| skill.as_str() == language))
    }

    fn promise(&mut self, word: &str, fact: &Fact, conversation: &str) -> Option<Line> {
        let (what, who, rest) = match word {
            "sla.met" => {
                self.tally.kept += 1;
                return None;
            }
            "sla.met_late" => (Word::Late, "", "what was promised was done, too late".to_owned()),
            "sla.warned" => (Word::Warned, "", "a promise is near its end".to_owned()),
            "sla.breached" => {
                self.tally.breached += 1;
                (Word::Breached, "", "a promise is broken".to_owned())
            }
            "escalation.raised" => {
                self.tally.escalations += 1;
                let notify = fact.data["notify"].as_array().map(Vec::as_slice).unwrap_or_default();
                let notify: Vec<&str> = notify.iter().filter_map(Value::as_str).collect();
                let mailboxes = notify.iter().filter_map(|told| told.strip_prefix("email:"));
                self.tally.told.extend(mailboxes.map(str::to_owned));
                (Word::Escalated, "", format!("rung {} to {}", fact.data["rung"], notify.join(", ")))
            }
            "escalation.acked" => {
                self.tally.acked += 1;
                (Word::Acked, fact.actor.as_str(), "takes care of it".to_owned())
            }
            _ => return None,
        };
        Some(self.line(conversation, what, who, rest))
    }

    pub(super) fn line(&self, about: &str, what: Word, who: &str, rest: String) -> Line {
        let at = self.began.map_or(0, |began| self.latest.since(began).0);
        Line { at, about: about.to_owned(), what, who: who.to_owned(), rest, under: Vec::new() }
    }
}

/// The content of one message in the answer of `conversation.get`.
fn content_of<'a>(seen: &'a Value, number: &str) -> &'a Value {
    let messages = seen["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    messages.iter().find(|message| message["message"] == number).unwrap_or(&Value::Null)
}

/// The English name of a language of the demo.
pub fn language_name(code: &str) -> &str {
    match code {
        "en" => "English",
        "pl" => "Polish",
        "tl" => "Tagalog",
        "zh" => "Chinese",
        other => other,
    }
}

/// A span in seconds, with one decimal.
pub fn seconds(ms: i64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}
