//! What an operator installs: the units as systemd judges them, and the Debian package, put into a folder of the
//! test's own and taken away again.
//!
//! A system without Debian's tools passes some of these by, and says so.

mod debian;
mod readme;
mod units;

use std::path::PathBuf;
use std::process::{Command, Output};

/// What a tool of tests/tools prints; `None`, aloud, where it is not to be had here.
fn tool(name: &str, argument: Option<&str>) -> Option<PathBuf> {
    let output = run(Command::new(root().join("tests/tools").join(name)).args(argument));
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        passed_by(&said);
        return None;
    }
    assert!(output.status.success(), "{name}: {said}");
    Some(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

/// Says that a test asked nothing here, and why; where `SWITCHBOARD_NO_SKIP` is set, that is a failure.
#[expect(clippy::disallowed_methods, reason = "a switch of whoever runs the tests, not configuration")]
fn passed_by(why: &str) {
    assert!(std::env::var_os("SWITCHBOARD_NO_SKIP").is_none(), "nothing was tested: {why}");
    eprintln!("SKIPPED, nothing was tested: {why}");
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|fault| panic!("{command:?}: {fault}"))
}

/// Runs what must succeed, and gives what it said.
fn succeeds(command: &mut Command) -> String {
    let output = run(command);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} ends with {}:\n{said}", output.status);
    said
}

/// The checkout.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
