//! Bugs planted on purpose: records of a good run, changed on their way to the observer. Each must trip its
//! invariant, else the invariant guards nothing.

use std::cell::RefCell;
use std::sync::Arc;

use switchboard::domain::{AgentId, AgentOrigin, Digest, MessageId, SourceId, Span, Timestamp};
use switchboard::engine::Engine;
use switchboard::engine::event::{Event, OfferMade, OptCause, Recorded, ResumeCause};

use switchboard::engine::state::{
    Contact, Conversation, HalfKey, KEYS_MAX, MAILBOXES_MAX, OPT_OUTS_MAX, OptOut, State,
};
use switchboard::policy::Policy;

use crate::invariants::Invariant;
use crate::run::Run;

#[test]
fn an_offer_that_never_expires_outlives_its_end() {
    trips(Invariant::OfferLapses, |records| {
        blank_first(records, |event| matches!(event, Event::OfferExpired { .. }))
    });
}

#[test]
fn a_breach_told_twice_is_seen() {
    trips(Invariant::BreachedOnce, |records| {
        double_first(records, |event| matches!(event, Event::ClockBreached { .. }))
    });
}

#[test]
fn an_offer_to_an_agent_without_room_is_seen() {
    trips(Invariant::OfferWithoutRoom, |records| change_offer(records, |made| made.units += 100));
}

#[test]
fn an_offer_to_an_agent_who_cannot_take_it_is_seen() {
    trips(Invariant::OfferToUnable, |records| change_offer(records, |made| made.agent = AgentId(99)));
}

#[test]
fn what_is_parked_in_silence_is_seen() {
    trips(Invariant::LoadExplained, |records| {
        blank_first(records, |event| matches!(event, Event::InteractionPended { .. }))
    });
}

#[test]
fn what_stays_parked_past_its_instant_is_seen() {
    trips(Invariant::HoldLapses, |records| {
        blank_first(records, |event| {
            matches!(event, Event::InteractionResumed { cause: ResumeCause::Lapsed, .. })
        })
    });
}

#[test]
fn a_wrap_up_that_never_ends_is_seen() {
    trips(Invariant::WrapUpOnce, |records| {
        blank_first(records, |event| matches!(event, Event::WrapUpFinished { .. }))
    });
}

#[test]
fn going_on_with_what_was_not_parked_is_seen() {
    trips(Invariant::ParkedIsHeld, |records| {
        double_first(records, |event| matches!(event, Event::InteractionResumed { .. }))
    });
}

#[test]
fn work_that_an_agent_silently_loses_is_seen() {
    trips(Invariant::LoadExplained, |records| {
        blank_first(records, |event| matches!(event, Event::InteractionClosed { agent: Some(_), .. }))
    });
}

#[test]
fn time_that_goes_back_is_seen() {
    trips(Invariant::TimeForward, |records| match records.last_mut() {
        Some(last) if last.seq.0 > 100 => {
            last.at = Timestamp(0).after(Span::hours(1));
            true
        }
        _ => false,
    });
}

#[test]
fn a_waiting_interaction_that_is_skipped_is_seen() {
    trips(Invariant::WorkConserved, |records| {
        blank_first(records, |event| matches!(event, Event::OfferMade(_)))
    });
}

#[test]
fn a_mail_sent_twice_is_seen() {
    trips(Invariant::MailOnce, |records| {
        double_first(records, |event| matches!(event, Event::MailSent { .. }))
    });
}

#[test]
fn a_mail_whose_failure_is_lost_is_seen() {
    trips(Invariant::MailOnce, |records| {
        blank_first(records, |event| matches!(event, Event::MailFailed(failed) if failed.retry_at.is_some()))
    });
}

#[test]
fn a_report_told_twice_is_seen() {
    trips(Invariant::DeliveryForward, |records| {
        double_first(records, |event| matches!(event, Event::MessageDelivery { .. }))
    });
}

#[test]
fn what_is_told_of_what_was_taken_back_is_seen() {
    trips(Invariant::DeletedStays, |records| {
        double_first(records, |event| matches!(event, Event::MessageDeleted(_)))
    });
}

#[test]
fn an_update_that_waited_for_nothing_is_seen() {
    trips(Invariant::PendedTold, |records| {
        let fits = |event: &Event| matches!(event, Event::MessageEdited(it) if it.dedupe.is_none());
        blank_first(records, fits)
    });
}

#[test]
fn an_update_of_a_message_that_never_was_is_seen() {
    trips(Invariant::UpdateOfKnown, |records| {
        let edited = records.iter_mut().find_map(|recorded| match &mut recorded.event {
            Event::MessageEdited(touched) => Some(touched),
            _ => None,
        });
        edited.map(|touched| touched.message = MessageId(999_999)).is_some()
    });
}

#[test]
fn a_strangers_edit_is_seen() {
    trips(Invariant::ChangedWithin, |records| {
        let edited = records.iter_mut().find_map(|recorded| match &mut recorded.event {
            Event::MessageEdited(touched) if touched.dedupe.is_some() => Some(touched),
            _ => None,
        });
        edited.map(|touched| touched.from = Some(Digest(999_999))).is_some()
    });
}

#[test]
fn a_mail_that_waits_for_too_many_is_seen() {
    trips(Invariant::AwaitedBounded, |records| {
        let mut received = records.iter_mut().filter_map(|recorded| match &mut recorded.event {
            Event::MessageReceived(received) => Some(received),
            _ => None,
        });
        let waits = received.find(|received| !received.awaits.is_empty());
        waits.map(|received| received.awaits.extend((0..16).map(Digest))).is_some()
    });
}

#[test]
fn an_offer_that_an_update_leads_to_is_seen() {
    let seen = RefCell::new(None);
    trips(Invariant::UpdateQuiet, |records| {
        let is_offer = |event: &Event| matches!(event, Event::OfferMade(_));
        if let Some(made) = records.iter().map(|recorded| &recorded.event).find(|event| is_offer(event)) {
            seen.replace(Some(made.clone()));
        }
        let told = records.iter_mut().find(|recorded| match &recorded.event {
            Event::MessageReacted { touched, .. } => touched.dedupe.is_some(),
            _ => false,
        });
        let planted = told.zip(seen.borrow().clone());
        planted.map(|(told, made)| told.event = made).is_some()
    });
}

/// Goal: what the engine's own sweep looks at is looked at. A state is doctored, and the machine that goes on from it
/// tells.
#[test]
fn a_state_in_which_something_is_not_bounded_is_seen() {
    let mut run = Run::new(1);
    run.go(300);
    let sweep = |doctor: fn(&mut State)| {
        let mut state = run.state().clone();
        doctor(&mut state);
        let found = Engine::resume(Arc::new(Policy::empty()), state).check_invariants();
        found.into_iter().map(|violation| violation.0).collect::<Vec<String>>().join("; ")
    };
    let clean = sweep(|_| {});
    assert!(clean.is_empty(), "{clean}");
    let keys = sweep(|state| {
        let conversation = conversation(state);
        let key = HalfKey::of(Digest(1));
        conversation.keys.extend(std::iter::repeat_n(key, KEYS_MAX + 1));
    });
    assert!(keys.contains(" keys"), "{keys}");
    let people = sweep(|state| {
        conversation(state).writers = 200;
    });
    assert!(people.contains("take part"), "{people}");
    let mailboxes = sweep(|state| {
        let conversation = conversation(state);
        conversation.also = vec![conversation.source; MAILBOXES_MAX + 1].into();
    });
    assert!(mailboxes.contains("mailboxes"), "{mailboxes}");
    let wishes = sweep(|state| {
        let (source, address, since, cause) = (SourceId(0), Digest(1), Timestamp(0), OptCause::Keyword);
        let contact = contact(state);
        contact.opt_ins = vec![OptOut { source, address, since, cause }; OPT_OUTS_MAX + 1].into();
    });
    assert!(wishes.contains("opt-outs"), "{wishes}");
}

#[test]
fn an_update_that_queues_something_is_seen() {
    trips(Invariant::UpdateQuiet, |records| {
        blank_first(records, |event| matches!(event, Event::ConversationTold(_)))
    });
}

#[test]
fn a_message_taken_in_twice_is_seen() {
    trips(Invariant::MessageOnce, |records| {
        double_first(records, |event| matches!(event, Event::MessageReceived(_)))
    });
}

#[test]
fn a_stranger_who_is_not_told_is_seen() {
    trips(Invariant::StrangersTold, |records| {
        let mut received = records.iter_mut().filter_map(|recorded| match &mut recorded.event {
            Event::MessageReceived(received) => Some(received),
            _ => None,
        });
        let stranger = received.find(|received| received.new_participant);
        stranger.map(|received| received.new_participant = false).is_some()
    });
}

#[test]
fn a_mailbox_listed_twice_is_seen() {
    trips(Invariant::MailboxOnce, |records| {
        double_first(records, |event| matches!(event, Event::ConversationMailboxAdded { .. }))
    });
}

#[test]
fn a_rung_raised_twice_is_seen() {
    trips(Invariant::RungOnce, |records| {
        double_first(records, |event| matches!(event, Event::EscalationRaised(_)))
    });
}

#[test]
fn a_clock_that_never_ends_is_seen() {
    trips(Invariant::ClockEndsOnce, |records| {
        blank_first(records, |event| matches!(event, Event::ClockEnded { .. }))
    });
}

#[test]
fn work_given_to_somebody_who_is_not_there_is_seen() {
    trips(Invariant::AssignedToAbsent, |records| {
        let assigned = records.iter_mut().find_map(|recorded| match &mut recorded.event {
            Event::InteractionAssigned(assigned) => Some(assigned),
            _ => None,
        });
        assigned.map(|assigned| assigned.agent = AgentId(99)).is_some()
    });
}

#[test]
fn an_agent_of_a_file_whom_a_command_changes_is_seen() {
    trips(Invariant::OriginKept, |records| {
        let planted = double_first(records, |event| matches!(event, Event::AgentUpserted { .. }));
        let mut upserted = records.iter_mut().filter_map(|recorded| match &mut recorded.event {
            Event::AgentUpserted { origin, .. } => Some(origin),
            _ => None,
        });
        if let Some(second) = upserted.nth(1).filter(|_| planted) {
            *second = AgentOrigin::Command;
        }
        planted
    });
}

#[test]
fn a_lost_record_is_seen() {
    trips(Invariant::SeqsWithoutGap, |records| records.len() > 3 && records.pop().is_some());
}

/// One of the conversations.
fn conversation(state: &mut State) -> &mut Conversation {
    let id = state.conversations.iter().map(|(id, _)| id).next().expect("there is one");
    state.conversations.get_mut(id).expect("it was just met")
}

/// One of the contacts.
fn contact(state: &mut State) -> &mut Contact {
    let id = state.contacts.iter().map(|(id, _)| id).next().expect("there is one");
    state.contacts.get_mut(id).expect("it was just met")
}

/// Within how many steps a planted bug is met.
const MET_WITHIN: usize = 500;

/// Runs seeds until a bug could be planted, and asserts what it tripped, then or soon after. `plant`
/// changes the records of a step and tells whether it did.
fn trips(expected: Invariant, plant: impl Fn(&mut Vec<Recorded>) -> bool) {
    // Not every seed comes to what is to be planted; where one did, it is met soon.
    for seed in 1..=14 {
        let mut run = Run::new(seed);
        let (mut planted, mut steps) = (false, 0);
        for _ in 0..2_500 {
            let trips = run.step(|records| planted = planted || plant(records));
            steps += usize::from(planted);
            assert!(steps < MET_WITHIN, "{expected:?}: planted, and nothing tripped in {steps} steps");
            if let Some((first, _)) = trips.0.first() {
                assert!(planted, "{first:?} tripped before anything was planted");
                assert!(
                    trips.0.iter().any(|(tripped, _)| *tripped == expected),
                    "{expected:?} should have tripped: {trips:#?}"
                );
                return;
            }
        }
    }
    panic!("{expected:?} never tripped");
}

/// Puts a record that means nothing in place of the first that fits, so that no sequence is missing.
fn blank_first(records: &mut [Recorded], fits: impl Fn(&Event) -> bool) -> bool {
    let found = records.iter_mut().find(|recorded| fits(&recorded.event));
    found.map(|recorded| recorded.event = Event::Positioned).is_some()
}

/// Writes the first record that fits twice.
fn double_first(records: &mut Vec<Recorded>, fits: impl Fn(&Event) -> bool) -> bool {
    let found = records.iter().position(|recorded| fits(&recorded.event));
    found.map(|place| records.insert(place, records[place].clone())).is_some()
}

/// Changes the first offer made.
fn change_offer(records: &mut [Recorded], change: impl FnOnce(&mut OfferMade)) -> bool {
    let made = records.iter_mut().find_map(|recorded| match &mut recorded.event {
        Event::OfferMade(made) => Some(made),
        _ => None,
    });
    made.map(|made| change(made)).is_some()
}
