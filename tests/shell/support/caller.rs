//! Somebody who commands: by the API until an answer says what became of it, or by the input stream until
//! that has taken it. The same command keeps its id, however often it has to be asked.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::Context;
use serde_json::{Value, json};
use switchboard::shell::nats::jetstream;

use super::ledger::Ledger;
use super::{Server, within};

/// How long an answer may take before the command is asked again.
const PATIENCE: Duration = Duration::from_secs(2);

/// One user of the site.
#[derive(Clone)]
pub struct Caller {
    pub client: Client,
    js: Context,
    actor: String,
    ledger: Arc<Ledger>,
}

impl Caller {
    /// Connects a shipped user.
    pub async fn connect(server: &Server, actor: &str, ledger: Arc<Ledger>) -> Caller {
        let client = server.user(actor).await;
        Caller { js: jetstream(&client), client, actor: actor.to_owned(), ledger }
    }

    /// The same for one whose commands nobody judges at the end.
    pub async fn alone(server: &Server, actor: &str) -> Caller {
        Caller::connect(server, actor, Arc::default()).await
    }

    /// Asks a command until somebody has judged it. The answer, yes or no.
    pub async fn command(&self, verb: &str, id: &str, members: Value) -> Value {
        let payload = with_id(members, id);
        let answer = within(&format!("the answer to {verb} {id}"), async {
            loop {
                match self.ask(verb, &payload).await {
                    Some(answer) if !is_unknown(&answer) => return answer,
                    _ => tokio::time::sleep(Duration::from_millis(30)).await,
                }
            }
        })
        .await;
        if answer["ok"] == true && !answer["event"].is_null() {
            self.ledger.answered(&self.actor, id, &answer);
        }
        answer
    }

    /// Asks once; none when no answer came.
    pub async fn ask(&self, verb: &str, payload: &str) -> Option<Value> {
        let subject = format!("switchboard.api.{}.{verb}", self.actor);
        let asked = self.client.request(subject, payload.to_owned().into());
        let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
        serde_json::from_slice(&answer.payload).ok()
    }

    /// Puts a command into the input stream, and comes back once it lies there.
    pub async fn leave(&self, verb: &str, id: &str, members: Value) {
        let (subject, payload) =
            (format!("switchboard.in.command.{}.{verb}", self.actor), with_id(members, id));
        within(&format!("the acknowledgement of {verb} {id}"), async {
            while !self.publish(&subject, payload.clone().into_bytes()).await {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        })
        .await;
    }

    /// Publishes once. False: it may lie there or not.
    pub async fn publish(&self, subject: &str, payload: Vec<u8>) -> bool {
        match self.js.publish(subject.to_owned(), payload.into()).await {
            Ok(acknowledged) => acknowledged.await.is_ok(),
            Err(_) => false,
        }
    }
}

fn with_id(mut members: Value, id: &str) -> String {
    members["id"] = json!(id);
    members.to_string()
}

/// Whether it may have been done or not.
fn is_unknown(answer: &Value) -> bool {
    ["unavailable", "busy"].iter().any(|code| answer["error"]["code"] == *code)
}
