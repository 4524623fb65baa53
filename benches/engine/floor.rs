//! A contact centre in a closed loop: what an agent resolves makes room for the next arrival. It answers
//! what the engine records, first come, first served, so the load stays as it was filled.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use fastrand::Rng;
use switchboard::domain::{
    AgentId, Capacity, Channel, Content, ConversationId, Digest, InboundMessage, Metric, Name, OfferId,
    Proficiency, Reply, SITE_ACTOR, Span, Thread, ThreadKey, ThreadScope, Timestamp,
};
use switchboard::engine::command::{Command, Door, Order};
use switchboard::engine::event::{Event, Recorded};
use switchboard::engine::{Engine, site_order};
use switchboard::policy::{
    AgentRule, Matcher, OFFER_TIMEOUT, OwnerOffline, Policy, QueueRule, Route, RouteTable, SiteRules,
    Warning, promise,
};

/// How much time passes with each command.
const STEP: Span = Span(1);
/// What people write on: work takes no replies.
const CHANNELS: [Channel; 3] = [Channel::Chat, Channel::Email, Channel::Sms];
/// The skills of each agent.
const SKILLS: usize = 10;

pub struct Floor {
    pub engine: Engine,
    /// Everything recorded, when somebody wants to replay it.
    pub keep: Option<Vec<Recorded>>,
    rng: Rng,
    now: Timestamp,
    agents: Vec<Name>,
    site: Name,
    sources: [Name; Channel::ALL.len()],
    content: Arc<Content>,
    languages: Vec<Arc<str>>,
    reply: Arc<Reply>,
    inseq: u64,
    next: VecDeque<Next>,
}

/// What somebody does next.
enum Next {
    Arrive,
    Accept(AgentId, OfferId),
    Reply(AgentId, ConversationId),
    Resolve(AgentId, ConversationId),
}

fn name(text: &str) -> Name {
    text.parse().expect("the bench's names are names")
}

impl Floor {
    pub fn new(agents: usize, classes: usize) -> Floor {
        Floor::keeping(agents, classes, None)
    }

    /// One that keeps what is recorded from its first record on.
    pub fn keeping(agents: usize, classes: usize, keep: Option<Vec<Recorded>>) -> Floor {
        let mut rng = Rng::with_seed(1);
        let queues = classes.div_ceil(CHANNELS.len());
        let policy = policy(&mut rng, agents, queues);
        let mut floor = Floor {
            engine: Engine::new(),
            keep,
            rng,
            now: Timestamp(1_800_000_000_000),
            agents: policy.agents.keys().cloned().collect(),
            site: name(SITE_ACTOR),
            sources: Channel::ALL.map(|channel| name(channel.as_str())),
            content: Arc::new(Content::default()),
            languages: (0..queues).map(|queue| format!("l{queue}").into()).collect(),
            reply: Arc::new(Reply::default()),
            inseq: 0,
            next: VecDeque::new(),
        };
        let policy = Arc::new(policy);
        // The names of a large site take several steps.
        while floor.engine.state().policy != policy.digest {
            floor.handle(site_order(Command::AdoptPolicy(policy.clone())));
        }
        while floor.engine.next_deadline().is_some() {
            floor.handle(site_order(Command::PassTime));
        }
        for actor in floor.agents.clone() {
            floor.handle(by(actor, Command::SignIn));
        }
        floor
    }

    /// So many conversations at once; what no agent has room for waits.
    pub fn fill(&mut self, open: usize) {
        for _ in 0..open {
            let order = self.arrival(0);
            self.handle(order);
        }
    }

    /// The next command in its turn.
    pub fn next(&mut self) -> (Timestamp, Order) {
        self.now = self.now.after(STEP);
        let order = match self.next.pop_front() {
            _ if self.engine.next_deadline().is_some_and(|due| due <= self.now) => {
                site_order(Command::PassTime)
            }
            Some(Next::Accept(agent, offer)) => self.by_agent(agent, Command::AcceptOffer(offer)),
            Some(Next::Reply(agent, conversation)) => {
                let reply = self.reply.clone();
                self.by_agent(agent, Command::Reply { conversation, reply, own: None })
            }
            Some(Next::Resolve(agent, conversation)) => self.by_agent(agent, Command::Resolve(conversation)),
            Some(Next::Arrive) | None => self.arrival(0),
        };
        (self.now, order)
    }

    /// What follows from what the last command recorded.
    pub fn note_events(&mut self) {
        for recorded in self.engine.events() {
            match &recorded.event {
                Event::OfferMade(made) => self.next.push_back(Next::Accept(made.agent, made.offer)),
                Event::OfferAccepted(end) => self.next.push_back(Next::Reply(end.agent, end.conversation)),
                Event::MessageReplied(replied) => {
                    let conversation = replied.conversation;
                    let state = self.engine.state();
                    let interaction = state.open_conversation(conversation).interaction;
                    let offer = interaction.map(|id| state.open_interaction(id).phase);
                    if let Some(switchboard::engine::state::Phase::Assigned(agent)) = offer {
                        self.next.push_back(Next::Resolve(agent, conversation));
                    }
                }
                Event::InteractionClosed { .. } => self.next.push_back(Next::Arrive),
                _ => {}
            }
        }
        if let Some(keep) = &mut self.keep {
            keep.extend_from_slice(self.engine.events());
        }
    }

    /// A conversation with eight thread keys. A day passes now and then, so that dedupe keeps little.
    pub fn open_long_thread(&mut self) {
        let first = self.arrival(1);
        let Command::ReceiveMessage(message) = first.command.clone() else { return };
        self.handle(first);
        for _ in 0..6 {
            let mut message = message.clone();
            message.dedupe = Digest(self.rng.u128(..));
            message.thread.own =
                Some(ThreadKey { digest: Digest(self.rng.u128(..)), scope: ThreadScope::Theirs });
            let order = self.input(*message);
            self.handle(order);
        }
        if self.inseq.is_multiple_of(1_000) {
            self.now = self.now.after(Span::hours(24));
        }
    }

    fn handle(&mut self, order: Order) {
        self.engine.handle(self.now, &order).expect("what the bench asks for is accepted");
        self.note_events();
    }

    fn by_agent(&self, agent: AgentId, command: Command) -> Order {
        by(self.engine.state().names.agent(agent).clone(), command)
    }

    fn arrival(&mut self, own: usize) -> Order {
        let mut digest = || Digest(self.rng.u128(..));
        let channel_key = ThreadKey { digest: digest(), scope: ThreadScope::Channel };
        let own = (own > 0).then(|| ThreadKey { digest: digest(), scope: ThreadScope::Theirs });
        let (from, dedupe) = (digest(), digest());
        let language = self.rng.choice(&self.languages).cloned();
        let channel = self.rng.choice(CHANNELS).expect("there are channels");
        let message = InboundMessage {
            thread: Thread { token: None, parents: vec![channel_key], own, ..Thread::default() },
            language,
            ..InboundMessage::new(
                channel,
                self.sources[channel.index()].clone(),
                "ours".into(),
                from,
                dedupe,
                self.now,
                self.content.clone(),
            )
        };
        self.input(message)
    }

    fn input(&mut self, mut message: InboundMessage) -> Order {
        self.inseq += 1;
        message.received_at = self.now;
        let door = Door::Input { inseq: self.inseq, stored_at: self.now };
        let command = Command::ReceiveMessage(Box::new(message));
        Order { actor: self.site.clone(), door, key: None, if_version: None, command }
    }
}

fn by(actor: Name, command: Command) -> Order {
    Order { actor, door: Door::Api, key: None, if_version: None, command }
}

/// Each queue asks one skill, and with each channel makes a class; every agent has one slot and ten skills.
/// With no agents there are no promises either, since then only memory is looked at.
fn policy(rng: &mut Rng, agents: usize, queues: usize) -> Policy {
    let level = |level| Proficiency::new(level).expect("1 to 5 is a level");
    let skill = |number: usize| name(&format!("s{number}"));
    let queue = |number: usize| name(&format!("q{number}"));
    let agent = |rng: &mut Rng| AgentRule {
        skills: (0..SKILLS).map(|_| (skill(rng.usize(..queues)), level(rng.u8(2..=5)))).collect(),
        capacity: Capacity { units: 1, costs: [1; Channel::ALL.len()], maxima: [None; Channel::ALL.len()] },
    };
    let warnings = [Warning::Percent(80)];
    let promises = Metric::ALL.map(|metric| Arc::new(promise(None, metric, Span::hours(2), &warnings, None)));
    let promises: Arc<[_]> = if agents == 0 { Arc::new([]) } else { Arc::new(promises) };
    let rule = |number: usize| QueueRule {
        priority: 10,
        needs: BTreeMap::from([(skill(number), level(2))]),
        promises: promises.clone(),
        offer_timeout: OFFER_TIMEOUT,
        owner_offline: OwnerOffline::Requeue,
        wrap_up: Span(0),
    };
    let route = |number: usize| Route {
        name: name(&format!("r{number}")),
        rank: number as i64,
        matchers: vec![Matcher::Language(vec![format!("l{number}")])],
        queue: queue(number),
        needs: BTreeMap::new(),
        priority: None,
    };
    Policy {
        digest: Digest(1),
        site: SiteRules { dedupe_max: 1_000, ..SiteRules::default() },
        actors: BTreeMap::new(),
        reports: BTreeMap::new(),
        agents: (0..agents).map(|number| (name(&format!("a{number}")), agent(rng))).collect(),
        queues: (0..queues).map(|number| (queue(number), rule(number))).collect(),
        sources: Channel::ALL.map(|channel| (name(channel.as_str()), channel)).into(),
        routes: RouteTable::new((0..queues).map(route).collect()),
        default_queue: Some(queue(0)),
    }
}
