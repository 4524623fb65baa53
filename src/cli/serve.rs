//! `switchboard serve`: the daemon.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::shell::serve::{Options, serve};

use super::running::stay;
use super::site::SiteArgs;

/// Run the daemon: recover from the journal, lead, route.
///
/// Stays in the foreground and logs to stderr. Ends on SIGTERM or SIGINT, reloads on SIGHUP.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    site: SiteArgs,
    /// Where time comes from; `manual` is moved by `<prefix>.test.clock` and is for tests alone.
    #[arg(long, value_enum, default_value_t = ClockKind::System)]
    clock: ClockKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ClockKind {
    System,
    Manual,
}

impl Serve {
    pub(super) fn run(&self) -> ExitCode {
        let options = Options { manual_clock: self.clock == ClockKind::Manual };
        stay(&self.site, |loaded, host| serve(loaded, options, host))
    }
}
