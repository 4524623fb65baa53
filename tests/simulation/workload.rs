//! What happens to a site, drawn from one seed: a weighted table of actions, and how time goes on between
//! them. It looks at the state only to ask for things that exist; as often it asks for what does not.

mod holds;
mod kin;
mod people;
mod updates;

use std::sync::Arc;

use fastrand::Rng;
use switchboard::domain::SITE_ACTOR;
use switchboard::domain::{
    AgentId, Channel, ClockId, Content, ConversationId, Digest, InboundMessage, InboundUpdate, MailId,
    MessageClass, MessageId, Name, OfferId, Party, Presence, Reply, Span, Thread, ThreadScope, Timestamp,
};
use switchboard::engine::command::{Command, Door, MailOutcome, Order, RefusedInput};
use switchboard::engine::site_order;
use switchboard::engine::state::{Agent, State};

use crate::site::{SERVICE, SUPERVISOR, Site, name, second_mailbox, source, thread_key};

/// From how many addresses messages come.
const CONTACTS: u128 = 30;
/// With so many conversations open supervisors begin to act on them.
const OPEN_MAX: usize = 50;
/// How many inputs are remembered to be sent again.
const SENT_MAX: usize = 30;

/// One step: an order at its instant.
#[derive(Clone, Debug)]
pub struct Step {
    pub now: Timestamp,
    pub order: Order,
}

pub struct Workload {
    rng: Rng,
    site: Site,
    now: Timestamp,
    inseq: u64,
    counted: u128,
    sent: Vec<InboundMessage>,
    keyed: Vec<Order>,
    /// The number of the newest key of a message.
    named: u128,
    told: Vec<InboundUpdate>,
}

#[derive(Clone, Copy)]
enum Action {
    Receive,
    ReceiveAgain,
    SignIn,
    ChangePresence,
    SignOut,
    Lose,
    Return,
    Accept,
    Decline,
    Reply,
    Resolve,
    Requeue,
    Pend,
    Resume,
    Transfer,
    Set,
    FinishWrapUp,
    Ack,
    Start,
    Note,
    CreateWork,
    UpsertAgent,
    RepeatKeyed,
    ChangePolicy,
    EndMail,
    Report,
    Update,
    UpdateAgain,
    Echo,
    Link,
    Lead,
    Refuse,
    MarkPosition,
    PassTime,
}

/// How often each happens, against the sum.
const WEIGHTS: [(Action, u32); 34] = [
    (Action::Receive, 200),
    (Action::ReceiveAgain, 20),
    (Action::SignIn, 100),
    (Action::ChangePresence, 60),
    (Action::SignOut, 15),
    (Action::Lose, 10),
    (Action::Return, 10),
    (Action::Accept, 250),
    (Action::Decline, 30),
    (Action::Reply, 140),
    (Action::Resolve, 170),
    (Action::Requeue, 25),
    (Action::Pend, 45),
    (Action::Resume, 10),
    (Action::Transfer, 60),
    (Action::Set, 30),
    (Action::FinishWrapUp, 30),
    (Action::Ack, 20),
    (Action::Start, 30),
    (Action::Note, 20),
    (Action::CreateWork, 30),
    (Action::UpsertAgent, 15),
    (Action::RepeatKeyed, 20),
    (Action::ChangePolicy, 12),
    (Action::EndMail, 60),
    (Action::Report, 40),
    (Action::Update, 90),
    (Action::UpdateAgain, 10),
    (Action::Echo, 15),
    (Action::Link, 12),
    (Action::Lead, 4),
    (Action::Refuse, 3),
    (Action::MarkPosition, 3),
    (Action::PassTime, 40),
];

impl Workload {
    pub fn new(seed: u64) -> Workload {
        let mut rng = Rng::with_seed(seed);
        let site = Site::draw(&mut rng);
        let now = Timestamp(1_800_000_000_000);
        Workload {
            rng,
            site,
            now,
            inseq: 0,
            counted: 0,
            sent: Vec::new(),
            keyed: Vec::new(),
            named: 0,
            told: Vec::new(),
        }
    }

    /// A number that no other draw of this workload depends on.
    pub fn draw(&mut self, below: usize) -> usize {
        self.rng.usize(..below)
    }

    /// The first step of every run: a site needs its rules.
    pub fn first(&mut self) -> Step {
        let command = Command::AdoptPolicy(self.site.policy());
        Step { now: self.now, order: site_order(command) }
    }

    pub fn next(&mut self, state: &State, deadline: Option<Timestamp>) -> Step {
        self.pass(deadline);
        let is_due = deadline.is_some_and(|deadline| deadline <= self.now);
        let action = if is_due && self.rng.u8(..10) < 6 { Action::PassTime } else { self.action() };
        let order = self.order(action, state);
        Step { now: self.now, order }
    }

    fn action(&mut self) -> Action {
        let sum: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
        let mut drawn = self.rng.u32(..sum);
        for (action, weight) in WEIGHTS {
            if drawn < weight {
                return action;
            }
            drawn -= weight;
        }
        unreachable!("a number below the sum of the weights falls on one of them")
    }

    /// Time goes on: mostly a little, often to the instant of the next deadline, now and then very far.
    fn pass(&mut self, deadline: Option<Timestamp>) {
        let span = match self.rng.u32(..1_000) {
            0..200 => Span(0),
            200..880 => Span(self.rng.i64(1..4_000)),
            880..950 => return self.now = deadline.unwrap_or(self.now).max(self.now),
            950..982 => Span::minutes(self.rng.i64(1..20)),
            982..992 => Span::hours(self.rng.i64(1..40)),
            992..998 => Span::hours(24 * self.rng.i64(2..20)),
            998 => Span::hours(24 * 100),
            _ => Span::hours(24 * 450),
        };
        self.now = self.now.after(span);
    }

    fn order(&mut self, action: Action, state: &State) -> Order {
        match action {
            Action::Receive => self.receive(state),
            Action::ReceiveAgain => self.receive_again(state),
            Action::SignIn => self.sign_in(state),
            Action::ChangePresence => self.change_presence(state),
            Action::SignOut => self.sign_out(state),
            Action::Lose => site_order(Command::LoseAgent(self.agent())),
            Action::Return => site_order(Command::ReturnAgent(self.lost_agent(state))),
            Action::Accept => self.answer(state, Command::AcceptOffer),
            Action::Decline => self.answer(state, Command::DeclineOffer),
            Action::Reply => self.reply(state),
            Action::Resolve => self.about_conversation(state, Command::Resolve),
            Action::Requeue => self.about_conversation(state, Command::Requeue),
            Action::Pend => self.pend(state),
            Action::Resume => self.resume(state),
            Action::Transfer => self.transfer(state),
            Action::Set => self.set(state),
            Action::FinishWrapUp => self.finish_wrap_up(state),
            Action::Ack => self.ack(state),
            Action::Start => self.start(state),
            Action::Note => self.note(state),
            Action::CreateWork => self.create_work(state),
            Action::UpsertAgent => self.upsert_agent(),
            Action::RepeatKeyed => self.repeat_keyed(),
            Action::ChangePolicy => {
                self.site.change(&mut self.rng);
                site_order(Command::AdoptPolicy(self.site.policy()))
            }
            Action::EndMail => self.end_mail(state),
            Action::Report => self.report(state),
            Action::Update => self.update(state),
            Action::UpdateAgain => self.update_again(state),
            Action::Echo => self.echo(state),
            Action::Link => self.link(state),
            Action::Lead => self.lead(state),
            Action::Refuse => self.refuse(),
            Action::MarkPosition => site_order(Command::MarkPosition),
            Action::PassTime => site_order(Command::PassTime),
        }
    }

    fn receive(&mut self, state: &State) -> Order {
        let channel = self.rng.choice(Channel::ALL).expect("there are channels");
        let from = Digest(self.rng.u128(1..=CONTACTS));
        self.counted += 1;
        let own = thread_key(10_000 + self.counted, ThreadScope::Theirs);
        let text = ["general urgent", "billing", "support urgent", "sales", "hello"];
        let content = Content {
            from: Party { address: from.to_string(), name: None },
            text: self.rng.choice(text).expect("there are texts").to_owned(),
            ..Content::default()
        };
        let message = InboundMessage {
            thread: Thread {
                token: self.one_in(12).then(|| self.conversation(state)),
                parents: self.parents(channel, from),
                own: (channel == Channel::Email).then_some(own),
                ..Thread::default()
            },
            key: (channel != Channel::Email).then(|| self.fresh_key()),
            group: self.one_in(6).then(|| Digest((90_000 + from.0) << 64)),
            ..InboundMessage::new(
                channel,
                source(channel),
                "our-address".into(),
                from,
                // The engine tells late deliveries apart by upper halves, and the window by lower ones.
                Digest((1_000_000 + self.counted) << 64 | (1_000_000 + self.counted)),
                self.a_while_ago(),
                Arc::new(content),
            )
        };
        let mut message = message;
        let class = match self.rng.u8(..30) {
            0..3 => MessageClass::AutoReply,
            3 => MessageClass::Loop,
            4 => MessageClass::Calendar,
            _ => MessageClass::Human,
        };
        message.class = class;
        message.opens = class.may_open() && (class != MessageClass::Calendar || self.one_in(2));
        if channel == Channel::Email {
            self.mail(&mut message);
        } else {
            self.asks(&mut message);
        }
        if self.sent.len() == SENT_MAX {
            self.sent.remove(0);
        }
        self.sent.push(message.clone());
        self.by_input(message)
    }

    fn receive_again(&mut self, state: &State) -> Order {
        match self.rng.choice(&self.sent).cloned() {
            Some(mut message) => {
                message.received_at = self.a_while_ago();
                if message.channel == Channel::Email && self.one_in(3) {
                    message.source = second_mailbox();
                    message.also = Vec::new();
                    message.thread.own = message.own_also.first().copied();
                    message.own_also = Vec::new();
                }
                self.by_input(message)
            }
            None => self.receive(state),
        }
    }

    fn by_input(&mut self, message: InboundMessage) -> Order {
        let door = self.input(message.received_at);
        let command = Command::ReceiveMessage(Box::new(message));
        Order { actor: name(SITE_ACTOR), door, key: None, if_version: None, command }
    }

    /// The next input; now and then one that was consumed before.
    fn input(&mut self, stored_at: Timestamp) -> Door {
        if !self.one_in(40) {
            self.inseq += 1 + u64::from(self.one_in(20));
        }
        Door::Input { inseq: self.inseq, stored_at }
    }

    /// When what is handled now was asked: mostly just now, at times long before.
    fn a_while_ago(&mut self) -> Timestamp {
        let ago = match self.rng.u8(..20) {
            0..14 => Span(self.rng.i64(0..200)),
            14..19 => Span::seconds(self.rng.i64(1..90)),
            _ => Span::hours(self.rng.i64(1..60)),
        };
        // A server whose clock is ahead of ours stamps the future.
        if self.one_in(60) { self.now.after(ago) } else { self.now.before(ago) }
    }

    fn agent(&mut self) -> Name {
        name(Site::agent_names().nth(self.rng.usize(..8)).expect("there are eight"))
    }

    /// An agent of whom this holds; at times, or when there is none, just any.
    fn agent_who(&mut self, state: &State, holds: impl Fn(&Agent) -> bool) -> Name {
        let numbered = state.agents.iter().enumerate().filter(|(_, agent)| holds(agent));
        let fitting: Vec<AgentId> = numbered.map(|(number, _)| AgentId(number as u32)).collect();
        let stray = self.one_in(10);
        let chosen = self.rng.choice(fitting).filter(|_| !stray);
        chosen.map_or_else(|| self.agent(), |id| state.names.agent(id).clone())
    }

    fn sign_in(&mut self, state: &State) -> Order {
        let actor = self.agent_who(state, |agent| !agent.presence.is_signed_in());
        self.asked_by(actor, Command::SignIn)
    }

    fn sign_out(&mut self, state: &State) -> Order {
        let actor = self.agent_who(state, |agent| !agent.held.is_empty());
        self.asked_by(actor, Command::SignOut)
    }

    fn lost_agent(&mut self, state: &State) -> Name {
        self.agent_who(state, |agent| agent.offline_at.is_some())
    }

    /// Mostly back from wherever he was.
    fn change_presence(&mut self, state: &State) -> Order {
        if self.one_in(4) {
            let presence =
                if self.one_in(2) { Presence::Away("lunch".to_owned()) } else { Presence::Draining };
            let actor = self.agent();
            return self.asked_by(actor, Command::ChangePresence(presence));
        }
        let actor = self
            .agent_who(state, |agent| agent.presence.is_signed_in() && agent.presence != Presence::Available);
        self.asked_by(actor, Command::ChangePresence(Presence::Available))
    }

    /// A command of somebody outside: by either door, at times with an id.
    fn asked_by(&mut self, actor: Name, command: Command) -> Order {
        let stored_at = self.a_while_ago();
        let door = if self.one_in(4) { self.input(stored_at) } else { Door::Api };
        self.counted += 1;
        let key = self.one_in(3).then_some(Digest(self.counted));
        let order = Order { actor, door, key, if_version: None, command };
        if key.is_some() {
            self.keyed.push(order.clone());
        }
        order
    }

    fn repeat_keyed(&mut self) -> Order {
        if self.keyed.is_empty() {
            return site_order(Command::PassTime);
        }
        let newest = self.keyed.len() - 1;
        let mut order = self.keyed[newest - self.rng.usize(..=newest.min(9))].clone();
        let stored_at = self.a_while_ago();
        order.door = if self.one_in(2) { self.input(stored_at) } else { Door::Api };
        order
    }

    /// An answer to a pending offer by its agent; at times to any offer, or by anybody.
    fn answer(&mut self, state: &State, command: fn(OfferId) -> Command) -> Order {
        let pending: Vec<OfferId> = state.offers.iter().map(|(id, _)| OfferId(id)).collect();
        let any = OfferId(self.rng.u64(..state.next.offer + 2));
        let stray = self.one_in(12);
        let id = self.rng.choice(pending).filter(|_| !stray).unwrap_or(any);
        let owner = state.offer(id).map(|offer| state.names.agent(offer.agent).clone());
        let actor = owner.filter(|_| !self.one_in(15)).unwrap_or_else(|| self.agent());
        self.asked_by(actor, command(id))
    }

    /// A command about a conversation, mostly by the agent who holds it.
    fn about_conversation(&mut self, state: &State, command: fn(ConversationId) -> Command) -> Order {
        let (actor, id) = self.held(state);
        self.versioned(state, actor, id, command(id))
    }

    /// A command that at times names the version of its conversation, and now and then an older one.
    fn versioned(&mut self, state: &State, actor: Name, id: ConversationId, command: Command) -> Order {
        let seen = state.conversation(id).map(|conversation| conversation.version);
        let mut order = self.asked_by(actor, command);
        if self.one_in(6) {
            order.if_version = seen.map(|version| version - u32::from(self.one_in(4)).min(version));
        }
        order
    }

    fn reply(&mut self, state: &State) -> Order {
        let (actor, conversation) = self.held(state);
        self.counted += 1;
        let own = thread_key(20_000 + self.counted, ThreadScope::Ours);
        let reply = Arc::new(Reply { text: "an answer".to_owned(), ..Reply::default() });
        self.asked_by(actor, Command::Reply { conversation, reply, own: Some(own) })
    }

    fn held(&mut self, state: &State) -> (Name, ConversationId) {
        let held: Vec<_> = state
            .interactions
            .iter()
            .filter_map(|(_, interaction)| {
                let agent = interaction.phase.holder()?;
                Some((state.names.agent(agent).clone(), interaction.conversation))
            })
            .collect();
        let (actor, conversation) =
            self.rng.choice(held).unwrap_or_else(|| (self.agent(), self.conversation(state)));
        let crowded = state.interactions.len() > OPEN_MAX && self.one_in(2);
        match self.rng.u8(..30) {
            _ if crowded => (name(SUPERVISOR), self.open_conversation(state)),
            0 => (name(SUPERVISOR), self.open_conversation(state)),
            1 => (name(SERVICE), self.open_conversation(state)),
            2 => (self.agent(), conversation),
            3 => (name("nobody"), conversation),
            _ => (actor, conversation),
        }
    }

    fn conversation(&mut self, state: &State) -> ConversationId {
        let newest = state.next.conversation;
        ConversationId(newest.saturating_sub(self.rng.u64(..30)))
    }

    fn open_conversation(&mut self, state: &State) -> ConversationId {
        let open: Vec<_> =
            state.interactions.iter().map(|(_, interaction)| interaction.conversation).collect();
        self.rng.choice(open).unwrap_or_else(|| self.conversation(state))
    }

    fn ack(&mut self, state: &State) -> Order {
        let raised: Vec<u64> =
            state.clocks.iter().filter(|(_, clock)| clock.rungs > 0).map(|(id, _)| id).collect();
        let any = self.rng.u64(..state.next.clock + 1);
        let clock = ClockId(self.rng.choice(raised).filter(|_| !self.one_in(10)).unwrap_or(any));
        let actor = if self.one_in(3) { name(SUPERVISOR) } else { self.agent() };
        self.asked_by(actor, Command::AckEscalation(clock))
    }

    /// What became of an attempt; at times of one that is not open.
    fn end_mail(&mut self, state: &State) -> Order {
        let open: Vec<MailId> = state.mails.open().iter().copied().collect();
        let any = MailId(self.rng.u64(..state.next.mail + 1));
        let mail = self.rng.choice(open).filter(|_| !self.one_in(12)).unwrap_or(any);
        let attempts = state.mails.get(mail).map_or(1, |mail| mail.attempts);
        let attempt = if self.one_in(15) { attempts + 1 } else { attempts };
        let outcome = if self.one_in(2) {
            let known =
                if self.one_in(3) { vec![(source(Channel::Email), self.fresh_key())] } else { Vec::new() };
            MailOutcome::Sent { response: "250 taken".to_owned(), keys: known }
        } else {
            let (code, reason) = ("relay_away".to_owned(), "the relay is away".to_owned());
            MailOutcome::Failed { code, reason, permanent: self.one_in(5) }
        };
        site_order(Command::EndMail { mail, attempt, outcome })
    }

    /// A carrier's report, late or early, on a message that is followed or on any.
    fn report(&mut self, state: &State) -> Order {
        let followed: Vec<u64> = state.outbound.iter().map(|(id, _)| id).collect();
        let any = self.rng.u64(..state.next.message + 1);
        let message = MessageId(self.rng.choice(followed).filter(|_| !self.one_in(10)).unwrap_or(any));
        let conversation = state.outbound(message).and_then(|it| state.conversation(it.conversation));
        let of = conversation.map(|conversation| state.names.source(conversation.source).clone());
        let known = self.one_in(2);
        let keys = of.filter(|_| known).map(|source| (source, self.fresh_key()));
        let keys = keys.into_iter().chain(self.one_in(9).then(|| (name("nowhere"), Digest(3)))).collect();
        let state = self.delivery_state();
        self.asked_by(
            name(SERVICE),
            Command::ReportDelivery { message, state, code: None, source: None, keys },
        )
    }

    fn lead(&mut self, state: &State) -> Order {
        let (instance, version) = ("one".to_owned(), "1.0.0".to_owned());
        site_order(Command::Lead { epoch: state.epoch + 1, instance, version })
    }

    fn refuse(&mut self) -> Order {
        let refused = RefusedInput {
            subject: "switchboard.in.sms.sms-line".to_owned(),
            channel: Some(Channel::Sms),
            code: "not_json".to_owned(),
            reason: "this is not JSON".to_owned(),
        };
        let stored_at = self.a_while_ago();
        let door = self.input(stored_at);
        let command = Command::RefuseInput(refused);
        Order { actor: name(SITE_ACTOR), door, key: None, if_version: None, command }
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.u32(..many) == 0
    }
}
