//! Desktops as the loop sees them: heartbeats from `<p>.agent.<agent>.beat`, and the leases behind them.
//!
//! A heartbeat may be a request; then its answer says whether this desktop holds the agent's lease.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::{Client, Subscriber, connection};
use futures_util::{FutureExt, StreamExt};
use tokio::time::Instant;
use tracing::warn;

use crate::domain::{AgentId, Name};
use crate::engine::command::{Command, Order};
use crate::engine::state::State;
use crate::wire::api::desktop_of;
use crate::wire::{Hint, Lease, Subjects, answer_beat, desktop_hint};

use super::door::is_inbox;
use super::hints::Told;
use super::presence::{Heard, Presence};

/// A lapse that is noticed later than this tells of us, not of the desktop.
const LATE_MAX: Duration = Duration::from_secs(1);

/// A desktop that was heard.
#[derive(Debug)]
pub struct Heartbeat {
    agent: Name,
    desktop: Option<String>,
    reply: Option<async_nats::Subject>,
}

/// The desktops of the agents who are signed in.
pub struct Desktops {
    client: Client,
    subjects: Subjects,
    beats: Subscriber,
    presence: Presence,
    /// How often we had connected when we last looked.
    connects: u64,
    /// Heartbeats whose answer would have gone where no inbox is, counted as requests are.
    dropped: Arc<AtomicU64>,
}

impl Desktops {
    /// Begins to listen; every agent who is signed in has one full lease.
    pub async fn start(
        client: &Client,
        subjects: &Subjects,
        lease: Duration,
        state: &State,
        dropped: Arc<AtomicU64>,
    ) -> Result<Desktops, async_nats::SubscribeError> {
        let beats = client.subscribe(format!("{}.agent.*.beat", subjects.prefix())).await?;
        let mut presence = Presence::new(lease);
        let now = Instant::now();
        for (number, agent) in state.agents.iter().enumerate() {
            if agent.presence.is_signed_in() {
                let name = state.names.agent(AgentId(number as u32)).clone();
                presence.adopt(name, agent.offline_at.is_some(), now);
            }
        }
        let connects = connects(client);
        let (client, subjects) = (client.clone(), subjects.clone());
        Ok(Desktops { client, subjects, beats, presence, connects, dropped })
    }

    /// The next heartbeat that can be understood.
    pub async fn next(&mut self) -> Option<Heartbeat> {
        loop {
            let message = self.beats.next().await?;
            if let Some(heartbeat) = self.understand(message) {
                return Some(heartbeat);
            }
        }
    }

    /// The next heartbeat, when one has come.
    pub fn try_next(&mut self) -> Option<Heartbeat> {
        loop {
            let message = self.beats.next().now_or_never()??;
            if let Some(heartbeat) = self.understand(message) {
                return Some(heartbeat);
            }
        }
    }

    fn understand(&self, message: async_nats::Message) -> Option<Heartbeat> {
        if message.reply.as_ref().is_some_and(|reply| !is_inbox(reply)) {
            let count = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            warn!(count, "dropped a heartbeat whose reply subject is no inbox");
            return None;
        }
        let agent = self.subjects.agent_beat_of(&message.subject)?.parse().ok()?;
        Some(Heartbeat { agent, desktop: desktop_of(&message.payload), reply: message.reply })
    }

    /// Renews a lease. The agent who was lost and is back, if it is so.
    pub fn hear(&mut self, heartbeat: Heartbeat) -> Option<Name> {
        let Heartbeat { agent, desktop, reply } = heartbeat;
        let heard = self.presence.hear(&agent, desktop.as_deref(), Instant::now());
        if let Some(reply) = reply {
            let body = answer_beat(lease(heard));
            let client = self.client.clone();
            tokio::spawn(async move {
                if let Err(fault) = client.publish(reply, body.into()).await {
                    warn!(%fault, "the answer to a heartbeat could not be sent");
                }
            });
        }
        (heard == Heard::Returned).then_some(agent)
    }

    /// Notes what a command that was carried out means for leases. A desktop that lost its agent's lease to
    /// another is to be told.
    pub fn note(&mut self, order: &Order, desktop: Option<String>) -> Option<Told> {
        let agent = &order.actor;
        match order.command {
            Command::SignIn => {
                let body = desktop_hint(agent, desktop.as_deref()).into();
                let is_taken = self.presence.grant(agent.clone(), desktop, Instant::now());
                return is_taken.then(|| Told { hint: Hint::Desktop, whom: vec![agent.clone()], body });
            }
            Command::SignOut => self.presence.revoke(agent),
            _ => {}
        }
        None
    }

    /// Ends the leases of agents who are offline by themselves.
    pub fn sync(&mut self, state: &State) {
        let is_offline = |agent: &Name| {
            let id = state.names.find_agent(agent.as_str());
            id.is_none_or(|id| !state.agent(id).presence.is_signed_in())
        };
        self.presence.retain(|agent| !is_offline(agent));
    }

    /// When the first lease lapses.
    pub fn next_lapse(&self) -> Option<Instant> {
        self.presence.next_lapse()
    }

    /// The next agent whose desktops fell silent. Nobody is blamed for what is our own: while our connection
    /// was away, or this process stood still, nobody could be heard, so everybody has a full lease again.
    pub fn next_lapsed(&mut self) -> Option<Name> {
        let now = Instant::now();
        let connects = connects(&self.client);
        let away = self.client.connection_state() != connection::State::Connected;
        let was_away = std::mem::replace(&mut self.connects, connects) != connects;
        // The loop wakes when a lease lapses: who comes much later was not there himself.
        let stood_still = self.presence.next_lapse().is_some_and(|lapse| now > lapse + LATE_MAX);
        if away || was_away || stood_still {
            self.presence.renew_all(now);
            return None;
        }
        self.presence.next_lapsed(now)
    }
}

/// How often the client has connected so far.
fn connects(client: &Client) -> u64 {
    client.statistics().connects.load(Ordering::Relaxed)
}

fn lease(heard: Heard) -> Lease {
    match heard {
        Heard::Held | Heard::Returned => Lease::Held,
        Heard::HeldElsewhere => Lease::HeldElsewhere,
        Heard::NotSignedIn => Lease::NotSignedIn,
    }
}
