//! Promises: when a clock starts, warns, breaks and ends, and the ladder after it.

use expect_test::expect;

use super::check;

#[test]
fn promises_start_when_the_contact_writes() {
    check(
        "",
        r#"09:01:00 sms +15550100 to +15550199 "my invoice""#,
        &expect![[r#"
        09:01:00  contact k1       created      by sms
        09:01:00  conversation c1  opened       contact k1, sms
        09:01:00  message m1       received     in c1
        09:01:00  interaction i1   queued       billing, priority 50, by route billing, asks billing 3
        09:01:00  clock t1         started      assign of c1, due 09:06:00
        09:01:00  clock t2         started      first_reply of c1, due 09:11:00
    "#]],
    );
}

#[test]
fn a_queue_without_promises_starts_no_clock() {
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
fn warnings_come_in_their_order_each_once() {
    check(
        r#"09:01:00 sms +15550100 to +15550199 "my invoice""#,
        "09:10:59 wait",
        &expect![[r#"
        09:06:00  clock t2         warned       first_reply, 5m left
        09:06:02  clock t1         breached     assign, due 09:06:00
        09:06:02  escalation t1    rung 1       to role:supervisor, due at 09:06:00
        09:10:00  clock t2         warned       first_reply, 1m left
    "#]],
    );
}

#[test]
fn a_breach_is_told_after_the_grace_as_of_its_due_instant() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:11:01 wait
        "#,
        "09:11:02 wait",
        &expect![[r#"
            09:11:02  clock t2         breached     first_reply, due 09:11:00
            09:11:02  escalation t2    rung 1       to role:supervisor, due at 09:11:00
        "#]],
    );
}

#[test]
fn accepting_meets_the_promise_to_assign() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
        "#,
        "09:01:05 agent ana accepts o1",
        &expect![[r#"
            09:01:05  offer o1         accepted     i1 by ana
            09:01:05  clock t1         met          assign
        "#]],
    );
}

#[test]
fn accepting_late_is_met_late() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:20:00 agent ana signs in
        "#,
        "09:20:05 agent ana accepts o1",
        &expect![[r#"
            09:20:05  offer o1         accepted     i1 by ana
            09:20:05  clock t1         met late     assign
            09:20:05  escalation t1    resolved
        "#]],
    );
}

#[test]
fn a_reply_exactly_at_due_is_met() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:10:30 wait
        "#,
        r#"09:11:00 agent ana replies to c1 "hi""#,
        &expect![[r#"
            09:11:00  message m2       replied      in c1
            09:11:00  clock t2         met          first_reply
        "#]],
    );
}

#[test]
fn a_reply_within_the_grace_is_late_all_the_same() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:10:30 wait
        "#,
        r#"09:11:01 agent ana replies to c1 "hi""#,
        &expect![[r#"
            09:11:01  message m2       replied      in c1
            09:11:01  clock t2         breached     first_reply, due 09:11:00
            09:11:01  clock t2         met late     first_reply
        "#]],
    );
}

#[test]
fn a_second_reply_meets_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi"
        "#,
        r#"09:03:00 agent ana replies to c1 "and""#,
        &expect![[r#"
            09:03:00  message m3       replied      in c1
        "#]],
    );
}

#[test]
fn news_of_a_reply_in_time_retracts_the_breach() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:12:00 wait
        "#,
        r#"09:12:00 agent ana replies to c1 "hi" asked at 09:10:59"#,
        &expect![[r#"
            09:12:00  message m2       replied      in c1, asked at 09:10:59
            09:12:00  clock t2         retracted    first_reply
            09:12:00  clock t2         met          first_reply, at 09:10:59
            09:12:00  escalation t2    resolved
        "#]],
    );
}

#[test]
fn resolving_cancels_what_still_runs() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 agent ana resolves c1",
        &expect![[r#"
            09:02:00  conversation c1  resolved     reopens until day 2 09:02:00
            09:02:00  interaction i1   closed       held by ana
            09:02:00  clock t2         cancelled    first_reply, resolved unanswered
        "#]],
    );
}

#[test]
fn resolving_stands_down_who_was_told() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:12:00 wait
        "#,
        "09:12:00 agent ana resolves c1",
        &expect![[r#"
            09:12:00  conversation c1  resolved     reopens until day 2 09:12:00
            09:12:00  interaction i1   closed       held by ana
            09:12:00  clock t2         cancelled    first_reply, resolved unanswered
            09:12:00  escalation t2    resolved
        "#]],
    );
}

#[test]
fn a_returned_conversation_is_promised_anew_to_be_assigned() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 agent ana requeues c1",
        &expect![[r#"
            09:02:00  interaction i1   queued       billing, priority 50, by route billing, asks billing 3, requeued, waiting since 09:01:00
            09:02:00  clock t3         started      assign of c1, due 09:07:00, cycle 2
            09:02:00  offer o2         made         i1 to ana until 09:02:30, rank load 0, idle 0s
        "#]],
    );
}

#[test]
fn an_acknowledgement_holds_the_next_rung_back() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:12:00 wait
        "#,
        r#"
            09:12:00 supervisor sue acks t2
            09:41:59 wait
        "#,
        &expect![[r#"
            09:12:00  escalation t2    acked        further rungs wait until 09:42:00
        "#]],
    );
}

#[test]
fn when_it_ends_the_rung_that_fell_due_is_told() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:12:00 wait
            09:12:00 supervisor sue acks t2
        "#,
        "09:42:00 wait",
        &expect![[r#"
            09:42:00  escalation t2    ack expired
            09:42:00  escalation t2    rung 2       to email:duty@example.org, due at 09:26:00
        "#]],
    );
}

#[test]
fn a_rung_that_was_not_raised_cannot_be_acknowledged() {
    check(
        r#"09:01:00 sms +15550100 to +15550199 "my invoice""#,
        "09:02:00 supervisor sue acks t1",
        &expect![[r#"
            09:02:00  command          refused      escalation_not_raised: no rung of the escalation of t1 was raised yet
        "#]],
    );
}

#[test]
fn the_escalation_of_an_ended_clock_is_unknown() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 supervisor sue acks t1",
        &expect![[r#"
            09:02:00  command          refused      unknown_escalation: there is no running promise t1; its clock has ended
        "#]],
    );
}

#[test]
fn a_message_that_came_while_the_daemon_was_down_is_measured_from_its_coming() {
    check(
        "08:59:00 site stops",
        r#"
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:06:30 site starts
            09:06:30 wait
        "#,
        &expect![[r#"
            09:06:30  site             led          epoch 2
            09:06:30  contact k1       created      by sms
            09:06:30  conversation c1  opened       contact k1, sms
            09:06:30  message m1       received     in c1
            09:06:30  interaction i1   queued       billing, priority 50, by route billing, asks billing 3, waiting since 09:01:00
            09:06:30  clock t1         started      assign of c1, due 09:06:00
            09:06:30  clock t2         started      first_reply of c1, due 09:11:00
            09:06:30  clock t2         warned       first_reply, 5m left, due at 09:06:00
            09:06:30  clock t1         breached     assign, due 09:06:00
            09:06:30  escalation t1    rung 1       to role:supervisor, due at 09:06:00
        "#]],
    );
}

#[test]
fn the_next_acknowledgement_holds_on_from_its_own_instant() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:12:00 wait
            09:12:00 supervisor sue acks t2
        "#,
        r#"
            09:30:00 supervisor sue acks t2
            09:59:59 wait
        "#,
        &expect![[r#"
            09:21:00  escalation t1    rung 2       to email:duty@example.org
            09:30:00  escalation t2    acked        further rungs wait until 10:00:00
        "#]],
    );
}

#[test]
fn an_agent_acknowledges_for_what_he_holds_and_for_nothing_else() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:12:00 wait
        "#,
        r#"
            09:12:00 agent ben acks t2
            09:12:10 agent ana acks t2
        "#,
        &expect![[r#"
            09:12:00  command          refused      conversation_not_yours: conversation c1 is not assigned to you
            09:12:10  escalation t2    acked        further rungs wait until 09:42:10
        "#]],
    );
}
