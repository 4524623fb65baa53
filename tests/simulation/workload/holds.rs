//! What agents do with what they hold: park it, go on with it, send it on, change it, wrap it up.

use switchboard::domain::{ConversationId, InteractionId, Name, Timestamp};
use switchboard::engine::command::{Changes, Command, Order, TAGS_MAX, TransferTo, WrapUpOf};
use switchboard::engine::state::{Phase, State};

use super::Workload;
use crate::site::{SUPERVISOR, Site, name};

impl Workload {
    pub(super) fn pend(&mut self, state: &State) -> Order {
        let (actor, conversation) = self.held(state);
        let until = match self.rng.u8(..4) {
            0 => None,
            1 => Some(self.now),
            2 => Some(Timestamp(self.now.0 + self.rng.i64(1..60_000))),
            _ => Some(Timestamp(self.now.0 + self.rng.i64(1..86_400_000))),
        };
        self.versioned(state, actor, conversation, Command::Pend { conversation, until })
    }

    /// Mostly of what is parked.
    pub(super) fn resume(&mut self, state: &State) -> Order {
        let parked = state.interactions.iter().filter_map(|(_, interaction)| match interaction.phase {
            Phase::Pended(agent) => Some((state.names.agent(agent).clone(), interaction.conversation)),
            _ => None,
        });
        let parked: Vec<(Name, ConversationId)> = parked.collect();
        let (actor, conversation) = self.rng.choice(parked).unwrap_or_else(|| self.held(state));
        self.asked_by(actor, Command::Resume(conversation))
    }

    pub(super) fn transfer(&mut self, state: &State) -> Order {
        let (actor, conversation) = self.held(state);
        let to = if self.one_in(2) {
            let queues = Site::queue_names().chain(["nowhere"]);
            TransferTo::Queue(name(self.rng.choice(queues.collect::<Vec<_>>()).expect("there are queues")))
        } else {
            TransferTo::Agent(self.agent_who(state, |agent| agent.is_free()))
        };
        self.versioned(state, actor, conversation, Command::Transfer { conversation, to })
    }

    pub(super) fn set(&mut self, state: &State) -> Order {
        let (actor, conversation) = self.held(state);
        let actor = if self.one_in(3) { name(SUPERVISOR) } else { actor };
        let conversation = if self.one_in(3) { self.open_conversation(state) } else { conversation };
        let mut changes = Changes {
            priority: self.one_in(2).then(|| self.rng.i32(-5..=100)),
            language: self.one_in(4).then(|| if self.rng.bool() { "pl" } else { "tl" }.into()),
            ..Changes::default()
        };
        let tag = |number: usize| name(&format!("tag-{number}"));
        let added = if self.one_in(20) { TAGS_MAX } else { self.rng.usize(..3) };
        changes.add = (0..added).map(|_| tag(self.rng.usize(..TAGS_MAX + 8))).collect();
        changes.remove = (0..self.rng.usize(..3)).map(|_| tag(self.rng.usize(..TAGS_MAX + 8))).collect();
        changes.remove.retain(|tag| !changes.add.contains(tag));
        let changes = Box::new(changes);
        self.versioned(state, actor, conversation, Command::Set { conversation, changes })
    }

    /// Mostly by the agent whose wrap-up it is.
    pub(super) fn finish_wrap_up(&mut self, state: &State) -> Order {
        let any = InteractionId(self.rng.u64(..state.next.interaction + 1));
        let listed: Vec<_> = state.wrap_ups.iter().copied().collect();
        let stray = self.one_in(10);
        let Some((conversation, interaction)) = self.rng.choice(listed).filter(|_| !stray) else {
            let actor = self.agent();
            return self.asked_by(actor, Command::FinishWrapUp(WrapUpOf::Interaction(any)));
        };
        let actor = match state.open_interaction(interaction).phase {
            Phase::WrapUp(agent) if !self.one_in(8) => state.names.agent(agent).clone(),
            _ if self.one_in(2) => name(SUPERVISOR),
            _ => self.agent(),
        };
        let of = if self.one_in(3) {
            WrapUpOf::Conversation(conversation)
        } else {
            WrapUpOf::Interaction(interaction)
        };
        self.asked_by(actor, Command::FinishWrapUp(of))
    }
}
