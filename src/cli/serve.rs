//! `switchboard serve`: the daemon.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::shell::serve::{Exit, Host, Options, serve};
use crate::shell::telemetry;

use super::exit;
use super::site::SiteArgs;

/// What shells say of a process that a signal has ended, less the signal's number.
const SIGNALLED: i32 = 128;

/// Run the daemon: recover from the journal, lead, route.
///
/// Stays in the foreground and logs to stderr. Ends on SIGTERM or SIGINT, reloads on SIGHUP.
#[derive(Debug, Args)]
pub struct Serve {
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
    pub fn run(&self) -> ExitCode {
        let loaded = match self.site.load() {
            Ok(loaded) => loaded,
            Err(report) => {
                eprintln!("{report}");
                return ExitCode::from(exit::CONFIG);
            }
        };
        telemetry::start(loaded.settings.log);
        loaded.warnings.iter().for_each(|warning| eprintln!("{warning}"));
        let options = Options { manual_clock: self.clock == ClockKind::Manual };
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(fault) => {
                eprintln!("cannot start the daemon's threads: {fault}");
                return ExitCode::from(exit::UNAVAILABLE);
            }
        };
        let ended = runtime.block_on(async {
            let site = self.site.clone();
            let load = Arc::new(move || site.load());
            let host = Host { stop: stop_on_signal(), hangups: hangups(), load };
            Box::pin(serve(loaded, options, host)).await
        });
        // What is still being read for an answer is not worth waiting for.
        runtime.shutdown_background();
        Exit::into(ended)
    }
}

/// Turns true on the first SIGTERM or SIGINT. The second ends the process at once, as if it had not been caught,
/// since whoever sends it will not wait any longer. The journal is whole at any instant.
pub(super) fn stop_on_signal() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let sender = sender.clone();
        match signal(kind) {
            Ok(mut signals) => {
                tokio::spawn(async move {
                    while signals.recv().await.is_some() {
                        if sender.send_replace(true) {
                            end_at_once(kind);
                        }
                    }
                });
            }
            Err(fault) => eprintln!("cannot listen for a signal to stop: {fault}"),
        }
    }
    receiver
}

#[expect(clippy::exit, reason = "a second signal asks for just that, and the loop may hang")]
fn end_at_once(kind: SignalKind) {
    std::process::exit(SIGNALLED + kind.as_raw_value());
}

/// Says each time that SIGHUP came. While one waits to be heard, more of them are the same.
pub(super) fn hangups() -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel(1);
    match signal(SignalKind::hangup()) {
        Ok(mut signals) => {
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    // Full: one is waiting already, and it reads the files as they are then.
                    let _ = sender.try_send(());
                }
            });
        }
        Err(fault) => eprintln!("cannot listen for SIGHUP: {fault}"),
    }
    receiver
}
