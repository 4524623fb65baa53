//! How the work of a command is run: an errand, which ends by itself, or a process that stays until it is asked to
//! stop.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::config::Loaded;
use crate::shell::serve::{Exit, Host};
use crate::shell::telemetry;

use super::exit;
use super::output::fail;
use super::site::SiteArgs;

/// What shells say of a process that a signal has ended, less the signal's number.
const SIGNALLED: i32 = 128;

/// Runs an errand on this thread, and says how the command ends.
pub(super) fn errand(work: impl Future<Output = ExitCode>) -> ExitCode {
    on_this_thread(work).unwrap_or_else(|fault| threadless(&fault))
}

/// Runs what wants every core, and says how the command ends.
pub(super) fn on_all_cores(work: impl Future<Output = ExitCode>) -> ExitCode {
    run(Builder::new_multi_thread(), work).unwrap_or_else(|fault| threadless(&fault))
}

/// Runs something on this thread.
pub(super) fn on_this_thread<T>(work: impl Future<Output = T>) -> io::Result<T> {
    run(Builder::new_current_thread(), work)
}

/// Stays in the foreground, logging, until what serves the site ends. It hears of SIGTERM and SIGINT, and of SIGHUP
/// with what finds the files anew.
pub(super) fn stay<F>(site: &SiteArgs, serve: impl FnOnce(Loaded, Host) -> F) -> ExitCode
where
    F: Future<Output = Exit>,
{
    let loaded = match site.loaded() {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    telemetry::start(loaded.settings.log);
    loaded.warnings.iter().for_each(|warning| eprintln!("{warning}"));
    on_all_cores(async {
        let site = site.clone();
        let load = Arc::new(move || site.load());
        let host = Host { stop: stop_on_signal(), hangups: hangups(), load };
        Box::pin(serve(loaded, host)).await.into()
    })
}

fn run<T>(mut builder: Builder, work: impl Future<Output = T>) -> io::Result<T> {
    let runtime = builder.enable_all().build()?;
    let ended = runtime.block_on(work);
    // What is still being read is not worth waiting for: whoever pipes in may never end.
    runtime.shutdown_background();
    Ok(ended)
}

fn threadless(fault: &io::Error) -> ExitCode {
    fail(exit::UNAVAILABLE, &format!("cannot start the threads of this process: {fault}"))
}

/// Turns true on the first SIGTERM or SIGINT. The second ends the process at once, as if it had not been caught,
/// since whoever sends it will not wait any longer. The journal is whole at any instant.
fn stop_on_signal() -> watch::Receiver<bool> {
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
fn hangups() -> mpsc::Receiver<()> {
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
