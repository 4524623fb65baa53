//! Layers become one tree, by the `config` crate: tables merge, everything else is replaced whole. What the
//! crate does on its own is fenced in here: its paths meet only section names that we know, and its
//! converting deserializer is never called. Each value carries the number of its spot through the merge.

use config::{Config, ConfigError, Map, Source, Value, ValueKind};

use super::book::{Book, Kind};
use super::file::SECTIONS;
use super::finding::{Code, Finding, Findings};
use super::nearest::suggest;
use super::tree::{Node, spell_key};

/// One layer, as a source of the `config` crate.
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

/// Merges the layers, the lightest first, and notes in the book which values won.
pub(super) fn merge(
    layers: Vec<Map<String, Value>>,
    book: &mut Book,
    findings: &mut Findings,
) -> Option<Node> {
    kind_changes(book, findings);
    let mut builder = Config::builder();
    for layer in layers {
        builder = builder.add_source(Layer(sections(layer, findings)));
    }
    match builder.build() {
        Ok(merged) => Some(settle(merged.cache, "", book)),
        Err(error) => {
            findings.push(Finding::error(Code::Syntax, "", format!("the layers do not merge: {error}")));
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

/// Tells where a heavier layer puts a value in the place of a table, or a table in the place of a value: all
/// that was written there before is gone, which is hardly meant.
fn kind_changes(book: &Book, findings: &mut Findings) {
    let mut changes = Vec::new();
    for (path, spots) in book.written() {
        for pair in spots.windows(2) {
            let [lighter, heavier] = pair else { continue };
            if (lighter.kind == Kind::Table) != (heavier.kind == Kind::Table) {
                let (was, now) = (lighter.kind.as_str(), heavier.kind.as_str());
                let fact = format!(
                    "`{path}` is {was} in {}, and {now} here, which replaces it whole",
                    book.spell(lighter)
                );
                let hint = "write it the same way in every layer";
                let finding = Finding::warning(Code::KindChange, path, fact).hint(hint);
                changes.push(book.at(finding, heavier.sheet, heavier.key.clone()));
            }
        }
    }
    changes.into_iter().for_each(|change| findings.push(change));
}

/// The merged value as a tree of ours; the winner of each value is noted on the way.
fn settle(value: Value, at: &str, book: &mut Book) -> Node {
    if let Some(spot) = value.origin().and_then(|origin| origin.parse().ok()) {
        book.win(at, spot);
    }
    match value.kind {
        ValueKind::Array(list) => {
            let list = list.into_iter().enumerate();
            Node::List(list.map(|(place, item)| settle(item, &format!("{at}[{place}]"), book)).collect())
        }
        ValueKind::Table(table) => {
            let table = table.into_iter().map(|(key, value)| {
                let path = super::book::join(at, &key);
                let node = settle(value, &path, book);
                (key, node)
            });
            Node::Table(table.collect())
        }
        _ => Node::from(value),
    }
}
