//! Variables of the environment and values of `--set`: single keys above every file. A value is typed by what
//! its key takes, never by how it looks: `+4860`, `00950` and `true` stay texts where a text is wanted.
//!
//! `SWITCHBOARD__QUEUE__BILLING__PRIORITY` is `queue.billing.priority`. Names are lower case in the end, so a
//! variable is upper case throughout; a name with `-` cannot be written so where a shell sets it, since `_`
//! is another letter. Variables that begin otherwise, as `SWITCHBOARD_X`, are not looked at.

use std::ffi::OsString;

use config::{Map, Value, ValueKind};

use super::book::{Book, Kind, Sheet, Spot, join};
use super::finding::{Code, Finding, Findings, visible};
use super::keys::{self, Unknown};
use super::nearest::nearest;
use super::parse;
use super::redact::is_secret;

/// What our variables begin with.
const PREFIX: &str = "SWITCHBOARD__";

/// One key with the text of its value.
struct Single {
    sheet: Sheet,
    path: Vec<String>,
    text: String,
}

/// A layer for each variable of ours, in the order of their names.
pub(super) fn environment(
    variables: &[(OsString, OsString)],
    book: &mut Book,
    findings: &mut Findings,
) -> Vec<Map<String, Value>> {
    let ours = |(name, _): &&(OsString, OsString)| name.as_encoded_bytes().starts_with(PREFIX.as_bytes());
    let mut ours: Vec<&(OsString, OsString)> = variables.iter().filter(ours).collect();
    ours.sort();
    let mut layers = Vec::new();
    for (name, text) in ours {
        let (Some(name), Some(text)) = (name.to_str(), text.to_str()) else {
            let fact = "the variable or its value is not UTF-8 text";
            let file = visible(&format!("env:{}", name.to_string_lossy()));
            findings.push(Finding { file, ..Finding::error(Code::NotUtf8, "", fact) });
            continue;
        };
        let sheet = Sheet::Variable(visible(name));
        let keys = name.strip_prefix(PREFIX).unwrap_or_default();
        if keys.chars().any(char::is_lowercase) {
            let fact = format!("the variable `{name}` has lower-case letters");
            let hint = format!("write `{}`", name.to_uppercase());
            let finding = Finding { file: sheet.name(), ..Finding::error(Code::UnknownKey, "", fact) };
            findings.push(finding.hint(hint));
            continue;
        }
        let path = keys.split("__").map(str::to_lowercase).collect();
        layers.extend(Single { sheet, path, text: text.to_owned() }.read(book, findings));
    }
    layers
}

/// A layer for each `key.path=value`, in the order in which they were given.
pub(super) fn flags(flags: &[String], book: &mut Book, findings: &mut Findings) -> Vec<Map<String, Value>> {
    let mut layers = Vec::new();
    for flag in flags {
        let Some((key, text)) = flag.split_once('=') else {
            let fact = "the value of `--set` has no `=`";
            let finding = Finding { file: "flag:--set".to_owned(), ..Finding::error(Code::Syntax, "", fact) };
            findings.push(finding.hint("write `--set key.path=value`"));
            continue;
        };
        let path = key.trim().split('.').map(str::to_owned).collect();
        let sheet = Sheet::Flag(visible(key.trim()));
        layers.extend(Single { sheet, path, text: text.to_owned() }.read(book, findings));
    }
    layers
}

impl Single {
    fn read(self, book: &mut Book, findings: &mut Findings) -> Option<Map<String, Value>> {
        let keys: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let at = keys.iter().fold(String::new(), |at, key| join(&at, key));
        let file = self.sheet.name();
        let mut refuse = |finding: Finding| {
            findings.push(Finding { file: file.clone(), ..finding });
            None
        };
        if keys.iter().any(|key| key.is_empty()) {
            let fact = "a name in the key is empty";
            return refuse(Finding::error(Code::UnknownKey, at, fact).hint("a key looks like `log.level`"));
        }
        let schema = match keys::find(&keys) {
            Ok(schema) => schema,
            Err(unknown) => return refuse(self.unknown(&at, unknown)),
        };
        let kind = match self.typed(&at, schema) {
            Ok(kind) => kind,
            Err(finding) => return refuse(*finding),
        };
        let sheet = book.open(self.sheet);
        let layer = nested(&self.path, kind, sheet, book);
        Some(layer)
    }

    /// The value as its key takes it.
    fn typed(&self, at: &str, schema: &serde_json::Value) -> Result<ValueKind, Box<Finding>> {
        let text = self.text.as_str();
        let takes = |kind| keys::takes(schema, kind);
        let wrong = |wanted: &str, hint: &str| {
            // A URL may have a login in it, and what belongs elsewhere may be a secret.
            let is_outside = at.starts_with("nats.") || at.starts_with("smtp.");
            let hidden = is_secret(at) || is_outside || text.contains('@');
            let shown = if hidden { "not shown here".to_owned() } else { format!("`{text}`") };
            let fact = format!("`{at}` is {shown}, but should be {wanted}");
            Err(Box::new(Finding::error(Code::WrongType, at, fact).hint(hint)))
        };
        if takes("array") && text.starts_with('[') {
            return match parse::value(text, "").map(|value| value.kind) {
                Some(list @ ValueKind::Array(_)) => Ok(list),
                _ => wrong("a list", "write it as in a file: `[\"one\", \"two\"]`"),
            };
        }
        if takes("string") {
            return Ok(ValueKind::String(text.to_owned()));
        }
        if takes("integer") {
            // As in a file: digits may be parted by `_`, and a zero before others is refused.
            return match parse::value(text, "").map(|value| value.kind) {
                Some(ValueKind::I64(number)) => Ok(ValueKind::I64(number)),
                _ => wrong("a whole number", "write digits alone"),
            };
        }
        if takes("boolean") {
            return match text {
                "true" => Ok(ValueKind::Boolean(true)),
                "false" => Ok(ValueKind::Boolean(false)),
                _ => wrong("`true` or `false`", "write one of these words"),
            };
        }
        if takes("array") {
            return wrong("a list", "write it in brackets, as `[\"one\", \"two\"]`");
        }
        let fact = format!("`{at}` is a table, and one value cannot be one");
        Err(Box::new(Finding::error(Code::WrongType, at, fact).hint("name one of its keys")))
    }

    fn unknown(&self, at: &str, unknown: Unknown) -> Finding {
        let Unknown { table, key, hint } = unknown;
        if is_secret(&key) && table.starts_with("nats") {
            let fact = format!("`{at}` would hold a secret, `{key}`, itself");
            let hint = "put it in a file, readable by the daemon alone, and name that, as by `password_file`";
            return Finding::error(Code::SecretInline, at, fact).hint(hint);
        }
        let fact = match table.as_str() {
            "" => format!("there is no section `{key}`"),
            table => format!("`{table}` has no key `{key}`"),
        };
        let finding = Finding::error(Code::UnknownKey, at, fact);
        match (&self.sheet, near_variable(&self.path)) {
            (Sheet::Variable(_), Some(name)) => finding.hint(format!("did you mean `{name}`?")),
            _ => Finding { hint, ..finding },
        }
    }
}

/// The variable that was meant, where each name on the way has one near it.
fn near_variable(path: &[String]) -> Option<String> {
    let mut found: Vec<&str> = Vec::new();
    for key in path {
        let key = key.as_str();
        let near = match found.iter().copied().chain([key]).collect::<Vec<_>>() {
            exact if keys::find(&exact).is_ok() => key,
            _ => nearest(key, keys::properties(keys::find(&found).ok()?)?.keys().map(String::as_str))?,
        };
        found.push(near);
    }
    Some(format!("{PREFIX}{}", found.join("__").to_uppercase()))
}

/// The value inside the tables on the way to it, each noted in the book.
fn nested(path: &[String], kind: ValueKind, sheet: usize, book: &mut Book) -> Map<String, Value> {
    let mut at = String::new();
    let mut origin = String::new();
    for (place, key) in path.iter().enumerate() {
        at = join(&at, key);
        let kind = match &kind {
            _ if place + 1 < path.len() => Kind::Table,
            ValueKind::Array(_) => Kind::List,
            ValueKind::String(_) => Kind::Text,
            _ => Kind::Other,
        };
        origin = book.note(&at, Spot { sheet, key: 0..0, value: 0..0, kind }).to_string();
    }
    let leaf = Value::new(Some(&origin), kind);
    let mut names = path.iter().rev();
    let last = names.next().expect("a key has a name").clone();
    names.fold(Map::from_iter([(last, leaf)]), |inner, name| {
        Map::from_iter([(name.clone(), Value::new(None, ValueKind::Table(inner)))])
    })
}
