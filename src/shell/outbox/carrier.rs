//! A carrier takes the effects of one kind into their fenced stream, in the order of the journal, each once
//! over any crash.
//!
//! It holds so many effects at most. Whoever has more for it lets it *fall behind*: from the first one that
//! found no room on, it reads the facts from the journal again and asks `react` for what they owe, until it has
//! caught up. So a stream that is full or away costs no memory and delays nothing else.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, interval_at};
use tracing::{error, info, warn};

use crate::domain::{Names, Seq};
use crate::engine::effect::{Effect, EffectId, react};
use crate::engine::event::Event;
use crate::wire::journal::decode;

use super::super::fault;
use super::super::fenced::{AppendError, FencedWriter, Outgoing};
use super::super::journal::Journal;
use super::dead::Burial;
use super::mark::{self, Mark};
use super::out::Handing;

/// How many effects wait in memory.
pub(super) const WAITING_MAX: usize = 1_024;
/// How long to wait before the first repetition; each further wait is twice as long.
const PAUSE_FIRST: Duration = Duration::from_millis(250);
/// The longest wait. What was tried how often need not outlive a restart: the stream itself says what is left.
const PAUSE_LONGEST: Duration = Duration::from_secs(30);

/// So often one effect is tried whose records cannot be read though the server answers, over a quarter of an hour;
/// then it is left out, since all behind it wait.
const UNREADABLE_MAX: u32 = 36;

/// OUT forgets what is old. So that its position stays in it though nobody writes for long, it is noted anew:
/// first so long after the term began, then every day.
const NOTE_FIRST: Duration = Duration::from_secs(60 * 60);
const NOTE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a carrier carries.
pub(super) enum Load {
    /// Inputs that were not understood, into DEAD.
    Dead(Burial),
    /// Messages for gateways, into OUT.
    Out(Handing),
}

/// What was left for the carrier to read from the journal.
pub(super) struct Behind {
    /// From the record of this effect on.
    from: EffectId,
    /// Up to this record, which is durable.
    to: Seq,
    /// The names that the records before have named.
    names: Names,
}

/// The carrier's end at the loop.
pub(super) struct Intake {
    sender: mpsc::Sender<(EffectId, Effect)>,
    behind: Arc<Mutex<Option<Behind>>>,
    woken: Arc<Notify>,
    /// How many effects were handed over and have not left.
    pending: Arc<AtomicU64>,
}

/// The task's end.
pub(super) struct Carrier {
    load: Load,
    client: async_nats::Client,
    writer: FencedWriter,
    journal: Arc<Journal>,
    mark: Mark,
    receiver: mpsc::Receiver<(EffectId, Effect)>,
    behind: Arc<Mutex<Option<Behind>>>,
    woken: Arc<Notify>,
    pending: Arc<AtomicU64>,
    pause: Duration,
    /// How often the effect at hand could not be read though the server answered.
    unreadable: u32,
    /// Something was published since the position was noted last.
    is_fresh: bool,
}

impl Load {
    /// Whether an effect is of its kind.
    pub(super) fn takes(&self, effect: &Effect) -> bool {
        match (self, effect) {
            (Load::Dead(_), Effect::Bury { .. }) | (Load::Out(_), Effect::Hand(_)) => true,
            (Load::Dead(_) | Load::Out(_), _) => false,
        }
    }

    /// Its fault points: before a message is sent, while it is on its way, after it is there.
    fn points(&self) -> [&'static str; 3] {
        match self {
            Load::Dead(_) => ["dead_before", "dead_sent", "dead_after"],
            Load::Out(_) => ["out_before", "out_sent", "out_after"],
        }
    }
}

impl Intake {
    /// Hands an effect over whose record is durable. Where there is no room for it, and for every one behind
    /// it, the carrier reads it from the journal.
    pub(super) fn hand_over(&self, id: EffectId, effect: Effect, names: &Names) {
        if lock(&self.behind).is_none() && self.sender.try_send((id, effect)).is_ok() {
            self.pending.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.fall_behind(id, id.seq, names);
    }

    /// How many effects have not left; what is still to be read from the journal counts as one.
    pub(super) fn pending(&self) -> u64 {
        self.pending.load(Ordering::Relaxed) + u64::from(lock(&self.behind).is_some())
    }

    /// Leaves a range of the journal to the carrier to read, behind what was handed over.
    pub(super) fn fall_behind(&self, from: EffectId, to: Seq, names: &Names) {
        let mut behind = lock(&self.behind);
        let behind = behind.get_or_insert_with(|| Behind { from, to, names: names.clone() });
        behind.to = behind.to.max(to);
        self.woken.notify_one();
    }
}

impl Carrier {
    /// A carrier that goes on behind its mark, and where effects are handed over to it.
    pub(super) fn new(
        load: Load,
        client: async_nats::Client,
        writer: FencedWriter,
        journal: Arc<Journal>,
        mark: Mark,
    ) -> (Intake, Carrier) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let (behind, woken) = (Arc::new(Mutex::new(None)), Arc::new(Notify::new()));
        let pending: Arc<AtomicU64> = Arc::default();
        let intake =
            Intake { sender, behind: behind.clone(), woken: woken.clone(), pending: pending.clone() };
        let carrier = Carrier {
            load,
            client,
            writer,
            journal,
            mark,
            receiver,
            behind,
            woken,
            pending,
            pause: PAUSE_FIRST,
            unreadable: 0,
            is_fresh: false,
        };
        (intake, carrier)
    }

    /// Carries until the loop's end is gone.
    pub(super) async fn run(mut self) {
        let mut notes = interval_at(Instant::now() + NOTE_FIRST, NOTE_EVERY);
        loop {
            tokio::select! {
                biased;
                effect = self.receiver.recv() => match effect {
                    Some((id, effect)) => self.carry_held(id, &effect).await,
                    None => return,
                },
                // What was left out stands behind all that was handed over.
                () = self.woken.notified() => {
                    while let Ok((id, effect)) = self.receiver.try_recv() {
                        self.carry_held(id, &effect).await;
                    }
                    self.catch_up().await;
                }
                _ = notes.tick() => self.note_position().await,
            }
        }
    }

    /// Reads what was left out, until nothing more is.
    async fn catch_up(&mut self) {
        let next = lock(&self.behind).as_ref().map(|behind| (behind.from, behind.names.clone()));
        let Some((from, mut names)) = next else { return };
        info!(stream = self.writer.stream(), from = from.seq.0, "catching up from the journal");
        let mut read = from.seq.0 - 1;
        loop {
            let to = match &mut *lock(&self.behind) {
                // Under the lock: whoever hands over after this finds room again.
                held if held.as_ref().is_none_or(|behind| behind.to.0 <= read) => {
                    *held = None;
                    return;
                }
                Some(behind) => behind.to.0,
                None => return,
            };
            match self.read_on(read + 1, to, &mut names).await {
                Ok(()) => read = to,
                Err(fault) => {
                    warn!(%fault, "the journal cannot be read for the outbox; trying again");
                    self.back_off().await;
                }
            }
        }
    }

    /// Writes the position once more, where nothing else has for a while and age would take it away. A failure
    /// is met with the next effect.
    async fn note_position(&mut self) {
        let is_fresh = std::mem::take(&mut self.is_fresh);
        let (Load::Out(handing), Some(id), false) = (&self.load, self.mark.done, is_fresh) else { return };
        match self.writer.publish(self.mark.last, vec![handing.position(id)]).await {
            Ok(last) => self.mark.last = last,
            Err(fault) => warn!(%fault, "the position of OUT could not be noted"),
        }
    }

    /// Carries what the facts of a range owe.
    async fn read_on(
        &mut self,
        from: u64,
        to: u64,
        names: &mut Names,
    ) -> Result<(), super::super::reader::ReadError> {
        let mut replay = self.journal.read(from, to);
        while let Some(stored) = replay.next().await? {
            // What is not ours was told when the journal was recovered, and owes nothing.
            let Ok(recorded) = decode(&stored.subject, &stored.payload, names) else { continue };
            if recorded.seq.0 != stored.seq {
                continue;
            }
            if let Event::Named { kind, names: new, .. } = &recorded.event {
                names.add(*kind, new);
            }
            for (id, effect) in react(&recorded, names) {
                if self.load.takes(&effect) {
                    self.carry(id, &effect).await;
                }
            }
        }
        Ok(())
    }

    /// Carries an effect out that was held in memory.
    async fn carry_held(&mut self, id: EffectId, effect: &Effect) {
        self.carry(id, effect).await;
        self.pending.fetch_sub(1, Ordering::Relaxed);
    }

    /// Carries one effect out, however long it takes, unless it has left before.
    async fn carry(&mut self, id: EffectId, effect: &Effect) {
        self.unreadable = 0;
        while !self.try_carry(id, effect).await {
            self.back_off().await;
        }
        self.pause = PAUSE_FIRST;
    }

    async fn back_off(&mut self) {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(PAUSE_LONGEST);
    }

    /// False: try again.
    async fn try_carry(&mut self, id: EffectId, effect: &Effect) -> bool {
        if self.mark.done.is_some_and(|done| id <= done) {
            return true;
        }
        let made = match &self.load {
            Load::Dead(burial) => burial.letter(id, effect, &self.writer).await,
            Load::Out(handing) => handing.message(id, effect).await,
        };
        match made {
            Ok(Some(outgoing)) => self.publish(id, outgoing).await,
            Ok(None) => {
                self.mark.done = Some(id);
                true
            }
            Err(fault) => {
                let stream = self.writer.stream();
                self.unreadable += u32::from(!fault.is_outage());
                let is_given_up = self.unreadable >= UNREADABLE_MAX;
                if is_given_up {
                    error!(%fault, seq = id.seq.0, stream, "what a record owes cannot be read; it is left out");
                    self.mark.done = Some(id);
                } else {
                    warn!(%fault, seq = id.seq.0, stream, "what must leave cannot be read; trying again");
                }
                is_given_up
            }
        }
    }

    async fn publish(&mut self, id: EffectId, outgoing: Outgoing) -> bool {
        let [before, sent, after] = self.load.points();
        fault::point(before);
        let publish = self.writer.publish(self.mark.last, vec![outgoing]);
        let published = fault::sent(sent, publish).await;
        match published {
            Ok(last) => {
                self.mark = Mark { last, done: Some(id), emptied: false };
                self.is_fresh = true;
                fault::point(after);
                true
            }
            Err(AppendError::TooLarge { stream, .. }) => {
                error!(seq = id.seq.0, stream, "what a record owes is too large; it stays in the journal");
                self.mark.done = Some(id);
                true
            }
            Err(fault) => {
                let stream = self.writer.stream();
                warn!(%fault, stream, "a stream did not take a message; reading where it ends");
                if let Ok(mark) = mark::read(&self.client, stream).await {
                    self.mark = Mark { done: mark.done.max(self.mark.done), ..mark };
                }
                false
            }
        }
    }
}

fn lock(behind: &Mutex<Option<Behind>>) -> MutexGuard<'_, Option<Behind>> {
    // Nothing between taking and releasing can panic.
    behind.lock().unwrap_or_else(PoisonError::into_inner)
}
