//! Work that an agent parks until its contact writes.

use expect_test::expect;

use super::check;
use super::world::World;

#[test]
fn what_is_parked_takes_no_units_of_its_agent() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "one"
            09:01:05 agent ana accepts o1
            09:01:10 sms +15550101 to +15550199 "two"
            09:01:15 agent ana accepts o2
            09:01:20 sms +15550102 to +15550199 "three"
        "#,
        "09:02:00 agent ana pends c1",
        &expect![[r#"
            09:02:00  interaction i1   pended       by ana
            09:02:00  offer o3         made         i3 to ana until 09:02:30, rank load 1, idle 0s
        "#]],
    );
}

#[test]
fn a_message_of_the_contact_wakes_it() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 10:00:00
        "#,
        r#"09:30:00 sms +15550100 to +15550199 "here I am""#,
        &expect![[r#"
            09:30:00  message m2       received     in c1
            09:30:00  interaction i1   resumed      by ana, contact
        "#]],
    );
}

#[test]
fn a_robots_message_wakes_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1
        "#,
        r#"09:30:00 email kim@example.org to help@example.com "away" reply to m1 auto-reply"#,
        &expect![[r#"
            09:30:00  message m2       received     in c1, auto-reply
        "#]],
    );
}

#[test]
fn its_instant_wakes_it() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 10:00:00
        "#,
        "10:00:00 wait",
        &expect![[r#"
            10:00:00  interaction i1   resumed      by ana, lapsed
        "#]],
    );
}

#[test]
fn somebody_who_asks_wakes_it() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1
        "#,
        "09:30:00 supervisor sue resumes c1",
        &expect![[r#"
            09:30:00  interaction i1   resumed      by ana, asked
        "#]],
    );
}

#[test]
fn to_go_on_with_what_is_not_parked_changes_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        "09:30:00 agent ana resumes c1",
        &expect![[r#"
            09:30:00  command          unchanged
        "#]],
    );
}

#[test]
fn parked_again_with_another_instant_it_waits_until_that_one() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 10:00:00
            09:03:00 agent ana pends c1 until 10:00:00
        "#,
        r#"
            09:04:00 agent ana pends c1 until 11:00:00
            09:04:00 agent ana pends c1
            09:04:00 agent ana pends c1
        "#,
        &expect![[r#"
            09:04:00  interaction i1   pended       by ana until 11:00:00
            09:04:00  interaction i1   pended       by ana
            09:04:00  command          unchanged
        "#]],
    );
}

#[test]
fn it_may_pass_the_capacity_of_its_agent_when_it_wakes() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "one"
            09:01:05 agent ben accepts o1
            09:01:10 sms +15550101 to +15550199 "two"
            09:01:15 agent ben accepts o2
            09:02:00 agent ben pends c1
            09:02:10 sms +15550102 to +15550199 "three"
            09:02:15 agent ben accepts o3
        "#,
        r#"
            09:03:00 sms +15550100 to +15550199 "one more"
            09:04:00 sms +15550103 to +15550199 "four"
        "#,
        &expect![[r#"
            09:03:00  message m4       received     in c1
            09:03:00  interaction i1   resumed      by ben, contact
            09:04:00  contact k4       created      by sms
            09:04:00  conversation c4  opened       contact k4, sms
            09:04:00  message m5       received     in c4
            09:04:00  interaction i4   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn a_reply_leaves_it_parked() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1
        "#,
        r#"
            09:03:00 agent ana replies to c1 "still there?"
            09:04:00 sms +15550100 to +15550199 "yes"
        "#,
        &expect![[r#"
            09:03:00  message m2       replied      in c1
            09:04:00  message m3       received     in c1
            09:04:00  interaction i1   resumed      by ana, contact
        "#]],
    );
}

#[test]
fn a_long_silence_does_not_cut_off_what_is_parked() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1
            day 3
        "#,
        r#"10:00:00 sms +15550100 to +15550199 "back from my trip""#,
        &expect![[r#"
            10:00:00  message m2       received     in c1
            10:00:00  interaction i1   resumed      by ana, contact
        "#]],
    );
}

#[test]
fn parked_it_stays_with_an_agent_who_signs_out_and_is_queued_when_the_contact_writes() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1
        "#,
        r#"
            09:03:00 agent ana signs out
            09:30:00 sms +15550100 to +15550199 "here I am"
        "#,
        &expect![[r#"
            09:03:00  agent ana        offline      signed out
            09:03:00  agent ana        released
            09:30:00  message m2       received     in c1
            09:30:00  interaction i1   queued       general, priority 10, by default, owner offline, waiting since 09:01:00
        "#]],
    );
}

#[test]
fn its_instant_queues_it_when_its_agent_is_offline() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 10:00:00
            09:03:00 agent ana signs out
        "#,
        "10:00:00 wait",
        &expect![[r#"
            10:00:00  interaction i1   queued       general, priority 10, by default, owner offline, waiting since 09:01:00
        "#]],
    );
}

#[test]
fn an_instant_that_is_past_is_refused() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 agent ana pends c1 until 09:02:00",
        &expect![[r#"
            09:02:00  command          refused      until_past: conversation c1 cannot wait until what is past
        "#]],
    );
}

#[test]
fn what_waits_cannot_be_parked() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:02:00 supervisor sue pends c1",
        &expect![[r#"
            09:02:00  command          refused      not_assigned: conversation c1 is not assigned to anybody
        "#]],
    );
}

#[test]
fn an_agent_parks_only_what_is_his() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
        "#,
        "09:02:00 agent ben pends c1",
        &expect![[r#"
            09:02:00  command          refused      conversation_not_yours: conversation c1 is not assigned to you
        "#]],
    );
}

#[test]
fn what_lapsed_before_the_asking_goes_on_first() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 10:00:00
            09:03:00 site stops
            10:00:30 agent ana pends c1 until 11:00:00
        "#,
        "10:30:00 site starts",
        &expect![[r#"
            10:30:00  site             led          epoch 2
            10:30:00  interaction i1   resumed      by ana, lapsed
            10:30:00  interaction i1   pended       by ana until 11:00:00
        "#]],
    );
}

/// Goal: what a person calls a conversation is forgotten with it. Method: a tag comes and goes.
#[test]
fn a_tag_outlives_no_conversation() {
    let mut world = World::open("house.toml");
    world.tell(r#"09:01:00 sms +15550100 to +15550199 "hello""#);
    let before = world.replayed().state().interned.clone();
    world.tell("09:02:00 supervisor sue sets c1 tag once-only");
    world.tell("09:03:00 supervisor sue sets c1 untag once-only");
    assert!(world.replayed().state().interned == before, "the tag is still held");
    world.end();
}

#[test]
fn so_many_are_parked_and_no_more() {
    let mut world = World::open("house.toml");
    world.tell("09:00:00 agent ana signs in");
    let mut told = String::new();
    for number in 1..=201 {
        let start = format!(r#"09:01:00 agent ana starts chat to kim-{number} from widget "hello""#);
        told = world.tell(&format!("{start}\n09:01:00 agent ana pends c{number}"));
    }
    expect![[r#"
        09:01:00  contact k201     created      by chat
        09:01:00  conversation c201  opened       contact k201, chat
        09:01:00  interaction i201  assigned     to ana for 2 units, started, of general
        09:01:00  message m201     replied      in c201
        09:01:00  command          refused      too_many_pended: agent `ana` has 200 conversations pended, and pends no more
    "#]].assert_eq(&told);
    let told = world.tell(
        r#"
            09:02:00 agent ana pends c200 until 10:00:00
            09:02:01 agent ana resumes c200
            09:02:02 agent ana pends c201
        "#,
    );
    expect![[r#"
        09:02:00  interaction i200  pended       by ana until 10:00:00
        09:02:01  interaction i200  resumed      by ana, asked
        09:02:02  interaction i201  pended       by ana
    "#]]
    .assert_eq(&told);
    world.end();
}

#[test]
fn what_was_parked_unanswered_and_lapsed_is_given_back_by_who_signs_out() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 10:00:00
            10:00:00 wait
        "#,
        "10:05:00 agent ana signs out",
        &expect![[r#"
            10:05:00  agent ana        offline      signed out
            10:05:00  interaction i1   queued       general, priority 10, by default, owner offline, waiting since 09:01:00
            10:05:00  agent ana        released
        "#]],
    );
}

#[test]
fn what_was_parked_unanswered_goes_on_however_late_the_contact_asks() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 18:00:00
            day 2
            15:00:00 wait
        "#,
        r#"
            day 2
            16:00:00 sms +15550100 to +15550199 "and?"
        "#,
        &expect![[r#"
            day 2
            16:00:00  message m2       received     in c1
        "#]],
    );
}

#[test]
fn what_waits_in_a_queue_goes_on_however_late_the_contact_asks() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "one moment"
            09:02:10 agent ana pends c1 until 18:00:00
            09:03:00 agent ana signs out
            day 2
            15:00:00 wait
        "#,
        r#"
            day 2
            16:00:00 sms +15550100 to +15550199 "and?"
        "#,
        &expect![[r#"
            day 2
            16:00:00  message m3       received     in c1
        "#]],
    );
}

#[test]
fn a_version_is_judged_after_what_was_due_before_the_asking() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1 until 10:00:00
            09:03:00 site stops
            10:00:30 agent ana resolves c1 version 6
        "#,
        "10:30:00 site starts",
        &expect![[r#"
            10:30:00  site             led          epoch 2
            10:30:00  interaction i1   resumed      by ana, lapsed
            10:30:00  command          rejected     conversation.resolve by ana: version_moved
        "#]],
    );
}
