//! The log: another level for a while, asked by the control socket, and by a reload.

use std::process::Output;

use crate::support::Server;
use crate::support::daemon::{Home, led_after};

#[tokio::test]
async fn a_level_changes_while_the_daemon_runs_and_reverts_by_itself() {
    let server = Server::start().await;
    let home = Home::edited(&server, |text| format!("{text}\n[control]\nsocket = \"control.sock\"\n"));
    let mut daemon = home.serve();
    led_after(&server.user("sue").await, 0).await;

    assert!(!daemon.log().contains("DEBUG"), "the site's level is info");
    let said = asks(&home, &["debug", "--for", "1s"]).await;
    assert!(said.status.success(), "{}", text(&said));
    assert!(text(&said).contains("debug,async_nats=warn"), "{}", text(&said));
    daemon.says("the log has another level").await;
    assert!(home.operate("reload", &[]).await.status.success());
    daemon.says("DEBUG an operator asks verb=\"reload\"").await;
    daemon.says("the log has its level back").await;

    let said = asks(&home, &["switchboard::shell::outbox=debug", "--json"]).await;
    assert!(
        text(&said).contains("\"levels\":\"info,async_nats=warn,switchboard::shell::outbox=debug"),
        "{}",
        text(&said)
    );

    for (arguments, complaint) in [
        (&["loud"][..], "`loud` is not a level"),
        (&["a b=debug"][..], "is not the name of a module"),
        (&["debug", "--for", "10"][..], "such as 10m"),
        (&["debug", "--for", "9000h"][..], "at most 7 days"),
    ] {
        let said = asks(&home, arguments).await;
        assert!(!said.status.success() && text(&said).contains(complaint), "{}", text(&said));
    }

    // New settings change what is general; what was asked for a module stays.
    home.rewrite(&format!("{}\n[log]\nlevel = \"debug\"\n", home.configuration()));
    assert!(home.operate("reload", &[]).await.status.success());
    let said = asks(&home, &["switchboard::web=info"]).await;
    let levels = "debug,async_nats=warn,switchboard::shell::outbox=debug,switchboard::web=info";
    assert!(text(&said).contains(levels), "{}", text(&said));
    daemon.stops().await;
}

/// The level stands first, then the file that names the socket.
async fn asks(home: &Home, arguments: &[&str]) -> Output {
    let socket = home.folder().join("control.sock");
    let socket = socket.to_str().expect("a path of the tests");
    let mut all = arguments.to_vec();
    all.extend(["--socket", socket]);
    home.operate_bare("log-level", &all).await
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
