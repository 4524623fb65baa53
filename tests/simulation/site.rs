//! Small sites drawn from a seed, and the changes that an operator makes to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use switchboard::domain::{
    Capacity, Channel, Digest, Ladder, Metric, Name, Proficiency, Promise, Role, Rung, Span, ThreadKey,
    ThreadScope,
};
use switchboard::policy::{
    self, AgentRule, MailRules, Matcher, OFFER_TIMEOUT, OwnerOffline, Policy, QueueRule, Route, RouteTable,
    SiteRules, Warning,
};

const SKILLS: [&str; 5] = ["billing", "technical", "english", "polish", "sales"];
const AGENTS: [&str; 8] = ["ana", "bo", "cem", "dia", "eli", "fay", "gus", "hal"];
const SLAS: [&str; 3] = ["standard", "gold", "silver"];
const QUEUES: [&str; 4] = ["general", "billing", "support", "sales"];

/// Who leads agents in every site.
pub const SUPERVISOR: &str = "sam";
/// A trusted backend of every site.
pub const SERVICE: &str = "crm";

/// The rules of one site, as they stand.
pub struct Site {
    rules: SiteRules,
    skills: usize,
    agents: BTreeMap<Name, AgentRule>,
    queues: BTreeMap<Name, QueueRule>,
    edition: u128,
}

pub fn name(text: &str) -> Name {
    text.parse().expect("the simulation's names are names")
}

/// The way in of a channel: each site has one of each.
pub fn source(channel: Channel) -> Name {
    name(&format!("{channel}-line"))
}

/// The second mailbox of each site.
pub fn second_mailbox() -> Name {
    name("second-mailbox")
}

/// The key of a thread. The engine tells keys apart by their upper halves.
pub fn thread_key(number: u128, scope: ThreadScope) -> ThreadKey {
    ThreadKey { digest: Digest(number << 64), scope }
}

impl Site {
    pub fn draw(rng: &mut Rng) -> Site {
        let rules = SiteRules {
            rona_after: rng.u32(1..=2),
            dedupe_max: if rng.u8(..4) == 0 { 40 } else { 1_000 },
            mail: (rng.u8(..4) > 0).then(|| draw_mail(rng)),
            ..SiteRules::default()
        };
        let skills = rng.usize(3..=SKILLS.len());
        let mut site = Site { rules, skills, agents: BTreeMap::new(), queues: BTreeMap::new(), edition: 0 };
        for agent in &AGENTS[..rng.usize(3..=AGENTS.len())] {
            let rule = site.draw_agent(rng);
            site.agents.insert(name(agent), rule);
        }
        for queue in &QUEUES[..rng.usize(2..=QUEUES.len())] {
            let rule = site.draw_queue(rng);
            site.queues.insert(name(queue), rule);
        }
        site
    }

    /// Everybody who ever could be an agent: some are removed, or were never there.
    pub fn agent_names() -> impl Iterator<Item = &'static str> {
        AGENTS.into_iter()
    }

    /// Every queue that could be there.
    pub fn queue_names() -> impl Iterator<Item = &'static str> {
        QUEUES.into_iter()
    }

    /// One change, as an operator would make it.
    pub fn change(&mut self, rng: &mut Rng) {
        let agent = name(rng.choice(AGENTS).expect("there are agents"));
        let queue = name(rng.choice(QUEUES).expect("there are queues"));
        match rng.u8(..7) {
            0..=2 => {
                let rule = self.draw_agent(rng);
                self.agents.insert(agent, rule);
            }
            3 if self.agents.len() > 2 => {
                self.agents.remove(&agent);
            }
            4 if queue.as_str() != QUEUES[0] => {
                self.queues.remove(&queue);
            }
            5 => self.rules.rona_after = rng.u32(1..=2),
            _ => {
                let rule = self.draw_queue(rng);
                self.queues.insert(queue, rule);
            }
        }
    }

    /// The policy of the rules as they stand.
    pub fn policy(&mut self) -> Arc<Policy> {
        self.edition += 1;
        let actors = [(name(SUPERVISOR), Role::Supervisor), (name(SERVICE), Role::Service)];
        Arc::new(Policy {
            digest: Digest(self.edition),
            site: self.rules.clone(),
            actors: actors.into(),
            reports: BTreeMap::new(),
            agents: self.agents.clone(),
            queues: self.queues.clone(),
            sources: Channel::ALL
                .map(|channel| (source(channel), channel))
                .into_iter()
                .chain([(second_mailbox(), Channel::Email)])
                .collect(),
            routes: self.routes(),
            default_queue: Some(name(QUEUES[0])),
        })
    }

    /// A message whose text names a queue goes there; one that says `urgent` goes first.
    fn routes(&self) -> RouteTable {
        let mut routes = Vec::new();
        for (place, queue) in self.queues.keys().enumerate() {
            let word = |text: &str| Matcher::Text(regex::Regex::new(text).expect("a word is a pattern"));
            let rank = place as i64 * 2;
            let urgent = Route {
                name: name(&format!("{queue}-urgent")),
                rank,
                matchers: vec![word(queue.as_str()), word("urgent")],
                queue: queue.clone(),
                needs: BTreeMap::new(),
                priority: Some(90),
            };
            let polish = BTreeMap::from([(name("polish"), Proficiency::new(2).expect("2 is a level"))]);
            let plain = Route {
                name: name(&format!("{queue}-plain")),
                rank: rank + 1,
                matchers: vec![word(queue.as_str())],
                queue: queue.clone(),
                needs: if place == 1 { polish } else { BTreeMap::new() },
                priority: None,
            };
            routes.extend([urgent, plain]);
        }
        RouteTable::new(routes)
    }

    fn draw_levels(&self, rng: &mut Rng, share: u8) -> BTreeMap<Name, Proficiency> {
        let mut levels = BTreeMap::new();
        for skill in &SKILLS[..self.skills] {
            if rng.u8(..100) < share {
                levels.insert(name(skill), Proficiency::new(rng.u8(1..=5)).expect("1 to 5 is a level"));
            }
        }
        levels
    }

    fn draw_agent(&self, rng: &mut Rng) -> AgentRule {
        let maximum = |rng: &mut Rng| rng.bool().then(|| rng.u32(1..=2));
        let maxima = Channel::ALL.map(|_| maximum(rng));
        let costs = [rng.u32(1..=2), rng.u32(1..=2), 1, rng.u32(1..=2)];
        let capacity = Capacity { units: rng.u32(1..=4), costs, maxima };
        AgentRule { skills: self.draw_levels(rng, 75), capacity }
    }

    fn draw_queue(&self, rng: &mut Rng) -> QueueRule {
        let mut needs = self.draw_levels(rng, 25);
        needs.values_mut().for_each(|level| *level = Proficiency::new(level.level().min(3)).expect("1 to 3"));
        let owner_offline = if rng.bool() { OwnerOffline::Requeue } else { OwnerOffline::Keep };
        QueueRule {
            priority: rng.i32(1..=3) * 10,
            needs,
            promises: draw_promises(rng),
            offer_timeout: OFFER_TIMEOUT,
            owner_offline,
            wrap_up: if rng.bool() { Span(0) } else { Span::seconds(rng.i64(1..=300)) },
        }
    }
}

fn draw_mail(rng: &mut Rng) -> MailRules {
    MailRules {
        retry_first: Span::seconds(rng.i64(1..=60)),
        retry_longest: Span::minutes(rng.i64(1..=60)),
        give_up_after: Span::hours(rng.i64(1..=48)),
    }
}

fn draw_promises(rng: &mut Rng) -> Arc<[Arc<Promise>]> {
    let mut promises = Vec::new();
    let sla = name(rng.choice(SLAS).expect("there are SLAs"));
    for metric in Metric::ALL {
        if rng.u8(..4) > 0 {
            let within = Span::minutes(rng.i64(1..=30));
            let warnings = [Warning::Percent(50), Warning::Before(Span::seconds(20))];
            let ladder = (rng.u8(..4) > 0).then(|| Arc::new(draw_ladder(rng)));
            promises.push(Arc::new(policy::promise(
                Some(sla.clone()),
                metric,
                within,
                &warnings[..rng.usize(..=warnings.len())],
                ladder,
            )));
        }
    }
    promises.into()
}

fn draw_ladder(rng: &mut Rng) -> Ladder {
    let mut after_ms = 0;
    let rungs = (0..rng.usize(1..=4)).map(|rung| {
        after_ms += rng.i64(0..=10) * 60_000;
        let whom = if rng.bool() { "email:duty@example.org".to_owned() } else { format!("role:rung-{rung}") };
        Rung { after_ms, notify: vec![whom] }
    });
    Ladder { name: "leads".to_owned(), rungs: rungs.collect(), ack_for_ms: 15 * 60_000 }
}
