//! From a webhook's body to its place in the stream IN. An input counts as stored when the stream has acknowledged it
//! and not before; where that is not known the provider is told to send it again, and the router knows what came
//! twice.

use std::sync::Arc;

use async_nats::Client;
use async_nats::connection::State;
use tokio::time::Instant;
use tracing::{info, warn};

use crate::domain::Timestamp;
use crate::shell::clock::wall_clock;
use crate::shell::runtime::chain;
use crate::shell::tools::inject::{InjectError, Injector, Target};
use crate::signature::Notice;
use crate::web::hooks::{Ending, Hook, Input, Intake, Stored, Storing};

use super::vitals::GatewayVitals;

/// Publishes what webhooks bring.
pub(super) struct Publisher {
    injector: Injector,
    client: Client,
    /// The stream of input, as the log calls it.
    stream: String,
    vitals: Arc<GatewayVitals>,
}

impl Publisher {
    pub(super) fn new(
        injector: Injector,
        client: Client,
        stream: String,
        vitals: Arc<GatewayVitals>,
    ) -> Publisher {
        Publisher { injector, client, stream, vitals }
    }

    async fn store(&self, hook: &Hook, input: Input) -> Stored {
        // What is published while NATS is away would be sent after its return, long after the answer.
        if self.client.connection_state() != State::Connected {
            return Stored::Unknown;
        }
        let _flying = self.vitals.flying();
        let target = Target {
            channel: hook.channel,
            source: hook.source.to_string(),
            mail_from: input.mail_from,
            rcpt_to: input.rcpt_to,
        };
        let began = Instant::now();
        let stored = match self.injector.inject(&target, input.body).await {
            Ok(receipt) => Stored::At(receipt.seq),
            Err(InjectError::TooLarge { .. }) => return Stored::TooLarge,
            Err(fault) if fault.is_final() => return Stored::Unfit,
            Err(fault) => {
                warn!(source = %hook.source, fault = %chain(&fault), "a webhook was not stored; its provider is to try again");
                Stored::Unknown
            }
        };
        self.vitals.stored(matches!(stored, Stored::At(_)), began.elapsed());
        stored
    }
}

impl Intake for Publisher {
    fn now(&self) -> Timestamp {
        wall_clock()
    }

    fn put<'a>(&'a self, hook: &'a Hook, input: Input) -> Storing<'a> {
        Box::pin(self.store(hook, input))
    }

    fn count(&self, hook: Option<&Hook>, ending: Ending) {
        self.vitals.count(hook.map_or("", |hook| hook.source.as_str()), ending);
    }

    /// The URL is a secret for as long as it works, so it is told where it lies. Opening it is a person's act: whoever
    /// made the topic send here may not be one of ours.
    fn notice(&self, hook: &Hook, notice: Notice, seq: u64) {
        let (source, stream) = (&hook.source, &self.stream);
        match notice {
            Notice::Confirm => info!(%source, stream, seq,
                "Amazon SNS asks to confirm a subscription: look at this input, and open its `SubscribeURL` to do so"),
            Notice::Ended => warn!(%source, stream, seq,
                "Amazon SNS has ended a subscription; the `SubscribeURL` of this input would begin it anew"),
            Notice::Foreign => warn!(%source, stream, seq,
                "a confirmation of Amazon SNS names a `SubscribeURL` that is not Amazon's: nobody should open it"),
        }
    }
}
