//! Presence: signing in and out, going away, falling silent; and what becomes of the work.

use expect_test::expect;

use super::check;

#[test]
fn an_agent_who_signs_in_is_available_and_gets_what_waits() {
    check(
        r#"09:01:00 sms +15550100 to +15550199 "hello""#,
        "09:02:00 agent ana signs in",
        &expect![[r#"
        09:02:00  agent ana        available    0/3 units
        09:02:00  offer o1         made         i1 to ana until 09:02:30, rank load 0, idle 0s
    "#]],
    );
}

#[test]
fn signing_in_twice_changes_nothing() {
    check(
        "09:00:00 agent ana signs in",
        "09:02:00 agent ana signs in",
        &expect![[r#"
        09:02:00  command          unchanged
    "#]],
    );
}

#[test]
fn signing_in_again_ends_a_loss() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 agent ana is lost
        "#,
        "09:01:30 agent ana signs in",
        &expect![[r#"
            09:01:30  agent ana        returned
        "#]],
    );
}

#[test]
fn who_signed_out_cannot_change_his_presence() {
    check(
        "",
        "09:00:00 agent ana goes away lunch",
        &expect![[r#"
        09:00:00  command          refused      not_signed_in: agent `ana` is not signed in; sign in first
    "#]],
    );
}

#[test]
fn who_is_not_signed_in_cannot_sign_out() {
    check(
        "",
        "09:00:00 agent ana signs out",
        &expect![[r#"
        09:00:00  command          refused      not_signed_in: agent `ana` is not signed in; sign in first
    "#]],
    );
}

#[test]
fn an_agent_who_goes_away_keeps_his_offer_and_what_he_holds() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 sms +15550101 to +15550199 "second"
        "#,
        r#"
            09:01:15 agent ana goes away lunch
            09:01:20 agent ana accepts o2
        "#,
        &expect![[r#"
            09:01:15  agent ana        away         lunch
            09:01:20  offer o2         accepted     i2 by ana
        "#]],
    );
}

#[test]
fn an_agent_who_is_away_gets_no_offer() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:30 agent ana goes away lunch
        "#,
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
fn an_agent_who_drains_gets_no_offer() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:30 agent ana drains
        "#,
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
fn who_comes_back_gets_what_waits() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:30 agent ana goes away lunch
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:05:00 agent ana comes back",
        &expect![[r#"
            09:05:00  agent ana        available    0/3 units
            09:05:00  offer o1         made         i1 to ana until 09:05:30, rank load 0, idle 0s
        "#]],
    );
}

#[test]
fn coming_back_twice_changes_nothing() {
    check(
        "09:00:00 agent ana signs in",
        "09:05:00 agent ana comes back",
        &expect![[r#"
        09:05:00  command          unchanged
    "#]],
    );
}

#[test]
fn to_say_offline_is_to_sign_out() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:10 agent ana goes offline",
        &expect![[r#"
            09:01:10  agent ana        offline      signed out
            09:01:10  offer o1         rescinded    i1 to ana, agent offline
            09:01:10  agent ana        released
        "#]],
    );
}

#[test]
fn signing_out_gives_back_what_is_owed_and_keeps_what_is_answered() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "hi"
            09:02:00 sms +15550101 to +15550199 "second"
            09:02:05 agent ana accepts o2
        "#,
        "09:03:00 agent ana signs out",
        &expect![[r#"
            09:03:00  agent ana        offline      signed out
            09:03:00  interaction i2   queued       general, priority 10, by default, owner offline, waiting since 09:02:00
            09:03:00  agent ana        released
        "#]],
    );
}

#[test]
fn a_lost_agent_loses_his_offer_at_once_and_nothing_he_holds() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 sms +15550101 to +15550199 "second"
        "#,
        "09:01:15 agent ana is lost",
        &expect![[r#"
            09:01:15  agent ana        lost         offline at 09:02:15
            09:01:15  offer o2         rescinded    i2 to ana, agent lost
        "#]],
    );
}

#[test]
fn a_lost_agent_is_offline_after_the_grace() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:15 agent ana is lost
        "#,
        "09:02:15 wait",
        &expect![[r#"
            09:02:15  agent ana        offline      lost for too long
            09:02:15  interaction i1   queued       general, priority 10, by default, owner offline, waiting since 09:01:00
            09:02:15  agent ana        released
        "#]],
    );
}

#[test]
fn a_lost_agent_who_is_heard_in_time_goes_on() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 agent ana is lost
            09:01:30 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:40 agent ana is heard again",
        &expect![[r#"
            09:01:40  agent ana        returned
            09:01:40  offer o1         made         i1 to ana until 09:02:10, rank load 0, idle 1m 40s
        "#]],
    );
}

#[test]
fn the_loss_of_one_who_is_offline_is_nothing() {
    check(
        "",
        "09:00:00 agent ana is lost",
        &expect![[r#"
        09:00:00  command          unchanged
    "#]],
    );
}

#[test]
fn nobody_can_be_lost_who_is_not_an_agent() {
    check(
        "",
        "09:00:00 site loses zoe",
        &expect![[r#"
        09:00:00  command          refused      unknown_actor: `zoe` is neither an agent nor an actor of this site; add it to the configuration
    "#]],
    );
}

#[test]
fn who_was_taken_out_of_the_rules_may_finish_and_is_then_unknown() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:00 agent ben signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana declines o1
            09:01:10 agent ben accepts o2
            09:02:00 reload house_without_ben.toml
        "#,
        r#"
            09:03:00 agent ben resolves c1
            09:03:10 agent ben signs out
            09:03:20 agent ben signs in
        "#,
        &expect![[r#"
            09:03:00  conversation c1  resolved     reopens until day 2 09:03:00
            09:03:00  interaction i1   closed       held by ben
            09:03:10  agent ben        offline      signed out
            09:03:20  command          refused      unknown_actor: `ben` is neither an agent nor an actor of this site; add it to the configuration
        "#]],
    );
}
