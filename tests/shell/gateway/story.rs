//! From a provider's request to an offer, once, however often the provider sends it.

use serde_json::json;

use super::{SECRETS, Site, TEXT};
use crate::support::board::Board;
use crate::support::caller::Caller;
use crate::support::until;

#[tokio::test]
async fn a_signed_webhook_becomes_one_offer_though_the_gateway_dies_before_its_answer() {
    let site = Site::set().await;
    let _daemon = site.home.serve();
    let board = Board::follow(site.stream().await);
    let ana = Caller::alone(&site.server, "ana").await;
    ana.command("agent.sign_in", "1", json!({ "desktop": "ana" })).await;
    let mut gateway = site.gateway().await;
    // Nobody hears the answer of the first: the gateway is gone as soon as the message is stored.
    let asked = gateway.sms("SM1");
    let stored = until("the message in IN", || async { !site.input().await.is_empty() });
    let (_, ()) = tokio::join!(asked, stored);
    gateway.process.kill();
    let gateway = site.gateway().await;
    let answer = gateway.sms("SM1").await.expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer.head.contains("content-type: text/xml") && answer.body.ends_with("<Response/>\n"),
        "{answer:?}"
    );
    assert_eq!(gateway.sms("SM22").await.expect("an answer").status, 200);
    board.has("message.received", 2).await;
    board.has("offer.made", 1).await;
    let offers = |seen: &crate::support::board::Seen| seen.count("message.received");
    assert_eq!(offers(&board.look()), 2, "what comes again is the message that is there");
    assert_eq!(site.input().await.len(), 3, "and is in the stream twice");
}

#[tokio::test]
async fn nobody_learns_a_secret_or_a_text_from_the_log_or_the_metrics() {
    let site = Site::set().await;
    // What the router needs alone is not there.
    std::fs::remove_file(site.home.folder().join("site.key")).expect("the site's key");
    let mut gateway = site.gateway().await;
    let body = super::sms("SM1");
    let code = super::twilio(&body);
    let good = [("X-Twilio-Signature", code.as_str())];
    assert_eq!(gateway.status("POST /line", &good, &body).await, 200);
    assert_eq!(gateway.status("POST /line", &good, &format!("{body}&x=1")).await, 403, "forged");
    assert_eq!(gateway.status("POST /line?x=1", &good, &body).await, 403, "another address");
    assert_eq!(gateway.status("POST /line", &[], &body).await, 401, "not signed");
    assert_eq!(gateway.status("POST /nowhere", &good, &body).await, 404);
    assert_eq!(gateway.status("DELETE /line", &good, &body).await, 405);
    assert_eq!(gateway.status("POST /web", &[("Authorization", "Bearer wrong-s3cret")], "{}").await, 403);
    assert_eq!(site.input().await.len(), 1);
    let status = super::told(&gateway.process, "health and metrics of the gateway");
    let metrics = crate::support::http::get(&status, "/metrics").await.expect("an answer").body;
    for (source, outcome, count) in [
        ("line", "stored", 1),
        ("line", "forged", 2),
        ("line", "unsigned", 1),
        ("line", "method", 1),
        ("", "unknown", 1),
        ("web", "forged", 1),
    ] {
        let line = format!(
            "switchboard_gateway_requests_total{{source=\"{source}\",outcome=\"{outcome}\"}} {count}\n"
        );
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
    crate::support::http::read(&metrics);
    assert_eq!(crate::support::http::get(&status, "/readyz").await.expect("an answer").status, 200);
    gateway.process.stops().await;
    let log = gateway.process.log();
    assert!(log.contains("without a right signature"), "{log}");
    for hidden in
        SECRETS.iter().chain(&[TEXT, "refund", "15550103", site.server.password(), "wrong-s3cret", &code])
    {
        assert!(!log.contains(hidden) && !metrics.contains(hidden), "{hidden} in {log}");
    }
}
