//! How the site is, on one page: what the engine knows, made on the loop, and what the streams say, joined off it.

use std::sync::atomic::Ordering;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::domain::Presence;
use crate::engine::Engine;
use crate::engine::state::State;
use crate::shell::journal::Journal;
use crate::shell::site::Site;
use crate::shell::stored::{self, GetError, TailError};
use crate::wire::{answer_ok, format_instant};

use super::SiteFacts;
use super::floor::{QueueView, queues};
use crate::shell::reload::Told;

/// How many clocks one query looks at on the loop. They are met by number, so the longest running come first.
const CLOCKS_MAX: usize = 20_000;

#[derive(Serialize)]
struct StatusView<'a> {
    instance: &'a str,
    version: &'static str,
    epoch: u64,
    /// Since when this instance leads.
    led_since: String,
    /// The digest of the adopted policy, and whether all that follows from it was recorded.
    policy: String,
    policy_applied: bool,
    /// The last input consumed.
    inseq: u64,
    conversations: usize,
    waiting: usize,
    offers: usize,
    clocks: usize,
    agents_signed_in: usize,
    agents: Presences,
    queues: Vec<QueueView>,
    escalations: Escalations,
    foreign_records: u64,
    dropped_requests: u64,
    /// The last reload or rollback of this process.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_reload: Option<Told>,
    warnings: &'a [String],
}

/// How many agents are how present.
#[derive(Default, Serialize)]
struct Presences {
    available: usize,
    away: usize,
    draining: usize,
    offline: usize,
}

/// Broken promises whose ladder goes on.
#[derive(Default, Serialize)]
struct Escalations {
    open: usize,
    /// Of these, how many somebody takes care of.
    acked: usize,
    /// There may be more: so many clocks run that not all were looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    at_least: bool,
}

/// An answer whose streams are still to be looked at.
#[derive(Debug)]
pub struct StatusJoin {
    body: Map<String, Value>,
    site: Site,
    consumed: u64,
}

/// Why a stream could not be looked at.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error(transparent)]
    Tail(#[from] TailError),
    #[error(transparent)]
    Get(#[from] GetError),
}

/// The part of the answer that the loop gives.
pub fn status(engine: &Engine, facts: &SiteFacts) -> StatusJoin {
    let body = answer_ok(engine.state().seq, &view(engine, facts));
    let body = serde_json::from_slice(&body).unwrap_or_default();
    StatusJoin { body, site: facts.site.clone(), consumed: engine.consumed() }
}

fn view<'a>(engine: &'a Engine, facts: &'a SiteFacts) -> StatusView<'a> {
    let state = engine.state();
    let queues = queues(engine);
    StatusView {
        instance: &facts.instance,
        version: env!("CARGO_PKG_VERSION"),
        epoch: state.epoch,
        led_since: format_instant(facts.led_since),
        policy: state.policy.to_string(),
        policy_applied: state.policy_applied,
        inseq: engine.consumed(),
        conversations: state.conversations.len(),
        waiting: state.routing.waited_for().map(|class| class.waiting.len()).sum(),
        offers: state.offers.len(),
        clocks: state.clocks.len(),
        agents_signed_in: state.agents.iter().filter(|agent| agent.presence.is_signed_in()).count(),
        agents: presences(state),
        queues,
        escalations: escalations(state),
        foreign_records: facts.foreign,
        dropped_requests: facts.dropped.load(Ordering::Relaxed),
        last_reload: facts.last_reload.load_full().map(|told| Told::clone(&told)),
        warnings: &facts.warnings,
    }
}

fn presences(state: &State) -> Presences {
    let mut counts = Presences::default();
    for agent in &state.agents {
        let count = match agent.presence {
            Presence::Available => &mut counts.available,
            Presence::Away(_) => &mut counts.away,
            Presence::Draining => &mut counts.draining,
            Presence::Offline => &mut counts.offline,
        };
        *count += 1;
    }
    counts
}

fn escalations(state: &State) -> Escalations {
    let mut counts = Escalations { at_least: state.clocks.len() > CLOCKS_MAX, ..Escalations::default() };
    for (_, clock) in state.clocks.iter_from(0).take(CLOCKS_MAX).filter(|(_, clock)| clock.rungs > 0) {
        counts.open += 1;
        counts.acked += usize::from(clock.acked_until.is_some());
    }
    counts
}

impl StatusJoin {
    /// Looks at the streams and completes the answer. One that cannot be looked at is told as a fault, so that
    /// the rest is told all the same.
    pub async fn complete(mut self, journal: &Journal) -> Value {
        let (input, dead, out, kept) = tokio::join!(
            self.input(journal),
            self.kept(journal, self.site.stream_dead()),
            self.kept(journal, self.site.stream_out()),
            journal.tail(),
        );
        let kept =
            kept.map(|tail| json!({ "first": tail.first, "last": tail.last })).map_err(LookError::from);
        let streams = [("input", input), ("dead", dead), ("out", out), ("journal", kept)];
        for (member, looked) in streams {
            let looked = looked.unwrap_or_else(|fault| json!({ "fault": fault.to_string() }));
            self.body.insert(member.to_owned(), looked);
        }
        Value::Object(self.body)
    }

    /// How much of IN waits, and since when.
    async fn input(&self, journal: &Journal) -> Result<Value, LookError> {
        let stream = self.site.stream_in();
        let tail = stored::tail(journal.js(), &stream).await?;
        let waiting = tail.last.saturating_sub(self.consumed);
        let mut told = json!({ "last": tail.last, "consumed": self.consumed, "waiting": waiting });
        if waiting > 0
            && let Some(oldest) = stored::at_or_after(journal.js(), &stream, self.consumed + 1).await?
        {
            told["oldest"] = json!(format_instant(oldest.time));
        }
        Ok(told)
    }

    /// How much a stream keeps.
    async fn kept(&self, journal: &Journal, stream: String) -> Result<Value, LookError> {
        let info: Value = stored::api(journal.js(), "STREAM.INFO", &stream, &json!({})).await?;
        Ok(json!({ "messages": info["state"]["messages"], "bytes": info["state"]["bytes"] }))
    }
}
