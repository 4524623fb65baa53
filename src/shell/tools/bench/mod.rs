//! Load on a site that was made for it: what a message takes from its publishing to its durable offer, and how
//! many records a second are appended when more comes than can be taken.
//!
//! Everything is seen from outside, by one connection that may do everything on a private server: it publishes,
//! answers offers as every agent of the site, and reads the journal in its order. All instants are of this
//! process's clock. What is absent: the daemon itself, which is started, stopped and killed by whoever runs this.
//!
//! - [`watch`]: reads the journal and tells when which message was offered.
//! - `floor`: agents who accept and resolve whatever they are offered.
//! - `plain`: the same records published without a daemon, to compare.

mod floor;
mod plain;
pub mod watch;

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::{PublishAckFuture, PublishError};
use serde::Serialize;
use serde_json::json;
use tokio::time::Instant;

use crate::domain::{Channel, Name};
use crate::policy::Policy;
use crate::shell::nats::jetstream;
use crate::shell::site::Site;
use crate::shell::stored::{self, TailError};
use crate::wire::Subjects;

use super::login::Connection;
use floor::Floor;
use watch::Watch;

/// How many acknowledgements are awaited at once.
const WINDOW: usize = 1_000;
/// How long the last message may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What is asked of the site.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Messages a second while latency is measured.
    pub rate: u32,
    /// Messages of each part.
    pub messages: usize,
    /// The SMS source that they come by.
    pub source: Name,
}

/// What it took.
#[derive(Debug, Serialize)]
pub struct Outcome {
    pub messages: usize,
    /// The rate that was asked for, and the one that was published at.
    pub rate: u32,
    pub rate_reached: f64,
    /// Milliseconds from the publishing of a message to its offer in the journal.
    pub offer_ms: Percentiles,
    /// Records a second, appended by the daemon while it had more input than it could take.
    pub appended_per_second: f64,
    /// The same records a second, published plainly and pipelined.
    pub plain_per_second: f64,
    /// The first in the second.
    pub ratio: f64,
    /// Requests of agents that were answered with yes.
    pub answered: u64,
}

/// Of a sorted sample.
#[derive(Debug, Serialize)]
pub struct Percentiles {
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub max: f64,
}

/// Why there is no measure.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error("the configuration says nothing of `test = true`: load goes to a site that was made for it")]
    NoTest,
    #[error("the configuration has no SMS source and no agent to load")]
    Nothing,
    #[error("the journal, the input or the scratch stream cannot be looked at")]
    Stream(#[from] TailError),
    #[error("a message was not taken by its stream")]
    Publish(#[from] PublishError),
    #[error("the scratch stream cannot be made")]
    Scratch(#[source] async_nats::Error),
    #[error("agent `{agent}` asked `{verb}` and had no yes: {said}")]
    Agent { agent: Name, verb: String, said: String },
    #[error("after {PATIENCE:?} only {offered} of {messages} messages were offered")]
    Slow { offered: usize, messages: usize },
}

/// The site under load.
pub struct Bench {
    connection: Connection,
    js: Context,
    site: Site,
    subjects: Subjects,
    agents: Vec<Name>,
}

impl Bench {
    /// Over a connection that may do everything.
    pub fn new(connection: Connection, prefix: &Name, policy: &Policy) -> Bench {
        let js = jetstream(&connection.client);
        let agents = policy.agents.keys().cloned().collect();
        Bench {
            js,
            connection,
            site: Site::new(prefix.clone()),
            subjects: Subjects::new(prefix.clone()),
            agents,
        }
    }

    /// Loads the site: first at the rate, then with all that goes, then plainly.
    pub async fn run(&self, plan: &Plan) -> Result<Outcome, BenchError> {
        let client = self.connection.client.clone();
        let floor = Floor::open(client, self.subjects.clone(), self.agents.clone()).await?;
        let first = self.part(plan, Some(plan.rate), &floor, 0).await?;
        let second = self.part(plan, None, &floor, plan.messages).await?;
        let answered = floor.close();
        let count = second.records.len();
        let plain = plain::publish(&self.js, &self.site, second.records).await?;
        let appended_per_second = count as f64 / second.spent.as_secs_f64();
        let plain_per_second = count as f64 / plain.as_secs_f64();
        Ok(Outcome {
            messages: plan.messages,
            rate: plan.rate,
            rate_reached: plan.messages as f64 / first.publishing.as_secs_f64(),
            offer_ms: percentiles(first.offered_after),
            appended_per_second,
            plain_per_second,
            ratio: appended_per_second / plain_per_second,
            answered,
        })
    }

    /// Opens so many conversations that nobody takes, and comes back when the last of them is in the journal.
    pub async fn fill(&self, plan: &Plan) -> Result<(), BenchError> {
        let base = stored::tail(&self.js, &self.site.stream_in()).await?.last;
        let watch = self.watch(base).await?;
        self.publish(plan, None, base as usize, &watch).await?;
        watch.received(plan.messages, PATIENCE).await
    }

    async fn part(
        &self,
        plan: &Plan,
        rate: Option<u32>,
        floor: &Floor,
        from: usize,
    ) -> Result<Part, BenchError> {
        let base = stored::tail(&self.js, &self.site.stream_in()).await?.last;
        let watch = self.watch(base).await?;
        watch.tell(floor.offers());
        let begin = Instant::now();
        self.publish(plan, rate, from, &watch).await?;
        let publishing = begin.elapsed();
        let watched = watch.offered(plan.messages, PATIENCE).await?;
        Ok(Part {
            publishing,
            spent: watched.last.duration_since(begin),
            records: watched.records,
            offered_after: watched.offered_after,
        })
    }

    async fn watch(&self, base: u64) -> Result<Watch, BenchError> {
        let events = self.site.stream_events();
        let tail = stored::tail(&self.js, &events).await?.last;
        Ok(Watch::start(self.js.clone(), events, tail + 1, base))
    }

    /// Publishes every message from a number of its own, so each opens a conversation.
    async fn publish(
        &self,
        plan: &Plan,
        rate: Option<u32>,
        from: usize,
        watch: &Watch,
    ) -> Result<(), BenchError> {
        let subject = self.subjects.message(Channel::Sms.as_str(), plan.source.as_str());
        let begin = Instant::now();
        let mut flying: VecDeque<PublishAckFuture> = VecDeque::with_capacity(WINDOW);
        for index in 0..plan.messages {
            if let Some(rate) = rate {
                tokio::time::sleep_until(begin + Duration::from_secs_f64(index as f64 / f64::from(rate)))
                    .await;
            }
            if flying.len() == WINDOW
                && let Some(ack) = flying.pop_front()
            {
                ack.await?;
            }
            let number = from + index;
            let body = json!({
                "message_id": format!("bench-{number}"), "from": format!("+1555{number:07}"),
                "text": "Hello, where is my order? It should have been here on Monday.",
            });
            watch.published();
            flying.push_back(self.js.publish(subject.clone(), body.to_string().into()).await?);
        }
        for ack in flying {
            ack.await?;
        }
        Ok(())
    }
}

/// What one part of the load took.
struct Part {
    /// Until the last message was acknowledged.
    publishing: Duration,
    /// Until the last message was offered.
    spent: Duration,
    /// What was appended meanwhile.
    records: Vec<bytes::Bytes>,
    offered_after: Vec<Duration>,
}

fn percentiles(mut sample: Vec<Duration>) -> Percentiles {
    sample.sort_unstable();
    let at = |share: f64| {
        let place = (sample.len().saturating_sub(1) as f64 * share) as usize;
        sample.get(place).map_or(0.0, |span| span.as_secs_f64() * 1_000.0)
    };
    Percentiles { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_sample() {
        let told = percentiles((1..=100).rev().map(Duration::from_millis).collect());
        let whole = [told.p50, told.p90, told.p99, told.max].map(|ms| ms.round() as u64);
        assert_eq!(whole, [50, 90, 99, 100]);
        assert!(percentiles(Vec::new()).max.abs() < f64::EPSILON);
    }
}
