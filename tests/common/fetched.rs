//! The tools in `tests/tools`, which find or fetch what a test needs and print where it lies.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::passed_by::passed_by;

/// A file of `tests/tools`.
pub fn tool(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(name)
}

/// A Python that has nats-py and aiosmtpd.
pub fn python() -> PathBuf {
    fetched("python.sh", None).expect("nobody passes by without it")
}

/// What a tool prints; `None`, aloud, where it is not to be had on this machine.
pub fn fetched(name: &str, argument: Option<&str>) -> Option<PathBuf> {
    let output = Command::new(tool(name)).args(argument).output();
    let output = output.unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        passed_by(&said);
        return None;
    }
    assert!(output.status.success(), "{name}: {said}");
    Some(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
