//! A message comes in: seen before, attached, or the beginning of a conversation.

use std::collections::BTreeSet;

use crate::domain::{
    Channel, ContactId, ConversationId, Digest, InboundMessage, InteractionId, MessageId, Metric, Party,
    SourceId, ThreadKey, ThreadScope, Timestamp,
};
use crate::policy::Attributes;

use super::super::event::{ContentPart, ConversationOpened, Event, MessageReceived, QueueCause};
use super::super::holding;
use super::super::queueing::{self, Entry};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{ADDRESSED_MAX, Conversation, HalfKey, KEYS_MAX, MAILBOXES_MAX, State};
use super::super::threading::{Place, Placed, place, sender, subject_key};
use super::{contact, echo, subscription, touch};

/// How decoders flag a sender who cannot be answered.
const NO_REPLY: &str = "no_reply";

/// How many parents that nobody knows one message waits for: the newest, and the oldest, which began the thread.
const AWAITED_NEWEST_MAX: usize = 12;
const AWAITED_OLDEST_MAX: usize = 4;

pub(super) fn decide(recorder: &mut Recorder<'_>, message: &InboundMessage) -> Result<(), Rejection> {
    // The input stream's clock may be ahead of ours: a stamp in the future would age every other key.
    let at = message.received_at.min(recorder.now());
    if recorder.state.dedupe.get(message.dedupe).is_some() {
        add_mailboxes(recorder, message, at);
        return Err(Rejection::DuplicateMessage);
    }
    let source = recorder.state.names.find_source(message.source.as_str());
    let source = source.ok_or_else(|| Rejection::UnknownSource(message.source.clone()))?;
    if echo::decide(recorder, message, at)? {
        return Ok(());
    }
    contact::identify(recorder, &contact::addresses(message));
    let message = &*contact::heed(recorder.state, message, source);
    let placed = place(recorder.state, &recorder.rules.policy.site, message, at);
    let is_new = |place| {
        matches!(
            place,
            Place::Join { new_participant: true, .. } | Place::Reopen { new_participant: true, .. }
        )
    };
    let arrival = Arrival { message, at, new_participant: is_new(placed.place), placed };
    match arrival.placed.place {
        Place::Join { conversation, .. } => {
            attach(recorder, conversation, &arrival);
            if message.opens {
                holding::contact_wrote(recorder, conversation);
            }
        }
        Place::Reopen { conversation, .. } => {
            recorder.record(Event::ConversationReopened { conversation });
            attach(recorder, conversation, &arrival);
            queue_anew(recorder, conversation, message, at, &[Metric::Assign]);
        }
        Place::Open { follow_up_of } => {
            let conversation = open(recorder, message, source, follow_up_of);
            attach(recorder, conversation, &arrival);
            queue_anew(recorder, conversation, message, at, &Metric::ALL);
        }
        Place::Ignore => ignore(recorder, message, at, source),
    }
    contact::carry_out(recorder, message, (source, at));
    subscription::wrote(recorder, message, source);
    Ok(())
}

/// A message with its place.
struct Arrival<'a> {
    message: &'a InboundMessage,
    at: Timestamp,
    placed: Placed,
    new_participant: bool,
}

/// The same mail, delivered through another mailbox of ours than those that its conversation lists.
fn add_mailboxes(recorder: &mut Recorder<'_>, message: &InboundMessage, at: Timestamp) {
    if message.channel != Channel::Email {
        return;
    }
    let Some(id) = recorder.state.delivered.get(HalfKey::of(message.dedupe), at) else { return };
    for (place, name) in std::iter::once(&message.source).chain(&message.also).enumerate() {
        let source = recorder.state.names.find_source(name.as_str());
        let conversation = recorder.state.conversation(id);
        let Some((source, conversation)) = source.zip(conversation) else { continue };
        let is_listed = conversation.source == source || conversation.also.contains(&source);
        if is_listed || conversation.also.len() >= MAILBOXES_MAX {
            continue;
        }
        let keys = own_keys(message).skip(place).take(1);
        let keys = keys.filter(|key| may_name(recorder, conversation, key)).copied().collect();
        recorder.record(Event::ConversationMailboxAdded { conversation: id, source, keys });
    }
}

fn open(
    recorder: &mut Recorder<'_>,
    message: &InboundMessage,
    source: SourceId,
    follow_up_of: Option<ConversationId>,
) -> ConversationId {
    let contact = find_or_create_contact(recorder, sender(message), message.channel, &message.content.from);
    contact::identify(recorder, &contact::addresses(message));
    let conversation = ConversationId(recorder.state.next.conversation);
    let names = &recorder.state.names;
    let mut also: Vec<SourceId> = Vec::new();
    for other in message.also.iter().filter_map(|name| names.find_source(name.as_str())) {
        if other != source && !also.contains(&other) && also.len() < MAILBOXES_MAX {
            also.push(other);
        }
    }
    let opened = ConversationOpened {
        conversation,
        contact,
        peer: None,
        channel: message.channel,
        source,
        also,
        to: message.to.clone(),
        language: message.language.clone(),
        follow_up_of,
        reply_until: None,
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
    create_contact(recorder, address, channel, party)
}

/// A new contact of this address.
pub(super) fn create_contact(
    recorder: &mut Recorder<'_>,
    address: Digest,
    channel: Channel,
    party: &Party,
) -> ContactId {
    let contact = ContactId(recorder.state.next.contact);
    let fact = |content| Event::ContactCreated { contact, address, channel, content };
    let part = ContentPart::Contact { contact, party: party.clone() };
    recorder.aside(|recorder| {
        recorder.record_with_content(fact, part);
    });
    contact
}

fn attach(recorder: &mut Recorder<'_>, id: ConversationId, arrival: &Arrival<'_>) {
    let Arrival { message, at, placed, new_participant } = arrival;
    let number = MessageId(recorder.state.next.message);
    let conversation = recorder.state.open_conversation(id);
    let contact = conversation.contact;
    let keys = keys(recorder, conversation, message);
    let awaits = awaits(recorder, conversation, message, *at);
    let participants = addressed(recorder, conversation, message);
    let waiting = touch::waiting(recorder, message.key.as_slice());
    let received = |content| {
        Event::MessageReceived(Box::new(MessageReceived {
            message: number,
            conversation: id,
            contact,
            class: message.class,
            opens: message.opens,
            from: sender(message),
            new_participant: *new_participant,
            flags: placed.flags.clone(),
            related: placed.related,
            participants,
            language: message.language.clone(),
            dedupe: message.dedupe,
            keys,
            awaits,
            parts: message.parts.clone(),
            key: message.key,
            group: message.group,
            keyword: message.keyword,
            no_reply: message.content.flags.iter().any(|flag| flag == NO_REPLY),
            // The provider counts from when he wrote, however late that is told.
            reply_until: message
                .reply_window
                .map(|window| message.sent_at.unwrap_or(*at).min(*at).after(window)),
            sent_at: message.sent_at,
            received_at: *at,
            content,
        }))
    };
    let content = message.content.clone();
    let part = ContentPart::Message { message: number, conversation: id, content };
    recorder.record_with_content(received, part);
    touch::settle(recorder, id, number, waiting);
}

/// The keys by which later messages may name the thread: the id of this one at each of its mailboxes, the
/// channel's own, whose newest conversation has it, and for the contact's mail its subject.
fn keys(recorder: &Recorder<'_>, conversation: &Conversation, message: &InboundMessage) -> Vec<ThreadKey> {
    let is_listed = |key: &ThreadKey| conversation.keys.contains(&HalfKey::of(key.digest));
    let room = KEYS_MAX.saturating_sub(conversation.keys.len());
    let mut parents = message.thread.parents.iter().filter(|key| key.scope == ThreadScope::Channel);
    let channel = parents.next().copied().filter(|key| room > 0 || is_listed(key));
    let room = room.saturating_sub(usize::from(channel.is_some()));
    let own = own_keys(message).filter(|key| may_name(recorder, conversation, key)).copied();
    let also = parents.filter(|key| is_free(recorder.state, conversation, key)).copied();
    let is_his = message.opens && recorder.state.is_of(conversation.contact, sender(message));
    let subject = message.subject.filter(|_| is_his);
    let subject = subject.map(|subject| subject_key(subject, recorder.state.person(conversation.contact)));
    let mut keys: Vec<ThreadKey> = own.take(room).chain(channel).collect();
    let room = (room + usize::from(channel.is_some())).saturating_sub(keys.len());
    keys.extend(also.chain(subject).take(room));
    keys
}

/// Whether a name of the channel that is not its first may name this conversation: not while it names another that
/// is open, since two are never merged by themselves.
pub(super) fn is_free(state: &State, conversation: &Conversation, key: &ThreadKey) -> bool {
    let named = state.threads.get(HalfKey::of(key.digest)).map(|entry| entry.conversation);
    let is_open = |id| state.conversation(id).is_some_and(|other| other.interaction.is_some());
    let is_other = !conversation.keys.contains(&HalfKey::of(key.digest));
    is_other && conversation.keys.len() < KEYS_MAX && !named.is_some_and(is_open)
}

fn own_keys(message: &InboundMessage) -> impl Iterator<Item = &ThreadKey> {
    message.thread.own.iter().chain(&message.own_also)
}

/// Whether an id that a message bears is to name its thread: not if it names one already. Whoever sends an id that
/// he has seen must not turn the answers to it away from where they belong.
fn may_name(recorder: &Recorder<'_>, conversation: &Conversation, key: &ThreadKey) -> bool {
    let is_new = recorder.state.threads.get(HalfKey::of(key.digest)).is_none();
    is_new && key.scope != ThreadScope::Channel && conversation.keys.len() < KEYS_MAX
}

/// The parents that are not known to be where their writer may be, and for which he does not wait. That a stranger bore
/// or named such an id first takes nothing from him. A suspect one waits for none: who forged it may have forged them
/// too.
fn awaits(
    recorder: &Recorder<'_>,
    conversation: &Conversation,
    message: &InboundMessage,
    at: Timestamp,
) -> Vec<Digest> {
    if conversation.channel != Channel::Email || !message.opens || message.is_suspect {
        return Vec::new();
    }
    let state = &recorder.state;
    let writer = sender(message);
    let is_his = |id: ConversationId| {
        let archived = || state.archived.get(id.0).is_some_and(|link| state.is_of(link.contact, writer));
        state.conversation(id).map_or_else(archived, |other| state.has_part(other, writer))
    };
    let is_unknown = |key: &&ThreadKey| {
        let known = state.threads.get(HalfKey::of(key.digest));
        let is_foreign = known.is_none_or(|it| it.scope == ThreadScope::Theirs && !is_his(it.conversation));
        let waits =
            state.awaited.by(writer, key.digest, at).is_some_and(|id| state.conversation(id).is_some());
        key.scope == ThreadScope::Theirs
            && is_foreign
            && !waits
            && !own_keys(message).any(|own| own.digest == key.digest)
    };
    let mut seen = BTreeSet::new();
    let unknown = message.thread.parents.iter().filter(is_unknown).map(|key| key.digest);
    let unknown: Vec<Digest> = unknown.filter(|digest| seen.insert(digest.0)).collect();
    let oldest = unknown.len().saturating_sub(AWAITED_OLDEST_MAX).max(AWAITED_NEWEST_MAX);
    unknown.iter().take(AWAITED_NEWEST_MAX).chain(unknown.iter().skip(oldest)).copied().collect()
}

/// Whom the contact addressed besides us, and who does not take part so far. Whom others address stays a stranger:
/// else whoever joins could let anybody in.
fn addressed(recorder: &Recorder<'_>, conversation: &Conversation, message: &InboundMessage) -> Vec<Digest> {
    let contact = conversation.contact;
    if !message.opens || !recorder.state.is_of(contact, sender(message)) {
        return Vec::new();
    }
    let room = ADDRESSED_MAX.saturating_sub(conversation.participants.len());
    let mut new: Vec<Digest> = Vec::new();
    for digest in &message.others {
        let is_new = !recorder.state.has_part(conversation, *digest) && !new.contains(digest);
        if new.len() < room && is_new {
            new.push(*digest);
        }
    }
    new
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
    recorder.record_with_content(fact, ContentPart::Ignored { content });
}
