//! Questions answered from the state, on the loop: a page of at most 200. Content is joined off the loop.

mod contacts;
mod conversations;
mod floor;
mod inbox;
mod status;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use serde::Serialize;

use crate::domain::{Name, Role, Timestamp};
use crate::engine::Engine;
use crate::engine::state::State;
use crate::wire::{Keys, Lease, Query, answer_from_record, answer_ok};

use super::answer::Answer;
use super::group::Deferred;
use super::join::Join;
use super::journal::Journal;
use super::reload::LastReload;
use super::site::Site;
use contacts::get_contact;
use conversations::{get_conversation, list_conversations};
pub use status::{StatusJoin, status};

use floor::{AgentAnswer, Agents, QueueAnswer, Queues, agents, list_offers, queues, view_agent};
use inbox::view_inbox;

/// What a query may tell besides the state.
#[derive(Clone, Debug)]
pub struct SiteFacts {
    /// Whose streams are looked at.
    pub site: Site,
    /// Since when this term leads.
    pub led_since: Timestamp,
    /// By which reply addresses are made.
    pub keys: Keys,
    /// Which process leads.
    pub instance: String,
    /// Warnings about the streams, as `status` shows them.
    pub warnings: Vec<String>,
    /// Records in the journal that are not ours.
    pub foreign: u64,
    /// How the last reload or rollback of this process went.
    pub last_reload: LastReload,
    /// Requests and heartbeats that were dropped, since their answer would have gone where no inbox is.
    pub dropped: Arc<AtomicU64>,
}

/// An answer, perhaps with content still to join.
#[derive(Debug)]
pub enum Answered {
    Ready(Answer),
    Join(Join),
    Status(StatusJoin),
}

/// Answers a query; refusals are answers too. `lease` says whether a desktop of the asking agent holds his lease.
pub fn answer(
    engine: &Engine,
    facts: &SiteFacts,
    actor: &Name,
    query: &Query,
    lease: impl Fn(Option<&str>) -> Option<Lease>,
) -> Answered {
    let state = engine.state();
    let refuse = |code: &str, message: &str| Answered::Ready(Answer::no(state.seq, code, message));
    match engine.role_of(actor) {
        None => {
            return refuse("unknown_actor", "the asking actor is neither an agent nor an actor of this site");
        }
        Some(Role::Gateway) => return refuse("forbidden", "a gateway brings messages in and asks nothing"),
        Some(_) => {}
    }
    match query {
        Query::ConversationGet(id) => match state.conversation(*id) {
            Some(conversation) => get_conversation(engine, facts, actor, *id, conversation),
            None => refuse("unknown_conversation", "there is no such conversation, or it is archived"),
        },
        Query::ContactGet(who) => match state.find_contact(who) {
            Some(id) => get_contact(engine, actor, id),
            None => refuse("unknown_contact", "nobody is known by that id or address"),
        },
        Query::ConversationList(filter) => ready(state, &list_conversations(state, filter)),
        Query::OfferList(filter) => ready(state, &list_offers(state, filter)),
        Query::AgentGet(name) => match state.names.find_agent(name.as_str()) {
            Some(id) => ready(state, &AgentAnswer { agent: view_agent(state, id) }),
            None => refuse("unknown_agent", "there is no such agent"),
        },
        Query::AgentList => {
            ready(state, &Agents { agents: agents(state).map(|id| view_agent(state, id)).collect() })
        }
        Query::AgentInbox(page) => {
            let agent = state.names.find_agent(actor.as_str());
            match agent.filter(|_| engine.role_of(actor) == Some(Role::Agent)) {
                Some(id) => ready(state, &view_inbox(state, id, lease(page.desktop.as_deref()), page)),
                None => refuse("forbidden", "only an agent has an inbox"),
            }
        }
        Query::QueueGet(name) => match queues(engine).into_iter().find(|queue| queue.queue == *name) {
            Some(queue) => ready(state, &QueueAnswer { queue }),
            None => refuse("unknown_queue", "there is no such queue"),
        },
        Query::QueueList => ready(state, &Queues { queues: queues(engine) }),
        Query::Status => Answered::Status(status(engine, facts)),
    }
}

/// Completes an answer from the journal.
pub async fn complete(journal: &Journal, deferred: Deferred) -> Answer {
    let read = match deferred {
        Deferred::Ready(answer) => return answer,
        Deferred::Join(join) => join.complete(journal).await,
        Deferred::Status(join) => Ok(serde_json::to_vec(&join.complete(journal).await).unwrap_or_default()),
        Deferred::Read { seq, repeated } => match journal.get(seq.0).await {
            Ok(Some(stored)) => return from_record(&stored.payload, repeated),
            Ok(None) => return Answer::unavailable(),
            Err(fault) => Err(fault),
        },
    };
    match read {
        Ok(body) => Answer::yes(body),
        Err(fault) => {
            tracing::warn!(%fault, "content could not be read from the journal");
            Answer::unavailable()
        }
    }
}

/// The answer of an accepted command, from its record.
pub fn from_record(payload: &[u8], repeated: bool) -> Answer {
    match answer_from_record(payload, repeated) {
        Ok(body) => Answer::yes(body),
        Err(fault) => {
            tracing::error!(%fault, "a record of ours cannot be read back");
            Answer::unavailable()
        }
    }
}

fn ready(state: &State, body: &impl Serialize) -> Answered {
    Answered::Ready(Answer::yes(answer_ok(state.seq, body)))
}
