//! One seed's run: the live machine, a follower that knows the records alone, and a twin that was resumed
//! from them and must go on as the live one.

use std::collections::VecDeque;

use switchboard::domain::Timestamp;
use switchboard::engine::command::{Command, Door, Order};
use switchboard::engine::event::{Event, Recorded};
use switchboard::engine::state::State;
use switchboard::engine::{Accepted, Engine, Rejection};
use switchboard::policy::Policy;
use switchboard::shell::metrics::{Census, Note};

use crate::invariants::{Invariant, Observer, Trips};
use crate::wire;
use crate::workload::{Step, Workload};

/// How many lines of the story a failure tells.
const STORY_MAX: usize = 60;
/// How often the follower is compared with the live machine.
const COMPARE_EVERY: u64 = 100;
/// About how often a twin is resumed anew.
const RESUME_EVERY: usize = 300;

pub struct Run {
    seed: u64,
    step: u64,
    workload: Workload,
    engine: Engine,
    follower: Engine,
    twin: Option<Engine>,
    records: Vec<Recorded>,
    /// Inputs that left no record since the last record: a restarted machine reads them again.
    unrecorded: Vec<Step>,
    observer: Observer,
    story: VecDeque<String>,
    /// What the metrics count, record by record.
    census: Census,
}

impl Run {
    pub fn new(seed: u64) -> Run {
        Run {
            seed,
            step: 0,
            workload: Workload::new(seed),
            engine: Engine::new(),
            follower: Engine::new(),
            twin: None,
            records: Vec::new(),
            unrecorded: Vec::new(),
            observer: Observer::default(),
            story: VecDeque::new(),
            census: Census::default(),
        }
    }

    pub fn state(&self) -> &State {
        self.engine.state()
    }

    pub fn records(&self) -> &[Recorded] {
        &self.records
    }

    /// So many steps; panics with the story when something does not hold.
    pub fn go(&mut self, steps: u64) {
        for _ in 0..steps {
            let trips = self.step(|_| {});
            assert!(trips.0.is_empty(), "seed {}, step {}: {trips:#?}", self.seed, self.step);
            let counted =
                !self.step.is_multiple_of(COMPARE_EVERY) || self.census == Census::of(self.engine.state());
            assert!(counted, "seed {}, step {}: the metrics count something else", self.seed, self.step);
        }
        let replayed = Engine::replay(Policy::empty(), self.records.iter().cloned());
        assert!(
            replayed.state() == self.engine.state(),
            "seed {}: replay of all records gives another state",
            self.seed
        );
        wire::read_back(&self.records);
    }

    /// One step. `doctor` may change the records on their way to the observer: a planted bug.
    pub fn step(&mut self, doctor: impl FnOnce(&mut Vec<Recorded>)) -> Trips {
        let mut trips = Trips::default();
        let step = match self.step {
            0 => self.workload.first(),
            _ => self.workload.next(self.engine.state(), self.engine.next_deadline()),
        };
        self.step += 1;
        self.tell(format!("{} {}", instant(step.now), order_line(&step.order)));
        let owed = self.engine.next_deadline().is_some_and(|due| due <= self.engine.state().at);
        let answer = self.engine.handle(step.now, &step.order);
        let records = self.engine.events().to_vec();
        self.tell_outcome(&answer, &records);
        let mut notes = Vec::new();
        records.iter().for_each(|recorded| Note::take(recorded, self.engine.state(), &mut notes));
        notes.iter().for_each(|note| note.settle(&mut self.census));
        // A rung counts though its clock ended in the same step.
        let raised = records.iter().filter(|it| matches!(it.event, Event::EscalationRaised(_))).count();
        let counted = notes.iter().filter(|note| matches!(note, Note::Raised(..))).count();
        assert!(raised == counted, "{raised} rungs were reached, {counted} are counted");
        self.follow(&step, &answer, &records, &mut trips);
        let mut observed = records.clone();
        doctor(&mut observed);
        self.observer.observe(&step, &answer, &observed, (&self.engine, owed), &mut trips);
        if records.is_empty() && matches!(step.order.door, Door::Input { .. }) {
            self.unrecorded.push(step);
        } else if !records.is_empty() {
            self.unrecorded.clear();
        }
        self.records.extend(records);
        if self.workload.draw(RESUME_EVERY) == 0 {
            self.resume(&mut trips);
        }
        trips
    }

    fn follow(
        &mut self,
        step: &Step,
        answer: &Result<Accepted, Rejection>,
        records: &[Recorded],
        trips: &mut Trips,
    ) {
        records.iter().for_each(|recorded| self.follower.apply(recorded));
        let equal = !self.step.is_multiple_of(COMPARE_EVERY) || self.follower.state() == self.engine.state();
        trips.demand(Invariant::ReplayEqual, equal, || "the follower has another state".into());
        if let Some(twin) = &mut self.twin {
            let twins_answer = twin.handle(step.now, &step.order);
            let same = twins_answer == *answer && twin.events() == records;
            trips.demand(Invariant::ResumeEqual, same, || {
                format!("the twin answers {twins_answer:?} and records {:#?}", twin.events())
            });
        }
    }

    /// Resumes a twin from what the records tell; it reads again what left none.
    fn resume(&mut self, trips: &mut Trips) {
        let mut twin = Engine::resume(self.engine.policy().clone(), self.follower.state().clone());
        for step in &self.unrecorded {
            let _answer = twin.handle(step.now, &step.order);
            trips.demand(Invariant::ResumeEqual, twin.events().is_empty(), || {
                format!("an input read again leaves {:?}", twin.events())
            });
        }
        self.twin = Some(twin);
    }

    fn tell(&mut self, line: String) {
        if self.story.len() == STORY_MAX {
            self.story.pop_front();
        }
        self.story.push_back(line);
    }

    fn tell_outcome(&mut self, answer: &Result<Accepted, Rejection>, records: &[Recorded]) {
        match answer {
            Ok(answer) => self.tell(format!("    {answer:?}")),
            Err(rejection) => self.tell(format!("    refused: {rejection}")),
        }
        let facts = records.iter().filter(|recorded| !matches!(recorded.event, Event::Content(_)));
        for recorded in facts {
            let line = format!("    {} {:?}", recorded.seq.0, recorded.event);
            self.tell(line.chars().take(300).collect());
        }
    }
}

impl Drop for Run {
    /// A bug may also be a panic of the engine, so the story is told here.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let story: Vec<String> = self.story.drain(..).collect();
            eprintln!("seed {}, step {}, what went before:\n{}", self.seed, self.step, story.join("\n"));
        }
    }
}

/// Days and time of day since the first step, which is at the beginning of a day.
fn instant(at: Timestamp) -> String {
    let seconds = at.0 / 1_000 - 1_800_000_000;
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("day {days} {hour:02}:{minute:02}:{second:02}.{:03}", at.0.rem_euclid(1_000))
}

fn order_line(order: &Order) -> String {
    let door = match order.door {
        Door::Input { inseq, stored_at } | Door::Piece { inseq, stored_at } => {
            format!(" by input {inseq} of {}", instant(stored_at))
        }
        Door::Api | Door::Site => String::new(),
    };
    let what = match &order.command {
        Command::ReceiveMessage(message) => {
            format!("{} {:?} from {} {:?}", message.channel, message.class, message.from.0, message.thread)
        }
        Command::AdoptPolicy(policy) => format!("edition {} {:?}", policy.digest.0, policy.agents),
        command => format!("{command:?}"),
    };
    format!("{} {}{door}: {what}", order.actor, order.command.verb())
}
