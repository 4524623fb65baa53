//! The one screen: over NATS, over a socket, and when nobody leads.

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixListener;

use super::Office;
use crate::support::daemon::led_after;
use crate::support::tool::{run, tool};
use crate::support::{until, within};

#[tokio::test]
async fn status_tells_what_an_operator_wants_to_know() {
    let office = Office::open().await;
    let home = &office.stage.home;
    let nobody = tool(home, "sue", &["status"], b"");
    nobody.with(69);
    let mut daemon = home.serve();
    led_after(&office.supervisor, 0).await;
    let message = json!({ "message_id": "m1", "from": "+15550001", "text": "hello" }).to_string();
    tool(home, "gateway", &["inject", "--source=line"], message.as_bytes()).with(0);
    tool(home, "gateway", &["inject", "--source=late", "--channel=sms"], message.as_bytes()).with(0);
    office.has_consumed(2).await;
    until("a dead letter", || async { office.dead().await.0 == 1 }).await;
    let told = &tool(home, "sue", &["status", "--json"], b"").json()[0];
    assert_eq!(told["input"], json!({ "last": 2, "consumed": 2, "waiting": 0 }));
    assert_eq!((&told["dead"]["messages"], &told["epoch"]), (&json!(1), &json!(1)));
    assert_eq!((&told["conversations"], &told["waiting"]), (&json!(1), &json!(1)));
    let queues = told["queues"].as_array().expect("queues");
    let general = queues.iter().find(|queue| queue["queue"] == "general").expect("the queue");
    assert!(general["waiting"] == 1 && general["oldest"].is_string(), "{general}");
    assert_eq!(told["agents"], json!({ "available": 0, "away": 0, "draining": 0, "offline": 2 }));
    assert!(told["led_since"].is_string() && told["policy"].is_string(), "{told}");
    assert!(told["journal"]["last"].as_u64() >= told["seq"].as_u64(), "{told}");
    until("an escalation", || async {
        tool(home, "sue", &["status", "--json"], b"").json()[0]["escalations"]["open"].as_u64() >= Some(1)
    })
    .await;
    let screen = tool(home, "sue", &["status"], b"").with(0);
    assert!(screen.contains("queue          general: 1 wait") && !screen.contains('\x1b'), "{screen}");
    let refused = tool(home, "gateway", &["status"], b"");
    refused.with(69);
    daemon.stops().await;
}

#[tokio::test]
async fn with_a_control_socket_no_login_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("control.sock");
    let listener = UnixListener::bind(&path).expect("a socket");
    let daemon = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("a line");
        stream.write_all(b"{\"ok\":true,\"epoch\":7}\n").await.expect("an answer");
        line
    });
    let words = ["status", "--json", "--socket", path.to_str().expect("text")].map(str::to_owned);
    let said = tokio::task::spawn_blocking(move || run(&words, b"")).await.expect("it ends");
    assert_eq!(said.json()[0]["epoch"], 7);
    assert_eq!(within("the question", daemon).await.expect("no panic"), "{\"verb\":\"status\"}\n");
    let gone = run(&["status", "--socket", "/nowhere/control.sock"].map(str::to_owned), b"");
    gone.with(69);
}

/// Whoever names no user is told of the socket that the configuration names, and not to name one.
#[test]
fn without_a_user_it_tells_why_the_socket_does_not_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("switchboard.toml");
    let text = "[site]\ndefault_queue = \"general\"\n[queue.general]\n[control]\nsocket = \"/nowhere/control.sock\"\n";
    std::fs::write(&file, text).expect("a file");
    let said = run(&["status".to_owned(), format!("--config={}", file.display())], b"");
    said.with(69);
    assert!(said.err.contains("/nowhere/control.sock"), "{}", said.err);
}
