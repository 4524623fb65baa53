//! A message comes in: seen before, attached, or the beginning of a conversation.

use crate::domain::{
    Channel, ContactId, ConversationId, Digest, InboundMessage, InteractionId, MessageId, Metric, Party, Seq,
    SourceId, ThreadKey, ThreadScope, Timestamp,
};
use crate::policy::Attributes;

use super::super::event::{ContentPart, ConversationOpened, Event, MessageReceived, QueueCause};
use super::super::holding;
use super::super::queueing::{self, Entry};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{HalfKey, KEYS_MAX};
use super::super::threading::{Place, place};
use super::{echo, touch};

pub(super) fn decide(recorder: &mut Recorder<'_>, message: &InboundMessage) -> Result<(), Rejection> {
    if recorder.state.dedupe.get(message.dedupe).is_some() {
        return Err(Rejection::DuplicateMessage);
    }
    let source = recorder.state.names.find_source(message.source.as_str());
    let source = source.ok_or_else(|| Rejection::UnknownSource(message.source.clone()))?;
    // The input stream's clock may be ahead of ours: a stamp in the future would age every other key.
    let at = message.received_at.min(recorder.now());
    if echo::decide(recorder, message, at)? {
        return Ok(());
    }
    match place(recorder.state, &recorder.rules.policy.site, message, at) {
        Place::Join { conversation, new_participant } => {
            attach(recorder, conversation, message, at, new_participant);
            if message.class.may_open() {
                holding::contact_wrote(recorder, conversation);
            }
        }
        Place::Reopen { conversation, new_participant } => {
            recorder.record(Event::ConversationReopened { conversation });
            attach(recorder, conversation, message, at, new_participant);
            queue_anew(recorder, conversation, message, at, &[Metric::Assign]);
        }
        Place::Open { follow_up_of } => {
            let conversation = open(recorder, message, source, follow_up_of);
            attach(recorder, conversation, message, at, false);
            queue_anew(recorder, conversation, message, at, &Metric::ALL);
        }
        Place::Ignore => ignore(recorder, message, at, source),
    }
    Ok(())
}

fn open(
    recorder: &mut Recorder<'_>,
    message: &InboundMessage,
    source: SourceId,
    follow_up_of: Option<ConversationId>,
) -> ConversationId {
    let contact = find_or_create_contact(recorder, message.from, message.channel, &message.content.from);
    let conversation = ConversationId(recorder.state.next.conversation);
    let opened = ConversationOpened {
        conversation,
        contact,
        channel: message.channel,
        source,
        to: message.to.clone(),
        language: message.language.clone(),
        follow_up_of,
    };
    recorder.record(Event::ConversationOpened(Box::new(opened)));
    conversation
}

/// The contact of an address. That he is new is not what a command is answered: its answer is what it led to.
pub(super) fn find_or_create_contact(
    recorder: &mut Recorder<'_>,
    address: Digest,
    channel: Channel,
    party: &Party,
) -> ContactId {
    if let Some(contact) = recorder.state.contact_by_address.get(&address) {
        return *contact;
    }
    let contact = ContactId(recorder.state.next.contact);
    let fact = |content| Event::ContactCreated { contact, address, channel, content };
    let prev = recorder.content_of_contact(contact);
    let part = ContentPart::Contact { contact, party: party.clone() };
    recorder.aside(|recorder| {
        recorder.record_with_content(fact, prev, part);
    });
    contact
}

fn attach(
    recorder: &mut Recorder<'_>,
    id: ConversationId,
    message: &InboundMessage,
    received_at: Timestamp,
    new_participant: bool,
) {
    let number = MessageId(recorder.state.next.message);
    let contact = recorder.state.open_conversation(id).contact;
    let keys = own_key(recorder, id, message).into_iter().chain(channel_key(message)).collect();
    let waiting = touch::waiting(recorder, message.key.as_slice());
    let received = |content| {
        Event::MessageReceived(Box::new(MessageReceived {
            message: number,
            conversation: id,
            contact,
            class: message.class,
            from: message.from,
            new_participant,
            language: message.language.clone(),
            dedupe: message.dedupe,
            keys,
            key: message.key,
            group: message.group,
            sent_at: message.sent_at,
            received_at,
            content,
        }))
    };
    let prev = recorder.content_of_conversation(id);
    let content = message.content.clone();
    recorder.record_with_content(
        received,
        prev,
        ContentPart::Message { message: number, conversation: id, content },
    );
    touch::settle(recorder, id, number, waiting);
}

/// The id that a message bears, unless it names a thread already: whoever sends an id that he has seen must
/// not turn the answers to it away from where they belong.
fn own_key(recorder: &Recorder<'_>, id: ConversationId, message: &InboundMessage) -> Option<ThreadKey> {
    let is_new = |key: &ThreadKey| recorder.state.threads.get(HalfKey::of(key.digest)).is_none();
    let has_room = recorder.state.open_conversation(id).keys.len() < KEYS_MAX;
    message.thread.own.filter(|key| has_room && key.scope != ThreadScope::Channel && is_new(key))
}

/// Where the channel itself names the thread, its key names the newest conversation of it.
fn channel_key(message: &InboundMessage) -> Option<ThreadKey> {
    let is_channel = |key: &&ThreadKey| key.scope == ThreadScope::Channel;
    message.thread.parents.iter().find(is_channel).copied()
}

fn queue_anew(
    recorder: &mut Recorder<'_>,
    id: ConversationId,
    message: &InboundMessage,
    at: Timestamp,
    metrics: &[Metric],
) {
    let conversation = recorder.state.open_conversation(id);
    let language = conversation.language.clone();
    let attributes = Attributes {
        channel: message.channel,
        source: &message.source,
        address: &message.to,
        subject: message.content.subject.as_deref().unwrap_or_default(),
        text: head_of(&message.content.text),
        language: language.as_deref(),
    };
    let Some((placement, verdicts)) = recorder.rules.route(&attributes) else {
        debug_assert!(false, "a source has a number only once a policy with a default queue was adopted");
        return;
    };
    let interaction = InteractionId(recorder.state.next.interaction);
    let entry = Entry {
        interaction,
        conversation: id,
        placement,
        waiting_since: at,
        cause: QueueCause::Arrived,
        verdicts,
    };
    queueing::enqueue(recorder, entry);
    queueing::start_promises(recorder, interaction, metrics, at);
}

/// So much of a text is looked at by routes: what is meant stands at its head, and the loop waits.
const ROUTED_TEXT_BYTES: usize = 16 * 1024;

fn head_of(text: &str) -> &str {
    let end = (0..=ROUTED_TEXT_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or(text)
}

fn ignore(recorder: &mut Recorder<'_>, message: &InboundMessage, received_at: Timestamp, source: SourceId) {
    let (dedupe, class) = (message.dedupe, message.class);
    let fact = |content| Event::MessageIgnored { dedupe, class, source, received_at, content };
    let content = message.content.clone();
    recorder.record_with_content(fact, Seq(0), ContentPart::Ignored { content });
}
