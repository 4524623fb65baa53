//! What leaves: a reply by SMS lies in OUT once, over a crash; desktops are told of what concerns them; a
//! gateway's report is seen.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::{Client, Subscriber};
use futures_util::StreamExt;
use serde_json::{Value, json};
use switchboard::shell::nats::jetstream;

use crate::support::caller::Caller;
use crate::support::daemon::led_after;
use crate::support::ledger::Ledger;
use crate::support::load::Stage;
use crate::support::{settled, until, within};

/// The shipped permissions, with the gateway's line of another source.
fn gateway_of(source: &str) -> impl Fn(&str) -> String {
    let wanted = format!("gateway.switchboard.out.{source}");
    move |conf| conf.replace("gateway.switchboard.out.sms.main-line", &wanted)
}

#[tokio::test]
async fn a_reply_reaches_its_gateway_once_and_its_report_comes_back() {
    let stage = Stage::edited(gateway_of("sms.line"), str::to_owned).await;
    let mut daemon = stage.home.serve();
    let supervisor = stage.server.user("sue").await;
    let epoch = led_after(&supervisor, 0).await;
    let floor = Floor::open(&stage).await;
    let conversation = floor.holds_a_conversation().await;
    floor.replies(&conversation, "first").await;
    let mut out = read_out(&stage, "sms.line").await;
    let first = next_of(&mut out).await;
    assert_eq!(first["text"], "first");
    assert_eq!(first["to"]["address"], "+15550100");
    assert_eq!((&first["from"], &first["in_reply_to"]), (&json!("+15550199"), &json!("sms-1")));

    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&supervisor, epoch).await;
    floor.replies(&conversation, "second").await;
    let second = next_of(&mut out).await;
    assert_eq!(second["text"], "second");
    let info = stage.server.jetstream("switchboard-admin").await.get_stream("SWITCHBOARD_OUT").await;
    assert_eq!(info.expect("the stream").cached_info().state.last_sequence, 2);

    let message = second["message"].as_str().expect("a message");
    for (state, id) in [("delivered", "r1"), ("sent", "r2")] {
        let report = json!({ "message": message, "state": state, "code": "30000" });
        let answer = floor.gateway.command("message.report", id, report).await;
        assert_eq!(answer["ok"], true, "{answer}");
        assert_eq!(answer["unchanged"] == true, state == "sent", "{answer}");
    }
    let asked = floor.ana.ask("conversation.get", &json!({ "conversation": conversation }).to_string()).await;
    let outbound = asked.expect("an answer")["conversation"]["outbound"].clone();
    assert_eq!((&outbound[1]["message"], &outbound[1]["delivery"]), (&json!(message), &json!("delivered")));
    daemon.stops().await;
}

#[tokio::test]
async fn a_chat_that_an_agent_begins_stays_in_its_thread() {
    let stage = Stage::edited(gateway_of("chat.web"), str::to_owned).await;
    let mut daemon = stage.home.serve();
    led_after(&stage.server.user("sue").await, 0).await;
    let floor = Floor::open(&stage).await;
    floor.ana.command("agent.sign_in", "in", json!({ "desktop": "desk" })).await;
    let start = json!({ "source": "web", "to": { "address": "u-7" }, "text": "first", "thread": "room-3" });
    let begun = floor.ana.command("conversation.start", "start", start).await;
    let conversation = begun["subject"].as_str().expect("a conversation").to_owned();
    let note = json!({ "conversation": conversation, "text": "He asked for it." });
    floor.ana.command("conversation.note", "note", note).await;
    floor.replies(&conversation, "second").await;
    let mut out = read_out(&stage, "chat.web").await;
    for text in ["first", "second"] {
        let handed = next_of(&mut out).await;
        assert_eq!((&handed["text"], &handed["thread_id"]), (&json!(text), &json!("room-3")), "{handed}");
    }
    daemon.stops().await;
}

/// The contact asked for an end at his first address; what an agent begins at another one of his stays there.
#[tokio::test]
async fn an_sms_that_an_agent_begins_stays_at_the_address_it_was_begun_with() {
    let stage = Stage::edited(gateway_of("sms.line"), str::to_owned).await;
    let mut daemon = stage.home.serve();
    led_after(&stage.server.user("sue").await, 0).await;
    let floor = Floor::open(&stage).await;
    floor.holds_a_conversation().await;
    let stop = json!({ "message_id": "stop", "from": "+15550100", "text": "STOP" }).to_string();
    assert!(floor.gateway.publish("switchboard.in.sms.line", stop.into()).await, "an acknowledgement");
    let sue = Caller::alone(&stage.server, "sue").await;
    let address = |address: &str| json!({ "source": "line", "address": address });
    let link = json!({ "contact": address("+15550100"), "with": address("+15550142") });
    let linked = sue.command("contact.link", "link", link).await;
    assert_eq!(linked["ok"], true, "{linked}");
    let start = json!({ "source": "line", "to": { "address": "+15550142" }, "text": "first" });
    let begun = floor.ana.command("conversation.start", "start", start).await;
    let conversation = begun["subject"].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned();
    floor.replies(&conversation, "second").await;
    let mut out = read_out(&stage, "sms.line").await;
    for text in ["first", "second"] {
        let handed = next_of(&mut out).await;
        assert_eq!((&handed["text"], &handed["to"]["address"]), (&json!(text), &json!("+15550142")));
    }
    daemon.stops().await;
}

#[tokio::test]
async fn what_gateways_have_acknowledged_leaves_the_stream_but_for_the_newest() {
    let stage = Stage::edited(gateway_of("sms.line"), str::to_owned).await;
    let mut daemon = stage.home.serve();
    let supervisor = stage.server.user("sue").await;
    let epoch = led_after(&supervisor, 0).await;
    let floor = Floor::open(&stage).await;
    let conversation = floor.holds_a_conversation().await;
    for text in ["first", "second", "third"] {
        floor.replies(&conversation, text).await;
    }
    let mut out = read_out(&stage, "sms.line").await;
    next_of(&mut out).await;
    let [second, third] = [waiting(&mut out).await, waiting(&mut out).await];
    daemon.kill();
    let mut daemon = stage.home.serve();
    let epoch = led_after(&supervisor, epoch).await;
    until("the first is purged", || async { left(&stage).await == (2, 3) }).await;

    for message in [second, third] {
        message.double_ack().await.expect("an ack");
    }
    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&supervisor, epoch).await;
    until("all but the newest is purged", || async { left(&stage).await == (3, 3) }).await;
    daemon.stops().await;
}

#[tokio::test]
async fn desktops_are_told_what_concerns_them() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let supervisor = stage.server.user("sue").await;
    let mut led = supervisor.subscribe("switchboard.agent.sue.>").await.expect("a subscription");
    settled(&supervisor, "switchboard.agent.sue.beat").await;
    let epoch = led_after(&supervisor, 0).await;
    let floor = Floor::open(&stage).await;
    let mut hints = floor.ana.client.subscribe("switchboard.agent.ana.>").await.expect("a subscription");
    settled(&floor.ana.client, "switchboard.agent.ana.beat").await;
    floor.holds_a_conversation().await;
    for (hint, kind) in [
        ("inbox", "switchboard.agent.signed_in.v1"),
        ("offer", "switchboard.offer.made.v1"),
        ("offer_ended", "switchboard.offer.accepted.v1"),
        ("conversation", "switchboard.offer.accepted.v1"),
    ] {
        let told = hinted(&mut hints, hint).await;
        assert_eq!(told["type"], kind, "{told}");
        assert!(!told.to_string().contains("+15550100"), "a hint has no content: {told}");
    }
    floor.sms("sms-2").await;
    assert_eq!(hinted(&mut hints, "message").await["type"], "switchboard.message.received.v1");
    assert_eq!(hinted(&mut led, "escalation").await["type"], "switchboard.escalation.raised.v1");
    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&supervisor, epoch).await;
    assert_eq!(hinted(&mut hints, "inbox").await["type"], "switchboard.site.led.v1");
    // Whichever desktop is heard first after a takeover holds the lease.
    until("the lease of the desk", || floor.holds_the_lease("desk")).await;
    floor.ana.command("agent.sign_in", "in-2", json!({ "desktop": "laptop" })).await;
    assert_eq!(hinted(&mut hints, "desktop").await, json!({ "agent": "ana", "desktop": "laptop" }));
    daemon.stops().await;
}

/// Ana at her desk, and the gateway of the line.
struct Floor {
    ana: Caller,
    gateway: Caller,
    beats: tokio::task::JoinHandle<()>,
}

impl Floor {
    async fn open(stage: &Stage) -> Floor {
        let ledger = Arc::new(Ledger::default());
        let ana = Caller::connect(&stage.server, "ana", ledger.clone()).await;
        let gateway = Caller::connect(&stage.server, "gateway", ledger).await;
        let beats = tokio::spawn(beat(ana.client.clone()));
        Floor { ana, gateway, beats }
    }

    /// Signs in and takes the conversation of one SMS.
    async fn holds_a_conversation(&self) -> String {
        self.ana.command("agent.sign_in", "in", json!({ "desktop": "desk" })).await;
        self.sms("sms-1").await;
        let accepted = within("an offer that is taken", async {
            loop {
                let offers = self.ana.ask("offer.list", r#"{"agent":"ana"}"#).await.unwrap_or_default();
                if let Some(offer) = offers["offers"][0]["offer"].as_str() {
                    let id = format!("take-{offer}");
                    let taken = self.ana.command("offer.accept", &id, json!({ "offer": offer })).await;
                    if taken["ok"] == true {
                        return taken;
                    }
                }
            }
        })
        .await;
        accepted["data"]["conversation"].as_str().expect("a conversation").to_owned()
    }

    async fn sms(&self, id: &str) {
        let body =
            json!({ "message_id": id, "from": "+15550100", "to": "+15550199", "text": "hello" }).to_string();
        assert!(self.gateway.publish("switchboard.in.sms.line", body.into()).await, "an acknowledgement");
    }

    async fn replies(&self, conversation: &str, text: &str) {
        let reply = json!({ "conversation": conversation, "text": text });
        let answer = self.ana.command("conversation.reply", text, reply).await;
        assert_eq!(answer["ok"], true, "{answer}");
    }

    async fn holds_the_lease(&self, desktop: &str) -> bool {
        let body = json!({ "desktop": desktop }).to_string();
        let answer = self.ana.client.request("switchboard.agent.ana.beat", body.into()).await;
        answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.payload).contains("\"held\""))
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.beats.abort();
    }
}

async fn beat(client: Client) {
    let body = json!({ "desktop": "desk" }).to_string();
    while client.publish("switchboard.agent.ana.beat", body.clone().into()).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// The next hint of this word.
async fn hinted(hints: &mut Subscriber, word: &str) -> Value {
    within(&format!("the hint {word}"), async {
        loop {
            let message = hints.next().await.expect("the subscription stands");
            if message.subject.ends_with(&format!(".{word}")) {
                return serde_json::from_slice(&message.payload).expect("a hint is JSON");
            }
        }
    })
    .await
}

/// What the gateway of a source finds, by a consumer of its own.
async fn read_out(stage: &Stage, source: &str) -> pull::Stream {
    let gateway = jetstream(&stage.server.user("gateway").await);
    let out = gateway.get_stream("SWITCHBOARD_OUT").await.expect("the stream");
    let own = pull::Config {
        durable_name: Some("gateway".to_owned()),
        filter_subject: format!("switchboard.out.{source}"),
        ack_policy: AckPolicy::Explicit,
        ..pull::Config::default()
    };
    out.create_consumer(own).await.expect("a consumer").messages().await.expect("messages")
}

/// The first and the last sequence in OUT.
async fn left(stage: &Stage) -> (u64, u64) {
    let stream = stage.server.jetstream("switchboard-admin").await.get_stream("SWITCHBOARD_OUT").await;
    let state = stream.expect("the stream").cached_info().state.clone();
    (state.first_sequence, state.last_sequence)
}

/// The next message, which is not acknowledged.
async fn waiting(out: &mut pull::Stream) -> Message {
    within("a message", out.next()).await.expect("a message").expect("a message")
}

async fn next_of(out: &mut pull::Stream) -> Value {
    let message = waiting(out).await;
    message.double_ack().await.expect("an ack");
    serde_json::from_slice(&message.payload).expect("a message is JSON")
}
