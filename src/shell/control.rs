//! The control socket: how operators on the daemon's host ask it something. One JSON object a line is asked, one a
//! line answered. Who may is said by the socket's mode, 0660: the daemon's user and group.
//!
//! The socket is made under a name of its own and moved to its place, so that nobody can connect before its mode
//! is set. A socket that nobody serves any more is replaced; one that answers is another daemon's.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tracing::{debug, warn};

use crate::config::Settings;

/// The socket's name in the folder that systemd gives a service at run time.
const NAME: &str = "control.sock";
/// Who may do what: the user and the group of the daemon.
const MODE: u32 = 0o660;
/// The longest line that is asked, in bytes.
const ASKED_BYTES_MAX: u64 = 64 * 1024;
/// The longest line that is answered: a report of 400 findings fits many times.
const ANSWER_BYTES_MAX: u64 = 16 << 20;
/// How many are served at once.
const AT_ONCE: usize = 16;
/// How long a connection may say nothing.
const IDLE_MAX: Duration = Duration::from_secs(60);
/// After a fault of the listener the next connection is waited for this long.
const PAUSE: Duration = Duration::from_millis(100);

/// Who answers what is asked.
pub trait Desk: Send + Sync + 'static {
    /// The answer of one request; its member `ok` says whether it was done.
    fn answer(self: Arc<Self>, request: Value) -> impl Future<Output = Value> + Send;
}

/// Why there is no socket, or nobody behind it.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another daemon serves it.
    #[error("another daemon answers on the control socket {path}; stop it, or give each a `[control] socket` of its own", path = .0.display())]
    Taken(PathBuf),
    /// Something else lies there.
    #[error("{path} is not a socket; move it away, or name another by `[control] socket`", path = .0.display())]
    NotASocket(PathBuf),
    /// It cannot be made.
    #[error("cannot make the control socket {path}; check that its folder exists and may be written to", path = path.display())]
    Make { path: PathBuf, source: io::Error },
    /// Nobody serves it.
    #[error("no daemon answers on the control socket {path}", path = path.display())]
    Nobody { path: PathBuf, source: io::Error },
    /// The answer is none.
    #[error("the daemon ended before it answered; look at its log")]
    Unanswered,
}

/// A socket that is served. It is removed when this is dropped.
#[derive(Debug)]
pub struct Socket {
    path: PathBuf,
    /// Which file it is: a successor's of the same name is left alone.
    identity: (u64, u64),
    task: JoinHandle<()>,
}

/// Where the socket lies: as the settings say, else in the folder that systemd gives, else nowhere.
#[expect(
    clippy::disallowed_methods,
    reason = "a folder that systemd makes for this very service, not configuration"
)]
pub fn path(settings: &Settings) -> Option<PathBuf> {
    let folder = || {
        let folders = std::env::var("RUNTIME_DIRECTORY").ok()?;
        folders.split(':').next().filter(|first| !first.is_empty()).map(|first| Path::new(first).join(NAME))
    };
    settings.control.clone().or_else(folder)
}

impl Socket {
    /// Makes the socket and begins to serve it.
    pub async fn open(path: &Path, desk: Arc<impl Desk>) -> Result<Socket, ControlError> {
        make_room(path).await?;
        let made = |source| ControlError::Make { path: path.to_owned(), source };
        let own = path.with_extension(format!("{}.new", std::process::id()));
        let _ = std::fs::remove_file(&own);
        let listener = UnixListener::bind(&own).map_err(made)?;
        let placed = std::fs::set_permissions(&own, Permissions::from_mode(MODE))
            .and_then(|()| std::fs::rename(&own, path))
            .and_then(|()| std::fs::symlink_metadata(path));
        let placed = placed.inspect_err(|_| drop(std::fs::remove_file(&own))).map_err(made)?;
        let identity = (placed.dev(), placed.ino());
        Ok(Socket { path: path.to_owned(), identity, task: tokio::spawn(serve(listener, desk)) })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
        let found = std::fs::symlink_metadata(&self.path).map(|found| (found.dev(), found.ino()));
        if found.is_ok_and(|found| found == self.identity) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Asks the daemon behind a socket, and waits for its answer.
pub async fn ask(path: &Path, request: &Value) -> Result<Value, ControlError> {
    let nobody = |source| ControlError::Nobody { path: path.to_owned(), source };
    let mut stream = UnixStream::connect(path).await.map_err(nobody)?;
    stream.write_all(format!("{request}\n").as_bytes()).await.map_err(nobody)?;
    let mut answer = Vec::new();
    let mut reader = BufReader::new(stream.take(ANSWER_BYTES_MAX));
    reader.read_until(b'\n', &mut answer).await.map_err(|_| ControlError::Unanswered)?;
    serde_json::from_slice(&answer).map_err(|_| ControlError::Unanswered)
}

/// A refusal by the socket itself.
pub fn refusal(code: &str, message: &str) -> Value {
    json!({ "ok": false, "code": code, "message": message, "findings": [] })
}

/// The place must be free, or of a socket that nobody serves: moving ours there replaces it.
async fn make_room(path: &Path) -> Result<(), ControlError> {
    match std::fs::symlink_metadata(path) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(ControlError::Make { path: path.to_owned(), source }),
        Ok(found) if !found.file_type().is_socket() => return Err(ControlError::NotASocket(path.to_owned())),
        Ok(_) => {}
    }
    match UnixStream::connect(path).await {
        Ok(_) => Err(ControlError::Taken(path.to_owned())),
        Err(fault) if fault.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        Err(source) => Err(ControlError::Make { path: path.to_owned(), source }),
    }
}

#[expect(clippy::infinite_loop, reason = "it ends when its task is aborted")]
async fn serve(listener: UnixListener, desk: Arc<impl Desk>) {
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(seat) = seats.clone().acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, _)) => {
                let desk = desk.clone();
                tokio::spawn(async move {
                    if let Err(fault) = converse(stream, desk).await {
                        debug!(%fault, "a connection of the control socket ends");
                    }
                    drop(seat);
                });
            }
            Err(fault) => {
                warn!(%fault, "the control socket takes no connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Line by line, until whoever asks has no more.
async fn converse(stream: UnixStream, desk: Arc<impl Desk>) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    loop {
        let mut line = Vec::new();
        let mut limited = (&mut reader).take(ASKED_BYTES_MAX);
        let read = limited.read_until(b'\n', &mut line);
        tokio::time::timeout(IDLE_MAX, read).await.map_err(|_| io::ErrorKind::TimedOut)??;
        if line.is_empty() {
            return Ok(());
        }
        let answer = match serde_json::from_slice(&line) {
            Ok(request @ Value::Object(_)) => desk.clone().answer(request).await,
            _ => refusal("bad_request", "ask with one JSON object on one line"),
        };
        writer.write_all(format!("{answer}\n").as_bytes()).await?;
    }
}
