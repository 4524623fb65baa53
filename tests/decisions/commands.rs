//! What holds for every command: who may, which version, which id, which door.

use expect_test::expect;

use super::check;

#[test]
fn a_stranger_is_unknown() {
    check(
        "09:00:00 agent ana signs in",
        "09:01:00 stranger zoe signs in",
        &expect![[r#"
        09:01:00  command          refused      unknown_actor: `zoe` is neither an agent nor an actor of this site; add it to the configuration
    "#]],
    );
}

#[test]
fn a_gateway_may_ask_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 gateway edge resolves c1
            09:02:01 gateway edge replies to c1 "hi"
            09:02:02 gateway edge signs in
            09:02:03 gateway edge acks t1
        "#,
        &expect![[r#"
            09:02:00  command          refused      forbidden: the role of `edge` does not allow `conversation.resolve`
            09:02:01  command          refused      forbidden: the role of `edge` does not allow `conversation.reply`
            09:02:02  command          refused      forbidden: the role of `edge` does not allow `agent.sign_in`
            09:02:03  command          refused      forbidden: the role of `edge` does not allow `escalation.ack`
        "#]],
    );
}

#[test]
fn a_supervisor_is_no_agent() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        r#"
            09:01:05 supervisor sue signs in
            09:01:06 supervisor sue accepts o1
        "#,
        &expect![[r#"
            09:01:05  command          refused      forbidden: the role of `sue` does not allow `agent.sign_in`
            09:01:06  command          refused      forbidden: the role of `sue` does not allow `offer.accept`
        "#]],
    );
}

#[test]
fn a_service_may_resolve_but_not_reply() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 service crm replies to c1 "hi"
            09:02:01 service crm resolves c1
        "#,
        &expect![[r#"
            09:02:00  command          refused      forbidden: the role of `crm` does not allow `conversation.reply`
            09:02:01  conversation c1  resolved     reopens until day 2 09:02:01
            09:02:01  interaction i1   closed       held by ana
        "#]],
    );
}

#[test]
fn an_agent_may_not_act_on_the_conversation_of_another() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ben resolves c1
            09:02:01 agent ben replies to c1 "hi"
            09:02:02 agent ben requeues c1
        "#,
        &expect![[r#"
            09:02:00  command          refused      conversation_not_yours: conversation c1 is not assigned to you
            09:02:01  command          refused      conversation_not_yours: conversation c1 is not assigned to you
            09:02:02  command          refused      conversation_not_yours: conversation c1 is not assigned to you
        "#]],
    );
}

#[test]
fn an_offer_is_no_assignment() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        r#"09:01:05 agent ana replies to c1 "hi""#,
        &expect![[r#"
            09:01:05  command          refused      conversation_not_yours: conversation c1 is not assigned to you
        "#]],
    );
}

#[test]
fn a_supervisor_may_resolve_what_an_agent_holds() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 supervisor sue resolves c1",
        &expect![[r#"
            09:02:00  conversation c1  resolved     reopens until day 2 09:02:00
            09:02:00  interaction i1   closed       held by ana
        "#]],
    );
}

#[test]
fn a_supervisor_may_resolve_what_is_offered() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:05 supervisor sue resolves c1",
        &expect![[r#"
            09:01:05  conversation c1  resolved     reopens until day 2 09:01:05
            09:01:05  offer o1         rescinded    i1 to ana, resolved
            09:01:05  interaction i1   closed
        "#]],
    );
}

#[test]
fn a_supervisor_takes_a_conversation_back_for_another() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ben signs in
        "#,
        "09:03:00 supervisor sue requeues c1",
        &expect![[r#"
            09:03:00  interaction i1   queued       general, priority 10, by default, requeued, waiting since 09:01:00
            09:03:00  offer o2         made         i1 to ben until 09:03:30, rank load 0, idle 1m
        "#]],
    );
}

#[test]
fn what_nobody_holds_cannot_be_returned() {
    check(
        r#"09:01:00 sms +15550100 to +15550199 "hello""#,
        "09:02:00 supervisor sue requeues c1",
        &expect![[r#"
            09:02:00  command          refused      not_assigned: conversation c1 is not assigned to anybody
        "#]],
    );
}

#[test]
fn a_resolved_conversation_is_neither_answered_nor_resolved_again() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            09:02:10 agent ana replies to c1 "hi"
            09:02:11 agent ana resolves c1
            09:02:12 supervisor sue requeues c1
        "#,
        &expect![[r#"
            09:02:10  command          refused      conversation_resolved: conversation c1 is resolved
            09:02:11  command          refused      conversation_resolved: conversation c1 is resolved
            09:02:12  command          refused      conversation_resolved: conversation c1 is resolved
        "#]],
    );
}

#[test]
fn a_conversation_that_never_was_is_unknown() {
    check(
        "09:00:00 agent ana signs in",
        "09:02:00 agent ana resolves c9",
        &expect![[r#"
        09:02:00  command          refused      unknown_conversation: there is no conversation c9, or it is archived
    "#]],
    );
}

#[test]
fn an_archived_conversation_is_unknown() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
            day 3
        "#,
        r#"
            day 3
            09:00:00 supervisor sue resolves c1
        "#,
        &expect![[r#"
            day 2
            09:02:00  conversation c1  archived     named until day 4 09:02:00
            day 3
            09:00:00  command          refused      unknown_conversation: there is no conversation c1, or it is archived
        "#]],
    );
}

#[test]
fn the_same_id_has_one_effect() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1 command id 7
        "#,
        "09:01:06 agent ana accepts o1 command id 7",
        &expect![[r#"
            09:01:06  command          repeated
        "#]],
    );
}

#[test]
fn an_id_that_comes_by_both_doors_at_once_has_one_effect() {
    let given = r#"
        09:00:00 agent ana signs in
        09:01:00 sms +15550100 to +15550199 "hello"
        09:01:05 agent ana accepts o1
    "#;
    check(
        given,
        r#"
            09:02:00 agent ana replies to c1 "hi" command id 7
            09:02:00 agent ana replies to c1 "hi" asked at 09:02:00 command id 7
        "#,
        &expect![[r#"
            09:02:00  message m2       replied      in c1
            09:02:00  command          repeated
        "#]],
    );
    check(
        given,
        r#"
            09:02:00 agent ana replies to c1 "hi" asked at 09:01:59 command id 7
            09:02:00 agent ana replies to c1 "hi" command id 7
        "#,
        &expect![[r#"
            09:02:00  message m2       replied      in c1, asked at 09:01:59
            09:02:00  command          repeated
        "#]],
    );
}

#[test]
fn the_same_id_of_another_actor_is_another_command() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi" command id 7
        "#,
        r#"09:03:00 supervisor sue replies to c1 "hi" command id 7"#,
        &expect![[r#"
            09:03:00  message m3       replied      in c1
        "#]],
    );
}

#[test]
fn a_refused_id_is_judged_anew() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 agent ana accepts o1 command id 7
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:05 agent ana accepts o1 command id 7",
        &expect![[r#"
            09:01:05  offer o1         accepted     i1 by ana
        "#]],
    );
}

#[test]
fn an_id_is_remembered_for_a_day() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi" command id 7
            day 2
            09:01:00 wait
        "#,
        r#"
            day 2
            09:01:00 agent ana replies to c1 "hi" command id 7
        "#,
        &expect![[r#"
            day 2
            09:01:00  command          repeated
        "#]],
    );
}

#[test]
fn an_id_is_forgotten_with_its_day() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana replies to c1 "hi" command id 7
            day 3
            09:00:00 agent ana replies to c1 "on day 3" command id 8
        "#,
        r#"
            day 3
            09:01:00 agent ana replies to c1 "hi" command id 7
        "#,
        &expect![[r#"
            09:01:00  message m4       replied      in c1
        "#]],
    );
}

#[test]
fn the_version_that_was_seen_is_the_version_that_is() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana replies to c1 "hi" version 2
            09:02:01 agent ana replies to c1 "hi" version 5
        "#,
        &expect![[r#"
            09:02:00  command          refused      version_moved: conversation c1 is at version 5, not 2; read it again
            09:02:01  message m2       replied      in c1
        "#]],
    );
}

#[test]
fn by_the_durable_door_a_refusal_is_recorded() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:10 agent ben accepts o1 asked at 09:01:09",
        &expect![[r#"
            09:01:10  command          rejected     offer.accept by ben: offer_not_yours
        "#]],
    );
}

#[test]
fn an_input_that_was_read_before_is_refused() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:02:00 again at input 1",
        &expect![[r#"
            09:01:30  offer o1         expired      i1 to ana, not again before 09:02:30
            09:01:30  agent ana        away         rona
            09:02:00  message          refused      input_consumed: input 1 was consumed before
        "#]],
    );
}

#[test]
fn the_same_id_has_one_effect_across_a_restart() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1 command id 7
            09:02:00 site stops
            09:02:10 site starts
        "#,
        "09:02:20 agent ana accepts o1 command id 7",
        &expect![[r#"
            09:02:20  command          repeated
        "#]],
    );
}

#[test]
fn what_an_agent_returns_goes_to_another_first() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ben signs in
        "#,
        "09:03:00 agent ana requeues c1",
        &expect![[r#"
            09:03:00  interaction i1   queued       general, priority 10, by default, requeued, waiting since 09:01:00
            09:03:00  offer o2         made         i1 to ben until 09:03:30, rank load 0, idle 1m
        "#]],
    );
}

#[test]
fn a_version_is_checked_when_an_offer_is_answered() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        r#"
            09:01:10 agent ana accepts o1 version 3
            09:01:11 agent ana declines o1 version 3
            09:01:12 agent ana accepts o1 version 4
        "#,
        &expect![[r#"
            09:01:10  command          refused      version_moved: conversation c1 is at version 4, not 3; read it again
            09:01:11  command          refused      version_moved: conversation c1 is at version 4, not 3; read it again
            09:01:12  offer o1         accepted     i1 by ana
        "#]],
    );
}

#[test]
fn a_version_is_checked_when_an_escalation_is_acknowledged() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:12:00 wait
        "#,
        "09:12:10 supervisor sue acks t2 version 1",
        &expect![[r#"
            09:12:10  command          refused      version_moved: conversation c1 is at version 5, not 1; read it again
        "#]],
    );
}
