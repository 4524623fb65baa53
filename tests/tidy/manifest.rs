//! What the TOML files are held to: reasons in the manifest and the lints, our words in the keys of `config`.

use super::code::foreign_word;
use super::{Offence, Rule};

/// Everything out of place in one file.
pub fn check(path: &str, text: &str) -> Vec<Offence> {
    match path {
        "Cargo.toml" => reasons(path, text),
        ".clippy.toml" => disallowed(path, text),
        _ if path.starts_with("config/") => keys(path, text),
        _ => Vec::new(),
    }
}

/// The dependencies of a manifest: line and name.
pub fn dependencies(text: &str) -> Vec<(usize, &str)> {
    entries(text)
        .filter(|(_, section, _)| section.ends_with("dependencies"))
        .map(|(line, _, key)| (line, key))
        .collect()
}

/// Line, section and key of each `key = value`.
fn entries(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let mut section = "";
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = name;
        }
        let (key, _) = line.split_once('=').filter(|_| !line.starts_with(['#', '[', ' ']))?;
        Some((number, section, key.trim()))
    })
}

fn reasons(path: &str, text: &str) -> Vec<Offence> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, section, key) in entries(text) {
        let (kind, wanted) = match section {
            _ if section.ends_with("dependencies") => ("dependency", "what it is for"),
            _ if section.starts_with("lints") => ("lint", "why it was chosen"),
            _ => continue,
        };
        if number < 2 || !lines[number - 2].starts_with("# ") {
            let fact = format!("{kind} `{key}` gives no reason");
            let way_out = format!("say in a comment directly above it {wanted}");
            found.push(Offence { rule: Rule::Reasons, path: path.into(), line: number, fact, way_out });
        }
    }
    found
}

fn disallowed(path: &str, text: &str) -> Vec<Offence> {
    let bare = |(_, line): &(usize, &str)| line.contains("path = ") && !line.contains("reason = \"");
    let offence = |(line, text): (usize, &str)| Offence {
        rule: Rule::Reasons,
        path: path.into(),
        line,
        fact: format!("`{}` is refused without a reason", text.split('"').nth(1).unwrap_or_default()),
        way_out: "add `reason = \"...\"`: why, and what to do instead".into(),
    };
    (1..).zip(text.lines()).filter(bare).map(offence).collect()
}

/// Keys and table names, also those in comments of the annotated default (`# key = value`).
fn keys(path: &str, text: &str) -> Vec<Offence> {
    let mut found = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim_start_matches(['#', ' ']);
        let name = match content.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            Some(table) => table,
            None => content.split_once('=').map_or("", |(key, _)| key.trim()),
        };
        let table_word = name.split('.').next().unwrap_or_default();
        let looked_at = if content.starts_with('[') { table_word } else { name };
        if let Some((word, ours)) = foreign_word(looked_at).filter(|_| !name.contains(' ')) {
            let fact = format!("the key `{name}` speaks of a {word}");
            let way_out = format!("the glossary says `{ours}`");
            found.push(Offence { rule: Rule::Words, path: path.into(), line, fact, way_out });
        }
    }
    found
}
