//! The codec alone, on one core: records of a busy day to their lines and back, each second. Figures depend
//! on the machine; what must be reached stands beside.
//!
//! `cargo bench --bench journal`; with a type word behind `--`, as `offer.made`, of those records alone.

use std::collections::{BTreeMap, VecDeque};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fastrand::Rng;
use switchboard::domain::{
    Capacity, Channel, Content, Digest, InboundMessage, Metric, Name, Names, Party, Proficiency, Reply,
    SITE_ACTOR, Span, Thread, ThreadKey, ThreadScope, Timestamp,
};
use switchboard::engine::command::{Command, Door, Order};
use switchboard::engine::event::{Event, Recorded};
use switchboard::engine::{Engine, site_order};
use switchboard::policy::{
    AgentRule, Matcher, OFFER_TIMEOUT, OwnerOffline, Policy, QueueRule, Route, RouteTable, SiteRules,
    Warning, promise,
};
use switchboard::wire::{Line, Subjects, journal};

const AGENTS: usize = 500;
const QUEUES: usize = 20;
const COMMANDS: usize = 40_000;
/// So many records are timed at once, and the best of so many passes counts: what else the machine does
/// only ever costs.
const SLICE: usize = 500;
const PASSES: usize = 9;

fn main() {
    let (mut records, names) = busy_day();
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    records.retain(|record| {
        wanted.as_ref().is_none_or(|wanted| journal::word(&record.event, &names) == *wanted)
    });
    assert!(!records.is_empty(), "no record is of that type");
    let subjects = Subjects::new(name("switchboard"));
    let lines: Vec<Line> = records.iter().map(|record| journal::encode(record, &names, &subjects)).collect();
    let bytes: usize = lines.iter().map(|line| line.payload.len()).sum();
    println!("{} records of {} bytes on average", records.len(), bytes / records.len());

    let encode = best(&records, |record| {
        black_box(journal::encode(black_box(record), &names, &subjects));
    });
    let decode = best(&lines, |line| {
        let record = journal::decode(&line.subject, black_box(&line.payload), &names);
        black_box(record.expect("what was encoded is decoded"));
    });
    println!("{:<22}{:>12}{:>12}  must", "one core", "per second", "ns each");
    let row = |title: &str, spent: Duration, must: &str| {
        let each = spent.as_secs_f64() / records.len() as f64;
        println!("{title:<22}{:>12.0}{:>12.0}  {must}", 1.0 / each, each * 1e9);
    };
    row("encode", encode, "");
    row("decode", decode, "");
    row("there and back", encode + decode, "0.5 M/s, aim 2 M/s");
}

#[expect(clippy::disallowed_methods, reason = "what is measured here is the machine's own time")]
fn best<T>(all: &[T], each: impl Fn(&T)) -> Duration {
    let mut spent = vec![Duration::MAX; all.len().div_ceil(SLICE)];
    for _ in 0..PASSES {
        for (slice, least) in all.chunks(SLICE).zip(&mut spent) {
            let start = Instant::now();
            slice.iter().for_each(&each);
            *least = start.elapsed().min(*least);
        }
    }
    spent.iter().sum()
}

/// A contact centre in a closed loop: who resolves makes room for the next. Answers come in their turn.
fn busy_day() -> (Vec<Recorded>, Names) {
    let (mut rng, mut engine, mut records) = (Rng::with_seed(1), Engine::new(), Vec::new());
    let (mut now, mut inseq) = (Timestamp(1_800_000_000_000), 0);
    let policy = policy();
    let agents: Vec<Name> = policy.agents.keys().cloned().collect();
    let mut turn: VecDeque<Order> = VecDeque::new();
    turn.push_back(site_order(Command::AdoptPolicy(Arc::new(policy))));
    turn.extend(agents.into_iter().map(|agent| by(&mut rng, agent, Command::SignIn)));
    for _ in 0..COMMANDS {
        now = now.after(Span(rng.i64(1..100)));
        let owed = engine.next_deadline().is_some_and(|due| due <= now);
        let order = match owed {
            true => site_order(Command::PassTime),
            false => turn.pop_front().unwrap_or_else(|| {
                inseq += 1;
                arrival(&mut rng, now, inseq)
            }),
        };
        let _answer = engine.handle(now, &order);
        for recorded in engine.events() {
            turn.extend(next(&mut rng, &engine, &recorded.event));
        }
        records.extend_from_slice(engine.events());
    }
    (records, engine.state().names.clone())
}

/// What an agent does about an event.
fn next(rng: &mut Rng, engine: &Engine, event: &Event) -> Option<Order> {
    let (agent, command) = match event {
        Event::OfferMade(made) => (made.agent, Command::AcceptOffer(made.offer)),
        Event::OfferAccepted(end) => {
            let text = "Thank you for your patience. I have looked at your account, and the second charge \
                was returned this morning; it takes two to three working days to be seen.";
            let reply = Arc::new(Reply { text: text.to_owned(), ..Reply::default() });
            (end.agent, Command::Reply { conversation: end.conversation, reply, own: None })
        }
        Event::MessageReplied(replied) => {
            let actor = engine.events().iter().map(|recorded| recorded.actor).next_back()?;
            let actor = engine.state().names.actor(actor);
            (engine.state().names.find_agent(actor.as_str())?, Command::Resolve(replied.conversation))
        }
        _ => return None,
    };
    Some(by(rng, engine.state().names.agent(agent).clone(), command))
}

fn by(rng: &mut Rng, actor: Name, command: Command) -> Order {
    Order { actor, door: Door::Api, key: Some(Digest(rng.u128(..))), if_version: None, command }
}

fn arrival(rng: &mut Rng, now: Timestamp, inseq: u64) -> Order {
    let channel = rng.choice(Channel::ALL).expect("there are channels");
    let from = Digest(rng.u128(..));
    let mut key = |scope| ThreadKey { digest: Digest(rng.u128(..)), scope };
    let (parent, own) = (key(ThreadScope::Channel), key(ThreadScope::Theirs));
    let content = Content {
        from: Party { address: format!("+1555{:07}", inseq), name: Some("Jo Müller".to_owned()) },
        external_id: Some(format!("SM{:032x}", from.0)),
        text: "Hello, I was charged twice for order \"4711\" last week.\nCould you look into it, please? \
            My bank says that it cannot help."
            .to_owned(),
        ..Content::default()
    };
    let message = InboundMessage {
        thread: Thread { parents: vec![parent], own: Some(own), ..Thread::default() },
        language: Some(format!("l{}", rng.usize(..QUEUES)).into()),
        sent_at: Some(now),
        ..InboundMessage::new(
            channel,
            name(channel.as_str()),
            "+15550100199".into(),
            from,
            Digest(rng.u128(..)),
            now,
            Arc::new(content),
        )
    };
    let door = Door::Input { inseq, stored_at: now };
    let command = Command::ReceiveMessage(Box::new(message));
    Order { actor: name(SITE_ACTOR), door, key: None, if_version: None, command }
}

fn policy() -> Policy {
    let level = |level| Proficiency::new(level).expect("1 to 5 is a level");
    let queue = |number: usize| name(&format!("queue-{number}"));
    let skill = |number: usize| name(&format!("skill-{}", number % QUEUES));
    let agent = |number: usize| AgentRule {
        skills: (number..number + 5).map(|number| (skill(number), level(3))).collect(),
        capacity: Capacity { units: 2, costs: [1; Channel::ALL.len()], maxima: [None; Channel::ALL.len()] },
    };
    let promises = Metric::ALL
        .map(|metric| Arc::new(promise(None, metric, Span::minutes(10), &[Warning::Percent(80)], None)));
    let rule = |number: usize| QueueRule {
        priority: 10,
        needs: BTreeMap::from([(skill(number), level(2))]),
        promises: Arc::new(promises.clone()),
        offer_timeout: OFFER_TIMEOUT,
        owner_offline: OwnerOffline::Requeue,
        wrap_up: Span(0),
    };
    let route = |number: usize| Route {
        name: name(&format!("route-{number}")),
        rank: number as i64,
        matchers: vec![Matcher::Language(vec![format!("l{number}")])],
        queue: queue(number),
        needs: BTreeMap::new(),
        priority: None,
    };
    Policy {
        digest: Digest(1),
        site: SiteRules::default(),
        actors: BTreeMap::new(),
        reports: BTreeMap::new(),
        agents: (0..AGENTS).map(|number| (name(&format!("agent-{number}")), agent(number))).collect(),
        queues: (0..QUEUES).map(|number| (queue(number), rule(number))).collect(),
        sources: Channel::ALL.map(|channel| (name(channel.as_str()), channel)).into(),
        routes: RouteTable::new((0..QUEUES).map(route).collect()),
        default_queue: Some(queue(0)),
    }
}

fn name(text: &str) -> Name {
    text.parse().expect("the bench's names are names")
}
