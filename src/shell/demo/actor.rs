//! A client of its own: one NATS user, under its own inbox prefix, asking by request and reply.

use std::path::Path;
use std::time::Duration;

use async_nats::{Client, ConnectOptions};
use serde_json::{Value, json};

use super::DemoError;
use crate::config::Settings;
use crate::domain::Name;
use crate::wire::Subjects;

/// How often an unanswered request is asked again, with the same id.
const TRIES: usize = 20;
/// How long to wait between.
const PAUSE: Duration = Duration::from_millis(300);
/// Refusals that ask to come again with the same id.
const PASSING: [&str; 2] = ["unavailable", "busy"];

/// Somebody who asks.
#[derive(Clone)]
pub struct Actor {
    name: Name,
    client: Client,
    subjects: Subjects,
}

/// Connects a user, whose password lies in `<folder>/<user>.password`.
pub async fn connect(settings: &Settings, folder: &Path, user: &str) -> Result<Client, DemoError> {
    let path = folder.join(format!("{user}.password"));
    let password = std::fs::read_to_string(&path);
    let password = password.map_err(|source| DemoError::File { path: path.clone(), source })?;
    ConnectOptions::new()
        .user_and_password(user.to_owned(), password.trim_end().to_owned())
        .custom_inbox_prefix(format!("_INBOX.{user}"))
        .name(format!("switchboard-demo-{user}"))
        .connect(settings.nats.urls.clone())
        .await
        .map_err(|source| DemoError::Connect { user: user.to_owned(), source })
}

impl Actor {
    /// Connects an actor of the site.
    pub async fn connect(settings: &Settings, folder: &Path, name: &Name) -> Result<Actor, DemoError> {
        let client = connect(settings, folder, name.as_str()).await?;
        Ok(Actor { name: name.clone(), client, subjects: Subjects::new(settings.prefix.clone()) })
    }

    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Asks, and asks again while nobody can say: the same id has one effect.
    pub async fn ask(&self, verb: &str, body: &Value) -> Result<Value, DemoError> {
        let subject = self.subjects.request(&self.name, verb);
        let mut tries = 0;
        loop {
            tries += 1;
            let answered = self.client.request(subject.clone(), body.to_string().into()).await;
            let outcome = match answered {
                Ok(message) => self.judge(verb, &message.payload),
                Err(source) => {
                    let (actor, verb) = (self.name.to_string(), verb.to_owned());
                    Err(DemoError::NoAnswer { actor, verb, source })
                }
            };
            match outcome {
                Err(fault) if is_passing(&fault) && tries < TRIES => tokio::time::sleep(PAUSE).await,
                outcome => return outcome,
            }
        }
    }

    /// A conversation with its content, as far as this actor may see it.
    pub async fn conversation(&self, id: &str) -> Result<Value, DemoError> {
        self.ask("conversation.get", &json!({ "conversation": id })).await
    }

    /// Tells that this agent's desktop is there, for as long as the connection stands.
    pub async fn beat(self, every: Duration) -> Result<(), DemoError> {
        let subject = self.subjects.agent_beat(&self.name);
        while self.client.publish(subject.clone(), r#"{"desktop":"demo"}"#.into()).await.is_ok() {
            tokio::time::sleep(every).await;
        }
        Ok(())
    }

    fn judge(&self, verb: &str, payload: &[u8]) -> Result<Value, DemoError> {
        let (actor, verb) = (self.name.to_string(), verb.to_owned());
        let Ok(answer) = serde_json::from_slice::<Value>(payload) else {
            return Err(DemoError::NotAnAnswer { actor, verb });
        };
        if answer["ok"] == true {
            return Ok(answer);
        }
        let said = |member: &str| answer["error"][member].as_str().unwrap_or_default().to_owned();
        Err(DemoError::Refused { actor, verb, code: said("code"), message: said("message") })
    }
}

fn is_passing(fault: &DemoError) -> bool {
    match fault {
        DemoError::NoAnswer { .. } => true,
        DemoError::Refused { code, .. } => PASSING.contains(&code.as_str()),
        _ => false,
    }
}
