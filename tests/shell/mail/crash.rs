//! Mail over crashes of the daemon and moods of the relay: none is lost, and one comes twice only where nobody
//! can know that it came once.

use super::site::MailSite;
use crate::support::daemon::led_after;

#[tokio::test]
async fn killed_before_a_mail_is_sent_it_comes_once() {
    let ids = killed_at("mail_before").await;
    assert_eq!(ids.len(), 1, "{ids:?}");
}

/// The one double: the relay has the mail, and we cannot know it.
#[tokio::test]
async fn killed_when_a_mail_is_sent_it_comes_at_most_twice_under_one_id() {
    let ids = killed_at("mail_sent").await;
    assert!(ids.len() <= 2 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[tokio::test]
async fn killed_after_a_mail_was_taken_it_comes_twice_under_one_id() {
    let ids = killed_at("mail_after").await;
    assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
}

/// The ids of what arrives of one reply when the daemon dies at this point and is started again.
async fn killed_at(point: &str) -> Vec<Option<String>> {
    let site = MailSite::set(&[]).await;
    let mut daemon = site.stage.home.serve_until(&format!("{point}:1"));
    led_after(&site.sue.client, 0).await;
    let conversation = site.question().await;
    site.reply("r1", &conversation, "Jutro.").await;
    daemon.dies().await;
    let mut daemon = site.serve(1).await;
    site.board.has("mail.sent", 1).await;
    daemon.stops().await;
    assert_eq!(site.all("mail.queued").len(), 1);
    assert_eq!(site.all("mail.attempted").len(), 2);
    site.relay.arrived().iter().map(|mail| mail.header("Message-ID")).collect()
}

#[tokio::test]
async fn a_mail_outlives_a_relay_that_is_down_and_a_crash() {
    let mut site = MailSite::set(&[]).await;
    site.relay.kill();
    let mut daemon = site.serve(0).await;
    let conversation = site.question().await;
    site.reply("r1", &conversation, "Jutro.").await;
    site.board.has("mail.failed", 2).await;
    daemon.kill();
    let mut daemon = site.serve(1).await;
    site.board.has("mail.failed", 3).await;
    site.relay.restart(&[]);
    site.board.has("mail.sent", 1).await;
    daemon.stops().await;
    assert_eq!(site.relay.arrived().len(), 1);
    for failed in site.all("mail.failed") {
        assert_eq!(
            (&failed["code"], &failed["permanent"]),
            (&"unreachable".into(), &false.into()),
            "{failed}"
        );
        assert!(failed["retry_at"].is_string(), "{failed}");
    }
}

#[tokio::test]
async fn a_relay_that_dies_with_the_mail_gets_it_again_under_one_id() {
    let site = MailSite::set(&["--cut", "1"]).await;
    let mut daemon = site.serve(0).await;
    let conversation = site.question().await;
    site.reply("r1", &conversation, "Jutro.").await;
    site.board.has("mail.sent", 1).await;
    daemon.stops().await;
    let codes: Vec<_> = site.all("mail.failed").iter().map(|failed| failed["code"].clone()).collect();
    assert_eq!(codes, ["unknown"]);
    let arrived = site.relay.arrived();
    assert_eq!(arrived.len(), 2);
    assert_eq!(arrived[0].raw, arrived[1].raw, "the same mail, byte for byte");
}

#[tokio::test]
async fn a_refused_mail_is_given_up_at_once() {
    let site = MailSite::set(&["--refuse", "jo@example.net"]).await;
    let mut daemon = site.serve(0).await;
    let conversation = site.question().await;
    site.reply("r1", &conversation, "Jutro.").await;
    site.board.has("mail.failed", 1).await;
    daemon.stops().await;
    let failed = site.all("mail.failed").remove(0);
    assert_eq!((&failed["code"], &failed["permanent"]), (&"rejected".into(), &true.into()), "{failed}");
    assert!(failed["retry_at"].is_null(), "{failed}");
    assert_eq!(failed["reason"], "550 5.1.1 (address) no such user");
}

#[tokio::test]
async fn a_stop_waits_for_a_mail_on_its_way() {
    let site = MailSite::set(&["--delay", "1"]).await;
    let mut daemon = site.serve(0).await;
    let conversation = site.question().await;
    site.reply("r1", &conversation, "Jutro.").await;
    site.relay.has_got(1).await;
    daemon.stops().await;
    site.board.has("mail.sent", 1).await;
    assert_eq!(site.all("mail.attempted").len(), 1);
}

/// The relay takes a mail while NATS is away, in a term that ends over it: this process knows, and the next term
/// records it.
#[tokio::test]
async fn a_mail_on_the_wire_when_nats_goes_is_sent_once() {
    let mut site = MailSite::set(&["--delay", "3"]).await;
    let mut daemon = site.serve(0).await;
    let conversation = site.question().await;
    site.reply("r1", &conversation, "Jutro.").await;
    site.relay.has_got(1).await;
    site.stage.server.kill();
    daemon.says("recovering").await;
    site.stage.server.restart().await;
    site.board.has("mail.sent", 1).await;
    daemon.stops().await;
    assert_eq!(site.all("mail.attempted").len(), 2, "the next term knew of nothing but the open attempt");
    assert_eq!(site.relay.arrived().len(), 1);
}
