//! Requests about what agents hold: parking, sending on, changing what is said of a conversation, and the
//! work after it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::{ConversationId, InteractionId, Name};
use crate::engine::command::{Changes, Command, TAGS_MAX, TransferTo, WrapUpOf};

use super::api::{OnConversation, RequestFault, fault, typed};
use super::limits::PRIORITY_MAX;
use super::start;
use super::time::InstantText;

/// Park a conversation: it stays with its agent and takes nothing of him until its contact writes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pend {
    pub conversation: ConversationId,
    /// When its agent goes on with it at the latest.
    #[serde(default)]
    pub until: Option<InstantText>,
}

/// Send a conversation on: to exactly one of a queue and an agent.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    pub conversation: ConversationId,
    /// Whoever serves this queue.
    #[serde(default)]
    pub queue: Option<Name>,
    /// This agent, whatever he can do.
    #[serde(default)]
    pub agent: Option<Name>,
}

/// Change what is said of a conversation; what is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    pub conversation: ConversationId,
    /// Of its present interaction: higher goes first.
    #[serde(default)]
    #[schemars(range(min = -1_000_000, max = 1_000_000))]
    pub priority: Option<i32>,
    /// A BCP 47 tag.
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub tags: TagChanges,
}

/// Tags that a conversation gets and loses; it has at most 32.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagChanges {
    #[serde(default)]
    #[schemars(length(max = 32))]
    pub add: Vec<Name>,
    #[serde(default)]
    #[schemars(length(max = 32))]
    pub remove: Vec<Name>,
}

/// Say that the work after a conversation is done: by exactly one of its interaction and its conversation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishWrapUp {
    #[serde(default)]
    pub interaction: Option<InteractionId>,
    /// Every wrap-up of this conversation; for an agent only his own.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
}

/// The command of this verb; `None` when it is none of these.
pub(super) fn parse(verb: &str, members: Map<String, Value>) -> Option<Result<Command, RequestFault>> {
    Some(match verb {
        "conversation.pend" => typed(members).map(|Pend { conversation, until }| Command::Pend {
            conversation,
            until: until.map(|until| until.0),
        }),
        "conversation.resume" => {
            typed(members).map(|OnConversation { conversation }| Command::Resume(conversation))
        }
        "conversation.transfer" => typed(members).and_then(transfer),
        "conversation.set" => typed(members).and_then(set),
        "wrap_up.finish" => typed(members).and_then(finish),
        _ => return None,
    })
}

fn transfer(asked: Transfer) -> Result<Command, RequestFault> {
    let Transfer { conversation, queue, agent } = asked;
    let to = match (queue, agent) {
        (Some(queue), None) => TransferTo::Queue(queue),
        (None, Some(agent)) => TransferTo::Agent(agent),
        _ => return Err(fault("bad_member", "it takes exactly one of `queue` and `agent`")),
    };
    Ok(Command::Transfer { conversation, to })
}

fn set(asked: Set) -> Result<Command, RequestFault> {
    let Set { conversation, priority, language, tags } = asked;
    if priority.is_some_and(|priority| !(-PRIORITY_MAX..=PRIORITY_MAX).contains(&priority)) {
        return Err(fault("bad_member", &format!("`priority` is -{PRIORITY_MAX} to {PRIORITY_MAX}")));
    }
    let language = start::language(language.as_deref())?.map(Into::into);
    let TagChanges { add, remove } = tags;
    if add.len() > TAGS_MAX || remove.len() > TAGS_MAX {
        return Err(fault("bad_member", &format!("`tags` adds and removes at most {TAGS_MAX} each")));
    }
    if add.iter().any(|tag| remove.contains(tag)) {
        return Err(fault("bad_member", "`tags` adds and removes the same one"));
    }
    Ok(Command::Set { conversation, changes: Box::new(Changes { priority, language, add, remove }) })
}

fn finish(asked: FinishWrapUp) -> Result<Command, RequestFault> {
    match (asked.interaction, asked.conversation) {
        (Some(id), None) => Ok(Command::FinishWrapUp(WrapUpOf::Interaction(id))),
        (None, Some(id)) => Ok(Command::FinishWrapUp(WrapUpOf::Conversation(id))),
        _ => Err(fault("bad_member", "it takes exactly one of `interaction` and `conversation`")),
    }
}
