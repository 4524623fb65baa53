//! What a provider asks and hears, and what a client cannot do.

use std::time::Duration;

use switchboard::shell::clock::{Clock, SystemClock};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{SECRETS, Site, digits};

#[tokio::test]
async fn providers_are_told_that_the_address_is_ours() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let asked =
        |word: &str| format!("GET /meta?hub.mode=subscribe&hub.verify_token={word}&hub.challenge=1158201444");
    let answer = gateway.ask(&asked(SECRETS[3]), &[], "").await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_str()), (200, "1158201444"));
    assert_eq!(gateway.status(&asked("guess"), &[], "").await, 403);
    let odd = asked(SECRETS[3]).replace("1158201444", "%3Cscript%3E");
    assert_eq!(
        gateway.status(&odd, &[], "").await,
        403,
        "nothing is given back that could be read as a page"
    );

    let body = r#"{"type":"url_verification","token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}"#;
    let now = SystemClock::new(switchboard::domain::Timestamp(0)).time().0 / 1_000;
    let sign = |at: i64| format!("v0={}", digits(SECRETS[1], &format!("v0:{at}:{body}")));
    let slack = async |at: i64, code: &str| {
        let at = at.to_string();
        let headers = [("X-Slack-Request-Timestamp", at.as_str()), ("X-Slack-Signature", code)];
        gateway.ask("POST /slack", &headers, body).await.expect("an answer")
    };
    let answer = slack(now, &sign(now)).await;
    assert_eq!((answer.status, answer.body.len()), (200, 52), "{answer:?}");
    assert_eq!(slack(now, &sign(now + 1)).await.status, 403, "forged");
    assert_eq!(slack(now - 400, &sign(now - 400)).await.status, 403, "replayed");

    let bearer = format!("Bearer {}", SECRETS[3]);
    let bearer = [("Authorization", bearer.as_str())];
    let ping = gateway.ask("POST /matrix/_matrix/app/v1/ping", &bearer, "{}").await.expect("an answer");
    assert_eq!((ping.status, ping.body.as_str()), (200, "{}"));
    assert!(site.input().await.is_empty(), "no question is a message");
    let line = "PUT /matrix/_matrix/app/v1/transactions/7";
    let answer = gateway.ask(line, &bearer, r#"{"events":[]}"#).await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
    assert_eq!(gateway.status(line, &[], "{}").await, 401);
    assert_eq!(gateway.status("PUT /matrix/_matrix/app/v1/users/x", &bearer, "").await, 404);
    assert_eq!(
        gateway
            .status("POST /discord", &[("X-Signature-Ed25519", "00"), ("X-Signature-Timestamp", "1")], "{}")
            .await,
        401
    );
    assert_eq!(site.input().await.len(), 1);
}

#[tokio::test]
async fn a_body_is_stored_as_it_came_and_a_mail_with_its_envelope() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let bearer = format!("Bearer {}", SECRETS[3]);
    let bearer = [("Authorization", bearer.as_str())];
    let odd = " {\"id\": \"é\u{301}\\u00e9\",\r\n\"a\":1,\"a\":2} ";
    assert_eq!(gateway.status("POST /web", &bearer, odd).await, 200);
    let mail = "From: a@example.org\r\nTo: help@example.org\r\nSubject: Hi\r\n\r\nHello\r\n";
    let line = "POST /mail?mail_from=b%40example.org&rcpt_to=help%40example.org&rcpt_to=c%40example.org";
    assert_eq!(gateway.status(line, &bearer, mail).await, 200);
    let large = "x".repeat(600 * 1_024);
    assert_eq!(gateway.status("POST /web", &bearer, &large).await, 200);
    let input = site.input().await;
    assert_eq!(
        (input[0].subject.as_str(), input[0].payload.as_ref()),
        ("switchboard.in.chat.web", odd.as_bytes())
    );
    assert_eq!(
        (input[1].subject.as_str(), input[1].payload.as_ref()),
        ("switchboard.in.email.help", mail.as_bytes())
    );
    let header = |name: &str| input[1].headers.get_all(name).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(header("Switchboard-Mail-From"), ["b@example.org"]);
    assert_eq!(header("Switchboard-Rcpt-To"), ["help@example.org", "c@example.org"]);
    assert!(
        input[2].payload.is_empty() && input[2].headers.get("Switchboard-Body").is_some(),
        "{:?}",
        input[2]
    );
    for (line, body, status) in
        [("POST /web", "", 400), ("POST /mail?mail_from=a%0D%0ANats-Rollup:%20all", mail, 400)]
    {
        assert_eq!(gateway.status(line, &bearer, body).await, status, "{line}");
    }
    assert_eq!(site.input().await.len(), 3);
}

#[tokio::test]
async fn who_is_huge_or_slow_keeps_nobody_out() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let mut slow = Vec::new();
    let begun = format!(
        "POST /web HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 9\r\n\r\n1",
        SECRETS[3]
    );
    for part in ["", "POST /web HTTP/1.1\r\nHost:", &begun] {
        let mut stream = TcpStream::connect(&gateway.address).await.expect("a connection");
        stream.write_all(part.as_bytes()).await.expect("a part of a request");
        slow.push(stream);
    }
    let bearer = format!("Bearer {}", SECRETS[3]);
    let bearer = [("Authorization", bearer.as_str())];
    let huge = "x".repeat((1 << 20) + 1);
    assert_eq!(gateway.status("POST /web", &bearer, &huge).await, 413);
    let name = "y".repeat(400_000);
    assert_eq!(gateway.status("POST /web", &[("X-Long", &name)], "{}").await, 431);
    assert_eq!(gateway.status("POST /web", &bearer, "{}").await, 200);
    // Its body takes too long.
    let answer = super::answer(slow.last_mut().expect("the third")).await.expect("an answer");
    assert_eq!(answer.status, 408, "{answer:?}");
}

/// Who asked before the stop has an answer behind it.
#[tokio::test]
async fn a_stop_waits_for_who_has_asked() {
    let site = Site::set().await;
    let mut systemd = crate::support::notified::Notified::listen(site.home.folder());
    let socket = systemd.path().to_str().expect("a path of the tests").to_owned();
    let mut gateway = site.gateway_under(&[("NOTIFY_SOCKET", &socket), ("WATCHDOG_USEC", "3000000")]).await;
    systemd.until("READY=1").await;
    gateway.process.says("connected to NATS").await;
    systemd.until("WATCHDOG=1").await;
    let mut stream = TcpStream::connect(&gateway.address).await.expect("a connection");
    let head = format!(
        "POST /web HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
        SECRETS[3]
    );
    stream.write_all(head.as_bytes()).await.expect("the head");
    let mut go_on = [0_u8; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut go_on).await.expect("it reads the body");
    gateway.process.terminate();
    crate::support::until("the closed door", || async {
        TcpStream::connect(&gateway.address).await.is_err()
    })
    .await;
    stream.write_all(b"{}").await.expect("the body");
    let answer = tokio::time::timeout(Duration::from_secs(30), super::answer(&mut stream)).await;
    let answer = answer.expect("in time").expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    systemd.until("STOPPING=1").await;
    gateway.process.ends_with(0).await;
    assert_eq!(site.input().await.len(), 1);
}
