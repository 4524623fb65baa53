//! Stopping in good order: nothing is lost, whoever waits is told, and a successor need not wait for silence.

use futures_util::StreamExt;
use serde_json::Value;
use switchboard::shell::nats::Purpose;

use crate::support::daemon::led_after;
use crate::support::load::Stage;
use crate::support::within;

#[tokio::test]
async fn under_load_a_stop_loses_nothing_and_its_last_beat_says_that_it_leaves() {
    let stage = Stage::set().await;
    let watcher = stage.server.router(Purpose::Journal).await;
    let mut daemon = stage.home.serve();
    let load = stage.load(21).await;
    load.goes_on(5).await;
    let mut epoch = led_after(&load.supervisor, 0).await;
    let mut beats = watcher.subscribe("switchboard.leader.beat").await.expect("a subscription");
    for _ in 0..3 {
        daemon.terminate();
        let last = within("the last beat", async {
            loop {
                let beat = beats.next().await.expect("a beat");
                let beat: Value = serde_json::from_slice(&beat.payload).expect("JSON");
                if beat["leaving"] == true {
                    return beat;
                }
            }
        })
        .await;
        assert_eq!(last["epoch"], epoch);
        daemon.ends_with(0).await;
        daemon = stage.home.serve();
        epoch = led_after(&load.supervisor, epoch).await;
        load.goes_on(5).await;
    }
    stage.judge(load, &mut daemon, 0).await;
}
