//! `switchboard demo`: plays a small contact centre on a running site and tells it line by line.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use crate::shell::demo::play;
use crate::shell::demo::script::Script;
use crate::shell::demo::story::{Line, Word};
use crate::shell::demo::summary::Summary;

use super::exit;
use super::site::SiteArgs;

/// Play a small contact centre on a running site that was made for it; `make demo` makes one.
///
/// Exits 0 only if its story came true.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    site: SiteArgs,
    /// The script.
    #[arg(long)]
    script: PathBuf,
    /// The folder with the password of each NATS user, as `<user>.password`.
    #[arg(long)]
    passwords: PathBuf,
    /// After so many seconds the story must have ended.
    #[arg(long, default_value_t = 50)]
    limit: u64,
}

impl Demo {
    pub(super) fn run(self) -> ExitCode {
        let loaded = match self.site.load() {
            Ok(loaded) => loaded,
            Err(report) => {
                eprintln!("{report}");
                return ExitCode::from(exit::CONFIG);
            }
        };
        let script = match Script::load(&self.script) {
            Ok(script) => script,
            Err(fault) => return fail(exit::CONFIG, &fault),
        };
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(fault) => return fail(exit::UNAVAILABLE, &fault),
        };
        let colour = io::stdout().is_terminal();
        let mut tell = |line: &Line| say(&told(line, colour));
        let limit = Duration::from_secs(self.limit);
        match runtime.block_on(play(loaded, script, &self.passwords, limit, &mut tell)) {
            Ok(summary) => conclude(&summary),
            Err(fault) => fail(exit::UNAVAILABLE, &fault),
        }
    }
}

fn conclude(summary: &Summary) -> ExitCode {
    say("");
    for finding in &summary.findings {
        let wrong = finding.expected.as_ref().map(|expected| format!("   expected {expected}"));
        say(&format!("  {:<47} {:>5}{}", finding.what, finding.found, wrong.unwrap_or_default()));
    }
    if summary.is_true() {
        say("\nThe story came true.");
        return ExitCode::SUCCESS;
    }
    say("\nThe story did NOT come true.");
    ExitCode::from(exit::FINDINGS)
}

/// When nobody reads any more there is nobody to tell; the exit code says the rest.
fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

fn told(line: &Line, colour: bool) -> String {
    let Line { at, about, what, who, rest } = line;
    let (on, off) = if colour { (code(*what), "\x1b[0m") } else { ("", "") };
    let time = format!("{:>3}.{:02}", at / 1_000, at % 1_000 / 10);
    let text = format!("{time}  {about:<4} {on}{:<10}{off} {} {rest}", what.as_str(), padded(who, 16));
    text.trim_end().to_owned()
}

fn code(what: Word) -> &'static str {
    match what {
        Word::Wrote | Word::Replied => "\x1b[36m",
        Word::Accepted | Word::Resolved | Word::Acked => "\x1b[32m",
        Word::Declined | Word::Missed | Word::Warned | Word::Again | Word::Late => "\x1b[33m",
        Word::Breached | Word::Escalated | Word::Dead => "\x1b[31m",
        Word::Offered | Word::Presence => "\x1b[2m",
    }
}

/// The text with spaces up to so many columns; letters of Chinese take two.
fn padded(text: &str, columns: usize) -> String {
    let width: usize = text.chars().map(|letter| if letter >= '\u{2e80}' { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(width)))
}

fn fail(code: u8, fault: &dyn std::error::Error) -> ExitCode {
    eprintln!("{}", crate::shell::runtime::chain(fault));
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_aligned_whatever_its_letters() {
        let line = |who: &str| Line {
            at: 12_345,
            about: "c3".to_owned(),
            what: Word::Wrote,
            who: who.to_owned(),
            rest: "x".to_owned(),
        };
        assert_eq!(told(&line("Wójcik"), false), " 12.34  c3   wrote      Wójcik           x");
        assert_eq!(told(&line("王伟"), false), " 12.34  c3   wrote      王伟             x");
    }
}
