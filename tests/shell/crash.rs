//! The daemon against its own death, its server's, its like, and its enemies: killed and frozen at every
//! point and at random, under load, with the shipped users. What the streams hold afterwards is judged by
//! a separate program that shares no code with us.

mod dead;
mod faults;
mod hostile;
mod kills;
mod leaders;
mod reloads;
mod time;

use std::path::Path;
use std::process::Command;

use crate::fetched::{python, tool};

#[test]
fn the_judge_catches_every_doctored_journal() {
    let output = Command::new(python())
        .arg(tool("judge.py"))
        .arg("--self-test")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shell/judge"))
        .output()
        .expect("the judge runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// How often what takes long is done: a tenth of the kills in a soak.
fn rounds(usual: u64) -> u64 {
    asked("SWITCHBOARD_KILLS").map_or(usual, |kills| kills / 10)
}

/// The seed of this run, printed so that it can be had again.
fn seed() -> u64 {
    let seed = asked("SWITCHBOARD_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("SWITCHBOARD_SEED={seed}");
    seed
}

#[expect(clippy::disallowed_methods, reason = "a soak asks for more kills, and a failure for its seed")]
fn asked(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
