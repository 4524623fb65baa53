//! One private nats-server: started with the shipped configuration in a folder of its own, killed,
//! frozen, and started again on the same port and store.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::{Client, ConnectOptions, Event};
use switchboard::shell::nats::{Login, NatsSettings, Purpose, Tls, connect, jetstream};
use switchboard::shell::site::Site;
use tempfile::TempDir;

use crate::fetched::fetched;

use super::{site, until};

const PASSWORD: &str = "a-password-of-the-tests";

/// A running server; it is killed when dropped.
pub struct Server {
    folder: TempDir,
    port: u16,
    child: Child,
    violations: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a fresh server. A port that somebody else took first is met by choosing another.
    pub async fn start() -> Server {
        Server::start_edited(str::to_owned).await
    }

    /// The same after an edit of the shipped configuration.
    pub async fn start_edited(edit: impl Fn(&str) -> String) -> Server {
        let folder = tempfile::tempdir().expect("a folder for the server");
        copy_configuration(folder.path(), edit);
        for _ in 0..10 {
            let port = free_port();
            let mut child = spawn(folder.path(), port);
            if answers(port, &mut child).await {
                return Server { folder, port, child, violations: Arc::default() };
            }
        }
        panic!("nats-server does not start; its log:\n{}", log_of(folder.path()));
    }

    /// Ends the server as a crash does.
    pub fn kill(&mut self) {
        self.child.kill().expect("SIGKILL is delivered");
        self.child.wait().expect("a killed server ends");
    }

    /// Starts it again on the same port and store.
    pub async fn restart(&mut self) {
        self.child = spawn(self.folder.path(), self.port);
        let up = answers(self.port, &mut self.child).await;
        assert!(up, "nats-server does not start again; its log:\n{}", log_of(self.folder.path()));
    }

    /// Stops it without ending it: connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Connects one of the two connections as the daemon does.
    pub async fn router(&self, purpose: Purpose) -> Client {
        self.router_of(&site(), purpose).await
    }

    /// The same for another site.
    pub async fn router_of(&self, site: &Site, purpose: Purpose) -> Client {
        let login = |user: &str| Login::Password { user: user.to_owned(), password: PASSWORD.to_owned() };
        let settings = NatsSettings {
            servers: vec![self.url()],
            instance: "test".to_owned(),
            door: login("switchboard-door"),
            journal: login("switchboard-journal"),
            tls: Tls::default(),
        };
        connect(&settings, site, purpose).await.expect("the router connects")
    }

    /// Connects a shipped user under its own inbox prefix. What NATS refuses it can be asked of
    /// [`Server::refused`].
    pub async fn user(&self, user: &str) -> Client {
        self.user_with_inbox(user, &format!("_INBOX.{user}")).await
    }

    /// The same with another inbox prefix.
    pub async fn user_with_inbox(&self, user: &str, inbox: &str) -> Client {
        let violations = self.violations.clone();
        let who = user.to_owned();
        ConnectOptions::new()
            .user_and_password(user.to_owned(), PASSWORD.to_owned())
            .custom_inbox_prefix(inbox)
            .event_callback(move |event| {
                let (violations, who) = (violations.clone(), who.clone());
                async move {
                    if let Event::ServerError(fault) = event {
                        violations.lock().expect("no holder panics").push(format!("{who}: {fault}"));
                    }
                }
            })
            .connect(self.url())
            .await
            .unwrap_or_else(|fault| panic!("user {user} connects: {fault}"))
    }

    /// JetStream as a shipped user.
    pub async fn jetstream(&self, user: &str) -> Context {
        jetstream(&self.user(user).await)
    }

    /// Waits until the server has told `user` that it may not use `subject`.
    pub async fn refused(&self, user: &str, subject: &str) {
        let needle = format!("\"{subject}\"").to_lowercase();
        until(&format!("the refusal of {subject} to {user}"), || async {
            let violations = self.violations.lock().expect("no holder panics");
            violations.iter().any(|text| {
                let text = text.to_lowercase();
                text.starts_with(&format!("{user}:")) && text.contains("violation") && text.contains(&needle)
            })
        })
        .await;
    }

    /// Everything that NATS refused to the users of this server so far.
    pub fn violations(&self) -> Vec<String> {
        self.violations.lock().expect("no holder panics").clone()
    }

    /// The server's address, for a client of our own.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The password of every user here.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success(), "the server takes {signal}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed by the test already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The shipped files, with a password for each variable.
fn copy_configuration(folder: &Path, edit: impl Fn(&str) -> String) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/nats");
    let configuration =
        fs::read_to_string(shipped.join("switchboard.conf")).expect("the shipped configuration");
    fs::write(folder.join("switchboard.conf"), edit(&configuration)).expect("the configuration");
    let example = fs::read_to_string(shipped.join("passwords.example.conf")).expect("the shipped example");
    assert!(example.contains("<fill in>"), "the example has places for passwords");
    fs::write(folder.join("passwords.conf"), example.replace("<fill in>", PASSWORD)).expect("the passwords");
}

fn spawn(folder: &Path, port: u16) -> Child {
    let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).expect("a log file");
    Command::new(binary())
        .args(["-c", "switchboard.conf", "-a", "127.0.0.1", "-p", &port.to_string()])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("nats-server can be run")
}

/// True once JetStream answers, false when the process ended instead.
async fn answers(port: u16, child: &mut Child) -> bool {
    let url = format!("nats://127.0.0.1:{port}");
    for _ in 0..600 {
        if child.try_wait().expect("the state of the server").is_some() {
            return false;
        }
        if ready(&url).await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

async fn ready(url: &str) -> bool {
    let admin = ConnectOptions::new()
        .user_and_password("switchboard-admin".to_owned(), PASSWORD.to_owned())
        .custom_inbox_prefix("_INBOX.switchboard-admin");
    match admin.connect(url).await {
        Ok(client) => jetstream(&client).query_account().await.is_ok(),
        Err(_) => false,
    }
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    listener.local_addr().expect("a bound listener has an address").port()
}

/// The server to test with.
pub fn binary() -> PathBuf {
    fetched("nats-server.sh", None).expect("nobody passes by without a nats-server")
}

fn log_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}
