//! Who may import whom, and what a pure room does without. A new arrow or a new guest changes this table
//! and ARCHITECTURE.md in the same commit.

use super::source::{Path, Source};
use super::{CARGO_TOML, Offence, Rule, manifest};

/// One room: a folder of `src`, or one of the two files at its root.
pub struct Room {
    pub name: &'static str,
    /// The rooms that it may import. Of `engine::{...}` only these modules.
    pub ours: &'static [&'static str],
    /// The outside crates that it may name.
    pub outside: &'static [&'static str],
    /// No async, clock, chance, environment, file, lock.
    pub pure: bool,
}

/// The walls. Upper rooms first; arrows point down and never turn back.
// schemars stands wherever serde does: a word of the JSON is described where it is defined.
#[rustfmt::skip]
pub const ROOMS: [Room; 13] = [
    Room { name: "lib", pure: false, ours: &[], outside: &[] },
    Room { name: "main", pure: false, ours: &["cli"], outside: &["std"] },
    Room { name: "cli", pure: false,
        ours: &["shell", "simulate", "conformance", "config", "engine", "wire", "policy", "domain"],
        outside: &["std", "clap", "serde", "serde_json", "thiserror", "tokio", "tracing", "jiff"] },
    Room { name: "shell", pure: false,
        ours: &["web", "signature", "config", "engine", "wire", "policy", "domain"],
        outside: &["std", "tokio", "async_nats", "nkeys", "futures_util", "bytes", "serde", "serde_json", "tracing",
            "tracing_subscriber", "tracing_journald", "thiserror", "jiff", "sha2", "data_encoding", "lettre",
            "idna", "minijinja", "prometheus_client", "sd_notify", "arc_swap", "secrecy"] },
    Room { name: "web", pure: false, ours: &["signature", "domain"],
        outside: &["std", "tokio", "futures_util", "axum", "hyper", "hyper_util", "bytes", "serde", "serde_json",
            "tracing", "form_urlencoded", "thiserror", "arc_swap", "flate2"] },
    Room { name: "signature", pure: true, ours: &["domain"],
        outside: &["std", "ring", "data_encoding", "form_urlencoded", "serde_json"] },
    Room { name: "simulate", pure: true, ours: &["engine", "wire", "policy", "domain"],
        outside: &["std", "serde"] },
    Room { name: "conformance", pure: true, ours: &["engine", "wire", "policy", "domain"],
        outside: &["std", "serde", "serde_json", "jiff"] },
    Room { name: "config", pure: false, ours: &["policy", "domain"],
        outside: &["std", "serde", "config", "serde_path_to_error", "strsim", "regex", "sha2", "data_encoding",
            "serde_json", "schemars", "toml", "annotate_snippets", "thiserror", "rlibphonenumber"] },
    Room { name: "wire", pure: true, ours: &["engine::{command, event, effect}", "domain"],
        outside: &["std", "serde", "serde_json", "schemars", "mail_parser", "ammonia", "html2text",
            "encoding_rs", "chardetng", "charset", "unicode_normalization", "unicode_segmentation", "rlibphonenumber",
            "whatlang", "quick_xml", "form_urlencoded", "regex", "idna", "hmac", "sha2", "data_encoding",
            "crc32fast", "jiff", "thiserror"] },
    Room { name: "engine", pure: true, ours: &["policy", "domain"],
        outside: &["std", "serde", "schemars", "thiserror"] },
    Room { name: "policy", pure: true, ours: &["domain"], outside: &["std", "serde", "regex"] },
    Room { name: "domain", pure: true, ours: &[], outside: &["std", "serde", "schemars"] },
];

/// What unit tests may name besides: they are seeded and compare, and touch no files either.
const IN_TESTS: [&str; 4] = ["expect_test", "fastrand", "jsonschema", "serde_json"];

/// Paths of the standard library that bring the world in, with what to do instead.
const WORLD: [(&str, &str); 16] = [
    ("std::time::SystemTime", "time is an argument: take `now: Timestamp`"),
    ("std::time::Instant", "time is an argument: take `now: Timestamp`"),
    ("std::env", "take what is needed as an argument; config reads the environment"),
    ("std::fs", "take the bytes as an argument; config and shell read files"),
    ("std::net", "take the bytes as an argument; the shell owns sockets"),
    ("std::os", "the shell owns what differs between systems"),
    ("std::process", "return the outcome; the shell and main act on it"),
    ("std::thread", "stay on the caller's thread; the shell runs in parallel"),
    ("std::io::stdin", "take the bytes as an argument"),
    ("std::io::stdout", "return the text; cli prints"),
    ("std::io::stderr", "return the text; cli prints"),
    ("std::sync::Mutex", "own the value, or take `&mut`"),
    ("std::sync::RwLock", "own the value, or take `&mut`"),
    ("std::sync::atomic", "own the value, or take `&mut`"),
    ("std::sync::mpsc", "return the values; the shell has the channels"),
    ("std::future", "return the value; the shell waits"),
];

/// Which room a file of `src` belongs to, and its module path.
pub fn place(path: &str) -> Option<(&'static Room, Vec<String>)> {
    let inner = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    let room = ROOMS.iter().find(|room| room.name == module[0])?;
    if module.last().is_some_and(|last| last == "mod") || ["main", "lib"].contains(&inner) {
        module.pop();
    }
    Some((room, module))
}

/// Crates that a path can begin with: what the table and the manifest name.
fn is_crate(name: &str) -> bool {
    let listed = || ROOMS.iter().any(|room| room.outside.contains(&name));
    let depended_on =
        || manifest::dependencies(CARGO_TOML).iter().any(|(_, key)| key.replace('-', "_") == name);
    ["core", "alloc"].contains(&name) || listed() || depended_on()
}

/// Every path of a file against the table.
pub fn check(path: &str, room: &Room, source: &Source) -> Vec<Offence> {
    let mut found = Vec::new();
    let mut refuse = |rule, line, fact: String, way_out: String| {
        let offence = Offence { rule, path: path.to_owned(), line, fact, way_out };
        if found.last() != Some(&offence) {
            found.push(offence);
        }
    };
    for written in &source.paths {
        match aim(written, source) {
            Aim::Ours(target) => {
                if let Some((fact, way_out)) = wall(room, &target) {
                    refuse(Rule::Walls, written.line, fact, way_out);
                }
            }
            Aim::Outside(name) => {
                let in_test = written.in_test && IN_TESTS.contains(&name.as_str());
                if !room.outside.contains(&name.as_str()) && !in_test {
                    let fact = format!("room `{}` names the crate `{name}`", room.name);
                    let way_out = format!("it may name {}", listed(room.outside));
                    refuse(Rule::Guests, written.line, fact, way_out);
                }
            }
            Aim::Here => {}
        }
        if let Some((fact, way_out)) = world(room, written, source).filter(|_| room.pure) {
            refuse(Rule::Purity, written.line, fact, way_out.to_owned());
        }
    }
    found
}

/// Where a path leads.
enum Aim {
    /// Into one of our rooms.
    Ours(Vec<String>),
    Outside(String),
    /// A name of the file's own.
    Here,
}

fn aim(path: &Path, source: &Source) -> Aim {
    let first = path.segments[0].as_str();
    let rest = || path.segments[1..].to_vec();
    match first {
        "" => Aim::Outside(standard(&path.segments[1])),
        "crate" | "switchboard" => Aim::Ours(rest()),
        "self" | "super" => {
            let ups = path.segments.iter().take_while(|segment| *segment == "super").count();
            let kept = path.module.len().saturating_sub(ups);
            let down =
                path.segments.iter().skip_while(|segment| ["self", "super"].contains(&segment.as_str()));
            Aim::Ours(path.module[..kept].iter().chain(down).cloned().collect())
        }
        _ if path.imported_as.is_none() && source.imports.contains_key(first) => Aim::Here,
        _ if source.modules.iter().any(|module| module == first) => Aim::Here,
        _ if is_crate(first) => Aim::Outside(standard(first)),
        _ => Aim::Here,
    }
}

/// `core` and `alloc` are parts of `std`.
fn standard(name: &str) -> String {
    if ["core", "alloc"].contains(&name) { "std".into() } else { name.into() }
}

/// Why `room` may not reach `target`, and the way out.
fn wall(room: &Room, target: &[String]) -> Option<(String, String)> {
    let name = target.first().map_or("*", String::as_str);
    if name == room.name {
        return None;
    }
    let allowed = room.ours.iter().any(|entry| match entry.split_once("::") {
        Some((wanted, modules)) => {
            let module = target.get(1).map_or("", String::as_str);
            let mut words = modules.split(|letter: char| !letter.is_alphanumeric());
            wanted == name && !module.is_empty() && words.any(|word| word == module)
        }
        None => *entry == name,
    });
    if allowed {
        return None;
    }
    let fact = match name {
        "*" => format!("room `{}` imports the root of the crate, so every room", room.name),
        _ => format!("room `{}` imports `{}`", room.name, target.join("::")),
    };
    Some((fact, format!("of ours it may import {}", listed(room.ours))))
}

/// What a path brings into a pure room, and the way out.
fn world(room: &Room, written: &Path, source: &Source) -> Option<(String, &'static str)> {
    let mut full = source.expand(written);
    full.retain(|segment| segment != "*");
    if let Some(first) = full.first_mut() {
        *first = standard(first);
    }
    let text = full.join("::");
    let refuse = |way_out| Some((format!("pure room `{}` names `{text}`", room.name), way_out));
    if full.len() > 1 && full.last().is_some_and(|last| last == "now") {
        return refuse("time is an argument: take `now: Timestamp`");
    }
    let random = |name: &str| full.iter().any(|segment| segment == name);
    let drawn = random("new") || random("with_capacity") || random("from");
    if random("RandomState") || ((random("HashMap") || random("HashSet")) && drawn) {
        return refuse("its order is drawn anew in each process: take a BTreeMap, or a fixed hasher");
    }
    let begins = |world: &str| text == world || text.starts_with(&format!("{world}::"));
    WORLD.iter().find(|(world, _)| begins(world)).and_then(|(_, way_out)| refuse(way_out))
}

/// `a`, `b` and so on, or "nothing".
fn listed(names: &[&str]) -> String {
    match names {
        [] => "nothing".into(),
        _ => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// Words and types that no path shows: `async`, `.await`, a hash map with the default hasher.
pub fn check_words(path: &str, room: &Room, source: &Source) -> Vec<Offence> {
    let offence = |line, fact: String, way_out: &str| Offence {
        rule: Rule::Purity,
        path: path.to_owned(),
        line,
        fact,
        way_out: way_out.to_owned(),
    };
    let mut found = Vec::new();
    for (place, token) in source.tokens.iter().enumerate().filter(|(_, token)| token.is_word) {
        let way_out = match token.text.as_str() {
            "async" | "await" => "return the value; the shell waits",
            "thread_local" => "own the value, or take `&mut`",
            "HashMap" if generics(source, place) == 2 => {
                "its order is drawn anew in each process: take a BTreeMap, or name a fixed hasher"
            }
            "HashSet" if generics(source, place) == 1 => {
                "its order is drawn anew in each process: take a BTreeSet, or name a fixed hasher"
            }
            _ => continue,
        };
        let what = match token.text.as_str() {
            "HashMap" | "HashSet" => format!("a `{}` with the default hasher", token.text),
            word => format!("`{word}`"),
        };
        found.push(offence(token.line, format!("pure room `{}` has {what}", room.name), way_out));
    }
    found
}

/// How many arguments stand in the `<...>` after the word at `place`.
fn generics(source: &Source, place: usize) -> usize {
    let mut at = place + 1 + usize::from(source.text(place + 1) == "::");
    if source.text(at) != "<" {
        return 0;
    }
    let (mut depth, mut count, mut after_comma) = (0_usize, 1, false);
    while at < source.tokens.len() {
        match source.text(at) {
            "<" => depth += 1,
            ">" if depth == 1 => return count - usize::from(after_comma),
            ">" => depth -= 1,
            "(" | "[" => at = source.closing(at),
            "," if depth == 1 => count += 1,
            _ => {}
        }
        after_comma = source.text(at) == ",";
        at += 1;
    }
    0
}
