//! Twins of wrap-ups: the work of an agent after the contact is served.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{ConversationId, InteractionId, Names};
use crate::engine::event::{Event, Hold, WrapUpEnd};
use crate::wire::time::InstantText;

use super::scalar::agent;
use super::{About, Twin};

/// The contact is served; the agent has work left with it, which takes of his capacity as before.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Started<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    /// When it is over by itself.
    pub ends_at: InstantText,
}

/// The work after a conversation is over.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Finished<'a> {
    pub interaction: InteractionId,
    pub conversation: ConversationId,
    pub agent: &'a str,
    pub cause: WrapUpEnd,
}

impl Twin for Started<'_> {
    const WORD: &'static str = "wrap_up.started";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let (interaction, conversation) = (self.interaction, self.conversation);
        let hold = Hold { interaction, conversation, agent: agent(names, self.agent)? };
        Ok(Event::WrapUpStarted { hold, ends_at: self.ends_at.0 })
    }
}

impl Twin for Finished<'_> {
    const WORD: &'static str = "wrap_up.finished";

    fn about(&self) -> About<'_> {
        About::Interaction(self.interaction)
    }

    fn event(self, names: &Names) -> Result<Event, String> {
        let (interaction, conversation) = (self.interaction, self.conversation);
        let hold = Hold { interaction, conversation, agent: agent(names, self.agent)? };
        Ok(Event::WrapUpFinished { hold, cause: self.cause })
    }
}
