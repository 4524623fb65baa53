//! What operators on the daemon's host may ask, by the control socket or by SIGHUP.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::config::Settings;

use super::control::{self, ControlError, Desk, Socket};
use super::reload::{Reloader, to_json};
use super::serve::{Exit, Failure};

/// The ways in for operators. They close when this is dropped.
pub(super) struct Operators {
    _socket: Option<Socket>,
    hangups: JoinHandle<()>,
}

/// Who answers them.
struct Window {
    reloader: Arc<Reloader>,
}

impl Operators {
    /// Opens the ways in. `hangups` says each time that a reload is asked for; what is asked during a reload
    /// collapses to one more.
    pub(super) async fn open(
        settings: &Settings,
        reloader: Arc<Reloader>,
        mut hangups: mpsc::Receiver<()>,
    ) -> Result<Operators, Failure> {
        let window = Arc::new(Window { reloader: reloader.clone() });
        let socket = match control::path(settings) {
            Some(path) => Some(Socket::open(&path, window).await.map_err(|fault| refused(&fault))?),
            None => None,
        };
        let hangups = tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                // The verdict goes to the log, to systemd and to the status; nobody waits for an answer.
                let _ = reloader.reload().await;
            }
        });
        Ok(Operators { _socket: socket, hangups })
    }
}

impl Drop for Operators {
    fn drop(&mut self) {
        self.hangups.abort();
    }
}

/// Where another daemon answers, its end may be waited for.
fn refused(fault: &ControlError) -> Failure {
    let exit = if matches!(fault, ControlError::Taken(_)) { Exit::TryAgain } else { Exit::Config };
    Failure::new(exit, fault)
}

impl Desk for Window {
    async fn answer(self: Arc<Self>, request: Value) -> Value {
        match request["verb"].as_str() {
            Some("reload") => to_json(&self.reloader.reload().await),
            Some("rollback") => to_json(&self.reloader.rollback(request["to"].as_str()).await),
            Some("status") => match self.reloader.look().await {
                Some(look) => json!({ "ok": true, "status": look.status }),
                None => control::refusal(
                    "unavailable",
                    "the daemon does not lead just now, as while NATS is away",
                ),
            },
            _ => control::refusal("unknown_verb", "there are reload, rollback and status"),
        }
    }
}
