//! Who a contact is, and whether he may be written to: opt-outs, several addresses, windows of providers.

use expect_test::expect;

use super::check;

/// sms-S1. It is shown where it belongs and wakes nobody; then nothing leaves for him.
#[test]
fn who_opts_out_is_shown_and_not_written_to() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "On its way."
        "#,
        r#"
            09:02:00 sms +15550100 to +15550199 "STOP" keyword opt_out
            09:02:10 agent ana replies to c1 "Sorry!"
            09:02:20 sms +15550100 to +15550199 "stop." keyword opt_out
        "#,
        &expect![[r#"
            09:02:00  message m3       received     in c1, opt out
            09:02:00  contact k1       opted out    of line, by keyword
            09:02:10  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:00Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:02:20  message m4       received     in c1, opt out
        "#]],
    );
}

#[test]
fn an_opt_out_reopens_nothing_and_its_contact_is_not_written_to_first() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana resolves c1
        "#,
        r#"
            09:02:00 sms +15550100 to +15550199 "STOP" keyword opt_out
            09:02:10 agent ana starts sms to +15550100 from +15550199 "One more thing"
            09:02:20 sms +15550101 to +15550199 "STOP" keyword opt_out
            09:02:30 agent ana starts sms to +15550101 from +15550199 "Hello"
        "#,
        &expect![[r#"
            09:02:00  message m2       received     in c1, opt out
            09:02:00  contact k1       opted out    of line, by keyword
            09:02:10  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:00Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:02:20  message          ignored      human
            09:02:20  contact k2       created      by sms
            09:02:20  contact k2       opted out    of line, by keyword
            09:02:30  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:20Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
        "#]],
    );
}

/// sms-S4.
#[test]
fn yes_is_an_ordinary_text_but_of_who_is_out() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "YES" keyword opt_in_if_out
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 sms +15550100 to +15550199 "STOP" keyword opt_out
            09:02:10 sms +15550100 to +15550199 "YES" keyword opt_in_if_out
            09:02:20 agent ana replies to c1 "Welcome back."
            09:02:30 sms +15550101 to +15550199 "START" keyword opt_in
        "#,
        &expect![[r#"
            09:02:00  message m2       received     in c1, opt out
            09:02:00  contact k1       opted out    of line, by keyword
            09:02:10  message m3       received     in c1, opt in
            09:02:10  contact k1       opted in     to line, by keyword
            09:02:20  message m4       replied      in c1
            09:02:30  contact k2       created      by sms
            09:02:30  conversation c2  opened       contact k2, sms
            09:02:30  message m5       received     in c2
            09:02:30  interaction i2   queued       general, priority 10, by default
            09:02:30  offer o2         made         i2 to ana until 09:03:00, rank load 1, idle 1m 30s
        "#]],
    );
}

/// sms-S3.
#[test]
fn what_may_be_an_opt_out_goes_its_way_and_is_marked() {
    check(
        r#"
            09:00:00 agent ana signs in
        "#,
        r#"
            09:01:00 sms +15550100 to +15550199 "please stop texting me" keyword review
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "We will."
            09:01:20 supervisor sue opts +15550100 out of line
            09:01:30 agent ana replies to c1 "Are you there?"
            09:01:40 supervisor sue opts +15550100 into line
            09:01:50 agent ana replies to c1 "Welcome back."
            09:01:55 agent ana opts +15550100 out of line
        "#,
        &expect![[r#"
            09:01:00  contact k1       created      by sms
            09:01:00  conversation c1  opened       contact k1, sms
            09:01:00  message m1       received     in c1, review
            09:01:00  interaction i1   queued       general, priority 10, by default
            09:01:00  offer o1         made         i1 to ana until 09:01:30, rank load 0, idle 1m
            09:01:05  offer o1         accepted     i1 by ana
            09:01:10  message m2       replied      in c1
            09:01:20  contact k1       opted out    of line, by command
            09:01:30  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:01:20Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:01:40  contact k1       opted in     to line, by command
            09:01:50  message m3       replied      in c1
            09:01:55  command          refused      forbidden: the role of `ana` does not allow `contact.set_opt_out`
        "#]],
    );
}

/// What a carrier refuses since the recipient opted out there is the same state.
#[test]
fn a_report_opts_out() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "On its way."
            09:01:11 gateway edge reports m2 sent known as SM1
        "#,
        r#"
            09:02:00 report sms +15550100 to +15550199 of SM1 as failed code opted_out
            09:02:10 agent ana replies to c1 "Sorry!"
            09:02:20 report sms +15550107 to +15550199 of SM7 as failed code opted_out
        "#,
        &expect![[r#"
            09:02:00  contact k1       opted out    of line, by report
            09:02:00  message m2       failed       code opted_out
            09:02:10  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:00Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:02:20  update           pended       report, failed
        "#]],
    );
}

/// sms-S10.
#[test]
fn a_name_is_not_answered() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms BANK to +15550199 "Your code" unanswerable
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 agent ana replies to c1 "Which code?"
        "#,
        &expect![[r#"
            09:02:00  command          refused      no_reply_possible: who wrote in c1 cannot be answered: it is no number, but a name
        "#]],
    );
}

/// chat-C4.
#[test]
fn a_number_that_comes_later_is_the_same_contact() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat bsuid-1 to widget "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 chat +15550100 to widget "it is me" known as bsuid-1
            09:03:00 agent ana resolves c1
            09:04:00 chat +15550100 to widget "one more"
        "#,
        &expect![[r#"
            09:02:00  contact k1       known        by another address, too
            09:02:00  message m2       received     in c1
            09:03:00  conversation c1  resolved     reopens until day 2 09:03:00
            09:03:00  interaction i1   closed       held by ana
            09:04:00  conversation c1  reopened
            09:04:00  message m3       received     in c1
            09:04:00  interaction i2   queued       general, priority 10, by default
            09:04:00  offer o2         made         i2 to ana until 09:04:30, rank preferred, load 0, idle 1m
        "#]],
    );
}

/// chat-C5.
#[test]
fn a_new_number_goes_on_in_the_same_conversation() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat +15550100 to widget "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 link chat +15550100 to widget with +15550111 "changed the number"
            09:02:10 chat +15550111 to widget "I am here now"
            09:02:20 link chat +15550100 to widget with +15550111 "changed the number"
        "#,
        &expect![[r#"
            09:02:00  contact k1       known        by another address, too
            09:02:00  conversation c1  told
            09:02:10  message m2       received     in c1
            09:02:20  update           refused      duplicate_message: this message was taken in before
        "#]],
    );
}

/// Who was two is one from then on, and his agent goes with him; what one of them asked for holds.
#[test]
fn two_contacts_whom_the_provider_calls_one_are_joined() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat +15550100 to widget "hello"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana resolves c1
            09:02:00 chat bsuid-1 to widget "hello again"
            09:02:05 agent ana accepts o2
            09:02:10 chat bsuid-1 to widget "STOP" keyword opt_out
        "#,
        r#"
            09:03:00 chat +15550100 to widget "it is me" known as bsuid-1
            09:03:10 agent ana replies to c2 "Hello!"
            09:03:20 chat +15550100 to widget "START" keyword opt_in known as bsuid-1
            09:03:30 agent ana replies to c2 "Hello!"
        "#,
        &expect![[r#"
            09:03:00  contact k2       linked       into k1
            09:03:00  message m4       received     in c2, references two conversations, names c1
            09:03:10  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:10Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:03:20  message m5       received     in c2, opt in
            09:03:20  contact k1       opted in     to web, by keyword
            09:03:30  message m6       replied      in c2
        "#]],
    );
}

#[test]
fn after_the_window_only_a_template_leaves() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "hello" hours 24
            09:01:05 agent ana accepts o1
            09:01:10 agent ana pends c1
            day 2
        "#,
        r#"
            day 2
            09:01:00 agent ana replies to c1 "In time."
            09:01:01 agent ana replies to c1 "Too late."
            09:01:02 agent ana replies to c1 "Your order" template
            09:01:10 chat kim to widget "yes?" hours 24
            09:01:20 agent ana replies to c1 "It came."
        "#,
        &expect![[r#"
            day 2
            09:01:00  message m2       replied      in c1
            09:01:01  command          refused      reply_window_closed: the provider let us answer freely until 2026-03-03T09:01:00Z; wait until the contact writes, or send one of its templates with `template`
            09:01:02  message m3       replied      in c1
            09:01:10  message m4       received     in c1, answered until 09:01:10
            09:01:10  interaction i1   resumed      by ana, contact
            09:01:20  message m5       replied      in c1
        "#]],
    );
}

/// What a carrier told of a message is told again and again. Who came back since stays so.
#[test]
fn a_report_of_before_he_came_back_opts_nobody_out() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "On its way."
            09:01:11 gateway edge reports m2 sent known as SM1
            09:02:00 report sms +15550100 to +15550199 of SM1 as failed code opted_out
            09:03:00 sms +15550100 to +15550199 "START" keyword opt_in
        "#,
        r#"
            09:04:00 report sms +15550100 to +15550199 of SM1 as failed code opted_out
            09:04:01 gateway edge reports m2 failed code opted_out
            09:04:02 report sms +15550100 to +15550199 as failed code opted_out
            09:05:00 agent ana replies to c1 "It came?"
            09:05:01 gateway edge reports m4 sent known as SM2
            09:05:02 report sms +15550100 to +15550199 of SM2 as failed code opted_out
        "#,
        &expect![[r#"
            09:04:00  update           unchanged
            09:04:01  command          unchanged
            09:04:02  update           unchanged
            09:05:00  message m4       replied      in c1
            09:05:01  message m4       identified
            09:05:01  message m4       sent
            09:05:02  contact k1       opted out    of line, by report
            09:05:02  message m4       failed       code opted_out
        "#]],
    );
}

/// The report was faster than the id of its message.
#[test]
fn a_report_that_waited_opts_out_when_its_message_is_known() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "On its way."
            09:01:11 report chat nobody to widget of SM1 as failed code opted_out
        "#,
        r#"
            09:01:12 gateway edge reports m2 sent known as SM1
        "#,
        &expect![[r#"
            09:01:12  message m2       identified
            09:01:12  message m2       sent
            09:01:12  contact k1       opted out    of web, by report
            09:01:12  message m2       failed       code opted_out
        "#]],
    );
}

/// Whom we write to first has several addresses: that one counts to which we write.
#[test]
fn an_opt_out_counts_at_the_address_that_we_wrote_to() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello" known as kim@work.example
            09:01:05 agent ana accepts o1
            09:02:00 agent ana starts email to kim@work.example from help@example.com "One more thing"
        "#,
        r#"
            09:03:00 supervisor sue opts kim@work.example out of mailbox
            09:03:10 agent ana replies to c2 "Are you there?"
            09:03:20 agent ana replies to c1 "And here?"
            09:03:30 supervisor sue opts kim@work.example into mailbox
            09:03:40 supervisor sue opts kim@example.org out of mailbox
            09:03:50 agent ana replies to c2 "Are you there?"
        "#,
        &expect![[r#"
            09:03:00  contact k1       opted out    of mailbox, by command
            09:03:10  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:03:00Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:03:20  message m3       replied      in c1
            09:03:30  contact k1       opted in     to mailbox, by command
            09:03:40  contact k1       opted out    of mailbox, by command
            09:03:50  message m4       replied      in c2
        "#]],
    );
}

/// Who may not be who he says asks for himself alone.
#[test]
fn a_suspect_opts_nobody_else_out() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 email kim@example.org to help@example.com "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 email kim@example.org to help@example.com "STOP" keyword opt_out suspect
            09:02:10 agent ana replies to c1 "Hello Kim"
            09:02:20 supervisor sue opts kim@example.org out of mailbox
            09:02:30 email kim@example.org to help@example.com "START" keyword opt_in suspect
            09:02:40 email kim@example.org to help@example.com "YES" keyword opt_in_if_out suspect
            09:02:50 agent ana replies to c1 "Hello Kim"
        "#,
        &expect![[r#"
            09:02:00  message          ignored      human
            09:02:00  contact k2       created      by email
            09:02:00  contact k2       opted out    of mailbox, by keyword
            09:02:10  message m2       replied      in c1
            09:02:20  contact k1       opted out    of mailbox, by command
            09:02:30  message          ignored      human
            09:02:30  contact k2       opted in     to mailbox, by keyword
            09:02:40  conversation c2  opened       contact k2, email
            09:02:40  message m3       received     in c2, suspect sender
            09:02:40  interaction i2   queued       general, priority 10, by default
            09:02:40  offer o2         made         i2 to ana until 09:07:40, rank load 1, idle 1m 40s
            09:02:50  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:20Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
        "#]],
    );
}

/// A mark for somebody to look at is kept as long as the contact, and keeps him no longer.
#[test]
fn a_mark_for_review_keeps_nobody_for_ever() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "please stop texting me" keyword review
            09:01:05 agent ana accepts o1
            09:01:10 agent ana resolves c1
            09:01:20 agent ana signs out
        "#,
        r#"
            day 30
            09:00:00 wait
        "#,
        &expect![[r#"
            day 2
            09:01:10  conversation c1  archived     named until day 4 09:01:10
            day 4
            09:01:10  conversation c1  forgotten
            day 5
            09:01:10  contact k1       expired
        "#]],
    );
}

/// Who left a bot is written to no more; once he writes, or is back, he is. What he asked for himself stands.
#[test]
fn who_left_a_bot_is_not_written_to_until_he_is_back() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "hello"
            09:01:05 agent ana accepts o1
        "#,
        r#"
            09:02:00 system chat kim to widget "unsubscribed"
            09:02:10 agent ana replies to c1 "Hello!"
            09:02:20 chat kim to widget "I am here again"
            09:02:30 agent ana replies to c1 "Hello!"
            09:03:00 system chat kim to widget "unsubscribed" update id 2
            09:03:10 system chat kim to widget "subscribed"
            09:03:20 agent ana replies to c1 "Welcome back!"
            09:04:00 chat kim to widget "STOP" keyword opt_out
            09:04:10 chat kim to widget "I meant the parcel"
            09:04:20 agent ana replies to c1 "Which?"
            09:04:30 system chat lee to widget "unsubscribed"
        "#,
        &expect![[r#"
            09:02:00  contact k1       opted out    of web, by report
            09:02:00  conversation c1  told
            09:02:10  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:00Z; he comes back by writing there, or by `contact.set_opt_out` once he said so
            09:02:20  message m2       received     in c1
            09:02:20  contact k1       opted in     to web, by report
            09:02:30  message m3       replied      in c1
            09:03:00  contact k1       opted out    of web, by report
            09:03:00  conversation c1  told
            09:03:10  contact k1       opted in     to web, by report
            09:03:10  conversation c1  told
            09:03:20  message m4       replied      in c1
            09:04:00  message m5       received     in c1, opt out
            09:04:00  contact k1       opted out    of web, by keyword
            09:04:10  message m6       received     in c1
            09:04:20  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:04:00Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:04:30  update           refused      no_thread: its thread has no conversation, and it opens none
        "#]],
    );
}

/// Where free text answers a message of the contact, the first word is a template, and so is what follows it until he
/// has written.
#[test]
fn whoever_is_written_to_first_gets_templates_until_he_answers() {
    check(
        r#"
            09:00:00 agent ana signs in
        "#,
        r#"
            09:01:00 agent ana starts chat to kim from widget "Hello" windowed
            09:01:10 agent ana starts chat to kim from widget "Your parcel is here" windowed template
            09:01:20 agent ana replies to c1 "Any questions?"
            09:02:00 chat kim to widget "Which?" hours 24
            09:02:10 agent ana replies to c1 "The red one"
            09:02:20 agent ana resolves c1
            09:03:00 agent ana starts chat to kim from widget "One thing" windowed
            09:03:10 agent ana replies to c2 "Well?"
        "#,
        &expect![[r#"
            09:01:00  command          refused      template_needed: the provider takes free text only in answer to a message of the contact; send one of its templates with `template`
            09:01:10  contact k1       created      by chat
            09:01:10  conversation c1  opened       contact k1, chat
            09:01:10  interaction i1   assigned     to ana for 2 units, started, of general
            09:01:10  message m1       replied      in c1
            09:01:20  command          refused      reply_window_closed: the provider let us answer freely until 2026-03-02T09:01:10Z; wait until the contact writes, or send one of its templates with `template`
            09:02:00  message m2       received     in c1, answered until 09:02:00
            09:02:10  message m3       replied      in c1
            09:02:20  conversation c1  resolved     reopens until day 2 09:02:20
            09:02:20  interaction i1   closed       held by ana
            09:03:00  conversation c2  opened       contact k1, chat, follow-up of c1
            09:03:00  interaction i2   assigned     to ana for 2 units, started, of general
            09:03:00  message m4       replied      in c2
            09:03:10  message m5       replied      in c2
        "#]],
    );
}

/// The window counts from when the contact wrote, not from when that was told.
#[test]
fn a_message_that_was_told_late_leaves_less_of_the_window() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:30:00 chat kim to widget "hello" hours 1 sent at 08:00:00
            09:30:05 agent ana accepts o1
        "#,
        r#"
            09:31:00 agent ana replies to c1 "Hello!"
        "#,
        &expect![[r#"
            09:31:00  command          refused      reply_window_closed: the provider let us answer freely until 2026-03-02T09:00:00Z; wait until the contact writes, or send one of its templates with `template`
        "#]],
    );
}
