//! Drives an engine through a story as the daemon would: time passes by jumping from deadline to deadline,
//! messages bear digests made here, and after each step the invariants hold.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use switchboard::config;
use switchboard::domain::{
    Change, Channel, Content, Digest, InboundMessage, InboundUpdate, Name, Party, Source, Span, Thread,
    ThreadKey, ThreadScope, Timestamp,
};
use switchboard::engine::command::{Command, ContactRef, Door, MailOutcome, Order};
use switchboard::engine::event::{Event, Recorded};
use switchboard::engine::{Accepted, Engine, Rejection, site_order};
use switchboard::policy::Policy;

use super::story::{self, Ask, Deed, Message, Step, Update};
use super::transcript::Transcript;

/// Monday, 2 March 2026, 00:00 UTC: where every story's day 1 begins.
pub const MIDNIGHT: Timestamp = Timestamp(1_772_409_600_000);
/// More slices of due work than any story needs in one go.
const SLICES_MAX: usize = 10_000;

/// An engine with all that surrounds it.
pub struct World {
    engine: Engine,
    policy: Arc<Policy>,
    sources: Vec<Source>,
    records: Vec<Recorded>,
    transcript: Transcript,
    now: Timestamp,
    inseq: u64,
    /// What came in while the daemon was down.
    backlog: Option<Vec<Step>>,
    last_message: Option<InboundMessage>,
    /// The id that it bears.
    last_id: String,
    /// The id of each message that the engine numbered.
    ids: BTreeMap<String, String>,
}

impl World {
    /// A site that leads and has adopted a policy; nobody is signed in.
    pub fn open(file: &str) -> World {
        let (policy, sources) = load(file);
        let mut world = World {
            engine: Engine::new(),
            policy,
            sources,
            records: Vec::new(),
            transcript: Transcript::default(),
            now: MIDNIGHT,
            inseq: 0,
            backlog: None,
            last_message: None,
            last_id: String::new(),
            ids: BTreeMap::new(),
        };
        world.lead();
        world.site(Command::AdoptPolicy(world.policy.clone()));
        world.transcript.take();
        world
    }

    /// Tells the lines of a story; their transcript.
    pub fn tell(&mut self, text: &str) -> String {
        for step in story::read(text, MIDNIGHT).steps {
            self.step(step);
        }
        self.transcript.take()
    }

    /// The end of a story: what is due now still happens, and a replay finds the same.
    pub fn end(mut self) -> String {
        self.pass_time(self.now);
        self.replayed();
        self.transcript.take()
    }

    fn step(&mut self, step: Step) {
        assert!(step.at >= self.now, "the lines of a story are in the order of time: {step:?}");
        if self.backlog.is_some() && !matches!(step.deed, Deed::Start) {
            self.backlog.iter_mut().for_each(|backlog| backlog.push(step.clone()));
            return;
        }
        if self.backlog.is_none() {
            // What is due at this very instant happens after what the line says.
            self.pass_time(Timestamp(step.at.0 - 1));
        }
        self.now = step.at;
        match step.deed {
            Deed::Wait => self.pass_time(step.at),
            Deed::Message(message) => self.receive(&message),
            Deed::Again { input, at } => {
                let mut message = self.last_message.clone().expect("a message came before");
                if let Some(ours) = at {
                    message.received_at = self.now;
                    message.source = self.source(message.channel, &ours);
                    message.also.clear();
                    message.own_also.clear();
                    message.thread.own = Some(mail_key(&message.source, &self.last_id));
                }
                self.take_in(message, input);
            }
            Deed::Update(update) => self.update(&update),
            Deed::Ask(ask) => self.ask(&ask),
            Deed::Stop => self.backlog = Some(Vec::new()),
            Deed::Start => self.start(),
            Deed::Reload(file) => {
                (self.policy, self.sources) = load(&file);
                self.site(Command::AdoptPolicy(self.policy.clone()));
            }
        }
    }

    /// Does what is due up to an instant, each at its own.
    fn pass_time(&mut self, until: Timestamp) {
        for _ in 0..SLICES_MAX {
            match self.engine.next_deadline() {
                Some(due) if due <= until => {
                    self.now = self.now.max(due);
                    self.site(Command::PassTime);
                }
                _ => return,
            }
        }
        panic!("due work does not end");
    }

    /// The daemon starts from its journal, reads what came in meanwhile, and then does what fell due: what
    /// was asked in time counts.
    fn start(&mut self) {
        self.engine = Engine::resume(self.policy.clone(), self.replayed().state().clone());
        self.lead();
        let (now, backlog) = (self.now, self.backlog.take().unwrap_or_default());
        for Step { at, deed } in backlog {
            match deed {
                Deed::Message(message) => {
                    self.receive(&Message { received_at: Some(at), ..message });
                }
                Deed::Update(update) => self.update(&Update { received_at: Some(at), ..update }),
                Deed::Ask(ask) => self.ask(&Ask { asked_at: Some(at), ..ask }),
                _ => panic!("a daemon that is down can only be sent messages and commands: {deed:?}"),
            }
        }
        self.now = now;
        self.pass_time(now);
    }

    /// What the records alone make of it, whatever the policy: the same state.
    pub fn replayed(&self) -> Engine {
        let replayed = Engine::replay(Policy::empty(), self.records.iter().cloned());
        assert!(replayed.state() == self.engine.state(), "a replay differs from what happened");
        replayed
    }

    fn lead(&mut self) {
        let epoch = self.engine.state().epoch + 1;
        self.site(Command::Lead { epoch, instance: "test".to_owned(), version: "1.0.0".to_owned() });
    }

    fn site(&mut self, command: Command) {
        let accepted = self.handle(&site_order(command));
        accepted.expect("the daemon's own commands are carried out");
    }

    fn receive(&mut self, message: &Message) {
        let id = message.id.clone().unwrap_or_else(|| format!("theirs-{}", self.inseq + 1));
        let id = self.ids.get(&id).unwrap_or(&id).clone();
        let source = self.source(message.channel, &message.to);
        let also: Vec<Name> = message.also.iter().map(|ours| self.source(message.channel, ours)).collect();
        let is_email = message.channel == Channel::Email;
        let own: Vec<ThreadKey> =
            [&source].into_iter().chain(&also).filter(|_| is_email).map(|at| mail_key(at, &id)).collect();
        let conversation = |token: &String| token.parse().expect("a token names a conversation");
        let (token, mark) =
            (message.token.as_ref().map(conversation), message.mark.as_ref().map(conversation));
        let content = Content {
            from: Party { address: message.from.clone(), name: None },
            subject: message.subject.clone(),
            text: message.text.clone(),
            flags: message.no_reply.then(|| "no_reply".to_owned()).into_iter().collect(),
            ..Content::default()
        };
        let address = |address: &String| digest(&[message.channel.as_str(), address]);
        let subject = message.subject.as_deref().unwrap_or_default();
        let base = subject.strip_prefix("Re:").unwrap_or(subject).trim();
        let message = InboundMessage {
            thread: Thread {
                token,
                subject_token: mark,
                parents: self.parents(message, &source, &also),
                own: own.first().copied(),
            },
            own_also: own.into_iter().skip(1).collect(),
            others: message.cc.iter().map(address).collect(),
            subject: (is_email && !base.is_empty()).then(|| digest(&["subject", source.as_str(), base])),
            answers_subject: subject.starts_with("Re:"),
            is_forward: message.is_forward,
            is_suspect: message.is_suspect,
            class: message.class,
            key: (!is_email).then(|| digest(&["message", &id])),
            group: message.group.as_ref().map(|group| digest(&["group", group])),
            is_echo: message.echo,
            opens: message.opens.unwrap_or(message.class.may_open()),
            aliases: message.aliases.iter().map(address).collect(),
            keyword: message.keyword,
            reply_window: message.window.map(Span::hours),
            language: message.language.as_deref().map(Arc::from),
            sent_at: message.sent_at,
            also,
            ..InboundMessage::new(
                message.channel,
                source,
                message.to.as_str().into(),
                address(&message.from),
                digest(&["dedupe", &id, &message.text]),
                message.received_at.unwrap_or(self.now),
                Arc::new(content),
            )
        };
        self.take_in(message, None);
        self.note_id(&id);
        self.last_id = id;
    }

    /// What a message answers: by mail each id at each of its mailboxes, elsewhere the thread of the channel.
    fn parents(&self, message: &Message, source: &Name, also: &[Name]) -> Vec<ThreadKey> {
        let thread = match message.channel {
            Channel::Sms => Some(key(ThreadScope::Channel, &["sms", &message.from, &message.to])),
            Channel::Chat => {
                let thread = message.thread.as_ref().unwrap_or(&message.from);
                Some(key(ThreadScope::Channel, &["chat", thread]))
            }
            Channel::Work => {
                message.thread.as_ref().map(|thread| key(ThreadScope::Channel, &["work", thread]))
            }
            Channel::Email => None,
        };
        let aliases: Vec<ThreadKey> = match (message.channel, &message.thread) {
            (Channel::Chat, None) => {
                let others = message.aliases.iter();
                others.map(|other| key(ThreadScope::Channel, &["chat", other])).collect()
            }
            _ => Vec::new(),
        };
        let answered = message.reply_to.iter().chain(message.references.iter().rev());
        let ids = answered.map(|name| self.ids.get(name).unwrap_or(name)).filter(|_| thread.is_none());
        let keys = ids.flat_map(|id| [source].into_iter().chain(also).map(move |at| mail_key(at, id)));
        aliases.into_iter().chain(thread).chain(keys).collect()
    }

    fn update(&mut self, update: &Update) {
        let of = update.of.as_ref().map(|name| self.ids.get(name).unwrap_or(name).clone());
        let source = self.source(update.channel, &update.to);
        let key_of = |id: &str| match update.channel {
            Channel::Email => mail_key(&source, id).digest,
            _ => digest(&["message", id]),
        };
        let change = format!("{:?}", update.change);
        let said = [update.text.as_str(), update.id.as_deref().unwrap_or_default()].concat();
        let parts = ["update", &update.from, of.as_deref().unwrap_or_default(), &change, &said];
        let token = update.token.as_ref().map(|token| token.parse().expect("a token names a conversation"));
        let from = Party { address: update.from.clone(), name: None };
        let told = [("unsubscribed", "opted_out"), ("subscribed", "opted_in")];
        let flag = told.iter().find(|(word, _)| *word == update.text).map(|(_, flag)| (*flag).to_owned());
        let flags = flag.into_iter().collect();
        let content = Content { from, text: update.text.clone(), flags, ..Content::default() };
        let update = InboundUpdate {
            channel: update.channel,
            source: source.clone(),
            to: update.to.as_str().into(),
            from: Some(digest(&[update.channel.as_str(), &update.from])),
            token,
            threads: std::iter::once(&update.from)
                .chain(&update.addresses)
                .filter_map(|theirs| thread_of(update.channel, theirs, &update.to, update.thread.as_deref()))
                .collect(),
            targets: of.iter().map(|id| key_of(id)).collect(),
            watermark: update.until,
            dedupe: digest(&parts),
            change: match &update.change {
                Change::Link { .. } => {
                    let word = update.channel.as_str();
                    let addresses = update.addresses.iter().map(|other| digest(&[word, other])).collect();
                    Change::Link { addresses }
                }
                change => change.clone(),
            },
            sent_at: update.sent_at,
            received_at: update.received_at.unwrap_or(self.now),
            content: Arc::new(content),
        };
        let door = self.input(update.received_at);
        let order = Order { door, ..site_order(Command::ReceiveUpdate(Box::new(update))) };
        match self.handle(&order) {
            Ok(Accepted::Unchanged) => self.transcript.say(self.now, "update", "unchanged", ""),
            Ok(_) => {}
            Err(rejection) => self.transcript.refused(self.now, "update", &rejection),
        }
    }

    /// The source of one of our addresses.
    fn source(&self, channel: Channel, ours: &str) -> Name {
        let source = self.sources.iter().find(|source| {
            source.channel == channel && source.addresses.iter().any(|address| **address == *ours)
        });
        source.map_or_else(|| name("elsewhere"), |source| source.name.clone())
    }

    /// Gives a command what a decoder would: sources, digests and keys, as messages have them.
    fn complete(&self, command: &mut Command, id: &str, key_of_mail: ThreadKey) {
        match command {
            Command::Reply { own, .. } => *own = Some(key_of_mail),
            Command::Start(start) => {
                start.source = self.source(start.channel, &start.from);
                let theirs = start.to.address.clone();
                start.contact = digest(&[start.channel.as_str(), &theirs]);
                let thread = match start.channel {
                    Channel::Sms => Some(key(ThreadScope::Channel, &["sms", &theirs, &start.from])),
                    Channel::Chat => Some(key(ThreadScope::Channel, &["chat", &theirs])),
                    Channel::Email | Channel::Work => None,
                };
                start.threads = thread.into_iter().collect();
                start.own = thread.or(Some(key_of_mail));
                let subject = start.reply.subject.as_deref().filter(|_| start.channel == Channel::Email);
                start.subject = subject.map(|subject| digest(&["subject", start.source.as_str(), subject]));
            }
            Command::SetOptOut(wish) => {
                let source = self.sources.iter().find(|source| source.name == wish.source);
                wish.channel = source.map_or(wish.channel, |source| source.channel);
                wish.contact = digest(&[wish.channel.as_str(), &wish.to.address]);
            }
            Command::LinkContacts(two) => two.iter_mut().for_each(address),
            Command::UnlinkContact(who) => address(who),
            Command::CreateWork(work) => {
                work.source = self.source(Channel::Work, &work.to);
                let address = work.content.from.address.as_str();
                work.contact = (!address.is_empty()).then(|| digest(&["work", address]));
                let asked = self.engine.state().seq.0.to_string();
                work.dedupe = digest(&["work-command", if id.is_empty() { &asked } else { id }]);
            }
            _ => {}
        }
    }

    fn take_in(&mut self, message: InboundMessage, input: Option<u64>) {
        self.last_message = Some(message.clone());
        let fresh = self.input(message.received_at);
        let door = input.map_or(fresh, |inseq| Door::Input { inseq, stored_at: message.received_at });
        let command = Command::ReceiveMessage(Box::new(message));
        let answer = self.handle(&Order { door, ..site_order(command) });
        if let Err(rejection) = answer {
            self.transcript.refused(self.now, "message", &rejection);
        }
    }

    fn ask(&mut self, ask: &Ask) {
        let is_input = ask.asked_at.is_some() || matches!(ask.command, Command::RefuseInput(_));
        let door = if is_input { self.input(ask.asked_at.unwrap_or(self.now)) } else { Door::Api };
        let mut command = ask.command.clone();
        let given = ask.id.as_deref().unwrap_or_default();
        let id = match given {
            "" => format!("ours-{}", self.records.len()),
            given => format!("ours-{}-{given}", ask.actor),
        };
        self.complete(&mut command, given, key(ThreadScope::Ours, &["email", &id]));
        if let (Command::EndMail { outcome: MailOutcome::Sent { keys, .. }, .. }, Some(external)) =
            (&mut command, &ask.external)
        {
            let mailboxes = self.sources.iter().filter(|source| source.channel == Channel::Email);
            *keys = mailboxes.map(|it| (it.name.clone(), mail_key(&it.name, external).digest)).collect();
        }
        if let (Command::ReportDelivery { keys, .. }, Some(external)) = (&mut command, &ask.external) {
            let key = digest(&["message", external]);
            *keys = self.sources.iter().map(|source| (source.name.clone(), key)).collect();
        }
        let key = ask.id.as_ref().map(|id| digest(&["command", &ask.actor, id]));
        let order = Order { actor: name(&ask.actor), door, key, if_version: ask.version, command };
        match self.handle(&order) {
            Ok(Accepted::Recorded(_)) => self.note_id(&id),
            Ok(Accepted::Repeated(_)) => self.transcript.say(self.now, "command", "repeated", ""),
            Ok(Accepted::Unchanged) => self.transcript.say(self.now, "command", "unchanged", ""),
            // By the durable door the refusal is an event.
            Err(_) if is_input => {}
            Err(rejection) => self.transcript.refused(self.now, "command", &rejection),
        }
    }

    fn handle(&mut self, order: &Order) -> Result<Accepted, Rejection> {
        let answer = self.engine.handle(self.now, order);
        for recorded in self.engine.events() {
            self.transcript.record(recorded);
            self.records.push(recorded.clone());
        }
        let violations = self.engine.check_invariants();
        assert!(violations.is_empty(), "after {order:?}: {violations:?}");
        answer
    }

    fn input(&mut self, stored_at: Timestamp) -> Door {
        self.inseq += 1;
        Door::Input { inseq: self.inseq, stored_at }
    }

    /// Remembers which id the message bears that the engine just numbered, so that a line can answer it.
    fn note_id(&mut self, id: &str) {
        for recorded in self.engine.events() {
            let number = match &recorded.event {
                Event::MessageReceived(received) => received.message,
                Event::MessageReplied(replied) => replied.message,
                Event::MessageEchoed(echoed) => echoed.message,
                _ => continue,
            };
            self.ids.insert(number.to_string(), id.to_owned());
        }
    }
}

pub fn load(file: &str) -> (Arc<Policy>, Vec<Source>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/policies").join(file);
    let loaded = config::load(&path).unwrap_or_else(|report| panic!("{report}"));
    (Arc::new(loaded.policy), loaded.settings.sources)
}

/// The thread of a channel that has threads of its own.
fn thread_of(channel: Channel, theirs: &str, ours: &str, thread: Option<&str>) -> Option<ThreadKey> {
    match channel {
        Channel::Sms => Some(key(ThreadScope::Channel, &["sms", theirs, ours])),
        Channel::Chat => Some(key(ThreadScope::Channel, &["chat", thread.unwrap_or(theirs)])),
        Channel::Work => thread.map(|thread| key(ThreadScope::Channel, &["work", thread])),
        Channel::Email => None,
    }
}

/// The digest of an address that a command names, as messages have it.
fn address(who: &mut ContactRef) {
    if let ContactRef::Address { digest: key, channel, party } = who {
        *key = digest(&[channel.as_str(), &party.address]);
    }
}

fn name(text: &str) -> Name {
    text.parse().expect("a story names its people as the rules do")
}

fn key(scope: ThreadScope, parts: &[&str]) -> ThreadKey {
    ThreadKey { digest: digest(parts), scope }
}

/// The key of a mail's id: what we issued is one thing at every mailbox.
fn mail_key(source: &Name, id: &str) -> ThreadKey {
    match id.starts_with("ours-") {
        true => key(ThreadScope::Theirs, &["email", id]),
        false => key(ThreadScope::Theirs, &["email", source.as_str(), id]),
    }
}

/// FNV-1a over the parts, each ended: enough to tell the texts of a story apart.
fn digest(parts: &[&str]) -> Digest {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    Digest(bytes.fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    }))
}
