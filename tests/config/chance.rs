//! Good files with random damage: whatever becomes of them, nothing panics, no secret shows, and what `check`
//! finds is what keeps `serve` from starting.

use std::fs;

use fastrand::Rng;
use switchboard::config::{self, Finding, Severity};
use switchboard::shell::settings::{Secrets, build, inspect};

use crate::{in_project, read, toml_files};

/// How many damaged copies of each file are tried.
const COPIES: u64 = 150;
const PIECES: [&str; 16] = [
    "=",
    "\"",
    "[",
    "]",
    "{",
    "}",
    "\n",
    ".",
    "'''",
    "\\",
    "-1",
    "99999999999999999999",
    "true",
    "\u{1b}",
    "é",
    "1979-05-27",
];

#[test]
fn a_damaged_file_never_panics_and_check_agrees_with_the_start() {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in
        [("site.key", "0123456789abcdef0123456789abcdef"), ("door.password", "hunter2"), ("short", "x")]
    {
        fs::write(dir.path().join(name), text).expect("it is written");
    }
    let mut files = toml_files("tests/config/good");
    files.push(in_project("config/switchboard.toml"));
    let (mut loaded, mut refused, mut started) = (0, 0, 0);
    for path in files {
        let whole = read(&path);
        for seed in 0..COPIES {
            let text = damaged(&whole, &mut Rng::with_seed(seed));
            let file = dir.path().join("switchboard.toml").display().to_string();
            match config::load_str(&file, &text) {
                Ok(outcome) => {
                    loaded += 1;
                    let checked = inspect(&outcome, Secrets::Expected);
                    let faulty = checked.iter().any(|finding| finding.severity == Severity::Error);
                    assert_eq!(build(&outcome).is_err(), faulty, "seed {seed} of {}", path.display());
                    started += usize::from(!faulty);
                    show(&checked);
                    let again =
                        config::load_policy(&outcome.tree, &outcome.settings).expect("it was a policy");
                    assert_eq!(again.digest, outcome.policy.digest, "seed {seed} of {}", path.display());
                }
                Err(report) => {
                    refused += 1;
                    assert!(report.findings.iter().any(|finding| finding.severity == Severity::Error));
                    show(&report.findings);
                }
            }
        }
    }
    assert!(
        loaded > 50 && refused > 50 && started > 20,
        "{loaded} loaded, {refused} refused, {started} started"
    );
}

/// Every form in which findings are told.
fn show(findings: &[Finding]) {
    let drawn = config::pretty(findings, false);
    assert!(!drawn.contains("hunter2") && !drawn.contains('\u{1b}'), "{drawn:?}");
    assert!(config::sarif(findings)["runs"][0]["results"].is_array());
}

fn damaged(text: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=rng.usize(..2) {
        let at = rng.usize(..lines.len());
        let other = rng.usize(..lines.len());
        match rng.u8(..7) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[other].clone()),
            2 => lines.swap(at, other),
            3 => lines.truncate(at.max(1)),
            4 => lines.insert(at, "password = \"hunter2\"".to_owned()),
            5 => lines[at] = lines[at].replacen(' ', "", 1),
            _ => {
                let piece = PIECES[rng.usize(..PIECES.len())];
                let starts: Vec<usize> =
                    lines[at].char_indices().map(|(start, _)| start).chain([0]).collect();
                lines[at].insert_str(starts[rng.usize(..starts.len())], piece);
            }
        }
    }
    lines.join("\n")
}
