//! How the site is: asked of whoever leads, by the API or by the control socket of a daemon on this host.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::RequestErrorKind;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::domain::{Name, Timestamp};
use crate::shell::clock::{Clock, SystemClock};
use crate::wire::Subjects;

use super::login::Connection;

/// How long a leader may take; it answers once what it says is durable.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of an answer by the socket.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

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
    #[error("cannot ask by the socket {path}", path = path.display())]
    Socket { path: PathBuf, source: std::io::Error },
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
    judge(&answer.payload)
}

/// Asks the daemon of this host by its control socket.
pub async fn ask_socket(path: &Path) -> Result<Value, StatusError> {
    let asked = async {
        let mut stream = UnixStream::connect(path).await?;
        stream.write_all(b"{\"verb\":\"status\"}\n").await?;
        let mut line = Vec::new();
        BufReader::new(stream.take(ANSWER_BYTES_MAX)).read_until(b'\n', &mut line).await?;
        Ok(line)
    };
    let told = |source| StatusError::Socket { path: path.to_owned(), source };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(line) => judge(&line.map_err(told)?),
        Err(_) => Err(StatusError::NoLeader),
    }
}

/// What time it is here, to tell how long something is ago.
pub fn now() -> Timestamp {
    SystemClock::new(Timestamp(0)).time()
}

fn judge(answer: &[u8]) -> Result<Value, StatusError> {
    let answer: Value = serde_json::from_slice(answer).map_err(|_| StatusError::Garbled)?;
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
            let judged = judge(text.as_bytes());
            assert!(
                matches!(judged, Err(StatusError::Refused { ref code, .. }) if code == "forbidden"),
                "{text}"
            );
        }
        assert!(matches!(judge(b"{}"), Err(StatusError::Garbled)));
    }
}
