//! A relay on loopback, tests/tools/smtp.py: one that takes mail, or one of those that do not.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use switchboard::config::{Smtp, SmtpSecurity};
use switchboard::domain::Span;
use tempfile::TempDir;

use super::until;
use crate::fetched::{python, tool};
use crate::secure::pki::Authority;

/// A running relay; it ends when dropped, and what it has got stays as long as its folder.
pub struct Relay {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

/// A mail that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// MAIL FROM.
    pub from: String,
    /// RCPT TO.
    pub to: Vec<String>,
    /// What was said beside MAIL FROM.
    pub options: Vec<String>,
    /// Its bytes.
    pub raw: Vec<u8>,
}

impl Relay {
    /// Starts a relay with these arguments on a port of its own choice.
    pub fn start(arguments: &[&str]) -> Relay {
        let mut relay = Relay { folder: tempfile::tempdir().expect("a folder"), port: 0, child: None };
        relay.restart(arguments);
        relay
    }

    /// Starts it again, on the same port and over the same folder.
    pub fn restart(&mut self, arguments: &[&str]) {
        self.kill();
        let mut child = Command::new(python())
            .arg(tool("smtp.py"))
            .arg(self.folder.path().join("mail"))
            .args(["--port", &self.port.to_string()])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the relay can be run");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is ours");
        BufReader::new(out).read_line(&mut line).expect("it tells its port");
        self.port = line.trim().parse().expect("its first line is its port");
        self.child = Some(child);
    }

    /// Ends it: its port refuses from now on.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("SIGKILL is delivered");
            child.wait().expect("a killed relay ends");
        }
    }

    /// The settings of a site that sends by it in the clear.
    pub fn settings(&self) -> Smtp {
        Smtp {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: SmtpSecurity::Plain,
            login: None,
            ca_file: None,
            hello: Some("switchboard.test".to_owned()),
            message_id_domain: None,
            timeout: Span::seconds(20),
            parallel: 4,
        }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What has arrived so far, in its order.
    pub fn arrived(&self) -> Vec<Arrived> {
        let file =
            |number: usize, ending: &str| self.folder.path().join("mail").join(format!("{number}.{ending}"));
        let told = (1..).map_while(|number| Some((number, fs::read(file(number, "json")).ok()?)));
        told.map(|(number, told)| {
            let told: Value = serde_json::from_slice(&told).expect("an envelope");
            let words = |key: &str| {
                let words = told[key].as_array().expect("a list").iter();
                words.map(|word| word.as_str().expect("a word").to_owned()).collect()
            };
            let from = told["from"].as_str().expect("a sender").to_owned();
            let raw = fs::read(file(number, "eml")).expect("the mail lies beside its envelope");
            Arrived { from, to: words("to"), options: words("options"), raw }
        })
        .collect()
    }

    /// Waits until so many have arrived.
    pub async fn has_got(&self, count: usize) -> Vec<Arrived> {
        until(&format!("{count} mails at the relay"), || async { self.arrived().len() >= count }).await;
        self.arrived()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Arrived {
    /// The first header of this name, unfolded and decoded as our own parser does it.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.raw).replace("\r\n ", " ").replace("\r\n\t", " ");
        let (head, _) = text.split_once("\r\n\r\n")?;
        let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let (_, value) = fields.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some(value.trim().to_owned())
    }

    /// The display names of those in `To`, decoded.
    pub fn to_names(&self) -> Vec<String> {
        let mail = mail_parser::MessageParser::default().parse(&self.raw).expect("a mail");
        let to = mail.to().expect("a mail to somebody");
        to.iter().map(|address| address.name().unwrap_or_default().to_owned()).collect()
    }

    /// Subject and text as a mail program shows them.
    pub fn read(&self) -> (String, String) {
        let mail = mail_parser::MessageParser::default().parse(&self.raw).expect("a mail");
        let text = mail.body_text(0).unwrap_or_default().replace("\r\n", "\n");
        (mail.subject().unwrap_or_default().to_owned(), text)
    }
}

/// A signer and a certificate of his for 127.0.0.1, as `ca.pem`, `relay.pem` and `relay.key`.
pub fn certificates(folder: &Path) {
    let signer = Authority::new();
    let (certificate, key) = signer.address();
    for (name, text) in [("ca.pem", signer.certificate()), ("relay.pem", certificate), ("relay.key", key)] {
        fs::write(folder.join(name), text).expect("a file");
    }
}
