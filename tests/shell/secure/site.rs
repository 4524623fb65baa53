//! A site before a server that asks for proof: the real program, `init` and `serve`.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;

use super::pki::Authority;
use crate::support::server::{binary, free_port};
use crate::support::until;

/// A folder with the configurations of a server and of a site.
pub struct SecureSite {
    folder: TempDir,
    server: String,
    settings: String,
    port: u16,
    running: Vec<Child>,
}

impl SecureSite {
    /// A server with this besides JetStream.
    pub fn new(server: &str) -> SecureSite {
        let folder = tempfile::tempdir().expect("a folder");
        let server = format!("jetstream {{ store_dir: \"store\" }}\n{server}\n");
        let port = free_port();
        SecureSite { folder, server, settings: String::new(), port, running: Vec::new() }
    }

    /// Puts a file beside the configurations.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file");
    }

    /// The server speaks TLS alone, and perhaps asks for a certificate.
    pub fn tls(&mut self, authority: &Authority, verify: bool) {
        let (certificate, key) = authority.server();
        self.write("ca.pem", &authority.certificate());
        self.write("server.pem", &certificate);
        self.write("server.key", &key);
        let files = "cert_file: \"server.pem\", key_file: \"server.key\", ca_file: \"ca.pem\"";
        self.server.push_str(&format!("tls {{ {files}, verify: {verify} }}\n"));
    }

    /// Both connections are this user.
    pub fn password(&mut self, user: &str, password: &str) {
        self.write("password", password);
        let login = format!("user = \"{user}\"\npassword_file = \"password\"");
        self.settings(&format!("[nats.door]\n{login}\n[nats.journal]\n{login}"));
    }

    /// Further tables of the site's configuration.
    pub fn settings(&mut self, tables: &str) {
        self.settings.push_str(&format!("{tables}\n"));
    }

    /// The site is made, and its daemon leads; what it said.
    pub async fn leads(mut self) -> String {
        self.start_server();
        until("init", || async { self.switchboard("init").status().expect("the program runs").success() })
            .await;
        let daemon = self.switchboard("serve").spawn().expect("the daemon starts");
        self.running.push(daemon);
        until("a leader", || async { self.log().contains("leading") }).await;
        self.own_log()
    }

    /// The daemon ends with this code and a sentence that has this; what it said.
    pub async fn fails(mut self, code: i32, sentence: &str) -> String {
        self.start_server();
        until("the server", || async { std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() })
            .await;
        let ended: ExitStatus = self.switchboard("serve").status().expect("the program runs");
        let log = self.log();
        assert_eq!(ended.code(), Some(code), "{log}");
        assert!(log.contains(sentence), "{log}");
        self.own_log()
    }

    fn start_server(&mut self) {
        self.write("server.conf", &self.server);
        let log = fs::File::create(self.folder.path().join("server.log")).expect("a log file");
        let server = Command::new(binary())
            .args(["-c", "server.conf", "-a", "127.0.0.1", "-p", &self.port.to_string()])
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nats-server can be run");
        self.running.push(server);
        let site = format!(
            "[site]\ndefault_queue = \"general\"\n[queue.general]\n[nats]\nurl = \"nats://localhost:{}\"\n\
             in_max_bytes = \"16MiB\"\n{}",
            self.port, self.settings
        );
        self.write("site.toml", &site);
        self.write("site.key", &"k".repeat(32));
    }

    fn switchboard(&self, verb: &str) -> Command {
        let log =
            fs::OpenOptions::new().create(true).append(true).open(self.path("log")).expect("a log file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command.args([verb, "site.toml"]).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self) -> String {
        let server = fs::read_to_string(self.path("server.log")).unwrap_or_default();
        format!("{}\n{server}", self.own_log())
    }

    fn own_log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Drop for SecureSite {
    fn drop(&mut self) {
        for child in self.running.iter_mut().rev() {
            // It may have ended by itself, which the test has seen.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
