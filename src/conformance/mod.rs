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
mod mailbox;
mod optout;
mod reply;
mod segments;
mod senders;
mod subjects;
mod threads;
mod webhooks;

use serde_json::{Value, json};

/// What some editors put before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads a file that lies beside the rows.
pub type Files<'a> = dyn Fn(&str) -> Option<Vec<u8>> + 'a;

/// How much of a text the split into reply and quotes looked at.
pub fn reply_steps(text: &str) -> u64 {
    reply::steps(text)
}

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
    /// Which one, from 1; empty lines are no rows.
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

    /// Checks rows of JSON lines, behind a mark of byte order or not; empty lines are passed over. A row that is no JSON,
    /// or no UTF-8, fails alone.
    pub fn run(self, rows: impl AsRef<[u8]>, files: &Files<'_>) -> Vec<Outcome> {
        let rows = rows.as_ref();
        let rows = rows.strip_prefix(BYTE_ORDER_MARK).unwrap_or(rows);
        let lines = rows.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        lines.enumerate().map(|(place, line)| self.one(place + 1, line, files)).collect()
    }

    /// The rows of a folder of texts, `emails/NAME.txt`, with what is expected of each in the folders beside it, where
    /// this kind has such; `files` reads below the folder that holds them all.
    pub fn folder(self, names: &[String], files: &Files<'_>) -> Vec<Outcome> {
        let rows = names.iter().enumerate().filter(|_| self == Suite::Reply);
        let one = |(place, name): (usize, &String)| {
            let row = reply::folder_row(name, files)?;
            let Checked { pass, expected, got } = self.check(&row, files);
            Some(Outcome { row: place + 1, id: Some(name.clone()), pass, expected, got })
        };
        rows.filter_map(one).collect()
    }

    fn one(self, row: usize, line: &[u8], files: &Files<'_>) -> Outcome {
        let Ok(value) = serde_json::from_slice::<Value>(line) else {
            let is_text = std::str::from_utf8(line).is_ok();
            let got = if is_text { "the row is not JSON" } else { "the row is not UTF-8" };
            return Outcome { row, id: None, pass: false, expected: Value::Null, got: json!(got) };
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
