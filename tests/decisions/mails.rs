//! What leaves by mail: owed, tried, tried again, given up; and how far a message came.

use expect_test::{Expect, expect};
use switchboard::domain::{MailId, Timestamp};
use switchboard::engine::command::{Command, MailOutcome};
use switchboard::engine::event::Event;
use switchboard::engine::{Engine, site_order};

use super::world::{MIDNIGHT, World, load};

fn check(given: &str, when: &str, then: &Expect) {
    super::check_under("house_with_mail.toml", given, when, then);
}

#[test]
fn a_site_without_a_relay_owes_no_mail() {
    super::check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"09:02:00 agent ana replies to c1 "hi""#,
        &expect![[r#"
            09:02:00  message m2       replied      in c1
        "#]],
    );
}

#[test]
fn a_reply_by_mail_owes_a_mail_and_is_sent_at_once() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana replies to c1 "hi"
            09:02:01 site sent e1 attempt 1
        "#,
        &expect![[r#"
            09:02:00  message m2       replied      in c1
            09:02:00  mail e1          owed         reply m2
            09:02:00  mail e1          attempted    the 1. time
            09:02:01  mail e1          sent         250 taken
        "#]],
    );
}

#[test]
fn a_reply_by_sms_owes_none() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana replies to c1 "hi"
            09:03:00 wait
        "#,
        &expect![[r#"
            09:02:00  message m2       replied      in c1
        "#]],
    );
}

#[test]
fn a_rung_with_a_mailbox_owes_a_mail_and_one_without_none() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:20:00 wait
        "#,
        r#"
            09:21:00 wait
        "#,
        &expect![[r#"
            09:21:00  escalation t1    rung 2       to email:duty@example.org
            09:21:00  mail e1          owed         rung 2 of t1
            09:21:00  mail e1          attempted    the 1. time
        "#]],
    );
}

#[test]
fn each_wait_is_twice_as_long_up_to_the_longest() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 site failed e1 attempt 1
            09:04:00 site failed e1 attempt 2
            09:07:00 site failed e1 attempt 3
            09:13:00 site failed e1 attempt 4
            09:24:00 site failed e1 attempt 5
            09:40:00 site failed e1 attempt 6
        "#,
        &expect![[r#"
            09:02:00  mail e1          attempted    the 1. time
            09:02:01  mail e1          failed       relay_refused, again at 09:03:07.408
            09:03:07.408  mail e1          attempted    the 2. time
            09:04:00  mail e1          failed       relay_refused, again at 09:06:02.844
            09:06:02.844  mail e1          attempted    the 3. time
            09:07:00  mail e1          failed       relay_refused, again at 09:11:04.032
            09:11:04.032  mail e1          attempted    the 4. time
            09:13:00  mail e1          failed       relay_refused, again at 09:21:16.512
            09:21:16.512  mail e1          attempted    the 5. time
            09:24:00  mail e1          failed       relay_refused, again at 09:36:28.740
            09:36:28.740  mail e1          attempted    the 6. time
            09:40:00  mail e1          failed       relay_refused, again at 09:50:37.740
        "#]],
    );
}

#[test]
fn what_would_be_too_old_at_its_next_attempt_is_given_up() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            10:00:53 site failed e1 attempt 1
            10:02:00 wait
            10:02:00 site failed e1 attempt 2
            11:00:00 wait
        "#,
        &expect![[r#"
            09:02:00  mail e1          attempted    the 1. time
            10:00:53  mail e1          failed       relay_refused, again at 10:01:59.408
            10:01:59.408  mail e1          attempted    the 2. time
            10:02:00  mail e1          failed       relay_refused, given up
        "#]],
    );
}

#[test]
fn what_cannot_succeed_is_given_up_at_once() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 site failed e1 attempt 1 for good
            10:00:00 wait
        "#,
        &expect![[r#"
            09:02:00  mail e1          attempted    the 1. time
            09:02:01  mail e1          failed       relay_refused, given up
        "#]],
    );
}

#[test]
fn an_outcome_counts_for_the_open_attempt_alone() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 site sent e1 attempt 2
            09:02:02 site sent e2 attempt 1
            09:02:03 site sent e1 attempt 1
            09:02:04 site sent e1 attempt 1
        "#,
        &expect![[r#"
            09:02:00  mail e1          attempted    the 1. time
            09:02:01  command          refused      attempt_not_open: attempt 2 of mail e1 is not open
            09:02:02  command          refused      attempt_not_open: attempt 1 of mail e2 is not open
            09:02:03  mail e1          sent         250 taken
            09:02:04  command          refused      attempt_not_open: attempt 1 of mail e1 is not open
        "#]],
    );
}

#[test]
fn a_new_leader_sends_again_what_was_being_sent() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 site leads epoch 2
            09:02:02 site sent e1 attempt 1
            09:02:03 site sent e1 attempt 2
        "#,
        &expect![[r#"
            09:02:00  mail e1          attempted    the 1. time
            09:02:01  site             led          epoch 2
            09:02:01  mail e1          attempted    the 2. time
            09:02:02  command          refused      attempt_not_open: attempt 1 of mail e1 is not open
            09:02:03  mail e1          sent         250 taken
        "#]],
    );
}

/// An attempt that nobody makes would stay open: without a relay there is none.
#[test]
fn what_is_owed_waits_while_the_site_has_no_relay() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
            09:02:01 site failed e1 attempt 1
            09:02:30 reload house.toml
        "#,
        r#"
            10:00:00 site leads epoch 2
            11:00:00 reload house_with_mail.toml
            11:00:01 site sent e1 attempt 2
        "#,
        &expect![[r#"
            10:00:00  site             led          epoch 2
            11:00:00  policy           adopted
            11:00:00  policy           applied
            11:00:00  mail e1          attempted    the 2. time
            11:00:01  mail e1          sent         250 taken
        "#]],
    );
}

#[test]
fn what_was_on_its_way_when_the_relay_was_taken_away_waits_too() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
            09:02:01 agent ana replies to c1 "again"
            09:02:10 reload house.toml
        "#,
        r#"
            09:02:11 site failed e1 attempt 1
            09:02:12 site failed e2 attempt 1 for good
            09:30:00 wait
            11:00:00 reload house_with_mail.toml
            11:00:01 wait
        "#,
        &expect![[r#"
            09:02:11  mail e1          failed       relay_refused, again at 09:02:11
            09:02:12  mail e2          failed       relay_refused, given up
            11:00:00  policy           adopted
            11:00:00  policy           applied
            11:00:00  mail e1          attempted    the 2. time
        "#]],
    );
}

#[test]
fn a_new_leader_without_a_relay_sends_nothing_again() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
            09:02:10 reload house.toml
        "#,
        r#"
            09:02:11 site leads epoch 2
            09:02:12 site sent e1 attempt 1
            09:30:00 wait
            09:31:00 reload house_with_mail.toml
            09:31:01 wait
        "#,
        &expect![[r#"
            09:02:11  site             led          epoch 2
            09:02:12  command          refused      attempt_not_open: attempt 1 of mail e1 is not open
            09:31:00  policy           adopted
            09:31:00  policy           applied
            09:31:00  mail e1          attempted    the 2. time
        "#]],
    );
}

#[test]
fn the_mail_of_a_resolved_and_of_an_archived_conversation_is_sent() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
            09:02:00 agent ana resolves c1
        "#,
        r#"
            day 2
            09:02:01 wait
            09:02:02 site sent e1 attempt 1
        "#,
        &expect![[r#"
            09:02:00  mail e1          attempted    the 1. time
            day 2
            09:02:00  conversation c1  archived     named until day 4 09:02:00
            09:02:02  mail e1          sent         250 taken
        "#]],
    );
}

/// Goal: nobody is told of an escalation that is over. Method: notices wait for their turn, and one clock
/// ends meanwhile.
#[test]
fn a_notice_that_came_too_late_is_not_sent() {
    let mut world = World::open("house_with_mail.toml");
    for number in 0..5 {
        world.tell(&format!(r#"09:01:{number:02} sms +1555010{number:02} to +15550199 "my invoice""#));
    }
    world.tell("09:30:00 wait");
    assert_eq!(world.replayed().state().mails.waiting().count(), 2);
    let told = world.tell(
        r#"
            09:30:00 supervisor sue resolves c5
            09:30:01 site sent e1 attempt 1
            09:30:02 wait
        "#,
    );
    expect![[r#"
        09:30:00  conversation c5  resolved     reopens until day 2 09:30:00
        09:30:00  interaction i5   closed
        09:30:00  clock t9         cancelled    assign, resolved unanswered
        09:30:00  escalation t9    resolved
        09:30:00  clock t10        cancelled    first_reply, resolved unanswered
        09:30:00  escalation t10   resolved
        09:30:01  mail e1          sent         250 taken
        09:30:01  mail e9          attempted    the 1. time
    "#]]
    .assert_eq(&told);
    world.end();
}

/// Goal: notices leave places for what contacts are answered. Method: a storm of notices waits; a reply is
/// sent at once all the same.
#[test]
fn a_reply_does_not_wait_for_a_storm_of_notices() {
    let mut world = World::open("house_with_mail.toml");
    for number in 0..20 {
        world.tell(&format!(r#"09:01:{number:02} sms +1555010{number:02} to +15550199 "my invoice""#));
    }
    let told = world.tell(
        r#"
            09:30:00 email kim@example.org to help@example.com "hello"
            09:30:01 agent ana signs in
            09:30:02 supervisor sue replies to c21 "hi"
            09:30:02 wait
        "#,
    );
    let reply = told.lines().last().unwrap_or_default();
    assert!(reply.contains("attempted    the 1. time") && reply.starts_with("09:30:02"), "{told}");
    world.end();
}

/// To a gateway of another source it is no message.
#[test]
fn a_gateway_reports_on_its_own_sources_alone() {
    super::check_under(
        "two_gateways.toml",
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 gateway chats reports m2 failed
            09:02:02 gateway edge reports m2 failed by web
            09:02:03 gateway edge reports m2 sent
            09:02:04 service crm reports m2 delivered
            09:02:05 gateway edge reports m2 read by line
        "#,
        &expect![[r#"
            09:02:01  command          refused      unknown_message: the delivery of m2 is not followed: it is no message of ours, or an old one
            09:02:02  command          refused      unknown_message: the delivery of m2 is not followed: it is no message of ours, or an old one
            09:02:03  message m2       sent
            09:02:04  message m2       delivered
            09:02:05  message m2       read
        "#]],
    );
}

#[test]
fn reports_go_forward_only() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 gateway edge reports m2 sent
            09:02:02 gateway edge reports m2 read
            09:02:03 gateway edge reports m2 delivered
            09:02:04 gateway edge reports m2 failed
            09:02:05 gateway edge reports m1 sent
            09:02:06 agent ana reports m2 read
        "#,
        &expect![[r#"
            09:02:01  message m2       sent
            09:02:02  message m2       read
            09:02:03  command          unchanged
            09:02:04  command          unchanged
            09:02:05  command          refused      unknown_message: the delivery of m1 is not followed: it is no message of ours, or an old one
            09:02:06  command          refused      forbidden: the role of `ana` does not allow `message.report`
        "#]],
    );
}

#[test]
fn what_the_relay_says_takes_no_report_back() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 gateway edge reports m2 delivered
            09:02:02 site sent e1 attempt 1
            09:02:03 gateway edge reports m2 delivered
            09:02:04 gateway edge reports m2 read
            09:02:05 gateway edge reports m2 delivered
        "#,
        &expect![[r#"
            09:02:00  mail e1          attempted    the 1. time
            09:02:01  message m2       delivered
            09:02:02  mail e1          sent         250 taken
            09:02:03  command          unchanged
            09:02:04  message m2       read
            09:02:05  command          unchanged
        "#]],
    );
}

#[test]
fn what_was_sent_may_fail_and_stays_so() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:01 service crm reports m2 sent
            09:02:02 service crm reports m2 failed
            09:02:03 service crm reports m2 read
        "#,
        &expect![[r#"
            09:02:01  message m2       sent
            09:02:02  message m2       failed
            09:02:03  command          unchanged
        "#]],
    );
}

/// Goal: a storm of escalations is sent so many at a time. Method: more mails become due at one instant than
/// may be open; each outcome lets one more go.
#[test]
fn a_storm_is_sent_eight_at_a_time() {
    let mut world = World::open("house_with_mail.toml");
    for number in 0..20 {
        world.tell(&format!(r#"09:01:{number:02} sms +1555010{number:02} to +15550199 "my invoice""#));
    }
    // The second rung of each, which names a mailbox, is due within the same minute.
    world.tell("09:30:00 wait");
    let mut engine = engine_of(&world);
    let open = |engine: &Engine| engine.state().mails.open().len();
    assert!(engine.state().mails.len() > 8);
    assert_eq!(open(&engine), 8);
    let now = Timestamp(MIDNIGHT.0 + 12 * 3_600_000);
    let first = *engine.state().mails.open().iter().next().expect("one is open");
    let end = |mail: MailId| {
        let outcome = MailOutcome::Sent { response: "250 taken".to_owned(), keys: Vec::new() };
        site_order(Command::EndMail { mail, attempt: 1, outcome })
    };
    engine.handle(now, &end(first)).expect("it was open");
    assert_eq!(open(&engine), 7);
    engine.handle(now, &site_order(Command::PassTime)).expect("time passes");
    let attempted = engine.events().iter().filter(|it| matches!(it.event, Event::MailAttempted { .. }));
    assert_eq!((attempted.count(), open(&engine)), (1, 8));
}

/// Goal: the wait before a repetition is that of its rule and at most a quarter more, and mails that failed
/// together are not tried again together.
#[test]
fn a_wait_is_lengthened_by_at_most_a_quarter() {
    let mut world = World::open("house_with_mail.toml");
    for number in 0..8 {
        world.tell(&format!(r#"09:01:00 sms +1555010{number:02} to +15550199 "my invoice""#));
    }
    world.tell("09:30:00 wait");
    let mut engine = engine_of(&world);
    let now = Timestamp(MIDNIGHT.0 + 10 * 3_600_000);
    let mut waits = std::collections::BTreeSet::new();
    for mail in engine.state().mails.open().clone() {
        let (code, reason) = ("relay_away".to_owned(), String::new());
        let outcome = MailOutcome::Failed { code, reason, permanent: false };
        engine.handle(now, &site_order(Command::EndMail { mail, attempt: 1, outcome })).expect("it was open");
        for recorded in engine.events() {
            if let Event::MailFailed(failed) = &recorded.event {
                waits.insert(failed.retry_at.expect("it is tried again").since(now).0);
            }
        }
    }
    assert!(waits.len() > 6, "{waits:?}");
    assert!(waits.iter().all(|wait| (60_000..=75_000).contains(wait)), "{waits:?}");
}

/// A relay that writes an id of its own over ours: answers and bounces name that. An id that names something else already stays where it is.
#[test]
fn what_a_relay_names_a_mail_finds_its_conversation() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello" subject "Parcel" message id a
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "Which one?"
            09:01:20 email lee@example.org to help@example.com "mine" subject "Other" message id b
            09:01:30 site sent e1 attempt 1 known as ses-1
            09:01:40 agent ana replies to c1 "Hello?"
        "#,
        r#"
            09:02:00 email kim@example.org to help@example.com "The red one" reply to ses-1 subject "x" message id c
            09:02:10 email jo@example.org to help@example.com "Me too" reply to ses-1 subject "y" message id d
            09:02:30 report email kim@example.org to help@example.com of ses-1 as failed code 5.1.1
            09:02:40 site sent e2 attempt 1 known as b
            09:02:50 email lee@example.org to help@example.com "well?" reply to b subject "Re: Other" message id f
        "#,
        &expect![[r#"
            09:01:40  mail e2          attempted    the 1. time
            09:02:00  message m5       received     in c1
            09:02:10  message m6       received     in c1, new participant
            09:02:30  message m2       failed       code 5.1.1
            09:02:40  mail e2          sent         250 taken
            09:02:50  message m7       received     in c2
        "#]],
    );
}

/// The machine as the story left it, to ask it what no line of a story asks.
fn engine_of(world: &World) -> Engine {
    let (policy, _) = load("house_with_mail.toml");
    Engine::resume(policy, world.replayed().state().clone())
}
