//! A person or a backend changes what is said of a conversation: its priority while it is open, its language
//! and its tags as long as it is not archived. An agent does so for what he holds or wraps up.

use crate::domain::{ConversationId, Name, Role};

use super::super::event::{ConversationChanged, Event};
use super::super::hold::{Changes, TAGS_MAX};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::Conversation;
use super::{held_or_wrapped_up, open_pass};

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    role: Role,
    id: ConversationId,
    changes: &Changes,
) -> Result<(), Rejection> {
    check_hold(recorder, role, id, changes)?;
    let conversation = recorder.state.conversation(id).ok_or(Rejection::UnknownConversation(id))?;
    let present = conversation.interaction.map(|present| {
        let interaction = recorder.state.open_interaction(present);
        (interaction.priority, interaction.priority_set)
    });
    if changes.priority.is_some() && present.is_none() {
        return Err(Rejection::ConversationResolved(id));
    }
    let tags = tags_after(conversation, changes);
    if tags.len() > TAGS_MAX {
        return Err(Rejection::TooManyTags(id));
    }
    let changed = ConversationChanged {
        conversation: id,
        // What it has anyway is written down once, so that new rules leave it alone from then on.
        priority: changes.priority.filter(|priority| present != Some((*priority, true))),
        language: changes.language.clone().filter(|tag| conversation.language.as_ref() != Some(tag)),
        tags: (*tags != *conversation.tags).then_some(tags),
    };
    if changed.priority.is_some() || changed.language.is_some() || changed.tags.is_some() {
        recorder.record(Event::ConversationChanged(Box::new(changed)));
    }
    Ok(())
}

/// Who wraps a conversation up may still tag it; its priority is of the pass that another may hold by now.
fn check_hold(
    recorder: &Recorder<'_>,
    role: Role,
    id: ConversationId,
    changes: &Changes,
) -> Result<(), Rejection> {
    if role == Role::Agent && changes.priority.is_some() {
        return open_pass(recorder, role, id).map(|_| ());
    }
    held_or_wrapped_up(recorder, role, id)
}

fn tags_after(conversation: &Conversation, changes: &Changes) -> Vec<Name> {
    let kept = conversation.tags.iter().filter(|tag| !changes.remove.contains(tag));
    let mut tags: Vec<Name> = kept.chain(&changes.add).cloned().collect();
    tags.sort();
    tags.dedup();
    tags
}
