//! How the demo reads a stream: each message once acknowledged, by a consumer that keeps its place.

use std::error::Error;

use async_nats::Client;
use async_nats::jetstream::consumer::{AckPolicy, pull};

use crate::shell::nats::jetstream;

/// The messages of a stream on these subjects, for the consumer of this name.
pub(super) async fn messages(
    client: &Client,
    stream: String,
    (name, subjects): (&str, String),
) -> Result<pull::Stream, Box<dyn Error + Send + Sync>> {
    let config = pull::Config {
        durable_name: Some(name.to_owned()),
        filter_subject: subjects,
        ack_policy: AckPolicy::Explicit,
        ..pull::Config::default()
    };
    let stream = jetstream(client).get_stream(stream).await?;
    Ok(stream.create_consumer(config).await?.messages().await?)
}
