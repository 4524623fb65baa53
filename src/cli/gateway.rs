//! `switchboard gateway`: the HTTP door of webhooks.

use std::process::ExitCode;

use clap::Args;

use crate::shell::gateway::serve;

use super::running::stay;
use super::site::SiteArgs;

/// Take the webhooks of providers over HTTP: check their signatures, store what they bring, then say so.
///
/// A process of its own beside `serve`, with a NATS user of its own; it needs neither the site's key nor the daemon.
/// Stays in the foreground and logs to stderr. Ends on SIGTERM or SIGINT, when those who asked have their answer; on
/// SIGHUP it takes other webhooks and other secrets.
#[derive(Debug, Args)]
pub(super) struct Gateway {
    #[command(flatten)]
    site: SiteArgs,
}

impl Gateway {
    pub(super) fn run(&self) -> ExitCode {
        stay(&self.site, serve)
    }
}
