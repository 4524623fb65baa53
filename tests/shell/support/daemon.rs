//! The real daemon: the binary that we ship, with a configuration in a folder of its own, made to die,
//! freeze and start again.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_nats::Client;
use serde_json::Value;
use tempfile::TempDir;

use super::{Server, until, within};

/// Promises short enough to be broken while a test looks on.
const CONFIGURATION: &str = include_str!("daemon.toml");
/// How much of a log is shown when a test fails.
const TAIL_LINES: usize = 60;

/// Where the daemons of one site have their configuration.
pub struct Home {
    folder: TempDir,
    started: AtomicU32,
}

/// One process; it is killed when dropped.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Home {
    /// Writes the configuration, edited, and makes the streams as an administrator.
    pub fn edited(server: &Server, edit: impl Fn(&str) -> String) -> Home {
        let folder = tempfile::tempdir().expect("a folder for the daemon");
        let configuration = edit(&CONFIGURATION.replace("<url>", &server.url()));
        fs::write(folder.path().join("switchboard.toml"), configuration).expect("the configuration");
        for name in ["admin", "door", "journal", "gateway"] {
            fs::write(folder.path().join(format!("{name}.password")), server.password()).expect("a password");
        }
        fs::write(folder.path().join("site.key"), "a key of the tests, 32 bytes at least").expect("the key");
        let home = Home { folder, started: AtomicU32::new(0) };
        home.init();
        home
    }

    fn init(&self) {
        let mut command = self.command("init");
        let password = self.folder.path().join("admin.password");
        command.args(["--user", "switchboard-admin", "--password-file"]).arg(password);
        let output = command.output().expect("the binary runs");
        assert!(output.status.success(), "init: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts a daemon.
    pub fn serve(&self) -> Daemon {
        self.serve_as(&[], &[])
    }

    /// Starts a daemon with these variables.
    pub fn serve_under(&self, variables: &[(&str, &str)]) -> Daemon {
        self.serve_as(variables, &[])
    }

    /// Whether `check` finds nothing.
    pub fn check(&self) -> bool {
        self.command("check").output().expect("the binary runs").status.success()
    }

    /// Starts a daemon that dies when it passes this point so many times: `append_sent:3`.
    pub fn serve_until(&self, fault: &str) -> Daemon {
        self.serve_as(&[("SWITCHBOARD_FAULT", fault)], &[])
    }

    /// Starts a daemon with more arguments.
    pub fn serve_with(&self, arguments: &[&str]) -> Daemon {
        self.serve_as(&[], arguments)
    }

    /// Starts the door of webhooks, with these variables.
    pub fn gateway(&self, variables: &[(&str, &str)]) -> Daemon {
        self.start("gateway", variables, &[])
    }

    /// Starts a daemon with these variables and arguments.
    pub fn serve_as(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Daemon {
        self.start("serve", variables, arguments)
    }

    fn start(&self, verb: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Daemon {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let log = self.folder.path().join(format!("daemon-{number}.log"));
        let file = fs::File::create(&log).expect("a log file");
        let mut command = self.command(verb);
        command.args(arguments).stdout(Stdio::null()).stderr(file);
        command.envs(variables.iter().copied());
        Daemon { child: command.spawn().expect("the binary runs"), log }
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command.arg(verb).arg(self.folder.path().join("switchboard.toml")).env_remove("SWITCHBOARD_FAULT");
        command
    }

    /// The configuration as it stands.
    pub fn configuration(&self) -> String {
        fs::read_to_string(self.file()).expect("the configuration")
    }

    /// Writes it anew, at once as a careful operator does.
    pub fn rewrite(&self, configuration: &str) {
        let beside = self.folder.path().join("switchboard.toml.new");
        fs::write(&beside, configuration).expect("the configuration");
        fs::rename(beside, self.file()).expect("it takes the old one's place");
    }

    /// Runs a command of the operator, as `reload`, to its end.
    pub async fn operate(&self, verb: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(verb);
        command.args(arguments);
        let ran = tokio::task::spawn_blocking(move || command.output());
        within(verb, ran).await.expect("no panic").expect("the binary runs")
    }

    /// The same for one whose first argument is not the file.
    pub async fn operate_bare(&self, verb: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command.arg(verb).args(arguments);
        let ran = tokio::task::spawn_blocking(move || command.output());
        within(verb, ran).await.expect("no panic").expect("the binary runs")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("switchboard.toml")
    }

    /// Runs a command of the operator where nobody reads any more what it prints; its exit code.
    pub async fn operate_unread(&self, verb: &str, arguments: &[&str]) -> Option<i32> {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = self.command(verb);
        command.args(arguments).stdout(writer);
        let ran = tokio::task::spawn_blocking(move || command.status());
        within(verb, ran).await.expect("no panic").expect("the binary runs").code()
    }

    /// A folder that lives as long as this.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Daemon {
    /// Ends it as a crash does.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().expect("a killed daemon ends");
    }

    /// Stops it without ending it.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets a frozen one go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Has it take its files anew, as `kill -HUP` does.
    pub fn hang_up(&self) {
        self.signal("-HUP");
    }

    /// Asks it to stop, as systemd does.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Whether it has ended, and how.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the state of the daemon")
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        within("the end of the daemon", async {
            loop {
                if let Some(status) = self.has_ended() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
    }

    /// Waits until it ends with this exit code.
    pub async fn ends_with(&mut self, code: i32) {
        let status = self.ended().await;
        assert_eq!(status.code(), Some(code), "{status}; its log:\n{}", self.log());
    }

    /// Waits until it has died at its fault point.
    pub async fn dies(&mut self) {
        const SIGABRT: i32 = 6;
        let status = self.ended().await;
        assert_eq!(status.signal(), Some(SIGABRT), "{status}; its log:\n{}", self.log());
    }

    /// Stops it in good order.
    pub async fn stops(&mut self) {
        self.terminate();
        self.ends_with(0).await;
    }

    /// Waits until its log has this text.
    pub async fn says(&self, text: &str) {
        self.says_one_of(&[text]).await;
    }

    /// Waits until its log has one of these texts.
    pub async fn says_one_of(&self, texts: &[&str]) {
        let is_said = || async {
            let log = self.log();
            texts.iter().any(|text| log.contains(text))
        };
        until(&format!("one of {texts:?} in the log"), is_said).await;
    }

    /// What it said.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success(), "the daemon takes {signal}");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let tail = lines.len().saturating_sub(TAIL_LINES);
            eprintln!("--- the end of {}:\n{}", self.log.display(), lines[tail..].join("\n"));
        }
    }
}

/// What the leader says of itself; none while nobody leads.
pub async fn status(supervisor: &Client) -> Option<Value> {
    let asked = supervisor.request("switchboard.api.sue.status", "".into());
    let answer = tokio::time::timeout(Duration::from_secs(2), asked).await.ok()?.ok()?;
    let answer: Value = serde_json::from_slice(&answer.payload).ok()?;
    (answer["ok"] == true).then_some(answer)
}

/// Waits until somebody leads in a later epoch than this, and tells it.
pub async fn led_after(supervisor: &Client, epoch: u64) -> u64 {
    within(&format!("a leader behind epoch {epoch}"), async {
        loop {
            let found = status(supervisor).await.and_then(|status| status["epoch"].as_u64());
            if let Some(found) = found.filter(|found| *found > epoch) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}
