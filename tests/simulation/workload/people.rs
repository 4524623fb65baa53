//! What people of ours begin: conversations, notes, work, and agents whom no file names.

use std::collections::BTreeMap;
use std::sync::Arc;

use switchboard::domain::{
    Capacity, Channel, Content, Digest, Name, Party, Proficiency, Reply, SITE_ACTOR, ThreadScope,
};
use switchboard::engine::command::{Command, NewWork, Order, Start, WantedAgent};
use switchboard::engine::state::State;

use super::{CONTACTS, Workload};
use crate::site::{SERVICE, SUPERVISOR, name, source, thread_key};

const QUEUES: [&str; 5] = ["general", "billing", "support", "sales", "no-such-queue"];
const SKILLS: [&str; 7] = ["billing", "technical", "english", "polish", "sales", "juggling", "singing"];
const NEWCOMERS: [&str; 3] = ["ida", "jon", "kit"];

impl Workload {
    /// An agent writes first, mostly one who is there, to somebody who may be in a conversation already.
    pub(super) fn start(&mut self, state: &State) -> Order {
        let channel = self.rng.choice(Channel::ALL).expect("there are channels");
        let contact = Digest(self.rng.u128(1..=CONTACTS));
        self.counted += 1;
        let thread = (channel != Channel::Email).then(|| {
            let number = (channel.index() as u128 + 1) * 1_000 + contact.0;
            thread_key(number, ThreadScope::Channel)
        });
        let of_mail = thread_key(20_000 + self.counted, ThreadScope::Ours);
        let to = Party { address: contact.to_string(), name: None };
        let queue = self.rng.choice(QUEUES).filter(|_| self.one_in(2)).map(name);
        let reply = Reply { text: "hello there".to_owned(), to: Some(to.clone()), ..Reply::default() };
        let start = Start {
            source: if self.one_in(30) { name("nowhere") } else { source(channel) },
            channel,
            from: "our-address".into(),
            contact,
            to,
            own: thread.or(Some(of_mail)),
            threads: thread.into_iter().collect(),
            subject: (channel == Channel::Email && self.one_in(2))
                .then(|| Digest(self.rng.u128(1..=3) << 100)),
            is_windowed: channel == Channel::Chat && self.one_in(3),
            queue,
            language: None,
            reply: Arc::new(reply),
        };
        let actor = self.agent_who(state, |agent| agent.presence.is_signed_in());
        self.asked_by(actor, Command::Start(Box::new(start)))
    }

    pub(super) fn note(&mut self, state: &State) -> Order {
        let (actor, conversation) = self.held(state);
        self.asked_by(actor, Command::Note { conversation, text: "a note".into() })
    }

    /// Work by a backend or a person; at times the same again, or about nobody.
    pub(super) fn create_work(&mut self, state: &State) -> Order {
        self.counted += 1;
        let again = if self.one_in(6) { self.rng.u128(1..9) } else { 0 };
        let dedupe = Digest(3_000_000 + self.counted.saturating_sub(again));
        let text = ["general", "billing urgent", "support"];
        let content = Content {
            subject: Some("a call-back".to_owned()),
            text: self.rng.choice(text).expect("there are texts").to_owned(),
            ..Content::default()
        };
        let contact = Digest(self.rng.u128(1..=CONTACTS));
        let work = NewWork {
            source: source(Channel::Work),
            to: "desk".into(),
            contact: (!self.one_in(4)).then_some(contact),
            dedupe,
            language: None,
            content: Arc::new(content),
        };
        let actor = match self.rng.u8(..3) {
            0 => name(SUPERVISOR),
            1 => name(SERVICE),
            _ => self.agent_who(state, |agent| agent.presence.is_signed_in()),
        };
        self.asked_by(actor, Command::CreateWork(Box::new(work)))
    }

    /// An agent whom no file names, mostly: the eight are at times, and so are those who may not be.
    pub(super) fn upsert_agent(&mut self) -> Order {
        let agent: Name = match self.rng.u8(..12) {
            0 => name(SERVICE),
            1 => name(SITE_ACTOR),
            2..7 => name(self.rng.choice(NEWCOMERS).expect("there are some")),
            _ => self.agent(),
        };
        let mut skills = BTreeMap::new();
        for skill in SKILLS {
            if self.rng.bool() {
                skills.insert(name(skill), Proficiency::new(self.rng.u8(1..=5)).expect("1 to 5 is a level"));
            }
        }
        let units = self.rng.u32(1..=4);
        let capacity = Capacity { units, costs: [1; Channel::ALL.len()], maxima: [None; Channel::ALL.len()] };
        let actor = match self.rng.u8(..10) {
            0 => self.agent(),
            1..4 => name(SERVICE),
            _ => name(SUPERVISOR),
        };
        self.asked_by(actor, Command::UpsertAgent(Box::new(WantedAgent { agent, skills, capacity })))
    }
}
