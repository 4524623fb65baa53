//! The bench on a small site: it measures what it says, and leaves a site alone that is not for it.

use std::fs;

use crate::support::Server;
use crate::support::daemon::{Home, led_after};
use crate::support::tool::tool;

/// One user who may do everything, as on the private server of `make bench`.
fn with_bench_user(configuration: &str) -> String {
    let user = "  users = [\n    { user: \"bench\", password: \"a-password-of-the-tests\", \
                permissions: { publish: \">\", subscribe: \">\" } }\n";
    configuration.replacen("  users = [\n", user, 1)
}

/// The shipped site of the bench, with the test's own connection and two agents.
fn bench_site(server: &Server) -> impl Fn(&str) -> String {
    let url = server.url();
    move |_: &str| {
        let shipped = include_str!("../../../deploy/bench/bench.toml");
        let text =
            shipped.replace("nats://127.0.0.1:4222", &url).replace("\"password\"", "\"admin.password\"");
        format!(
            "{text}\n[agent.ana]\ncapacity = 1000\n[agent.ben]\ncapacity = 1000\n[actor.sue]\nrole = \"supervisor\"\n"
        )
    }
}

#[tokio::test]
async fn a_small_load_is_measured_and_answered() {
    let server = Server::start_edited(with_bench_user).await;
    let home = Home::edited(&server, bench_site(&server));
    let mut daemon = home.serve();
    led_after(&server.user("sue").await, 0).await;
    let words = ["bench", "--rate=200", "--messages=60", "--json"];
    let told = &tool(&home, "bench", &words, b"").json()[0];
    let number = |member: &str| told[member].as_f64().unwrap_or_default();
    let ms = |share: &str| told["offer_ms"][share].as_f64().unwrap_or_default();
    assert!(
        0.0 < ms("p50") && ms("p50") <= ms("p90") && ms("p90") <= ms("p99") && ms("p99") <= ms("max"),
        "{told}"
    );
    assert!(number("appended_per_second") > 0.0 && number("plain_per_second") > 0.0, "{told}");
    assert!(
        (number("ratio") - number("appended_per_second") / number("plain_per_second")).abs() < 1e-9,
        "{told}"
    );
    assert!(number("answered") >= 60.0, "agents accept and resolve: {told}");
    let admin = server.jetstream("switchboard-admin").await;
    assert!(
        admin.get_stream("SWITCHBOARD_EVENTS_SCRATCH").await.is_err(),
        "the scratch stream is left behind"
    );
    tool(&home, "bench", &["bench", "--open", "--messages=20"], b"").with(0);
    let status = &tool(&home, "bench", &["status", "--json"], b"").json()[0];
    assert_eq!(status["conversations"], 140);
    daemon.stops().await;
    let path = home.folder().join("switchboard.toml");
    let text = fs::read_to_string(&path).expect("the configuration");
    fs::write(&path, text.replace("test = true", "test = false")).expect("the configuration");
    let refused = tool(&home, "bench", &words, b"");
    refused.with(78);
    assert!(refused.err.contains("test = true"), "{}", refused.err);
}
