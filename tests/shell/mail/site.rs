//! A site that sends mail: the real daemon, a real nats-server, and a relay.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::board::Board;
use crate::support::caller::Caller;
use crate::support::daemon::{Daemon, led_after};
use crate::support::ledger::Ledger;
use crate::support::load::Stage;
use crate::support::smtp::Relay;

/// What is added to the configuration of the crash tests.
const OUTSIDE: &str = r#"
[smtp]
host = "127.0.0.1"
port = PORT
security = "plain"
timeout = "4s"
retry_first = "1s"
retry_longest = "1s"

[notice]
from = "Switchboard <switchboard@example.org>"
"#;

/// The site, with those who write to it and answer for it.
pub struct MailSite {
    pub stage: Stage,
    pub relay: Relay,
    pub board: Board,
    pub gateway: Caller,
    /// A supervisor.
    pub sue: Caller,
}

impl MailSite {
    /// A site whose relay is started with these arguments.
    pub async fn set(relay: &[&str]) -> MailSite {
        MailSite::edited(relay, str::to_owned).await
    }

    /// The same after an edit of its configuration.
    pub async fn edited(relay: &[&str], edit: fn(&str) -> String) -> MailSite {
        let relay = Relay::start(relay);
        let outside = OUTSIDE.replace("PORT", &relay.port().to_string());
        let stage = Stage::edited(str::to_owned, |text| edit(&format!("{text}{outside}"))).await;
        let ledger = Arc::new(Ledger::default());
        MailSite {
            board: stage.board().await,
            gateway: Caller::connect(&stage.server, "gateway", ledger.clone()).await,
            sue: Caller::connect(&stage.server, "sue", ledger).await,
            stage,
            relay,
        }
    }

    /// Starts the daemon and waits until it leads behind this epoch.
    pub async fn serve(&self, epoch: u64) -> Daemon {
        let daemon = self.stage.home.serve();
        led_after(&self.sue.client, epoch).await;
        daemon
    }

    /// Publishes a raw mail from Jo; the header lines and the body are as given.
    pub async fn mail(&self, id: &str, lines: &str, text: &str) {
        let raw = format!(
            "Message-ID: <{id}>\r\nFrom: Jó <jo@example.net>\r\n{lines}\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        );
        assert!(
            self.gateway.publish("switchboard.in.email.help", raw.into_bytes()).await,
            "an acknowledgement"
        );
    }

    /// A question of Jo's that opens a conversation; its id.
    pub async fn question(&self) -> String {
        self.mail("1@example.net", "To: help@example.org\r\nSubject: Gdzie paczka?\r\n", "Hej").await;
        self.conversation_of(1).await
    }

    /// The conversation of the message that was received as so manyth, from 1.
    pub async fn conversation_of(&self, count: usize) -> String {
        self.board.has("message.received", count).await;
        let seen = self.board.look();
        let received = seen.all("message.received").nth(count - 1).expect("it was received");
        received["data"]["conversation"].as_str().expect("an id").to_owned()
    }

    /// Sue answers.
    pub async fn reply(&self, id: &str, conversation: &str, text: &str) {
        let members = json!({ "conversation": conversation, "text": text });
        let answer = self.sue.command("conversation.reply", id, members).await;
        assert_eq!(answer["ok"], true, "{answer}");
    }

    /// The data of every record of this type.
    pub fn all(&self, word: &str) -> Vec<Value> {
        self.board.look().all(word).map(|event| event["data"].clone()).collect()
    }
}
