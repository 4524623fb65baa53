//! What leaves for a contact or a supervisor: the fact with all that its carrier must find, and the mail that
//! it owes.

use std::sync::Arc;

use crate::domain::{Channel, ConversationId, MailId, MessageId, Reply, Seq, ThreadKey, ThreadScope};

use super::event::{ContentPart, EscalationRaised, Event, MailKind, MailQueued, MessageReplied, ReplyWay};
use super::recorder::Recorder;
use super::rejection::Rejection;
use super::state::{Conversation, HalfKey, KEYS_MAX};

/// What the `notify` of a rung begins with that names a mailbox.
const EMAIL: &str = "email:";

/// Records an outbound message of a conversation, with its content and, by email, the mail that it owes.
/// `subject` is the key of its subject, where it begins the conversation; `auto` says that nobody wrote it by hand.
pub(super) fn reply(
    recorder: &mut Recorder<'_>,
    id: ConversationId,
    reply: &Arc<Reply>,
    (key, subject): (Option<ThreadKey>, Option<ThreadKey>),
    auto: bool,
) {
    let message = MessageId(recorder.state.next.message);
    let replied_at = recorder.asked_at();
    let conversation = recorder.state.open_conversation(id);
    let (contact, channel, source) = (conversation.contact, conversation.channel, conversation.source);
    let key = key.filter(|key| may_be_named(conversation, *key));
    let reply_until = conversation.reply_until;
    let (from, answers) = (conversation.to.clone(), conversation.heard);
    let answers = (answers != Seq(0)).then_some(answers);
    let contact_content = recorder.content_of_contact(contact);
    let way = ReplyWay { contact, channel, source, from, contact_content, answers, reply_until };
    let way = Some(way);
    let fact = |content| {
        Event::MessageReplied(Box::new(MessageReplied {
            message,
            conversation: id,
            replied_at,
            key,
            subject,
            auto,
            content,
            way,
        }))
    };
    let part = ContentPart::Reply { message, conversation: id, reply: reply.clone() };
    let cause = recorder.record_with_content(fact, part);
    if channel == Channel::Email {
        owe_mail(recorder, MailKind::Reply { conversation: id, message }, cause);
    }
}

/// Whether an answer can name a message of ours by this key: by mail its id, elsewhere the thread of the channel alone;
/// either as long as the conversation has room for more of them.
fn may_be_named(conversation: &Conversation, key: ThreadKey) -> bool {
    let is_listed = || conversation.keys.contains(&HalfKey::of(key.digest));
    let has_room = conversation.keys.len() < KEYS_MAX || is_listed();
    has_room && (key.scope == ThreadScope::Channel || conversation.channel == Channel::Email)
}

/// Whether the id that a message of ours is to bear is new. It is made of its command's `id`, which may come again
/// after a day, when the command is forgotten: two messages of one id are one to whoever receives them.
pub(super) fn check_new(recorder: &Recorder<'_>, own: Option<ThreadKey>) -> Result<(), Rejection> {
    let ours = own.filter(|key| key.scope == ThreadScope::Ours);
    match ours.and_then(|key| recorder.state.threads.get(HalfKey::of(key.digest))) {
        Some(entry) => Err(Rejection::IdUsed(entry.conversation)),
        None => Ok(()),
    }
}

/// Records that a rung was reached, and the mail that it owes.
pub(super) fn escalate(recorder: &mut Recorder<'_>, raised: EscalationRaised) {
    let kind = MailKind::Escalation { clock: raised.clock, rung: raised.rung };
    let names_mailbox = raised.notify.iter().any(|whom| whom.starts_with(EMAIL));
    let cause = recorder.record(Event::EscalationRaised(Box::new(raised)));
    if names_mailbox {
        owe_mail(recorder, kind, cause);
    }
}

/// A site without a relay owes no mail.
fn owe_mail(recorder: &mut Recorder<'_>, kind: MailKind, cause: Seq) {
    if recorder.rules.policy.site.mail.is_some() {
        let mail = MailId(recorder.state.next.mail);
        recorder.record(Event::MailQueued(MailQueued { mail, kind, cause }));
    }
}
