//! The Date of a mail: RFC 5322 with its obsolete forms, read by the mail parser, and the forms of other standards
//! that senders write in its place. Whether it is believed is judged elsewhere.

use jiff::civil;
use mail_parser::DateTime;

use crate::domain::Timestamp;

use super::ids::without_comments;

/// A longer one is none.
const DATE_BYTES_MAX: usize = 256;

/// The instant that a date names.
pub(super) fn read(value: &str) -> Option<Timestamp> {
    let value = value.get(..value.floor_char_boundary(DATE_BYTES_MAX))?;
    let plain = without_comments(value);
    let words: Vec<&str> = plain.split(|char: char| char.is_whitespace() || char == ',').collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    // `09 : 55 : 06` is legal, if obsolete.
    let plain = words.join(" ").replace(" :", ":").replace(": ", ":");
    rfc_5322(&plain).or_else(|| iso(&plain)).map(|seconds| Timestamp(seconds.saturating_mul(1_000)))
}

/// `[Mon] 5 Jan 2026 09:00[:00] [+0000]`, or as C prints it: `Mon Jan 5 09:00:00 2026`.
fn rfc_5322(value: &str) -> Option<i64> {
    let mut words: Vec<&str> = value.split(' ').collect();
    if words
        .first()
        .is_some_and(|word| word.starts_with(|char: char| char.is_alphabetic()) && month(word).is_none())
    {
        words.remove(0);
    }
    let hyphenated: Vec<&str> = words.first().map(|word| word.split('-').collect()).unwrap_or_default();
    if let [_, name, _] = hyphenated.as_slice()
        && month(name).is_some()
    {
        words.splice(..1, hyphenated);
    }
    let (day, name, rest) = match words.as_slice() {
        [name, day, rest @ ..] if month(name).is_some() => (day, name, rest),
        [day, name, rest @ ..] => (day, name, rest),
        _ => return None,
    };
    let (year, time, zone) = match rest {
        [time, zone, year, ..] if time.contains(':') && whole_year(zone).is_none() => {
            (year, Some(time), Some(zone))
        }
        [time, year, ..] if time.contains(':') => (year, Some(time), rest.get(2)),
        [year, time, ..] => (year, Some(time), rest.get(2)),
        [year] => (year, None, None),
        [] => return None,
    };
    let zone = zone.copied().map(zone_name).unwrap_or_default();
    let (hour, minute, second) = clock(time.copied().unwrap_or("00:00"))?;
    let written = format!(
        "{} {} {} {hour:02}:{minute:02}:{second:02} {zone}",
        digits(day)?,
        month(name)?,
        whole_year(year)?
    );
    let date = DateTime::parse_rfc822(&written)?;
    let day = civil::Date::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    );
    (date.is_valid() && day.is_ok()).then(|| date.to_timestamp())
}

/// `2026-01-05T09:00:00Z`, with a space for the `T` or without a zone.
fn iso(value: &str) -> Option<i64> {
    let joined = value.replacen(' ', "T", 1).replace(' ', "");
    let instant = joined.parse::<jiff::Timestamp>().or_else(|_| format!("{joined}Z").parse());
    instant.ok().map(jiff::Timestamp::as_second)
}

/// A leap second is the one before it.
fn clock(time: &str) -> Option<(u8, u8, u8)> {
    let mut numbers = time.split([':', '.']).map(|part| part.parse::<u8>().ok());
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().unwrap_or(Some(0))?.min(59);
    (hour <= 23 && minute <= 59).then_some((hour, minute, second))
}

fn digits(day: &str) -> Option<u8> {
    day.trim_end_matches('.').parse().ok().filter(|day| (1..=31).contains(day))
}

fn month(name: &str) -> Option<&'static str> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let start = name.get(..3)?;
    MONTHS.into_iter().find(|month| month.eq_ignore_ascii_case(start))
}

/// Two digits are of this century up to 49; three count from 1900 (RFC 5322 4.3).
fn whole_year(year: &str) -> Option<u16> {
    let number: u16 = year.parse().ok().filter(|_| !year.starts_with('+'))?;
    Some(match (year.len(), number) {
        (..=2, ..=49) => number + 2_000,
        (..=3, _) => number + 1_900,
        _ => number,
    })
}

/// Zones by number; names of which the parser knows less than senders write.
fn zone_name(zone: &str) -> String {
    let number = zone.trim_start_matches("GMT").trim_start_matches("UTC");
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ('-', rest),
        None => ('+', number.strip_prefix('+').unwrap_or(number)),
    };
    let hours = rest.replace(':', "");
    if !hours.is_empty() && hours.bytes().all(|byte| byte.is_ascii_digit()) {
        return match hours.len() {
            1 | 2 => format!("{sign}{hours:0>2}00"),
            _ => format!("{sign}{hours:0>4}"),
        };
    }
    let known = match zone.to_ascii_uppercase().as_str() {
        "EDT" => "-0400",
        "EST" | "CDT" => "-0500",
        "CST" | "MDT" => "-0600",
        "MST" | "PDT" => "-0700",
        "PST" => "-0800",
        "BST" | "CET" | "MET" | "WEST" => "+0100",
        "CEST" | "MEST" | "EET" | "SAST" => "+0200",
        "EEST" | "MSK" => "+0300",
        "IST" => "+0530",
        "JST" | "KST" => "+0900",
        "AEST" => "+1000",
        _ => "+0000",
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(value: &str) -> Option<i64> {
        read(value).map(|at| at.0 / 1_000)
    }

    #[test]
    fn one_instant_is_written_in_many_ways() {
        for written in [
            "Mon, 5 Jan 2026 09:00:00 -0500",
            "5 Jan 26 09:00 EST",
            "Mon, 05 Jan 2026 09(morning):00 : 00 -0500 (EST)",
            "Mon,5 Jan 126 14:00:00 GMT",
            "5-Jan-2026 14:00:00 Z",
            "Mon Jan  5 14:00:00 2026",
            "Mon Jan  5 09:00:00 EST 2026",
            "Mon Jan 05 15:00:00 +0100 2026",
            "Jan 5, 2026 14:00",
            "2026-01-05T14:00:00Z",
            "2026-01-05 15:00:00 +0100",
            "5 January 2026 14:00:00 UT",
            "5 Jan 2026 14:00:00 H0500",
            "5 Jan 2026 15:00:00 GMT+01:00",
        ] {
            assert_eq!(seconds(written), Some(1_767_621_600), "{written}");
        }
    }

    /// mail-E56: garbage is no date; a far year is one, and is judged elsewhere.
    #[test]
    fn garbage_is_no_date() {
        for written in
            ["", "Yesterday at noon", "31 Feb 2026 09:00:00 +0000", "5 Jan", "5 Jan 2026 25:00:00", "(", "99"]
        {
            assert_eq!(seconds(written), None, "{written}");
        }
        assert_eq!(seconds("Thu, 1 Jan 2099 00:00:00 +0000"), Some(4_070_908_800));
        assert_eq!(seconds("Sat, 31 Dec 2016 23:59:60 +0000"), Some(1_483_228_799));
        assert_eq!(seconds("Thu, 13 Feb 1969 23:32:00 -0330"), Some(-27_723_480));
    }
}
