//! Making the streams, and checking them.

use async_nats::jetstream::stream::Config;
use switchboard::shell::nats::{Purpose, jetstream};
use switchboard::shell::streams::{Fault, Outcome, init, verify};

use crate::support::{Server, spec};

#[tokio::test]
async fn init_makes_what_is_missing_and_then_nothing() {
    let server = Server::start().await;
    let admin = server.jetstream("switchboard-admin").await;
    let made = init(&admin, &spec()).await.expect("init");
    assert!(made.iter().all(|outcome| matches!(outcome, Outcome::Made { .. })), "{made:?}");
    let kept = init(&admin, &spec()).await.expect("init again");
    assert!(
        kept.iter().all(|outcome| matches!(outcome, Outcome::Kept { warnings, .. } if warnings.is_empty())),
        "{kept:?}"
    );
    let router = jetstream(&server.router(Purpose::Journal).await);
    assert_eq!(verify(&router, &spec()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn init_leaves_a_stream_that_differs_and_verify_tells_every_fault() {
    let server = Server::start().await;
    let admin = server.jetstream("switchboard-admin").await;
    let [input, events, ..] = spec().configs();
    let spoilt = Config { subject_transform: None, republish: None, allow_atomic_publish: false, ..events };
    admin.create_stream(&spoilt).await.expect("a spoilt journal");
    admin.create_stream(Config { allow_rollup: true, ..input }).await.expect("a spoilt input");
    let router = jetstream(&server.router(Purpose::Journal).await);
    let faults = verify(&router, &spec()).await.expect_err("no stream is right");
    let about = |stream: &str| faults.iter().filter(|fault| fault.stream == stream).count();
    assert_eq!(
        ["IN", "EVENTS", "DEAD", "OUT"].map(|name| about(&format!("SWITCHBOARD_{name}"))),
        [1, 3, 1, 1],
        "{faults:#?}"
    );
    let missing = faults.iter().find(|fault| fault.stream == "SWITCHBOARD_OUT").map(Fault::to_string);
    assert_eq!(
        missing.as_deref(),
        Some("stream SWITCHBOARD_OUT is missing; make it with `switchboard init`")
    );
    let outcomes = init(&admin, &spec()).await.expect("init");
    let (left, made) = outcomes.split_at(2);
    assert!(left.iter().all(|outcome| matches!(outcome, Outcome::Differs { .. })), "{outcomes:?}");
    assert!(made.len() == 4 && made.iter().all(|outcome| matches!(outcome, Outcome::Made { .. })));
    let untouched = admin.get_stream("SWITCHBOARD_EVENTS").await.expect("the stream");
    assert!(!untouched.cached_info().config.allow_atomic_publish);
}
