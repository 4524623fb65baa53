//! What systemd is told of the daemon. Where nobody listens, nothing is sent.

use sd_notify::NotifyState;
use tracing::debug;

/// The configuration is being read again. systemd wants the instant in the same datagram.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => send(&[NotifyState::Reloading, now]),
        Err(fault) => debug!(%fault, "systemd is not told of the reload"),
    }
}

/// The daemon serves, with this to say of it.
pub fn ready(status: &str) {
    send(&[NotifyState::Ready, NotifyState::Status(status)]);
}

fn send(state: &[NotifyState<'_>]) {
    if let Err(fault) = sd_notify::notify(state) {
        debug!(%fault, "systemd was not told");
    }
}
