//! A person of ours answers the contact: recorded as the human answer, which keeps the first promise.

use std::sync::Arc;

use crate::domain::{Channel, ConversationId, MessageId, Metric, Reply, Role, ThreadKey};

use super::super::event::{ContentPart, Event};
use super::super::promise;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::open_pass;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    role: Role,
    conversation: ConversationId,
    reply: &Arc<Reply>,
    own: Option<ThreadKey>,
) -> Result<(), Rejection> {
    open_pass(recorder, role, conversation)?;
    if recorder.state.open_conversation(conversation).channel == Channel::Work {
        return Err(Rejection::NoReplies(conversation));
    }
    let message = MessageId(recorder.state.next.message);
    let replied_at = recorder.asked_at();
    let fact = |content| Event::MessageReplied { message, conversation, replied_at, key: own, content };
    let prev = recorder.content_of_conversation(conversation);
    let part = ContentPart::Reply { message, conversation, reply: reply.clone() };
    recorder.record_with_content(fact, prev, part);
    promise::stop(recorder, conversation, Metric::FirstReply, replied_at);
    Ok(())
}
