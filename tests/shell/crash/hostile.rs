//! Enemies: requests whose answers would harm the journal, and records that somebody else wrote there.

use async_nats::Client;
use serde_json::{Value, json};

use crate::support::daemon::{led_after, status};
use crate::support::load::Stage;
use crate::support::until;

#[tokio::test]
async fn an_answer_never_goes_where_it_would_harm() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(10).await;
    load.goes_on(5).await;
    let epoch = led_after(&load.supervisor, 0).await;
    let ana = stage.server.user("ana").await;
    let replies = [
        "$JS.API.STREAM.PURGE.SWITCHBOARD_EVENTS",
        "$JS.API.STREAM.DELETE.SWITCHBOARD_EVENTS",
        "$JS.API.STREAM.DELETE.SWITCHBOARD_IN",
        "switchboard.j.evt.x",
        "switchboard.j.evt.offer.made.00",
        "switchboard.in.chat.web",
    ];
    for (index, reply) in replies.iter().enumerate() {
        for (verb, body) in [("status", ""), ("agent.sign_in", "{}"), ("nonsense", "{"), ("status", "{}")] {
            let subject = format!("switchboard.api.ana.{verb}");
            let sent = ana.publish_with_reply(subject, (*reply).to_owned(), body.into()).await;
            sent.expect("a publish");
        }
        // A heartbeat may be a request, too.
        let beat =
            ana.publish_with_reply("switchboard.agent.ana.beat", (*reply).to_owned(), "{}".into()).await;
        beat.expect("a publish");
        daemon.says(&format!("count={}", 5 * (index + 1))).await;
    }
    load.goes_on(5).await;
    let status = status(&load.supervisor).await.expect("it goes on");
    assert_eq!((&status["epoch"], &status["foreign_records"]), (&Value::from(epoch), &Value::from(0)));
    assert_eq!(status["dropped_requests"], 5 * replies.len());
    stage.judge(load, &mut daemon, 0).await;
}

#[tokio::test]
async fn forged_records_are_counted_and_passed_over() {
    let stage = Stage::edited(with_a_forger, str::to_owned).await;
    let mut daemon = stage.home.serve();
    let load = stage.load(11).await;
    let forger = stage.server.user("forger").await;
    let mut epoch = 0;
    for forged in ["not JSON at all", "{}", "late", "wrong", "unknown", "broken"] {
        load.goes_on(4).await;
        epoch = led_after(&load.supervisor, epoch).await;
        let seq = load.board.look().seq;
        let (subject, body) = forge(forged, seq);
        forger.publish(subject, body.into()).await.expect("a publish");
        forger.flush().await.expect("a flush");
    }
    led_after(&load.supervisor, epoch).await;
    load.goes_on(4).await;
    foreign(&load.supervisor, 6).await;
    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&load.supervisor, epoch + 1).await;
    foreign(&load.supervisor, 6).await;
    load.goes_on(4).await;
    stage.judge(load, &mut daemon, 6).await;
}

/// A record that lies between recovery and claim is no leader's: who starts must not give way to it.
#[tokio::test]
async fn a_forger_does_not_keep_the_daemon_from_starting() {
    let stage = Stage::edited(with_a_forger, str::to_owned).await;
    let forger = stage.server.user("forger").await;
    let forging = tokio::spawn(async move {
        for number in 0..500 {
            let body = format!("forged {number}");
            if forger.publish("switchboard.j.evt.offer.made.00", body.into()).await.is_err() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        }
    });
    let daemon = stage.home.serve();
    let supervisor = stage.server.user("sue").await;
    led_after(&supervisor, 0).await;
    forging.abort();
    drop(daemon);
}

async fn foreign(supervisor: &Client, count: u64) {
    until(&format!("{count} foreign records in the status"), || async {
        status(supervisor).await.is_some_and(|status| status["foreign_records"] == count)
    })
    .await;
}

/// A record that is not the daemon's, when the journal ends at `seq`.
fn forge(kind: &str, seq: u64) -> (&'static str, String) {
    let (place, word) = match kind {
        "late" => (seq.saturating_sub(3), "offer.accepted"),
        "wrong" => (7, "offer.accepted"),
        "unknown" => (3, "offer.stolen"),
        "broken" => (2, "offer.made"),
        _ => return ("switchboard.j.evt.offer.made.00", kind.to_owned()),
    };
    let data = json!({ "offer": "o1", "interaction": "i1", "conversation": "c1", "agent": "ana" });
    let event = json!({
        "specversion": "1.0", "id": place.to_string(), "source": "/switchboard/switchboard",
        "type": format!("switchboard.{word}.v1"), "subject": "o1", "time": "2026-01-02T03:04:05.123Z",
        "datacontenttype": "application/json", "dataschema": format!("urn:switchboard:event:{word}:1"),
        "seq": place.to_string(), "inseq": "1", "actor": "site", "data": data,
    });
    ("switchboard.j.evt.offer.accepted.81", event.to_string())
}

/// A user who may do what only the daemon should.
fn with_a_forger(configuration: &str) -> String {
    let forger = "users = [\n    { user: \"forger\", password: $GATEWAY_PASSWORD\n      permissions: { publish: \
                  [\"switchboard.j.>\"], subscribe: [\"_INBOX.forger.>\"] } }\n";
    let edited = configuration.replacen("users = [", forger, 1);
    assert_ne!(edited, configuration, "the configuration has a list of users");
    edited
}
