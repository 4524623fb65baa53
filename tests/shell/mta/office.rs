//! The site that the mail is for, and the mails.

use std::path::Path;

use data_encoding::BASE64;
use serde_json::{Value, json};
use switchboard::domain::ConversationId;
use switchboard::shell::stored::get;
use switchboard::wire::Keys;

use crate::support::board::Board;
use crate::support::daemon::{Daemon, led_after, status};
use crate::support::load::Stage;
use crate::support::until;

/// A server, a daemon to be started, and who looks at both.
pub struct Office {
    pub stage: Stage,
    pub board: Board,
    supervisor: async_nats::Client,
}

/// What lies in the input stream.
pub struct Input {
    pub from: Option<String>,
    pub to: Vec<String>,
    pub is_inline: bool,
    pub bytes: Vec<u8>,
}

impl Office {
    /// The source has the name that the guide gives it.
    pub async fn open() -> Office {
        let edit = |text: &str| text.replace("[source.help]", "[source.help-desk]");
        let stage = Stage::edited(str::to_owned, edit).await;
        let board = stage.board().await;
        let supervisor = stage.server.user("sue").await;
        Office { stage, board, supervisor }
    }

    pub fn home(&self) -> &Path {
        self.stage.home.folder()
    }

    pub async fn serve(&self) -> Daemon {
        let daemon = self.stage.home.serve();
        led_after(&self.supervisor, 0).await;
        daemon
    }

    /// Waits for the input at this place of the stream.
    pub async fn input(&self, place: u64) -> Input {
        until(&format!("input {place}"), || async { self.last_input().await >= place }).await;
        let admin = self.stage.server.jetstream("switchboard-admin").await;
        let stored = get(&admin, "SWITCHBOARD_IN", place).await.expect("an answer").expect("an input");
        assert_eq!(stored.subject, "switchboard.in.email.help-desk");
        let all = |name: &str| {
            stored.headers.get_all(name).map(|value| value.as_str().to_owned()).collect::<Vec<_>>()
        };
        Input {
            from: all("Switchboard-Mail-From").pop(),
            to: all("Switchboard-Rcpt-To"),
            is_inline: all("Switchboard-Body").is_empty(),
            bytes: stored.payload.to_vec(),
        }
    }

    /// The place of the last input.
    pub async fn last_input(&self) -> u64 {
        self.last_of("SWITCHBOARD_IN").await
    }

    /// How much could not be understood.
    pub async fn dead(&self) -> u64 {
        self.last_of("SWITCHBOARD_DEAD").await
    }

    async fn last_of(&self, stream: &str) -> u64 {
        let admin = self.stage.server.jetstream("switchboard-admin").await;
        admin.get_stream(stream).await.expect("the stream").cached_info().state.last_sequence
    }

    /// Waits until the daemon has consumed this input.
    pub async fn has_consumed(&self, inseq: u64) {
        until(&format!("input {inseq} consumed"), || async {
            status(&self.supervisor).await.is_some_and(|told| told["inseq"].as_u64() >= Some(inseq))
        })
        .await;
    }

    /// The conversation of each message, in the order in which they came.
    pub fn conversations_of_messages(&self) -> Vec<String> {
        let seen = self.board.look();
        let all = seen.all("message.received").map(|event| event["data"]["conversation"].as_str());
        all.map(|id| id.expect("an id").to_owned()).collect()
    }

    /// Waits for the message of this Message-ID, and asks for it.
    pub async fn message(&self, id: &str) -> Value {
        let known = || {
            let seen = self.board.look();
            let mut all = seen.all("content.message").map(|event| event["data"].clone());
            all.find(|data| data["content"]["external_id"] == id)
        };
        until(&format!("the message {id}"), || async { known().is_some() }).await;
        let conversation = known().expect("it is known")["conversation"].clone();
        let body = json!({ "conversation": conversation }).to_string();
        let answer = self.supervisor.request("switchboard.api.sue.conversation.get", body.into()).await;
        let told: Value = serde_json::from_slice(&answer.expect("an answer").payload).expect("JSON");
        let mut messages = told["messages"].as_array().expect("messages").iter();
        messages.find(|message| message["content"]["external_id"] == id).expect("the message").clone()
    }

    /// The token of this conversation's addresses.
    pub fn token(&self, conversation: u64) -> String {
        let secret = std::fs::read(self.home().join("site.key")).expect("the key");
        Keys::new(&secret).expect("it is long enough").token(ConversationId(conversation))
    }
}

/// A mail on its way.
pub struct Mail {
    head: String,
    body: String,
}

impl Mail {
    pub fn new(id: &str, subject: &str) -> Mail {
        let head = format!(
            "Message-ID: <{id}@example.net>\r\nFrom: Jo <jo@example.net>\r\nTo: help@example.org\r\n\
             Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        );
        let body = "Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\nFrom the line\r\n.dot\r\n";
        Mail { head, body: body.to_owned() }
    }

    /// The same with a file of so many bytes.
    pub fn with_file(self, name: &str, bytes: usize) -> Mail {
        let coded = BASE64.encode(&vec![b'x'; bytes]);
        // Of ASCII, so that it can be cut anywhere.
        let lines: Vec<&str> =
            coded.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let body = format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{}\r\n--b\r\n\
             Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            self.body,
            lines.join("\r\n")
        );
        Mail { body, ..self }
    }

    pub fn raw(&self) -> Vec<u8> {
        format!("{}{}", self.head, self.body).into_bytes()
    }
}
