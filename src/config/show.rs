//! The effective configuration: each key that is in force, with its value, where that is from and what it beat.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use serde_json::{Map, Value};

use super::book::join;
use super::tree::Node;
use super::{Origins, keys, written};

/// One key that is in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Its path.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where the value is from: `file:line:column`, `env:VARIABLE`, `flag:key` or `default`.
    pub origin: String,
    /// Where else it was written, the heaviest first.
    pub beaten: Vec<String>,
    /// Whether the value is another than the default.
    pub changed: bool,
    #[serde(skip)]
    table: Vec<String>,
    #[serde(skip)]
    name: String,
}

/// What is printed of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// Say of each value where it is from.
    pub origin: bool,
    /// And which values it beat.
    pub beaten: bool,
    /// Leave defaults out.
    pub only_changed: bool,
}

impl Origins {
    /// Every key in force, in the order of tables and names.
    pub fn entries(&self) -> Vec<Entry> {
        let mut walk = Walk { origins: self, entries: Vec::new(), tables: BTreeMap::new() };
        walk.table(keys::root(), Some(&self.0.root), None, &[]);
        walk.entries
    }

    /// As TOML that loads again, with what was asked as comments.
    pub fn to_toml(&self, show: Show) -> String {
        let mut walk = Walk { origins: self, entries: Vec::new(), tables: BTreeMap::new() };
        walk.table(keys::root(), Some(&self.0.root), None, &[]);
        let mut tables = walk.tables;
        for entry in walk.entries.iter().filter(|entry| entry.changed || !show.only_changed) {
            tables.entry(entry.table.clone()).or_default().push(entry.line(show));
        }
        let mut text = String::new();
        for (table, lines) in tables {
            let gap = if text.is_empty() { "" } else { "\n" };
            let header = table.iter().fold(String::new(), |at, key| join(&at, key));
            // A table without a key of its own is written where it is an entry, since its name counts.
            if !lines.is_empty() || table.len() == 2 {
                writeln!(text, "{gap}[{header}]").expect("writing to a string does not fail");
                text.extend(lines);
            }
        }
        text
    }

    /// As one JSON object, tables in tables; or, where origins are asked, as a list of keys.
    pub fn to_json(&self, show: Show) -> Value {
        let entries = self.entries().into_iter().filter(|entry| entry.changed || !show.only_changed);
        if show.origin || show.beaten {
            let plain = |entry: Entry| Entry { beaten: kept(entry.beaten, show.beaten), ..entry };
            return entries.map(plain).map(|entry| serde_json::json!(entry)).collect();
        }
        let mut root = Map::new();
        for entry in entries {
            let mut at = &mut root;
            for key in &entry.table {
                let table = at.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
                at = table.as_object_mut().expect("a key is a table in every layer that was accepted");
            }
            at.insert(entry.name, entry.value);
        }
        Value::Object(root)
    }
}

fn kept(beaten: Vec<String>, asked: bool) -> Vec<String> {
    if asked { beaten } else { Vec::new() }
}

impl Entry {
    fn line(&self, show: Show) -> String {
        let pair = format!("{} = {}", join("", &self.name), written::value(&self.value));
        let mut line = if show.origin || show.beaten { format!("{pair}  # {}", self.origin) } else { pair };
        if show.beaten {
            for place in &self.beaten {
                let _ = write!(line, ", beats {place}");
            }
        }
        line.push('\n');
        line
    }
}

/// Goes through the schema and what was written side by side.
struct Walk<'a> {
    origins: &'a Origins,
    entries: Vec<Entry>,
    /// Every table that was written, so that one without keys is not lost.
    tables: BTreeMap<Vec<String>, Vec<String>>,
}

impl Walk<'_> {
    fn table(&mut self, schema: &Value, node: Option<&Node>, default: Option<&Value>, at: &[String]) {
        let children = match node {
            Some(Node::Table(children)) => Some(children),
            _ => None,
        };
        if children.is_some() && !at.is_empty() {
            self.tables.entry(at.to_vec()).or_default();
        }
        let known = keys::properties(schema).into_iter().flatten();
        for (key, schema) in known {
            let node = children.and_then(|children| children.get(key));
            let default = keys::default(schema).or_else(|| default.and_then(|default| default.get(key)));
            self.key(schema, node, default, &extended(at, key));
        }
        if let Some(schema) = keys::entry(schema) {
            for (key, node) in children.into_iter().flatten() {
                self.key(schema, Some(node), None, &extended(at, key));
            }
        }
    }

    fn key(&mut self, schema: &Value, node: Option<&Node>, default: Option<&Value>, at: &[String]) {
        let is_table = match node {
            Some(node) => matches!(node, Node::Table(_)),
            None => match default {
                Some(default) => default.is_object(),
                // A section that is not there has its defaults all the same, unless it stands for a choice.
                None => at.len() == 1 && schema.get("x-optional").is_none(),
            },
        };
        if is_table {
            return self.table(schema, node, default, at);
        }
        let Some((name, table)) = at.split_last() else { return };
        let path = at.iter().fold(String::new(), |path, key| join(&path, key));
        let value = match (node.map(Node::to_json), default) {
            (Some(value), _) => value,
            (None, Some(default)) => default.clone(),
            (None, None) => return,
        };
        self.entries.push(Entry {
            origin: self.origins.get(&path).unwrap_or_else(|| "default".to_owned()),
            beaten: self.origins.beaten(&path),
            changed: Some(&value) != default,
            key: path,
            value,
            table: table.to_vec(),
            name: name.clone(),
        });
    }
}

fn extended(at: &[String], key: &str) -> Vec<String> {
    at.iter().cloned().chain([key.to_owned()]).collect()
}
