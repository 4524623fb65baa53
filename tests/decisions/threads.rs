//! Which conversation a mail belongs to: whose it may join, what waits for it, and what is told beside it.

use expect_test::expect;
use switchboard::domain::ConversationId;
use switchboard::engine::state::{ADDRESSED_MAX, AWAITED_OF_WRITER_MAX, PARTICIPANTS_MAX};

use super::check_under;
use super::world::World;

const RULES: &str = "two_mailboxes.toml";

/// mail-E5
#[test]
fn a_parent_that_comes_late_joins_its_answer() {
    check_under(
        RULES,
        r#"09:20:00 email kim@example.org to help@example.com "and?" message id b reply to a"#,
        r#"09:21:00 email kim@example.org to help@example.com "hello" message id a"#,
        &expect![[r#"
            09:21:00  message m2       received     in c1
        "#]],
    );
}

/// mail-E6
#[test]
fn grandchild_then_child_then_root_are_one_conversation() {
    check_under(
        RULES,
        r#"09:20:00 email kim@example.org to help@example.com "three" message id c reply to b references a,b"#,
        r#"
            09:21:00 email kim@example.org to help@example.com "two" message id b reply to a references a
            09:22:00 email kim@example.org to help@example.com "one" message id a
        "#,
        &expect![[r#"
            09:21:00  message m2       received     in c1
            09:22:00  message m3       received     in c1
        "#]],
    );
}

#[test]
fn a_parent_is_waited_for_seven_days() {
    let given = r#"09:20:00 email kim@example.org to help@example.com "and?" message id b reply to a"#;
    check_under(
        RULES,
        given,
        r#"
            day 8
            09:20:00 email kim@example.org to help@example.com "hello" message id a
        "#,
        &expect![[r#"
            day 8
            09:20:00  message m2       received     in c1
        "#]],
    );
    check_under(
        RULES,
        given,
        r#"
            day 8
            09:20:01 email kim@example.org to help@example.com "hello" message id a
        "#,
        &expect![[r#"
            day 8
            09:20:01  conversation c2  opened       contact k1, email
            09:20:01  message m2       received     in c2
            09:20:01  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn a_stranger_is_no_late_parent() {
    check_under(
        RULES,
        r#"09:20:00 email kim@example.org to help@example.com "and?" message id b reply to a"#,
        r#"
            09:21:00 email mallory@example.net to help@example.com "hello" message id a
            09:22:00 email kim@example.org to help@example.com "the real one" message id a
        "#,
        &expect![[r#"
            09:21:00  contact k2       created      by email
            09:21:00  conversation c2  opened       contact k2, email
            09:21:00  message m2       received     in c2
            09:21:00  interaction i2   queued       general, priority 10, by default
            09:22:00  message m3       received     in c1, message id reused
        "#]],
    );
}

/// The order of two mails makes no difference: whoever was written to answers.
#[test]
fn a_late_parent_that_was_written_to_who_answered_it_joins() {
    check_under(
        RULES,
        r#"09:20:00 email bob@example.net to help@example.com "I agree" message id b reply to a cc kim@example.org"#,
        r#"09:21:00 email kim@example.org to help@example.com "hello" message id a cc bob@example.net"#,
        &expect![[r#"
            09:21:00  message m2       received     in c1, participant
        "#]],
    );
}

/// Whoever names an id and addresses somebody may have made that up to have his mail.
#[test]
fn who_was_only_addressed_is_no_late_parent() {
    check_under(
        RULES,
        r#"09:20:00 email mallory@example.net to help@example.com "I agree" message id b reply to a cc kim@example.org"#,
        r#"
            09:21:00 email kim@example.org to help@example.com "hello" message id a
            09:22:00 email kim@example.org to help@example.com "I am in" reply to b message id c references z
            09:23:00 email kim@example.org to help@example.com "hello again" message id z
        "#,
        &expect![[r#"
            09:21:00  contact k2       created      by email
            09:21:00  conversation c2  opened       contact k2, email
            09:21:00  message m2       received     in c2
            09:21:00  interaction i2   queued       general, priority 10, by default
            09:22:00  message m3       received     in c1, participant
            09:23:00  message m4       received     in c1, participant
        "#]],
    );
}

#[test]
fn who_names_an_id_first_takes_nothing_from_whom_it_belongs_to() {
    check_under(
        RULES,
        r#"
            09:20:00 email mallory@example.net to help@example.com "mine" reply to a
            09:21:00 email kim@example.org to help@example.com "and?" message id b reply to a
        "#,
        r#"09:22:00 email kim@example.org to help@example.com "hello" message id a"#,
        &expect![[r#"
            09:22:00  message m3       received     in c2
        "#]],
    );
}

#[test]
fn who_bears_an_id_first_takes_nothing_from_whom_it_belongs_to() {
    check_under(
        RULES,
        r#"
            09:20:00 email mallory@example.net to help@example.com "mine" message id a
            09:21:00 email kim@example.org to help@example.com "and?" message id b reply to a
        "#,
        r#"
            09:22:00 email kim@example.org to help@example.com "hello" message id a
            09:23:00 email kim@example.org to help@example.com "well?" reply to a
        "#,
        &expect![[r#"
            09:22:00  message m3       received     in c2, message id reused
            09:23:00  message m4       received     in c2
        "#]],
    );
}

/// Goal: who answers many mails that never came ends what he himself waits for, and nothing of anybody else.
#[test]
fn a_flood_of_one_writer_ends_what_nobody_else_waits_for() {
    let mut world = World::open(RULES);
    world.tell(r#"09:00:00 email kim@example.org to help@example.com "and?" message id b reply to a"#);
    for minute in 10..40 {
        let many: Vec<String> = (0..16).map(|number| format!("n{minute}-{number}")).collect();
        let many = many.join(",");
        world.tell(&format!(
            r#"09:{minute}:00 email mallory@example.net to help@example.com "flood" references {many}"#
        ));
    }
    assert_eq!(world.replayed().state().awaited.len(), 1 + AWAITED_OF_WRITER_MAX);
    let told = world.tell(r#"10:00:00 email kim@example.org to help@example.com "hello" message id a"#);
    expect![[r#"
        10:00:00  message m32      received     in c1
    "#]]
    .assert_eq(&told);
    world.end();
}

/// mail-E7
#[test]
fn a_thread_whose_middle_was_never_seen_holds_together() {
    check_under(
        RULES,
        r#"09:00:00 email kim@example.org to help@example.com "one" message id a"#,
        r#"09:01:00 email kim@example.org to help@example.com "three" reply to never references a,never"#,
        &expect![[r#"
            09:01:00  message m2       received     in c1
        "#]],
    );
}

/// mail-E12 mail-E13 mail-E14 mail-E15
#[test]
fn an_answer_by_its_subject_alone_joins_its_writers_own_conversation() {
    let given = r#"09:00:00 email kim@example.org to help@example.com "one" subject "Invoice 12""#;
    check_under(
        RULES,
        given,
        r#"
            10:00:00 email kim@example.org to help@example.com "two" subject "Re: Invoice 12"
            10:01:00 email kim@example.org to sales@example.com "three" subject "Re: Invoice 12"
            10:02:00 email bob@example.net to help@example.com "four" subject "Re: Invoice 12"
            10:03:00 email kim@example.org to help@example.com "five" subject "Invoice 12"
            10:04:00 email kim@example.org to help@example.com "six" subject "Re:"
            10:05:00 email kim@example.org to help@example.com "seven" subject "Re:"
        "#,
        &expect![[r#"
            10:00:00  message m2       received     in c1
            10:01:00  conversation c2  opened       contact k1, email
            10:01:00  message m3       received     in c2
            10:01:00  interaction i2   queued       general, priority 10, by default
            10:02:00  contact k2       created      by email
            10:02:00  conversation c3  opened       contact k2, email
            10:02:00  message m4       received     in c3
            10:02:00  interaction i3   queued       general, priority 10, by default
            10:03:00  conversation c4  opened       contact k1, email
            10:03:00  message m5       received     in c4
            10:03:00  interaction i4   queued       general, priority 10, by default
            10:04:00  conversation c5  opened       contact k1, email
            10:04:00  message m6       received     in c5
            10:04:00  interaction i5   queued       general, priority 10, by default
            10:05:00  conversation c6  opened       contact k1, email
            10:05:00  message m7       received     in c6
            10:05:00  interaction i6   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn a_subject_is_forgotten_by_age_and_by_resolution() {
    let given = r#"09:00:00 email kim@example.org to help@example.com "one" subject "Invoice 12""#;
    check_under(
        RULES,
        given,
        r#"
            day 3
            09:00:01 email kim@example.org to help@example.com "two" subject "Re: Invoice 12"
        "#,
        &expect![[r#"
            day 3
            09:00:01  conversation c2  opened       contact k1, email
            09:00:01  message m2       received     in c2
            09:00:01  interaction i2   queued       general, priority 10, by default
        "#]],
    );
    let resolved = r#"
        09:00:00 agent ana signs in
        09:00:00 email kim@example.org to help@example.com "one" subject "Invoice 12"
        09:00:10 agent ana accepts o1
        09:00:20 agent ana resolves c1
    "#;
    check_under(
        RULES,
        resolved,
        r#"09:01:00 email kim@example.org to help@example.com "two" subject "Re: Invoice 12""#,
        &expect![[r#"
            09:01:00  conversation c2  opened       contact k1, email
            09:01:00  message m2       received     in c2
            09:01:00  interaction i2   queued       general, priority 10, by default
            09:01:00  offer o2         made         i2 to ana until 09:06:00, rank preferred, load 0, idle 40s
        "#]],
    );
}

/// mail-E16
#[test]
fn a_token_goes_before_what_a_mail_answers() {
    check_under(
        RULES,
        r#"
            09:00:00 email kim@example.org to help@example.com "one" message id a
            09:01:00 email kim@example.org to help@example.com "two" message id b
        "#,
        r#"09:02:00 email kim@example.org to help@example.com "three" token c1 reply to b"#,
        &expect![[r#"
            09:02:00  message m3       received     in c1, references two conversations, names c2
        "#]],
    );
}

/// A subject is read by whoever gets the mail: its token lets in whom the conversation knows, and nobody else.
#[test]
fn a_token_of_the_subject_finds_the_conversation_of_who_takes_part() {
    check_under(
        RULES,
        r#"
            09:00:00 email kim@example.org to help@example.com "one" message id a
            09:01:00 email kim@example.org to help@example.com "two" message id b
        "#,
        r#"
            09:02:00 email kim@example.org to help@example.com "three" marked c1
            09:03:00 email kim@example.org to help@example.com "four" marked c1 reply to b
            09:04:00 email lee@example.org to help@example.com "five" marked c1
        "#,
        &expect![[r#"
            09:02:00  message m3       received     in c1
            09:03:00  message m4       received     in c2, references two conversations, names c1
            09:04:00  contact k2       created      by email
            09:04:00  conversation c3  opened       contact k2, email
            09:04:00  message m5       received     in c3, references foreign customer, names c1
            09:04:00  interaction i3   queued       general, priority 10, by default
        "#]],
    );
}

/// mail-E35 peer-F49
#[test]
fn of_two_conversations_the_answered_one_has_it_and_the_other_is_told() {
    check_under(
        RULES,
        r#"
            09:00:00 email kim@example.org to help@example.com "one" message id a
            09:01:00 email kim@example.org to help@example.com "two" message id b
        "#,
        r#"09:02:00 email kim@example.org to help@example.com "three" reply to b references a,b"#,
        &expect![[r#"
            09:02:00  message m3       received     in c2, references two conversations, names c1
        "#]],
    );
}

/// mail-E34
#[test]
fn ids_that_refer_to_each_other_end() {
    check_under(
        RULES,
        "",
        r#"
            09:00:00 email kim@example.org to help@example.com "one" message id a reply to b references a,b,a
            09:01:00 email kim@example.org to help@example.com "two" message id b reply to a references b,a
            09:02:00 email kim@example.org to help@example.com "three" message id c reply to c references c
        "#,
        &expect![[r#"
            09:00:00  contact k1       created      by email
            09:00:00  conversation c1  opened       contact k1, email
            09:00:00  message m1       received     in c1
            09:00:00  interaction i1   queued       general, priority 10, by default
            09:01:00  message m2       received     in c1
            09:02:00  conversation c2  opened       contact k1, email
            09:02:00  message m3       received     in c2
            09:02:00  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

/// mail-E4
#[test]
fn an_id_that_is_borne_twice_joins_nothing_and_is_told() {
    check_under(
        RULES,
        r#"09:00:00 email kim@example.org to help@example.com "one" message id a"#,
        r#"09:01:00 email kim@example.org to help@example.com "another" message id a"#,
        &expect![[r#"
            09:01:00  conversation c2  opened       contact k1, email
            09:01:00  message m2       received     in c2, message id reused
            09:01:00  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

/// mail-E36
#[test]
fn a_stranger_with_a_customers_id_begins_a_conversation_that_names_the_other() {
    check_under(
        RULES,
        r#"09:00:00 email kim@example.org to help@example.com "one" message id a"#,
        r#"09:01:00 email mallory@example.net to help@example.com "two" reply to a"#,
        &expect![[r#"
            09:01:00  contact k2       created      by email
            09:01:00  conversation c2  opened       contact k2, email
            09:01:00  message m2       received     in c2, references foreign customer, names c1
            09:01:00  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

/// mail-E11
#[test]
fn what_a_third_person_passes_on_is_his_own_matter() {
    let given = r#"
        09:00:00 agent ana signs in
        09:00:00 email kim@example.org to help@example.com "one" message id a
        09:00:10 agent ana accepts o1
        09:00:20 agent ana replies to c1 "hi"
    "#;
    check_under(
        RULES,
        given,
        r#"
            09:01:00 email bob@example.net to help@example.com "see below" references a forward
            09:02:00 email cy@example.net to help@example.com "see below" reply to m2 forward
            09:03:00 email kim@example.org to help@example.com "my own" reply to m2 forward
        "#,
        &expect![[r#"
            09:01:00  contact k2       created      by email
            09:01:00  conversation c2  opened       contact k2, email
            09:01:00  message m3       received     in c2, forward, references foreign customer, names c1
            09:01:00  interaction i2   queued       general, priority 10, by default
            09:01:00  offer o2         made         i2 to ana until 09:06:00, rank load 1, idle 1m
            09:02:00  contact k3       created      by email
            09:02:00  conversation c3  opened       contact k3, email
            09:02:00  message m4       received     in c3, forward, references foreign customer, names c1
            09:02:00  interaction i3   queued       general, priority 10, by default
            09:02:00  offer o3         made         i3 to ana until 09:07:00, rank load 2, idle 1m
            09:03:00  message m5       received     in c1, forward
        "#]],
    );
}

/// mail-E37
#[test]
fn who_was_addressed_by_the_contact_may_answer_and_nobody_else() {
    check_under(
        RULES,
        r#"
            09:00:00 email kim@example.org to help@example.com "one" message id a cc cy@example.org
            09:01:00 email cy@example.org to help@example.com "two" message id b reply to a cc mallory@example.net
        "#,
        r#"
            09:02:00 email cy@example.org to help@example.com "three" reply to b
            09:03:00 email mallory@example.net to help@example.com "four" reply to b
        "#,
        &expect![[r#"
            09:02:00  message m3       received     in c1, participant
            09:03:00  contact k2       created      by email
            09:03:00  conversation c2  opened       contact k2, email
            09:03:00  message m4       received     in c2, references foreign customer, names c1
            09:03:00  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn a_suspect_is_nobody_that_we_know() {
    check_under(
        RULES,
        r#"
            09:00:00 agent ana signs in
            09:00:00 email kim@example.org to help@example.com "one" message id a
            09:00:10 agent ana accepts o1
            09:00:20 agent ana replies to c1 "hi"
        "#,
        r#"
            09:01:00 email kim@example.org to help@example.com "new password" reply to a suspect message id b
            09:02:00 email kim@example.org to help@example.com "by your id" reply to m2 suspect
            09:03:00 email kim@example.org to help@example.com "by the token" token c1 suspect
            09:04:00 email kim@example.org to help@example.com "my own thread" reply to b suspect
            09:05:00 email kim@example.org to help@example.com "the real Kim" reply to a
        "#,
        &expect![[r#"
            09:01:00  contact k2       created      by email
            09:01:00  conversation c2  opened       contact k2, email
            09:01:00  message m3       received     in c2, references foreign customer, suspect sender, names c1
            09:01:00  interaction i2   queued       general, priority 10, by default
            09:01:00  offer o2         made         i2 to ana until 09:06:00, rank load 1, idle 1m
            09:02:00  conversation c3  opened       contact k2, email
            09:02:00  message m4       received     in c3, references foreign customer, suspect sender, names c1
            09:02:00  interaction i3   queued       general, priority 10, by default
            09:02:00  offer o3         made         i3 to ana until 09:07:00, rank load 2, idle 1m
            09:03:00  conversation c4  opened       contact k2, email
            09:03:00  message m5       received     in c4, references foreign customer, suspect sender, names c1
            09:03:00  interaction i4   queued       general, priority 10, by default
            09:03:00  offer o4         made         i4 to ana until 09:08:00, rank load 3, idle 1m
            09:04:00  message m6       received     in c2, suspect sender
            09:05:00  message m7       received     in c1
        "#]],
    );
}

/// mail-E21
#[test]
fn a_mail_to_two_mailboxes_is_one_message_of_both() {
    check_under(
        RULES,
        r#"09:00:00 email kim@example.org to help@example.com "one" message id a also to sales@example.com"#,
        r#"
            09:00:01 again at sales@example.com
            09:01:00 email kim@example.org to sales@example.com "two" reply to a
        "#,
        &expect![[r#"
            09:00:01  message          refused      duplicate_message: this message was taken in before
            09:01:00  message m2       received     in c1
        "#]],
    );
}

/// mail-E21
#[test]
fn a_second_delivery_lists_its_mailbox_once() {
    check_under(
        RULES,
        r#"09:00:00 email kim@example.org to help@example.com "one" message id a"#,
        r#"
            09:00:01 again at sales@example.com
            09:00:02 again at sales@example.com
            09:01:00 email kim@example.org to sales@example.com "two" reply to a
        "#,
        &expect![[r#"
            09:00:01  conversation c1  listed       at sales, too
            09:00:01  message          refused      duplicate_message: this message was taken in before
            09:00:02  message          refused      duplicate_message: this message was taken in before
            09:01:00  message m2       received     in c1
        "#]],
    );
}

/// mail-E10 mail-E46 mail-E55
#[test]
fn robots_attach_and_never_reopen_and_our_own_mail_goes_nowhere() {
    check_under(
        RULES,
        r#"
            09:00:00 agent ana signs in
            09:00:00 email kim@example.org to help@example.com "one" message id a
            09:00:10 agent ana accepts o1
            09:00:20 agent ana replies to c1 "hi"
            09:00:30 agent ana resolves c1
        "#,
        r#"
            09:01:00 email kim@example.org to help@example.com "away" reply to m2 auto-reply
            09:02:00 email kim@example.org to help@example.com "accepted" reply to a calendar-reply
            09:03:00 email help@example.com to help@example.com "hi" reply to a loop
            09:04:00 email kim@example.org to help@example.com "accepted" calendar-reply
        "#,
        &expect![[r#"
            09:01:00  message m3       received     in c1, auto-reply
            09:02:00  message m4       received     in c1, calendar
            09:03:00  message          ignored      loop
            09:04:00  message          ignored      calendar
        "#]],
    );
}

/// mail-E9
#[test]
fn what_follows_up_does_not_count_as_a_second_conversation() {
    check_under(
        RULES,
        r#"
            09:00:00 agent ana signs in
            09:00:00 email kim@example.org to help@example.com "one" message id a
            09:00:10 agent ana accepts o1
            09:00:30 agent ana resolves c1
            day 2
            10:00:00 email kim@example.org to help@example.com "two" reply to a message id b
        "#,
        r#"
            day 2
            10:01:00 email kim@example.org to help@example.com "three" reply to b references a,b
        "#,
        &expect![[r#"
            10:01:00  message m3       received     in c2
        "#]],
    );
}

/// Goal: a contact who writes to the whole world does not fill the memory, and leaves room for writers.
#[test]
fn so_many_take_part_and_no_more() {
    let mut world = World::open(RULES);
    let many: Vec<String> =
        (0..PARTICIPANTS_MAX * 2).map(|number| format!("p{number}@example.net")).collect();
    world.tell(&format!(
        r#"09:00:00 email kim@example.org to help@example.com "one" message id a cc {}"#,
        many.join(",")
    ));
    let replayed = world.replayed();
    let conversation = replayed.state().conversation(ConversationId(1)).expect("it is open");
    assert_eq!(conversation.participants.len(), ADDRESSED_MAX);
    world.end();
}

/// mail-E33
#[test]
fn one_mail_waits_for_so_many_parents_and_no_more() {
    let mut world = World::open(RULES);
    let many: Vec<String> = (0..600).map(|number| format!("n{number}")).collect();
    world.tell(&format!(
        r#"09:00:00 email kim@example.org to help@example.com "one" reply to n599 references {}"#,
        many.join(",")
    ));
    assert_eq!(world.replayed().state().awaited.len(), 16);
    let told = world.tell(
        r#"
            09:01:00 email kim@example.org to help@example.com "the root" message id n0
            09:02:00 email kim@example.org to help@example.com "the newest" message id n599
        "#,
    );
    expect![[r#"
        09:01:00  message m2       received     in c1
        09:02:00  message m3       received     in c1
    "#]]
    .assert_eq(&told);
    world.end();
}

/// What he answers from memory, with nothing but the subject of ours, is judged as in a conversation of his own.
#[test]
fn the_subject_of_a_mail_that_we_began_finds_its_conversation() {
    check_under(
        RULES,
        r#"
            09:00:00 agent ana signs in
            09:01:00 agent ana starts email to kim@example.org from help@example.com "It is here." subject "Your parcel"
        "#,
        r#"
            09:02:00 email kim@example.org to help@example.com "Which?" subject "Re: Your parcel" message id a
            09:02:10 email kim@example.org to help@example.com "A matter of my own" subject "Your parcel" message id b
            09:02:20 email lee@example.org to help@example.com "And mine?" subject "Re: Your parcel" message id c
            09:02:30 email kim@example.org to sales@example.com "Which?" subject "Re: Your parcel" message id d
        "#,
        &expect![[r#"
            09:02:00  message m2       received     in c1
            09:02:10  conversation c2  opened       contact k1, email
            09:02:10  message m3       received     in c2
            09:02:10  interaction i2   queued       general, priority 10, by default
            09:02:10  offer o1         made         i2 to ana until 09:07:10, rank preferred, load 1, idle 1m 10s
            09:02:20  contact k2       created      by email
            09:02:20  conversation c3  opened       contact k2, email
            09:02:20  message m4       received     in c3
            09:02:20  interaction i3   queued       general, priority 10, by default
            09:02:20  offer o2         made         i3 to ana until 09:07:20, rank load 2, idle 10s
            09:02:30  conversation c4  opened       contact k1, email
            09:02:30  message m5       received     in c4
            09:02:30  interaction i4   queued       general, priority 10, by default
            09:02:30  offer o3         made         i4 to ana until 09:07:30, rank preferred, load 3, idle 10s
        "#]],
    );
}
