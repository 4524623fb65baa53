//! What a command leads to: one file per command, named as the command. Here a command is judged; what
//! follows is recorded, and only `evolve` carries it out.

mod ack_escalation;
pub(super) mod adopt_policy;
mod answer_offer;
mod change_presence;
mod contact;
mod create_work;
mod echo;
mod end_mail;
mod finish_wrap_up;
mod lead;
mod link_contact;
mod lose_agent;
mod note;
pub(super) mod pass_time;
mod pend;
mod receive_message;
mod receive_update;
mod refuse_input;
mod reply;
mod report_delivery;
mod requeue;
mod resolve;
mod set_conversation;
mod sign_in;
mod sign_out;
mod start;
mod subscription;
mod touch;
mod transfer;
mod unlink_contact;
mod upsert_agent;

use crate::domain::{AgentId, ConversationId, InteractionId, Role};

use super::command::{Command, Order};
use super::hold::WrapUpOf;
use super::holding;
use super::promise;
use super::queueing;
use super::recorder::Recorder;
use super::rejection::Rejection;
use super::state::{Conversation, Phase};

/// Judges a command. What was recorded before a rejection is due work that it settled, nothing else.
pub(super) fn decide(recorder: &mut Recorder<'_>, order: &Order) -> Result<(), Rejection> {
    let role = authorize(recorder, order)?;
    settle_past(recorder, order)?;
    check_version(recorder, order)?;
    match &order.command {
        Command::ReceiveMessage(message) => receive_message::decide(recorder, message),
        Command::ReceiveUpdate(update) => receive_update::decide(recorder, update),
        Command::RefuseInput(refused) => refuse_input::decide(recorder, refused),
        Command::SignIn => sign_in::decide(recorder),
        Command::ChangePresence(presence) => change_presence::decide(recorder, presence),
        Command::SignOut => sign_out::decide(recorder),
        Command::LoseAgent(agent) => lose_agent::lose(recorder, agent),
        Command::ReturnAgent(agent) => lose_agent::give_back(recorder, agent),
        Command::AcceptOffer(offer) => answer_offer::accept(recorder, *offer),
        Command::DeclineOffer(offer) => answer_offer::decline(recorder, *offer),
        Command::Reply { conversation, reply, own } => {
            reply::decide(recorder, role, *conversation, reply, *own)
        }
        Command::Start(start) => start::decide(recorder, start),
        Command::Note { conversation, text } => note::decide(recorder, role, *conversation, text),
        Command::CreateWork(work) => create_work::decide(recorder, work),
        Command::UpsertAgent(wanted) => upsert_agent::decide(recorder, wanted),
        Command::Resolve(conversation) => resolve::decide(recorder, role, *conversation),
        Command::Requeue(conversation) => requeue::decide(recorder, role, *conversation),
        Command::Pend { .. }
        | Command::Resume(_)
        | Command::Transfer { .. }
        | Command::Set { .. }
        | Command::FinishWrapUp(_) => decide_hold(recorder, role, &order.command),
        Command::AckEscalation(clock) => ack_escalation::decide(recorder, role, *clock),
        Command::SetOptOut(wish) => contact::set_opt_out(recorder, wish),
        Command::LinkContacts(two) => link_contact::decide(recorder, two),
        Command::UnlinkContact(who) => unlink_contact::decide(recorder, who),
        Command::ReportDelivery { message, state, code, source, keys } => {
            report_delivery::check_source(recorder, &order.actor, *message, source.as_ref())?;
            report_delivery::decide(recorder, *message, (*state, code.as_deref()), keys)
        }
        Command::EndMail { mail, attempt, outcome } => end_mail::decide(recorder, *mail, *attempt, outcome),
        Command::PassTime => {
            pass_time::slice(recorder);
            Ok(())
        }
        Command::Lead { epoch, instance, version } => lead::lead(recorder, *epoch, instance, version),
        Command::MarkPosition => lead::mark_position(recorder),
        Command::StepClock { from, to } => lead::step_clock(recorder, *from, *to),
        // It changes the rules that a recorder holds, so the engine drives it itself.
        Command::AdoptPolicy(_) => Ok(()),
    }
}

/// What agents do with what they hold.
fn decide_hold(recorder: &mut Recorder<'_>, role: Role, command: &Command) -> Result<(), Rejection> {
    match command {
        Command::Pend { conversation, until } => pend::pend(recorder, role, *conversation, *until),
        Command::Resume(conversation) => pend::resume(recorder, role, *conversation),
        Command::Transfer { conversation, to } => transfer::decide(recorder, role, *conversation, to),
        Command::Set { conversation, changes } => {
            set_conversation::decide(recorder, role, *conversation, changes)
        }
        Command::FinishWrapUp(of) => finish_wrap_up::decide(recorder, role, *of),
        _ => Ok(()),
    }
}

/// Which roles may ask for what.
fn authorize(recorder: &Recorder<'_>, order: &Order) -> Result<Role, Rejection> {
    let role = recorder.rules.role(&order.actor, recorder.state);
    let role = role.ok_or_else(|| Rejection::UnknownActor(order.actor.clone()))?;
    let allowed: &[Role] = match &order.command {
        Command::SignIn
        | Command::ChangePresence(_)
        | Command::SignOut
        | Command::AcceptOffer(_)
        | Command::DeclineOffer(_)
        | Command::Start(_) => &[Role::Agent],
        Command::Reply { .. } => &[Role::Agent, Role::Supervisor],
        Command::Resolve(_) | Command::Requeue(_) | Command::Note { .. } | Command::CreateWork(_) => {
            &[Role::Agent, Role::Supervisor, Role::Service]
        }
        Command::Pend { .. } | Command::Resume(_) | Command::Transfer { .. } | Command::Set { .. } => {
            &[Role::Agent, Role::Supervisor, Role::Service]
        }
        Command::FinishWrapUp(_) => &[Role::Agent, Role::Supervisor],
        Command::UpsertAgent(_)
        | Command::SetOptOut(_)
        | Command::LinkContacts(_)
        | Command::UnlinkContact(_) => &[Role::Supervisor, Role::Service],
        Command::AckEscalation(_) => &[Role::Agent, Role::Supervisor, Role::Service],
        Command::ReportDelivery { .. } => &[Role::Gateway, Role::Service],
        Command::ReceiveMessage(_)
        | Command::ReceiveUpdate(_)
        | Command::RefuseInput(_)
        | Command::EndMail { .. }
        | Command::LoseAgent(_)
        | Command::ReturnAgent(_)
        | Command::PassTime
        | Command::AdoptPolicy(_)
        | Command::Lead { .. }
        | Command::MarkPosition
        | Command::StepClock { .. } => &[Role::Site],
    };
    if allowed.contains(&role) {
        return Ok(role);
    }
    Err(Rejection::Forbidden { actor: order.actor.clone(), verb: order.command.verb() })
}

/// Whether the conversation that a command is about is at the version that the actor saw.
fn check_version(recorder: &Recorder<'_>, order: &Order) -> Result<(), Rejection> {
    let Some(expected) = order.if_version else { return Ok(()) };
    let state = &recorder.state;
    let about = match &order.command {
        Command::Reply { conversation, .. } | Command::Note { conversation, .. } => Some(*conversation),
        Command::Resolve(conversation) | Command::Requeue(conversation) => Some(*conversation),
        Command::AcceptOffer(id) | Command::DeclineOffer(id) => {
            state.offer(*id).map(|offer| offer.conversation)
        }
        Command::AckEscalation(id) => state.clock(*id).map(|clock| clock.conversation),
        Command::Pend { conversation, .. }
        | Command::Resume(conversation)
        | Command::Transfer { conversation, .. }
        | Command::Set { conversation, .. }
        | Command::FinishWrapUp(WrapUpOf::Conversation(conversation)) => Some(*conversation),
        Command::FinishWrapUp(WrapUpOf::Interaction(id)) => {
            state.interaction(*id).map(|interaction| interaction.conversation)
        }
        Command::ReportDelivery { message, .. } => {
            state.outbound(*message).map(|outbound| outbound.conversation)
        }
        _ => None,
    };
    let seen = about.and_then(|id| Some((id, state.conversation(id)?.version)));
    match seen {
        Some((conversation, actual)) if actual != expected => {
            Err(Rejection::VersionMoved { conversation, expected, actual })
        }
        _ => Ok(()),
    }
}

/// A command about a conversation: it must exist, and has its past settled up to the instant of asking, before
/// its version is looked at.
fn settle_past(recorder: &mut Recorder<'_>, order: &Order) -> Result<(), Rejection> {
    let (Command::Reply { conversation: id, .. }
    | Command::Note { conversation: id, .. }
    | Command::Resolve(id)
    | Command::Requeue(id)
    | Command::Pend { conversation: id, .. }
    | Command::Resume(id)
    | Command::Transfer { conversation: id, .. }
    | Command::Set { conversation: id, .. }) = order.command
    else {
        return Ok(());
    };
    recorder.state.conversation(id).ok_or(Rejection::UnknownConversation(id))?;
    let asked_at = recorder.asked_at();
    promise::settle(recorder, id, asked_at);
    queueing::settle_offer(recorder, id);
    holding::settle(recorder, id);
    Ok(())
}

/// The agent who asks.
fn asking_agent(recorder: &Recorder<'_>) -> Result<AgentId, Rejection> {
    let name = recorder.actor();
    recorder.state.names.find_agent(name.as_str()).ok_or_else(|| Rejection::UnknownActor(name.clone()))
}

/// The agent who asks, signed in.
fn signed_in_agent(recorder: &Recorder<'_>) -> Result<AgentId, Rejection> {
    let agent = asking_agent(recorder)?;
    if recorder.state.agent(agent).presence.is_signed_in() {
        return Ok(agent);
    }
    Err(Rejection::NotSignedIn(recorder.actor().clone()))
}

/// Whether the asking role may say something of a conversation: an agent only of what he holds or wraps up.
fn held_or_wrapped_up(recorder: &Recorder<'_>, role: Role, id: ConversationId) -> Result<(), Rejection> {
    if role != Role::Agent {
        return Ok(());
    }
    let agent = asking_agent(recorder)?;
    let is_his = |wrapped| recorder.state.open_interaction(wrapped).phase == Phase::WrapUp(agent);
    if recorder.state.wrap_ups_of(id).any(is_his) {
        return Ok(());
    }
    open_pass(recorder, role, id).map(|_| ())
}

/// The pass of a conversation that is open, when the asking role may act on it: an agent only on what is
/// assigned to him.
fn open_pass(recorder: &Recorder<'_>, role: Role, id: ConversationId) -> Result<InteractionId, Rejection> {
    let conversation: &Conversation =
        recorder.state.conversation(id).ok_or(Rejection::UnknownConversation(id))?;
    let interaction = conversation.interaction.ok_or(Rejection::ConversationResolved(id))?;
    if role == Role::Agent {
        let agent = asking_agent(recorder)?;
        if recorder.state.open_interaction(interaction).phase.holder() != Some(agent) {
            return Err(Rejection::ConversationNotYours(id));
        }
    }
    Ok(interaction)
}

/// The same when somebody holds it, with who does.
fn held_pass(
    recorder: &Recorder<'_>,
    role: Role,
    id: ConversationId,
) -> Result<(InteractionId, AgentId), Rejection> {
    let interaction = open_pass(recorder, role, id)?;
    let holder = recorder.state.open_interaction(interaction).phase.holder();
    holder.map(|agent| (interaction, agent)).ok_or(Rejection::NotAssigned(id))
}
