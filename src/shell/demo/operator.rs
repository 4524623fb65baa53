//! The operator: edits a drop-in of the configuration and has the daemon take it, by the tool `switchboard
//! reload` and the control socket. What was refused is put right.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::json;

use super::DemoError;
use super::actor::Actor;
use super::script::Edit;

/// How much of a policy's digest is shown.
const DIGITS: usize = 12;
/// What the tool exits with when the daemon refused.
const REFUSED: i32 = 78;

/// Who has a shell on the daemon's host.
#[derive(Clone)]
pub struct Operator {
    /// The folder of the configuration.
    folder: PathBuf,
    socket: PathBuf,
    /// Asks which policy is in force.
    reader: Actor,
}

/// How a reload went.
#[derive(Clone, Debug)]
pub struct Reloaded {
    /// What the tool exited with.
    pub code: Option<i32>,
    /// What it said.
    pub answer: Vec<String>,
    /// The policy in force before and after, by its first digits.
    pub before: String,
    pub after: String,
}

impl Reloaded {
    /// Whether other rules are in force.
    pub fn is_taken(&self) -> bool {
        self.code == Some(0) && self.before != self.after
    }

    /// Whether it was refused and the same rules are in force.
    pub fn is_refused(&self) -> bool {
        self.code == Some(REFUSED) && self.before == self.after
    }
}

impl Operator {
    pub fn new(folder: PathBuf, socket: PathBuf, reader: Actor) -> Operator {
        Operator { folder, socket, reader }
    }

    /// Writes a file, has the daemon reload, and puts the file back if that was refused.
    pub async fn reload(self, edit: Edit) -> Result<Reloaded, DemoError> {
        let path = self.folder.join(&edit.file);
        let before = self.policy().await?;
        let socket = self.socket.clone();
        let text = edit.text.clone();
        let at = path.clone();
        let done = tokio::task::spawn_blocking(move || edit_and_ask(&at, &text, &socket)).await?;
        let Output { status, stdout, stderr } = done.map_err(|source| DemoError::File { path, source })?;
        let said = [stderr, stdout].concat();
        let answer = String::from_utf8_lossy(&said).lines().map(str::to_owned).collect();
        Ok(Reloaded { code: status.code(), answer, before, after: self.policy().await? })
    }

    async fn policy(&self) -> Result<String, DemoError> {
        let status = self.reader.ask("status", &json!({})).await?;
        Ok(status["policy"].as_str().unwrap_or_default().chars().take(DIGITS).collect())
    }
}

fn edit_and_ask(path: &Path, text: &str, socket: &Path) -> io::Result<Output> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let former = std::fs::read(path).ok();
    std::fs::write(path, text)?;
    // By `--socket`, since a file with faults names none.
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg("reload").arg("--socket").arg(socket).stdin(Stdio::null()).output()?;
    if !output.status.success() {
        match former {
            Some(former) => std::fs::write(path, former)?,
            None => std::fs::remove_file(path)?,
        }
    }
    Ok(output)
}
