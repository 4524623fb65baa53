//! What must hold after every step, checked from scratch against every index. Tests and the simulation
//! sweep it; it is far too slow for service.

mod contacts;
mod messages;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::domain::{AgentId, InteractionId, MessageId, OfferId, Timestamp};

use super::bits::Bits;
use super::deadlines::{Due, DueKind};
use super::event::MailKind;
use super::matching;
use super::state::{
    KEYS_MAX, MAILBOXES_MAX, MAILS_OPEN_MAX, Mail, MailPhase, NOTICES_OPEN_MAX, OUTBOUND_MAX,
    PARTICIPANTS_MAX, Phase, State, WaitKey, meets,
};

/// Something that does not hold: a bug of ours, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Sweeps everything. `settled` says that no work is owed, so that nothing may wait which could be taken.
pub(super) fn check(state: &State, settled: bool) -> Vec<Violation> {
    let mut found = Vec::new();
    phases(state, &mut found);
    holds(state, &mut found);
    holdings(state, &mut found);
    conversations(state, &mut found);
    threads(state, &mut found);
    indexes(state, &mut found);
    outbound(state, &mut found);
    contacts::check(state, &mut found);
    messages::check(state, &mut found);
    mails(state, &mut found);
    if settled {
        work_conserved(state, &mut found);
    }
    found
}

fn demand(found: &mut Vec<Violation>, holds: bool, sentence: impl FnOnce() -> String) {
    if !holds {
        found.push(Violation(sentence()));
    }
}

/// Every interaction is in exactly one phase, and what that means holds.
fn phases(state: &State, found: &mut Vec<Violation>) {
    let holders_of = holders(state);
    let offered = counts(state.offers.iter().map(|(_, offer)| offer.interaction.0));
    for (number, interaction) in state.interactions.iter() {
        let id = InteractionId(number);
        let key = WaitKey::of(id, interaction);
        let waits = state.routing.class(interaction.class).waiting.contains(&key);
        let holders = holders_of.get(&id).cloned().unwrap_or_default();
        let expected = match interaction.phase {
            Phase::Queued => (true, Vec::new()),
            Phase::Offered(offer) => {
                let agent = state.offer(offer).map(|offer| offer.agent);
                (false, agent.map(|agent| (agent, Some(offer))).into_iter().collect())
            }
            Phase::Assigned(agent) | Phase::Pended(agent) | Phase::WrapUp(agent) => {
                (false, vec![(agent, None)])
            }
        };
        demand(found, (waits, holders.clone()) == expected, || {
            format!("{id} is {:?}, yet waiting is {waits} and its holders are {holders:?}", interaction.phase)
        });
        let pending = offered.get(&number).copied().unwrap_or(0);
        let allowed = usize::from(matches!(interaction.phase, Phase::Offered(_)));
        demand(found, pending == allowed, || format!("{id} has {pending} pending offers, not {allowed}"));
    }
    let waiting: usize = state.routing.classes().map(|(_, class)| class.waiting.len()).sum();
    let queued =
        state.interactions.iter().filter(|(_, interaction)| interaction.phase == Phase::Queued).count();
    demand(found, waiting == queued, || format!("{waiting} wait in classes, {queued} are queued"));
}

/// What is parked weighs nothing; what is wrapped up has an end and is listed; all
/// else is what its conversation goes on in.
fn holds(state: &State, found: &mut Vec<Violation>) {
    let held = || state.agents.iter().flat_map(|agent| &agent.held);
    let parked: BTreeSet<_> = held().filter(|held| held.parked).map(|held| held.interaction).collect();
    let mut wrap_ups = BTreeSet::new();
    for (number, interaction) in state.interactions.iter() {
        let (id, phase) = (InteractionId(number), interaction.phase);
        let conversation = state.conversation(interaction.conversation);
        let pended = matches!(phase, Phase::Pended(_));
        demand(found, pended == parked.contains(&id), || format!("{id} is {phase:?}, yet weighs otherwise"));
        let wrapped = matches!(phase, Phase::WrapUp(_));
        let has_end = interaction.until.is_some();
        demand(found, if wrapped { has_end } else { pended || !has_end }, || {
            format!("{id} is {phase:?}, until {:?}", interaction.until)
        });
        let is_present = conversation.is_some_and(|conversation| conversation.interaction == Some(id));
        demand(found, is_present != wrapped, || format!("{id} is {phase:?}, and present is {is_present}"));
        wrap_ups.extend(wrapped.then_some((interaction.conversation, id)));
    }
    demand(found, wrap_ups == state.wrap_ups, || "the wrap-ups are not those listed".into());
}

/// Who holds each interaction, by which offer.
fn holders(state: &State) -> BTreeMap<InteractionId, Vec<(AgentId, Option<OfferId>)>> {
    let mut holders: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (number, agent) in state.agents.iter().enumerate() {
        for held in &agent.held {
            holders.entry(held.interaction).or_default().push((AgentId(number as u32), held.offer));
        }
    }
    holders
}

fn counts(numbers: impl Iterator<Item = u64>) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    numbers.for_each(|number| *counts.entry(number).or_default() += 1);
    counts
}

/// What agents hold exists; an agent who is not there has no offer.
fn holdings(state: &State, found: &mut Vec<Violation>) {
    for (number, agent) in state.agents.iter().enumerate() {
        let name = state.names.agent(AgentId(number as u32));
        for held in &agent.held {
            demand(found, state.interaction(held.interaction).is_some(), || {
                format!("agent {name} holds {}, which is closed", held.interaction)
            });
        }
        let offered = agent.held.iter().any(|held| held.offer.is_some());
        let reachable = agent.presence.is_signed_in() && agent.offline_at.is_none();
        demand(found, reachable || !offered || agent.release_at.is_some(), || {
            format!("agent {name} is {} or lost, yet has an offer", agent.presence)
        });
    }
}

fn conversations(state: &State, found: &mut Vec<Violation>) {
    let mut running: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for (id, clock) in state.clocks.iter() {
        running.entry(clock.conversation.0).or_default().push(id);
    }
    for (number, conversation) in state.conversations.iter() {
        let id = format!("c{number}");
        let open = conversation.interaction.is_some();
        demand(found, open == conversation.archive_at.is_none(), || {
            format!("{id} is open exactly when it has an interaction and no archive instant")
        });
        demand(found, open || !conversation.owed, || format!("{id} is resolved, yet owes an answer"));
        let refers = conversation.interaction.and_then(|id| state.interaction(id));
        demand(found, !open || refers.is_some_and(|it| it.conversation.0 == number), || {
            format!("the interaction of {id} is gone or of another conversation")
        });
        let mut clocks: Vec<u64> = conversation.clocks.iter().map(|clock| clock.0).collect();
        clocks.sort_unstable();
        demand(found, clocks == running.remove(&number).unwrap_or_default(), || {
            format!("{id} does not list its running clocks")
        });
        demand(found, open || clocks.is_empty(), || format!("{id} is resolved, yet a clock runs"));
    }
    demand(found, running.is_empty(), || "a clock runs of a conversation that is gone".into());
    let of_contacts = counts(state.conversations.iter().map(|(_, it)| it.contact.0));
    for (number, contact) in state.contacts.iter() {
        let of_contact = of_contacts.get(&number).copied().unwrap_or(0);
        demand(found, contact.conversations as usize == of_contact, || {
            format!("k{number} counts {} conversations, not {of_contact}", contact.conversations)
        });
    }
}

/// Every key names the conversation that lists it, and no other is left.
fn threads(state: &State, found: &mut Vec<Violation>) {
    let live = state.conversations.iter().map(|(id, it)| (id, &it.keys));
    let archived = state.archived.iter().map(|(id, it)| (id, &it.keys));
    let mut keys = 0;
    for (id, listed) in live.chain(archived) {
        keys += listed.len();
        demand(found, listed.len() <= KEYS_MAX, || format!("c{id} has {} keys", listed.len()));
        for key in listed {
            let named = state.threads.get(*key).map(|entry| entry.conversation.0);
            demand(found, named == Some(id), || format!("a key of c{id} names {named:?}"));
        }
    }
    demand(found, keys == state.threads.len(), || {
        format!("{keys} keys are listed, {} known", state.threads.len())
    });
    for (id, conversation) in state.conversations.iter() {
        let (take_part, wrote) = (conversation.participants.len(), usize::from(conversation.writers));
        let fits = wrote <= take_part && take_part <= PARTICIPANTS_MAX;
        demand(found, fits, || format!("in c{id} {take_part} take part, and {wrote} of them wrote"));
        demand(found, conversation.also.len() <= MAILBOXES_MAX, || format!("c{id} lists too many mailboxes"));
    }
    let faults =
        [state.awaited.fault(), state.delivered.fault(), state.dedupe.fault(), state.commands.fault()];
    found.extend(faults.into_iter().flatten().map(|fault| Violation(fault.to_owned())));
}

/// The indexes of matching and of deadlines are what they are derived from.
fn indexes(state: &State, found: &mut Vec<Violation>) {
    let numbered = || state.agents.iter().enumerate();
    let free: BTreeSet<_> = numbered()
        .filter(|(_, agent)| agent.is_free())
        .map(|(number, agent)| (agent.load(), agent.since, AgentId(number as u32)))
        .collect();
    demand(found, free == state.routing.free, || "the free agents are not those listed".into());
    for (number, agent) in numbered() {
        let listed = state.routing.free_bits.has(number);
        demand(found, listed == agent.is_free(), || format!("agent {number} has a wrong bit among the free"));
    }
    for (id, class) in state.routing.classes() {
        let mut met_by = Bits::default();
        numbered().for_each(|(number, agent)| met_by.set(number, meets(agent, &class.needs)));
        demand(found, met_by == class.met_by, || format!("class {id:?} lists wrong agents"));
        let listed = state.routing.waited_for.has(id.0 as usize);
        demand(found, listed != class.waiting.is_empty(), || {
            format!("class {id:?} is wrongly listed as waited for")
        });
    }
    let derived = derived_deadlines(state);
    demand(found, derived.iter().eq(state.deadlines.iter()), || {
        "the deadlines are not those of the entities".into()
    });
}

fn derived_deadlines(state: &State) -> BTreeSet<Due> {
    let mut due = BTreeSet::new();
    let mut add = |at: Option<Timestamp>, kind: DueKind, id: u64| {
        due.extend(at.map(|at| (at, kind, id)));
    };
    state.offers.iter().for_each(|(id, offer)| add(Some(offer.expires_at), DueKind::Offer, id));
    state.clocks.iter().for_each(|(id, clock)| add(clock.next_due(), DueKind::Clock, id));
    for (number, agent) in state.agents.iter().enumerate() {
        add(agent.offline_at, DueKind::LostAgent, number as u64);
        add(agent.release_at, DueKind::Release, number as u64);
    }
    state.interactions.iter().for_each(|(id, it)| add(it.cooled_at(), DueKind::Cooldown, id));
    for (id, interaction) in state.interactions.iter() {
        if let Some((kind, due)) = interaction.lapses() {
            add(Some(due), kind, id);
        }
    }
    state.conversations.iter().for_each(|(id, it)| add(it.archive_at, DueKind::Archive, id));
    state.archived.iter().for_each(|(id, it)| add(Some(it.forget_at), DueKind::Forget, id));
    state.contacts.iter().for_each(|(id, it)| add(it.expire_at, DueKind::Contact, id));
    let takes_notices = open_notices(state) < NOTICES_OPEN_MAX;
    let next = state.mails.iter().filter(|(_, mail)| takes_notices || !is_notice(mail));
    let waiting = next.filter_map(|(id, mail)| match mail.phase {
        MailPhase::Due(at) => Some((at, id)),
        MailPhase::Open(_) => None,
    });
    if state.mails.open().len() < MAILS_OPEN_MAX {
        waiting.min().into_iter().for_each(|(at, id)| add(Some(at), DueKind::Mail, id.0));
    }
    due
}

/// Every outbound message that is followed is listed by its conversation, and the other way round.
fn outbound(state: &State, found: &mut Vec<Violation>) {
    let mut listed = 0;
    for (number, conversation) in state.conversations.iter() {
        listed += conversation.outbound.len();
        demand(found, conversation.outbound.len() <= OUTBOUND_MAX, || {
            format!("c{number} follows too many messages")
        });
        for message in &conversation.outbound {
            let of = state.outbound(*message).map(|outbound| outbound.conversation.0);
            demand(found, of == Some(number), || format!("{message} of c{number} is followed as of {of:?}"));
        }
    }
    demand(found, listed == state.outbound.len(), || {
        format!("{} messages are followed, {listed} listed", state.outbound.len())
    });
    for (number, outbound) in state.outbound.iter() {
        let mail = outbound.mail.and_then(|mail| state.mails.get(mail)).map(|mail| mail.kind);
        let conversation = outbound.conversation;
        let expected = outbound.mail.map(|_| MailKind::Reply { conversation, message: MessageId(number) });
        demand(found, mail == expected, || format!("m{number} leaves by a mail that is {mail:?}"));
    }
}

fn is_notice(mail: &Mail) -> bool {
    matches!(mail.kind, MailKind::Escalation { .. })
}

fn open_notices(state: &State) -> usize {
    state.mails.open().iter().filter(|id| state.mails.get(**id).is_some_and(is_notice)).count()
}

/// A mail waits or is being sent, by its phase; and so many at once are not passed.
fn mails(state: &State, found: &mut Vec<Violation>) {
    let mails = &state.mails;
    let waiting: BTreeSet<_> = mails.waiting().collect();
    for (id, mail) in mails.iter() {
        let (waits, open) = match mail.phase {
            MailPhase::Due(at) => (waiting.contains(&(at, id)), !mails.open().contains(&id)),
            MailPhase::Open(_) => (true, mails.open().contains(&id) && mail.attempts > 0),
        };
        demand(found, waits && open, || format!("{id} is {:?} and listed otherwise", mail.phase));
        demand(found, id.0 < state.next.mail, || format!("{id} was never counted"));
    }
    let listed = mails.waiting().count() + mails.open().len();
    demand(found, listed == mails.len(), || format!("{} mails are owed, {listed} listed", mails.len()));
    demand(found, mails.open().len() <= MAILS_OPEN_MAX, || "too many mails are sent at once".into());
    demand(found, open_notices(state) <= NOTICES_OPEN_MAX, || "notices leave no place for replies".into());
}

/// No waiting interaction has an eligible agent with room.
fn work_conserved(state: &State, found: &mut Vec<Violation>) {
    for (number, interaction) in state.interactions.iter() {
        let id = InteractionId(number);
        if interaction.phase != Phase::Queued {
            continue;
        }
        let numbers = (0..state.agents.len()).map(|number| AgentId(number as u32));
        let able: Vec<_> = numbers.filter(|agent| matching::can_take(state, interaction, *agent)).collect();
        demand(found, able.is_empty(), || format!("{id} waits, yet {able:?} could take it"));
    }
}
