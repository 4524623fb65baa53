//! The records of a load, published once more without a daemon: plain, pipelined, to a stream of their own. What
//! this takes is what the server and the client take.

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::stream::{Config, StorageType};
use bytes::Bytes;
use tokio::time::Instant;

use crate::shell::site::Site;

use super::{BenchError, WINDOW};

/// Publishes them into a scratch stream, which is removed again; how long that took.
pub(super) async fn publish(js: &Context, site: &Site, records: Vec<Bytes>) -> Result<Duration, BenchError> {
    let name = format!("{}_SCRATCH", site.stream_events());
    let config = Config {
        name: name.clone(),
        subjects: vec![site.subject("scratch.>")],
        storage: StorageType::File,
        ..Config::default()
    };
    js.create_stream(config).await.map_err(|fault| BenchError::Scratch(fault.into()))?;
    let spent = pipelined(js, site.subject("scratch.record"), records).await;
    js.delete_stream(&name).await.map_err(|fault| BenchError::Scratch(fault.into()))?;
    spent
}

async fn pipelined(js: &Context, subject: String, records: Vec<Bytes>) -> Result<Duration, BenchError> {
    let begin = Instant::now();
    let mut flying: VecDeque<PublishAckFuture> = VecDeque::with_capacity(WINDOW);
    for record in records {
        if flying.len() == WINDOW
            && let Some(ack) = flying.pop_front()
        {
            ack.await?;
        }
        flying.push_back(js.publish(subject.clone(), record).await?);
    }
    for ack in flying {
        ack.await?;
    }
    Ok(begin.elapsed())
}
