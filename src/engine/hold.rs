//! What agents do with what they hold, as commands ask for it and as events tell it.

use std::sync::Arc;

use crate::domain::{AgentId, ConversationId, InteractionId, Name};

/// The most tags of a conversation.
pub const TAGS_MAX: usize = 32;

/// Which interaction is with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: AgentId,
}

/// Where a conversation is transferred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferTo {
    /// Whoever serves this queue.
    Queue(Name),
    /// This agent, whatever he can do: a person decided.
    Agent(Name),
}

/// Which wrap-up is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrapUpOf {
    /// That of one interaction.
    Interaction(InteractionId),
    /// Those of a conversation: for an agent only his own.
    Conversation(ConversationId),
}

/// What is to be changed of a conversation; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The priority of its present interaction.
    pub priority: Option<i32>,
    /// Its language, a lower-case BCP 47 tag.
    pub language: Option<Arc<str>>,
    /// Tags that it gets.
    pub add: Vec<Name>,
    /// Tags that it loses.
    pub remove: Vec<Name>,
}

/// A person changed a conversation: what is there differs from before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationChanged {
    pub conversation: ConversationId,
    /// Of its present interaction, from now on.
    pub priority: Option<i32>,
    pub language: Option<Arc<str>>,
    /// All that it has from now on, in order.
    pub tags: Option<Vec<Name>>,
}
