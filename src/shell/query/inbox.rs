//! What the asking agent has before him: his presence, the lease of his desktop, his offers, what he holds and
//! what he wraps up.
//! A desktop that lost its place asks this and goes on with the stream behind the sequence of the answer.

use serde::Serialize;

use crate::domain::{AgentId, ConversationId, InteractionId, Name};
use crate::engine::state::{Held, Phase, State};
use crate::wire::{InboxPage, Lease, format_instant};

use super::conversations::{ConversationView, view_conversation};
use super::floor::{OfferView, view_offer};

#[derive(Serialize)]
pub(super) struct Inbox<'a> {
    agent: &'a Name,
    presence: String,
    lost: bool,
    /// Whether the desktop that asks holds the lease; absent when none of the agent's does.
    #[serde(skip_serializing_if = "Option::is_none")]
    lease: Option<Lease>,
    units: u32,
    load: u32,
    offers: Vec<OfferView<'a>>,
    /// Those that the agent holds.
    conversations: Vec<ConversationView<'a>>,
    /// What he still works on, though its contact is served; its conversation may be another's by now.
    wrap_ups: Vec<WrapUp>,
    /// Where the next page begins; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<InteractionId>,
}

#[derive(Serialize)]
struct WrapUp {
    interaction: InteractionId,
    conversation: ConversationId,
    ends_at: String,
}

/// A page of the inbox, by interaction.
pub(super) fn view_inbox<'a>(
    state: &'a State,
    id: AgentId,
    lease: Option<Lease>,
    page: &InboxPage,
) -> Inbox<'a> {
    let agent = state.agent(id);
    let mut behind: Vec<&Held> =
        agent.held.iter().filter(|held| page.after.is_none_or(|after| held.interaction > after)).collect();
    behind.sort_unstable_by_key(|held| held.interaction);
    let told = &behind[..behind.len().min(page.limit as usize)];
    let offers = told.iter().filter_map(|held| view_offer(state, held.offer?)).collect();
    let is_wrapped =
        |held: &&&Held| matches!(state.open_interaction(held.interaction).phase, Phase::WrapUp(_));
    let conversations =
        told.iter().filter(|held| held.offer.is_none() && !is_wrapped(held)).filter_map(|held| {
            let conversation = state.open_interaction(held.interaction).conversation;
            Some(view_conversation(state, conversation, state.conversation(conversation)?))
        });
    let wrap_ups = told.iter().filter(is_wrapped).filter_map(|held| view_wrap_up(state, held.interaction));
    Inbox {
        agent: state.names.agent(id),
        presence: agent.presence.to_string(),
        lost: agent.offline_at.is_some(),
        lease,
        units: agent.profile.as_ref().map_or(0, |profile| profile.capacity.units),
        load: agent.load(),
        offers,
        conversations: conversations.collect(),
        wrap_ups: wrap_ups.collect(),
        after: told.last().map(|last| last.interaction).filter(|_| told.len() < behind.len()),
    }
}

fn view_wrap_up(state: &State, id: InteractionId) -> Option<WrapUp> {
    let interaction = state.interaction(id)?;
    let ends_at = format_instant(interaction.until?);
    Some(WrapUp { interaction: id, conversation: interaction.conversation, ends_at })
}
