//! Time: a clock moved by hand, what was asked in time while nobody led, and desktops that fall silent.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_nats::Client;
use serde_json::{Value, json};

use crate::support::board::Board;
use crate::support::caller::Caller;
use crate::support::daemon::led_after;
use crate::support::ledger::Ledger;
use crate::support::load::{Stage, pause};
use crate::support::within;

#[tokio::test]
async fn a_clock_moved_by_hand_makes_a_breach() {
    let stage = Stage::edited(with_a_hand_on_the_clock, str::to_owned).await;
    let mut daemon = stage.home.serve_with(&["--clock", "manual"]);
    let cast = Cast::of(&stage).await;
    led_after(&cast.supervisor, 0).await;
    cast.message("m1").await;
    cast.board.has("sla.started", 2).await;
    let breach_at =
        cast.board.look().all("sla.started").map(|event| instant(&event["data"]["breach_at"])).max();
    let breach_at = breach_at.expect("a clock");
    let hand = stage.server.user("gateway").await;
    move_clock(&hand, breach_at - 1_000).await;
    cast.board.has("sla.warned", 1).await;
    move_clock(&hand, breach_at).await;
    cast.board.has("sla.breached", 2).await;
    cast.board.has("escalation.raised", 1).await;
    daemon.stops().await;
}

#[tokio::test]
async fn a_clock_moved_by_hand_is_for_a_site_under_test() {
    let in_service = |text: &str| text.replace("test = true", "test = false");
    let stage = Stage::edited(with_a_hand_on_the_clock, in_service).await;
    stage.home.serve_with(&["--clock", "manual"]).ends_with(78).await;
    stage.home.serve_until("append_before:1").ends_with(78).await;
}

/// What lay in the input stream before it was due counts, though nobody led when it was due.
#[tokio::test]
async fn a_reply_left_in_time_keeps_the_promise_over_a_crash() {
    let slow = |text: &str| {
        text.replace("assign = { within = \"1s\"", "assign = { within = \"60s\"")
            .replace("first_reply = { within = \"2s\"", "first_reply = { within = \"6s\"")
    };
    let stage = Stage::edited(str::to_owned, slow).await;
    let mut daemon = stage.home.serve();
    let cast = Cast::of(&stage).await;
    led_after(&cast.supervisor, 0).await;
    cast.message("m1").await;
    cast.board.has("sla.started", 2).await;
    daemon.kill();
    let conversation =
        cast.board.look().all("sla.started").next().expect("a clock")["data"]["conversation"].clone();
    let reply = json!({ "conversation": conversation, "text": "In time." });
    cast.service.leave("conversation.reply", "reply-1", reply).await;
    let due = cast.due_of("first_reply");
    within("the due instant", async {
        // The server's clock is the one that counts: it stamps what is stored.
        while cast.server_time().await <= due {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    let mut daemon = stage.home.serve();
    cast.board.has("sla.met", 1).await;
    let resolve = json!({ "conversation": conversation });
    cast.service.leave("conversation.resolve", "resolve-1", resolve).await;
    cast.board.has("conversation.resolved", 1).await;
    daemon.stops().await;
    let breached: Vec<Value> = cast.board.look().all("sla.breached").cloned().collect();
    assert_eq!(breached, Vec::<Value>::new(), "the reply was there before it was due");
}

#[tokio::test]
async fn a_silent_desktop_is_lost_and_heard_again() {
    let quick = |text: &str| {
        text.replace("lease = \"3s\"", "lease = \"1s\"")
            .replace("lost_grace = \"2s\"", "lost_grace = \"60s\"")
            .replace("offer_timeout = \"1s\"", "offer_timeout = \"60s\"")
    };
    let stage = Stage::edited(str::to_owned, quick).await;
    let mut daemon = stage.home.serve();
    let cast = Cast::of(&stage).await;
    led_after(&cast.supervisor, 0).await;
    let ana = Caller::connect(&stage.server, "ana", cast.ledger.clone()).await;
    ana.command("agent.sign_in", "sign-in", json!({ "desktop": "laptop" })).await;
    cast.message("m1").await;
    cast.board.has("offer.made", 1).await;
    // Nobody beats.
    cast.board.has("agent.lost", 1).await;
    cast.board.has("offer.rescinded", 1).await;
    let beat = ana.client.publish("switchboard.agent.ana.beat", "{\"desktop\":\"laptop\"}".into()).await;
    beat.expect("a publish");
    cast.board.has("agent.returned", 1).await;
    cast.board.has("offer.made", 2).await;
    daemon.stops().await;
}

/// The same under load, over crashes in between.
#[tokio::test]
async fn a_desktop_falls_silent_under_load() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(12).await;
    load.goes_on(5).await;
    load.ana_beats.store(false, Ordering::Relaxed);
    load.board.has("agent.lost", 1).await;
    daemon.kill();
    let mut daemon = {
        let daemon = stage.home.serve();
        load.board.has("agent.signed_out", 1).await;
        daemon
    };
    load.ana_beats.store(true, Ordering::Relaxed);
    load.goes_on(10).await;
    stage.judge(load, &mut daemon, 0).await;
}

/// A frozen daemon hears nobody, and blames nobody for it.
#[tokio::test]
async fn a_daemon_that_stood_still_loses_no_desktop() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(13).await;
    for _ in 0..2 {
        load.goes_on(10).await;
        daemon.freeze();
        // Longer than a lease.
        pause(4_000).await;
        daemon.thaw();
    }
    load.goes_on(10).await;
    assert_eq!(load.board.look().count("agent.lost"), 0);
    stage.judge(load, &mut daemon, 0).await;
}

/// A few hands without a load.
struct Cast {
    board: Board,
    ledger: Arc<Ledger>,
    gateway: Caller,
    service: Caller,
    supervisor: Client,
    admin: async_nats::jetstream::Context,
}

impl Cast {
    async fn of(stage: &Stage) -> Cast {
        let ledger = Arc::new(Ledger::default());
        let admin = stage.server.jetstream("switchboard-admin").await;
        Cast {
            board: Board::follow(admin.clone()),
            gateway: Caller::connect(&stage.server, "gateway", ledger.clone()).await,
            service: Caller::connect(&stage.server, "crm", ledger.clone()).await,
            supervisor: stage.server.user("sue").await,
            ledger,
            admin,
        }
    }

    async fn message(&self, id: &str) {
        let body = json!({ "message_id": id, "from": "u", "text": "hello" }).to_string();
        assert!(
            self.gateway.publish("switchboard.in.chat.web", body.into_bytes()).await,
            "an acknowledgement"
        );
    }

    fn due_of(&self, metric: &str) -> i64 {
        let seen = self.board.look();
        let mut started = seen.all("sla.started");
        let clock = started.find(|event| event["data"]["promise"]["metric"] == metric).expect("such a clock");
        instant(&clock["data"]["due"])
    }

    /// The time by the server, in milliseconds since 1970.
    async fn server_time(&self) -> i64 {
        let info: Value = self.admin.request("STREAM.INFO.SWITCHBOARD_IN", &()).await.expect("an answer");
        instant(&info["ts"])
    }
}

async fn move_clock(hand: &Client, to: i64) {
    hand.publish("switchboard.test.clock", to.to_string().into()).await.expect("a publish");
    hand.flush().await.expect("a flush");
}

/// Milliseconds since 1970 of an instant in RFC 3339.
fn instant(text: &Value) -> i64 {
    let text = text.as_str().expect("an instant");
    text.parse::<jiff::Timestamp>().expect("RFC 3339").as_millisecond()
}

/// The gateway may move the clock, and the daemon hears it.
fn with_a_hand_on_the_clock(configuration: &str) -> String {
    let edited = configuration
        .replace("\"switchboard.in.work.>\"", "\"switchboard.in.work.>\", \"switchboard.test.clock\"")
        .replace(
            "\"switchboard.agent.*.beat\", \"$SRV.>\"]",
            "\"switchboard.agent.*.beat\", \"$SRV.>\", \"switchboard.test.clock\"]",
        );
    assert_eq!(edited.matches("test.clock").count(), 2, "both users are there");
    edited
}
