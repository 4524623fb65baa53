//! Conversations as queries show them.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{
    AgentId, Channel, ClockId, ContactId, ConversationId, DeliveryState, InteractionId, MailId, MessageId,
    Metric, Name, OfferId, Role,
};
use crate::engine::Engine;
use crate::engine::state::{Conversation, Interaction, MailPhase, Phase, State};
use crate::wire::{ConversationFilter, ConversationState, answer_ok, format_instant};

use super::super::answer::Answer;
use super::super::join::Join;
use super::{Answered, SiteFacts};

/// How many conversations one query looks at on the loop, whatever its page.
const WORK_MAX: usize = 20_000;

/// What every view of a conversation shows.
#[derive(Serialize)]
pub(super) struct Outline<'a> {
    conversation: ConversationId,
    /// By whom it was opened.
    contact: ContactId,
    channel: Channel,
    source: &'a Name,
    state: &'static str,
    owed: bool,
    opened_at: String,
    active_at: String,
    /// Until when its provider lets us answer freely; later only a template leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_allowed_until: Option<String>,
    /// Since when its contact wants no messages there: replies are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    opted_out_since: Option<String>,
    /// Who wrote last cannot be answered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    no_reply: bool,
}

#[derive(Serialize)]
pub(super) struct ConversationView<'a> {
    #[serde(flatten)]
    outline: Outline<'a>,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    tags: &'a [Name],
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up_of: Option<ConversationId>,
    /// A text of its contact may have asked for no further messages: a person should look.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_since: Option<String>,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction: Option<InteractionView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrap_ups: Vec<WrapUpView<'a>>,
    clocks: Vec<ClockView>,
    /// Its newest outbound messages, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outbound: Vec<OutboundView>,
    /// Those of its newest messages that were taken back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deleted: Vec<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_address: Option<String>,
}

#[derive(Serialize)]
struct InteractionView<'a> {
    interaction: InteractionId,
    queue: &'a Name,
    priority: i32,
    waiting_since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferId>,
    /// While it is pended: when it goes on by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// An interaction that its agent still works on, though the contact is served.
#[derive(Serialize)]
struct WrapUpView<'a> {
    interaction: InteractionId,
    agent: &'a Name,
    ends_at: String,
}

#[derive(Serialize)]
struct ClockView {
    clock: ClockId,
    metric: Metric,
    due: String,
    breached: bool,
    rungs: u32,
}

#[derive(Serialize)]
struct OutboundView {
    message: MessageId,
    sent_at: String,
    /// Our side wrote it elsewhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_echo: bool,
    /// How far it came, once somebody told.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<DeliveryState>,
    /// The mail that it still leaves by.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<MailView>,
}

#[derive(Serialize)]
struct MailView {
    mail: MailId,
    /// `due` or `open`: being sent.
    state: &'static str,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<String>,
}

#[derive(Serialize)]
struct ConversationAnswer<'a> {
    conversation: ConversationView<'a>,
}

#[derive(Serialize)]
pub(super) struct Conversations<'a> {
    conversations: Vec<ConversationView<'a>>,
    /// Where the next page begins; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<ConversationId>,
}

/// Content goes to who leads or serves, and to the agent who holds, is offered or wraps up the conversation.
pub(super) fn get_conversation(
    engine: &Engine,
    facts: &SiteFacts,
    actor: &Name,
    id: ConversationId,
    conversation: &Conversation,
) -> Answered {
    let state = engine.state();
    let mut view = view_conversation(state, id, conversation);
    view.outbound = conversation.outbound.iter().filter_map(|id| view_outbound(state, *id)).collect();
    let taken_back = conversation.messages.iter().filter(|named| named.is_deleted());
    view.deleted = taken_back.map(|named| named.message()).collect();
    view.deleted.sort_unstable();
    view.deleted.dedup();
    if conversation.channel == Channel::Email {
        view.reply_address = Some(facts.keys.reply_address(&conversation.to, id));
    }
    let body = answer_ok(state.seq, &ConversationAnswer { conversation: view });
    let holds = agents_of(state, id, conversation).any(|agent| state.names.agent(agent) == actor);
    if engine.role_of(actor) == Some(Role::Agent) && !holds {
        return Answered::Ready(Answer::yes(body));
    }
    let body: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    let contact = state.contact(conversation.contact).map(|contact| contact.content).unwrap_or_default();
    Answered::Join(Join { body, conversation: Some(conversation.content), contact })
}

pub(super) fn list_conversations<'a>(state: &'a State, filter: &ConversationFilter) -> Conversations<'a> {
    let first = filter.after.map_or(0, |after| after.0 + 1);
    let mut page = Vec::new();
    let mut seen = None;
    for (number, conversation) in state.conversations.iter_from(first).take(WORK_MAX) {
        if page.len() == filter.limit as usize {
            return Conversations { conversations: page, after: seen };
        }
        let id = ConversationId(number);
        seen = Some(id);
        if passes(state, id, conversation, filter) {
            page.push(view_conversation(state, id, conversation));
        }
    }
    let more = seen.filter(|last| state.conversations.iter_from(last.0 + 1).next().is_some());
    Conversations { conversations: page, after: more }
}

fn passes(
    state: &State,
    id: ConversationId,
    conversation: &Conversation,
    filter: &ConversationFilter,
) -> bool {
    let interaction = conversation.interaction.map(|id| state.open_interaction(id));
    let phase = interaction.map(|interaction| interaction.phase);
    let in_state = filter.state.is_none_or(|wanted| match wanted {
        ConversationState::Open => interaction.is_some(),
        ConversationState::Resolved => interaction.is_none(),
        ConversationState::Queued => phase.is_some_and(|phase| phase == Phase::Queued),
        ConversationState::Offered => phase.is_some_and(|phase| matches!(phase, Phase::Offered(_))),
        ConversationState::Assigned => phase.is_some_and(|phase| matches!(phase, Phase::Assigned(_))),
        ConversationState::Pended => phase.is_some_and(|phase| matches!(phase, Phase::Pended(_))),
        ConversationState::WrapUp => state.wrap_ups_of(id).next().is_some(),
    });
    let in_queue = filter.queue.as_ref().is_none_or(|name| {
        interaction.is_some_and(|interaction| state.names.queue(interaction.queue) == name)
    });
    let with_agent = filter
        .agent
        .as_ref()
        .is_none_or(|name| agents_of(state, id, conversation).any(|agent| state.names.agent(agent) == name));
    in_state && in_queue && with_agent
}

/// Who has to do with it now.
fn agents_of(
    state: &State,
    id: ConversationId,
    conversation: &Conversation,
) -> impl Iterator<Item = AgentId> {
    let wrapped = state.wrap_ups_of(id);
    let interactions = conversation.interaction.into_iter().chain(wrapped);
    interactions.filter_map(|interaction| agent_of(state, state.open_interaction(interaction)))
}

/// Where a conversation stands.
fn state_word(state: &State, conversation: &Conversation) -> &'static str {
    conversation.interaction.map_or("resolved", |id| phase_word(state.open_interaction(id).phase))
}

pub(super) fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "queued",
        Phase::Offered(_) => "offered",
        Phase::Assigned(_) => "assigned",
        Phase::Pended(_) => "pended",
        Phase::WrapUp(_) => "wrap_up",
    }
}

fn agent_of(state: &State, interaction: &Interaction) -> Option<AgentId> {
    match interaction.phase {
        Phase::Queued => None,
        Phase::Offered(offer) => state.offer(offer).map(|offer| offer.agent),
        Phase::Assigned(agent) | Phase::Pended(agent) | Phase::WrapUp(agent) => Some(agent),
    }
}

pub(super) fn outline<'a>(state: &'a State, id: ConversationId, conversation: &Conversation) -> Outline<'a> {
    Outline {
        conversation: id,
        contact: conversation.contact,
        channel: conversation.channel,
        source: state.names.source(conversation.source),
        state: state_word(state, conversation),
        owed: conversation.owed,
        opened_at: format_instant(conversation.opened_at),
        active_at: format_instant(conversation.active_at),
        reply_allowed_until: conversation.reply_until.map(format_instant),
        opted_out_since: state.opted_out_since(id).map(format_instant),
        no_reply: conversation.no_reply,
    }
}

pub(super) fn view_conversation<'a>(
    state: &'a State,
    id: ConversationId,
    conversation: &'a Conversation,
) -> ConversationView<'a> {
    let interaction = conversation.interaction.map(|id| (id, state.open_interaction(id)));
    let person = state.contact(state.person(conversation.contact));
    ConversationView {
        outline: outline(state, id, conversation),
        to: &conversation.to,
        language: conversation.language.as_deref(),
        tags: &conversation.tags,
        follow_up_of: conversation.follow_up_of,
        review_since: person.and_then(|person| person.review_since).map(format_instant),
        version: conversation.version,
        interaction: interaction.map(|(id, interaction)| view_interaction(state, id, interaction)),
        wrap_ups: view_wrap_ups(state, id),
        clocks: view_clocks(state, conversation),
        outbound: Vec::new(),
        deleted: Vec::new(),
        reply_address: None,
    }
}

fn view_interaction<'a>(
    state: &'a State,
    id: InteractionId,
    interaction: &Interaction,
) -> InteractionView<'a> {
    let offer = match interaction.phase {
        Phase::Offered(offer) => Some(offer),
        Phase::Queued | Phase::Assigned(_) | Phase::Pended(_) | Phase::WrapUp(_) => None,
    };
    InteractionView {
        interaction: id,
        queue: state.names.queue(interaction.queue),
        priority: interaction.priority,
        waiting_since: format_instant(interaction.waiting_since),
        agent: agent_of(state, interaction).map(|agent| state.names.agent(agent)),
        offer,
        until: interaction.until.map(format_instant),
    }
}

fn view_wrap_ups(state: &State, id: ConversationId) -> Vec<WrapUpView<'_>> {
    let wrap_ups = state.wrap_ups_of(id).filter_map(|id| {
        let interaction = state.interaction(id)?;
        let (agent, ends_at) = agent_of(state, interaction).zip(interaction.until)?;
        let agent = state.names.agent(agent);
        Some(WrapUpView { interaction: id, agent, ends_at: format_instant(ends_at) })
    });
    wrap_ups.collect()
}

fn view_clocks(state: &State, conversation: &Conversation) -> Vec<ClockView> {
    let clocks = conversation.clocks.iter().filter_map(|id| {
        let clock = state.clock(*id)?;
        Some(ClockView {
            clock: *id,
            metric: clock.promise.metric,
            due: format_instant(clock.due),
            breached: clock.breached,
            rungs: clock.rungs,
        })
    });
    clocks.collect()
}

fn view_outbound(state: &State, message: MessageId) -> Option<OutboundView> {
    let outbound = state.outbound(message)?;
    let mail = outbound.mail.and_then(|id| Some((id, state.mails.get(id)?))).map(|(id, mail)| {
        let (word, next_at) = match mail.phase {
            MailPhase::Due(at) => ("due", Some(format_instant(at))),
            MailPhase::Open(_) => ("open", None),
        };
        MailView { mail: id, state: word, attempts: mail.attempts, next_at }
    });
    let (sent_at, is_echo) = (format_instant(outbound.sent_at), outbound.is_echo);
    Some(OutboundView { message, sent_at, is_echo, delivery: outbound.delivery, mail })
}
