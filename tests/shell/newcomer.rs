//! A stranger can use it: with the shipped users, an ordinary NATS client and nothing of ours, a raw mail goes
//! in and its offer comes out of the event stream.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::corpus::corpus;
use crate::support::newcomer_site::NewcomerSite;

#[tokio::test]
async fn an_ordinary_client_publishes_a_raw_mail_and_reads_its_offer() {
    let mail = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shell/newcomer.eml");
    let site = NewcomerSite::start().await;
    let told = site.play(&[mail]);
    let [one] = told.as_slice() else { panic!("one mail, one answer: {told:?}") };
    check_offer(one);
    let content = &one["shown"]["messages"][0]["content"];
    assert_eq!(content["subject"], "Where is my parcel?");
    assert_eq!(content["from"]["name"], "Jó Newcomer");
    assert_eq!(content["text"], "Hello, it should have been here on Monday – where is it?\n\nJó");
}

#[tokio::test]
async fn mails_that_other_projects_collected_are_offered_too() {
    let Some(folder) = corpus("email/mime/chatwoot") else { return };
    let names = ["support.eml", "welcome_html.eml", "mail_with_quote.eml", "multiple_attachments.eml"];
    let mails: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    let told = NewcomerSite::start().await.play(&mails);
    assert_eq!(told.len(), names.len());
    told.iter().for_each(check_offer);
}

/// The event is what the schema promises, the agent saw the mail, and accepting twice is accepting once.
fn check_offer(told: &Value) {
    let offer = &told["offer"];
    assert_eq!(offer["specversion"], "1.0", "{told}");
    assert_eq!(offer["subject"], offer["data"]["offer"], "{told}");
    assert_eq!(offer["data"]["agent"], "ana", "{told}");
    assert_eq!(offer["data"]["channel"], "email", "{told}");
    assert_eq!(offer["data"]["queue"], "general", "{told}");
    assert_eq!(told["shown"]["messages"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["accepted"]["event"], "offer.accepted", "{told}");
    assert_eq!(told["again"]["repeated"], true, "{told}");
    assert_eq!(told["again"]["seq"], told["accepted"]["seq"], "{told}");
}
