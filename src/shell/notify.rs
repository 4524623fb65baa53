//! What systemd is told, where it listens (`NOTIFY_SOCKET`); elsewhere nothing happens.
//!
//! A start is `ready` only once the daemon leads. A reload is `reloading`, then `ready` again, whatever its
//! verdict. The watchdog is in [`super::health`].

use std::time::Duration;

use sd_notify::NotifyState;
use tracing::debug;

/// The daemon does its work: the start, or a reload, is over.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// One sentence for `systemctl status`.
pub fn status(sentence: &str) {
    // A datagram is read line by line: what follows a line's end would be another message.
    tell(&[NotifyState::Status(&sentence.replace(['\n', '\r'], " "))]);
}

/// A reload begins; [`ready`] ends it. Since 253 systemd ends a service that leaves out the instant, and it must
/// be in the same datagram.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(instant) => tell(&[NotifyState::Reloading, instant]),
        Err(fault) => debug!(%fault, "systemd is not told of a reload, since the clock cannot be read"),
    }
}

/// The daemon was asked to stop, and does.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// It lives: for as long again as [`watchdog`] says, systemd waits.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How long systemd waits for a sign of life before it kills; `None` where it does not watch.
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(fault) = sd_notify::notify(states) {
        debug!(%fault, "systemd could not be told");
    }
}
