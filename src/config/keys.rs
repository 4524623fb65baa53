//! What may be written where, made from the types of `raw`: the JSON Schema of a configuration, and of one
//! key what kind of value it takes, its default and its documentation. The environment is typed by it.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::nearest::suggest;
use super::raw::RawFile;
use super::stored::needs_restart;

/// A draft of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// What editors read.
    Seven,
    /// The newest.
    Of2020,
}

/// The schema of every key, without references. Made once, since every variable and flag asks it.
static KEYS: LazyLock<Value> = LazyLock::new(|| {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    described(settings)
});

/// The JSON Schema of a configuration. No key is required, since a drop-in has but a few.
pub fn schema(draft: Draft) -> Value {
    match draft {
        Draft::Seven => described(SchemaSettings::draft07()),
        Draft::Of2020 => described(SchemaSettings::draft2020_12()),
    }
}

/// The schema of all that may be written, as `config defaults` walks it.
pub(super) fn root() -> &'static Value {
    &KEYS
}

/// The schema of one key, by the names on the way to it.
pub(super) fn find(path: &[&str]) -> Result<&'static Value, Unknown> {
    let mut at: &Value = &KEYS;
    for (depth, key) in path.iter().enumerate() {
        at = step(at, key).ok_or_else(|| Unknown::new(at, path, depth))?;
    }
    Ok(at)
}

/// A key that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    /// The table without it, empty for the root.
    pub table: String,
    /// The key.
    pub key: String,
    /// The way out.
    pub hint: Option<String>,
}

impl Unknown {
    fn new(table: &Value, path: &[&str], depth: usize) -> Unknown {
        let known: Vec<&str> = tables(table).flat_map(|table| table.keys()).map(String::as_str).collect();
        let key = path[depth].to_owned();
        Unknown { table: path[..depth].join("."), hint: suggest(&key, &known), key }
    }
}

/// What kinds of value a key takes.
pub(super) fn takes(schema: &Value, kind: &str) -> bool {
    ways(schema).any(|way| way["type"] == kind || (way["type"].is_null() && kind == "string" && is_word(way)))
}

/// The default of a key, if it has one.
pub(super) fn default(schema: &Value) -> Option<&Value> {
    schema.get("default")
}

/// The entries of a table by their names, if they are known.
pub(super) fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    tables(schema).next()
}

/// What every entry of a table with free names is.
pub(super) fn entry(schema: &Value) -> Option<&Value> {
    schema.get("additionalProperties").filter(|entry| entry.is_object())
}

/// One word of several: an enum, with or without a comment for each.
fn is_word(schema: &Value) -> bool {
    schema.get("enum").is_some() || schema.get("const").is_some() || schema.get("oneOf").is_some()
}

fn step<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    ways(schema).find_map(|way| {
        let named = way.get("properties").and_then(|properties| properties.get(key));
        named.or_else(|| entry(way))
    })
}

fn tables(schema: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    ways(schema).filter_map(|way| way.get("properties").and_then(Value::as_object))
}

/// The schema itself and what it may be instead.
fn ways(schema: &Value) -> impl Iterator<Item = &Value> {
    let others = ["anyOf", "allOf"].into_iter().filter_map(|word| schema.get(word)?.as_array()).flatten();
    std::iter::once(schema).chain(others)
}

fn described(settings: SchemaSettings) -> Value {
    let mut schema = settings.into_generator().into_root_schema_for::<RawFile>().to_value();
    without_null(&mut schema);
    mark_restarts(&mut schema);
    // The root type has no `Option` around its sections, and yet every one may be left out.
    schema.as_object_mut().map(|root| root.remove("required"));
    schema["title"] = json!("Switchboard");
    schema["description"] = json!("The rules and settings of one site.");
    schema
}

/// TOML has no null: a key is absent instead.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(object) => {
            // A key that must be written has no default, though its type has an empty value.
            let required = object.contains_key("x-required");
            if object.get("default").is_some_and(|default| default.is_null() || required) {
                object.remove("default");
            }
            if let Some(Value::Array(kinds)) = object.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [kind] = kinds.as_slice() {
                    let kind = kind.clone();
                    object.insert("type".to_owned(), kind);
                }
            }
            flatten(object);
            object.values_mut().for_each(without_null);
        }
        _ => {}
    }
}

/// Takes null out of what a key may be, and the choice away where one way is left.
fn flatten(object: &mut Map<String, Value>) {
    let Some(Value::Array(ways)) = object.get_mut("anyOf") else { return };
    ways.retain(|way| way["type"] != "null");
    if ways.len() > 1 {
        return;
    }
    let Some(Value::Object(only)) = ways.pop() else { return };
    object.remove("anyOf");
    if only.contains_key("$ref") && !object.is_empty() {
        // Draft 7 ignores what stands beside a reference.
        object.insert("allOf".to_owned(), json!([only]));
        return;
    }
    for (key, value) in only {
        object.entry(key).or_insert(value);
    }
}

/// Marks the keys whose change a reload refuses.
fn mark_restarts(schema: &mut Value) {
    let Some(sections) = schema["properties"].as_object() else { return };
    let sections: Vec<String> = sections.keys().cloned().collect();
    for section in sections {
        let defined = schema["properties"][&section].clone();
        let place = reference(&defined).map_or(format!("/properties/{section}"), str::to_owned);
        let Some(target) = schema.pointer_mut(&place) else { continue };
        let Some(Value::Object(keys)) = target.get_mut("properties") else { continue };
        for (key, schema) in keys {
            if needs_restart(&section, key) {
                schema["x-restart"] = json!(true);
            }
        }
    }
}

/// What a schema refers to, as `/definitions/RawSite`.
fn reference(schema: &Value) -> Option<&str> {
    let behind = || schema.get("allOf")?.get(0)?.get("$ref");
    schema.get("$ref").or_else(behind).and_then(Value::as_str)?.strip_prefix('#')
}
