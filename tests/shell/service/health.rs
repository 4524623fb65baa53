//! `/livez`, `/readyz`, `/healthz`: before, while and after the daemon leads.

use serde_json::Value;

use crate::support::daemon::Home;
use crate::support::http::{address, get};
use crate::support::load::Stage;
use crate::support::{Server, until};

/// The site, told over HTTP at a port of the system's choice.
fn told(text: &str) -> String {
    format!("{text}\n[http]\nlisten = \"127.0.0.1:0\"\n")
}

#[tokio::test]
async fn it_is_alive_from_the_start_and_ready_while_it_leads_with_nats() {
    let mut stage = Stage::edited(str::to_owned, told).await;
    let mut daemon = stage.home.serve();
    let at = address(&daemon).await;
    // It listens for a leader before it leads, and says so.
    let first = get(&at, "/readyz").await.expect("an answer before it leads");
    assert_eq!(first.status, 503, "{}", first.body);
    assert!(faults(&first.body).contains(&"lead".to_owned()), "{}", first.body);
    assert_eq!(get(&at, "/livez").await.map(|answer| answer.status), Some(200));
    until("ready", || async { get(&at, "/readyz").await.is_some_and(|answer| answer.status == 200) }).await;

    stage.server.kill();
    until("not ready for want of NATS", || async {
        let answer = get(&at, "/readyz").await.expect("an answer");
        answer.status == 503 && faults(&answer.body).contains(&"nats".to_owned())
    })
    .await;
    assert_eq!(get(&at, "/livez").await.map(|answer| answer.status), Some(200), "NATS away is no death");
    let verbose = get(&at, "/healthz?verbose").await.expect("an answer").body;
    assert!(verbose.contains("[+] loop\n") && verbose.contains("[-] nats: NATS is away"), "{verbose}");
    assert_eq!(get(&at, "/healthz").await.map(|answer| answer.body), Some("not ready\n".to_owned()));

    stage.server.restart().await;
    until("ready again", || async { get(&at, "/readyz").await.is_some_and(|answer| answer.status == 200) })
        .await;
    assert_eq!(get(&at, "/nothing").await.map(|answer| answer.status), Some(404));
    daemon.stops().await;
}

#[tokio::test]
async fn an_address_that_is_taken_ends_the_start_but_not_check() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address");
    let server = Server::start().await;
    let edit = |text: &str| format!("{text}\n[http]\nlisten = \"{address}\"\n");
    let home = Home::edited(&server, edit);
    let mut daemon = home.serve();
    daemon.ends_with(69).await;
    assert!(daemon.log().contains(&format!("cannot listen on `[http] listen = \"{address}\"`")));
    assert!(home.check(), "`check` binds nothing");
    // An address that this machine does not have will not pass.
    let home = Home::edited(&server, |text| format!("{text}\n[http]\nlisten = \"203.0.113.1:9180\"\n"));
    home.serve().ends_with(78).await;
}

fn faults(body: &str) -> Vec<String> {
    let verdict: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(verdict["ok"], false);
    let faults = verdict["faults"].as_array().expect("a list");
    assert!(faults.iter().all(|fault| fault["fault"].as_str().is_some_and(|text| !text.is_empty())));
    faults.iter().filter_map(|fault| Some(fault["check"].as_str()?.to_owned())).collect()
}
