//! From one TOML file to the rules that the engine reads and the settings that the shell reads, or a report
//! of every fault at once: where, what, and the way out. `check` and the start of the daemon are this code.
//!
//! The steps, one file each: `file` (bytes to a tree, by way of the `config` crate), `tree` (converts
//! nothing), `read` (tree to `raw`, fault by fault), `raw` (the file as written), `check` (as written to as
//! checked), `digest` (what tells one policy from another), `compiled` (the rules as JSON, and back), `restart` (what a
//! running daemon cannot take over).
//!
//! What is absent: the environment, the clock, the network, and the content of any file but this one. Secrets
//! are named by their files and never read here.

mod check;
mod compiled;
mod digest;
mod file;
mod finding;
mod nearest;
mod raw;
mod read;
mod restart;
mod settings;
mod span;
mod tree;

use std::path::Path;

pub use compiled::{load_policy, load_sources};
pub use finding::{Code, Finding, Report, Severity};
pub(crate) use nearest::nearest;
pub use restart::{needing_restart, withdrawn_promises};
pub use settings::{
    Auth, Identity, Log, LogFormat, LogLevel, Nats, Notice, Settings, Smtp, SmtpSecurity, Tls,
};

use crate::domain::Span;
use crate::policy::Policy;
use finding::Findings;

/// A file without faults.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the engine reads.
    pub policy: Policy,
    /// What the shell reads.
    pub settings: Settings,
    /// The rules as merged JSON, without settings: what the object store keeps.
    pub tree: serde_json::Value,
    /// What is allowed but hardly meant.
    pub warnings: Vec<Finding>,
}

/// A span as the files have it, `1h 30m`; `None` where it is none.
pub fn read_span(text: &str) -> Option<Span> {
    span::span(text).ok()
}

/// Reads and checks the file at `path`. Relative paths in it begin where it lies.
pub fn load(path: &Path) -> Result<Loaded, Report> {
    let file = path.display().to_string();
    match file::read(path) {
        Ok(text) => load_str(&file, &text),
        Err(finding) => {
            let mut findings = Findings::default();
            findings.push(finding);
            Err(findings.into_report(&file))
        }
    }
}

/// Checks a text as if it stood in the file of that name.
pub fn load_str(file: &str, text: &str) -> Result<Loaded, Report> {
    let mut findings = Findings::default();
    let dir = Path::new(file).parent().unwrap_or(Path::new(""));
    let checked = file::parse(text, &mut findings).and_then(|root| {
        let tree = compiled::tree(&root);
        let raw = read::read(root, &mut findings);
        let (policy, settings) = check::check(&raw, dir, &mut findings)?;
        Some((policy, settings, tree))
    });
    match checked {
        Some((policy, settings, tree)) if !findings.has_errors() => {
            Ok(Loaded { policy, settings, tree, warnings: findings.into_report(file).findings })
        }
        _ => Err(findings.into_report(file)),
    }
}
