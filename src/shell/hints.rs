//! Hints to desktops: what concerns an agent just now, as the fact stands in the journal, once that is durable.
//!
//! A hint may be missed: it has no position, and where too many wait the newest go unsaid. Whoever signs in, and
//! everybody when somebody leads anew or the rules changed, is told to read what is theirs anew.

use async_nats::Client;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::domain::{AgentId, ConversationId, DeliveryState, Name, Role};
use crate::engine::Engine;
use crate::engine::event::{EscalationRaised, Event, Recorded};
use crate::engine::state::State;
use crate::wire::{Hint, Subjects};

/// How many hints wait for the connection.
const WAITING_MAX: usize = 4_096;

/// One hint, to some agents or supervisors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub hint: Hint,
    pub whom: Vec<Name>,
    pub body: Bytes,
}

/// Where hints leave: over the connection that may reach no stream. It ends when this is dropped.
pub struct Hints {
    sender: mpsc::Sender<Told>,
    task: JoinHandle<()>,
}

impl Hints {
    /// Begins to tell.
    pub fn start(client: &Client, subjects: &Subjects) -> Hints {
        let (sender, mut waiting) = mpsc::channel::<Told>(WAITING_MAX);
        let (client, subjects) = (client.clone(), subjects.clone());
        let task = tokio::spawn(async move {
            while let Some(Told { hint, whom, body }) = waiting.recv().await {
                for agent in whom {
                    if let Err(fault) = client.publish(subjects.hint(&agent, hint), body.clone()).await {
                        warn!(%fault, "a hint could not be sent");
                    }
                }
            }
        });
        Hints { sender, task }
    }

    /// Tells what has become durable.
    pub fn tell(&self, hints: Vec<Told>) {
        let count = hints.len();
        let unsaid = hints.into_iter().filter(|told| self.sender.try_send(told.clone()).is_err()).count();
        if unsaid > 0 {
            warn!(unsaid, count, "too many hints wait; desktops see the rest when they look");
        }
    }

    /// Tells every agent who is signed in.
    pub fn tell_all(&self, engine: &Engine, hint: Hint, body: Bytes) {
        self.tell(vec![Told { hint, whom: signed_in(engine.state()), body }]);
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Whom a record concerns, and as what. The state is as the command left it.
pub fn concerned(recorded: &Recorded, engine: &Engine) -> Vec<(Hint, Vec<Name>)> {
    let state = engine.state();
    let to = |agent: AgentId| vec![state.names.agent(agent).clone()];
    match &recorded.event {
        Event::OfferMade(made) => vec![(Hint::Offer, to(made.agent))],
        Event::OfferAccepted(end) => {
            vec![(Hint::OfferEnded, to(end.agent)), (Hint::Conversation, to(end.agent))]
        }
        Event::OfferDeclined { end, .. }
        | Event::OfferExpired { end, .. }
        | Event::OfferRescinded { end, .. } => vec![(Hint::OfferEnded, to(end.agent))],
        Event::InteractionQueued(queued) => {
            queued.held_by.map(|agent| (Hint::Conversation, to(agent))).into_iter().collect()
        }
        Event::InteractionPended { hold, .. }
        | Event::InteractionResumed { hold, .. }
        | Event::WrapUpStarted { hold, .. } => vec![(Hint::Conversation, to(hold.agent))],
        Event::InteractionAssigned(assigned) => vec![(Hint::Conversation, to(assigned.agent))],
        Event::InteractionClosed { agent: Some(agent), .. } => vec![(Hint::Conversation, to(*agent))],
        Event::MessageReceived(received) => of_holder(state, received.conversation),
        Event::MessageEdited(touched) | Event::MessageDeleted(touched) => {
            of_holder(state, touched.conversation)
        }
        Event::MessageReacted { touched, .. } => of_holder(state, touched.conversation),
        Event::MessageExtended(extended) => of_holder(state, extended.conversation),
        Event::MessageEchoed(echoed) => of_holder(state, echoed.conversation),
        Event::ConversationTold(told) => of_holder(state, told.conversation),
        // What arrives as it should need not be said.
        Event::MessageDelivery {
            conversation,
            state: DeliveryState::Failed | DeliveryState::Delayed,
            ..
        } => of_holder(state, *conversation),
        Event::EscalationRaised(raised) => vec![(Hint::Escalation, told_of(raised, engine))],
        Event::AgentSignedIn { agent } => vec![(Hint::Inbox, to(*agent))],
        Event::PolicyApplied { .. } => vec![(Hint::Inbox, signed_in(state))],
        _ => Vec::new(),
    }
}

/// Something of a conversation's messages changed: its agent is told.
fn of_holder(state: &State, id: ConversationId) -> Vec<(Hint, Vec<Name>)> {
    let interaction = state.conversation(id).and_then(|conversation| conversation.interaction);
    let holder = interaction.and_then(|id| state.open_interaction(id).phase.holder());
    holder.map(|agent| (Hint::Message, vec![state.names.agent(agent).clone()])).into_iter().collect()
}

/// The agent who holds it, and the supervisors, as far as the rung names them.
fn told_of(raised: &EscalationRaised, engine: &Engine) -> Vec<Name> {
    let names = |whom: &str| raised.notify.iter().any(|told| told == whom);
    let assignee = raised.stood.as_ref().and_then(|stood| stood.agent).filter(|_| names("assignee"));
    let mut whom: Vec<Name> =
        assignee.map(|agent| engine.state().names.agent(agent).clone()).into_iter().collect();
    if names("role:supervisor") {
        let actors = engine.policy().actors.iter();
        whom.extend(actors.filter(|(_, role)| **role == Role::Supervisor).map(|(name, _)| name.clone()));
    }
    whom
}

fn signed_in(state: &State) -> Vec<Name> {
    let numbered = state.agents.iter().enumerate().filter(|(_, agent)| agent.presence.is_signed_in());
    numbered.map(|(number, _)| state.names.agent(AgentId(number as u32)).clone()).collect()
}
