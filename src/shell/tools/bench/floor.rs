//! Agents who accept and resolve whatever they are offered, as fast as they are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::Client;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::domain::Name;
use crate::wire::Subjects;

use super::BenchError;
use super::watch::Offered;

/// Agents who wait for an answer at once.
const AT_ONCE: usize = 200;
/// How often a passing refusal is asked again.
const TRIES: usize = 50;
/// The wait between.
const PAUSE: Duration = Duration::from_millis(20);

/// The agents at work.
pub(super) struct Floor {
    offers: mpsc::UnboundedSender<Offered>,
    answered: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

/// Asks under the names of agents.
#[derive(Clone)]
struct Asker {
    client: Client,
    subjects: Subjects,
}

impl Floor {
    /// Signs everybody in, and begins.
    pub(super) async fn open(
        client: Client,
        subjects: Subjects,
        agents: Vec<Name>,
    ) -> Result<Floor, BenchError> {
        let asker = Asker { client, subjects };
        for agent in &agents {
            asker.ask(agent, "agent.sign_in", json!({})).await?;
        }
        let (offers, mut taken) = mpsc::unbounded_channel::<Offered>();
        let answered = Arc::new(AtomicU64::new(0));
        let (count, room) = (answered.clone(), Arc::new(Semaphore::new(AT_ONCE)));
        let task = tokio::spawn(async move {
            while let Some(offered) = taken.recv().await {
                let Ok(place) = room.clone().acquire_owned().await else { return };
                let (asker, count) = (asker.clone(), count.clone());
                tokio::spawn(async move {
                    count.fetch_add(asker.serve(offered).await, Ordering::Relaxed);
                    drop(place);
                });
            }
        });
        Ok(Floor { offers, answered, task })
    }

    /// Where offers are told.
    pub(super) fn offers(&self) -> mpsc::UnboundedSender<Offered> {
        self.offers.clone()
    }

    /// Ends it; how many requests had a yes.
    pub(super) fn close(self) -> u64 {
        self.task.abort();
        self.answered.load(Ordering::Relaxed)
    }
}

impl Asker {
    /// Accepts and resolves; how many of the two had a yes.
    async fn serve(&self, offered: Offered) -> u64 {
        let Offered { agent, offer, conversation } = offered;
        let Ok(agent) = agent.parse::<Name>() else { return 0 };
        let accept = self.ask(&agent, "offer.accept", json!({ "id": offer, "offer": offer })).await;
        if accept.is_err() {
            return 0;
        }
        let resolve = json!({ "id": format!("resolve-{offer}"), "conversation": conversation });
        1 + u64::from(self.ask(&agent, "conversation.resolve", resolve).await.is_ok())
    }

    async fn ask(&self, agent: &Name, verb: &str, body: Value) -> Result<(), BenchError> {
        let subject = self.subjects.request(agent, verb);
        let mut said = String::new();
        for _ in 0..TRIES {
            match self.client.request(subject.clone(), body.to_string().into()).await {
                Ok(answer) => {
                    let answer: Value = serde_json::from_slice(&answer.payload).unwrap_or_default();
                    if answer["ok"] == true {
                        return Ok(());
                    }
                    said = answer["error"]["code"].as_str().unwrap_or_default().to_owned();
                    if !["busy", "unavailable"].contains(&said.as_str()) {
                        break;
                    }
                }
                Err(fault) => said = fault.to_string(),
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(BenchError::Agent { agent: agent.clone(), verb: verb.to_owned(), said })
    }
}
