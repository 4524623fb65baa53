//! What a command leads to: one file per command, named as the command. Here a command is judged; what
//! follows is recorded, and only `evolve` carries it out.

mod ack_escalation;
pub(super) mod adopt_policy;
mod answer_offer;
mod change_presence;
mod end_mail;
mod lead;
mod lose_agent;
pub(super) mod pass_time;
mod receive_message;
mod refuse_input;
mod reply;
mod report_delivery;
mod requeue;
mod resolve;
mod sign_in;
mod sign_out;

use crate::domain::{AgentId, ConversationId, InteractionId, Role};

use super::command::{Command, Order};
use super::promise;
use super::queueing;
use super::recorder::Recorder;
use super::rejection::Rejection;
use super::state::{Conversation, Phase};

/// Judges a command. What was recorded before a rejection is due work that it settled, nothing else.
pub(super) fn decide(recorder: &mut Recorder<'_>, order: &Order) -> Result<(), Rejection> {
    let role = authorize(recorder, order)?;
    check_version(recorder, order)?;
    match &order.command {
        Command::ReceiveMessage(message) => receive_message::decide(recorder, message),
        Command::RefuseInput(refused) => refuse_input::decide(recorder, refused),
        Command::SignIn => sign_in::decide(recorder),
        Command::ChangePresence(presence) => change_presence::decide(recorder, presence),
        Command::SignOut => sign_out::decide(recorder),
        Command::LoseAgent(agent) => lose_agent::lose(recorder, agent),
        Command::ReturnAgent(agent) => lose_agent::give_back(recorder, agent),
        Command::AcceptOffer(offer) => answer_offer::accept(recorder, *offer),
        Command::DeclineOffer(offer) => answer_offer::decline(recorder, *offer),
        Command::Reply { conversation, reply, own } => {
            touch(recorder, *conversation)?;
            reply::decide(recorder, role, *conversation, reply, *own)
        }
        Command::Resolve(conversation) => {
            touch(recorder, *conversation)?;
            resolve::decide(recorder, role, *conversation)
        }
        Command::Requeue(conversation) => {
            touch(recorder, *conversation)?;
            requeue::decide(recorder, role, *conversation)
        }
        Command::AckEscalation(clock) => ack_escalation::decide(recorder, role, *clock),
        Command::ReportDelivery { message, state, code } => {
            report_delivery::decide(recorder, *message, *state, code.as_deref())
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

/// Which roles may ask for what.
fn authorize(recorder: &Recorder<'_>, order: &Order) -> Result<Role, Rejection> {
    let role = recorder.rules.role(&order.actor, recorder.state);
    let role = role.ok_or_else(|| Rejection::UnknownActor(order.actor.clone()))?;
    let allowed: &[Role] = match &order.command {
        Command::SignIn
        | Command::ChangePresence(_)
        | Command::SignOut
        | Command::AcceptOffer(_)
        | Command::DeclineOffer(_) => &[Role::Agent],
        Command::Reply { .. } => &[Role::Agent, Role::Supervisor],
        Command::Resolve(_) | Command::Requeue(_) => &[Role::Agent, Role::Supervisor, Role::Service],
        Command::AckEscalation(_) => &[Role::Agent, Role::Supervisor, Role::Service],
        Command::ReportDelivery { .. } => &[Role::Gateway, Role::Service],
        Command::ReceiveMessage(_)
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
        Command::Reply { conversation, .. } => Some(*conversation),
        Command::Resolve(conversation) | Command::Requeue(conversation) => Some(*conversation),
        Command::AcceptOffer(id) | Command::DeclineOffer(id) => {
            state.offer(*id).map(|offer| offer.conversation)
        }
        Command::AckEscalation(id) => state.clock(*id).map(|clock| clock.conversation),
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

/// A command about a conversation: it must exist, and has its past settled up to the instant of asking.
fn touch(recorder: &mut Recorder<'_>, id: ConversationId) -> Result<(), Rejection> {
    recorder.state.conversation(id).ok_or(Rejection::UnknownConversation(id))?;
    let asked_at = recorder.asked_at();
    promise::settle(recorder, id, asked_at);
    queueing::settle_offer(recorder, id);
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

/// The pass of a conversation that is open, when the asking role may act on it: an agent only on what is
/// assigned to him.
fn open_pass(recorder: &Recorder<'_>, role: Role, id: ConversationId) -> Result<InteractionId, Rejection> {
    let conversation: &Conversation =
        recorder.state.conversation(id).ok_or(Rejection::UnknownConversation(id))?;
    let interaction = conversation.interaction.ok_or(Rejection::ConversationResolved(id))?;
    if role == Role::Agent {
        let agent = asking_agent(recorder)?;
        if recorder.state.open_interaction(interaction).phase != Phase::Assigned(agent) {
            return Err(Rejection::ConversationNotYours(id));
        }
    }
    Ok(interaction)
}
