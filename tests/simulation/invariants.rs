//! What must hold after each step, as functions over the records, the answer and the state.

use switchboard::domain::{AgentId, Keyword, MessageClass, Name, Seq, Timestamp};
use switchboard::engine::command::Command;
use switchboard::engine::event::{CancelCause, Event, Recorded};
use switchboard::engine::{Accepted, Engine, Rejection, STEP_EVENTS_MAX};

use crate::reference::Reference;
use crate::workload::Step;

/// What can fail to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invariant {
    /// The engine's own sweep over every index finds nothing.
    Sweep,
    /// Sequences have no gap.
    SeqsWithoutGap,
    /// Journal times never go back.
    TimeForward,
    /// A command yields a bounded number of events.
    StepBounded,
    /// A deadline that stays due has recorded something.
    NoSpin,
    /// Every offer made ends exactly once.
    OfferEndsOnce,
    /// No offer outlives its end once time was passed.
    OfferLapses,
    /// No offer takes an agent past his capacity.
    OfferWithoutRoom,
    /// No offer goes to an agent who is away, lacks what is asked, or is cooling.
    OfferToUnable,
    /// What is given without an offer goes to an agent who is there, and was nobody's before.
    AssignedToAbsent,
    /// A command changes no agent of a file, and a reload removes none of a command.
    OriginKept,
    /// Nothing waits that somebody free could take.
    WorkConserved,
    /// What an agent holds is what he was given and did not give back.
    LoadExplained,
    /// Only what an agent holds is parked, and only what is parked is resumed.
    ParkedIsHeld,
    /// Every wrap-up begins with what an agent held and ends once, before its interaction closes.
    WrapUpOnce,
    /// Nothing stays parked or wrapped up past its instant once time was passed.
    HoldLapses,
    /// Every clock started ends once, and as its breach tells.
    ClockEndsOnce,
    /// Once all of a policy was applied, nothing runs that no queue of it promises.
    PromiseStands,
    /// A promise that the rules took back is made neither where it was made nor where its conversation belongs.
    PromiseWithdrawn,
    /// Each warning once, in order, before the breach.
    WarnedOnce,
    /// Breached at most once, retraction aside.
    BreachedOnce,
    /// Each rung at most once.
    RungOnce,
    /// Every mail that is owed ends at most once, and each attempt is open but once.
    MailOnce,
    /// How far a message came is never taken back.
    DeliveryForward,
    /// Whoever joins a mail's conversation is known there or told as new, and a suspect is nobody known.
    StrangersTold,
    /// A conversation lists each mailbox once.
    MailboxOnce,
    /// What is told of a message is told of one that is there, in its conversation.
    UpdateOfKnown,
    /// Nobody changes what is said where he has no part.
    ChangedWithin,
    /// One mail waits for so many others and no more, each of them once.
    AwaitedBounded,
    /// What was taken back stays so.
    DeletedStays,
    /// What came before its message is told when that comes, and never else.
    PendedTold,
    /// What is told of messages and what our side wrote elsewhere opens, routes and promises nothing.
    UpdateQuiet,
    /// Nothing leaves for who asked for no further messages.
    OptOutHeeded,
    /// An address is one contact's, and he that the older was.
    ContactOne,
    /// A message is taken in exactly once; again it changes nothing.
    MessageOnce,
    /// A repeated key is answered with the first answer.
    CommandOnce,
    /// Replay of the records gives the live state.
    ReplayEqual,
    /// A machine resumed from the records goes on as the live one.
    ResumeEqual,
}

/// What did not hold.
#[derive(Clone, Debug, Default)]
pub struct Trips(pub Vec<(Invariant, String)>);

impl Trips {
    pub fn demand(&mut self, invariant: Invariant, holds: bool, detail: impl FnOnce() -> String) {
        if !holds {
            self.0.push((invariant, detail()));
        }
    }
}

/// The eye on one run.
#[derive(Default)]
pub struct Observer {
    reference: Reference,
    seq: Seq,
    at: Timestamp,
}

impl Observer {
    /// Judges one step. `records` are those of the step, in a planted bug not quite those of the engine; `owed` says
    /// that matching was, before it.
    pub fn observe(
        &mut self,
        step: &Step,
        answer: &Result<Accepted, Rejection>,
        records: &[Recorded],
        (engine, owed): (&Engine, bool),
        trips: &mut Trips,
    ) {
        self.answer(step, answer, records, engine, trips);
        for recorded in records {
            self.withdrawn(recorded, engine, trips);
            self.place(recorded, trips);
            self.reference.apply(recorded, trips);
        }
        self.reference.messages_told.end_step(trips);
        quiet(step, (records, owed), trips);
        let count = records.len();
        trips.demand(Invariant::StepBounded, count <= STEP_EVENTS_MAX, || format!("{count} events"));
        self.deadlines(step, records, engine, trips);
        self.loads(engine, trips);
        if records.iter().any(|recorded| matches!(recorded.event, Event::PolicyApplied { .. })) {
            promises(engine, trips);
        }
        for violation in engine.check_invariants() {
            trips.0.push((Invariant::Sweep, violation.0));
        }
    }

    /// What the answer promises: messages and commands have one effect.
    fn answer(
        &self,
        step: &Step,
        answer: &Result<Accepted, Rejection>,
        records: &[Recorded],
        engine: &Engine,
        trips: &mut Trips,
    ) {
        if let Err(Rejection::InputConsumed { .. }) = answer {
            trips.demand(Invariant::MessageOnce, records.is_empty(), || "an old input left records".into());
            return;
        }
        if let Some(key) = step.order.key {
            let expected = self.reference.answer_of(key).map(Accepted::Repeated);
            let given = answer.as_ref().ok().filter(|answer| matches!(answer, Accepted::Repeated(_)));
            trips.demand(Invariant::CommandOnce, given == expected.as_ref(), || {
                format!("a repeated command is answered {given:?}, not {expected:?}")
            });
            trips.demand(Invariant::CommandOnce, expected.is_none() || records.is_empty(), || {
                "a repeated command left records".into()
            });
        }
        if let Command::ReceiveMessage(message) = &step.order.command {
            crate::threads::judge(message, records, trips);
            let facts = records.iter().filter(|recorded| match &recorded.event {
                Event::MessageReceived(received) => received.dedupe == message.dedupe,
                Event::MessageExtended(extended) => extended.dedupe == message.dedupe,
                Event::MessageEchoed(echoed) => echoed.dedupe == message.dedupe,
                Event::MessageIgnored { dedupe, .. } => *dedupe == message.dedupe,
                _ => false,
            });
            let facts: Vec<&Recorded> = facts.collect();
            let known = self.reference.knows_message(message.dedupe);
            let fits = match answer {
                Ok(Accepted::Recorded(_)) => !known && facts.len() == 1,
                Err(Rejection::DuplicateMessage) => known && facts.is_empty(),
                Err(Rejection::OwnEcho(_)) => !known && facts.is_empty(),
                Err(Rejection::NoThread) => !known && facts.is_empty() && message.is_echo,
                _ => false,
            };
            trips.demand(Invariant::MessageOnce, fits, || {
                format!("a message, known {known}, is answered {answer:?} with {} facts", facts.len())
            });
            let conversation = facts.iter().find_map(|recorded| match &recorded.event {
                Event::MessageReceived(received) => engine.state().conversation(received.conversation),
                Event::MessageExtended(extended) => engine.state().conversation(extended.conversation),
                _ => None,
            });
            let waits = conversation.is_some_and(|conversation| conversation.interaction.is_some());
            let is_own = matches!(answer, Err(Rejection::OwnEcho(_)));
            let asks =
                matches!(message.keyword, Some(Keyword::OptOut | Keyword::OptIn | Keyword::OptInIfOut));
            let human = message.class == MessageClass::Human && !message.is_echo && !is_own && !asks;
            trips.demand(Invariant::MessageOnce, known || !human || waits, || {
                "a person's message lies in no open conversation".into()
            });
        }
    }

    fn place(&mut self, recorded: &Recorded, trips: &mut Trips) {
        let expected = self.seq.next();
        trips.demand(Invariant::SeqsWithoutGap, recorded.seq == expected, || {
            format!("{:?} where {expected:?} should stand", recorded.seq)
        });
        trips.demand(Invariant::TimeForward, recorded.at >= self.at, || {
            format!("{:?} is recorded before {:?}", recorded.at, self.at)
        });
        (self.seq, self.at) = (recorded.seq, recorded.at);
    }

    /// Judged by names, over the policy and the state behind the step.
    fn withdrawn(&self, recorded: &Recorded, engine: &Engine, trips: &mut Trips) {
        let Event::ClockEnded { clock: id, conversation, cause: Some(CancelCause::PolicyRemoved), .. } =
            &recorded.event
        else {
            return;
        };
        let Some((queue, promise)) = self.reference.promise_of(*id) else { return };
        let (state, policy) = (engine.state(), engine.policy());
        let present = state.conversation(*conversation).and_then(|it| it.interaction);
        let present = present.and_then(|id| state.interaction(id));
        let route = present.and_then(|it| it.route).map(|route| state.names.route(route));
        let by_route = policy.routes.iter().find(|it| Some(&it.name) == route).map(|it| &it.queue);
        let stands = present.map(|it| state.names.queue(it.queue));
        // What stands in a queue that is gone belongs to the route's, else to the default queue.
        let is_gone = stands.is_some_and(|name| !policy.queues.contains_key(name));
        let default = policy.default_queue.as_ref().filter(|_| is_gone && by_route.is_none());
        let made_by = [Some(state.names.queue(queue)), stands, by_route, default];
        let makes = |name: &Name| {
            let made = policy.queues.get(name).map(|queue| queue.promises.iter());
            made.is_some_and(|mut made| {
                made.any(|made| (&made.sla, made.metric) == (&promise.sla, promise.metric))
            })
        };
        let still = made_by.into_iter().flatten().find(|name| makes(name));
        trips.demand(Invariant::PromiseWithdrawn, still.is_none(), || {
            format!("clock {id} is cancelled, though {still:?} promises {:?}", promise.sla)
        });
    }

    fn deadlines(&self, step: &Step, records: &[Recorded], engine: &Engine, trips: &mut Trips) {
        let now = step.now.max(engine.state().at);
        let owed = engine.next_deadline().is_some_and(|deadline| deadline <= now);
        if matches!(step.order.command, Command::PassTime) {
            trips.demand(Invariant::NoSpin, !owed || !records.is_empty(), || {
                "time was passed, nothing recorded, and a deadline is still due".into()
            });
            let late = self.reference.pending.iter().find(|(_, expires_at)| **expires_at <= now);
            trips.demand(Invariant::OfferLapses, owed || late.is_none(), || format!("{late:?} is past"));
            let late = self.reference.lapsing.iter().find(|(_, until)| **until <= now);
            trips.demand(Invariant::HoldLapses, owed || late.is_none(), || format!("{late:?} is past"));
        }
        if !owed {
            for (interaction, agent) in self.reference.left_waiting() {
                let detail = format!("{interaction} waits, yet {agent:?} could take it");
                trips.0.push((Invariant::WorkConserved, detail));
            }
        }
    }

    fn loads(&self, engine: &Engine, trips: &mut Trips) {
        for (number, agent) in engine.state().agents.iter().enumerate() {
            let id = AgentId(number as u32);
            let explained = self.reference.agents.get(&id);
            let (load, held) = explained.map_or((0, 0), |agent| (agent.load(), agent.held.len()));
            trips.demand(Invariant::LoadExplained, (load, held) == (agent.load(), agent.held.len()), || {
                format!("{id:?} holds {} units, of which {load} are explained", agent.load())
            });
        }
        let running: Vec<u64> = engine.state().clocks.iter().map(|(id, _)| id).collect();
        let explained = self.reference.clocks.keys().map(|id| id.0);
        trips.demand(Invariant::ClockEndsOnce, explained.eq(running.iter().copied()), || {
            format!("clocks {running:?} run, others were started")
        });
    }
}

/// Nobody is given work by what is told of what is there. What fell due before is another matter, but for a channel
/// nothing is settled first.
fn quiet(step: &Step, (records, owed): (&[Recorded], bool), trips: &mut Trips) {
    let is_quiet = match &step.order.command {
        Command::ReceiveUpdate(_) => true,
        Command::ReceiveMessage(message) => message.is_echo,
        _ => false,
    };
    let loud = records.iter().find(|recorded| {
        // A step that was full owes its matching to the next one, whatever that is.
        let is_owed = owed && matches!(recorded.event, Event::OfferMade(_));
        !is_owed
            && !matches!(
                recorded.event,
                Event::MessageEdited(_)
                    | Event::MessageDeleted(_)
                    | Event::MessageReacted { .. }
                    | Event::MessageExtended(_)
                    | Event::MessageEchoed(_)
                    | Event::MessageDelivery { .. }
                    | Event::MessageIgnored { .. }
                    | Event::ConversationTold(_)
                    | Event::ContactAddressAdded { .. }
                    | Event::ContactLinked { .. }
                    | Event::ContactOptedOut(_)
                    | Event::UpdatePended(_)
                    | Event::DedupeShortened { .. }
                    | Event::InputRefused(_)
                    | Event::Named { .. }
                    | Event::Content(_)
            )
    });
    trips.demand(Invariant::UpdateQuiet, !is_quiet || loud.is_none(), || {
        format!("what a channel told led to {loud:?}")
    });
}

fn promises(engine: &Engine, trips: &mut Trips) {
    let state = engine.state();
    let made = || engine.policy().queues.values().flat_map(|queue| queue.promises.iter());
    for (id, clock) in state.clocks.iter() {
        let promise = &clock.promise;
        let stands = made().any(|made| (&made.sla, made.metric) == (&promise.sla, promise.metric));
        trips.demand(Invariant::PromiseStands, stands, || {
            format!("clock {id} runs for {:?}, which no queue promises", promise.sla)
        });
    }
}
