//! Stopping in good order: nothing is lost, whoever waits is told, and a successor need not wait for silence.

use futures_util::StreamExt;
use serde_json::Value;
use switchboard::shell::nats::Purpose;

use crate::support::daemon::led_after;
use crate::support::load::Stage;
use crate::support::{until, within};

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

/// Who starts while the leader leaves hears that there is no silence to wait for; but a successor who was faster is
/// heard all the same.
#[tokio::test]
async fn who_starts_while_the_leader_leaves_leads_unless_somebody_was_faster() {
    let stage = Stage::set().await;
    let other = stage.server.router(Purpose::Journal).await;
    let supervisor = stage.server.user("sue").await;
    let leaving = r#"{"epoch":7,"instance":"other","loop_at":0,"leaving":true}"#;
    let leads = r#"{"epoch":8,"instance":"another","loop_at":0}"#;
    let mut first = stage.home.serve();
    until("the last beat of another is heard", || async {
        other.publish("switchboard.leader.beat", leaving.into()).await.expect("a publish");
        first.log().contains("the leader leaves")
    })
    .await;
    led_after(&supervisor, 0).await;
    first.stops().await;

    let mut second = stage.home.serve();
    within("a successor is heard behind the last beat", async {
        while second.has_ended().is_none() {
            for beat in [leaving, leads] {
                other.publish("switchboard.leader.beat", beat.into()).await.expect("a publish");
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    second.ends_with(75).await;
    assert!(second.log().contains("another instance leads this site"), "{}", second.log());
}
