//! Reloads under load: good ones and bad ones, with the daemon killed in between and at their own fault points.

use fastrand::Rng;

use super::{rounds, seed};
use crate::reload::with_socket;
use crate::support::daemon::{led_after, status};
use crate::support::load::{Stage, pause};
use crate::support::until;

/// Edits that hold, each on the configuration of the tests: a lowered capacity (peer-F10), other targets (peer-F43),
/// a promise taken back (peer-F40), a queue that goes, a source that comes, an agent more, and none at all.
const GOOD: [(&str, &str); 7] = [
    ("capacity = 8", "capacity = 2"),
    ("assign = { within = \"1s\", warn = [\"50%\"] }", "assign = { within = \"3s\" }"),
    ("first_reply = { within = \"2s\", warn = [\"50%\", \"-200ms\"] }\n", ""),
    ("queue = \"billing\"", "queue = \"general\""),
    ("[source.line]", "[source.late]\nchannel = \"sms\"\naddress = \"+15550000\"\n[source.line]"),
    ("[agent.ben]", "[agent.cem]\ncapacity = 2\n[agent.ben]"),
    ("[agent.ben]", "[agent.ben]"),
];

/// Edits that are refused: no TOML, a fault, and what needs a restart.
const BAD: [(&str, &str); 3] = [
    ("[agent.ben]", "[agent.ben"),
    ("sla = \"quick\"", "sla = \"quik\""),
    ("lease = \"3s\"", "lease = \"4s\""),
];

#[tokio::test]
async fn a_storm_of_reloads_under_load_and_kills() {
    let mut rng = Rng::with_seed(seed());
    let stage = Stage::edited(str::to_owned, with_socket).await;
    let mut daemon = stage.home.serve();
    let load = stage.load(20).await;
    let mut epoch = led_after(&load.supervisor, 0).await;
    let whole = stage.home.configuration();
    let socket = stage.home.folder().join("control.sock");
    let socket = socket.to_str().expect("a path in UTF-8").to_owned();
    for number in 0..rounds(3) * 10 {
        let (from, to) = if number % 3 == 2 { pick(&mut rng, &BAD) } else { pick(&mut rng, &GOOD) };
        stage.home.rewrite(&whole.replace(from, to));
        if rng.bool() {
            daemon.hang_up();
        }
        let output = stage.home.operate("reload", &["--socket", &socket]).await;
        let expected = if number % 3 == 2 { 78 } else { 0 };
        assert_eq!(output.status.code(), Some(expected), "{from} -> {to}: {output:?}");
        load.goes_on(2).await;
        let adopted = load.board.look().count("policy.adopted");
        if number % 4 == 3 && adopted > 1 {
            let output = stage.home.operate("rollback", &["--socket", &socket]).await;
            assert_eq!(output.status.code(), Some(0), "{output:?}");
            load.goes_on(1).await;
        }
        if number % 5 == 4 {
            stage.home.rewrite(&whole.replace(GOOD[0].0, GOOD[0].1));
            daemon.hang_up();
            pause(rng.u64(0..40)).await;
            daemon.kill();
            daemon = stage.home.serve();
            epoch = led_after(&load.supervisor, epoch).await;
        }
    }
    stage.home.rewrite(&whole);
    let output = stage.home.operate("reload", &[]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    load.goes_on(10).await;
    stage.judge(load, &mut daemon, 0).await;
}

#[tokio::test]
async fn killed_when_the_policy_is_stored_and_not_adopted() {
    dies_reloading("reload_stored", GOOD[0]).await;
}

#[tokio::test]
async fn killed_when_the_adoption_has_begun() {
    dies_reloading("reload_adopting", GOOD[0]).await;
}

/// More names than one step may record: at the point of its death some have their numbers, and nothing is adopted.
#[tokio::test]
async fn killed_when_the_first_of_many_names_are_durable() {
    let many: String = (0..4_500).map(|number| format!("[agent.many-{number}]\ncapacity = 2\n")).collect();
    dies_reloading("reload_adopting", ("[agent.ben]", &format!("{many}[agent.ben]"))).await;
}

/// NATS goes away in the middle: nobody is told that it went through when it did not.
#[tokio::test]
async fn a_reload_while_the_server_is_away_is_refused_and_changes_nothing() {
    let mut stage = Stage::edited(str::to_owned, with_socket).await;
    let mut daemon = stage.home.serve();
    let load = stage.load(22).await;
    load.goes_on(5).await;
    stage.server.kill();
    daemon.says("lost the connection to NATS").await;
    let whole = stage.home.configuration();
    stage.home.rewrite(&whole.replace(GOOD[0].0, GOOD[0].1));
    let output = stage.home.operate("reload", &[]).await;
    assert_eq!(output.status.code(), Some(69), "{output:?}");
    stage.home.rewrite(&whole);
    stage.server.restart().await;
    load.goes_on(5).await;
    assert_eq!(load.board.look().count("policy.adopted"), 1, "the one of the start");
    stage.judge(load, &mut daemon, 0).await;
}

/// NATS goes away between the storing of the policy and its adoption, and the operator is told that the reload was
/// refused: then the next term does not adopt it either. Where the loop had taken it in that very moment, it may go
/// through after all; then that is told.
#[tokio::test]
async fn a_reload_that_was_given_up_is_not_adopted_later() {
    let mut stage = Stage::edited(str::to_owned, with_socket).await;
    let mut daemon = stage.home.serve_until("reload_unheard");
    let supervisor = stage.server.user("sue").await;
    led_after(&supervisor, 0).await;
    let before = status(&supervisor).await.expect("somebody leads")["policy"].clone();
    let whole = stage.home.configuration();
    stage.home.rewrite(&whole.replace(GOOD[0].0, GOOD[0].1));
    let (output, ()) = tokio::join!(stage.home.operate("reload", &[]), async {
        daemon.says("a nap at a fault point").await;
        stage.server.kill();
    });
    assert_eq!(output.status.code(), Some(69), "{output:?}");
    const DROPPED: &str = "a reload that was given up is dropped";
    daemon.says_one_of(&["recovering", DROPPED]).await;
    stage.server.restart().await;
    daemon.says_one_of(&["went through after all", DROPPED]).await;
    until("a leader", || async { status(&supervisor).await.is_some() }).await;
    let now = status(&supervisor).await.expect("somebody leads");
    let is_adopted = now["policy"] != before;
    assert_eq!(now["last_reload"]["ok"], is_adopted, "{now}");
    // Asked once more, it is.
    let output = stage.home.operate("reload", &[]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    daemon.stops().await;
}

async fn dies_reloading(fault: &str, (from, to): (&str, &str)) {
    let stage = Stage::edited(str::to_owned, with_socket).await;
    let mut daemon = stage.home.serve_until(fault);
    let load = stage.load(21).await;
    load.goes_on(8).await;
    stage.home.rewrite(&stage.home.configuration().replace(from, to));
    let output = stage.home.operate("reload", &[]).await;
    assert_eq!(output.status.code(), Some(69), "the daemon died before it answered: {output:?}");
    daemon.dies().await;
    let mut daemon = stage.home.serve();
    load.goes_on(8).await;
    let adopted = load.board.look().count("policy.adopted");
    assert_eq!(adopted, 2, "the start's and the reload's, by whichever process");
    stage.judge(load, &mut daemon, 0).await;
}

fn pick(rng: &mut Rng, edits: &[(&'static str, &'static str)]) -> (&'static str, &'static str) {
    edits[rng.usize(..edits.len())]
}
