//! How the site is: asked of whoever leads, by the API or by the control socket of a daemon on this host.

use std::path::Path;
use std::time::Duration;

use async_nats::RequestErrorKind;
use serde_json::{Value, json};

use crate::domain::{Name, Timestamp};
use crate::shell::clock::{Clock, SystemClock};
use crate::shell::control::{self, ControlError};
use crate::wire::Subjects;

use super::login::Connection;

/// How long a leader may take; it answers once what it says is durable.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why nothing is known.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// Nobody leads, or the leader is cut off.
    #[error(
        "nobody answers as leader of this site; look whether the daemon runs, and whether this user may ask"
    )]
    NoLeader,
    /// The leader does not tell us.
    #[error("the leader refuses ({code}): {message}")]
    Refused { code: String, message: String },
    /// No daemon answers by the socket.
    #[error(transparent)]
    Socket(#[from] ControlError),
    /// Something else than an answer came.
    #[error("what came is no answer")]
    Garbled,
}

/// Asks the leader over NATS, as this actor.
pub async fn ask(connection: &Connection, subjects: &Subjects, actor: &Name) -> Result<Value, StatusError> {
    let request = connection.client.request(subjects.request(actor, "status"), "{}".into());
    let answer = match tokio::time::timeout(PATIENCE, request).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(fault)) if fault.kind() == RequestErrorKind::Other => return Err(StatusError::Garbled),
        Ok(Err(_)) | Err(_) => return Err(StatusError::NoLeader),
    };
    judge(serde_json::from_slice(&answer.payload).map_err(|_| StatusError::Garbled)?)
}

/// Asks the daemon of this host by its control socket.
pub async fn ask_socket(path: &Path) -> Result<Value, StatusError> {
    let request = json!({ "verb": "status" });
    match tokio::time::timeout(PATIENCE, control::ask(path, &request)).await {
        Ok(answer) => judge(answer?),
        Err(_) => Err(StatusError::NoLeader),
    }
}

/// What time it is here, to tell how long something is ago.
pub fn now() -> Timestamp {
    SystemClock::new(Timestamp(0)).time()
}

fn judge(answer: Value) -> Result<Value, StatusError> {
    if answer["ok"] == true {
        return Ok(answer);
    }
    // The API has an object of it, the socket two members.
    let error = if answer["error"].is_object() { &answer["error"] } else { &answer };
    let said = |member: &str| error[member].as_str().unwrap_or_default().to_owned();
    match said("code").as_str() {
        "" => Err(StatusError::Garbled),
        "unavailable" | "not_leading" => Err(StatusError::NoLeader),
        _ => Err(StatusError::Refused { code: said("code"), message: said("message") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_from_either_door() {
        for text in [
            r#"{"ok":false,"seq":1,"error":{"code":"forbidden","message":"no"}}"#,
            r#"{"ok":false,"code":"forbidden","message":"no"}"#,
        ] {
            let judged = judge(serde_json::from_str(text).expect("it is JSON"));
            assert!(
                matches!(judged, Err(StatusError::Refused { ref code, .. }) if code == "forbidden"),
                "{text}"
            );
        }
        assert!(matches!(judge(json!({})), Err(StatusError::Garbled)));
    }
}
