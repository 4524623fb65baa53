//! What is told of a message that is there: applied at once, or once the message comes. It opens nothing, queues
//! nothing, starts and stops no clock, and is no activity of the contact.

use std::sync::Arc;

use crate::domain::{Content, ConversationId, Digest, MessageId, Seq, Timestamp};

use super::super::event::{ContentPart, Event, MessageTouched, PendedChange};
use super::super::recorder::Recorder;
use super::super::state::{HalfKey, Pended};
use super::contact::{self, Refused};
use super::report_delivery::deliver;

/// What happened to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Edit,
    Delete,
    React { removed: bool },
}

/// Who tells, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) from: Option<Digest>,
    pub(super) dedupe: Option<Digest>,
    pub(super) sent_at: Option<Timestamp>,
    pub(super) received_at: Timestamp,
}

/// What it says.
#[derive(Clone, Debug)]
pub(super) enum Said {
    Nothing,
    /// This.
    Now(Arc<Content>),
    /// What lies there.
    Before(Seq),
}

/// Records a change of a message. One that was taken back stays so, whatever is told of it later; and nobody but who
/// has part in a conversation changes what is said there, whether he told it before or after.
pub(super) fn touch(
    recorder: &mut Recorder<'_>,
    (conversation, message): (ConversationId, MessageId),
    change: Change,
    told: Told,
    said: Said,
) {
    let known = recorder.state.open_conversation(conversation);
    if known.messages.iter().any(|named| named.message() == message && named.is_deleted()) {
        return;
    }
    let is_reaction = matches!(change, Change::React { .. });
    if !is_reaction && told.from.is_some_and(|from| !recorder.state.has_part(known, from)) {
        return;
    }
    let fact = |content| {
        let Told { from, dedupe, sent_at, received_at } = told;
        let touched = MessageTouched { message, conversation, from, dedupe, sent_at, received_at, content };
        fact_of(change, Box::new(touched))
    };
    let part = match said {
        Said::Nothing => {
            recorder.record(fact(None));
            return;
        }
        Said::Now(content) => {
            ContentPart::Update { message: Some(message), conversation: Some(conversation), content }
        }
        Said::Before(content) => ContentPart::Adopted { message, conversation, content },
    };
    recorder.record_with_content(|content| fact(Some(content)), part);
}

fn fact_of(change: Change, touched: Box<MessageTouched>) -> Event {
    match change {
        Change::Edit => Event::MessageEdited(touched),
        Change::Delete => Event::MessageDeleted(touched),
        Change::React { removed } => Event::MessageReacted { touched, removed },
    }
}

/// What waits for a message with these keys. It is asked before the message is recorded, which ends the waiting.
pub(super) fn waiting(recorder: &Recorder<'_>, keys: &[Digest]) -> Vec<Pended> {
    let pended = &recorder.state.pended;
    let of = |key: &Digest| pended.of(HalfKey::of(*key), recorder.now());
    keys.iter().flat_map(of).cloned().collect()
}

/// Applies what waited for a message that has come.
pub(super) fn settle(
    recorder: &mut Recorder<'_>,
    conversation: ConversationId,
    message: MessageId,
    waiting: Vec<Pended>,
) {
    for pended in waiting {
        if recorder.is_full() || recorder.state.conversation(conversation).is_none() {
            return;
        }
        let Pended { change, from, sent_at, received_at, content, .. } = pended;
        let change = match change {
            PendedChange::Edit => Change::Edit,
            PendedChange::Delete => Change::Delete,
            PendedChange::React { removed } => Change::React { removed },
            PendedChange::Report { state, code } => {
                if contact::tells_opt_out(code.as_deref(), &[]) {
                    let refused = Refused::message(recorder.state, message, from);
                    contact::refused(recorder, refused, received_at);
                }
                deliver(recorder, message, state, code.as_deref());
                continue;
            }
        };
        let told = Told { from, dedupe: None, sent_at, received_at };
        let said = content.map_or(Said::Nothing, Said::Before);
        touch(recorder, (conversation, message), change, told, said);
    }
}
