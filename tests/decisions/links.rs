//! Two contacts whom somebody of ours calls one person, and one whom he calls two again.

use expect_test::expect;

use super::check;

/// The older goes on; what either asked for holds for the address that asked, and each conversation keeps its id.
#[test]
fn two_contacts_are_one_from_then_on() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:30 email kim@example.org to help@example.com "Where is my parcel?" subject "Parcel" message id a
            09:01:35 agent ana accepts o2
            09:01:40 sms +15550100 to +15550199 "STOP" keyword opt_out
        "#,
        r#"
            09:02:00 agent ana links k1 with k2
            09:02:10 supervisor sue links k2 with k1
            09:02:20 supervisor sue links k1 with email kim@example.org
            09:02:30 agent ana replies to c1 "It is there."
            09:02:40 agent ana replies to c2 "It is there."
            09:02:50 agent ana resolves c2
            09:02:55 wait
            09:03:00 email kim@example.org to help@example.com "And the other?" subject "Another"
        "#,
        &expect![[r#"
            09:02:00  command          refused      forbidden: the role of `ana` does not allow `contact.link`
            09:02:10  contact k2       linked       into k1
            09:02:20  command          unchanged
            09:02:30  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:01:40Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:02:40  message m4       replied      in c2
            09:02:50  conversation c2  resolved     reopens until day 2 09:02:50
            09:02:50  interaction i2   closed       held by ana
            09:03:00  conversation c3  opened       contact k1, email
            09:03:00  message m5       received     in c3
            09:03:00  interaction i3   queued       general, priority 10, by default
            09:03:00  offer o3         made         i3 to ana until 09:08:00, rank preferred, load 1, idle 10s
        "#]],
    );
}

#[test]
fn an_address_that_nobody_is_known_by_becomes_a_contact_s() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
        "#,
        r#"
            09:02:00 supervisor sue links k1 with email kim@example.org
            09:02:10 supervisor sue links email kim@example.org with sms +15550100
            09:02:20 email kim@example.org to help@example.com "Hello" subject "Parcel"
        "#,
        &expect![[r#"
            09:02:00  contact k1       known        by another address, too
            09:02:10  command          unchanged
            09:02:20  conversation c2  opened       contact k1, email
            09:02:20  message m2       received     in c2
            09:02:20  interaction i2   queued       general, priority 10, by default
        "#]],
    );
}

#[test]
fn who_is_not_known_or_named_twice_is_linked_with_nobody() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
        "#,
        r#"
            09:02:00 supervisor sue links k1 with k1
            09:02:10 supervisor sue links k1 with k9
            09:02:20 supervisor sue links sms +15550101 with email kim@example.org
            09:02:30 supervisor sue links sms +15550101 with sms +15550101
            09:02:40 supervisor sue unlinks k9
            09:02:50 supervisor sue unlinks sms +15550101
            09:03:00 supervisor sue unlinks k1
            09:03:10 agent ana unlinks k1
        "#,
        &expect![[r#"
            09:02:00  command          refused      same_contact: a contact cannot be linked with himself; name another contact or address
            09:02:10  command          refused      unknown_contact: nobody is known by that; name a contact by his id, or by an address that wrote or was written to
            09:02:20  command          refused      unknown_contact: nobody is known by that; name a contact by his id, or by an address that wrote or was written to
            09:02:30  command          refused      same_contact: a contact cannot be linked with himself; name another contact or address
            09:02:40  command          refused      unknown_contact: nobody is known by that; name a contact by his id, or by an address that wrote or was written to
            09:02:50  command          refused      unknown_contact: nobody is known by that; name a contact by his id, or by an address that wrote or was written to
            09:03:00  command          unchanged
            09:03:10  command          refused      forbidden: the role of `ana` does not allow `contact.unlink`
        "#]],
    );
}

/// No address is dropped for want of room, and neither is what was asked for.
#[test]
fn who_would_have_too_many_addresses_stays_apart() {
    let links: String = (1..32)
        .map(|number| format!("09:02:00 supervisor sue links k1 with sms +155502000{number:02}\n"))
        .collect();
    check(
        &format!(
            "09:01:00 sms +15550100 to +15550199 \"Hi\"\n09:01:10 sms +15550101 to +15550199 \"Hi\"\n{links}"
        ),
        r#"
            09:03:00 supervisor sue links k1 with k2
            09:03:10 supervisor sue links k1 with email kim@example.org
        "#,
        &expect![[r#"
            09:03:00  command          refused      too_many_addresses: the two have over 32 addresses or 256 opt-outs together, so they stay apart; take out what is not theirs with `contact.unlink`
            09:03:10  command          refused      too_many_addresses: the two have over 32 addresses or 256 opt-outs together, so they stay apart; take out what is not theirs with `contact.unlink`
        "#]],
    );
}

/// He is himself again with what he brought, and his opt-out goes with the address that asked.
#[test]
fn a_linked_contact_is_taken_out_with_what_he_brought() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:05 agent ana accepts o1
            09:01:10 sms +15550101 to +15550199 "Where is mine?"
            09:01:15 agent ana accepts o2
            09:01:20 supervisor sue links k2 with email kim@example.org
            09:01:30 supervisor sue links k1 with k2
            09:01:40 sms +15550101 to +15550199 "STOP" keyword opt_out
        "#,
        r#"
            09:02:00 supervisor sue unlinks k2
            09:02:10 supervisor sue unlinks k2
            09:02:20 agent ana replies to c1 "It is there."
            09:02:30 agent ana replies to c2 "It is there."
            09:02:40 email kim@example.org to help@example.com "Hello" subject "Parcel"
            09:02:50 supervisor sue links k2 with k1
            09:03:00 supervisor sue unlinks sms +15550101
        "#,
        &expect![[r#"
            09:02:00  contact k2       unlinked     from k1, with 2 addresses
            09:02:10  command          refused      contact_stays: k2 is who stays; name the linked contact, or another of his addresses, to take it out
            09:02:20  message m4       replied      in c1
            09:02:30  command          refused      opted_out: the contact wants no messages of this source since 2026-03-02T09:01:40Z; he comes back by writing START, or by `contact.set_opt_out` once he said so
            09:02:40  conversation c3  opened       contact k2, email
            09:02:40  message m5       received     in c3
            09:02:40  interaction i3   queued       general, priority 10, by default
            09:02:40  offer o3         made         i3 to ana until 09:07:40, rank preferred, load 2, idle 1m 30s
            09:02:50  contact k2       linked       into k1
            09:03:00  contact k2       unlinked     from k1, with 2 addresses
        "#]],
    );
}

/// Any other address becomes a contact of its own; the one that made him known stays.
#[test]
fn an_address_is_taken_out_into_a_contact_of_its_own() {
    check(
        r#"
            09:00:00 agent ana signs in
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:10 supervisor sue links k1 with sms +15550101
            09:01:20 sms +15550101 to +15550199 "Mine, too?"
            09:01:30 sms +15550101 to +15550199 "STOP" keyword opt_out
        "#,
        r#"
            09:02:00 supervisor sue unlinks sms +15550100
            09:02:05 supervisor sue unlinks k1
            09:02:10 supervisor sue unlinks sms +15550101
            09:02:20 supervisor sue unlinks sms +15550101
            09:02:30 sms +15550101 to +15550199 "START" keyword opt_in
            09:02:40 sms +15550101 to +15550199 "Hello again"
        "#,
        &expect![[r#"
            09:01:30  offer o1         expired      i1 to ana, not again before 09:02:30
            09:01:30  agent ana        away         rona
            09:01:50  offer o2         expired      i2 to ana, not again before 09:02:50
            09:02:00  command          refused      contact_stays: k1 is who stays; name the linked contact, or another of his addresses, to take it out
            09:02:05  command          refused      contact_stays: k1 is who stays; name the linked contact, or another of his addresses, to take it out
            09:02:10  contact k2       created      by sms
            09:02:10  contact k2       unlinked     from k1, with 1 addresses
            09:02:20  command          unchanged
            09:02:30  message m4       received     in c2, opt in
            09:02:30  contact k2       opted in     to line, by keyword
            09:02:30  interaction i1   cooled       ana may be asked again
            09:02:40  message m5       received     in c2
        "#]],
    );
}

/// A subject finds the conversation that either of the two had.
#[test]
fn a_subject_is_found_over_a_link() {
    check(
        r#"
            09:01:00 sms +15550100 to +15550199 "Where is my parcel?"
            09:01:30 email kim@example.org to help@example.com "Where is it?" subject "Parcel" message id a
            09:01:40 supervisor sue links k1 with k2
        "#,
        r#"
            09:02:00 email kim@example.org to help@example.com "Well?" subject "Re: Parcel" message id b
        "#,
        &expect![[r#"
            09:02:00  message m3       received     in c2
        "#]],
    );
}
