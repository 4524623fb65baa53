//! `switchboard gateway` as providers meet it: the program that we ship, over HTTP, with a real nats-server.

mod amazon;
mod door;
mod forms;
mod outage;
mod providers;
mod reload;
mod room;
mod story;

use std::fs;

use async_nats::jetstream::Context;
use data_encoding::{BASE64, HEXLOWER};
use ring::hmac;
use switchboard::shell::stored::{Stored, get, tail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::daemon::{Daemon, Home};
use crate::support::http::Answer;
use crate::support::{Server, within};

/// Every secret of the site's webhooks; none of them may be seen anywhere.
const SECRETS: [&str; 4] = ["twilio-s3cret", "slack-s3cret", "meta-s3cret", "bearer-s3cret"];
/// What a message says, which no log may have.
const TEXT: &str = "my refund please";
/// How providers call us.
const PUBLIC: &str = "https://hooks.example.org";

const SECTIONS: &str = r#"
[gateway]
listen = "127.0.0.1:0"
status = "127.0.0.1:0"
public_url = "https://hooks.example.org"

[gateway.nats]
user = "switchboard-gateway"
password_file = "gateway.password"

[source.line.webhook]
secret_file = "twilio"

[source.help.webhook]
path = "/mail"
token_file = "bearer"

[source.web.webhook]
token_file = "bearer"

[source.slack]
channel = "chat"
address = "slack"
format = "slack"
webhook = { secret_file = "slack" }

[source.meta]
channel = "chat"
address = "15550100"
format = "whatsapp"
webhook = { secret_file = "meta", verify_token_file = "bearer" }

[source.matrix]
channel = "chat"
address = "matrix"
format = "matrix"
webhook = { token_file = "bearer" }

[source.discord]
channel = "chat"
address = "discord"
format = "discord"
webhook = { public_key = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8" }
"#;

/// A site with webhooks.
struct Site {
    server: Server,
    home: Home,
}

/// A gateway that listens.
struct Gateway {
    process: Daemon,
    address: String,
}

impl Site {
    async fn set() -> Site {
        Site::with("").await
    }

    async fn with(more: &str) -> Site {
        let server = Server::start().await;
        let home = Home::edited(&server, |text| {
            let text =
                text.replace("address = \"+15550199\"", "address = \"+15550199\"\nformat = \"twilio\"");
            text + SECTIONS + more
        });
        for secret in SECRETS {
            let name = secret.split('-').next().expect("a name");
            fs::write(home.folder().join(name), format!("{secret}\n")).expect("a secret");
        }
        Site { server, home }
    }

    async fn gateway(&self) -> Gateway {
        let gateway = self.gateway_under(&[]).await;
        gateway.process.says("connected to NATS").await;
        gateway
    }

    /// With these variables; it listens, whether or not NATS is there.
    async fn gateway_under(&self, variables: &[(&str, &str)]) -> Gateway {
        let process = self.home.gateway(variables);
        process.says("webhooks are taken over HTTP").await;
        let address = told(&process, "webhooks are taken over HTTP");
        Gateway { process, address }
    }

    async fn stream(&self) -> Context {
        self.server.jetstream("switchboard-admin").await
    }

    /// What lies in IN.
    async fn input(&self) -> Vec<Stored> {
        let js = self.stream().await;
        let last = tail(&js, "SWITCHBOARD_IN").await.expect("its state").last;
        let mut found = Vec::new();
        for seq in 1..=last {
            found.push(get(&js, "SWITCHBOARD_IN", seq).await.expect("an answer").expect("a message"));
        }
        found
    }
}

impl Gateway {
    /// Asks, and waits for the whole answer; `None` where it was hung up on.
    async fn ask(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).await.ok()?;
        let mut request = format!("{line} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        // It may be answered before all of it is read.
        let _ = stream.write_all(request.as_bytes()).await;
        answer(&mut stream).await
    }

    /// Says just this, and waits for the whole answer.
    async fn say(&self, request: impl AsRef<[u8]>) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).await.ok()?;
        let _ = stream.write_all(request.as_ref()).await;
        answer(&mut stream).await
    }

    /// The status of an answer.
    async fn status(&self, line: &str, headers: &[(&str, &str)], body: &str) -> u16 {
        self.ask(line, headers, body).await.expect("an answer").status
    }

    /// Sends an SMS as Twilio does.
    async fn sms(&self, id: &str) -> Option<Answer> {
        let body = sms(id);
        let code = twilio(&body);
        self.ask("POST /line", &[("X-Twilio-Signature", &code)], &body).await
    }
}

async fn answer(stream: &mut TcpStream) -> Option<Answer> {
    let mut text = Vec::new();
    // A reset behind the answer is no loss of it.
    let _ = within("an answer over HTTP", stream.read_to_end(&mut text)).await;
    let text = String::from_utf8(text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
}

/// The address that a line of the log tells.
fn told(process: &Daemon, line: &str) -> String {
    let log = process.log();
    let line = log.lines().find(|known| known.contains(line)).expect("it said so");
    let (_, address) = line.split_once("address=").expect("with its address");
    address.split_whitespace().next().expect("an address").to_owned()
}

/// A message as Twilio posts it.
fn sms(id: &str) -> String {
    let from = format!("%2B1555010{}", id.len() % 10);
    let text = TEXT.replace(' ', "+");
    format!("MessageSid={id}&SmsMessageSid={id}&From={from}&To=%2B15550199&Body={text}&NumMedia=0")
}

/// The signature of a form at the webhook of `line`.
fn twilio(body: &str) -> String {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    pairs.sort();
    let mut signed = format!("{PUBLIC}/line");
    pairs.iter().for_each(|(key, value)| signed.extend([key.as_str(), value.as_str()]));
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRETS[0].as_bytes());
    BASE64.encode(hmac::sign(&key, signed.as_bytes()).as_ref())
}

/// The digits of a code over a text.
fn digits(secret: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    HEXLOWER.encode(hmac::sign(&key, text.as_bytes()).as_ref())
}
