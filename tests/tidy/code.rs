//! What a Rust file is held to. All of it in `src`; elsewhere what concerns every reader.

use super::source::Source;
use super::walls;
use super::{Offence, Rule};

/// Lines of a file of `src`. Aim at 300: past that it is usually two things.
const FILE_LINES_MAX: usize = 450;
/// Lines of a function, from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 60;
/// The one file that reads the clock.
const CLOCK: &str = "src/shell/clock.rs";

/// Signs of what is not finished. Put together here so that this file does not bear them itself.
const MARKERS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Words of others for what has a name here (the glossary), where they can mean nothing else. A `visitor`
/// is absent: serde has one too.
const NOT_OURS: [(&str, &str); 6] = [
    ("tenant", "site"),
    ("ticket", "conversation"),
    ("customer", "contact"),
    ("bullseye", "relaxation"),
    ("acw", "wrap_up"),
    ("rehydrate", "replay"),
];

/// Everything out of place in one file.
pub fn check(path: &str, text: &str) -> Vec<Offence> {
    let refuse = |rule, line, fact: String, way_out: &str| Offence {
        rule,
        path: path.to_owned(),
        line,
        fact,
        way_out: way_out.to_owned(),
    };
    let in_src = path.starts_with("src/");
    let place = walls::place(path);
    let module = place.as_ref().map_or(Vec::new(), |(_, module)| module.clone());
    let source = match Source::read(text, &module) {
        Ok(source) => source,
        Err(fault) => return vec![refuse(Rule::Readable, 1, fault, "the compiler says more")],
    };
    let mut found = markers(text, &source, &refuse);
    found.extend(set_aside(&source, &refuse));
    if !in_src {
        return found;
    }
    match place {
        Some((room, _)) => {
            found.extend(walls::check(path, room, &source));
            if room.pure {
                found.extend(walls::check_words(path, room, &source));
            }
            if room.name != "cli" {
                found.extend(prints(room.name, &source, &refuse));
            }
        }
        None => {
            let fact = "this file lies in no room of the table".to_owned();
            found.push(refuse(Rule::Walls, 1, fact, "give the room its row in tests/tidy/walls.rs"));
        }
    }
    found.extend(clock(path, &source, &refuse));
    found.extend(sizes(text, &source, &refuse));
    found.extend(words(&source, &refuse));
    if !text.trim_start().starts_with("//!") {
        let fact = "this file does not say what it is for".to_owned();
        found.push(refuse(
            Rule::Opening,
            1,
            fact,
            "begin it with `//!` and its contract, also what is absent",
        ));
    }
    found
}

/// Makes an offence of this file.
trait Refuse: Fn(Rule, usize, String, &str) -> Offence {}
impl<F: Fn(Rule, usize, String, &str) -> Offence> Refuse for F {}

fn markers(text: &str, source: &Source, refuse: &impl Refuse) -> Vec<Offence> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split(|letter: char| !letter.is_alphanumeric());
        if let Some(marker) = words.find(|word| MARKERS.contains(word)) {
            let fact = format!("`{marker}` is left in the text");
            found.push(refuse(Rule::Markers, number, fact, "do it, or say as a fact what is absent and why"));
        }
    }
    for (place, token) in source.tokens.iter().enumerate() {
        let next = source.text(place + 1);
        if next == "!" && ["todo", "unimplemented"].contains(&token.text.as_str()) {
            let fact = format!("`{}!` waits to go off", token.text);
            found.push(refuse(Rule::Markers, token.line, fact, "build it, or leave the whole thing out"));
        }
        if token.in_attribute && token.text == "ignore" && place > 0 && source.text(place - 1) == "[" {
            let fact = "a test is ignored".to_owned();
            found.push(refuse(Rule::Markers, token.line, fact, "make it pass, or take it out"));
        }
    }
    found
}

fn set_aside(source: &Source, refuse: &impl Refuse) -> Vec<Offence> {
    let mut found = Vec::new();
    for (place, token) in source.tokens.iter().enumerate() {
        if !token.in_attribute || source.text(place + 1) != "(" {
            continue;
        }
        let end = source.closing(place + 1);
        match token.text.as_str() {
            "allow" => {
                let lint: String =
                    source.tokens[place + 2..end].iter().map(|token| token.text.as_str()).collect();
                let fact = format!("`allow({lint})` stays when its cause is gone");
                found.push(refuse(Rule::SetAside, token.line, fact, "use `expect(..., reason = \"...\")`"));
            }
            "expect" => {
                let reason =
                    (place..end).find(|&at| source.text(at) == "reason" && source.text(at + 1) == "=");
                if reason.is_none_or(|at| source.text(at + 2).trim_matches('"').trim().is_empty()) {
                    let fact = "a lint is set aside without a reason".to_owned();
                    found.push(refuse(Rule::SetAside, token.line, fact, "add `reason = \"...\"`"));
                }
            }
            _ => {}
        }
    }
    found
}

fn prints(room: &str, source: &Source, refuse: &impl Refuse) -> Vec<Offence> {
    let macros = ["print", "println", "eprint", "eprintln", "dbg"];
    let calls = source.tokens.iter().enumerate().filter(|(place, token)| {
        token.is_word && macros.contains(&token.text.as_str()) && source.text(place + 1) == "!"
    });
    let offence = |(_, token): (usize, &super::source::Token)| {
        let fact = format!("room `{room}` prints with `{}!`", token.text);
        refuse(Rule::Prints, token.line, fact, "return the text and let cli print it, or log it in the shell")
    };
    calls.map(offence).collect()
}

fn clock(path: &str, source: &Source, refuse: &impl Refuse) -> Vec<Offence> {
    let mut found = Vec::new();
    for written in source.paths.iter().filter(|_| path != CLOCK) {
        let full = source.expand(written);
        let [.., kind, "now"] = full.iter().map(String::as_str).collect::<Vec<_>>()[..] else { continue };
        let runtime_s_own = full.join("::") == "tokio::time::Instant::now";
        if ["SystemTime", "Instant"].contains(&kind) && !runtime_s_own {
            let fact = format!("`{kind}::now` reads the clock outside of {CLOCK}");
            let way_out = "take the time as an argument; a timeout of the shell uses tokio::time::Instant";
            found.push(refuse(Rule::Clock, written.line, fact, way_out));
        }
    }
    found
}

fn sizes(text: &str, source: &Source, refuse: &impl Refuse) -> Vec<Offence> {
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        let fact = format!("the file has {lines} lines, {FILE_LINES_MAX} is the most");
        found.push(refuse(Rule::Sizes, lines, fact, "find the two things that it is"));
    }
    for (place, token) in source.tokens.iter().enumerate() {
        if token.text != "fn" || !source.tokens.get(place + 1).is_some_and(|name| name.is_word) {
            continue;
        }
        let Some(open) = body(source, place) else { continue };
        let end = source.tokens.get(source.closing(open)).map_or(token.line, |brace| brace.line);
        let lines = end - token.line + 1;
        if lines > FUNCTION_LINES_MAX {
            let name = source.text(place + 1);
            let fact = format!("`{name}` has {lines} lines, {FUNCTION_LINES_MAX} is the most");
            found.push(refuse(Rule::Sizes, token.line, fact, "name its steps as functions below it"));
        }
    }
    found
}

/// The brace that opens the body of the function at `place`; one without a body has none.
fn body(source: &Source, place: usize) -> Option<usize> {
    let mut at = place;
    loop {
        match source.text(at) {
            "{" => return Some(at),
            ";" | "" if at >= source.tokens.len() || source.text(at) == ";" => return None,
            "(" | "[" => at = source.closing(at) + 1,
            _ => at += 1,
        }
    }
}

fn words(source: &Source, refuse: &impl Refuse) -> Vec<Offence> {
    let mut found = Vec::new();
    for token in source.tokens.iter().filter(|token| token.is_word) {
        if let Some((word, ours)) = foreign_word(&token.text) {
            let fact = format!("`{}` speaks of a {word}", token.text);
            found.push(refuse(Rule::Words, token.line, fact, &format!("the glossary says `{ours}`")));
        }
    }
    found
}

/// The first word of a name (`snake_case`, `CamelCase`, `kebab-case`) that is not ours, and ours for it.
pub fn foreign_word(name: &str) -> Option<(&'static str, &'static str)> {
    let mut spaced = String::new();
    let mut before_was_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && before_was_lower {
            spaced.push(' ');
        }
        before_was_lower = letter.is_lowercase() || letter.is_numeric();
        spaced.extend(letter.to_lowercase());
    }
    let mut words = spaced.split(|letter: char| !letter.is_alphanumeric());
    words.find_map(|word| {
        let same =
            |(foreign, _): &&(&str, &str)| word == *foreign || word.strip_suffix('s') == Some(*foreign);
        NOT_OURS.iter().find(same).copied()
    })
}
