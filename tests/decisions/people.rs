//! What people of ours begin: conversations, notes, work, agents.

use expect_test::expect;

use super::check;

#[test]
fn only_an_agent_who_is_there_writes_first() {
    check(
        "09:00:00 agent ben signs in",
        r#"
            09:01:00 agent ana starts sms to +15550100 from +15550199 "hello"
            09:01:01 supervisor sue starts sms to +15550100 from +15550199 "hello"
            09:01:02 service crm starts sms to +15550100 from +15550199 "hello"
        "#,
        &expect![[r#"
            09:01:00  command          refused      not_signed_in: agent `ana` is not signed in; sign in first
            09:01:01  command          refused      forbidden: the role of `sue` does not allow `conversation.start`
            09:01:02  command          refused      forbidden: the role of `crm` does not allow `conversation.start`
        "#]],
    );
}

#[test]
fn what_is_begun_needs_a_way_out_and_a_queue() {
    check(
        "09:00:00 agent ana signs in",
        r#"
            09:01:00 agent ana starts sms to +15550100 from +15559999 "hello"
            09:01:01 agent ana starts work to kim from desk "hello"
            09:01:02 agent ana starts sms to +15550100 from +15550199 "hello" in queue nowhere
            09:01:03 agent ana starts sms to +15550100 from +15550199 "hello" in queue nowhere asked at 09:01:00
            09:01:04 agent ana starts sms to +15550100 from +15559999 "hello" asked at 09:01:00
        "#,
        &expect![[r#"
            09:01:00  command          refused      unknown_source: there is no source `elsewhere`; add it to the configuration
            09:01:01  command          refused      unknown_source: there is no source `desk`; add it to the configuration
            09:01:02  command          refused      unknown_queue: there is no queue `nowhere`
            09:01:03  command          rejected     conversation.start by ana: unknown_queue
            09:01:04  command          rejected     conversation.start by ana: unknown_source
        "#]],
    );
}

#[test]
fn who_is_no_longer_in_the_rules_begins_nothing() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:01:00 reload house_without_ben.toml
        "#,
        r#"09:02:00 agent ben starts sms to +15550100 from +15550199 "hello""#,
        &expect![[r#"
            09:02:00  command          refused      agent_removed: agent `ben` is no longer in the rules, and takes nothing new
        "#]],
    );
}

/// Goal: no two mails have one Message-ID. Method: the id of a command makes that of its mail; when it comes
/// again after it was forgotten as a command, what it began is still known.
#[test]
fn an_id_that_began_a_conversation_begins_no_other() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 agent ana starts email to kim@example.org from help@example.com "hello" command id 1
            day 3
            08:00:00 agent ana drains command id 9
        "#,
        r#"
            day 3
            09:00:00 agent ana starts email to kim@example.org from help@example.com "hello" command id 1
            09:01:00 agent ana starts email to kim@example.org from help@example.com "hello" command id 2
        "#,
        &expect![[r#"
            09:00:00  command          refused      id_used: a command with this `id` wrote in conversation c1 before; take another `id`
            09:01:00  conversation c2  opened       contact k1, email
            09:01:00  interaction i2   assigned     to ana for 1 units, started, of general
            09:01:00  message m2       replied      in c2
        "#]],
    );
}

#[test]
fn the_same_beginning_is_one() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 agent ana starts sms to +15550100 from +15550199 "hello" command id 1
        "#,
        r#"09:01:10 agent ana starts sms to +15550100 from +15550199 "hello" command id 1"#,
        &expect![[r#"
            09:01:10  command          repeated
        "#]],
    );
}

#[test]
fn what_is_begun_after_a_resolve_follows_it_up_and_takes_its_thread() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
            09:01:05 agent ana accepts o1
            09:02:00 agent ana resolves c1
        "#,
        r#"
            09:03:00 agent ana starts sms to +15550100 from +15550199 "One thing more"
            09:04:00 sms +15550100 to +15550199 "Yes?"
        "#,
        &expect![[r#"
            09:03:00  conversation c2  opened       contact k1, sms, follow-up of c1
            09:03:00  interaction i2   assigned     to ana for 1 units, started, of general
            09:03:00  message m2       replied      in c2
            09:04:00  message m3       received     in c2
        "#]],
    );
}

#[test]
fn a_contact_may_have_two_mails_and_a_chat_open() {
    check(
        "09:00:00 agent ana signs in",
        r#"
            09:01:00 agent ana starts email to kim@example.org from help@example.com "one"
            09:01:10 agent ana starts email to kim@example.org from help@example.com "two"
            09:01:20 agent ana starts chat to kim from widget "three"
            09:01:30 agent ana starts chat to kim from widget "four"
        "#,
        &expect![[r#"
            09:01:00  contact k1       created      by email
            09:01:00  conversation c1  opened       contact k1, email
            09:01:00  interaction i1   assigned     to ana for 1 units, started, of general
            09:01:00  message m1       replied      in c1
            09:01:10  conversation c2  opened       contact k1, email
            09:01:10  interaction i2   assigned     to ana for 1 units, started, of general
            09:01:10  message m2       replied      in c2
            09:01:20  contact k2       created      by chat
            09:01:20  conversation c3  opened       contact k2, chat
            09:01:20  interaction i3   assigned     to ana for 2 units, started, of general
            09:01:20  message m3       replied      in c3
            09:01:30  command          refused      conversation_open: this contact has conversation c3 open at this source; reply there
        "#]],
    );
}

#[test]
fn who_is_past_his_capacity_is_offered_nothing_until_he_has_room() {
    check(
        r#"
            09:00:00 agent ben signs in
            09:01:00 agent ben starts sms to +15550101 from +15550199 "one"
            09:01:01 agent ben starts sms to +15550102 from +15550199 "two"
            09:01:02 agent ben starts sms to +15550103 from +15550199 "three"
        "#,
        r#"
            09:02:00 sms +15550100 to +15550199 "hello"
            09:02:10 agent ben resolves c1
            09:02:20 agent ben resolves c2
        "#,
        &expect![[r#"
            09:02:00  contact k4       created      by sms
            09:02:00  conversation c4  opened       contact k4, sms
            09:02:00  message m4       received     in c4
            09:02:00  interaction i4   queued       general, priority 10, by default
            09:02:10  conversation c1  resolved     reopens until day 2 09:02:10
            09:02:10  interaction i1   closed       held by ben
            09:02:20  conversation c2  resolved     reopens until day 2 09:02:20
            09:02:20  interaction i2   closed       held by ben
            09:02:20  offer o1         made         i4 to ben until 09:02:50, rank load 1, idle 0s
        "#]],
    );
}

#[test]
fn what_was_begun_can_be_given_back() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 agent ana starts email to kim@example.org from help@example.com "hello" in queue billing
        "#,
        "09:02:00 agent ana requeues c1",
        &expect![[r#"
            09:02:00  interaction i1   queued       billing, priority 50, by default, asks billing 3, requeued, waiting since 09:01:00
            09:02:00  clock t1         started      assign of c1, due 09:07:00
            09:02:00  offer o1         made         i1 to ana until 09:07:00, rank load 0, idle 0s
        "#]],
    );
}

#[test]
fn a_note_by_a_gateway_is_forbidden_and_on_nothing_is_unknown() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "hello"
        "#,
        r#"
            09:01:05 gateway edge notes on c1 "mine"
            09:01:06 service crm notes on c9 "there?"
            09:01:07 agent ana notes on c1 "offered, not held"
            09:01:08 supervisor sue notes on c1 "seen" version 1
        "#,
        &expect![[r#"
            09:01:05  command          refused      forbidden: the role of `edge` does not allow `conversation.note`
            09:01:06  command          refused      unknown_conversation: there is no conversation c9, or it is archived
            09:01:07  command          refused      conversation_not_yours: conversation c1 is not assigned to you
            09:01:08  command          refused      version_moved: conversation c1 is at version 4, not 1; read it again
        "#]],
    );
}

#[test]
fn the_same_work_is_made_once_though_its_id_is_forgotten() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 service crm creates work at desk "Call back" command id 1
            day 3
            09:00:00 agent ana signs out command id later
        "#,
        r#"
            day 3
            09:01:00 service crm creates work at desk "Call back" command id 1
            09:01:01 service crm creates work at nowhere "Call back"
        "#,
        &expect![[r#"
            09:01:00  command          refused      duplicate_message: this message was taken in before
            09:01:01  command          refused      unknown_source: there is no source `elsewhere`; add it to the configuration
        "#]],
    );
}

#[test]
fn a_command_takes_no_name_of_an_actor_and_loses_one_that_the_rules_give_away() {
    check(
        r#"
            09:00:00 supervisor sue upserts zed with billing 3
            09:00:10 agent zed signs in
        "#,
        r#"
            09:01:00 supervisor sue upserts sue with nothing
            09:02:00 reload house_with_zed_as_a_backend.toml
            09:03:00 supervisor sue upserts zed with billing 3
        "#,
        &expect![[r#"
            09:01:00  command          refused      name_taken: `sue` is an actor already, so it cannot be an agent
            09:02:00  policy           adopted
            09:02:00  agent zed        removed
            09:02:00  agent zed        draining     no longer in the rules
            09:02:00  policy           applied
            09:03:00  command          refused      name_taken: `zed` is an actor already, so it cannot be an agent
        "#]],
    );
}

#[test]
fn a_reload_that_names_nobody_new_leaves_an_agent_of_a_command_alone() {
    check(
        r#"
            09:00:00 supervisor sue upserts zed with billing 3
            09:00:10 agent zed signs in
        "#,
        r#"
            09:01:00 reload house_without_billing.toml
            09:02:00 sms +15550100 to +15550199 "hello"
        "#,
        &expect![[r#"
            09:01:00  policy           adopted
            09:01:00  policy           applied
            09:02:00  contact k1       created      by sms
            09:02:00  conversation c1  opened       contact k1, sms
            09:02:00  message m1       received     in c1
            09:02:00  interaction i1   queued       general, priority 10, by default
            09:02:00  offer o1         made         i1 to zed until 09:02:30, rank load 0, idle 1m 50s
        "#]],
    );
}
