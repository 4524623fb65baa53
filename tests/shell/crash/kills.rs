//! Killed at random under load: the daemon, and its server, which is frozen too.

use fastrand::Rng;

use super::{asked, rounds, seed};
use crate::support::daemon::led_after;
use crate::support::load::{Stage, pause};

/// Kills in one test; a soak asks for more.
const KILLS: usize = 20;

#[tokio::test]
async fn killed_again_and_again() {
    let (kills, seed) = (asked("SWITCHBOARD_KILLS").unwrap_or(KILLS as u64), seed());
    let mut rng = Rng::with_seed(seed);
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(seed).await;
    let mut epoch = 0;
    for _ in 0..kills {
        epoch = led_after(&load.supervisor, epoch).await;
        pause(rng.u64(0..300)).await;
        daemon.kill();
        daemon = stage.home.serve();
    }
    load.goes_on(15).await;
    stage.judge(load, &mut daemon, 0).await;
}

#[tokio::test]
async fn the_server_is_killed_under_load() {
    let mut rng = Rng::with_seed(seed());
    let mut stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(2).await;
    for _ in 0..rounds(3) {
        load.goes_on(10).await;
        pause(rng.u64(0..100)).await;
        stage.server.kill();
        stage.server.restart().await;
    }
    load.goes_on(10).await;
    assert_eq!(daemon.has_ended(), None, "it outlives its server");
    stage.judge(load, &mut daemon, 0).await;
}

#[tokio::test]
async fn the_server_freezes_for_longer_than_an_append_may_take() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(3).await;
    for _ in 0..rounds(2) {
        load.goes_on(10).await;
        let gone = daemon.log().matches("recovering").count();
        stage.server.freeze();
        crate::support::until("an append without an answer", || async {
            daemon.log().matches("recovering").count() > gone
        })
        .await;
        stage.server.thaw();
    }
    load.goes_on(10).await;
    assert_eq!(daemon.has_ended(), None, "it outlives the frost");
    stage.judge(load, &mut daemon, 0).await;
}

/// Ten seconds are longer than any wait of the daemon's: nothing is lost, and all comes in order after. peer-F31
#[tokio::test]
async fn the_server_is_away_for_ten_seconds() {
    let mut stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(4).await;
    load.goes_on(10).await;
    stage.server.kill();
    daemon.says("lost the connection to NATS").await;
    pause(10_000).await;
    stage.server.restart().await;
    load.goes_on(15).await;
    assert_eq!(daemon.has_ended(), None, "it waits for its server");
    stage.judge(load, &mut daemon, 0).await;
}

/// Asked to stop while NATS is away, it stops all the same.
#[tokio::test]
async fn it_stops_while_the_server_is_away() {
    let mut stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let load = stage.load(5).await;
    load.goes_on(5).await;
    stage.server.kill();
    daemon.says("recovering").await;
    daemon.stops().await;
    stage.server.restart().await;
    let mut daemon = stage.home.serve();
    load.goes_on(5).await;
    stage.judge(load, &mut daemon, 0).await;
}
