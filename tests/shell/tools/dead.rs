//! DEAD in an operator's hands: listed, looked at, put back, and still the outbox's mark over a restart.

use std::fs;

use serde_json::{Value, json};

use super::Office;
use crate::support::caller::Caller;
use crate::support::daemon::{Daemon, led_after};
use crate::support::tool::{Said, tool};
use crate::support::until;

impl Office {
    fn admin(&self, words: &[&str]) -> Said {
        tool(&self.stage.home, "switchboard-admin", &[&["dead"], words].concat(), b"")
    }

    fn letters(&self) -> Vec<(u64, bool)> {
        let told = self.admin(&["list", "--json"]).json();
        let letter =
            |letter: &Value| (letter["seq"].as_u64().expect("a sequence"), letter["retried"] == true);
        told[0]["dead"].as_array().expect("letters").iter().map(letter).collect()
    }

    /// A message from a number of its own by a source that may not be configured.
    async fn sends(&self, source: &str, number: u64) {
        let gateway = Caller::alone(&self.stage.server, "gateway").await;
        let from = format!("+1555000{number:04}");
        let body = json!({ "message_id": format!("m{number}"), "from": from, "text": "hello" }).to_string();
        let subject = format!("switchboard.in.sms.{source}");
        assert!(gateway.publish(&subject, body.into_bytes()).await, "an acknowledgement");
    }

    async fn restarts(&self, daemon: &mut Daemon, epoch: u64) -> Daemon {
        daemon.kill();
        let daemon = self.stage.home.serve();
        led_after(&self.supervisor, epoch).await;
        daemon
    }

    /// Mends the configuration: the source `late` is there from now on.
    fn mends(&self) {
        let path = self.stage.home.folder().join("switchboard.toml");
        let text = fs::read_to_string(&path).expect("the configuration");
        let source = "\n[source.late]\nchannel = \"sms\"\naddress = \"+15550188\"\n";
        fs::write(path, format!("{text}{source}")).expect("the configuration");
    }
}

#[tokio::test]
async fn what_is_put_back_comes_in_once_and_no_restart_brings_it_back_to_dead() {
    let office = Office::open().await;
    let mut daemon = office.stage.home.serve();
    for number in 1..=3 {
        office.sends("late", number).await;
    }
    until("three dead letters", || async { office.dead().await == (3, 3) }).await;
    office.mends();
    let mut daemon = office.restarts(&mut daemon, 1).await;
    assert_eq!(office.admin(&["retry", "1"]).with(0), "1 is back on switchboard.in.sms.late as 4\n");
    assert_eq!(office.letters(), [(2, false), (3, false)]);
    office.admin(&["retry", "--all", "--code", "another"]).with(0);
    office.admin(&["retry", "--all"]).with(0);
    // The newest is the mark of what has left, so it stays until there is a newer one.
    assert_eq!(office.letters(), [(3, true)]);
    office.has_conversations(3).await;
    office.admin(&["retry", "--all"]).with(0);
    let again = office.admin(&["retry", "3"]);
    again.with(1);
    assert!(again.err.contains("put back already"), "{}", again.err);

    let mut daemon = office.restarts(&mut daemon, 2).await;
    office.sends("nowhere", 4).await;
    until("the fourth", || async { office.dead().await.1 >= 4 }).await;
    assert_eq!(office.dead().await, (2, 4), "nothing was buried again");
    assert_eq!(office.letters(), [(3, true), (4, false)]);
    // Refused again: a letter of its own, and now the two before it go.
    office.admin(&["retry", "4"]).with(0);
    until("the fifth", || async { office.dead().await.1 == 5 }).await;
    office.admin(&["retry", "5"]).with(0);
    until("the sixth", || async { office.dead().await.1 == 6 }).await;
    let mut daemon = office.restarts(&mut daemon, 3).await;
    office.has_conversations(3).await;
    office.sends("nowhere", 5).await;
    until("the seventh", || async { office.dead().await.1 >= 7 }).await;
    assert_eq!(office.dead().await.1, 7, "nothing was buried again");
    office.admin(&["retry", "6"]).with(0);
    until("the eighth", || async { office.dead().await.1 == 8 }).await;
    assert_eq!(office.letters(), [(7, false), (8, false)]);
    daemon.stops().await;
}

#[tokio::test]
async fn one_is_shown_with_its_reason_and_its_bytes() {
    let office = Office::open().await;
    let mut daemon = office.stage.home.serve();
    let crm = Caller::alone(&office.stage.server, "crm").await;
    let body = b"{\"a\": \"\x1b[2J\"}";
    assert!(crm.publish("switchboard.in.command.crm.conversation.dance", body.to_vec()).await);
    until("a dead letter", || async { office.dead().await == (1, 1) }).await;
    let text = office.admin(&["show", "1"]).with(0);
    assert!(text.contains("subject   switchboard.in.command.crm.conversation.dance"), "{text}");
    assert!(!text.contains('\x1b'), "a terminal obeys what it shows: {text:?}");
    assert_eq!(office.admin(&["show", "1", "--raw"]).out, body);
    let listed = office.admin(&["list"]).with(0);
    assert!(listed.contains("unknown_verb") || listed.contains("not_json"), "{listed}");
    office.admin(&["show", "9"]).with(1);
    daemon.stops().await;
}

#[tokio::test]
async fn one_that_was_cut_is_not_put_back_and_says_where_it_is_whole() {
    let office = Office::open().await;
    let mut daemon = office.stage.home.serve();
    let gateway = Caller::alone(&office.stage.server, "gateway").await;
    assert!(gateway.publish("switchboard.in.sms.nowhere", vec![b'x'; 1_048_000]).await, "an acknowledgement");
    until("a dead letter", || async { office.dead().await == (1, 1) }).await;
    let said = office.admin(&["retry", "1"]);
    said.with(1);
    assert!(said.err.contains("nats stream get SWITCHBOARD_IN 1"), "{}", said.err);
    assert_eq!(office.letters(), [(1, false)]);
    daemon.stops().await;
}
