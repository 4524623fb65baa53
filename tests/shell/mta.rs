//! Mail from real mail servers: a Debian's Exim and Postfix, unpacked, on loopback, configured by the lines of
//! deploy/mail/README.md as they stand there. A machine that cannot have one passes its test by, aloud.

#[path = "mta/exim.rs"]
mod exim;
#[path = "mta/guide.rs"]
mod guide;
#[path = "mta/host.rs"]
mod host;
#[path = "mta/office.rs"]
mod office;
#[path = "mta/postfix.rs"]
mod postfix;

use exim::Exim;
use host::{MailServer, unpacked};
use office::{Mail, Office};
use postfix::Postfix;
use serde_json::{Value, json};

/// More than the daemon takes, and than a mail server that was told so.
const TOO_LARGE: usize = 36 << 20;

#[tokio::test]
async fn exim_hands_over_mail_by_the_lines_of_the_guide() {
    let Some(tree) = unpacked("exim") else { return };
    let office = Office::open().await;
    let exim = Exim::start(&tree, office.home()).await;
    story(office, &exim).await;
}

#[tokio::test]
async fn postfix_hands_over_mail_by_the_lines_of_the_guide() {
    let Some(tree) = unpacked("postfix") else { return };
    let office = Office::open().await;
    let postfix = Postfix::start(&tree, office.home()).await;
    story(office, &postfix).await;
}

/// What any mail server must bring about.
async fn story(mut office: Office, server: &impl MailServer) {
    let mut daemon = office.serve().await;
    a_mail_for_two_is_one_conversation(&office, server).await;
    a_bounce_has_a_sender_that_is_empty(&office, server).await;
    a_large_mail_is_read_whole(&office, server).await;
    what_is_sent_while_nats_is_away_waits(&mut office, server).await;
    no_fault_of_the_program_makes_a_mail_bounce(&office, server).await;
    what_can_never_be_taken_bounces(&office, server).await;
    assert_eq!(office.dead().await, 0);
    daemon.stops().await;
}

/// The envelope comes as it was sent, odd names and letters included; the same mail again is no second message; and an
/// answer to the address with the token finds back, by that alone.
async fn a_mail_for_two_is_one_conversation(office: &Office, server: &impl MailServer) {
    let one = Mail::new("one", "Where is my parcel?");
    let to = ["help@example.org", "help+Tag-Ab@example.org"];
    server.send("jo+\"x y\"@example.net", &to[..1], &one.raw()).await.expect_err("no address");
    for input in [1, 2] {
        server.send("Jo.O'Neil@example.net", &to, &one.raw()).await.expect("it is taken");
        server.work();
        let stored = office.input(input).await;
        assert_eq!(stored.from.as_deref(), Some("Jo.O'Neil@example.net"));
        let mut recipients = stored.to.clone();
        recipients.sort();
        assert_eq!(recipients, ["help+Tag-Ab@example.org", "help@example.org"]);
        assert!(stored.is_inline && stored.bytes.starts_with(b"Received: "), "it comes as it is");
        assert!(stored.bytes.ends_with(b"From the line\n.dot\n"), "it comes as it is");
    }
    office.has_consumed(2).await;
    office.board.has("message.received", 1).await;
    let token = office.token(1);
    let answer = Mail::new("answer", "Something else").raw();
    server
        .send("jo@example.net", &[&format!("help+{token}@example.org")], &answer)
        .await
        .expect("it is taken");
    server.work();
    office.board.has("message.received", 2).await;
    assert_eq!(office.conversations_of_messages(), ["c1", "c1"]);
}

async fn a_bounce_has_a_sender_that_is_empty(office: &Office, server: &impl MailServer) {
    let bounce = Mail::new("bounce", "Undelivered Mail Returned to Sender").raw();
    server.send("", &["help@example.org"], &bounce).await.expect("it is taken");
    server.work();
    assert_eq!(office.input(4).await.from.as_deref(), Some(""));
    office.has_consumed(4).await;
}

async fn a_large_mail_is_read_whole(office: &Office, server: &impl MailServer) {
    let large = Mail::new("large", "Photos").with_file("photo.jpg", 2 << 20).raw();
    server.send("kim@example.net", &["help@example.org"], &large).await.expect("it is taken");
    server.work();
    let stored = office.input(5).await;
    assert!(!stored.is_inline && stored.bytes.is_empty(), "it names its body");
    let found = office.message("large@example.net").await;
    let file = &found["content"]["attachments"][0];
    assert_eq!((&file["filename"], &file["size"]), (&json!("photo.jpg"), &json!(2 << 20)), "{found}");
}

/// The mail server holds it as long as we cannot, and delivers it at its next try.
async fn what_is_sent_while_nats_is_away_waits(office: &mut Office, server: &impl MailServer) {
    office.stage.server.kill();
    let mail = Mail::new("patient", "Is anybody there?").raw();
    server.send("pat@example.net", &["help@example.org"], &mail).await.expect("it is taken");
    server.work();
    server.has_deferred("cannot connect to NATS").await;
    assert_eq!(server.queued(), 1);
    office.stage.server.restart().await;
    server.retry();
    assert_eq!(office.input(6).await.from.as_deref(), Some("pat@example.net"));
    let found: Value = office.message("patient@example.net").await;
    assert_eq!(found["content"]["subject"], "Is anybody there?");
    server.has_queued(0).await;
}

/// Killed at first, then missing as during an update, then there.
async fn no_fault_of_the_program_makes_a_mail_bounce(office: &Office, server: &impl MailServer) {
    server.host().replace(Some("#!/bin/sh\nkill -KILL $$\n"));
    let mail = Mail::new("brave", "And again?").raw();
    server.send("bo@example.net", &["help@example.org"], &mail).await.expect("it is taken");
    server.work();
    server.says("signal 9", "bo@example.net").await;
    server.host().replace(None);
    server.retry();
    server.has_missed().await;
    assert_eq!(server.queued(), 1);
    server.host().put_back();
    server.retry();
    assert_eq!(office.input(7).await.from.as_deref(), Some("bo@example.net"));
    server.has_queued(0).await;
}

/// By the exit code, with our reason; the stream has nothing of it.
async fn what_can_never_be_taken_bounces(office: &Office, server: &impl MailServer) {
    let mail = Mail::new("huge", "All of it").with_file("disk.img", TOO_LARGE / 4 * 3).raw();
    assert!(mail.len() > TOO_LARGE);
    server.send("max@example.net", &["help@example.org"], &mail).await.expect("it is taken");
    server.work();
    server.has_bounced("are the most that is taken of channel email").await;
    assert_eq!(office.last_input().await, 7);
}
