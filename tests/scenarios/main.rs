//! Stories that a support lead could check. `cases/*.txt` says what people do and `policies/*.toml` by which
//! rules; the engine is driven through it, and every event is printed, one line each. That transcript is
//! `cases/*.out`. After a change of behaviour `UPDATE_EXPECT=1 cargo test --test scenarios` writes it anew,
//! and its diff is reviewed as code is.

mod story;
mod transcript;
mod world;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use world::World;

/// A test for each story, and one that none is left out.
macro_rules! stories {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        #[test]
        fn every_story_is_listed_and_no_transcript_is_left_of_one_that_went() {
            let listed: BTreeSet<String> = [$(stringify!($name)),*].map(str::to_owned).into();
            assert_eq!(files_ending(".txt"), listed);
            let left_over: Vec<String> = files_ending(".out").difference(&listed).cloned().collect();
            assert!(left_over.is_empty(), "no story has these transcripts: {left_over:?}");
        }
    };
}

stories! {
    ack_holds_rungs_back
    agent_leaves_while_offered
    agent_writes_first
    agents_by_command
    agents_take_turns
    all_skills_are_asked
    answers_before_their_parents
    asked_a_colleague
    auto_reply_to_a_resolved_conversation
    customer_leaves_during_an_offer
    declines_continue_the_assign_clock
    edited_and_read
    first_unanswered_message_sets_the_due
    freed_slot_goes_to_the_oldest
    full_agent_is_passed_over
    higher_priority_first
    ladder_after_downtime
    late_accept_after_re_offer
    late_news_of_a_reply_in_time
    lowered_capacity_takes_nothing_away
    mail_over_a_crash
    message_while_down
    missed_offer_goes_to_the_next
    missed_offer_then_breach
    nobody_has_the_skill
    notes_for_colleagues
    older_head_of_two_queues_goes_first
    one_agent_two_arrivals_in_one_instant
    one_mail_to_two_mailboxes
    opened_before_anything_else
    owner_offline_kept
    owner_offline_requeued
    parked_until_the_contact_writes
    preferred_agent
    raised_capacity_takes_what_waits
    reload_cancels_what_is_promised_no_more
    reload_leaves_running_clocks_alone
    reopened_or_followed_up
    replied_then_down_across_due
    replied_while_down
    reply_exactly_at_due
    resolved_before_due
    resolved_conversations_are_no_load
    returned_conversation
    rung_by_mail
    same_message_twice
    sms_after_a_long_silence
    stranger_bears_somebodys_id
    stranger_with_somebodys_id
    tagalog_speaker
    texts_that_cross
    transfer_to_a_queue_that_nobody_serves
    two_contacts_are_one
    two_first_messages_at_one_instant
    two_who_want_the_same_conversation
    unreadable_input_between_messages
    whoever_forges_kim_gets_nothing_of_hers
    work_is_offered_as_messages_are
    wrap_ups_end_each_on_their_own
}

fn check(name: &str) {
    let script = folder().join(format!("{name}.txt"));
    let script = std::fs::read_to_string(&script).expect("a listed story lies in its file");
    let policy = story::read(&script, world::MIDNIGHT).policy.expect("a story names its policy");
    let mut world = World::open(&policy);
    let told = world.tell(&script) + &world.end();
    expect_test::expect_file![folder().join(format!("{name}.out"))].assert_eq(&told);
}

/// The names of the files here that end so, without that end.
fn files_ending(end: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).expect("the stories lie beside this file");
    let names = entries.map(|entry| entry.expect("a folder can be read").file_name());
    names.filter_map(|name| name.to_str()?.strip_suffix(end).map(str::to_owned)).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/cases")
}
