//! Instants as RFC 3339 text in UTC with milliseconds, as `2026-01-02T03:04:05.123Z`.
//! Text can name the years -9999 to 9999; an instant outside is written as the nearest that it can.

use std::borrow::Cow;
use std::fmt;

use jiff::fmt::StdFmtWrite;
use jiff::fmt::temporal::{DateTimeParser, DateTimePrinter};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::domain::{Timestamp, spelled};

static PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
static PARSER: DateTimeParser = DateTimeParser::new();

/// An instant as it stands in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstantText(pub Timestamp);

/// The text of an instant.
pub fn format_instant(at: Timestamp) -> String {
    InstantText(at).to_string()
}

/// The instant of a text with any offset, cut to whole milliseconds. `None` when it is not RFC 3339.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    PARSER.parse_timestamp(text).ok().map(|at| Timestamp(at.as_millisecond()))
}

/// Writes the text of an instant behind what is there.
pub(crate) fn push_instant(line: &mut Vec<u8>, at: Timestamp) {
    PRINTER.print_timestamp(&nearest(at), line).expect("a list of bytes takes text");
}

fn nearest(at: Timestamp) -> jiff::Timestamp {
    let nearest = if at.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_millisecond(at.0).unwrap_or(nearest)
}

impl fmt::Display for InstantText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PRINTER.print_timestamp(&nearest(self.0), StdFmtWrite(f)).map_err(|_| fmt::Error)
    }
}

impl From<Timestamp> for InstantText {
    fn from(at: Timestamp) -> Self {
        InstantText(at)
    }
}

impl Serialize for InstantText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for InstantText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        spelled(deserializer, "an instant in RFC 3339", parse_instant).map(InstantText)
    }
}

impl JsonSchema for InstantText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_with_three_digits_and_read_back() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_767_323_045_123, "2026-01-02T03:04:05.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(format_instant(Timestamp(millis)), text);
            assert_eq!(parse_instant(text), Some(Timestamp(millis)));
        }
        assert_eq!(parse_instant("2026-01-02T04:04:05.1239+01:00"), Some(Timestamp(1_767_323_045_123)));
        assert_eq!(parse_instant("yesterday"), None);
    }

    #[test]
    fn an_instant_beyond_text_is_written_as_the_last_one() {
        assert_eq!(format_instant(Timestamp(i64::MAX)), "9999-12-30T22:00:00.999Z");
    }
}
