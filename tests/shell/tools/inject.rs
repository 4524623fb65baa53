//! Input by hand and by the pipe of a mail server: stored when it says so, and held back otherwise.

use std::fs;

use serde_json::json;
use switchboard::shell::stored::get;
use switchboard::shell::streams::{StreamsSpec, init};

use super::Office;
use crate::support::tool::{run, tool};
use crate::support::{Server, site};

fn sms(id: &str, from: &str) -> String {
    json!({ "message_id": id, "from": from, "text": "hello" }).to_string()
}

fn mail(id: &str, text: &str) -> String {
    format!(
        "Message-ID: <{id}@example.net>\r\nFrom: Jo <jo@example.net>\r\nTo: help@example.org\r\nSubject: hello\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

#[tokio::test]
async fn every_channel_comes_in_from_a_file_and_from_a_pipe() {
    let office = Office::open().await;
    let home = &office.stage.home;
    let mut daemon = home.serve();
    fs::write(home.folder().join("one.json"), sms("s1", "+15550001")).expect("a file");
    let said = tool(home, "gateway", &["inject", "--source", "line", "{site}/one.json"], b"");
    assert_eq!(said.with(0), "stored as SWITCHBOARD_IN 1, switchboard.in.sms.line\n");
    let chat =
        json!({ "message_id": "c1", "from": { "id": "jo" }, "thread_id": "t", "text": "hi" }).to_string();
    let told = tool(home, "gateway", &["inject", "--source=web", "--json", "-"], chat.as_bytes()).json();
    assert_eq!((&told[0]["seq"], &told[0]["subject"]), (&json!(2), &json!("switchboard.in.chat.web")));
    let envelope = ["--mail-from=<bounce@example.net>", "--rcpt-to=help@example.org", "x@example.org"];
    let words = [&["inject", "--source=help", "-"][..], &envelope].concat();
    tool(home, "gateway", &words, mail("m1", "a question").as_bytes()).with(0);
    let lines = format!("{}\n\n{}\n", sms("s2", "+15550002"), sms("s3", "+15550003"));
    let told =
        tool(home, "gateway", &["inject", "--source=line", "--lines", "--json"], lines.as_bytes()).json();
    assert_eq!(told.iter().map(|line| line["seq"].as_u64()).collect::<Vec<_>>(), [Some(4), Some(5)]);
    office.has_conversations(5).await;
    let admin = office.stage.server.jetstream("switchboard-admin").await;
    let third = get(&admin, "SWITCHBOARD_IN", 3).await.expect("an answer").expect("the mail");
    let to: Vec<_> = third.headers.get_all("Switchboard-Rcpt-To").map(|value| value.as_str()).collect();
    assert_eq!(to, ["help@example.org", "x@example.org"]);
    daemon.stops().await;
}

#[tokio::test]
async fn a_mail_that_is_too_large_for_a_message_becomes_a_conversation_once() {
    let office = Office::open().await;
    let home = &office.stage.home;
    let mut daemon = home.serve();
    let large = mail("large", &"a line of a large mail\r\n".repeat(100_000));
    let told = tool(home, "gateway", &["inject", "--source=help", "--json"], large.as_bytes()).json();
    assert_eq!(told[0]["bytes"], large.len());
    let body = told[0]["body"].as_str().expect("a reference");
    assert!(body.ends_with(&format!("; size={}", large.len())), "{body}");
    office.has_conversations(1).await;
    let told = office.conversation("c1").await;
    let content = &told["messages"][0]["content"];
    assert_eq!(content["external_id"], "large@example.net");
    assert!(content["text"].as_str().is_some_and(|text| text.starts_with("a line of a large mail")));
    // The mail server did not hear us and delivers again.
    tool(home, "gateway", &["inject", "--source=help"], large.as_bytes()).with(0);
    office.has_consumed(2).await;
    office.has_conversations(1).await;
    assert_eq!(office.dead().await, (0, 0));
    daemon.stops().await;
}

#[tokio::test]
async fn what_may_pass_is_held_back_and_what_cannot_is_refused() {
    let mut office = Office::open().await;
    let home = &office.stage.home;
    let inject = |words: &[&str], input: &[u8]| {
        tool(home, "gateway", &[&["inject", "--timeout=2"], words].concat(), input)
    };
    let said = inject(&["--source=nowhere"], b"x");
    said.with(75);
    assert!(said.err.contains("no source `nowhere`"), "{}", said.err);
    inject(&["--source=line"], b" \n").with(65);
    inject(&["--source=help"], &vec![b'x'; 36 << 20]).with(65);
    let said = inject(&["--source=line", "--lines"], b"{}\nno json\n{}\n");
    assert_eq!(said.with(65).lines().count(), 1);
    assert!(said.err.contains("line 2"), "{}", said.err);
    inject(&["--source=line", "{site}/absent"], b"").with(75);
    inject(&["--sauce=line"], b"x").with(75);
    // A user who may not: the server's word is told, since the answer just never comes.
    let said = tool(home, "ana", &["inject", "--source=line", "--timeout=2"], b"{}");
    said.with(75);
    // A server that hears and says nothing, from the first connection on: the time that was given is all.
    office.stage.server.freeze();
    inject(&["--source=line"], b"{}").with(75);
    inject(&["--source=line", "--lines"], b"{}").with(75);
    office.stage.server.thaw();
    inject(&["--source=help", "--mail-from-env=SWITCHBOARD_TEST_NO_SENDER"], b"x").with(75);
    office.stage.server.kill();
    let said = tool(&office.stage.home, "gateway", &["inject", "--source=line"], b"{}");
    said.with(75);
    assert!(said.err.contains("cannot connect"), "{}", said.err);
}

#[tokio::test]
async fn a_full_stream_holds_a_mail_back() {
    let server = Server::start().await;
    let admin = server.jetstream("switchboard-admin").await;
    init(&admin, &StreamsSpec { in_bytes_max: 4_096, ..StreamsSpec::new(site()) }).await.expect("init");
    let home = crate::support::daemon::Home::edited(&server, str::to_owned);
    let small = tool(&home, "gateway", &["inject", "--source=help"], mail("m1", "short").as_bytes());
    small.with(0);
    for size in [5_000, 700_000] {
        let said =
            tool(&home, "gateway", &["inject", "--source=help"], mail("m2", &"x".repeat(size)).as_bytes());
        said.with(75);
        assert!(said.err.contains("did not acknowledge"), "{}", said.err);
    }
}

#[test]
fn its_help_tells_the_exit_codes() {
    let said = run(&["inject".to_owned(), "--help".to_owned()], b"");
    let text = said.with(0);
    assert!(text.contains("75") && text.contains("65"), "{text}");
}
