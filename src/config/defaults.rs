//! Every key on one page, made from the types: its documentation, its default, or an example where it has
//! none. As it stands it is the least configuration with all defaults spelled out; a line that begins with
//! `#` and no space is there to be taken in.

use serde_json::{Map, Value};

use super::book::join;
use super::{keys, written};

/// How wide the page is.
const COLUMNS: usize = 100;
/// What an entry of each section is called here.
const NAMES: [(&str, &str); 8] = [
    ("actor", "crm"),
    ("agent", "ana"),
    ("ladder", "standard"),
    ("queue", "general"),
    ("route", "example"),
    ("rung", "1"),
    ("sla", "standard"),
    ("source", "example"),
];
/// The one entry that a configuration cannot do without.
const NEEDED: &str = "queue";

/// The page, as TOML.
pub fn defaults() -> String {
    let mut page = String::from(
        "#:schema config.json\n# Every key with its default. Made by `switchboard config defaults`.\n",
    );
    for (section, schema) in keys::properties(keys::root()).into_iter().flatten() {
        page.push('\n');
        page.push_str(&written::comment(description(schema), COLUMNS));
        let optional = schema.get("x-optional").is_some();
        match keys::entry(schema) {
            Some(entry) => table(&mut page, &join(section, name_of(section)), entry, section != NEEDED),
            None => table(&mut page, section, schema, optional),
        }
    }
    page
}

/// One table with its keys, then the tables inside it. Where it is only there to be taken in, so is each line.
fn table(page: &mut String, at: &str, schema: &Value, aside: bool) {
    let Some(properties) = keys::properties(schema) else { return };
    page.push_str(&format!("{}[{at}]\n", mark(aside)));
    let (inner, single): (Vec<_>, Vec<_>) = properties.iter().partition(|(_, schema)| is_inner(schema));
    for (key, schema) in single {
        page.push_str(&written::comment(description(schema), COLUMNS));
        page.push_str(&line(key, schema, aside));
    }
    for (key, schema) in inner {
        page.push('\n');
        page.push_str(&written::comment(description(schema), COLUMNS));
        match keys::entry(schema) {
            Some(entry) => table(page, &join(&join(at, key), name_of(key)), entry, aside),
            None => table(page, &join(at, key), schema, aside),
        }
    }
}

/// Whether a key is written as a table of its own here.
fn is_inner(schema: &Value) -> bool {
    let is_table = keys::properties(schema).is_some()
        || keys::entry(schema).is_some_and(|entry| keys::properties(entry).is_some());
    is_table && said(schema).is_none()
}

fn line(key: &str, schema: &Value, aside: bool) -> String {
    let (value, given) = match (said(schema), schema.get("x-required").is_some()) {
        (Some((value, true)), _) => (value.clone(), true),
        (Some((value, false)), required) => (value.clone(), required),
        (None, _) => (Value::Object(Map::new()), false),
    };
    format!("{}{} = {}\n", mark(aside || !given), join("", key), written::value(&value))
}

/// The default, else the first example; with whether it is the default.
fn said(schema: &Value) -> Option<(&Value, bool)> {
    let example = || schema.get("examples").and_then(|examples| examples.get(0));
    let default = keys::default(schema).filter(|value| *value != &Value::Object(Map::new()));
    default.map(|value| (value, true)).or_else(|| example().map(|value| (value, false)))
}

fn description(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or_default()
}

fn name_of(section: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == section).map_or("example", |(_, name)| name)
}

fn mark(aside: bool) -> &'static str {
    if aside { "#" } else { "" }
}
