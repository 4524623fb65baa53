//! Questions of the API, answered from the state and then from the journal; they leave nothing.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::{ConversationId, InteractionId, Name, OfferId};
use crate::engine::command::ContactRef;

use super::api::{Nothing, RequestFault, fault, typed};
use super::limits::PAGE_MAX;

/// What is asked. A list goes on behind `after`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// One conversation.
    ConversationGet(ConversationId),
    /// One contact.
    ContactGet(Box<ContactRef>),
    /// Conversations by number.
    ConversationList(ConversationFilter),
    /// Pending offers by number.
    OfferList(OfferFilter),
    /// One agent.
    AgentGet(Name),
    /// Every agent.
    AgentList,
    /// What the asking agent has before him, by interaction.
    AgentInbox(InboxPage),
    /// One queue.
    QueueGet(Name),
    /// Every queue.
    QueueList,
    /// How the site is.
    Status,
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// Not resolved: any of the next four.
    Open,
    /// It waits in a queue, and nobody is offered it.
    Queued,
    /// An agent is offered it.
    Offered,
    /// An agent holds it.
    Assigned,
    /// An agent holds it and waits for the contact; it takes nothing of his capacity.
    Pended,
    /// The contact is served; a message of his reopens it.
    Resolved,
    /// An agent wraps it up: it is resolved, and may be open again.
    WrapUp,
}

/// Which conversations are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversationFilter {
    /// Those that stand there.
    #[serde(default)]
    pub state: Option<ConversationState>,
    /// Those of this queue.
    #[serde(default)]
    pub queue: Option<Name>,
    /// Those that this agent holds, is offered or wraps up.
    #[serde(default)]
    pub agent: Option<Name>,
    /// Those behind this one.
    #[serde(default)]
    pub after: Option<ConversationId>,
    /// The most that are told, 1 to 200.
    #[serde(default = "page_usual")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: u32,
}

/// Which offers are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferFilter {
    /// Those to this agent.
    #[serde(default)]
    pub agent: Option<Name>,
    /// Those behind this one.
    #[serde(default)]
    pub after: Option<OfferId>,
    /// The most that are told, 1 to 200.
    #[serde(default = "page_usual")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: u32,
}

/// Which part of the asking agent's inbox is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InboxPage {
    /// Which desktop asks, as its sign-in named it: whether it holds the lease.
    #[serde(default)]
    pub desktop: Option<String>,
    /// What stands behind this one.
    #[serde(default)]
    pub after: Option<InteractionId>,
    /// The most offers and held interactions that are told together, 1 to 200.
    #[serde(default = "page_most")]
    #[schemars(range(min = 1, max = 200))]
    pub limit: u32,
}

/// Ask for one conversation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneConversation {
    pub conversation: ConversationId,
}

/// Ask for one agent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneAgent {
    pub agent: Name,
}

/// Ask for one queue.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneQueue {
    pub queue: Name,
}

/// The query of this verb; `None` when it is none.
pub(super) fn parse(verb: &str, members: &Map<String, Value>) -> Result<Option<Query>, RequestFault> {
    let members = || members.clone();
    let query = match verb {
        "conversation.get" => {
            typed(members()).map(|OneConversation { conversation }| Query::ConversationGet(conversation))
        }
        "conversation.list" => typed::<ConversationFilter>(members())
            .and_then(|filter| check_page(filter.limit).map(|()| Query::ConversationList(filter))),
        "offer.list" => typed::<OfferFilter>(members())
            .and_then(|filter| check_page(filter.limit).map(|()| Query::OfferList(filter))),
        "agent.get" => typed(members()).map(|OneAgent { agent }| Query::AgentGet(agent)),
        "agent.list" => typed::<Nothing>(members()).map(|_| Query::AgentList),
        "agent.inbox" => typed::<InboxPage>(members())
            .and_then(|page| check_page(page.limit).map(|()| Query::AgentInbox(page))),
        "queue.get" => typed(members()).map(|OneQueue { queue }| Query::QueueGet(queue)),
        "queue.list" => typed::<Nothing>(members()).map(|_| Query::QueueList),
        "status" => typed::<Nothing>(members()).map(|_| Query::Status),
        _ => return Ok(None),
    };
    query.map(Some)
}

fn page_usual() -> u32 {
    50
}

fn page_most() -> u32 {
    PAGE_MAX
}

fn check_page(limit: u32) -> Result<(), RequestFault> {
    let fits = (1..=PAGE_MAX).contains(&limit);
    if fits { Ok(()) } else { Err(fault("bad_member", "`limit` is 1 to 200")) }
}
