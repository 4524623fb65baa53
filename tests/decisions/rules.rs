//! New rules while work goes on, and the daemon's own records.

use expect_test::expect;

use super::{check, check_under};

#[test]
fn a_reload_of_the_same_rules_changes_nothing() {
    check(
        "09:00:00 agent ana signs in",
        "09:01:00 reload house.toml",
        &expect![[r#"
        09:01:00  policy           adopted
        09:01:00  policy           applied
    "#]],
    );
}

#[test]
fn who_is_taken_out_of_the_rules_drains() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 email kim@example.org to help@example.com "two"
        "#,
        "09:02:00 reload house_without_ben.toml",
        &expect![[r#"
            09:02:00  policy           adopted
            09:02:00  agent ben        removed
            09:02:00  offer o2         rescinded    i2 to ben, policy changed
            09:02:00  agent ben        draining     no longer in the rules
            09:02:00  policy           applied
            09:02:00  offer o3         made         i2 to ana until 09:07:00, rank load 1, idle 1m
        "#]],
    );
}

#[test]
fn what_waits_is_placed_by_the_new_rules_at_its_old_age() {
    check(
        r#"09:00:00 sms +15550100 to +15550199 "my invoice""#,
        "09:02:00 reload house_without_billing.toml",
        &expect![[r#"
            09:02:00  policy           adopted
            09:02:00  interaction i1   queued       general, priority 10, by default, policy changed, waiting since 09:00:00
            09:02:00  clock t1         cancelled    assign, policy removed
            09:02:00  clock t2         cancelled    first_reply, policy removed
            09:02:00  policy           applied
        "#]],
    );
}

#[test]
fn an_offer_that_its_agent_no_longer_meets_is_withdrawn() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
        "#,
        "09:01:10 reload house_with_an_unskilled_ana.toml",
        &expect![[r#"
            09:01:10  policy           adopted
            09:01:10  agent ana        upserted     no skills; capacity 3, costs chat 2, email 1, sms 1 (at most 2), work 1
            09:01:10  offer o1         rescinded    i1 to ana, policy changed
            09:01:10  policy           applied
        "#]],
    );
}

#[test]
fn what_is_promised_no_more_is_cancelled() {
    check_under(
        "promises.toml",
        r#"09:00:00 sms +15550100 to +15550199 "hello""#,
        "09:00:10 reload promises_withdrawn.toml",
        &expect![[r#"
            09:00:10  policy           adopted
            09:00:10  clock t1         cancelled    assign, policy removed
            09:00:10  clock t2         cancelled    first_reply, policy removed
            09:00:10  policy           applied
        "#]],
    );
}

#[test]
fn a_target_taken_out_of_its_sla_is_cancelled_and_the_other_runs_on() {
    check_under(
        "promises.toml",
        r#"09:00:00 sms +15550100 to +15550199 "hello""#,
        "09:00:10 reload promises_halved.toml",
        &expect![[r#"
            09:00:10  policy           adopted
            09:00:10  clock t2         cancelled    first_reply, policy removed
            09:00:10  policy           applied
        "#]],
    );
}

#[test]
fn a_target_that_changed_leaves_what_runs_alone() {
    check_under(
        "promises.toml",
        r#"09:00:00 sms +15550100 to +15550199 "hello""#,
        "09:00:10 reload promises_tightened.toml",
        &expect![[r#"
            09:00:10  policy           adopted
            09:00:10  policy           applied
        "#]],
    );
}

/// The conversation stands in a queue that promises the same.
#[test]
fn a_renamed_queue_keeps_what_it_promised() {
    check_under(
        "promises.toml",
        r#"09:00:00 sms +15550100 to +15550199 "hello""#,
        "09:00:10 reload promises_renamed_queue.toml",
        &expect![[r#"
            09:00:10  policy           adopted
            09:00:10  interaction i1   queued       help, priority 50, by default, policy changed, waiting since 09:00:00
            09:00:10  policy           applied
        "#]],
    );
}

#[test]
fn what_was_told_of_a_promise_that_is_gone_is_resolved_and_its_breach_stays() {
    check_under(
        "promises.toml",
        r#"
            09:00:00 sms +15550100 to +15550199 "hello"
            09:02:00 wait
        "#,
        "09:03:00 reload promises_withdrawn.toml",
        &expect![[r#"
            09:03:00  policy           adopted
            09:03:00  clock t1         cancelled    assign, policy removed
            09:03:00  escalation t1    resolved
            09:03:00  clock t2         cancelled    first_reply, policy removed
            09:03:00  policy           applied
        "#]],
    );
}

#[test]
fn a_leader_of_an_old_epoch_is_refused() {
    check(
        "",
        "09:00:00 site leads epoch 1",
        &expect![[r#"
        09:00:00  command          refused      stale_epoch: epoch 1 is not after 1
    "#]],
    );
}

#[test]
fn a_new_leader_is_recorded() {
    check(
        "",
        "09:00:00 site leads epoch 2",
        &expect![[r#"
        09:00:00  site             led          epoch 2
    "#]],
    );
}

#[test]
fn the_position_is_recorded() {
    check(
        r#"09:01:00 sms +15550100 to +15550199 "hello""#,
        "09:02:00 site marks its position",
        &expect![[r#"
        09:02:00  site             positioned   input 1
    "#]],
    );
}

#[test]
fn a_step_of_the_clock_is_recorded() {
    check(
        "",
        "09:02:00 site steps from 09:00:00 to 09:02:00",
        &expect![[r#"
        09:02:00  site             stepped      from 09:00:00 to 09:02:00
    "#]],
    );
}

#[test]
fn a_restart_with_the_same_journal_goes_on() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 site stops
        "#,
        r#"
            09:01:20 site starts
            09:01:25 agent ana accepts o1
        "#,
        &expect![[r#"
            09:01:20  site             led          epoch 2
            09:01:25  offer o1         accepted     i1 by ana
        "#]],
    );
}

/// What an agent holds is not moved, but it would be where the new rules have its like.
#[test]
fn a_renamed_queue_keeps_what_it_promised_to_who_is_being_served() {
    check_under(
        "promises.toml",
        r#"
            09:00:00 agent ana signs in
            09:00:00 sms +15550100 to +15550199 "hello"
            09:00:05 agent ana accepts o1
            09:00:06 sms +15550101 to +15550199 "hello"
            09:00:07 agent ana accepts o2
            09:00:08 agent ana pends c2
        "#,
        "09:00:10 reload promises_renamed_queue.toml",
        &expect![[r#"
            09:00:10  policy           adopted
            09:00:10  policy           applied
        "#]],
    );
}

#[test]
fn what_a_removed_agent_holds_is_given_back_though_her_queue_would_keep_it() {
    check_under(
        "pair_kept.toml",
        r#"
            09:00:00 agent ana signs in
            09:00:10 sms +15550100 to +15550199 "hello"
            09:00:11 agent ana accepts o1
            09:00:12 sms +15550101 to +15550199 "two"
            09:00:13 agent ana accepts o2
            09:00:14 agent ana replies to c2 "ask again"
            09:01:00 agent ana signs out
        "#,
        r#"
            09:02:00 reload pair_kept_without_ana.toml
            09:02:01 wait
            09:03:00 sms +15550101 to +15550199 "I ask again"
        "#,
        &expect![[r#"
            09:02:00  policy           adopted
            09:02:00  agent ana        removed
            09:02:00  policy           applied
            09:02:00  interaction i1   queued       general, priority 50, by default, owner offline, waiting since 09:00:10
            09:02:00  agent ana        released
            09:03:00  message m4       received     in c2
            09:03:00  interaction i2   queued       general, priority 50, by default, owner offline, waiting since 09:00:12
        "#]],
    );
}

#[test]
fn a_removed_agent_who_signs_out_gives_back_though_her_queue_would_keep_it() {
    check_under(
        "pair_kept.toml",
        r#"
            09:00:00 agent ana signs in
            09:00:10 sms +15550100 to +15550199 "hello"
            09:00:11 agent ana accepts o1
            09:02:00 reload pair_kept_without_ana.toml
        "#,
        "09:03:00 agent ana signs out",
        &expect![[r#"
            09:03:00  agent ana        offline      signed out
            09:03:00  interaction i1   queued       general, priority 50, by default, owner offline, waiting since 09:00:10
            09:03:00  agent ana        released
        "#]],
    );
}
