//! From layers of TOML, variables and flags to the rules that the engine reads and the settings that the shell
//! reads, or a report of every fault at once: where, what, and the way out. `check` and the start of the
//! daemon are this code.
//!
//! The steps, one file each: `layers` (which files), `file` (bytes to text), `parse` (text to a layer, every
//! place noted in the `book`), `variables` (environment and flags, typed by `keys`), `merge` (layers to one
//! tree, by way of the `config` crate), `tree` (converts nothing), `read` (tree to `raw`, fault by fault),
//! `raw` (the file as written), `check` (as written to as checked), `digest` (what tells one policy from
//! another), `stored` (the policy as JSON, and back), `restart` (what a running daemon cannot take over).
//!
//! What is absent: the clock, the network, and the content of any file but the layers. Secrets are named by
//! their files and never read here; `redact` keeps them out of what is shown.

mod book;
mod check;
mod defaults;
mod digest;
mod excerpt;
mod file;
mod finding;
mod keys;
mod layers;
mod merge;
mod nearest;
mod origins;
mod parse;
mod raw;
mod read;
mod redact;
mod render;
mod restart;
mod settings;
mod show;
mod span;
mod stored;
mod tree;
mod variables;
mod written;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

pub(crate) use check::{CREDENTIAL, is_language, is_region};
pub use defaults::defaults;
pub use excerpt::Excerpt;
pub use finding::{Code, Finding, Report, Severity};
pub use keys::{Draft, schema};
pub use layers::{FILE_DEFAULT, Layers};
pub(crate) use nearest::nearest;
pub use origins::Origins;
pub use render::{pretty, sarif};
pub use restart::{needing_gateway_restart, needing_restart, withdrawn_promises};
pub use settings::{
    Auth, Gateway, Identity, Log, LogFormat, LogLevel, Nats, Notice, Proof, Settings, Smtp, SmtpSecurity,
    Tls, Webhook,
};
pub use show::{Entry, Show};
pub use stored::{load_policy, load_sources};

use crate::domain::Span;
use crate::policy::Policy;
use book::{Book, Page, Sheet};
use finding::Findings;
use origins::Written;

/// A configuration without faults.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the engine reads.
    pub policy: Policy,
    /// What the shell reads.
    pub settings: Settings,
    /// What is allowed but hardly meant.
    pub warnings: Vec<Finding>,
    /// The policy as it was written, merged, without the settings: [`load_policy`] makes the same policy of it.
    pub tree: Value,
    /// What was written, and where each value is from.
    pub origins: Origins,
}

/// A span as the files have it, `1h 30m`; `None` where it is none.
pub fn read_span(text: &str) -> Option<Span> {
    span::span(text).ok()
}

/// Reads and checks the file at `path` with its drop-ins; neither variables nor flags. Relative paths begin
/// where the file lies.
pub fn load(path: &Path) -> Result<Loaded, Report> {
    load_layers(&Layers::of(path))
}

/// Reads, merges and checks all layers.
pub fn load_layers(layers: &Layers) -> Result<Loaded, Report> {
    let mut findings = Findings::default();
    let mut book = Book::of(layers.file.display().to_string());
    for path in layers.files(&mut findings) {
        let name = path.display().to_string();
        match file::read(&path) {
            Ok(text) => {
                book.open(Sheet::File(Arc::new(Page::new(name, text))));
            }
            Err(finding) => findings.push(Finding { file: finding::visible(&name), ..*finding }),
        }
    }
    let dir = layers.file.parent().unwrap_or(Path::new(""));
    make(book, dir, layers, findings)
}

/// Checks a text as if it stood alone in the file of that name.
pub fn load_str(file: &str, text: &str) -> Result<Loaded, Report> {
    let mut book = Book::of(file);
    book.open(Sheet::File(Arc::new(Page::new(file.to_owned(), text.to_owned()))));
    let dir = Path::new(file).parent().unwrap_or(Path::new(""));
    make(book, dir, &Layers::default(), Findings::default())
}

fn make(mut book: Book, dir: &Path, layers: &Layers, mut findings: Findings) -> Result<Loaded, Report> {
    let mut tables = Vec::new();
    let unreadable = findings.has_errors();
    for sheet in 0..book.sheets.len() {
        tables.extend(parse::parse(&mut book, sheet, &mut findings));
    }
    // A file that is not there or cannot be parsed would look like many keys that are missing.
    if unreadable || tables.len() < book.sheets.len() {
        return Err(findings.into_report(&book));
    }
    tables.extend(variables::environment(&layers.environment, &mut book, &mut findings));
    tables.extend(variables::flags(&layers.flags, &mut book, &mut findings));
    let checked = merge::merge(tables, &mut book, &mut findings).and_then(|root| {
        let raw = read::read(root.clone(), &mut findings);
        check::check(&raw, dir, &mut findings).map(|checked| (checked, root))
    });
    let failed = findings.has_errors();
    let report = findings.into_report(&book);
    match checked {
        Some(((policy, settings), root)) if !failed => {
            let tree = stored::tree(&root);
            let origins = Origins(Arc::new(Written { book, root }));
            Ok(Loaded { policy, settings, warnings: report.findings, tree, origins })
        }
        _ => Err(report),
    }
}
