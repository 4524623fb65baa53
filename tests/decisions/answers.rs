//! Offers: who is asked, in what order, and what follows an answer or none.

use expect_test::expect;

use super::check;

#[test]
fn the_one_who_idles_longest_is_asked_first() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
        "#,
        r#"09:01:00 sms +15550100 to +15550199 "hello""#,
        &expect![[r#"
            09:01:00  contact k1       created      by sms
            09:01:00  conversation c1  opened       contact k1, sms
            09:01:00  message m1       received     in c1
            09:01:00  interaction i1   queued       general, priority 10, by default
            09:01:00  offer o1         made         i1 to ana until 09:01:30, rank load 0, idle 1m
        "#]],
    );
}

#[test]
fn the_less_loaded_is_asked_before_the_one_who_idles_longer() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:05:00 agent ben signs in
        "#,
        r#"09:05:10 sms +15550101 to +15550199 "second""#,
        &expect![[r#"
            09:05:10  contact k2       created      by sms
            09:05:10  conversation c2  opened       contact k2, sms
            09:05:10  message m2       received     in c2
            09:05:10  interaction i2   queued       general, priority 10, by default
            09:05:10  offer o2         made         i2 to ben until 09:05:40, rank load 0, idle 10s
        "#]],
    );
}

#[test]
fn a_declined_offer_goes_to_the_next_best_agent() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:10 agent ana declines o1",
        &expect![[r#"
            09:01:10  offer o1         declined     i1 by ana, not again before 09:02:10
            09:01:10  offer o2         made         i1 to ben until 09:01:40, rank load 0, idle 1m 9s
        "#]],
    );
}

#[test]
fn a_declined_offer_comes_back_after_the_pause_when_nobody_else_is_there() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:10 agent ana declines o1
        "#,
        "09:02:10 wait",
        &expect![[r#"
            09:02:10  interaction i1   cooled       ana may be asked again
            09:02:10  offer o2         made         i1 to ana until 09:02:40, rank load 0, idle 1m
        "#]],
    );
}

#[test]
fn an_expired_offer_sends_its_agent_away_and_goes_to_the_next() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:30 wait",
        &expect![[r#"
            09:01:30  offer o1         expired      i1 to ana, not again before 09:02:30
            09:01:30  agent ana        away         rona
            09:01:30  offer o2         made         i1 to ben until 09:02:00, rank load 0, idle 1m 29s
        "#]],
    );
}

#[test]
fn an_offer_of_mail_stands_longer() {
    check(
        "09:00:00 agent ana signs in",
        r#"09:01:00 email kim@example.org to help@example.com "hello""#,
        &expect![[r#"
            09:01:00  contact k1       created      by email
            09:01:00  conversation c1  opened       contact k1, email
            09:01:00  message m1       received     in c1
            09:01:00  interaction i1   queued       general, priority 10, by default
            09:01:00  offer o1         made         i1 to ana until 09:06:00, rank load 0, idle 1m
        "#]],
    );
}

#[test]
fn an_accept_at_the_last_instant_counts() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:30 agent ana accepts o1",
        &expect![[r#"
            09:01:30  offer o1         accepted     i1 by ana
        "#]],
    );
}

#[test]
fn an_accept_after_the_end_is_refused() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:31 wait
        "#,
        "09:01:31 agent ana accepts o1",
        &expect![[r#"
            09:01:31  command          refused      offer_ended: offer o1 has ended; what you hold and what is offered to you tell the lists
        "#]],
    );
}

#[test]
fn an_accept_that_was_asked_in_time_counts_though_the_daemon_was_down() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:10 site stops
        "#,
        r#"
            09:01:20 agent ana accepts o1
            09:01:25 site starts
        "#,
        &expect![[r#"
            09:01:25  site             led          epoch 2
            09:01:25  offer o1         accepted     i1 by ana
        "#]],
    );
}

#[test]
fn a_decline_after_the_end_is_refused() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:31 wait
        "#,
        "09:01:31 agent ana declines o1",
        &expect![[r#"
            09:01:31  command          refused      offer_ended: offer o1 has ended; what you hold and what is offered to you tell the lists
        "#]],
    );
}

#[test]
fn an_offer_that_never_was_is_unknown() {
    check(
        "09:00:00 agent ana signs in",
        "09:01:00 agent ana accepts o7",
        &expect![[r#"
        09:01:00  command          refused      unknown_offer: there never was an offer o7
    "#]],
    );
}

#[test]
fn the_offer_of_another_is_refused() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:10 agent ben accepts o1",
        &expect![[r#"
            09:01:10  command          refused      offer_not_yours: offer o1 was made to another agent
        "#]],
    );
}

#[test]
fn who_had_the_contact_last_is_asked_first_on_a_new_conversation() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one"
            09:01:10 agent ana accepts o1
            09:02:00 agent ben signs in
        "#,
        r#"09:03:00 email kim@example.org to help@example.com "two""#,
        &expect![[r#"
            09:03:00  conversation c2  opened       contact k1, email
            09:03:00  message m2       received     in c2
            09:03:00  interaction i2   queued       general, priority 10, by default
            09:03:00  offer o2         made         i2 to ana until 09:08:00, rank preferred, load 1, idle 2m
        "#]],
    );
}

#[test]
fn too_weak_a_skill_gets_no_offer() {
    check(
        "09:00:01 agent ben signs in",
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
fn a_skilled_agent_is_asked_though_a_weaker_one_idles_longer() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:00:30 agent ana signs in
        "#,
        r#"09:01:00 sms +15550100 to +15550199 "my invoice""#,
        &expect![[r#"
            09:01:00  contact k1       created      by sms
            09:01:00  conversation c1  opened       contact k1, sms
            09:01:00  message m1       received     in c1
            09:01:00  interaction i1   queued       billing, priority 50, by route billing, asks billing 3
            09:01:00  clock t1         started      assign of c1, due 09:06:00
            09:01:00  clock t2         started      first_reply of c1, due 09:11:00
            09:01:00  offer o1         made         i1 to ana until 09:01:30, rank load 0, idle 30s
        "#]],
    );
}

#[test]
fn nobody_who_speaks_the_language_is_signed_in_so_it_waits() {
    check(
        "09:00:00 agent ana signs in",
        r#"09:01:00 chat v to widget "kumusta" language tl"#,
        &expect![[r#"
        09:01:00  contact k1       created      by chat
        09:01:00  conversation c1  opened       contact k1, chat, language tl
        09:01:00  message m1       received     in c1
        09:01:00  interaction i1   queued       general, priority 10, by route tagalog, asks tagalog 3
    "#]],
    );
}

#[test]
fn a_channel_at_its_maximum_takes_no_more_though_there_are_units() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 sms +15550101 to +15550199 "second"
            09:01:15 agent ana accepts o2
        "#,
        r#"09:01:20 sms +15550102 to +15550199 "third""#,
        &expect![[r#"
            09:01:20  contact k3       created      by sms
            09:01:20  conversation c3  opened       contact k3, sms
            09:01:20  message m3       received     in c3
            09:01:20  interaction i3   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn another_channel_still_fits_beside_a_full_one() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 sms +15550101 to +15550199 "second"
            09:01:15 agent ana accepts o2
        "#,
        r#"09:01:20 email kim@example.org to help@example.com "third""#,
        &expect![[r#"
            09:01:20  contact k3       created      by email
            09:01:20  conversation c3  opened       contact k3, email
            09:01:20  message m3       received     in c3
            09:01:20  interaction i3   queued       general, priority 10, by default
            09:01:20  offer o3         made         i3 to ana until 09:06:20, rank load 2, idle 10s
        "#]],
    );
}

#[test]
fn a_dear_channel_needs_room_for_its_whole_cost() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:01:10 email kim@example.org to help@example.com "second"
            09:01:15 agent ana accepts o2
        "#,
        r#"09:01:20 chat v to widget "third""#,
        &expect![[r#"
            09:01:20  contact k3       created      by chat
            09:01:20  conversation c3  opened       contact k3, chat
            09:01:20  message m3       received     in c3
            09:01:20  interaction i3   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn a_pending_offer_takes_its_units() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:01:00 chat v to widget "hello"
        "#,
        r#"09:01:05 sms +15550100 to +15550199 "second""#,
        &expect![[r#"
            09:01:05  contact k2       created      by sms
            09:01:05  conversation c2  opened       contact k2, sms
            09:01:05  message m2       received     in c2
            09:01:05  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn the_higher_priority_is_offered_before_the_older() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "hello"
            09:02:00 sms +15550101 to +15550199 "my invoice"
            09:03:00 chat v to widget "third"
        "#,
        "09:04:00 agent tala signs in",
        &expect![[r#"
            09:04:00  agent tala       available    0/2 units
            09:04:00  offer o1         made         i2 to tala until 09:04:30, rank load 0, idle 0s
            09:04:00  offer o2         made         i1 to tala until 09:04:30, rank load 1, idle 0s
        "#]],
    );
}

#[test]
fn a_first_miss_is_forgiven_where_two_are_allowed() {
    check(
        r#"
            08:00:00 reload house_that_forgives_a_miss.toml
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        "09:01:30 wait",
        &expect![[r#"
            09:01:30  offer o1         expired      i1 to ana, not again before 09:02:30
        "#]],
    );
}

#[test]
fn a_second_miss_in_a_row_is_not() {
    check(
        r#"
            08:00:00 reload house_that_forgives_a_miss.toml
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:02:59 wait
        "#,
        "09:03:00 wait",
        &expect![[r#"
            09:03:00  offer o2         expired      i1 to ana, not again before 09:04:00
            09:03:00  agent ana        away         rona
        "#]],
    );
}

#[test]
fn a_decline_between_two_misses_begins_the_count_anew() {
    check(
        r#"
            08:00:00 reload house_that_forgives_a_miss.toml
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:40 email kim@example.org to help@example.com "two"
            09:01:45 agent ana declines o2
            09:02:59 wait
        "#,
        "09:03:00 wait",
        &expect![[r#"
            09:03:00  offer o3         expired      i1 to ana, not again before 09:04:00
        "#]],
    );
}

#[test]
fn the_preferred_agent_who_declines_is_passed_over() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "one"
            09:01:10 agent ana accepts o1
            09:02:00 agent ben signs in
            09:03:00 email kim@example.org to help@example.com "two"
        "#,
        "09:03:10 agent ana declines o2",
        &expect![[r#"
            09:03:10  offer o2         declined     i2 by ana, not again before 09:04:10
            09:03:10  offer o3         made         i2 to ben until 09:08:10, rank load 0, idle 1m 10s
        "#]],
    );
}

#[test]
fn declined_by_all_it_waits_for_the_first_pause_to_end() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:01 agent ben signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:10 agent ana declines o1
            09:01:20 agent ben declines o2
        "#,
        "09:02:30 wait",
        &expect![[r#"
            09:02:10  interaction i1   cooled       ana may be asked again
            09:02:10  offer o3         made         i1 to ana until 09:02:40, rank load 0, idle 1m
            09:02:20  interaction i1   cooled       ben may be asked again
        "#]],
    );
}
