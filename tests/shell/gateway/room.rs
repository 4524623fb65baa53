//! What one who asks can take of the gateway: of his body nothing until his head is right, of its room as much as he
//! leaves to the others.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Gateway, SECRETS, Site};

/// Long enough for an answer on a busy host, and shorter than a body is waited for.
const PATIENCE: Duration = Duration::from_secs(8);

fn head(line: &str, headers: &str, length: usize) -> String {
    format!("{line} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{headers}\r\n")
}

fn bearer() -> String {
    format!("Authorization: Bearer {}\r\n", SECRETS[3])
}

/// A request whose body begins and does not end. It has been let in.
async fn begun(gateway: &Gateway, line: &str, length: usize, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(&gateway.address).await.expect("a connection");
    let asks = format!("{}Expect: 100-continue\r\n", bearer());
    stream.write_all(head(line, &asks, length).as_bytes()).await.expect("the head");
    let mut go_on = [0_u8; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    timeout(PATIENCE, stream.read_exact(&mut go_on)).await.expect("in time").expect("it reads the body");
    stream.write_all(body).await.expect("a part of the body");
    stream
}

#[tokio::test]
async fn no_body_is_waited_for_where_the_head_is_wrong() {
    let site = Site::with(
        "[source.tg]\nchannel = \"chat\"\naddress = \"tg\"\nformat = \"telegram\"\n\
         webhook = { token_file = \"bearer\" }\n\
         [source.bw]\nchannel = \"sms\"\naddress = \"+15550112\"\nformat = \"bandwidth\"\n\
         webhook = { basic_user = \"bw\", basic_password_file = \"bearer\" }\n",
    )
    .await;
    let gateway = site.gateway().await;
    for (line, headers, status) in [
        ("POST /tg", "", 401),
        ("POST /tg", "X-Telegram-Bot-Api-Secret-Token: guess\r\n", 403),
        ("POST /bw", "Authorization: Basic Ync6Z3Vlc3M=\r\n", 403),
        ("POST /web", "", 401),
        ("POST /web", "Authorization: Bearer guess\r\n", 403),
        ("POST /line", "", 401),
        ("POST /line", "X-Twilio-Signature: %%\r\n", 403),
        ("POST /meta", "", 401),
        ("POST /slack", "X-Slack-Signature: v0=00\r\n", 401),
        ("POST /discord", "", 401),
        ("POST /nowhere", "", 404),
        ("DELETE /web", "", 405),
    ] {
        let answer = timeout(PATIENCE, gateway.say(head(line, headers, 1_000_000))).await;
        let answer = answer.unwrap_or_else(|_| panic!("{line} {headers:?}: the body is waited for"));
        assert_eq!(answer.expect("an answer").status, status, "{line} {headers:?}");
    }
    for (path, way) in [("bw", "basic realm="), ("web", "bearer realm=")] {
        let answer = gateway.ask(&format!("POST /{path}"), &[], "{}").await.expect("an answer");
        assert!(answer.head.contains(&format!("www-authenticate: {way}")), "{answer:?}");
    }
    let large = timeout(PATIENCE, gateway.say(head("POST /web", &bearer(), (1 << 20) + 1))).await;
    assert_eq!(large.expect("its length is enough").expect("an answer").status, 413);
    assert!(site.input().await.is_empty());
}

/// Whoever floods one source leaves room for the others.
#[tokio::test]
async fn one_source_does_not_take_the_room_of_all() {
    let site = Site::set().await;
    let few = site.home.configuration().replace("[gateway]\n", "[gateway]\nconnections = 8\n");
    site.home.rewrite(&few);
    let gateway = site.gateway().await;
    let mut flood = Vec::new();
    for _ in 0..4 {
        flood.push(begun(&gateway, "POST /web", 9, b"{").await);
    }
    let bearer = format!("Bearer {}", SECRETS[3]);
    let bearer = [("Authorization", bearer.as_str())];
    let more = gateway.ask("POST /web", &bearer, "{}").await.expect("an answer");
    assert_eq!(more.status, 429, "{more:?}");
    assert!(more.head.contains("retry-after: 5"), "{more:?}");
    assert_eq!(gateway.sms("SM1").await.expect("an answer").status, 200, "another source");
    drop(flood.pop());
    crate::support::until("room again", || async { gateway.status("POST /web", &bearer, "{}").await == 200 })
        .await;
}

#[tokio::test]
async fn one_source_does_not_take_the_memory_of_all() {
    let site = Site::set().await;
    let little = site.home.configuration().replace("[gateway]\n", "[gateway]\nbodies_max = \"3MiB\"\n");
    site.home.rewrite(&little);
    let gateway = site.gateway().await;
    let half = vec![b' '; 1_000 * 1_024];
    let _first = begun(&gateway, "POST /web", 1_020 * 1_024, &half).await;
    let bearer = format!("Bearer {}", SECRETS[3]);
    let bearer = [("Authorization", bearer.as_str())];
    let large = String::from_utf8(half).expect("a text");
    let refused = || async {
        let answer = gateway.ask("POST /web", &bearer, &large).await;
        answer.is_none_or(|answer| answer.status == 429 || answer.status == 503)
    };
    crate::support::until("no room for another", refused).await;
    assert_eq!(gateway.sms("SM1").await.expect("an answer").status, 200, "a small one of another source");
}
