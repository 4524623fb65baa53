//! Desktops as the loop sees them: heartbeats from `<p>.agent.<agent>.beat`, and the leases behind them.
//!
//! A heartbeat may be a request; then its answer says whether this desktop holds the agent's lease.

use std::time::Duration;

use async_nats::{Client, Subscriber, connection};
use futures_util::StreamExt;
use tokio::time::Instant;
use tracing::warn;

use crate::domain::{AgentId, Name};
use crate::engine::command::{Command, Order};
use crate::engine::state::State;
use crate::wire::api::desktop_of;
use crate::wire::{Lease, Subjects, answer_beat};

use super::presence::{Heard, Presence};

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
    was_away: bool,
}

impl Desktops {
    /// Begins to listen; every agent who is signed in has one full lease.
    pub async fn start(
        client: &Client,
        subjects: &Subjects,
        lease: Duration,
        state: &State,
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
        Ok(Desktops { client: client.clone(), subjects: subjects.clone(), beats, presence, was_away: false })
    }

    /// The next heartbeat that can be understood.
    pub async fn next(&mut self) -> Option<Heartbeat> {
        loop {
            let message = self.beats.next().await?;
            let agent = self.subjects.agent_beat_of(&message.subject).and_then(|agent| agent.parse().ok());
            if let Some(agent) = agent {
                let desktop = desktop_of(&message.payload);
                return Some(Heartbeat { agent, desktop, reply: message.reply });
            }
        }
    }

    /// Renews a lease. The agent who was lost and is back, if it is so.
    pub fn hear(&mut self, heartbeat: Heartbeat) -> Option<Name> {
        let Heartbeat { agent, desktop, reply } = heartbeat;
        let heard = self.presence.hear(&agent, desktop.as_deref(), Instant::now());
        if let Some(reply) = reply.filter(|reply| reply.starts_with("_INBOX.")) {
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

    /// Notes what a command that was carried out means for leases.
    pub fn note(&mut self, order: &Order, desktop: Option<String>) {
        match order.command {
            Command::SignIn => self.presence.grant(order.actor.clone(), desktop, Instant::now()),
            Command::SignOut => self.presence.revoke(&order.actor),
            _ => {}
        }
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

    /// The next agent whose desktops fell silent. While our own connection is away nobody can be heard, so
    /// nobody is lost; once it is back everybody has a full lease.
    pub fn next_lapsed(&mut self) -> Option<Name> {
        let now = Instant::now();
        let away = self.client.connection_state() != connection::State::Connected;
        if away || std::mem::replace(&mut self.was_away, away) {
            self.was_away = away;
            self.presence.renew_all(now);
            return None;
        }
        self.presence.next_lapsed(now)
    }
}

fn lease(heard: Heard) -> Lease {
    match heard {
        Heard::Held | Heard::Returned => Lease::Held,
        Heard::HeldElsewhere => Lease::HeldElsewhere,
        Heard::NotSignedIn => Lease::NotSignedIn,
    }
}
