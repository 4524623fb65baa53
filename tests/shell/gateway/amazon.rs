//! Amazon SNS, which asks a person to confirm that it may send, by a URL that is a secret.

use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use switchboard::domain::Timestamp;
use switchboard::shell::clock::{Clock, SystemClock};
use switchboard::wire::format_instant;

use super::{Gateway, Site};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:sms";
const TOKEN: &str = "2336412f37fb687f5d51e6e2425c";

/// The certificate that the site knows, and the key to it.
fn pem_and_key() -> (String, RsaKeyPair) {
    let rows = include_str!("../../signature/vectors.jsonl").lines();
    let row = rows.map(|line| serde_json::from_str::<Value>(line).expect("a row"));
    let row = row.into_iter().find(|row| row["signer"].is_string()).expect("a row with the key");
    let key = BASE64.decode(row["signer"].as_str().expect("a text").as_bytes()).expect("base64");
    let pem = row["pem"].as_str().expect("a certificate").to_owned();
    (pem, RsaKeyPair::from_pkcs8(&key).expect("a key"))
}

/// A body as SNS signs it.
fn signed(key: &RsaKeyPair, members: &[&str], more: Value, age_ms: i64) -> String {
    let now = SystemClock::new(Timestamp(0)).time().0;
    let mut body = json!({
        "Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC,
        "Message": "{\"originationNumber\":\"+15550100\"}",
        "Timestamp": format_instant(Timestamp(now - age_ms)), "SignatureVersion": "2",
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
    });
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    let line = |name: &&str| format!("{name}\n{}\n", body[*name].as_str().expect("a text"));
    let text: String = members.iter().map(line).collect();
    let mut code = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut code).expect("a signature");
    body["Signature"] = BASE64.encode(&code).into();
    body.to_string()
}

fn notification(key: &RsaKeyPair, more: Value, age_ms: i64) -> String {
    signed(key, &["Message", "MessageId", "Timestamp", "TopicArn", "Type"], more, age_ms)
}

fn question(key: &RsaKeyPair, host: &str) -> String {
    let members = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
    let url = format!("https://{host}/?Action=ConfirmSubscription&Token={TOKEN}");
    signed(
        key,
        &members,
        json!({ "Type": "SubscriptionConfirmation", "SubscribeURL": url, "Token": TOKEN }),
        0,
    )
}

async fn status(gateway: &Gateway, body: &str) -> u16 {
    let headers = [("Content-Type", "text/plain; charset=UTF-8"), ("x-amz-sns-message-type", "Notification")];
    gateway.status("POST /aws", &headers, body).await
}

#[tokio::test]
async fn a_subscription_of_amazon_is_told_to_the_operator_without_its_token() {
    let (pem, key) = pem_and_key();
    let site = Site::with(&format!(
        "[source.aws]\nchannel = \"sms\"\naddress = \"+15550111\"\nformat = \"aws\"\n\
         webhook = {{ certificate_file = \"sns.pem\", topic = \"{TOPIC}\" }}\n",
    ))
    .await;
    std::fs::write(site.home.folder().join("sns.pem"), pem).expect("a certificate");
    let gateway = site.gateway().await;
    assert_eq!(status(&gateway, &question(&key, "sns.us-east-1.amazonaws.com")).await, 200);
    gateway.process.says("asks to confirm a subscription").await;
    let log = gateway.process.log();
    assert!(log.contains("SWITCHBOARD_IN") && log.contains("seq=1"), "where it lies: {log}");
    let input = site.input().await;
    assert!(String::from_utf8_lossy(&input[0].payload).contains(TOKEN), "whoever may read messages finds it");
    assert_eq!(status(&gateway, &question(&key, "evil.example")).await, 200);
    gateway.process.says("nobody should open it").await;

    assert_eq!(status(&gateway, &notification(&key, json!({}), 0)).await, 200);
    assert_eq!(status(&gateway, &notification(&key, json!({}), 50 * 60_000)).await, 200, "sent again");
    assert_eq!(site.input().await.len(), 4);
    assert_eq!(status(&gateway, &notification(&key, json!({}), 70 * 60_000)).await, 403, "replayed");
    let other = json!({ "TopicArn": "arn:aws:sns:us-east-1:999999999999:sms" });
    assert_eq!(status(&gateway, &notification(&key, other, 0)).await, 403, "of another topic");
    let changed = notification(&key, json!({}), 0).replace("+15550100", "+15550101");
    assert_eq!(status(&gateway, &changed).await, 403, "with another message");
    assert_eq!(status(&gateway, "{\"Type\":\"Notification\"}").await, 401);
    assert_eq!(site.input().await.len(), 4);
    gateway.process.says("it names this certificate").await;
    let log = gateway.process.log();
    assert!(
        !log.contains(TOKEN) && !log.contains("ConfirmSubscription") && !log.contains("evil.example"),
        "{log}"
    );
}
