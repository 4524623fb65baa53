//! `switchboard demo`: plays a small contact centre on a running site and tells it line by line.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use tokio::sync::watch;

use crate::config::Loaded;
use crate::shell::demo::line::{Line, Word};
use crate::shell::demo::script::Script;
use crate::shell::demo::summary::Summary;
use crate::shell::demo::totals::Totals;
use crate::shell::demo::{DemoError, Props, Stage};
use crate::shell::runtime::chain;

use super::exit;
use super::output::{fail, say, wants_colours};
use super::running::errand;
use super::site::SiteArgs;

/// What a shell says of a process that SIGINT ended.
const INTERRUPTED: u8 = 130;

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
    /// The folder where the relay of the site puts each mail that it has got, with what a mail program reads.
    #[arg(long)]
    mail: PathBuf,
    /// After so many seconds the story, and each round after it, must have ended.
    #[arg(long, default_value_t = 50)]
    limit: u64,
    /// Go on with traffic without end, until ctrl-C; a second one leaves at once.
    #[arg(long)]
    forever: bool,
    /// What that traffic is made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Demo {
    pub(super) fn run(self) -> ExitCode {
        let loaded = match self.site.loaded() {
            Ok(loaded) => loaded,
            Err(code) => return code,
        };
        let script = match Script::load(&self.script) {
            Ok(script) => script,
            Err(fault) => return fail(exit::CONFIG, &chain(&fault)),
        };
        errand(async {
            let played = Box::pin(self.play(loaded, script)).await;
            played.unwrap_or_else(|fault| fail(exit::UNAVAILABLE, &chain(&fault)))
        })
    }

    async fn play(self, loaded: Loaded, script: Script) -> Result<ExitCode, DemoError> {
        let (stopper, stop) = watch::channel(false);
        if !self.forever {
            return self.tell(loaded, script, &stop).await;
        }
        tokio::select! {
            played = self.tell(loaded, script, &stop) => played,
            () = two_times_ctrl_c(&stopper) => Ok(ExitCode::from(INTERRUPTED)),
        }
    }

    async fn tell(
        self,
        loaded: Loaded,
        script: Script,
        stop: &watch::Receiver<bool>,
    ) -> Result<ExitCode, DemoError> {
        let colour = wants_colours(&io::stdout());
        let mut tell = |line: &Line| say(&told(line, colour));
        let config = self.site.layers().file;
        let limit = Duration::from_secs(self.limit);
        let props = Props { config, passwords: self.passwords, mail: self.mail, limit };
        let mut stage = Stage::set(loaded, props, &script).await?;
        let (tally, ending) = stage.play(script.clone(), stop, &mut tell).await?;
        let mut totals = Totals::default();
        totals.add(&tally, &ending);
        if !*stop.borrow() {
            let code = conclude(&Summary::of(&script.expected, &tally, &ending));
            if !self.forever || code != ExitCode::SUCCESS {
                return Ok(code);
            }
            say(&format!("\nIt goes on by seed {} until ctrl-C.\n", self.seed));
        }
        while !*stop.borrow() && totals.faults.is_empty() {
            let round = script.round(self.seed, totals.rounds as u64);
            let (tally, ending) = stage.play(round, stop, &mut tell).await?;
            totals.add(&tally, &ending);
            say(&format!("\n  {} rounds: {totals}\n", totals.rounds));
        }
        Ok(end(&totals))
    }
}

/// The first ctrl-C asks to come to an end; who does not want to wait for that says it twice.
async fn two_times_ctrl_c(stopper: &watch::Sender<bool>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        if stopper.send_replace(true) {
            return;
        }
        say("\nNobody writes any more; what is open comes to its end. Once more leaves at once.\n");
    }
}

fn end(totals: &Totals) -> ExitCode {
    for fault in &totals.faults {
        say(&format!("  {fault}"));
    }
    say(&format!("In all: {totals}."));
    if totals.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(exit::FINDINGS) }
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

fn told(line: &Line, colour: bool) -> String {
    let Line { at, about, what, who, rest, under } = line;
    let (on, off) = if colour { (code(*what), "\x1b[0m") } else { ("", "") };
    let time = format!("{:>3}.{:02}", at / 1_000, at % 1_000 / 10);
    let text = format!("{time}  {about:<4} {on}{:<10}{off} {} {rest}", what.as_str(), padded(who, 16));
    let mut text = text.trim_end().to_owned();
    for line in under {
        text.push('\n');
        text.push_str(format!("{:>14}{line}", "").trim_end());
    }
    text
}

fn code(what: Word) -> &'static str {
    match what {
        Word::Wrote | Word::Replied | Word::Sent => "\x1b[36m",
        Word::Accepted | Word::Resolved | Word::Acked => "\x1b[32m",
        Word::Declined | Word::Missed | Word::Warned | Word::Again | Word::Late => "\x1b[33m",
        Word::Breached | Word::Escalated | Word::Dead | Word::Notice => "\x1b[31m",
        Word::Edited | Word::Reload => "\x1b[35m",
        Word::Offered | Word::Presence => "\x1b[2m",
    }
}

/// The text with spaces up to so many columns; letters of Chinese take two.
fn padded(text: &str, columns: usize) -> String {
    let width: usize = text.chars().map(|letter| if letter >= '\u{2e80}' { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(width)))
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
            under: Vec::new(),
        };
        assert_eq!(told(&line("Wójcik"), false), " 12.34  c3   wrote      Wójcik           x");
        assert_eq!(told(&line("王伟"), false), " 12.34  c3   wrote      王伟             x");
    }
}
