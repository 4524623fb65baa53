//! Goal: what the README shows of `normalize` and `conformance` is what they say. Method: each `$ cat FILE` of its
//! blocks makes that file, each command of the two is run as it stands there, and what it prints is held against the
//! lines below it; an instant of now alone may differ.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Deserializer, Value};

/// A command as it stands in a block, and the lines below it.
struct Shown {
    command: String,
    lines: Vec<String>,
}

#[test]
fn the_commands_of_the_readme_say_what_stands_below_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut told = Vec::new();
    for Shown { command, lines } in shown(include_str!("../../README.md")) {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["cat", file] => fs::write(folder.path().join(file), lines.join("\n") + "\n").expect("a file"),
            ["switchboard", verb @ ("normalize" | "conformance"), rest @ ..] if !lines.is_empty() => {
                assert_eq!(said(folder.path(), verb, rest), expected(&lines), "{command}");
                told.push(*verb == "normalize");
            }
            _ => {}
        }
    }
    assert!(told.contains(&true) && told.contains(&false), "the README shows both");
}

/// The commands of all indented blocks; one that ends in a backslash goes on in the next line.
fn shown(readme: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut is_open = false;
    let mut goes_on = false;
    for line in readme.lines() {
        let Some(line) = line.strip_prefix("    ").or_else(|| line.is_empty().then_some("")) else {
            is_open = false;
            continue;
        };
        let command = line.strip_prefix("$ ").or_else(|| goes_on.then_some(line));
        match (command, shown.last_mut()) {
            (Some(more), Some(last)) if goes_on => last.command += more.trim_end_matches('\\'),
            (Some(command), _) => {
                let command = command.trim_end_matches('\\').to_owned();
                shown.push(Shown { command, lines: Vec::new() });
                is_open = true;
            }
            (None, Some(last)) if is_open => last.lines.push(line.to_owned()),
            (None, _) => {}
        }
        goes_on = command.is_some_and(|command| command.ends_with('\\'));
    }
    for one in &mut shown {
        while one.lines.last().is_some_and(String::is_empty) {
            one.lines.pop();
        }
    }
    shown
}

/// What the command prints: its values, and what it says beside them.
fn said(folder: &Path, verb: &str, rest: &[&str]) -> (Vec<Value>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    let output = command.current_dir(folder).arg(verb).args(rest).output().expect("it runs");
    let (printed, talk) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (values(&printed), talk.trim().to_owned())
}

/// The same of the lines of the README, where a value may be broken and what is said comes last.
fn expected(lines: &[String]) -> (Vec<Value>, String) {
    let (talk, printed): (Vec<&String>, Vec<&String>) =
        lines.iter().partition(|line| !line.starts_with(['{', ' ']));
    let joined = |lines: &[&String]| lines.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n");
    (values(&joined(&printed)), joined(&talk))
}

fn values(text: &str) -> Vec<Value> {
    let values = Deserializer::from_str(text).into_iter::<Value>();
    let mut values: Vec<Value> = values.map(|value| value.expect("JSON")).collect();
    for value in &mut values {
        if let Some(at) = value.get_mut("received_at") {
            *at = Value::from("now");
        }
    }
    values
}
