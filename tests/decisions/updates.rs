//! What a channel tells of messages that are there: edits, deletions, reactions, reports, echoes, albums.

use expect_test::expect;

use super::check;

/// chat-C9.
#[test]
fn an_edit_is_told_of_its_message_and_makes_none() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:01:10 edit chat kim to widget of x "hello"
        "#,
        &expect![[r#"
            09:01:10  message m1       edited       in c1
        "#]],
    );
}

#[test]
fn an_edit_of_a_resolved_conversation_reopens_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana resolves c1
        "#,
        r#"
            09:02:00 edit chat kim to widget of x "hello"
            09:02:01 react chat kim to widget of x "👍"
            09:02:02 delete chat kim to widget of x
        "#,
        &expect![[r#"
            09:02:00  message m1       edited       in c1
            09:02:01  message m1       reacted      in c1
            09:02:02  message m1       deleted      in c1
        "#]],
    );
}

/// Who has no part in a conversation changes nothing of what is said there, but may put an emoji to it.
#[test]
fn a_strangers_edit_and_deletion_have_no_effect() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:01:10 edit chat eve to widget of x "forged"
            09:01:11 delete chat eve to widget of x
            09:01:12 react chat eve to widget of x "👍"
        "#,
        &expect![[r#"
            09:01:10  update           unchanged
            09:01:11  update           unchanged
            09:01:12  message m1       reacted      in c1
        "#]],
    );
}

#[test]
fn what_a_stranger_told_before_its_message_has_no_effect() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 edit chat eve to widget of x "forged"
            09:01:01 delete chat eve to widget of x
            09:01:02 react chat eve to widget of x "👍"
            09:01:03 edit chat kim to widget of x "hello"
        "#,
        r#"
            09:01:10 chat kim to widget "helo" message id x
        "#,
        &expect![[r#"
            09:01:10  contact k1       created      by chat
            09:01:10  conversation c1  opened       contact k1, chat
            09:01:10  message m1       received     in c1
            09:01:10  message m1       reacted      in c1
            09:01:10  message m1       edited       in c1
            09:01:10  interaction i1   queued       general, priority 10, by default
            09:01:10  offer o1         made         i1 to ana until 09:01:40, rank load 0, idle 1m 10s
        "#]],
    );
}

#[test]
fn the_same_edit_twice_is_one() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 edit chat kim to widget of x "hello"
        "#,
        r#"
            09:01:20 edit chat kim to widget of x "hello"
        "#,
        &expect![[r#"
            09:01:20  update           refused      duplicate_message: this message was taken in before
        "#]],
    );
}

/// chat-C7.
#[test]
fn a_reaction_and_its_end_are_told_of_their_message() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:01:10 react chat kim to widget of x "👍"
            09:01:20 unreact chat kim to widget of x
        "#,
        &expect![[r#"
            09:01:10  message m1       reacted      in c1
            09:01:20  message m1       unreacted    in c1
        "#]],
    );
}

#[test]
fn a_reaction_stops_no_clock_and_wakes_nobody() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana pends c1
        "#,
        r#"
            09:02:00 react chat kim to widget of x "👍"
            09:02:10 edit chat kim to widget of x "hello"
            09:02:20 chat kim to widget "are you there?"
        "#,
        &expect![[r#"
            09:02:00  message m1       reacted      in c1
            09:02:10  message m1       edited       in c1
            09:02:20  message m2       received     in c1
            09:02:20  interaction i1   resumed      by ana, contact
        "#]],
    );
}

#[test]
fn what_was_taken_back_stays_so() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 delete chat kim to widget of x
        "#,
        r#"
            09:01:20 edit chat kim to widget of x "hello"
            09:01:21 react chat kim to widget of x "👍"
            09:01:22 delete chat kim to widget of x update id 2
        "#,
        &expect![[r#"
            09:01:20  update           unchanged
            09:01:21  update           unchanged
            09:01:22  update           unchanged
        "#]],
    );
}

/// chat-C8.
#[test]
fn an_edit_and_a_deletion_wait_for_their_message() {
    check(
        r#"
            09:00:00 agent ana signs in
        "#,
        r#"
            09:01:00 edit chat kim to widget of x "hello"
            09:01:01 delete chat kim to widget of x
            09:01:02 edit chat kim to widget of x "hello!"
            09:01:10 chat kim to widget "helo" message id x
        "#,
        &expect![[r#"
            09:01:00  update           pended       edit
            09:01:01  update           pended       deletion
            09:01:02  update           pended       edit
            09:01:10  contact k1       created      by chat
            09:01:10  conversation c1  opened       contact k1, chat
            09:01:10  message m1       received     in c1
            09:01:10  message m1       edited       in c1
            09:01:10  message m1       deleted      in c1
            09:01:10  interaction i1   queued       general, priority 10, by default
            09:01:10  offer o1         made         i1 to ana until 09:01:40, rank load 0, idle 1m 10s
        "#]],
    );
}

#[test]
fn an_update_that_waits_is_taken_once() {
    check(
        r#"
            09:01:00 edit chat kim to widget of x "hello"
        "#,
        r#"
            09:01:01 edit chat kim to widget of x "hello"
            09:01:10 chat kim to widget "helo" message id x
            09:01:11 edit chat kim to widget of x "hello"
        "#,
        &expect![[r#"
            09:01:01  update           refused      duplicate_message: this message was taken in before
            09:01:10  contact k1       created      by chat
            09:01:10  conversation c1  opened       contact k1, chat
            09:01:10  message m1       received     in c1
            09:01:10  message m1       edited       in c1
            09:01:10  interaction i1   queued       general, priority 10, by default
            09:01:11  update           refused      duplicate_message: this message was taken in before
        "#]],
    );
}

#[test]
fn an_update_waits_for_seven_days() {
    check(
        r#"
            09:01:00 edit chat kim to widget of x "hello"
            09:02:00 edit chat kim to widget of y "hello"
            day 8
        "#,
        r#"
            day 8
            09:01:00 chat kim to widget "helo" message id x
            09:02:01 chat kim to widget "helo" message id y
        "#,
        &expect![[r#"
            day 8
            09:01:00  contact k1       created      by chat
            09:01:00  conversation c1  opened       contact k1, chat
            09:01:00  message m1       received     in c1
            09:01:00  message m1       edited       in c1
            09:01:00  interaction i1   queued       general, priority 10, by default
            09:02:01  message m2       received     in c1
        "#]],
    );
}

/// sms-S12.
#[test]
fn a_provider_reports_by_its_own_id() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:01:11 service crm reports m2 sent known as SM1
        "#,
        r#"
            09:01:12 report chat kim to widget of SM1 as delivered
            09:01:13 report chat kim to widget of SM1 as sent
            09:01:14 report chat kim to widget of SM1 as read
            09:01:15 report chat kim to widget of SM1 as failed
        "#,
        &expect![[r#"
            09:01:12  message m2       delivered
            09:01:13  update           unchanged
            09:01:14  message m2       read
            09:01:15  update           unchanged
        "#]],
    );
}

#[test]
fn a_report_waits_for_the_id_of_its_message() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
        "#,
        r#"
            09:01:11 report chat kim to widget of SM1 as delivered
            09:01:12 service crm reports m2 sent known as SM1
            09:01:13 service crm reports m2 sent known as SM1
        "#,
        &expect![[r#"
            09:01:11  update           pended       report, delivered
            09:01:12  message m2       identified
            09:01:12  message m2       sent
            09:01:12  message m2       delivered
            09:01:13  command          unchanged
        "#]],
    );
}

#[test]
fn a_failure_may_come_after_sent() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:01:11 service crm reports m2 queued known as SM1
            09:01:12 report chat kim to widget of SM1 as sent
        "#,
        r#"
            09:01:13 report chat kim to widget of SM1 as failed code 30003
            09:01:14 report chat kim to widget of SM1 as delivered
        "#,
        &expect![[r#"
            09:01:13  message m2       failed       code 30003
            09:01:14  update           unchanged
        "#]],
    );
}

/// chat-C15.
#[test]
fn all_that_was_sent_until_an_instant_was_read() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:01:20 agent ana replies to c1 "still there?"
            09:01:30 agent ana replies to c1 "hello?"
        "#,
        r#"
            09:01:40 report chat kim to widget until 09:01:20 as read
        "#,
        &expect![[r#"
            09:01:40  message m2       read
            09:01:40  message m3       read
        "#]],
    );
}

/// chat-C1.
#[test]
fn a_report_of_nobody_is_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
        "#,
        r#"
            09:01:00 report chat kim to widget until 09:01:00 as read
            09:01:01 report chat kim to widget as read
        "#,
        &expect![[r#"
            09:01:00  update           unchanged
            09:01:01  update           unchanged
        "#]],
    );
}

#[test]
fn a_reaction_to_a_message_of_ours_finds_it() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:01:11 service crm reports m2 sent known as SM1
        "#,
        r#"
            09:01:12 react chat kim to widget of SM1 "👍"
        "#,
        &expect![[r#"
            09:01:12  message m2       reacted      in c1
        "#]],
    );
}

/// chat-C14.
#[test]
fn what_our_side_wrote_elsewhere_is_told_and_nothing_follows() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
        "#,
        r#"
            09:01:05 chat kim to widget "from my phone" message id e echo
            09:01:06 report chat kim to widget of e as read
            09:01:07 edit chat kim to widget of e "from my new phone"
        "#,
        &expect![[r#"
            09:01:05  message m2       echoed       in c1
            09:01:06  message m2       read
            09:01:07  message m2       edited       in c1
        "#]],
    );
}

#[test]
fn an_echo_of_nobody_is_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
        "#,
        r#"
            09:01:05 chat kim to widget "from my phone" message id e echo
        "#,
        &expect![[r#"
            09:01:05  message          refused      no_thread: its thread has no conversation, and it opens none
        "#]],
    );
}

#[test]
fn an_echo_of_what_we_sent_has_no_effect() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:01:11 service crm reports m2 sent known as SM1
        "#,
        r#"
            09:01:12 chat kim to widget "hi" message id SM1 echo
            09:01:13 chat kim to widget "hi" message id SM1
        "#,
        &expect![[r#"
            09:01:12  message          refused      own_echo: this is m2, which we sent ourselves
            09:01:13  message          refused      own_echo: this is m2, which we sent ourselves
        "#]],
    );
}

#[test]
fn an_echo_that_came_before_its_id_is_the_same_message() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:01:11 chat kim to widget "hi" message id SM1 echo
        "#,
        r#"
            09:01:12 service crm reports m2 sent known as SM1
            09:01:13 report chat kim to widget of SM1 as delivered
        "#,
        &expect![[r#"
            09:01:12  message m2       identified   told as m3 before
            09:01:12  message m2       sent
            09:01:13  message m2       delivered
        "#]],
    );
}

/// chat-C10.
#[test]
fn an_album_is_one_message() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "look" message id x piece of album
        "#,
        r#"
            09:01:01 chat kim to widget "" message id y piece of album
            09:01:02 chat kim to widget "" message id y piece of album
            09:01:03 delete chat kim to widget of y
            09:01:04 chat kim to widget "" message id z piece of another
        "#,
        &expect![[r#"
            09:01:01  message m1       extended     in c1
            09:01:02  message          refused      duplicate_message: this message was taken in before
            09:01:03  message m1       deleted      in c1
            09:01:04  message m2       received     in c1
        "#]],
    );
}

#[test]
fn a_piece_after_its_conversation_was_resolved_is_a_message() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "look" message id x piece of album
            09:01:01 agent ana accepts o1
            09:01:02 agent ana resolves c1
        "#,
        r#"
            09:01:03 chat kim to widget "" message id y piece of album
        "#,
        &expect![[r#"
            09:01:03  conversation c1  reopened
            09:01:03  message m2       received     in c1
            09:01:03  interaction i2   queued       general, priority 10, by default
            09:01:03  offer o2         made         i2 to ana until 09:01:33, rank preferred, load 0, idle 1s
        "#]],
    );
}

#[test]
fn what_a_provider_says_of_a_conversation_is_told_there() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "helo" message id x
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:01:10 system chat kim to widget "Kim joined"
            09:01:11 system chat lee to widget "Lee joined"
        "#,
        &expect![[r#"
            09:01:10  conversation c1  told
            09:01:11  update           refused      no_thread: its thread has no conversation, and it opens none
        "#]],
    );
}

/// mail-E40, mail-E41.
#[test]
fn a_bounce_marks_its_mail_and_opens_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "help" subject "Help"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:00 report email kim@example.org to help@example.com of m2 as delayed code 4.4.1
            09:03:00 report email kim@example.org to help@example.com of m2 as failed code 5.1.1
        "#,
        &expect![[r#"
            09:02:00  message m2       delayed      code 4.4.1
            09:03:00  message m2       failed       code 5.1.1
        "#]],
    );
}

#[test]
fn a_bounce_to_a_token_is_of_the_newest_mail() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "help" subject "Help"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:01:20 agent ana replies to c1 "and"
            09:01:30 agent ana resolves c1
        "#,
        r#"
            09:02:00 report email kim@example.org to help@example.com token c1 as failed code 5.1.1
        "#,
        &expect![[r#"
            09:02:00  message m3       failed       code 5.1.1
        "#]],
    );
}

/// What is told late, or once more, is of no mail that left since.
#[test]
fn a_bounce_to_a_token_is_of_no_mail_that_left_behind_it() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "help" subject "Help"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:05:00 report email kim@example.org to help@example.com token c1 as failed code 5.1.1 sent at 09:01:09
            09:10:00 agent ana replies to c1 "and"
        "#,
        r#"
            09:11:00 report email kim@example.org to help@example.com token c1 as failed code 5.1.1 sent at 09:01:09
            09:12:00 report email kim@example.org to help@example.com token c1 as failed code 5.1.1 sent at 09:10:30
        "#,
        &expect![[r#"
            09:11:00  update           unchanged
            09:12:00  message m3       failed       code 5.1.1
        "#]],
    );
}

#[test]
fn a_bounce_of_a_mail_that_is_not_ours_is_kept_and_waits_for_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "help" subject "Help"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
        "#,
        r#"
            09:02:00 report email kim@example.org to help@example.com of z as failed
            09:02:01 report email kim@example.org to help@example.com of y as read
        "#,
        &expect![[r#"
            09:02:00  message          ignored      bounce
            09:02:01  message          ignored      read receipt
        "#]],
    );
}

#[test]
fn an_update_of_no_source_is_refused() {
    check(
        r#"
        "#,
        r#"
            09:02:00 edit chat kim to nowhere of z "hi"
        "#,
        &expect![[r#"
            09:02:00  input 1          refused      unknown_source: there is no source `elsewhere`; add it to the configuration
            09:02:00  update           refused      unknown_source: there is no source `elsewhere`; add it to the configuration
        "#]],
    );
}
