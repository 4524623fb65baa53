//! Who leads: never two, and whoever was away finds out.

use serde_json::Value;

use super::rounds;
use crate::support::daemon::{led_after, status};
use crate::support::load::Stage;
use crate::support::until;

#[tokio::test]
async fn a_frozen_leader_thaws_after_another_has_led() {
    let stage = Stage::set().await;
    let mut leader = stage.home.serve();
    let load = stage.load(6).await;
    load.goes_on(10).await;
    let mut epoch = led_after(&load.supervisor, 0).await;
    for _ in 0..rounds(1) {
        leader.freeze();
        let successor = stage.home.serve();
        epoch = led_after(&load.supervisor, epoch).await;
        load.goes_on(10).await;
        leader.thaw();
        leader.ends_with(75).await;
        leader = successor;
        load.goes_on(10).await;
    }
    stage.judge(load, &mut leader, 0).await;
}

#[tokio::test]
async fn a_second_daemon_gives_way_to_a_living_one() {
    let stage = Stage::set().await;
    let mut first = stage.home.serve();
    let load = stage.load(7).await;
    load.goes_on(3).await;
    let epoch = led_after(&load.supervisor, 0).await;
    let mut second = stage.home.serve();
    second.ends_with(75).await;
    load.goes_on(5).await;
    let status = status(&load.supervisor).await.expect("the first leads");
    assert_eq!(status["epoch"], Value::from(epoch), "the first was not disturbed");
    stage.judge(load, &mut first, 0).await;
}

#[tokio::test]
async fn of_two_that_start_at_once_one_leads() {
    let stage = Stage::set().await;
    let mut both = [stage.home.serve(), stage.home.serve()];
    let load = stage.load(8).await;
    load.goes_on(5).await;
    let mut gone = None;
    until("one of them gives way", || {
        gone = both.iter_mut().position(|daemon| daemon.has_ended().is_some());
        std::future::ready(gone.is_some())
    })
    .await;
    let gone = gone.expect("one of them is gone");
    both[gone].ends_with(75).await;
    load.goes_on(5).await;
    stage.judge(load, &mut both[1 - gone], 0).await;
}

#[tokio::test]
async fn it_stops_in_good_order_and_goes_on_where_it_was() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(9).await;
    load.goes_on(10).await;
    daemon.stops().await;
    let mut daemon = stage.home.serve();
    load.goes_on(10).await;
    stage.judge(load, &mut daemon, 0).await;
}

/// What was handled is not handled again, though it left no event: the position is recorded at the end.
#[tokio::test]
async fn a_position_without_events_is_recorded_at_the_end() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let board = stage.board().await;
    let supervisor = stage.server.user("sue").await;
    led_after(&supervisor, 0).await;
    let ledger = std::sync::Arc::new(crate::support::ledger::Ledger::default());
    let gateway = crate::support::caller::Caller::connect(&stage.server, "gateway", ledger.clone()).await;
    let body = r#"{"message_id":"m","from":"u","text":"hello"}"#;
    ledger.message("m", "u");
    for _ in 0..2 {
        assert!(gateway.publish("switchboard.in.chat.web", body.into()).await, "an acknowledgement");
    }
    ledger.message_arrived("m");
    until("both consumed", || async { status(&supervisor).await.is_some_and(|status| status["inseq"] == 2) })
        .await;
    daemon.stops().await;
    board.has("site.position", 1).await;
    let last = board.look().records.values().last().cloned().expect("a record");
    assert_eq!(last["type"], "switchboard.site.position.v1");
    assert_eq!(last["inseq"], "2");
    let mut daemon = stage.home.serve();
    led_after(&supervisor, 1).await;
    daemon.stops().await;
    board.has("site.led", 2).await;
    let seen = board.look();
    // Promises go on; what came in does not come again, nor does its position.
    assert_eq!((seen.count("message.received"), seen.count("site.position")), (1, 1));
    assert!(seen.records.values().all(|event| event["inseq"] != "3"));
}
