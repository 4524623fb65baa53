//! What an operator installs: the units as systemd judges them, and the Debian package, put into a folder of the
//! test's own and taken away again.
//!
//! A system without Debian's tools passes some of these by, and says so.

mod debian;
#[path = "../common/fetched.rs"]
mod fetched;
#[path = "../common/passed_by.rs"]
mod passed_by;
mod readme;
mod units;

use std::path::PathBuf;
use std::process::{Command, Output};

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
