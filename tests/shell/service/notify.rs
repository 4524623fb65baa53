//! What systemd is told, over a socket of the test.

use crate::support::daemon::Home;
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

fn has(told: &[String], line: &str) -> bool {
    told.iter().any(|datagram| datagram.lines().any(|told| told == line))
}
