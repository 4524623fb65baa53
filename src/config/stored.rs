//! The policy as it is kept outside of files: the merged tree of the sections that make it, as JSON. What
//! belongs to one host alone (addresses of servers, files of secrets) is not in it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::book::Book;
use super::finding::{Code, Finding, Findings, Report};
use super::settings::Settings;
use super::tree::Node;
use super::{check, read};
use crate::domain::Source;
use crate::policy::Policy;

/// The sections that are policy whole.
const WHOLE: [&str; 7] = ["actor", "agent", "ladder", "queue", "route", "sla", "source"];
/// The keys of the others that are settings.
const SETTINGS: [(&str, &[&str]); 3] = [
    ("site", &["instance", "key_file", "prefix", "test"]),
    ("presence", &["lease"]),
    (
        "smtp",
        &[
            "ca_file",
            "hello",
            "host",
            "message_id_domain",
            "parallel",
            "password_file",
            "port",
            "security",
            "timeout",
            "user",
        ],
    ),
];
/// The one table of a source that is none of the policy's: it names files of this host.
const WEBHOOK: &str = "webhook";
/// What a stored tree calls itself in findings.
const NAME: &str = "stored policy";

/// Whether a change of the key is taken in at a restart alone.
pub(super) fn needs_restart(section: &str, key: &str) -> bool {
    match SETTINGS.iter().find(|(name, _)| *name == section) {
        Some((_, keys)) => keys.contains(&key),
        None => !WHOLE.contains(&section) && (section, key) != ("log", "level"),
    }
}

/// The part of the merged tree that is policy.
pub(super) fn tree(root: &Node) -> Value {
    let Node::Table(root) = root else { return Value::Object(Map::new()) };
    let mut kept = Map::new();
    for (section, node) in root {
        let settings = SETTINGS.iter().find(|(name, _)| name == section).map(|(_, keys)| *keys);
        match (node, settings) {
            (Node::Table(table), Some(keys)) => {
                let policy = table.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
                let policy = policy.map(|(key, node)| (key.clone(), node.to_json()));
                kept.insert(section.clone(), Value::Object(policy.collect()));
            }
            _ if WHOLE.contains(&section.as_str()) => {
                kept.insert(section.clone(), node.to_json());
            }
            _ => {}
        }
    }
    for source in kept.get_mut("source").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(source) = source.1.as_object_mut() {
            source.remove(WEBHOOK);
        }
    }
    Value::Object(kept)
}

/// Makes the policy of a stored tree again: the same one, by its digest. It must fit this host's settings:
/// know every source that is read here, and owe mail only where a relay takes it.
pub fn load_policy(tree: &Value, settings: &Settings) -> Result<Policy, Report> {
    let (mut findings, book) = (Findings::default(), book());
    let policy = check::policy(&read::read(Node::from(tree), &mut findings), &mut findings);
    for source in &settings.sources {
        if policy.sources.get(&source.name) != Some(&source.channel) {
            let (name, channel) = (&source.name, source.channel);
            let fact = format!("the policy knows no {channel} source `{name}`, which is read here");
            findings.push(Finding::error(Code::UnknownSource, format!("source.{name}"), fact));
        }
    }
    if policy.site.mail.is_some() && settings.smtp.is_none() {
        let fact = "the policy owes mail, and no relay is configured here";
        findings.push(Finding::error(Code::NoSmtp, "smtp", fact));
    }
    if findings.has_errors() { Err(findings.into_report(&book)) } else { Ok(policy) }
}

/// The ways in of a stored tree, for who goes back to a whole configuration.
pub fn load_sources(tree: &Value) -> Result<Vec<Source>, Report> {
    let (mut findings, book) = (Findings::default(), book());
    let sources = check::ways_in(&read::read(Node::from(tree), &mut findings), &mut findings);
    if findings.has_errors() { Err(findings.into_report(&book)) } else { Ok(sources) }
}

fn book() -> Book {
    Book::of(NAME)
}

impl Node {
    pub(super) fn to_json(&self) -> Value {
        match self {
            Node::Pruned => Value::Null,
            Node::Bool(value) => Value::from(*value),
            Node::Int(value) => Value::from(*value),
            Node::Float(value) => Value::from(*value),
            Node::Text(text) => Value::from(text.as_str()),
            Node::List(list) => list.iter().map(Node::to_json).collect(),
            Node::Table(table) => {
                Value::Object(table.iter().map(|(key, node)| (key.clone(), node.to_json())).collect())
            }
        }
    }
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Node {
        match value {
            Value::Null => Node::Pruned,
            Value::Bool(value) => Node::Bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Node::Int(number),
                None => Node::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Node::Text(text.clone()),
            Value::Array(list) => Node::List(list.iter().map(Node::from).collect()),
            Value::Object(table) => {
                let table = table.iter().map(|(key, value)| (key.clone(), Node::from(value)));
                Node::Table(table.collect::<BTreeMap<_, _>>())
            }
        }
    }
}
