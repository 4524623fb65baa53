//! Who may be written to, by what a provider tells of him and by what he asked for: which of two holds, for whom, and
//! until when a provider takes free text.

use expect_test::expect;

use super::check;

/// What he, or somebody of ours, asks for while a provider's report stands outlasts his next message.
#[test]
fn an_opt_out_that_is_asked_for_stands_over_a_provider_s_report() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "hello"
            09:01:05 agent ana accepts o1
            09:01:10 system chat kim to widget "unsubscribed"
        "#,
        r#"
            09:02:00 supervisor sue opts kim out of web
            09:02:05 supervisor sue opts kim out of web
            09:02:10 chat kim to widget "I am here again"
            09:02:20 agent ana replies to c1 "Hello!"
            09:03:00 supervisor sue opts kim into web
            09:03:10 system chat kim to widget "unsubscribed" update id 2
            09:03:20 chat kim to widget "STOP" keyword opt_out
            09:03:30 chat kim to widget "I meant the parcel"
            09:03:40 agent ana replies to c1 "Hello!"
        "#,
        &expect![[r#"
            09:02:00  contact k1       opted out    of web, by command
            09:02:05  command          unchanged
            09:02:10  message m2       received     in c1
            09:02:20  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:00Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:03:00  contact k1       opted in     to web, by command
            09:03:10  contact k1       opted out    of web, by report
            09:03:10  conversation c1  told
            09:03:20  message m3       received     in c1, opt out
            09:03:20  contact k1       opted out    of web, by keyword
            09:03:30  message m4       received     in c1
            09:03:40  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:03:20Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
        "#]],
    );
}

/// In a room each is told of by himself: the contact, who takes part, whom nobody knows.
#[test]
fn a_report_about_one_of_a_room_opts_no_other_out() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat una to widget "hello" in thread room
            09:01:05 agent ana accepts o1
            09:01:10 chat vic to widget "hello" in thread room
            09:01:15 chat una to widget "well?" in thread room
            09:01:20 agent ana replies to c1 "Hello all."
            09:01:21 gateway edge reports m4 sent known as EX1
        "#,
        r#"
            09:02:00 report chat vic to widget of EX1 in thread room as failed code opted_out
            09:02:10 agent ana replies to c1 "Una?"
            09:02:11 gateway edge reports m5 sent known as EX2
            09:02:20 report chat una-s-other-name to widget of EX2 in thread room as failed code opted_out
        "#,
        &expect![[r#"
            09:02:00  message m4       failed       code opted_out
            09:02:10  message m5       replied      in c1
            09:02:11  message m5       identified
            09:02:11  message m5       sent
            09:02:20  contact k1       opted out    of web, by report
            09:02:20  message m5       failed       code opted_out
        "#]],
    );
}

/// A recipient who was told from the contact meanwhile is opted out himself.
#[test]
fn a_report_about_who_was_unlinked_is_about_him() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:10 supervisor sue links k1 with sms +15550101
            09:01:20 sms +15550101 to +15550199 "It is me."
            09:01:25 agent ana accepts o2
            09:01:30 agent ana replies to c2 "Hello."
            09:01:31 gateway edge reports m3 sent known as SM1
            09:01:40 supervisor sue unlinks sms +15550101
        "#,
        r#"
            09:02:00 report sms +15550101 to +15550199 of SM1 as failed code opted_out
            09:02:10 agent ana replies to c1 "Hello."
            09:02:20 agent ana replies to c2 "Hello."
        "#,
        &expect![[r#"
            09:02:00  contact k2       opted out    of line, by report
            09:02:00  message m3       failed       code opted_out
            09:02:10  message m4       replied      in c1
            09:02:20  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:02:00Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
        "#]],
    );
}

/// The window is the contact's: it outlasts his conversation, and is the same under his other names.
#[test]
fn a_window_is_open_though_its_conversation_is_archived() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "hello" hours 72
            09:01:05 agent ana accepts o1
            09:01:10 agent ana replies to c1 "Hello!"
            09:01:20 agent ana resolves c1
            day 2
            10:00:00 wait
        "#,
        r#"
            day 2
            10:01:00 agent ana starts chat to kim from widget "One thing" windowed
            10:01:10 agent ana replies to c2 "Well?"
            day 4
            09:01:10 agent ana replies to c2 "Well?"
        "#,
        &expect![[r#"
            10:01:00  conversation c2  opened       contact k1, chat, follow-up of c1
            10:01:00  interaction i2   assigned     to ana for 2 units, started, of general
            10:01:00  message m3       replied      in c2
            10:01:10  message m4       replied      in c2
            day 4
            09:01:10  command          refused      reply_window_closed: the provider let us answer freely until 2026-03-05T09:01:00Z; wait until the contact writes, or send one of its templates with `template`
        "#]],
    );
}

#[test]
fn a_window_is_open_under_every_name_of_the_contact() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat bs7 to widget "hello" hours 24 known as +16667 in thread t7
            09:01:05 agent ana accepts o1
            09:01:10 agent ana resolves c1
        "#,
        r#"
            09:02:00 agent ana starts chat to +16667 from widget "One thing" windowed
            09:02:10 agent ana replies to c2 "Well?"
        "#,
        &expect![[r#"
            09:02:00  conversation c2  opened       contact k1, chat
            09:02:00  interaction i2   assigned     to ana for 2 units, started, of general
            09:02:00  message m2       replied      in c2
            09:02:10  message m3       replied      in c2
        "#]],
    );
}

/// What is told late of before he wrote is over; what is told late of after he wrote is not.
#[test]
fn who_wrote_since_he_left_has_not_left() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 chat kim to widget "hello" sent at 09:00:50
            09:01:05 agent ana accepts o1
            09:01:30 agent ana replies to c1 "Hello!"
            09:01:31 gateway edge reports m2 sent known as EX1
            09:02:00 chat kim to widget "I blocked you a minute ago"
        "#,
        r#"
            09:03:00 system chat kim to widget "unsubscribed" sent at 09:01:20
            09:03:10 report chat kim to widget of EX1 as failed code opted_out
            09:03:20 agent ana replies to c1 "Hello!"
            09:03:30 system chat kim to widget "unsubscribed" sent at 09:02:50 update id 2
            09:03:40 agent ana replies to c1 "Hello?"
        "#,
        &expect![[r#"
            09:03:00  conversation c1  told
            09:03:10  message m2       failed       code opted_out
            09:03:20  message m4       replied      in c1
            09:03:30  contact k1       opted out    of web, by report
            09:03:30  conversation c1  told
            09:03:40  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:03:30Z; he comes back by writing there, or by `contact.set_opt_out` once he said so
        "#]],
    );
}

/// Two users whom somebody of ours linked: each comes back for himself.
#[test]
fn who_writes_is_back_and_brings_nobody_else_back() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:00:10 agent ben signs in
            09:01:00 chat max to widget "hello"
            09:01:05 agent ana accepts o1
            09:01:10 chat pam to widget "hello"
            09:01:15 agent ben accepts o2
            09:01:20 system chat max to widget "unsubscribed"
            09:01:30 supervisor sue links k1 with k2
        "#,
        r#"
            09:02:00 agent ben replies to c2 "Hello Pam"
            09:02:10 chat pam to widget "I am here"
            09:02:20 agent ben replies to c2 "Hello Pam"
            09:02:30 chat pam to widget "Yes?"
            09:02:40 agent ana replies to c1 "Hello Max"
            09:03:00 chat max to widget "Back again" known as max-s-number
            09:03:10 agent ana replies to c1 "Hello Max"
        "#,
        &expect![[r#"
            09:02:00  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:01:20Z; he comes back by writing there, or by `contact.set_opt_out` once he said so
            09:02:10  message m3       received     in c2
            09:02:10  contact k1       opted in     to web, by report
            09:02:20  message m4       replied      in c2
            09:02:30  message m5       received     in c2
            09:02:40  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:01:20Z; he comes back by writing there, or by `contact.set_opt_out` once he said so
            09:03:00  contact k1       known        by another address, too
            09:03:00  message m6       received     in c1
            09:03:00  contact k1       opted in     to web, by report
            09:03:10  message m7       replied      in c1
        "#]],
    );
}
