//! `switchboard gateway`: the HTTP door of webhooks.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use crate::shell::gateway::serve;
use crate::shell::serve::{Exit, Host};
use crate::shell::telemetry;

use super::exit;
use super::serve::{hangups, stop_on_signal};
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
        let loaded = match self.site.load() {
            Ok(loaded) => loaded,
            Err(report) => {
                eprintln!("{report}");
                return ExitCode::from(exit::CONFIG);
            }
        };
        telemetry::start(loaded.settings.log);
        loaded.warnings.iter().for_each(|warning| eprintln!("{warning}"));
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(fault) => {
                eprintln!("cannot start the gateway's threads: {fault}");
                return ExitCode::from(exit::UNAVAILABLE);
            }
        };
        let ended = runtime.block_on(async {
            let site = self.site.clone();
            let load = Arc::new(move || site.load());
            let host = Host { stop: stop_on_signal(), hangups: hangups(), load };
            Box::pin(serve(loaded, host)).await
        });
        runtime.shutdown_background();
        Exit::into(ended)
    }
}
