//! A whole site for a stranger: a server with the shipped users, streams made by `init`, and the daemon, as
//! the real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::fetched::{python, tool};

use super::Server;

/// One agent who takes whatever mail comes.
const CONFIGURATION: &str = r#"
[site]
default_queue = "general"
key_file = "site.key"
[nats]
url = "URL"
in_max_bytes = "64MiB"
[nats.door]
user = "switchboard-door"
password_file = "password"
[nats.journal]
user = "switchboard-journal"
password_file = "password"
[agent.ana]
capacity = 100
[queue.general]
[source.help-desk]
channel = "email"
address = "help@example.org"
[source.main-line]
channel = "sms"
address = "+15550199"
"#;

/// The site; the daemon ends when it is dropped, then the server.
pub struct NewcomerSite {
    daemon: Child,
    folder: TempDir,
    server: Server,
}

impl NewcomerSite {
    /// Starts all of it. The daemon may still be on its way to lead.
    pub async fn start() -> NewcomerSite {
        let server = Server::start().await;
        let folder = tempfile::tempdir().expect("a folder for the site");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        write("site.toml", &CONFIGURATION.replace("URL", &server.url()));
        write("password", server.password());
        write("site.key", &"k".repeat(32));
        let init = switchboard(folder.path())
            .args(["init", "site.toml", "--user", "switchboard-admin", "--password-file", "password"])
            .output();
        succeeded("switchboard init", &init.expect("the program runs"));
        let log = fs::File::create(folder.path().join("log")).expect("a log file");
        let daemon = switchboard(folder.path())
            .args(["serve", "site.toml"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the daemon starts");
        NewcomerSite { daemon, folder, server }
    }

    /// Runs the stranger over these mails; a JSON object for each.
    pub fn play(&self, mails: &[PathBuf]) -> Vec<serde_json::Value> {
        let output = Command::new(python())
            .arg(tool("newcomer.py"))
            .args([self.server.url().as_str(), self.server.password()])
            .args(mails)
            .output()
            .expect("the stranger runs");
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(
            output.status.success(),
            "the stranger failed: {}\nthe daemon's log:\n{log}",
            String::from_utf8_lossy(&output.stderr)
        );
        let told = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        told.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
    }
}

impl NewcomerSite {
    /// Runs an example to its end.
    pub fn example(&self, program: &mut Command) -> Output {
        self.with_login(program).stdin(Stdio::null()).output().expect("the example runs")
    }

    /// Has a contact write by SMS; it lies in the input stream when this returns.
    pub async fn publish_sms(&self, text: &str) {
        let gateway = self.server.jetstream("gateway").await;
        let message = serde_json::json!({ "message_id": "1", "from": "+15550100", "text": text });
        let sent = gateway.publish("switchboard.in.sms.main-line", message.to_string().into()).await;
        sent.expect("a publish").await.expect("an acknowledgement");
    }

    /// An example told where this site is.
    pub fn with_login<'a>(&self, program: &'a mut Command) -> &'a mut Command {
        let password = self.folder.path().join("password");
        program.args(["--url", self.server.url().as_str(), "--password-file"]).arg(password)
    }
}

impl Drop for NewcomerSite {
    fn drop(&mut self) {
        // It may have ended by itself, which the stranger has told.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn switchboard(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    command.current_dir(folder);
    command
}

/// A program ended well, or said why not.
pub fn succeeded(what: &str, output: &Output) {
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
}
