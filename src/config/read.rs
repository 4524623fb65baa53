//! From the tree to the file as written. Serde stops at the first fault, so each entry is read again
//! without the node that it stumbled on, until it can be read: every fault is found in one run.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::finding::{Code, Finding, Findings, Report};
use super::nearest::suggest;
use super::raw::{Named, RawFile};
use super::tree::{Node, Refusal, Step, Strict, spell_key};

/// Keys that would hold a secret itself.
const SECRETS: [&str; 7] = ["creds", "nkey", "pass", "password", "secret", "seed", "token"];

/// Reads every section. Entries that cannot be read at all stay as empty ones, so that their names are known.
pub(super) fn read(root: Node, findings: &mut Findings) -> RawFile {
    let Node::Table(mut root) = root else { return RawFile::default() };
    let mut take = |section: &str| root.remove(section);
    RawFile {
        site: single(take("site"), "site", findings),
        presence: single(take("presence"), "presence", findings),
        nats: single(take("nats"), "nats", findings),
        log: single(take("log"), "log", findings),
        smtp: take("smtp").map(|node| single(Some(node), "smtp", findings)),
        notice: single(take("notice"), "notice", findings),
        http: single(take("http"), "http", findings),
        control: single(take("control"), "control", findings),
        gateway: single(take("gateway"), "gateway", findings),
        actors: named(take("actor"), "actor", findings),
        agents: named(take("agent"), "agent", findings),
        queues: named(take("queue"), "queue", findings),
        sources: named(take("source"), "source", findings),
        routes: named(take("route"), "route", findings),
        slas: named(take("sla"), "sla", findings),
        ladders: named(take("ladder"), "ladder", findings),
    }
}

fn single<T: DeserializeOwned + Default>(node: Option<Node>, at: &str, findings: &mut Findings) -> T {
    node.map(|node| entry(node, at, findings)).unwrap_or_default()
}

fn named<T: DeserializeOwned + Default>(
    node: Option<Node>,
    section: &str,
    findings: &mut Findings,
) -> Named<T> {
    match node {
        None => Named::new(),
        Some(Node::Table(entries)) => entries
            .into_iter()
            .map(|(name, node)| {
                let read = entry(node, &format!("{section}.{}", spell_key(&name)), findings);
                (name, read)
            })
            .collect(),
        Some(other) => {
            let fact = format!("`{section}` is {}, but should be named tables", other.kind());
            let hint = format!("write `[{section}.NAME]`, each with a name of its own");
            findings.push(Finding::error(Code::WrongType, section, fact).hint(hint));
            Named::new()
        }
    }
}

fn entry<T: DeserializeOwned + Default>(mut node: Node, at: &str, findings: &mut Findings) -> T {
    // Each round prunes one node, so the rounds end; the limit keeps a hopeless file from taking long.
    for _ in 0..=Report::FINDINGS_MAX {
        let error = match serde_path_to_error::deserialize(Strict(&node)) {
            Ok(read) => return read,
            Err(error) => error,
        };
        let (path, found) = node.prune(at, &steps(error.path()));
        findings.push(finding(path, &found, error.into_inner()));
        // The whole entry was refused, or nothing could be pruned: another round would find the same.
        if node == Node::Pruned || found == Node::Pruned {
            break;
        }
    }
    findings.refuse(at);
    T::default()
}

fn steps(path: &Path) -> Vec<Step> {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(Step::Place(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(step).collect()
}

fn finding(path: String, found: &Node, refusal: Refusal) -> Finding {
    match refusal {
        Refusal::Key { key, known } => unknown_key(path, &key, known),
        Refusal::Word { word, known } => {
            let fact = format!("`{path}` is `{word}`, which means nothing there");
            Finding { hint: suggest(&word, known), ..Finding::error(Code::UnknownWord, path, fact) }
        }
        Refusal::Type { wanted } => {
            let fact = format!("`{path}` is {}, but should be {wanted}", found.kind());
            let hint = type_hint(found, &wanted).map(str::to_owned);
            Finding { hint, ..Finding::error(Code::WrongType, path, fact) }
        }
        Refusal::Other(sentence) => {
            let fact = format!("`{path}` cannot be read: {sentence}");
            Finding::error(Code::WrongType, path, fact)
        }
    }
}

fn unknown_key(path: String, key: &str, known: &'static [&'static str]) -> Finding {
    let table = path.strip_suffix(&spell_key(key)).unwrap_or(&path).trim_end_matches('.').to_owned();
    let of_webhook = path.starts_with("source.") && table.ends_with(".webhook");
    if of_webhook && SECRETS.contains(&key) {
        let fact = format!("`{table}` holds a secret, `{key}`, in the file itself");
        let hint = "put it in a file of its own, readable by the gateway alone, and name that: `secret_file`, \
                    `token_file` or `basic_password_file`";
        return Finding::error(Code::SecretInline, path, fact).hint(hint);
    }
    if (path.starts_with("nats.") || path.starts_with("gateway.")) && SECRETS.contains(&key) {
        let fact = format!("`{table}` holds a secret, `{key}`, in the file itself");
        let hint = "put it in a file of its own, readable by the daemon alone, and name that: \
                    `password_file`, `creds_file`, `nkey_file` or `token_file`";
        return Finding::error(Code::SecretInline, path, fact).hint(hint);
    }
    let fact = format!("`{table}` has no key `{key}`");
    Finding { hint: suggest(key, known), ..Finding::error(Code::UnknownKey, path, fact) }
}

fn type_hint(found: &Node, wanted: &str) -> Option<&'static str> {
    match found {
        Node::Text(text) if wanted == "a whole number" && text.trim().parse::<i64>().is_ok() => {
            Some("write the number without quotes")
        }
        Node::Text(text) if wanted == "`true` or `false`" && text.parse::<bool>().is_ok() => {
            Some("write it without quotes")
        }
        Node::Int(_) | Node::Float(_) if wanted.starts_with("a span") => {
            Some("write it in quotes with its unit: h, m, s or ms")
        }
        Node::Int(_) | Node::Float(_) if wanted.starts_with("a size") => {
            Some("write it in quotes with its unit: KiB, MiB, GiB or TiB")
        }
        Node::Int(_) | Node::Float(_) | Node::Bool(_) if wanted.starts_with("a text") => {
            Some("write it in quotes")
        }
        Node::Text(_) if wanted == "a list" => Some("write it in brackets, as `[\"...\"]`"),
        _ => None,
    }
}
