//! An agent writes first: the contact is found or made, the conversation is the agent's at once, and nothing is
//! promised, since nobody waits. His load may pass his capacity by this, for he chose it.

use crate::domain::{Channel, ConversationId, InteractionId, SourceId, Timestamp};

use super::super::command::Start;
use super::super::event::{AssignCause, ConversationOpened, Event, InteractionAssigned};
use super::super::outgoing;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::rules::Placement;
use super::super::state::HalfKey;
use super::super::threading::subject_key;
use super::receive_message::find_or_create_contact;
use super::{contact, signed_in_agent};

pub(super) fn decide(recorder: &mut Recorder<'_>, start: &Start) -> Result<(), Rejection> {
    let agent = signed_in_agent(recorder)?;
    let profile = recorder.state.agent(agent).profile.as_ref();
    let profile = profile.ok_or_else(|| Rejection::AgentRemoved(recorder.actor().clone()))?;
    let units = profile.capacity.costs[start.channel.index()];
    let source = source_of(recorder, start)?;
    let placement = placement_of(recorder, start)?;
    let before = in_thread(recorder, start)?;
    let until = contact::may_start(recorder, start, source, before)?;
    outgoing::check_new(recorder, start.own)?;
    let conversation = open(recorder, start, source, (before, until));
    let assigned = InteractionAssigned {
        interaction: InteractionId(recorder.state.next.interaction),
        conversation,
        agent,
        queue: placement.queue,
        priority: placement.priority,
        needs: placement.needs,
        channel: start.channel,
        units,
        cause: AssignCause::Started,
    };
    recorder.record(Event::InteractionAssigned(Box::new(assigned)));
    let contact = recorder.state.open_conversation(conversation).contact;
    // What the contact answers from memory, with nothing but the subject, is judged as in a conversation of his own.
    let subject = start.subject.map(|subject| subject_key(subject, recorder.state.person(contact)));
    outgoing::reply(recorder, conversation, &start.reply, (start.own, subject), false);
    Ok(())
}

fn source_of(recorder: &Recorder<'_>, start: &Start) -> Result<SourceId, Rejection> {
    let is_way_out = start.channel != Channel::Work
        && recorder.rules.policy.sources.get(&start.source) == Some(&start.channel);
    let source = recorder.state.names.find_source(start.source.as_str()).filter(|_| is_way_out);
    source.ok_or_else(|| Rejection::UnknownSource(start.source.clone()))
}

/// Where it waits if it is given back.
fn placement_of(recorder: &Recorder<'_>, start: &Start) -> Result<Placement, Rejection> {
    let wanted = start.queue.as_ref().or(recorder.rules.policy.default_queue.as_ref());
    let wanted = wanted.ok_or_else(|| Rejection::UnknownSource(start.source.clone()))?;
    let queue = recorder.state.names.find_queue(wanted.as_str());
    let placement = queue.and_then(|queue| recorder.rules.in_queue(queue));
    placement.ok_or_else(|| Rejection::UnknownQueue(wanted.clone()))
}

/// The conversation that the contact had last in this thread, which the new one follows; an open one refuses it.
fn in_thread(recorder: &Recorder<'_>, start: &Start) -> Result<Option<ConversationId>, Rejection> {
    let state = &recorder.state;
    let mut before = None;
    for key in &start.threads {
        let Some(entry) = state.threads.get(HalfKey::of(key.digest)) else { continue };
        let id = entry.conversation;
        if state.conversation(id).is_some_and(|conversation| conversation.interaction.is_some()) {
            return Err(Rejection::ConversationOpen(id));
        }
        before = before.or(Some(id));
    }
    Ok(before)
}

fn open(
    recorder: &mut Recorder<'_>,
    start: &Start,
    source: SourceId,
    (follow_up_of, until): (Option<ConversationId>, Option<Timestamp>),
) -> ConversationId {
    let contact = find_or_create_contact(recorder, start.contact, start.channel, &start.to);
    let conversation = ConversationId(recorder.state.next.conversation);
    let opened = ConversationOpened {
        conversation,
        contact,
        peer: Some(start.contact),
        channel: start.channel,
        source,
        also: Vec::new(),
        to: start.from.clone(),
        language: start.language.clone(),
        follow_up_of,
        // Where nothing opened a window, it is closed from the beginning.
        reply_until: until.or_else(|| start.is_windowed.then(|| recorder.now())),
    };
    recorder.record(Event::ConversationOpened(Box::new(opened)));
    conversation
}
