//! The policy's part of the merged file as JSON: what the object store keeps, and the way back from it. It has
//! what was written of the rules and nothing of the settings, so no address of ours but the sources' and no
//! secret's place; and it is canonical: the same rules, written in another order, are the same text.

use serde_json::Value;

use super::check::check;
use super::finding::{Findings, Report};
use super::raw::RawFile;
use super::read::read;
use super::settings::Settings;
use super::tree::Node;
use crate::domain::Source;
use crate::policy::Policy;

/// Sections that are rules from end to end. The sources are both: their names are rules, their addresses settings
/// that a reload may change.
const RULES: [&str; 7] = ["actor", "agent", "ladder", "queue", "route", "sla", "source"];
/// Sections of both kinds, with the keys that are settings.
const MIXED: [(&str, &[&str]); 3] = [
    ("site", &["prefix", "key_file", "test", "instance"]),
    ("presence", &["lease"]),
    (
        "smtp",
        &["host", "port", "security", "user", "password_file", "ca_file", "hello", "timeout", "parallel"],
    ),
];

/// What the reports about a compiled policy call it.
const NAME: &str = "the compiled policy";

/// The rules in a merged file.
pub(super) fn tree(root: &Node) -> Value {
    let Node::Table(sections) = root else { return Value::Null };
    let rules =
        RULES.iter().filter_map(|section| Some(((*section).to_owned(), json(sections.get(*section)?)?)));
    let mixed = MIXED.iter().filter_map(|(section, settings)| {
        let Node::Table(keys) = sections.get(*section)? else { return None };
        let kept = keys.iter().filter(|(key, _)| !settings.contains(&key.as_str()));
        let kept: serde_json::Map<String, Value> =
            kept.filter_map(|(key, node)| Some((key.clone(), json(node)?))).collect();
        Some(((*section).to_owned(), Value::Object(kept)))
    });
    Value::Object(rules.chain(mixed).collect())
}

/// The rules of a compiled policy, under the settings of this process. Fails where this version does not take
/// them any more.
pub fn load_policy(tree: &Value, settings: &Settings) -> Result<Policy, Report> {
    restore(tree, settings).map(|(policy, _)| policy)
}

/// The ways in of a compiled policy, with their addresses.
pub fn load_sources(tree: &Value, settings: &Settings) -> Result<Vec<Source>, Report> {
    restore(tree, settings).map(|(_, sources)| sources)
}

fn restore(tree: &Value, settings: &Settings) -> Result<(Policy, Vec<Source>), Report> {
    let mut findings = Findings::default();
    let mut raw = read(node(tree), &mut findings);
    graft(&mut raw, settings);
    match check(&raw, "".as_ref(), &mut findings) {
        Some((policy, settings)) if !findings.has_errors() => Ok((policy, settings.sources)),
        _ => Err(findings.into_report(NAME)),
    }
}

/// What the check asks of the settings, from those of this process: the tree has none.
fn graft(raw: &mut RawFile, settings: &Settings) {
    raw.site.prefix = Some(settings.prefix.to_string());
    raw.site.key_file = Some(settings.key_file.display().to_string());
    raw.smtp = settings.smtp.as_ref().map(|smtp| {
        let mut written = raw.smtp.take().unwrap_or_default();
        written.host = Some(smtp.host.clone());
        written
    });
    raw.notice.from.clone_from(&settings.notice.from);
}

fn json(node: &Node) -> Option<Value> {
    Some(match node {
        Node::Pruned => return None,
        Node::Bool(value) => Value::from(*value),
        Node::Int(value) => Value::from(*value),
        Node::Float(value) => Value::from(*value),
        Node::Text(text) => Value::from(text.as_str()),
        Node::List(list) => Value::Array(list.iter().filter_map(json).collect()),
        Node::Table(table) => {
            Value::Object(table.iter().filter_map(|(key, node)| Some((key.clone(), json(node)?))).collect())
        }
    })
}

fn node(value: &Value) -> Node {
    match value {
        Value::Null => Node::Pruned,
        Value::Bool(value) => Node::Bool(*value),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Node::Float(number.as_f64().unwrap_or(f64::NAN)), Node::Int)
        }
        Value::String(text) => Node::Text(text.clone()),
        Value::Array(list) => Node::List(list.iter().map(node).collect()),
        Value::Object(table) => {
            Node::Table(table.iter().map(|(key, value)| (key.clone(), node(value))).collect())
        }
    }
}
