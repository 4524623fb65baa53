//! Where everything stands: each key and value of each layer with its place, so that a finding points at the
//! value that won, and `config show` can say where a value is from and what it beat.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::excerpt;
use super::finding::{Code, Finding, visible};
use super::redact::{may_hold_secrets, redact};
use super::tree::spell_key;

/// A file as it was read.
#[derive(Debug)]
pub(super) struct Page {
    /// Its name, as it was given to us.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The same without secrets, byte for byte as long.
    shown: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Page {
    /// A file of that name with that text.
    pub(super) fn new(name: String, text: String) -> Page {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        Page { name: visible(&name), shown: redact(&text), text, lines }
    }

    /// Line and column of a byte, both from 1; a column is a character.
    fn place(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let before = self.text.get(self.lines[line - 1]..byte.min(self.text.len())).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

/// What was read, in the order of weight.
#[derive(Clone, Debug)]
pub(super) enum Sheet {
    /// A file.
    File(Arc<Page>),
    /// A variable of the environment.
    Variable(String),
    /// The key of a flag.
    Flag(String),
}

impl Sheet {
    /// The file's name, `env:VARIABLE` or `flag:key`.
    pub(super) fn name(&self) -> String {
        match self {
            Sheet::File(page) => page.name.clone(),
            Sheet::Variable(name) => format!("env:{name}"),
            Sheet::Flag(key) => format!("flag:{key}"),
        }
    }

    /// The file, if it is one.
    pub(super) fn page(&self) -> Option<&Arc<Page>> {
        match self {
            Sheet::File(page) => Some(page),
            Sheet::Variable(_) | Sheet::Flag(_) => None,
        }
    }
}

/// What a value is, as far as layers care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Other,
    List,
    Table,
}

impl Kind {
    /// In our words.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Kind::Text | Kind::Other => "a single value",
            Kind::List => "a list",
            Kind::Table => "a table",
        }
    }
}

/// One key with its value, in one layer.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// Which sheet.
    pub sheet: usize,
    /// The bytes of the key; of no meaning but in a file.
    pub key: Range<usize>,
    /// The bytes of the value.
    pub value: Range<usize>,
    /// What the value is.
    pub kind: Kind,
}

/// Every sheet and every spot on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    /// What speaks for the configuration as a whole: the name of the file that the others are added to.
    name: String,
    pub sheets: Vec<Sheet>,
    spots: Vec<Spot>,
    by_path: BTreeMap<String, Vec<usize>>,
    /// The spot of each value that won.
    winners: BTreeMap<String, usize>,
}

impl Book {
    /// An empty one, for the configuration of that name.
    pub(super) fn of(name: impl Into<String>) -> Book {
        Book { name: name.into(), ..Book::default() }
    }

    /// Takes a sheet in; the answer is its number.
    pub(super) fn open(&mut self, sheet: Sheet) -> usize {
        self.sheets.push(sheet);
        self.sheets.len() - 1
    }

    /// Notes a spot; the answer is its number.
    pub(super) fn note(&mut self, path: &str, spot: Spot) -> usize {
        let number = self.spots.len();
        self.spots.push(spot);
        self.by_path.entry(path.to_owned()).or_default().push(number);
        number
    }

    /// Notes which spot's value is in force at a path.
    pub(super) fn win(&mut self, path: &str, spot: usize) {
        self.winners.insert(path.to_owned(), spot);
    }

    /// Every path at which something was written, each with its spots, the lightest first.
    pub(super) fn written(&self) -> impl Iterator<Item = (&str, Vec<&Spot>)> {
        let spots = |numbers: &Vec<usize>| numbers.iter().map(|number| &self.spots[*number]).collect();
        self.by_path.iter().map(move |(path, numbers)| (path.as_str(), spots(numbers)))
    }

    /// The winner at a path, and what it beat, the heaviest first.
    pub(super) fn contest(&self, path: &str) -> Option<(&Spot, Vec<&Spot>)> {
        let winner = *self.winners.get(path)?;
        let others = self.by_path.get(path).into_iter().flatten().rev().filter(|number| **number != winner);
        Some((&self.spots[winner], others.map(|number| &self.spots[*number]).collect()))
    }

    /// `file:line:column`, `env:VARIABLE` or `flag:key`.
    pub(super) fn spell(&self, spot: &Spot) -> String {
        let sheet = &self.sheets[spot.sheet];
        match sheet.page() {
            Some(page) => {
                let (line, column) = page.place(spot.value.start);
                format!("{}:{line}:{column}", sheet.name())
            }
            None => sheet.name(),
        }
    }

    /// The finding with its place: that of its key's winning value, else that of the table around it.
    pub(super) fn locate(&self, finding: Finding) -> Finding {
        if !finding.file.is_empty() {
            return finding;
        }
        match self.find(&finding.at) {
            Some((spot, exact)) => {
                let range = if exact && points_at_value(finding.code, spot.kind) {
                    spot.value.clone()
                } else {
                    spot.key.clone()
                };
                self.at(finding, spot.sheet, range)
            }
            None => Finding { file: self.name.clone(), ..finding },
        }
    }

    /// The finding at these bytes of a sheet.
    pub(super) fn at(&self, finding: Finding, sheet: usize, range: Range<usize>) -> Finding {
        let sheet = &self.sheets[sheet];
        let file = sheet.name();
        let Some(page) = sheet.page() else { return Finding { file, ..finding } };
        let (line, column) = page.place(range.start);
        let excerpt = excerpt::cut(&page.shown, range);
        let excerpt = if may_be_secret(&finding) { excerpt.without_value() } else { excerpt };
        let excerpt = Some(excerpt);
        Finding { file, line: Some(line), column: Some(column), excerpt, ..finding }
    }

    fn find(&self, at: &str) -> Option<(&Spot, bool)> {
        let of = |path: &str| {
            let written = || self.by_path.get(path).and_then(|numbers| numbers.first());
            self.winners.get(path).or_else(written).map(|number| &self.spots[*number])
        };
        let mut path = at;
        while !path.is_empty() {
            if let Some(spot) = of(path) {
                return Some((spot, path == at));
            }
            path = parent(path);
        }
        None
    }
}

/// Whether a finding of that code is about the value rather than about its key.
fn points_at_value(code: Code, kind: Kind) -> bool {
    match code {
        Code::UnknownKey | Code::SecretInline | Code::NameTaken | Code::KindChange => false,
        Code::BadName | Code::UnknownSkill => kind == Kind::Text,
        _ => kind != Kind::Table,
    }
}

/// Whether what stands there could be a secret in the wrong place, so that no value is drawn.
fn may_be_secret(finding: &Finding) -> bool {
    match finding.code {
        Code::SecretInline | Code::BadUrl => true,
        Code::UnknownKey | Code::BadAddress | Code::NeedsRestart => may_hold_secrets(&finding.at),
        _ => false,
    }
}

/// The path of an entry inside a table.
pub(super) fn join(at: &str, key: &str) -> String {
    if at.is_empty() { spell_key(key) } else { format!("{at}.{}", spell_key(key)) }
}

/// The path of the table or list around an entry; empty at the root.
fn parent(path: &str) -> &str {
    let end = if path.ends_with(']') {
        path.rfind('[')
    } else if path.ends_with('"') {
        path.rfind(".\"")
    } else {
        path.rfind('.')
    };
    end.and_then(|end| path.get(..end)).unwrap_or_default()
}
