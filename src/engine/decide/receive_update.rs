//! A channel tells of a message or a conversation that is there: it was edited, taken back, reported on. What is told
//! of a message that is not known waits for it; by mail it does not, since our own ids are known before they leave.

use crate::domain::{
    Change, Channel, ConversationId, DeliveryState, Digest, InboundUpdate, MessageClass, MessageId, SourceId,
    Span, ThreadKey, ThreadScope, Timestamp,
};

use super::super::event::{ContentPart, ConversationTold, Event, PendedChange, UpdatePended};
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{HalfKey, KEYS_MAX, State};
use super::contact::{self, Refused};
use super::receive_message::is_free;
use super::report_delivery::deliver;
use super::subscription;
use super::touch::{self, Said, Told, touch};

/// How many messages one update is about at most: each may leave two records.
const TARGETS_MAX: usize = 64;
/// By how much the clock of whoever reports may be behind ours.
const REPORT_SKEW: Span = Span::seconds(60);

pub(super) fn decide(recorder: &mut Recorder<'_>, update: &InboundUpdate) -> Result<(), Rejection> {
    if recorder.state.dedupe.get(update.dedupe).is_some() {
        return Err(Rejection::DuplicateMessage);
    }
    let source = recorder.state.names.find_source(update.source.as_str());
    let source = source.ok_or_else(|| Rejection::UnknownSource(update.source.clone()))?;
    let at = update.received_at.min(recorder.now());
    let change = match &update.change {
        Change::Edit => touch::Change::Edit,
        Change::Delete => touch::Change::Delete,
        Change::React { removed } => touch::Change::React { removed: *removed },
        Change::Report { state, code } => {
            report(recorder, update, (source, at), *state, code.as_deref());
            return Ok(());
        }
        Change::System | Change::Link { .. } => return tell(recorder, update, at),
    };
    let (known, unknown) = split(recorder.state, update);
    for place in known {
        let told =
            Told { from: update.from, dedupe: Some(update.dedupe), sent_at: update.sent_at, received_at: at };
        touch(recorder, place, change, told, said(update));
    }
    let pended = match change {
        touch::Change::Edit => PendedChange::Edit,
        touch::Change::Delete => PendedChange::Delete,
        touch::Change::React { removed } => PendedChange::React { removed },
    };
    pend(recorder, update, (source, at), unknown, pended);
    Ok(())
}

/// The messages that an update is about, and the keys of those that are not known.
fn split(state: &State, update: &InboundUpdate) -> (Vec<(ConversationId, MessageId)>, Vec<Digest>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for key in update.targets.iter().take(TARGETS_MAX) {
        match state.named_message(*key) {
            Some((id, named)) if state.open_conversation(id).channel == update.channel => {
                let place = (id, named.message());
                if !known.contains(&place) {
                    known.push(place);
                }
            }
            _ => unknown.push(*key),
        }
    }
    (known, unknown)
}

/// A message that was taken back says nothing; and who took an emoji away need not say which.
fn said(update: &InboundUpdate) -> Said {
    let is_silent = match update.change {
        Change::Edit | Change::System | Change::Link { .. } => false,
        Change::React { .. } => update.content.text.is_empty(),
        Change::Delete | Change::Report { .. } => true,
    };
    if is_silent { Said::Nothing } else { Said::Now(update.content.clone()) }
}

fn report(
    recorder: &mut Recorder<'_>,
    update: &InboundUpdate,
    (source, at): (SourceId, Timestamp),
    state: DeliveryState,
    code: Option<&str>,
) {
    let (known, unknown) = split(recorder.state, update);
    let mut found: Vec<MessageId> = known.into_iter().map(|(_, message)| message).collect();
    let mut is_placed = !found.is_empty();
    if let Some(until) = update.watermark
        && let Some(id) = conversation_of(recorder.state, update)
    {
        is_placed = true;
        found.extend(sent_until(recorder.state, id, until));
    }
    if found.is_empty()
        && let Some(newest) = update.token.and_then(|token| {
            let told_at = update.sent_at.unwrap_or(at).min(at);
            newest_mail(recorder.state, token, told_at.after(REPORT_SKEW))
        })
    {
        is_placed = true;
        found.push(newest);
    }
    if contact::tells_opt_out(code, &update.content.flags) {
        opt_out(recorder, update, &found, (source, at));
    }
    for message in found {
        deliver(recorder, message, state, code);
    }
    if unknown.is_empty() || is_placed && (update.channel == Channel::Email || update.watermark.is_some()) {
        return;
    }
    if update.channel == Channel::Email {
        let class =
            if state == DeliveryState::Read { MessageClass::ReadReceipt } else { MessageClass::Bounce };
        ignore(recorder, update, (source, at), class);
        return;
    }
    // It is told without its content, of which this is all that counts when its message comes.
    let code = match contact::tells_opt_out(code, &update.content.flags) {
        true => Some(contact::OPTED_OUT.to_owned()),
        false => code.map(str::to_owned),
    };
    let change = PendedChange::Report { state, code };
    pend(recorder, update, (source, at), unknown, change);
}

/// The recipient of messages of ours opted out: he of whom they were, else he of the thread, else he of the address.
fn opt_out(
    recorder: &mut Recorder<'_>,
    update: &InboundUpdate,
    found: &[MessageId],
    (source, at): (SourceId, Timestamp),
) {
    let state = &recorder.state;
    let of_message = found.iter().find_map(|message| Refused::message(state, *message, update.from));
    let refused = of_message.or_else(|| {
        let (recipient, sent_at) = (update.from, update.sent_at);
        match conversation_of(state, update) {
            Some(id) => Refused::within(state, id, recipient, sent_at),
            None => Some(Refused { source, channel: update.channel, address: recipient?, sent_at }),
        }
    });
    contact::refused(recorder, refused, at);
}

/// The conversation of the threads that an update names, while it is remembered.
fn conversation_of(state: &State, update: &InboundUpdate) -> Option<ConversationId> {
    let entries = update.threads.iter().filter_map(|key| state.threads.get(HalfKey::of(key.digest)));
    let mut live = entries.filter(|entry| {
        state.conversation(entry.conversation).is_some_and(|it| it.channel == update.channel)
    });
    live.next().map(|entry| entry.conversation)
}

/// Our messages of a conversation that were sent until an instant, the oldest first.
fn sent_until(state: &State, id: ConversationId, until: Timestamp) -> Vec<MessageId> {
    let listed = state.open_conversation(id).outbound.iter().copied();
    let is_older = |message: &MessageId| state.outbound(*message).is_some_and(|it| it.sent_at <= until);
    listed.filter(is_older).collect()
}

/// Our newest mail of a conversation when it was told: what bounced to its address without naming a message. A report
/// that comes late, or again, is of no mail that left since; one of a clock that is far behind is of the oldest.
fn newest_mail(state: &State, id: ConversationId, told_at: Timestamp) -> Option<MessageId> {
    let conversation = state.conversation(id).filter(|it| it.channel == Channel::Email)?;
    let had_left = |message: &&MessageId| state.outbound(**message).is_some_and(|it| it.sent_at <= told_at);
    let newest = conversation.outbound.iter().rev().find(had_left);
    newest.or(conversation.outbound.first()).copied()
}

/// Lets an update wait for its messages, with its content behind it.
fn pend(
    recorder: &mut Recorder<'_>,
    update: &InboundUpdate,
    (source, received_at): (SourceId, Timestamp),
    targets: Vec<Digest>,
    change: PendedChange,
) {
    if targets.is_empty() {
        return;
    }
    let fact = |content| {
        Event::UpdatePended(Box::new(UpdatePended {
            source,
            targets,
            change,
            from: update.from,
            dedupe: update.dedupe,
            sent_at: update.sent_at,
            received_at,
            content,
        }))
    };
    match said(update) {
        Said::Now(content) => {
            let part = ContentPart::Update { message: None, conversation: None, content };
            recorder.record_with_content(|content| fact(Some(content)), part);
        }
        Said::Nothing | Said::Before(_) => {
            recorder.record(fact(None));
        }
    }
}

/// What a provider says of a conversation is told there; where nobody wrote to us it is nothing.
fn tell(recorder: &mut Recorder<'_>, update: &InboundUpdate, at: Timestamp) -> Result<(), Rejection> {
    let before = recorder.len();
    if let Change::Link { addresses } = &update.change {
        let addresses: Vec<Digest> = update.from.iter().chain(addresses).copied().collect();
        contact::identify(recorder, &addresses);
    }
    subscription::told(recorder, update, at);
    let Some(conversation) = conversation_of(recorder.state, update) else {
        return if recorder.len() > before { Ok(()) } else { Err(Rejection::NoThread) };
    };
    let keys = names(recorder.state, conversation, update);
    let fact = |content| {
        Event::ConversationTold(Box::new(ConversationTold {
            conversation,
            keys,
            from: update.from,
            dedupe: update.dedupe,
            sent_at: update.sent_at,
            received_at: at,
            content,
        }))
    };
    let content = update.content.clone();
    let part = ContentPart::Update { message: None, conversation: Some(conversation), content };
    recorder.record_with_content(fact, part);
    Ok(())
}

/// The names of the channel that its conversation goes on under: what its chat or a number changed to.
fn names(state: &State, id: ConversationId, update: &InboundUpdate) -> Vec<ThreadKey> {
    let conversation = state.open_conversation(id);
    let names = update.threads.iter().filter(|key| key.scope == ThreadScope::Channel);
    let room = KEYS_MAX.saturating_sub(conversation.keys.len());
    names.filter(|key| is_free(state, conversation, key)).take(room).copied().collect()
}

/// A report on a mail that nobody knows is kept as any robot's mail is that belongs nowhere.
fn ignore(
    recorder: &mut Recorder<'_>,
    update: &InboundUpdate,
    (source, received_at): (SourceId, Timestamp),
    class: MessageClass,
) {
    let dedupe = update.dedupe;
    let fact = |content| Event::MessageIgnored { dedupe, class, source, received_at, content };
    let part = ContentPart::Ignored { content: update.content.clone() };
    recorder.record_with_content(fact, part);
}
