//! Each provider's requests at a source of its format: rightly signed they are stored, otherwise not.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use ring::signature::Ed25519KeyPair;
use ring::{digest, hmac};
use switchboard::domain::Timestamp;
use switchboard::shell::clock::{Clock, SystemClock};

use super::{PUBLIC, SECRETS, Site, digits};

/// The secret of every source here.
const SECRET: &str = SECRETS[3];
/// What each provider sends here.
const BODY: &str = "{\"text\":\"x\"}";
/// The seed of the Ed25519 key whose public half the site knows.
const SEED: [u8; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31,
];

type Headers = Vec<(&'static str, String)>;

/// A source of each format, with what its webhook needs.
fn sections() -> String {
    let secret = "secret_file = \"bearer\"";
    let token = "token_file = \"bearer\"";
    let mut text = String::new();
    for (format, webhook) in [
        ("line", secret),
        ("viber", secret),
        ("sinch", secret),
        ("chatwoot", secret),
        ("plivo", secret),
        ("messagebird", secret),
        ("vonage", secret),
        ("messenger", "secret_file = \"bearer\", verify_token_file = \"bearer\""),
        ("apple", "secret_file = \"bearer\", audience = \"csp-1\""),
        ("telegram", token),
        ("rocketchat", token),
        ("telnyx", "public_key = \"A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\""),
        ("bandwidth", "basic_user = \"bw\", basic_password_file = \"bearer\""),
        ("xmpp", "basic_user = \"bw\", basic_password_file = \"bearer\""),
    ] {
        text.push_str(&format!(
            "[source.p-{format}]\nchannel = \"chat\"\naddress = \"{format}\"\nformat = \"{format}\"\n\
             webhook = {{ path = \"/p/{format}\", {webhook} }}\n"
        ));
    }
    text
}

fn base64(text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    BASE64.encode(hmac::sign(&key, text.as_bytes()).as_ref())
}

fn token(claims: &str) -> String {
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let signed = format!("{}.{}", part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(hmac::sign(&key, signed.as_bytes()).as_ref()))
}

fn ed25519(text: &str) -> Vec<u8> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a seed");
    pair.sign(text.as_bytes()).as_ref().to_vec()
}

/// What proves the body at this format's source.
fn proof(format: &str, now: i64) -> Headers {
    let url = format!("{PUBLIC}/p/{format}");
    let sum = HEXLOWER.encode(digest::digest(&digest::SHA256, BODY.as_bytes()).as_ref());
    let basic =
        || vec![("Authorization", format!("Basic {}", BASE64.encode(format!("bw:{SECRET}").as_bytes())))];
    match format {
        "line" => vec![("X-Line-Signature", base64(BODY))],
        "viber" => vec![("X-Viber-Content-Signature", digits(SECRET, BODY))],
        "messenger" => vec![("X-Hub-Signature-256", format!("sha256={}", digits(SECRET, BODY)))],
        "chatwoot" => vec![
            ("X-Chatwoot-Timestamp", now.to_string()),
            ("X-Chatwoot-Signature", format!("sha256={}", digits(SECRET, &format!("{now}.{BODY}")))),
        ],
        "sinch" => vec![
            ("X-Sinch-Webhook-Signature-Timestamp", now.to_string()),
            ("X-Sinch-Webhook-Signature-Nonce", "n".to_owned()),
            ("X-Sinch-Webhook-Signature-Algorithm", "HmacSHA256".to_owned()),
            ("X-Sinch-Webhook-Signature", base64(&format!("{BODY}.n.{now}"))),
        ],
        // JSON as a form is one parameter without a value.
        "plivo" => vec![
            ("X-Plivo-Signature-V3-Nonce", "n".to_owned()),
            ("X-Plivo-Signature-V3", base64(&format!("{url}?{BODY}.n"))),
        ],
        "messagebird" => {
            let url = HEXLOWER.encode(digest::digest(&digest::SHA256, url.as_bytes()).as_ref());
            let claims = format!(
                "{{\"iss\":\"MessageBird\",\"nbf\":{now},\"exp\":{},\"url_hash\":\"{url}\",\"payload_hash\":\"{sum}\"}}",
                now + 60
            );
            vec![("MessageBird-Signature-JWT", token(&claims))]
        }
        "vonage" => {
            vec![("Authorization", format!("Bearer {}", token(&format!("{{\"payload_hash\":\"{sum}\"}}"))))]
        }
        "apple" => vec![("Authorization", format!("Bearer {}", token("{\"aud\":\"csp-1\"}")))],
        "telegram" => vec![("X-Telegram-Bot-Api-Secret-Token", SECRET.to_owned())],
        "rocketchat" => vec![("X-RocketChat-Livechat-Token", SECRET.to_owned())],
        "telnyx" => vec![
            ("Telnyx-Timestamp", now.to_string()),
            ("Telnyx-Signature-Ed25519", BASE64.encode(&ed25519(&format!("{now}|{BODY}")))),
        ],
        "bandwidth" | "xmpp" => basic(),
        other => panic!("no format {other}"),
    }
}

#[tokio::test]
async fn each_provider_is_known_by_its_own_signature() {
    let site = Site::with(&sections()).await;
    let gateway = site.gateway().await;
    let now = SystemClock::new(Timestamp(0)).time().0 / 1_000;
    let by_body =
        ["line", "viber", "messenger", "chatwoot", "sinch", "plivo", "messagebird", "vonage", "telnyx"];
    let by_token = ["apple", "telegram", "rocketchat", "bandwidth", "xmpp"];
    for format in by_body.into_iter().chain(by_token) {
        let line = format!("POST /p/{format}");
        let headers = proof(format, now);
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(gateway.status(&line, &headers, BODY).await, 200, "{format}");
        assert_eq!(gateway.status(&line, &[], BODY).await, 401, "{format} without a proof");
        let wrong: Vec<(&str, String)> =
            headers.iter().map(|(name, value)| (*name, value.replace(['a', 'e', '3'], "b"))).collect();
        let wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(gateway.status(&line, &wrong, BODY).await, 403, "{format} with a wrong proof");
        if by_body.contains(&format) {
            let other = BODY.replace('x', "y");
            assert_eq!(gateway.status(&line, &headers, &other).await, 403, "{format} with another body");
        }
    }
    let input = site.input().await;
    assert_eq!(input.len(), by_body.len() + by_token.len(), "what was refused is not there");
    assert!(input.iter().all(|stored| stored.payload.as_ref() == BODY.as_bytes()));
}

#[tokio::test]
async fn discord_is_answered_as_it_asks() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let now = (SystemClock::new(Timestamp(0)).time().0 / 1_000).to_string();
    for (body, status, answer, stored) in [
        ("{\"type\":1}", 200, "{\"type\":1}", 0),
        ("{\"type\":0}", 204, "", 0),
        ("{\"type\":2,\"token\":\"t\"}", 200, "{\"type\":5}", 1),
        ("{\"type\":1,\"event\":{\"type\":\"MESSAGE_CREATE\"}}", 204, "", 2),
    ] {
        let code = HEXLOWER.encode(&ed25519(&format!("{now}{body}")));
        let headers = [("X-Signature-Timestamp", now.as_str()), ("X-Signature-Ed25519", code.as_str())];
        let said = gateway.ask("POST /discord", &headers, body).await.expect("an answer");
        assert_eq!((said.status, said.body.as_str()), (status, answer), "{body}");
        assert_eq!(site.input().await.len(), stored, "{body}");
    }
}
