//! SIGHUP: secrets follow one another and webhooks come and go while the door is open.

use std::fs;
use std::time::Duration;

use super::{Gateway, SECRETS, Site};
use crate::support::until;

const NEW: &str = "rotated-s3cret";

async fn with(gateway: &Gateway, line: &str, secret: &str) -> u16 {
    let bearer = format!("Bearer {secret}");
    gateway.status(line, &[("Authorization", bearer.as_str())], "{}").await
}

async fn reloads(gateway: &Gateway, times: usize) {
    gateway.process.hang_up();
    until("the reload", || async {
        gateway.process.log().matches("the files are taken anew").count() == times
    })
    .await;
}

async fn refuses(gateway: &Gateway, why: &str) {
    gateway.process.hang_up();
    gateway.process.says(why).await;
    gateway.process.says("nothing has changed").await;
}

#[tokio::test]
async fn a_secret_is_changed_without_a_request_refused() {
    let site = Site::set().await;
    let file = |name: &str, text: &str| fs::write(site.home.folder().join(name), text).expect("a file");
    let gateway = site.gateway().await;
    assert_eq!(with(&gateway, "POST /web", SECRETS[3]).await, 200);
    assert_eq!(with(&gateway, "POST /web", NEW).await, 403);

    // Both for a while, as whoever changes it at the provider needs.
    file("bearer.new", NEW);
    let before = site.home.configuration();
    let section = "[source.web.webhook]\ntoken_file = ";
    let old = format!("{section}\"bearer\"");
    let both = before.replace(&old, &format!("{section}[\"bearer\", \"bearer.new\"]"));
    assert_ne!(both, before);
    site.home.rewrite(&both);
    reloads(&gateway, 1).await;
    for secret in [SECRETS[3], NEW] {
        assert_eq!(with(&gateway, "POST /web", secret).await, 200, "{secret}");
    }
    // Then the new one alone, at another path.
    let new = format!("{section}\"bearer.new\"\npath = \"/web2\"");
    site.home.rewrite(&before.replace(&old, &new));
    reloads(&gateway, 2).await;
    assert_eq!(with(&gateway, "POST /web2", SECRETS[3]).await, 403);
    assert_eq!(with(&gateway, "POST /web2", NEW).await, 200);
    assert_eq!(with(&gateway, "POST /web", NEW).await, 404);
    assert!(!gateway.process.log().contains(NEW), "{}", gateway.process.log());
}

#[tokio::test]
async fn a_reload_that_fails_changes_nothing() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let before = site.home.configuration();
    site.home.rewrite(&before.replace("path = \"/mail\"", "path = \"/web\""));
    refuses(&gateway, "belongs to source").await;
    site.home.rewrite(&before.replace("[gateway]\n", "[gateway]\nconnections = 7\n"));
    refuses(&gateway, "`gateway.connections` is not what the gateway was started with").await;
    let line = before.lines().position(|line| line == "[gateway]").expect("its section") + 2;
    gateway
        .process
        .says(&format!(
            "at gateway.connections in {}:{line}:15",
            site.home.folder().join("switchboard.toml").display()
        ))
        .await;
    site.home.rewrite(&before);
    fs::remove_file(site.home.folder().join("slack")).expect("a secret");
    refuses(&gateway, "source.slack.webhook.secret_file").await;
    for line in ["POST /web", "POST /mail"] {
        assert_eq!(with(&gateway, line, SECRETS[3]).await, 200, "{line}");
    }
}

#[tokio::test]
async fn the_level_of_the_log_is_taken_at_a_reload() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let before = site.home.configuration();
    site.home.rewrite(&format!("{before}\n[log]\nlevel = \"warn\"\n"));
    gateway.process.hang_up();
    // Signals that come together are one, so the level has a moment; it tells nothing of having changed.
    tokio::time::sleep(Duration::from_secs(1)).await;
    site.home.rewrite(&format!("{before}\n[log]\nlevel = \"warn\"\nformat = \"json\"\n"));
    refuses(&gateway, "`log.format` is not what the gateway was started with").await;
    assert!(!gateway.process.log().contains("the files are taken anew"), "{}", gateway.process.log());
    site.home.rewrite(&before);
    reloads(&gateway, 1).await;
}
