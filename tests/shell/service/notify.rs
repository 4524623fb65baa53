//! What systemd is told, over a socket of the test.

use crate::support::daemon::Home;
use crate::support::http::{address, get};
use crate::support::load::Stage;
use crate::support::notified::Notified;
use crate::support::{Server, until};

/// Three pings fit into it; the loop comes round twice between two of them.
const WATCHDOG: (&str, &str) = ("WATCHDOG_USEC", "3000000");

#[tokio::test]
async fn systemd_is_told_of_every_phase_and_that_the_daemon_lives() {
    let mut stage = Stage::set().await;
    let mut systemd = Notified::listen(stage.home.folder());
    let socket = systemd.path().to_str().expect("a path of the tests").to_owned();
    let mut daemon = stage.home.serve_under(&[("NOTIFY_SOCKET", &socket), WATCHDOG]);
    systemd.status("listening").await;
    systemd.status("recovering").await;
    assert!(!has(systemd.told(), "READY=1"), "ready before it leads: {:?}", systemd.told());
    systemd.status("leading, epoch 1").await;
    systemd.until("READY=1").await;
    systemd.until("WATCHDOG=1").await;
    stage.server.kill();
    systemd.status("NATS is away").await;
    stage.server.restart().await;
    systemd.status("leading, epoch").await;
    // Its loop turned all the while: whoever waits for NATS is not stuck.
    systemd.until("WATCHDOG=1").await;
    daemon.terminate();
    systemd.until("STOPPING=1").await;
    daemon.ends_with(0).await;
    systemd.taken();
    let ready = systemd.told().iter().filter(|datagram| datagram.contains("READY=1")).count();
    assert_eq!(ready, 1, "a start is over once: {:?}", systemd.told());
}

#[tokio::test]
async fn a_loop_that_stands_still_gets_no_ping() {
    const WITHHELD: &str = "the loop stands still";
    let server = Server::start().await;
    let home = Home::edited(&server, str::to_owned);
    let mut systemd = Notified::listen(home.folder());
    let socket = systemd.path().to_str().expect("a path of the tests").to_owned();
    let fault = ("SWITCHBOARD_FAULT", "round_hangs:5");
    let mut daemon = home.serve_under(&[("NOTIFY_SOCKET", &socket), WATCHDOG, fault]);
    systemd.until("READY=1").await;
    daemon.says(WITHHELD).await;
    systemd.taken();
    let withheld = |log: &str| log.matches(WITHHELD).count();
    let first = withheld(&daemon.log());
    until("three more pings withheld", || async { withheld(&daemon.log()) >= first + 3 }).await;
    let later = systemd.taken();
    assert!(!has(&later, "WATCHDOG=1"), "pinged for a frozen loop: {later:?}");
    // Its successor is systemd's to start; a second signal ends even a frozen one.
    daemon.terminate();
    systemd.until("STOPPING=1").await;
    daemon.terminate();
    daemon.ends_with(143).await;
}

#[tokio::test]
async fn a_reload_is_told_from_its_beginning_to_its_verdict() {
    let server = Server::start().await;
    let ways = "[control]\nsocket = \"control.sock\"\n[http]\nlisten = \"127.0.0.1:0\"\n";
    let home = Home::edited(&server, |text| format!("{text}\n{ways}"));
    let mut systemd = Notified::listen(home.folder());
    let socket = systemd.path().to_str().expect("a path of the tests").to_owned();
    let mut daemon = home.serve_under(&[("NOTIFY_SOCKET", &socket)]);
    systemd.until("READY=1").await;
    let at = address(&daemon).await;
    let good = home.configuration();
    let control = home.folder().join("control.sock").to_str().expect("a path of the tests").to_owned();
    for (configuration, verdict, taken) in
        [(format!("{good}\n[nonsense]\n"), "the last reload was refused", "0"), (good.clone(), "policy", "1")]
    {
        home.rewrite(&configuration);
        // Asked at the socket, since a file with faults does not name it.
        let ended = home.operate_bare("reload", &["--socket", &control]).await.status;
        assert_eq!(ended.success(), taken == "1");
        let begun = systemd.until("RELOADING=1").await;
        assert!(begun.contains("\nMONOTONIC_USEC="), "one datagram has both: {begun}");
        systemd.status(&format!("; last reload: {verdict}")).await;
        systemd.until("READY=1").await;
        let metrics = get(&at, "/metrics").await.expect("metrics").body;
        assert!(
            metrics.contains(&format!("switchboard_config_last_reload_successful {taken}\n")),
            "{metrics}"
        );
    }
    daemon.stops().await;
}

fn has(told: &[String], line: &str) -> bool {
    told.iter().any(|datagram| datagram.lines().any(|told| told == line))
}
