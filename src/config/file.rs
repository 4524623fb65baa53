//! From bytes to a tree, through the `config` crate: it merges the layers (one, so far). What it does on its
//! own is fenced in here: bytes are checked before it sees them, its paths meet only section names that
//! we know, and its converting deserializer is never called.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use config::{Config, ConfigError, FileFormat, Format, Map, Source, Value};

use super::finding::{Code, Finding, Findings};
use super::nearest::suggest;
use super::tree::{Node, spell_key};

/// The largest file that is read, in bytes: several times what the largest policy needs.
pub(super) const FILE_BYTES_MAX: u64 = 64 << 20;

/// Every section of the file.
pub(super) const SECTIONS: [&str; 15] = [
    "actor", "agent", "control", "http", "ladder", "log", "nats", "notice", "presence", "queue", "route",
    "site", "sla", "smtp", "source",
];

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, Finding> {
    let unreadable = |error: std::io::Error| {
        Finding::error(Code::Unreadable, "", format!("the file cannot be read: {error}"))
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let fact = format!("the file has more than {FILE_BYTES_MAX} bytes");
        return Err(Finding::error(Code::OutOfRange, "", fact));
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Finding::error(Code::NotUtf8, "", format!("the file is not UTF-8 text: see the byte at {place}"))
    })
}

/// Reads the text as TOML and merges it. Keys at the root that are no section are refused here.
pub(super) fn parse(text: &str, findings: &mut Findings) -> Option<Node> {
    let table = match FileFormat::Toml.parse(None, text) {
        Ok(table) => table,
        Err(error) => {
            findings.push(syntax(&error.to_string()));
            return None;
        }
    };
    let layer = Layer(sections(table, findings));
    match Config::builder().add_source(layer).build() {
        Ok(merged) => Some(Node::from(merged.cache)),
        Err(error) => {
            findings.push(syntax(&error.to_string()));
            None
        }
    }
}

/// Keeps the sections. The crate would take any other key apart at its dots and brackets.
fn sections(table: Map<String, Value>, findings: &mut Findings) -> Map<String, Value> {
    let (kept, odd): (Map<_, _>, Map<_, _>) =
        table.into_iter().partition(|(key, _)| SECTIONS.contains(&key.as_str()));
    let mut odd: Vec<String> = odd.into_keys().collect();
    odd.sort();
    for key in odd {
        let fact = format!("there is no section `{key}`");
        let mut finding = Finding::error(Code::UnknownKey, spell_key(&key), fact);
        finding.hint = suggest(&key, &SECTIONS);
        findings.push(finding);
    }
    kept
}

/// The parser draws the line that it stumbled on; the place and the sentence are kept, the line is not,
/// since it may hold a secret.
fn syntax(drawn: &str) -> Finding {
    let place = drawn.lines().next().and_then(|line| line.strip_prefix("TOML parse error at "));
    let sentence: Vec<&str> =
        drawn.lines().filter(|line| !line.contains('|') && !line.starts_with("TOML parse error")).collect();
    let sentence = sentence.join("; ");
    let fact = match place {
        Some(place) => format!("this is not TOML, at {place}: {sentence}"),
        None => format!("this is not TOML: {sentence}"),
    };
    Finding::error(Code::Syntax, "", fact).hint("nothing else is checked until the file can be parsed")
}

/// One parsed file, as a source of the `config` crate.
#[derive(Clone, Debug)]
struct Layer(Map<String, Value>);

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}
