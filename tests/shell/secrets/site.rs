//! A whole site at work, with a secret everywhere where there can be one: everything that comes out of it is
//! looked at.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_nats::jetstream::Context;
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use switchboard::shell::control;

use super::haul::Haul;
use crate::support::board::Board;
use crate::support::caller::Caller;
use crate::support::daemon::{Daemon, Home, led_after};
use crate::support::http::{address, get};
use crate::support::ledger::Ledger;
use crate::support::smtp::{Relay, certificates};
use crate::support::{Server, until};

const SITE_KEY: &str = "ThisIsTheKeyOfTheSiteAndNobodyElseMayKnowIt";
const RELAY_PASSWORD: &str = "ThisOpensTheRelayAndNothingElse";
const WRONG_PASSWORD: &str = "ThisOpensNoRelayWhatsoever";
const REFUSED_PASSWORD: &str = "ThisOpensNoServerOfNatsEither";

/// What is added to the configuration of the crash tests.
const OUTSIDE: &str = r#"
[control]
socket = "control.sock"

[http]
listen = "127.0.0.1:0"

[smtp]
host = "127.0.0.1"
port = PORT
user = "switchboard"
password_file = "smtp.password"
ca_file = "relay/ca.pem"
retry_first = "1s"
retry_longest = "1s"

[notice]
from = "Switchboard <switchboard@example.org>"
"#;

/// The modules whose every word is listened to.
const MODULES: [&str; 4] = ["async_nats", "rustls", "lettre", "tokio"];

#[tokio::test]
async fn a_whole_site_tells_none_of_its_secrets() {
    let mut office = Office::open().await;
    let mut daemon = office.serve(&["--set=log.level=trace", "--set=log.format=json"]);
    led_after(&office.sue.client, 0).await;
    office.listen_to_everything();
    office.work(1).await;
    office.board.has("mail.sent", 1).await;
    office.server.kill();
    office.server.restart().await;
    // It connects anew, and proves itself again.
    let epoch = led_after(&office.sue.client, 0).await;
    office.ask_everybody(&daemon).await;
    office.reload().await;
    daemon.stops().await;
    office.take_log(&daemon);

    // The relay refuses the password, and repeats what it was told.
    office.write("smtp.password", WRONG_PASSWORD);
    let mut daemon = office.serve(&["--set=log.level=trace", "--set=log.format=pretty"]);
    led_after(&office.sue.client, epoch).await;
    office.listen_to_everything();
    office.work(2).await;
    office.board.has("mail.failed", 1).await;
    office.ask_everybody(&daemon).await;
    daemon.stops().await;
    office.take_log(&daemon);
    office.write("smtp.password", RELAY_PASSWORD);

    for fault in ["append_answered:1", "mail_before:1", "mail_after:1"] {
        let variables = [("SWITCHBOARD_FAULT", fault), ("RUST_BACKTRACE", "full")];
        let mut daemon = office.home.serve_under(&variables);
        daemon.dies().await;
        office.take_log(&daemon);
    }

    // NATS refuses the password.
    office.write("door.password", REFUSED_PASSWORD);
    let mut daemon = office.serve(&["--set=log.level=trace"]);
    daemon.ends_with(69).await;
    office.take_log(&daemon);
    office.operate(&["init", "SITE", "--user=switchboard-admin", "--password-file=FOLDER/door.password"], 69);
    office.operate(&["status", "--config=SITE", "--user=sue", "--password-file=FOLDER/door.password"], 69);
    office.take_what_lies_there().await;
    office.haul.assert_clean(300_000);
}

/// The site with those who work there, and what came out of it.
struct Office {
    server: Server,
    relay: Relay,
    home: Home,
    /// What systemd was told; it is read by a thread of its own, since whoever tells it waits until it listens.
    told: Arc<Mutex<Vec<u8>>>,
    board: Board,
    admin: Context,
    gateway: Caller,
    ana: Caller,
    crm: Caller,
    sue: Caller,
    haul: Haul,
}

impl Office {
    async fn open() -> Office {
        let server = Server::start().await;
        let folder = tempfile::tempdir().expect("a folder");
        certificates(folder.path());
        let file = |name: &str| folder.path().join(name).display().to_string();
        let auth = format!("switchboard:{RELAY_PASSWORD}");
        let relay = Relay::start(&[
            "--tls=starttls",
            &format!("--cert={}", file("relay.pem")),
            &format!("--key={}", file("relay.key")),
            &format!("--auth={auth}"),
            "--echo",
        ]);
        let port = relay.port().to_string();
        let home = Home::edited(&server, |text| format!("{text}{}", OUTSIDE.replace("PORT", &port)));
        fs::create_dir(home.folder().join("relay")).expect("a folder");
        fs::copy(file("ca.pem"), home.folder().join("relay/ca.pem")).expect("a certificate");
        let ledger = Arc::new(Ledger::default());
        let secrets = [
            ("the site's key", SITE_KEY),
            ("the password of NATS", server.password()),
            ("the relay's password", RELAY_PASSWORD),
            ("the relay's wrong password", WRONG_PASSWORD),
            ("the wrong password of NATS", REFUSED_PASSWORD),
        ];
        let office = Office {
            haul: Haul::of(secrets),
            told: listen(&home.folder().join("notify.sock")),
            board: Board::follow(server.jetstream("switchboard-admin").await),
            admin: server.jetstream("switchboard-admin").await,
            gateway: Caller::connect(&server, "gateway", ledger.clone()).await,
            ana: Caller::connect(&server, "ana", ledger.clone()).await,
            crm: Caller::connect(&server, "crm", ledger.clone()).await,
            sue: Caller::connect(&server, "sue", ledger).await,
            server,
            relay,
            home,
        };
        office.write("site.key", SITE_KEY);
        office.write("smtp.password", RELAY_PASSWORD);
        office
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.home.folder().join(name), text).expect("a file");
    }

    fn serve(&self, arguments: &[&str]) -> Daemon {
        let socket = self.home.folder().join("notify.sock").display().to_string();
        self.home.serve_as(&[("NOTIFY_SOCKET", &socket), ("RUST_BACKTRACE", "full")], arguments)
    }

    /// Runs a command; `SITE` is the configuration and `FOLDER` where it lies.
    fn operate(&mut self, words: &[&str], code: i32) {
        let folder = self.home.folder().display().to_string();
        let site = format!("{folder}/switchboard.toml");
        let mut command = super::switchboard();
        command.args(words.iter().map(|word| word.replace("SITE", &site).replace("FOLDER", &folder)));
        let output = super::said(&mut command);
        let told = [output.stdout, output.stderr].concat();
        self.haul.take(&format!("{words:?}"), &told);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", String::from_utf8_lossy(&told));
    }

    /// Also to the libraries, which are otherwise heard from a warning on.
    fn listen_to_everything(&mut self) {
        for module in MODULES {
            self.operate(&["log-level", &format!("{module}=trace"), "--socket=FOLDER/control.sock"], 0);
        }
    }

    /// One of each: a message that is answered, a mail that is answered, what is not understood, what is refused.
    async fn work(&mut self, round: usize) {
        let id = |what: &str| format!("{what}-{round}");
        assert_eq!(self.ana.command("agent.sign_in", &id("in"), json!({})).await["ok"], true);
        let sms = json!({ "message_id": id("m"), "from": format!("+1555010{round:04}"), "text": "hello" });
        assert!(self.gateway.publish("switchboard.in.sms.line", sms.to_string().into()).await);
        let mail = format!(
            "Message-ID: <{round}@example.net>\r\nFrom: Jo <jo{round}@example.net>\r\nTo: help@example.org\r\n\
             Subject: Where?\r\n\r\nHello\r\n"
        );
        assert!(self.gateway.publish("switchboard.in.email.help", mail.into()).await);
        assert!(self.gateway.publish("switchboard.in.sms.line", "no JSON".into()).await);
        self.crm.leave("conversation.resolve", &id("gone"), json!({ "conversation": "c999" })).await;
        self.board.has("message.received", 2 * round).await;
        for (number, conversation) in self.conversations().into_iter().enumerate() {
            let reply = json!({ "conversation": conversation, "text": "On its way." });
            let answer = self.sue.command("conversation.reply", &id(&format!("r{number}")), reply).await;
            assert_eq!(answer["ok"], true, "{answer}");
            self.haul.take("an answer", answer.to_string().as_bytes());
        }
        self.board.has("escalation.raised", 1).await;
        until("the dead letter", || async { self.board.look().count("input.refused") >= round }).await;
    }

    fn conversations(&self) -> Vec<Value> {
        let seen = self.board.look();
        seen.all("conversation.opened").map(|event| event["data"]["conversation"].clone()).collect()
    }

    /// Every question of people, operators and machines.
    async fn ask_everybody(&mut self, daemon: &Daemon) {
        let one = json!({ "conversation": self.conversations()[0] });
        for (verb, members) in [
            ("status", json!({})),
            ("agent.list", json!({})),
            ("queue.list", json!({})),
            ("offer.list", json!({})),
            ("conversation.list", json!({})),
            ("conversation.get", one),
            ("conversation.get", json!({ "conversation": "nonsense" })),
        ] {
            let answer = self.sue.ask(verb, &members.to_string()).await.expect("an answer");
            self.haul.take(verb, answer.to_string().as_bytes());
        }
        // What HTTP is told of stands in a log of people; the other one is read as it is.
        let at = match daemon.log().lines().find(|line| line.contains("are told over HTTP")) {
            Some(line) if line.starts_with('{') => {
                let line: Value = serde_json::from_str(line).expect("a line of JSON");
                line["address"].as_str().expect("an address").to_owned()
            }
            _ => address(daemon).await,
        };
        for path in ["/metrics", "/readyz", "/livez", "/healthz", "/debug"] {
            let answer = get(&at, path).await.expect("an answer");
            self.haul.take(path, format!("{}{}", answer.head, answer.body).as_bytes());
        }
        for words in [
            &["check", "SITE"][..],
            &["check", "SITE", "--json"],
            &["check", "SITE", "--format=sarif"],
            &["config", "show", "SITE", "--all", "--origin"],
            &["config", "show", "SITE", "--all", "--origin", "--format=json"],
            &["config", "show", "SITE", "--format=json"],
            &["init", "SITE", "--user=switchboard-admin", "--password-file=FOLDER/admin.password"],
            &["status", "--config=SITE"],
            &["status", "--config=SITE", "--json", "--user=sue", "--password-file=FOLDER/admin.password"],
            &["dead", "list", "--config=SITE", "--password-file=FOLDER/admin.password"],
            &["dead", "show", "1", "--config=SITE", "--password-file=FOLDER/admin.password"],
        ] {
            self.operate(words, 0);
        }
    }

    /// Other rules, good ones and bad ones, and the socket's own words.
    async fn reload(&mut self) {
        let good = self.home.configuration();
        self.home.rewrite(&good.replacen("capacity = 8", "capacity = 7", 1));
        self.operate(&["reload", "SITE", "--json"], 0);
        self.operate(&["rollback", "SITE", "--json"], 0);
        self.home.rewrite(&format!("{good}\n[nats.tls]\nkey = \"{SITE_KEY}\"\n"));
        self.operate(&["reload", "--socket=FOLDER/control.sock"], 78);
        self.operate(&["reload", "--socket=FOLDER/control.sock", "--json"], 78);
        self.home.rewrite(&good.replacen("password_file = \"smtp.password\"", "password_file = \"gone\"", 1));
        self.operate(&["reload", "SITE"], 78);
        self.home.rewrite(&good);
        let socket = self.home.folder().join("control.sock");
        for asked in
            [json!({ "verb": "reload" }), json!({ "verb": "status" }), json!({ "verb": SITE_KEY.len() })]
        {
            let answer = control::ask(&socket, &asked).await.expect("an answer");
            self.haul.take("the control socket", answer.to_string().as_bytes());
        }
    }

    fn take_log(&mut self, daemon: &Daemon) {
        self.haul.take("the log", daemon.log().as_bytes());
        let told = self.told.lock().expect("no holder panics").clone();
        assert!(!told.is_empty(), "systemd was told something");
        self.haul.take("what systemd was told", &told);
    }

    /// Every message of every stream, with its subject and headers, and every mail at the relay.
    async fn take_what_lies_there(&mut self) {
        let streams: Vec<_> = self.admin.streams().try_collect().await.expect("the streams");
        assert!(streams.len() >= 6, "journal, input, DEAD, OUT and two buckets");
        for info in streams {
            let name = info.config.name.clone();
            self.haul.take(&name, format!("{:?}", info.config).as_bytes());
            let stream = self.admin.get_stream(&name).await.expect("it is there");
            for seq in info.state.first_sequence..=info.state.last_sequence {
                // A sequence may have been deleted, as of a policy that was stored anew.
                let Ok(message) = stream.get_raw_message(seq).await else { continue };
                self.haul.take(&format!("{name} {seq}"), message.subject.as_bytes());
                self.haul.take(&format!("{name} {seq}"), format!("{:?}", message.headers).as_bytes());
                self.haul.take(&format!("{name} {seq}"), &message.payload);
            }
        }
        let mails = self.relay.arrived();
        assert!(!mails.is_empty(), "the relay took some");
        mails.iter().for_each(|mail| self.haul.take("a mail", &mail.raw));
    }
}

/// All that is told at this socket, until the test ends.
fn listen(path: &Path) -> Arc<Mutex<Vec<u8>>> {
    let socket = UnixDatagram::bind(path).expect("a socket of datagrams");
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    std::thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while let Ok(length) = socket.recv(&mut buffer) {
            heard.lock().expect("no holder panics").extend_from_slice(&buffer[..length]);
        }
    });
    told
}
