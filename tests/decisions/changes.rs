//! Tags, language and priority that a person gives a conversation.

use expect_test::expect;

use super::check;

#[test]
fn tags_are_added_and_removed() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana sets c1 tag vip tag refund
            09:02:10 service crm sets c1 tag vip untag refund language tl
            09:02:20 agent ana sets c1 tag vip untag other language tl
            09:02:30 agent ana sets c1 untag vip
        "#,
        &expect![[r#"
            09:02:00  conversation c1  changed      tags refund vip
            09:02:10  conversation c1  changed      language tl, tags vip
            09:02:20  command          unchanged
            09:02:30  conversation c1  changed      no tags
        "#]],
    );
}

#[test]
fn who_wraps_up_may_still_tag() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            09:02:10 agent ana sets c1 tag praise
            09:02:11 agent ana sets c1 priority 90
            09:02:30 wait
            09:02:31 agent ana sets c1 tag late
        "#,
        &expect![[r#"
            09:02:10  conversation c1  changed      tags praise
            09:02:11  command          refused      conversation_resolved: conversation c1 is resolved
            09:02:30  wrap-up i1       finished     by ana, lapsed
            09:02:30  interaction i1   closed       held by ana
            09:02:31  command          refused      conversation_resolved: conversation c1 is resolved
        "#]],
    );
}

#[test]
fn who_wraps_up_has_no_say_in_who_comes_next() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
            09:02:01 agent ana drains
            09:02:05 sms +15550100 to +15550199 "care again"
        "#,
        r#"
            09:02:10 agent ana sets c1 tag praise priority 90
            09:02:11 agent ana sets c1 tag praise
        "#,
        &expect![[r#"
            09:02:10  command          refused      conversation_not_yours: conversation c1 is not assigned to you
            09:02:11  conversation c1  changed      tags praise
        "#]],
    );
}

#[test]
fn a_higher_priority_goes_first() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "first"
            09:01:10 sms +15550101 to +15550199 "second"
            09:01:20 supervisor sue sets c2 priority 90
        "#,
        "09:02:00 agent ana signs in",
        &expect![[r#"
            09:02:00  agent ana        available    0/3 units
            09:02:00  offer o1         made         i2 to ana until 09:02:30, rank load 0, idle 0s
            09:02:00  offer o2         made         i1 to ana until 09:02:30, rank load 1, idle 0s
        "#]],
    );
}

#[test]
fn new_rules_leave_a_priority_alone_that_a_person_set() {
    check(
        r#"
            09:01:00 sms +15550101 to +15550199 "my invoice"
            09:01:20 supervisor sue sets c1 priority 90
        "#,
        "09:02:00 reload house_without_billing.toml",
        &expect![[r#"
            09:02:00  policy           adopted
            09:02:00  interaction i1   queued       general, priority 90, by default, policy changed, waiting since 09:01:00
            09:02:00  clock t1         cancelled    assign, policy removed
            09:02:00  clock t2         cancelled    first_reply, policy removed
            09:02:00  policy           applied
        "#]],
    );
}

#[test]
fn a_conversation_has_at_most_32_tags() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana sets c1 tag t0 tag t1 tag t2 tag t3 tag t4 tag t5 tag t6 tag t7 tag t8 tag t9 tag t10 tag t11 tag t12 tag t13 tag t14 tag t15 tag t16 tag t17 tag t18 tag t19 tag t20 tag t21 tag t22 tag t23 tag t24 tag t25 tag t26 tag t27 tag t28 tag t29 tag t30 tag t31
            09:02:10 agent ana sets c1 tag one-more
        "#,
        &expect![[r#"
            09:02:00  conversation c1  changed      tags t0 t1 t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 t2 t20 t21 t22 t23 t24 t25 t26 t27 t28 t29 t3 t30 t31 t4 t5 t6 t7 t8 t9
            09:02:10  command          refused      too_many_tags: conversation c1 would have over 32 tags
        "#]],
    );
}

#[test]
fn a_set_with_an_old_version_is_refused() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 agent ana sets c1 tag vip version 2",
        &expect![[r#"
            09:02:00  command          refused      version_moved: conversation c1 is at version 5, not 2; read it again
        "#]],
    );
}

#[test]
fn the_priority_that_it_has_anyway_stands_once_a_person_set_it() {
    check(
        r#"09:00:00 sms +15550100 to +15550199 "my invoice""#,
        r#"
            09:01:00 supervisor sue sets c1 priority 50
            09:01:10 supervisor sue sets c1 priority 50
            09:02:00 reload house_without_billing.toml
        "#,
        &expect![[r#"
            09:01:00  conversation c1  changed      priority 50
            09:01:10  command          unchanged
            09:02:00  policy           adopted
            09:02:00  interaction i1   queued       general, priority 50, by default, policy changed, waiting since 09:00:00
            09:02:00  clock t1         cancelled    assign, policy removed
            09:02:00  clock t2         cancelled    first_reply, policy removed
            09:02:00  policy           applied
        "#]],
    );
}

#[test]
fn a_queue_that_it_is_sent_to_gives_it_the_priority_of_its_own() {
    check(
        r#"
            09:00:00 sms +15550100 to +15550199 "my invoice"
            09:01:00 supervisor sue sets c1 priority 10
        "#,
        r#"
            09:02:00 supervisor sue transfers c1 to queue general
            09:03:00 supervisor sue transfers c1 to queue billing
            09:04:00 reload house_without_billing.toml
        "#,
        &expect![[r#"
            09:02:00  interaction i1   queued       general, priority 10, by default, transferred, waiting since 09:00:00
            09:02:00  clock t1         cancelled    assign, transferred
            09:03:00  interaction i1   queued       billing, priority 50, by default, asks billing 3, transferred, waiting since 09:00:00
            09:03:00  clock t3         started      assign of c1, due 09:08:00, cycle 2
            09:04:00  policy           adopted
            09:04:00  interaction i1   queued       general, priority 10, by default, policy changed, waiting since 09:00:00
            09:04:00  clock t2         cancelled    first_reply, policy removed
            09:04:00  clock t3         cancelled    assign, policy removed
            09:04:00  policy           applied
        "#]],
    );
}
