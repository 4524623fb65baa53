//! DEAD in the hands of an operator: emptied, it stays empty, and what is refused later goes there.

use crate::support::caller::Caller;
use crate::support::daemon::led_after;
use crate::support::load::Stage;
use crate::support::until;

#[tokio::test]
async fn what_an_operator_threw_away_does_not_come_back() {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve();
    let supervisor = stage.server.user("sue").await;
    led_after(&supervisor, 0).await;
    let gateway = Caller::alone(&stage.server, "gateway").await;
    let admin = stage.server.jetstream("switchboard-admin").await;
    let dead = async || {
        let info = admin.get_stream("SWITCHBOARD_DEAD").await.expect("the stream").cached_info().clone();
        (info.state.messages, info.state.last_sequence)
    };
    for body in ["first", "second"] {
        assert!(gateway.publish("switchboard.in.sms.line", body.into()).await, "an acknowledgement");
    }
    until("two dead letters", || async { dead().await == (2, 2) }).await;
    let stream = admin.get_stream("SWITCHBOARD_DEAD").await.expect("the stream");
    stream.purge().await.expect("a purge");
    // In service, and after a crash.
    assert!(gateway.publish("switchboard.in.sms.line", "third".into()).await, "an acknowledgement");
    until("the third", || async { dead().await == (1, 3) }).await;
    stream.purge().await.expect("a purge");
    daemon.kill();
    let mut daemon = stage.home.serve();
    led_after(&supervisor, 1).await;
    assert!(gateway.publish("switchboard.in.sms.line", "fourth".into()).await, "an acknowledgement");
    until("the fourth", || async { dead().await.1 >= 4 }).await;
    daemon.stops().await;
    assert_eq!(dead().await, (1, 4));
}
