//! Now, for the loop: wall-clock milliseconds that never run backwards.
//!
//! A forward step of the wall clock fires everything that falls due in between at once, so a step of
//! more than [`STEP_MAX`] against the monotonic clock is held for [`HOLD`]: time goes on by the
//! monotonic clock and an alarm is logged. What still stands after that is taken, and the reading
//! says so, since the loop must record it. A backward step makes time stand until it is caught up.
//!
//! The rule is arithmetic over given readings ([`Rule`]); the system's clocks are read in one place.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tracing::{error, info};

use crate::domain::{Span, Timestamp};

/// The largest forward step that is taken at once.
pub const STEP_MAX: Span = Span::seconds(5);
/// How long a larger step must stand before it is taken.
pub const HOLD: Span = Span::seconds(60);

/// What the loop reads its time from.
pub trait Clock: Send {
    /// The time now; never earlier than the reading before it.
    fn now(&mut self) -> Reading;

    /// The same for what is recorded outside of a round: a step that is taken meanwhile is told by the next
    /// [`Clock::now`].
    fn time(&mut self) -> Timestamp;
}

/// One reading of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time to use.
    pub now: Timestamp,
    /// Set once when a held step is taken: from where to where. The loop must record it.
    pub stepped: Option<(Timestamp, Timestamp)>,
}

/// The system's clocks under the rule.
pub struct SystemClock {
    started: Instant,
    rule: Rule,
    /// A step that was taken and not told yet.
    untold: Option<(Timestamp, Timestamp)>,
}

/// The system's clock over all terms of a process. Its clones are the same clock: one made anew would take a
/// step that is being held at its first reading, and say nothing of it.
#[derive(Clone)]
pub struct SharedClock {
    clock: Arc<Mutex<SystemClock>>,
}

/// A clock that moves only by [`ManualClock::set`]. Its clones are the same clock, so one hand moves
/// what the loop reads.
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    now: Arc<AtomicI64>,
}

/// The rule: what time it is, given what the clocks say. Pure.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The last time given out, and the monotonic instant that it belongs to. Stands still in a hold.
    anchor: Timestamp,
    anchor_elapsed: Duration,
    latest: Timestamp,
    held_since: Option<Duration>,
    begun: bool,
}

/// What the rule says besides the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to tell.
    Plain,
    /// A step is being held from now on: raise the alarm.
    HoldBegins,
    /// The step went away by itself.
    HoldEnds,
    /// The step is taken: from where to where.
    Stepped(Timestamp, Timestamp),
}

impl SystemClock {
    /// A clock that is never earlier than `floor`, the time of the journal's last event.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn new(floor: Timestamp) -> SystemClock {
        SystemClock { started: Instant::now(), rule: Rule::new(floor), untold: None }
    }
}

impl Clock for SystemClock {
    fn now(&mut self) -> Reading {
        let now = self.time();
        Reading { now, stepped: self.untold.take() }
    }

    fn time(&mut self) -> Timestamp {
        let wall = wall_clock();
        let (now, verdict) = self.rule.read(wall, self.started.elapsed());
        match verdict {
            Verdict::Plain => {}
            Verdict::HoldBegins => {
                let step_ms = wall.since(now).0;
                error!(
                    step_ms,
                    hold_ms = HOLD.0,
                    "the wall clock stepped forward; held, check time synchronisation"
                );
            }
            Verdict::HoldEnds => info!("the wall clock came back; the held step is dropped"),
            Verdict::Stepped(from, to) => {
                let from = self.untold.map_or(from, |(first, _)| first);
                self.untold = Some((from, to));
            }
        }
        now
    }
}

impl SharedClock {
    /// The clock of a process that has just started.
    pub fn new() -> SharedClock {
        SharedClock { clock: Arc::new(Mutex::new(SystemClock::new(Timestamp(0)))) }
    }

    /// From now on it is never earlier than `floor`, the time of the journal's last event.
    pub fn raise(&self, floor: Timestamp) {
        self.locked(|clock| clock.rule.raise(floor));
    }

    /// A panic in a reading leaves nothing half done that matters to the next one.
    fn locked<T>(&self, read: impl FnOnce(&mut SystemClock) -> T) -> T {
        read(&mut self.clock.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for SharedClock {
    fn default() -> SharedClock {
        SharedClock::new()
    }
}

impl Clock for SharedClock {
    fn now(&mut self) -> Reading {
        self.locked(SystemClock::now)
    }

    fn time(&mut self) -> Timestamp {
        self.locked(SystemClock::time)
    }
}

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: Timestamp) -> ManualClock {
        ManualClock { now: Arc::new(AtomicI64::new(start.0)) }
    }

    /// Moves the clock to `to`; it never moves backwards.
    pub fn set(&self, to: Timestamp) {
        self.now.fetch_max(to.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&mut self) -> Reading {
        Reading { now: self.time(), stepped: None }
    }

    fn time(&mut self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }
}

impl Rule {
    /// A rule that never gives a time before `floor`.
    pub fn new(floor: Timestamp) -> Rule {
        Rule { anchor: floor, anchor_elapsed: Duration::ZERO, latest: floor, held_since: None, begun: false }
    }

    /// Never gives a time before `floor` from now on. What is being held goes on being held.
    pub fn raise(&mut self, floor: Timestamp) {
        self.latest = self.latest.max(floor);
    }

    /// The time when the wall clock says `wall` and the monotonic clock has run for `elapsed`.
    pub fn read(&mut self, wall: Timestamp, elapsed: Duration) -> (Timestamp, Verdict) {
        // At the first reading there is nothing to hold against: the site may have been down.
        if !self.begun {
            self.begun = true;
            return (self.take(wall, elapsed), Verdict::Plain);
        }
        let expected = self.anchor.after(millis(elapsed.saturating_sub(self.anchor_elapsed)));
        if wall <= expected.after(STEP_MAX) {
            let verdict = if self.held_since.is_some() { Verdict::HoldEnds } else { Verdict::Plain };
            return (self.take(wall, elapsed), verdict);
        }
        match self.held_since {
            None => {
                self.held_since = Some(elapsed);
                (self.go_on(expected), Verdict::HoldBegins)
            }
            Some(since) if millis(elapsed.saturating_sub(since)) < HOLD => {
                (self.go_on(expected), Verdict::Plain)
            }
            Some(_) => {
                let from = self.go_on(expected);
                (self.take(wall, elapsed), Verdict::Stepped(from, wall))
            }
        }
    }

    /// Believes the wall clock, and measures the next step from here.
    fn take(&mut self, wall: Timestamp, elapsed: Duration) -> Timestamp {
        self.held_since = None;
        self.latest = self.latest.max(wall);
        self.anchor = self.latest;
        self.anchor_elapsed = elapsed;
        self.latest
    }

    /// Goes by the monotonic clock. The anchor stays, or rounding would slow a clock that is read often.
    fn go_on(&mut self, expected: Timestamp) -> Timestamp {
        self.latest = self.latest.max(expected);
        self.latest
    }
}

fn millis(duration: Duration) -> Span {
    Span(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

/// The system's wall clock; before 1970 it counts as 1970.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(super) fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Timestamp(millis(since).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Readings as (wall s, monotonic s) and what comes of them: (now s, verdict).
    fn check(floor: i64, readings: &[(i64, u64, i64, Verdict)]) {
        let mut rule = Rule::new(at(floor));
        for &(wall, elapsed, now, verdict) in readings {
            let got = rule.read(at(wall), Duration::from_secs(elapsed));
            assert_eq!(got, (at(now), verdict), "at wall {wall} s, monotonic {elapsed} s");
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000)
    }

    #[test]
    fn time_follows_the_wall_clock() {
        check(0, &[(1_000, 0, 1_000, Verdict::Plain), (1_003, 3, 1_003, Verdict::Plain)]);
    }

    #[test]
    fn time_stands_while_the_wall_clock_is_behind() {
        check(
            0,
            &[
                (1_000, 0, 1_000, Verdict::Plain),
                (900, 1, 1_000, Verdict::Plain),
                (950, 51, 1_000, Verdict::Plain),
                (1_001, 102, 1_001, Verdict::Plain),
            ],
        );
    }

    #[test]
    fn the_last_event_is_a_floor() {
        check(2_000, &[(1_000, 0, 2_000, Verdict::Plain), (1_001, 1, 2_000, Verdict::Plain)]);
    }

    #[test]
    fn a_site_that_was_down_for_a_day_starts_at_the_wall_clock() {
        check(1_000, &[(87_400, 0, 87_400, Verdict::Plain)]);
    }

    #[test]
    fn a_step_of_five_seconds_is_taken_at_once() {
        check(0, &[(1_000, 0, 1_000, Verdict::Plain), (1_006, 1, 1_006, Verdict::Plain)]);
    }

    #[test]
    fn a_larger_step_is_held_for_a_minute_and_then_taken() {
        check(
            0,
            &[
                (1_000, 0, 1_000, Verdict::Plain),
                (4_600, 1, 1_001, Verdict::HoldBegins),
                (4_630, 31, 1_031, Verdict::Plain),
                (4_659, 60, 1_060, Verdict::Plain),
                (4_660, 61, 4_660, Verdict::Stepped(at(1_061), at(4_660))),
                (4_661, 62, 4_661, Verdict::Plain),
            ],
        );
    }

    #[test]
    fn a_step_that_goes_away_is_never_taken() {
        check(
            0,
            &[
                (1_000, 0, 1_000, Verdict::Plain),
                (4_600, 1, 1_001, Verdict::HoldBegins),
                (1_030, 30, 1_030, Verdict::HoldEnds),
                (1_090, 90, 1_090, Verdict::Plain),
            ],
        );
    }

    #[test]
    fn a_floor_that_is_raised_ends_no_hold() {
        let mut rule = Rule::new(at(0));
        rule.read(at(1_000), Duration::ZERO);
        rule.read(at(4_600), Duration::from_secs(1));
        rule.raise(at(1_001));
        assert_eq!(rule.read(at(4_630), Duration::from_secs(31)), (at(1_031), Verdict::Plain));
        let stepped = Verdict::Stepped(at(1_061), at(4_660));
        assert_eq!(rule.read(at(4_660), Duration::from_secs(61)), (at(4_660), stepped));
    }

    #[test]
    fn a_raised_floor_holds_time_until_the_wall_clock_is_there() {
        let mut rule = Rule::new(at(0));
        rule.read(at(1_000), Duration::ZERO);
        rule.raise(at(1_010));
        assert_eq!(rule.read(at(1_005), Duration::from_secs(5)).0, at(1_010));
        assert_eq!(rule.read(at(1_011), Duration::from_secs(11)).0, at(1_011));
    }

    #[test]
    fn a_held_clock_that_is_read_often_keeps_its_pace() {
        let mut rule = Rule::new(at(0));
        rule.read(at(1_000), Duration::ZERO);
        let mut now = at(0);
        for step in 1..=100_000u64 {
            now = rule.read(at(9_000), Duration::from_micros(step * 100)).0;
        }
        assert_eq!(now, at(1_010));
    }

    #[test]
    fn no_reading_is_ever_earlier_than_the_one_before() {
        let mut rule = Rule::new(at(0));
        let mut random = fastrand::Rng::with_seed(7);
        let (mut latest, mut elapsed) = (at(0), Duration::ZERO);
        for _ in 0..10_000 {
            elapsed += Duration::from_millis(random.u64(0..20_000));
            let (now, _) = rule.read(Timestamp(random.i64(0..10_000_000)), elapsed);
            assert!(now >= latest, "{now:?} before {latest:?}");
            latest = now;
        }
    }

    #[test]
    fn a_manual_clock_moves_only_by_its_hand_and_only_forward() {
        let hand = ManualClock::new(at(10));
        let mut clock = hand.clone();
        hand.set(at(5));
        assert_eq!(clock.now().now, at(10));
        hand.set(at(20));
        assert_eq!(clock.now(), Reading { now: at(20), stepped: None });
    }
}
