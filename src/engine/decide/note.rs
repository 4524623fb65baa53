//! Somebody of ours leaves a note for the others, on what he holds or wraps up, or as who leads or serves on anything that
//! is not archived. It stops no clock, and what the contact is owed stays owed.

use std::sync::Arc;

use crate::domain::{ConversationId, MessageId, Note, Role};

use super::super::event::{ContentPart, Event};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::held_or_wrapped_up;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    role: Role,
    conversation: ConversationId,
    text: &str,
) -> Result<(), Rejection> {
    recorder.state.conversation(conversation).ok_or(Rejection::UnknownConversation(conversation))?;
    held_or_wrapped_up(recorder, role, conversation)?;
    let message = MessageId(recorder.state.next.message);
    let fact = |content| Event::ConversationNoted { conversation, note: message, content };
    let note = Arc::new(Note { author: recorder.actor().clone(), text: text.to_owned() });
    recorder.record_with_content(fact, ContentPart::Note { message, conversation, note });
    Ok(())
}
