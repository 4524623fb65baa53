//! Spans of time and sizes, as written. A number always bears its unit, since a bare one means seconds to
//! one reader and milliseconds to the next. Days and weeks are refused: in business hours a day means two
//! things. Nothing is rounded and nothing is negative.

use crate::domain::Span;

/// The longest span there is: ten years of 365 days.
pub(super) const SPAN_MAX: Span = Span::hours(87_600);

/// Why a text is not what it should be, as a way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit(pub(super) &'static str);

const UNITS: [(&str, i64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a span such as `30s`, `15m`, `1h 30m` or `500ms`: units descend, each at most once.
pub(super) fn span(text: &str) -> Result<Span, Unfit> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(Unfit("write a number with its unit, as `30s`"));
    }
    if rest.starts_with('-') {
        return Err(Unfit("a span is never negative"));
    }
    let mut sum: i64 = 0;
    let mut next_unit = 0;
    while !rest.is_empty() {
        let (count, tail) = whole_number(rest)?;
        let (unit, tail) = word(tail);
        let place = unit_place(unit)?;
        if place < next_unit {
            return Err(Unfit("write the larger unit first and each unit once, as `1h 30m`"));
        }
        next_unit = place + 1;
        let part = count.checked_mul(UNITS[place].1);
        sum = part.and_then(|part| sum.checked_add(part)).ok_or(TOO_LONG)?;
        rest = tail.trim_start();
    }
    if sum > SPAN_MAX.0 { Err(TOO_LONG) } else { Ok(Span(sum)) }
}

/// Reads a size in bytes such as `512MiB`.
pub(super) fn size(text: &str) -> Result<u64, Unfit> {
    let (count, tail) = whole_number(text.trim())?;
    let (unit, tail) = word(tail);
    if !tail.is_empty() {
        return Err(Unfit("write one number with its unit, as `512MiB`"));
    }
    let shift = match unit {
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        "TiB" => 40,
        "" => return Err(Unfit("say the unit: KiB, MiB, GiB or TiB")),
        _ => return Err(Unfit("the units are KiB, MiB, GiB and TiB (powers of 1,024)")),
    };
    u64::try_from(count).ok().and_then(|count| count.checked_mul(1 << shift)).ok_or(Unfit("it is too large"))
}

/// A span as one would write it.
pub(super) fn spell(span: Span) -> String {
    let mut left = span.0;
    let mut parts = Vec::new();
    for (unit, millis) in UNITS {
        if left >= millis {
            parts.push(format!("{}{unit}", left / millis));
            left %= millis;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

const TOO_LONG: Unfit = Unfit("the longest span is ten years, `87600h`");

fn whole_number(text: &str) -> Result<(i64, &str), Unfit> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, tail) = text.split_at(end);
    if digits.is_empty() {
        return Err(Unfit("write a whole number before each unit, as `1h 30m`"));
    }
    if tail.starts_with(['.', ',']) {
        return Err(Unfit("write whole numbers: `1h 30m`, not `1.5h`"));
    }
    digits.parse().map(|count| (count, tail.trim_start())).map_err(|_| Unfit("the number is too large"))
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    text.split_at(end)
}

fn unit_place(unit: &str) -> Result<usize, Unfit> {
    let place = UNITS.iter().position(|(known, _)| *known == unit);
    place.ok_or(match unit {
        "" => Unfit("say the unit: h, m, s or ms"),
        "d" | "day" | "days" => {
            Unfit("a day means two things once business hours count; write hours, as `24h`")
        }
        "w" | "week" | "weeks" => {
            Unfit("a week means two things once business hours count; write hours, as `168h`")
        }
        _ => Unfit("the units are h, m, s and ms"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_sums_of_descending_units() {
        assert_eq!(span("30s"), Ok(Span::seconds(30)));
        assert_eq!(span("1h 30m"), Ok(Span::minutes(90)));
        assert_eq!(span("1h30m"), Ok(Span::minutes(90)));
        assert_eq!(span("0s"), Ok(Span(0)));
        assert_eq!(span("1500ms"), Ok(Span(1_500)));
        assert_eq!(span("87600h"), Ok(SPAN_MAX));
    }

    #[test]
    fn what_two_readers_would_read_differently_is_refused() {
        for text in [
            "",
            "30",
            "1d",
            "2w",
            "-5s",
            "1.5h",
            "30m 1h",
            "1h 1h",
            "1y",
            "s",
            "99999999999h",
            "87601h",
            "5µs",
        ] {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(size("1GiB"), Ok(1 << 30));
        assert_eq!(size("64 KiB"), Ok(64 << 10));
        for text in ["1", "1GB", "-1GiB", "1.5GiB", "1GiB 2MiB", "9999999999999TiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_spelled_span_reads_back() {
        for millis in [0, 1, 1_500, 90 * 60_000, SPAN_MAX.0] {
            assert_eq!(span(&spell(Span(millis))), Ok(Span(millis)));
        }
    }
}
