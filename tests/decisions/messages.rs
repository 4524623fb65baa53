//! Messages: the same one twice, threads, contacts, and what is forgotten.

use expect_test::expect;
use switchboard::domain::ConversationId;
use switchboard::engine::state::KEYS_MAX;

use super::check;
use super::world::World;

#[test]
fn the_first_message_makes_a_contact_and_opens_a_conversation() {
    check(
        "",
        r#"09:01:00 sms +15550100 to +15550199 "hello""#,
        &expect![[r#"
        09:01:00  contact k1       created      by sms
        09:01:00  conversation c1  opened       contact k1, sms
        09:01:00  message m1       received     in c1
        09:01:00  interaction i1   queued       general, priority 10, by default
    "#]],
    );
}

#[test]
fn the_next_message_of_the_same_thread_joins() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        r#"09:02:00 sms +15550100 to +15550199 "and""#,
        &expect![[r#"
            09:01:30  offer o1         expired      i1 to ana, not again before 09:02:30
            09:01:30  agent ana        away         rona
            09:02:00  message m2       received     in c1
        "#]],
    );
}

#[test]
fn the_same_message_twice_is_one() {
    check(
        r#"09:01:00 sms +15550100 to +15550199 "hello""#,
        "09:02:00 again",
        &expect![[r#"
        09:02:00  message          refused      duplicate_message: this message was taken in before
    "#]],
    );
}

#[test]
fn a_message_is_remembered_for_fourteen_days() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "hello" message id x
            day 15
            08:00:00 sms +15550101 to +15550199 "other"
        "#,
        r#"
            day 15
            08:30:00 sms +15550100 to +15550199 "hello" message id x
        "#,
        &expect![[r#"
            08:30:00  message          refused      duplicate_message: this message was taken in before
        "#]],
    );
}

#[test]
fn a_source_that_is_not_configured_is_refused() {
    check(
        "09:00:00 agent ana signs in",
        r#"09:01:00 sms +15550100 to +15559999 "hello""#,
        &expect![[r#"
            09:01:00  input 1          refused      unknown_source: there is no source `elsewhere`; add it to the configuration
            09:01:00  message          refused      unknown_source: there is no source `elsewhere`; add it to the configuration
        "#]],
    );
}

#[test]
fn an_input_that_cannot_be_read_is_recorded() {
    check(
        "09:00:00 agent ana signs in",
        r#"09:01:00 site refuses switchboard.in.sms.line "no sender""#,
        &expect![[r#"
            09:01:00  input 1          refused      malformed: no sender
        "#]],
    );
}

#[test]
fn a_robot_that_names_nothing_opens_nothing() {
    check(
        "09:00:00 agent ana signs in",
        r#"09:01:00 email bot@example.org to help@example.com "out of office" auto-reply"#,
        &expect![[r#"
            09:01:00  message          ignored      auto-reply
        "#]],
    );
}

#[test]
fn a_reply_token_finds_its_conversation_from_any_address() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one"
            09:01:10 agent ana accepts o1
        "#,
        r#"09:02:00 email kim@home.example to help@example.com "two" token c1"#,
        &expect![[r#"
            09:02:00  message m2       received     in c1, new participant
        "#]],
    );
}

#[test]
fn mail_without_a_thread_opens_another_conversation_of_the_contact() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one"
        "#,
        r#"09:02:00 email kim@example.org to help@example.com "two""#,
        &expect![[r#"
            09:02:00  conversation c2  opened       contact k1, email
            09:02:00  message m2       received     in c2
            09:02:00  interaction i2   queued       general, priority 10, by default
            09:02:00  offer o2         made         i2 to ana until 09:07:00, rank load 1, idle 1m
        "#]],
    );
}

#[test]
fn the_same_mail_id_with_another_body_is_another_message() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one" message id x
        "#,
        r#"09:02:00 email kim@example.org to help@example.com "two" message id x"#,
        &expect![[r#"
            09:02:00  conversation c2  opened       contact k1, email
            09:02:00  message m2       received     in c2, message id reused
            09:02:00  interaction i2   queued       general, priority 10, by default
            09:02:00  offer o2         made         i2 to ana until 09:07:00, rank load 1, idle 1m
        "#]],
    );
}

#[test]
fn a_message_reopens_what_was_resolved() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"10:00:00 sms +15550100 to +15550199 "again""#,
        &expect![[r#"
            10:00:00  conversation c1  reopened
            10:00:00  message m2       received     in c1
            10:00:00  interaction i2   queued       general, priority 10, by default
            10:00:00  offer o2         made         i2 to ana until 10:00:30, rank preferred, load 0, idle 58m
        "#]],
    );
}

#[test]
fn a_chat_that_was_archived_is_followed_up() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat v to widget "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
            day 3
        "#,
        r#"
            day 3
            09:00:00 chat v to widget "again"
        "#,
        &expect![[r#"
            day 2
            09:02:00  conversation c1  archived     named until day 4 09:02:00
            day 3
            09:00:00  conversation c2  opened       contact k1, chat, follow-up of c1
            09:00:00  message m2       received     in c2
            09:00:00  interaction i2   queued       general, priority 10, by default
            09:00:00  offer o2         made         i2 to ana until 09:00:30, rank preferred, load 0, idle 1d 23h 58m
        "#]],
    );
}

#[test]
fn a_resolved_sms_thread_that_idled_is_followed_up() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            day 2
            09:01:30 sms +15550100 to +15550199 "another matter"
        "#,
        &expect![[r#"
            day 2
            09:01:30  conversation c2  opened       contact k1, sms, follow-up of c1
            09:01:30  message m2       received     in c2
            09:01:30  interaction i2   queued       general, priority 10, by default
            09:01:30  offer o2         made         i2 to ana until 09:02:00, rank preferred, load 0, idle 23h 59m 30s
        "#]],
    );
}

#[test]
fn what_is_resolved_is_archived_then_forgotten_and_its_contact_expires() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            day 9
            09:00:00 wait
        "#,
        &expect![[r#"
            day 2
            09:02:00  conversation c1  archived     named until day 4 09:02:00
            day 4
            09:02:00  conversation c1  forgotten
            day 5
            09:02:00  contact k1       expired
        "#]],
    );
}

#[test]
fn a_message_is_forgotten_once_a_later_one_is_more_than_fourteen_days_newer() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "hello" message id x
            day 16
            08:00:00 sms +15550101 to +15550199 "other"
        "#,
        r#"
            day 16
            08:30:00 sms +15550100 to +15550199 "hello" message id x
        "#,
        &expect![[r#"
            08:30:00  message m3       received     in c1
        "#]],
    );
}

#[test]
fn a_message_of_an_expired_contact_makes_a_new_one() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
            day 6
            08:00:00 wait
        "#,
        r#"
            day 6
            09:00:00 sms +15550100 to +15550199 "it is me"
        "#,
        &expect![[r#"
            day 6
            09:00:00  contact k2       created      by sms
            09:00:00  conversation c2  opened       contact k2, sms
            09:00:00  message m2       received     in c2
            09:00:00  interaction i2   queued       general, priority 10, by default
            09:00:00  offer o2         made         i2 to ana until 09:00:30, rank load 0, idle 4d 23h 58m
        "#]],
    );
}

#[test]
fn the_answer_to_our_mail_finds_its_conversation() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one"
            09:01:10 agent ana accepts o1
            09:01:20 agent ana replies to c1 "hi"
        "#,
        r#"09:02:00 email kim@example.org to help@example.com "two" reply to m2"#,
        &expect![[r#"
            09:02:00  message m3       received     in c1
        "#]],
    );
}

#[test]
fn an_id_that_was_borne_before_names_its_first_thread() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one" message id x
            09:02:00 email mallory@example.net to help@example.com "two" message id x
        "#,
        r#"09:03:00 email kim@example.org to help@example.com "three" reply to x"#,
        &expect![[r#"
            09:03:00  message m3       received     in c1
        "#]],
    );
}

#[test]
fn two_chats_of_one_visitor_are_two_conversations() {
    check(
        r#"09:01:00 chat v to widget "hello" in thread a"#,
        r#"09:02:00 chat v to widget "hello" in thread b"#,
        &expect![[r#"
            09:02:00  conversation c2  opened       contact k1, chat
            09:02:00  message m2       received     in c2
            09:02:00  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn a_message_that_lay_in_the_stream_counts_from_when_it_came() {
    check(
        "",
        r#"09:01:00 sms +15550100 to +15550199 "my invoice" received at 09:00:30"#,
        &expect![[r#"
        09:01:00  contact k1       created      by sms
        09:01:00  conversation c1  opened       contact k1, sms
        09:01:00  message m1       received     in c1
        09:01:00  interaction i1   queued       billing, priority 50, by route billing, asks billing 3, waiting since 09:00:30
        09:01:00  clock t1         started      assign of c1, due 09:05:30
        09:01:00  clock t2         started      first_reply of c1, due 09:10:30
    "#]],
    );
}

#[test]
fn a_robot_takes_no_part_in_a_conversation() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one" message id x
            09:01:10 agent ana accepts o1
            09:01:20 agent ana replies to c1 "hi"
            09:02:00 email robot@example.net to help@example.com "gone" reply to m2 auto-reply
        "#,
        r#"09:03:00 email robot@example.net to help@example.com "human after all" reply to x"#,
        &expect![[r#"
            09:03:00  contact k2       created      by email
            09:03:00  conversation c2  opened       contact k2, email
            09:03:00  message m4       received     in c2, references foreign customer, names c1
            09:03:00  interaction i2   queued       general, priority 10, by default
            09:03:00  offer o2         made         i2 to ana until 09:08:00, rank load 1, idle 2m
        "#]],
    );
}

/// Goal: what a conversation is known by does not grow without end. Method: an answer by SMS cannot name a
/// message of ours, so our ids are no keys there; by mail there is a most of them.
#[test]
fn the_ids_of_answers_are_remembered_up_to_a_limit() {
    let keys = |world: &World, number| {
        let replayed = world.replayed();
        replayed.state().conversation(ConversationId(number)).map(|conversation| conversation.keys.len())
    };
    let mut world = World::open("house.toml");
    world.tell(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:06 agent ana replies to c1 "one"
            09:01:07 agent ana replies to c1 "two"
            09:01:08 email kim@example.org to help@example.com "hello"
            09:01:10 agent ana accepts o2
        "#,
    );
    assert_eq!(keys(&world, 1), Some(1), "the pair of numbers is all that an answer can name");
    for _ in 0..KEYS_MAX {
        world.tell(r#"09:02:00 agent ana replies to c2 "and""#);
    }
    assert_eq!(keys(&world, 2), Some(KEYS_MAX));
    world.end();
}
