//! Instants and spans in whole milliseconds. There is no clock here: time is always an argument.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in the journal; the first record is 1, and 0 stands before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The place after this one.
    pub fn next(self) -> Seq {
        Seq(self.0 + 1)
    }
}

/// An instant: milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Later by `span`, at most the last instant there is.
    pub fn after(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0))
    }

    /// Earlier by `span`, at least the first instant there is.
    pub fn before(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_sub(span.0))
    }

    /// The span from `earlier` to this; zero when it is not earlier.
    pub fn since(self, earlier: Timestamp) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0))
    }

    /// The day of this instant, counted from 1970-01-01 UTC.
    pub fn day(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }
}

impl fmt::Display for Timestamp {
    /// In whole seconds, as `2026-03-02T09:00:00Z`: for sentences. JSON has its own form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Days to a date of the Gregorian calendar, in eras of 400 years that begin on 1 March.
        let shifted = self.day() + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let seconds = self.0.div_euclid(1_000).rem_euclid(86_400);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// A length of time: milliseconds, never negative once checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

impl Span {
    /// So many whole seconds.
    pub const fn seconds(count: i64) -> Span {
        Span(count * 1_000)
    }

    /// So many whole minutes.
    pub const fn minutes(count: i64) -> Span {
        Span(count * 60_000)
    }

    /// So many whole hours.
    pub const fn hours(count: i64) -> Span {
        Span(count * 3_600_000)
    }

    /// The given percentage of this span, rounded down.
    pub fn percent(self, percent: u8) -> Span {
        Span((i128::from(self.0) * i128::from(percent) / 100) as i64)
    }
}
