//! Work after the contact is served.

use expect_test::expect;

use super::check;

#[test]
fn what_is_parked_is_resolved_without_a_wrap_up() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana pends c1
        "#,
        "09:03:00 agent ana resolves c1",
        &expect![[r#"
            09:03:00  conversation c1  resolved     reopens until day 2 09:03:00
            09:03:00  interaction i1   closed       held by ana
        "#]],
    );
}

#[test]
fn after_a_resolve_the_agent_wraps_up_and_is_free_when_that_lapses() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:01:00 chat +1 to widget "care"
            09:01:05 agent ben accepts o1
            09:01:10 sms +15550101 to +15550199 "two"
        "#,
        r#"
            09:02:00 agent ben resolves c1
            09:02:30 wait
        "#,
        &expect![[r#"
            09:02:00  conversation c1  resolved     reopens until day 2 09:02:00
            09:02:00  wrap-up i1       started      by ben until 09:02:30
            09:02:30  wrap-up i1       finished     by ben, lapsed
            09:02:30  interaction i1   closed       held by ben
            09:02:30  offer o2         made         i2 to ben until 09:03:00, rank load 0, idle 0s
        "#]],
    );
}

#[test]
fn a_finished_wrap_up_frees_its_agent_at_once() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:01:00 chat +1 to widget "care"
            09:01:05 agent ben accepts o1
            09:01:10 sms +15550101 to +15550199 "two"
            09:02:00 agent ben resolves c1
        "#,
        "09:02:10 agent ben finishes i1",
        &expect![[r#"
            09:02:10  wrap-up i1       finished     by ben, asked
            09:02:10  interaction i1   closed       held by ben
            09:02:10  offer o2         made         i2 to ben until 09:02:40, rank load 0, idle 0s
        "#]],
    );
}

#[test]
fn a_wrap_up_is_finished_by_its_conversation_too() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            09:02:10 supervisor sue finishes c1
            09:02:11 supervisor sue finishes c1
        "#,
        &expect![[r#"
            09:02:10  wrap-up i1       finished     by ana, asked
            09:02:10  interaction i1   closed       held by ana
            09:02:11  command          refused      no_wrap_up: there is no such wrap-up, or it is over
        "#]],
    );
}

#[test]
fn a_wrap_up_is_finished_by_its_agent_or_a_supervisor() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
            09:02:00 agent ana resolves c1
        "#,
        r#"
            09:02:10 agent ben finishes i1
            09:02:11 service crm finishes i1
            09:02:12 agent ana finishes i9
        "#,
        &expect![[r#"
            09:02:10  command          refused      wrap_up_not_yours: this wrap-up is another agent's
            09:02:11  command          refused      forbidden: the role of `crm` does not allow `wrap_up.finish`
            09:02:12  command          refused      no_wrap_up: there is no such wrap-up, or it is over
        "#]],
    );
}

#[test]
fn a_wrap_up_that_lapsed_before_the_asking_is_over() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
            09:02:10 site stops
            09:02:40 agent ana finishes i1
        "#,
        "09:03:00 site starts",
        &expect![[r#"
            09:03:00  site             led          epoch 2
            09:03:00  wrap-up i1       finished     by ana, lapsed
            09:03:00  interaction i1   closed       held by ana
            09:03:00  command          rejected     wrap_up.finish by ana: no_wrap_up
        "#]],
    );
}

#[test]
fn a_wrap_up_ends_when_its_agent_goes_offline() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        "09:02:10 agent ana signs out",
        &expect![[r#"
            09:02:10  agent ana        offline      signed out
            09:02:10  wrap-up i1       finished     by ana, agent offline
            09:02:10  interaction i1   closed       held by ana
            09:02:10  agent ana        released
        "#]],
    );
}

#[test]
fn a_wrap_up_ends_when_its_agent_is_taken_out_of_the_rules() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ben accepts o1
            09:02:00 agent ben resolves c1
        "#,
        "09:02:10 reload house_without_ben.toml",
        &expect![[r#"
            09:02:10  policy           adopted
            09:02:10  wrap-up i1       finished     by ben, removed
            09:02:10  interaction i1   closed       held by ben
            09:02:10  agent ben        removed
            09:02:10  agent ben        draining     no longer in the rules
            09:02:10  policy           applied
        "#]],
    );
}

#[test]
fn a_backend_that_resolves_for_an_agent_gives_him_his_wrap_up() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 service crm resolves c1",
        &expect![[r#"
            09:02:00  conversation c1  resolved     reopens until day 2 09:02:00
            09:02:00  wrap-up i1       started      by ana until 09:02:30
        "#]],
    );
}

#[test]
fn an_agent_who_is_offline_wraps_nothing_up() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "done"
            09:01:20 agent ana signs out
        "#,
        "09:02:00 service crm resolves c1",
        &expect![[r#"
            09:02:00  conversation c1  resolved     reopens until day 2 09:02:00
            09:02:00  interaction i1   closed       held by ana
        "#]],
    );
}

#[test]
fn a_contact_who_writes_during_a_wrap_up_is_queued_anew() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            09:02:10 sms +15550100 to +15550199 "one more care"
            09:02:30 wait
        "#,
        &expect![[r#"
            09:02:10  conversation c1  reopened
            09:02:10  message m2       received     in c1
            09:02:10  interaction i2   queued       care, priority 10, by route care
            09:02:10  offer o2         made         i2 to ana until 09:02:40, rank preferred, load 1, idle 1m 10s
            09:02:30  wrap-up i1       finished     by ana, lapsed
            09:02:30  interaction i1   closed       held by ana
        "#]],
    );
}

#[test]
fn who_wraps_up_may_leave_a_note() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "care"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            09:02:10 agent ben notes on c1 "not mine"
            09:02:11 agent ana notes on c1 "She was content."
            09:02:30 wait
            09:02:31 agent ana notes on c1 "too late"
        "#,
        &expect![[r#"
            09:02:10  command          refused      conversation_resolved: conversation c1 is resolved
            09:02:11  conversation c1  noted        as m2
            09:02:30  wrap-up i1       finished     by ana, lapsed
            09:02:30  interaction i1   closed       held by ana
            09:02:31  command          refused      conversation_resolved: conversation c1 is resolved
        "#]],
    );
}
