//! From the text of one file to a layer for the `config` crate, with every fault of its syntax at once, and
//! the place of each key and value noted. What TOML has and no key of ours takes (a date, a number that does
//! not fit) is refused here, since the crate would turn it into something else.

use config::{Map, Value, ValueKind};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::book::{Book, Kind, Sheet, Spot, join};
use super::finding::{Code, Finding, Findings};

/// How deep tables and lists may lie in each other; ours need five.
const DEPTH_MAX: usize = 32;

/// Reads the text of a sheet. `None` where it is not TOML.
pub(super) fn parse(book: &mut Book, sheet: usize, findings: &mut Findings) -> Option<Map<String, Value>> {
    let page = book.sheets[sheet].page()?.clone();
    let (table, errors) = DeTable::parse_recoverable(&page.text);
    for error in &errors {
        let fact = format!("this is not TOML: {}", error.message());
        let hint = "nothing else is checked until every file can be parsed";
        let finding = Finding::error(Code::Syntax, "", fact).hint(hint);
        findings.push(book.at(finding, sheet, error.span().unwrap_or_default()));
    }
    if !errors.is_empty() {
        return None;
    }
    Some(Reader { book, sheet, findings }.table("", table.into_inner(), 0))
}

/// A list or a table as a value of its own, as variables and flags have it. Its places are not noted.
pub(super) fn value(text: &str, origin: &str) -> Option<Value> {
    let mut book = Book::default();
    let sheet = book.open(Sheet::Flag(String::new()));
    let mut findings = Findings::default();
    let read = DeValue::parse(text).ok()?;
    let value = Reader { book: &mut book, sheet, findings: &mut findings }.value("", read, 0, origin)?;
    (!findings.has_errors()).then_some(value)
}

struct Reader<'a> {
    book: &'a mut Book,
    sheet: usize,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn table(&mut self, at: &str, table: DeTable<'_>, depth: usize) -> Map<String, Value> {
        let mut read = Map::new();
        for (key, value) in table {
            let path = join(at, key.get_ref());
            let spot = self.note(&path, key.span(), &value);
            if let Some(value) = self.value(&path, value, depth + 1, &spot) {
                read.insert(key.into_inner().into_owned(), value);
            }
        }
        read
    }

    fn value(&mut self, at: &str, value: Spanned<DeValue<'_>>, depth: usize, origin: &str) -> Option<Value> {
        if depth > DEPTH_MAX {
            let fact = format!("tables and lists lie more than {DEPTH_MAX} deep in each other");
            return self.refuse(Code::OutOfRange, at, fact);
        }
        let kind = match value.into_inner() {
            DeValue::String(text) => ValueKind::String(text.into_owned()),
            DeValue::Boolean(value) => ValueKind::Boolean(value),
            DeValue::Float(float) => ValueKind::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Integer(number) => match whole(&number) {
                Some(number) => ValueKind::I64(number),
                None => return self.refuse(Code::OutOfRange, at, format!("`{at}` is too large a number")),
            },
            DeValue::Datetime(_) => {
                let fact = format!("`{at}` is a date, and no key takes one");
                return self.refuse(Code::WrongType, at, fact);
            }
            DeValue::Array(items) => {
                let mut list = Vec::new();
                for (place, item) in items.into_iter().enumerate() {
                    let path = format!("{at}[{place}]");
                    let spot = self.note(&path, item.span(), &item);
                    list.extend(self.value(&path, item, depth + 1, &spot));
                }
                ValueKind::Array(list)
            }
            DeValue::Table(table) => ValueKind::Table(self.table(at, table, depth)),
        };
        Some(Value::new(Some(&origin.to_owned()), kind))
    }

    fn note(&mut self, path: &str, key: std::ops::Range<usize>, value: &Spanned<DeValue<'_>>) -> String {
        let kind = match value.get_ref() {
            DeValue::Table(_) => Kind::Table,
            DeValue::Array(_) => Kind::List,
            DeValue::String(_) => Kind::Text,
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
                Kind::Other
            }
        };
        let spot = Spot { sheet: self.sheet, key, value: value.span(), kind };
        self.book.note(path, spot).to_string()
    }

    fn refuse(&mut self, code: Code, at: &str, fact: String) -> Option<Value> {
        self.findings.push(Finding::error(code, at, fact));
        None
    }
}

fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
