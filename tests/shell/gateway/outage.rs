//! NATS goes, comes, stands still: a provider is told to come again, and what was answered with success is stored.

use std::time::Duration;

use tokio::time::Instant;

use super::Site;
use crate::support::until;

#[tokio::test]
async fn while_nats_is_away_a_provider_is_told_to_come_again_and_nothing_is_lost() {
    let mut site = Site::set().await;
    let gateway = site.gateway().await;
    assert_eq!(gateway.sms("SM1").await.expect("an answer").status, 200);
    site.server.kill();
    let answer = gateway.sms("SM2").await.expect("an answer");
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.head.contains("retry-after: 5") && answer.body.is_empty(), "{answer:?}");
    site.server.restart().await;
    until("a success", || async { gateway.sms("SM2").await.is_some_and(|answer| answer.status == 200) })
        .await;
    let ids: Vec<String> =
        site.input().await.iter().map(|known| String::from_utf8_lossy(&known.payload).into()).collect();
    assert!(
        ids.iter().any(|body| body.contains("=SM1&")) && ids.iter().any(|body| body.contains("=SM2&")),
        "{ids:?}"
    );
}

#[tokio::test]
async fn a_nats_that_stands_still_costs_a_provider_two_seconds() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    assert_eq!(gateway.sms("SM1").await.expect("an answer").status, 200);
    site.server.freeze();
    let began = Instant::now();
    let answer = gateway.sms("SM2").await.expect("an answer");
    let took = began.elapsed();
    site.server.thaw();
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(took < Duration::from_secs(20), "{took:?}");
    until("a success", || async { gateway.sms("SM2").await.is_some_and(|answer| answer.status == 200) })
        .await;
}

/// It begins to listen without NATS: a closed port is worse than a word.
#[tokio::test]
async fn a_gateway_starts_without_nats() {
    let mut site = Site::set().await;
    site.server.kill();
    let gateway = site.gateway_under(&[]).await;
    assert_eq!(gateway.sms("SM1").await.expect("an answer").status, 503);
    site.server.restart().await;
    until("a success", || async { gateway.sms("SM1").await.is_some_and(|answer| answer.status == 200) })
        .await;
}

/// What it needs and has not is told at once, and ends it for good.
#[tokio::test]
async fn a_gateway_without_a_secret_does_not_start() {
    let site = Site::set().await;
    std::fs::remove_file(site.home.folder().join("twilio")).expect("a secret");
    let mut process = site.home.gateway(&[]);
    process.ends_with(78).await;
    let log = process.log();
    assert!(log.contains("the secret of a webhook cannot be read from"), "{log}");
    assert!(log.contains("source.line.webhook.secret_file"), "{log}");
}
