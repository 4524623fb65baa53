//! Conversations that a person sends on.

use expect_test::expect;

use super::check;
use super::world::World;

#[test]
fn to_a_queue_it_waits_there_at_its_old_age() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 agent ana transfers c1 to queue billing",
        &expect![[r#"
            09:02:00  interaction i1   queued       billing, priority 50, by default, asks billing 3, transferred, waiting since 09:01:00, not to ana before 09:03:00
            09:02:00  clock t1         started      assign of c1, due 09:07:00
        "#]],
    );
}

#[test]
fn the_sender_is_not_offered_it_straight_back() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana transfers c1 to queue general
        "#,
        "09:03:00 wait",
        &expect![[r#"
            09:03:00  interaction i1   cooled       ana may be asked again
            09:03:00  offer o2         made         i1 to ana until 09:03:30, rank load 0, idle 1m
        "#]],
    );
}

#[test]
fn another_agent_takes_it() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
        "#,
        r#"
            09:02:00 agent ana transfers c1 to queue general
            09:02:05 agent ben accepts o2
        "#,
        &expect![[r#"
            09:02:00  interaction i1   queued       general, priority 10, by default, transferred, waiting since 09:01:00, not to ana before 09:03:00
            09:02:00  offer o2         made         i1 to ben until 09:02:30, rank load 0, idle 50s
            09:02:05  offer o2         accepted     i1 by ben
        "#]],
    );
}

#[test]
fn a_running_promise_of_the_old_queue_ends() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "my invoice"
        "#,
        "09:02:00 supervisor sue transfers c1 to queue general",
        &expect![[r#"
            09:02:00  interaction i1   queued       general, priority 10, by default, transferred, waiting since 09:01:00
            09:02:00  clock t1         cancelled    assign, transferred
        "#]],
    );
}

#[test]
fn what_is_offered_is_withdrawn_first() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:10 service crm transfers c1 to queue billing",
        &expect![[r#"
            09:01:10  offer o1         rescinded    i1 to ana, transferred
            09:01:10  interaction i1   queued       billing, priority 50, by default, asks billing 3, transferred, waiting since 09:01:00
            09:01:10  clock t1         started      assign of c1, due 09:06:10
            09:01:10  offer o2         made         i1 to ana until 09:01:40, rank load 0, idle 0s
        "#]],
    );
}

#[test]
fn a_queue_that_is_not_there_leaves_it_with_the_sender() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana transfers c1 to queue nowhere
            09:02:10 agent ana replies to c1 "still here"
        "#,
        &expect![[r#"
            09:02:00  command          refused      unknown_queue: there is no queue `nowhere`
            09:02:10  message m2       replied      in c1
        "#]],
    );
}

#[test]
fn a_queue_that_nobody_serves_leaves_it_with_the_sender() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana transfers c1 to queue polish
            09:02:10 agent ana replies to c1 "still here"
        "#,
        &expect![[r#"
            09:02:00  command          refused      queue_unserved: no agent of the site has what queue `polish` asks; it stays where it is
            09:02:10  message m2       replied      in c1
        "#]],
    );
}

#[test]
fn to_an_agent_it_is_offered_whatever_he_can_do() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
        "#,
        r#"
            09:02:00 agent ana transfers c1 to agent ben
            09:02:05 agent ben accepts o2
        "#,
        &expect![[r#"
            09:02:00  interaction i1   queued       billing, priority 50, by route billing, asks billing 3, transferred, waiting since 09:01:00, not to ana before 09:03:00
            09:02:00  clock t3         started      assign of c1, due 09:07:00, cycle 2
            09:02:00  offer o2         made         i1 to ben until 09:02:30, directed, rank load 0, idle 50s
            09:02:05  offer o2         accepted     i1 by ben
            09:02:05  clock t3         met          assign
        "#]],
    );
}

#[test]
fn declined_it_waits_in_its_queue_for_anyone() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
            09:01:11 agent tala signs in
            09:02:00 agent ana transfers c1 to agent ben
        "#,
        "09:02:05 agent ben declines o2",
        &expect![[r#"
            09:02:05  offer o2         declined     i1 by ben, not again before 09:03:05
            09:02:05  offer o3         made         i1 to tala until 09:02:35, rank load 0, idle 54s
        "#]],
    );
}

#[test]
fn missed_it_waits_in_its_queue_for_anyone() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
            09:01:11 agent tala signs in
            09:02:00 agent ana transfers c1 to agent ben
        "#,
        "09:02:30 wait",
        &expect![[r#"
            09:02:30  offer o2         expired      i1 to ben, not again before 09:03:30
            09:02:30  agent ben        away         rona
            09:02:30  offer o3         made         i1 to tala until 09:03:00, rank load 0, idle 1m 19s
        "#]],
    );
}

#[test]
fn an_agent_who_is_away_leaves_it_with_the_sender() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
            09:01:20 agent ben goes away lunch
        "#,
        r#"
            09:02:00 agent ana transfers c1 to agent ben
            09:02:01 agent ana transfers c1 to agent tala
            09:02:02 agent ana transfers c1 to agent nobody
        "#,
        &expect![[r#"
            09:02:00  command          refused      agent_unavailable: agent `ben` takes no work just now; it stays where it is
            09:02:01  command          refused      agent_unavailable: agent `tala` takes no work just now; it stays where it is
            09:02:02  command          refused      unknown_agent: there is no agent `nobody`
        "#]],
    );
}

#[test]
fn an_agent_who_is_lost_or_drains_leaves_it_with_the_sender() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
            09:01:11 agent tala signs in
            09:01:20 agent ben is lost
            09:01:20 agent tala drains
        "#,
        r#"
            09:02:00 agent ana transfers c1 to agent ben
            09:02:01 agent ana transfers c1 to agent tala
        "#,
        &expect![[r#"
            09:02:00  command          refused      agent_unavailable: agent `ben` takes no work just now; it stays where it is
            09:02:01  command          refused      agent_unavailable: agent `tala` takes no work just now; it stays where it is
        "#]],
    );
}

#[test]
fn an_agent_who_is_full_leaves_it_with_the_sender() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
            09:01:20 chat +1 to widget "two"
            09:01:25 agent ben accepts o2
        "#,
        "09:02:00 agent ana transfers c1 to agent ben",
        &expect![[r#"
            09:02:00  command          refused      agent_full: agent `ben` has no room for it; it stays where it is
        "#]],
    );
}

#[test]
fn to_the_agent_who_holds_it_changes_nothing() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
        "#,
        "09:02:00 supervisor sue transfers c1 to agent ana",
        &expect![[r#"
            09:02:00  command          unchanged
        "#]],
    );
}

#[test]
fn what_is_parked_may_be_sent_on() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
            09:01:30 agent ana pends c1 until 10:00:00
        "#,
        r#"
            09:02:00 agent ana transfers c1 to agent ben
            10:00:00 wait
        "#,
        &expect![[r#"
            09:02:00  interaction i1   queued       general, priority 10, by default, transferred, waiting since 09:01:00, not to ana before 09:03:00
            09:02:00  offer o2         made         i1 to ben until 09:02:30, directed, rank load 0, idle 50s
            09:02:30  offer o2         expired      i1 to ben, not again before 09:03:30
            09:02:30  agent ben        away         rona
            09:03:00  interaction i1   cooled       ana may be asked again
            09:03:00  offer o3         made         i1 to ana until 09:03:30, rank load 0, idle 1m 30s
            09:03:30  offer o3         expired      i1 to ana, not again before 09:04:30
            09:03:30  agent ana        away         rona
            09:03:30  interaction i1   cooled       ben may be asked again
            09:04:30  interaction i1   cooled       ana may be asked again
        "#]],
    );
}

#[test]
fn new_rules_leave_a_directed_offer_alone() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent ana accepts o1
            09:01:10 agent tala signs in
            09:02:00 agent tala goes away lunch
            09:02:01 agent tala comes back
            09:02:02 agent ana transfers c1 to agent tala
        "#,
        r#"
            09:02:10 reload house_without_billing.toml
            09:02:20 agent tala declines o2
        "#,
        &expect![[r#"
            09:02:10  policy           adopted
            09:02:10  clock t2         cancelled    first_reply, policy removed
            09:02:10  clock t3         cancelled    assign, policy removed
            09:02:10  policy           applied
            09:02:20  offer o2         declined     i1 by tala, not again before 09:03:20
            09:02:20  interaction i1   queued       general, priority 10, by default, policy changed, waiting since 09:01:00
        "#]],
    );
}

#[test]
fn a_directed_offer_stands_though_its_agent_lost_the_skill() {
    check(
        r#"
            09:00:00 agent tala signs in
            09:01:00 sms +15550100 to +15550199 "my invoice"
            09:01:05 agent tala accepts o1
            09:01:10 agent ana signs in
            09:02:00 agent tala transfers c1 to agent ana
        "#,
        r#"
            09:02:10 reload house_with_an_unskilled_ana.toml
            09:02:20 agent ana accepts o2
        "#,
        &expect![[r#"
            09:02:10  policy           adopted
            09:02:10  agent ana        upserted     no skills; capacity 3, costs chat 2, email 1, sms 1 (at most 2), work 1
            09:02:10  policy           applied
            09:02:20  offer o2         accepted     i1 by ana
            09:02:20  clock t3         met          assign
        "#]],
    );
}

#[test]
fn an_agent_sends_on_only_what_is_his() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ben signs in
        "#,
        "09:02:00 agent ben transfers c1 to queue billing",
        &expect![[r#"
            09:02:00  command          refused      conversation_not_yours: conversation c1 is not assigned to you
        "#]],
    );
}

#[test]
fn what_is_resolved_is_not_sent_on() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:30 agent ana resolves c1
        "#,
        "09:02:00 supervisor sue transfers c1 to queue billing",
        &expect![[r#"
            09:02:00  command          refused      conversation_resolved: conversation c1 is resolved
        "#]],
    );
}

/// One slice of due work is full with the end of the offer.
#[test]
fn a_directed_offer_that_ends_where_a_step_ends_is_placed_by_the_new_rules() {
    const BEFORE: usize = 191;
    let mut world = World::open("house.toml");
    for place in 1..=BEFORE {
        world.tell(&format!("09:00:10 sms +1{place} to +15550199 \"hello\""));
        world.tell(&format!("09:00:10 supervisor sue resolves c{place}"));
    }
    world.tell(
        r#"
            day 2
            09:00:00 agent ben signs in
            09:00:00 sms +15550100 to +15550199 "my invoice"
            09:00:00 supervisor sue transfers c192 to agent ben
            09:00:01 reload house_without_billing.toml
            09:00:02 site stops
        "#,
    );
    let told = world.tell("day 2\n09:01:00 site starts");
    let of_it: Vec<&str> = told.lines().filter(|line| line.contains("i192")).collect();
    let [expired, placed] = of_it[..] else { panic!("{of_it:?}") };
    assert!(expired.contains("offer o1         expired"), "{expired}");
    assert!(placed.contains("interaction i192  queued       general, priority 10"), "{placed}");
    world.end();
}
