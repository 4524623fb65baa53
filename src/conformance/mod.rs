//! Rows of test data against the production functions: what `switchboard conformance` runs. A suite is one file; it
//! knows the form of its rows and nothing of any single one.

mod addressing;
mod automated;
mod bounces;
mod chat;
mod compare;
mod concat;
mod e164;
mod email;
mod html;
mod language;
mod optout;
mod reply;
mod segments;
mod senders;
mod subjects;
mod threads;
mod webhooks;

use serde_json::{Value, json};

/// Reads a file that lies beside the rows.
pub type Files<'a> = dyn Fn(&str) -> Option<Vec<u8>> + 'a;

/// A kind of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    Email,
    Threads,
    Addressing,
    Automated,
    Subjects,
    Html,
    Reply,
    E164,
    Senders,
    Segments,
    Concat,
    Optout,
    Webhooks,
    Chat,
    Language,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Which one, from 1.
    pub row: usize,
    /// What the row calls itself.
    pub id: Option<String>,
    pub pass: bool,
    pub expected: Value,
    pub got: Value,
}

/// What a suite makes of a row.
pub(crate) struct Checked {
    pub pass: bool,
    pub expected: Value,
    pub got: Value,
}

impl Suite {
    /// Every suite.
    pub const ALL: [Suite; 15] = [
        Suite::Email,
        Suite::Threads,
        Suite::Addressing,
        Suite::Automated,
        Suite::Subjects,
        Suite::Html,
        Suite::Reply,
        Suite::E164,
        Suite::Senders,
        Suite::Segments,
        Suite::Concat,
        Suite::Optout,
        Suite::Webhooks,
        Suite::Chat,
        Suite::Language,
    ];

    /// Its word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Suite::Email => "email",
            Suite::Threads => "threads",
            Suite::Addressing => "addressing",
            Suite::Automated => "automated",
            Suite::Subjects => "subjects",
            Suite::Html => "html",
            Suite::Reply => "reply",
            Suite::E164 => "e164",
            Suite::Senders => "senders",
            Suite::Segments => "segments",
            Suite::Concat => "concat",
            Suite::Optout => "optout",
            Suite::Webhooks => "webhooks",
            Suite::Chat => "chat",
            Suite::Language => "language",
        }
    }

    /// Checks rows of JSON lines; empty lines are passed over. A row that is no JSON fails.
    pub fn run(self, rows: &str, files: &Files<'_>) -> Vec<Outcome> {
        let lines = rows.lines().filter(|line| !line.trim().is_empty()).enumerate();
        lines.map(|(place, line)| self.one(place + 1, line, files)).collect()
    }

    fn one(self, row: usize, line: &str, files: &Files<'_>) -> Outcome {
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            let got = json!("the row is not JSON");
            return Outcome { row, id: None, pass: false, expected: Value::Null, got };
        };
        let id = ["id", "name", "file"].into_iter().find_map(|name| value.get(name)?.as_str());
        let Checked { pass, expected, got } = self.check(&value, files);
        Outcome { row, id: id.map(str::to_owned), pass, expected, got }
    }

    fn check(self, row: &Value, files: &Files<'_>) -> Checked {
        match self {
            Suite::Email => email::check(row, files),
            Suite::Threads => threads::check(row, files),
            Suite::Addressing => addressing::check(row, files),
            Suite::Automated => automated::check(row, files),
            Suite::Subjects => subjects::check(row, files),
            Suite::Html => html::check(row, files),
            Suite::Reply => reply::check(row, files),
            Suite::E164 => e164::check(row, files),
            Suite::Senders => senders::check(row, files),
            Suite::Segments => segments::check(row, files),
            Suite::Concat => concat::check(row, files),
            Suite::Optout => optout::check(row, files),
            Suite::Webhooks => webhooks::check(row, files),
            Suite::Chat => chat::check(row, files),
            Suite::Language => language::check(row, files),
        }
    }
}

impl Checked {
    /// Passes where both are the same.
    pub(crate) fn same(expected: Value, got: Value) -> Checked {
        Checked { pass: expected == got, expected, got }
    }
}
