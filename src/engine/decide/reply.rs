//! A person of ours answers the contact: recorded as the human answer, which keeps the first promise.

use std::sync::Arc;

use crate::domain::{Channel, ConversationId, Metric, Reply, Role, ThreadKey};

use super::super::outgoing;
use super::super::promise;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::{contact, open_pass};

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
    contact::may_answer(recorder, conversation, reply.template)?;
    outgoing::check_new(recorder, own)?;
    let replied_at = recorder.asked_at();
    outgoing::reply(recorder, conversation, reply, (own, None), false);
    promise::stop(recorder, conversation, Metric::FirstReply, replied_at);
    Ok(())
}
