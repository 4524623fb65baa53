//! The signatures of providers, held against requests that other code has signed (`vectors.py`), among them the
//! examples of the providers' documents. What is accepted once must be refused with any byte changed.

use serde::Deserialize;
use std::collections::BTreeMap;

use switchboard::domain::Timestamp;
use switchboard::signature::{
    Letters, Notice, Refused, Request, Scheme, Secret, certificate_url, is_of_sns, public_key, rsa_key,
};

/// One request.
#[derive(Debug, Deserialize)]
struct Row {
    name: String,
    scheme: String,
    expect: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
    now: i64,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    audience: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    pem: String,
    #[serde(default)]
    topics: Vec<String>,
}

fn rows() -> Vec<Row> {
    let rows: Vec<Row> = include_str!("vectors.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a row"))
        .collect();
    assert!(rows.len() > 100, "rows: {}", rows.len());
    rows
}

impl Row {
    fn scheme(&self) -> Scheme {
        let secret = Secret::new(self.secret.clone());
        let key = |letters| public_key(&self.key, letters).expect("a key");
        match self.scheme.as_str() {
            "twilio" => Scheme::Twilio(secret),
            "plivo" => Scheme::Plivo(secret),
            "messagebird" => Scheme::MessageBird(secret),
            "meta" => Scheme::Meta(secret),
            "slack" => Scheme::Slack(secret),
            "line" => Scheme::Line(secret),
            "viber" => Scheme::Viber(secret),
            "chatwoot" => Scheme::Chatwoot(secret),
            "sinch" => Scheme::Sinch(secret),
            "vonage" => Scheme::Vonage(secret),
            "apple" => Scheme::Apple { secret, audience: self.audience.clone() },
            "telnyx" => Scheme::Telnyx(key(Letters::Base64)),
            "discord" => Scheme::Discord(key(Letters::Hex)),
            "sns" => {
                let keys = vec![rsa_key(&self.pem).expect("a certificate")];
                Scheme::Sns { keys, topics: self.topics.clone() }
            }
            "telegram" => Scheme::Telegram(secret),
            "rocketchat" => Scheme::RocketChat(secret),
            "bearer" => Scheme::Bearer(secret),
            "basic" => Scheme::Basic { user: self.user.clone(), password: secret },
            other => panic!("no scheme {other}"),
        }
    }

    fn verify(&self, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<(), Refused> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        self.scheme().verify(&Request { url, query, headers, body }, Timestamp(self.now))
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Whether the body has a part in what is proved.
    fn covers_body(&self) -> bool {
        let by_token = ["telegram", "rocketchat", "bearer", "basic", "apple"];
        !by_token.contains(&self.scheme.as_str()) && !self.body.is_empty()
    }

    /// What is said before the body is there.
    fn admit(&self) -> Result<(), Refused> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let headers = self.headers();
        let head = Request { url: &self.url, query, headers: &headers, body: self.body.as_bytes() };
        self.scheme().admit(&head, Timestamp(self.now))
    }
}

#[test]
fn each_request_is_judged_as_it_should_be() {
    let mut faults = Vec::new();
    for row in rows() {
        let verdict = row.verify(&row.url, &row.headers(), row.body.as_bytes());
        let word = verdict.map_or_else(Refused::as_str, |()| "ok");
        if word != row.expect {
            faults.push(format!("{}: {word}, not {}", row.name, row.expect));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Nobody's body is read who cannot be right; who may be right is not refused for want of it.
#[test]
fn what_needs_no_body_is_judged_without_it() {
    let by_head = ["telegram", "rocketchat", "bearer", "basic", "apple"];
    for row in rows() {
        let word = row.admit().map_or_else(Refused::as_str, |()| "ok");
        let is_in_body = row.scheme == "sns" || row.scheme == "vonage" && row.headers.is_empty();
        let is_judged = row.expect == "ok"
            || by_head.contains(&row.scheme.as_str())
            || row.expect == "unsigned" && !is_in_body
            || row.headers.contains_key("x-plivo-signature-v2")
                && !row.headers.contains_key("x-plivo-signature-v3")
            || row.name.contains("token replayed")
            || ["messagebird replayed", "messagebird from somebody else", "messagebird at another address"]
                .contains(&row.name.as_str());
        let wanted = if is_judged { row.expect.as_str() } else { "ok" };
        assert!(word == wanted || !is_judged && word == row.expect, "{}: {word}, not {wanted}", row.name);
    }
}

#[test]
fn no_byte_of_a_signed_body_can_be_changed() {
    for row in rows().iter().filter(|row| row.expect == "ok" && row.covers_body()) {
        for place in 0..row.body.len() {
            let mut body = row.body.clone().into_bytes();
            body[place] ^= 1;
            // Some bytes of JSON and of forms say the same in another way, or are no part of what is signed.
            let same = same_meaning(row, &body);
            let verdict = row.verify(&row.url, &row.headers(), &body);
            assert!(verdict.is_err() || same, "{}: byte {place} of {}", row.name, row.body);
        }
    }
}

/// Whether a changed body says the same: where parameters or members are signed and not bytes.
fn same_meaning(row: &Row, body: &[u8]) -> bool {
    match row.scheme.as_str() {
        "sns" => true,
        "vonage" if !row.headers.contains_key("authorization") => true,
        "twilio" | "plivo" => {
            let pairs = |bytes: &[u8]| {
                let mut pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
                pairs.sort();
                pairs
            };
            pairs(body) == pairs(row.body.as_bytes())
        }
        _ => false,
    }
}

#[test]
fn no_letter_of_a_proof_can_be_changed() {
    for row in rows().iter().filter(|row| row.expect == "ok") {
        for (name, value) in &row.headers {
            for (place, letter) in value.char_indices() {
                let mut changed = value.clone();
                let other = if letter == 'A' { "B" } else { "A" };
                changed.replace_range(place..place + letter.len_utf8(), other);
                let headers: Vec<(&str, &str)> = row
                    .headers()
                    .into_iter()
                    .map(|(known, old)| (known, if known == name { changed.as_str() } else { old }))
                    .collect();
                let verdict = row.verify(&row.url, &headers, row.body.as_bytes());
                // Digits may be of either case, a scheme too; the last letter of base64 has bits that mean nothing.
                let same = letter == 'a'
                    || value.get(..place).is_some_and(|begin| !begin.contains(' ')) && value.contains(' ');
                let several = row.scheme == "plivo" && place < 5;
                assert!(verdict.is_err() || same || several, "{}: {name} as {changed}", row.name);
            }
        }
    }
}

#[test]
fn a_header_that_comes_twice_proves_nothing() {
    for row in rows().iter().filter(|row| row.expect == "ok" && !row.headers.is_empty()) {
        let headers = [row.headers(), row.headers()].concat();
        assert!(row.verify(&row.url, &headers, row.body.as_bytes()).is_err(), "{}", row.name);
    }
}

#[test]
fn nobody_is_brought_down_by_rubbish() {
    let rubbish =
        ["", "=", "&&&=", "\u{0}", "{", "[]", "{\"sig\":null}", "eyJ.eyJ.", "..", "é=é&é", "%", "%ff=%"];
    for row in rows() {
        for text in rubbish {
            let headers: Vec<(&str, &str)> =
                row.headers().into_iter().map(|(name, _)| (name, text)).collect();
            let _ = row.verify(text, &headers, text.as_bytes());
            let _ = row.verify(&row.url, &row.headers(), text.as_bytes());
        }
    }
    for text in rubbish {
        assert!(rsa_key(text).is_err());
        assert!(public_key(text, Letters::Hex).is_none());
    }
    let cut = rows().into_iter().find(|row| row.name == "sns, version 2").expect("a row").pem;
    for end in 0..cut.len() {
        let begin = cut.get(..end).unwrap_or_default();
        let _ = rsa_key(&format!("{begin}\n-----END CERTIFICATE-----"));
    }
}

#[test]
fn only_addresses_of_sns_are_told_to_be_opened() {
    for good in ["https://sns.us-east-1.amazonaws.com/?x", "https://sns.cn-north-1.amazonaws.com.cn/x.pem"] {
        assert!(is_of_sns(good), "{good}");
    }
    for bad in [
        "http://sns.us-east-1.amazonaws.com/",
        "https://sns.us-east-1.amazonaws.com.evil.example/",
        "https://sns.evil.example/sns.us-east-1.amazonaws.com",
        "https://sns.a@evil.amazonaws.com/",
        "https://sns.us-east-1.amazonaws.com:444/",
        "https://sns..amazonaws.com/",
    ] {
        assert!(!is_of_sns(bad), "{bad}");
    }
    let row = rows().into_iter().find(|row| row.name.contains("asks to confirm")).expect("a row");
    assert!(
        matches!(Notice::of(row.body.as_bytes()), Some(Notice::Confirm)),
        "what it asks is told, and not the address"
    );
    let elsewhere = row.body.replace("https://sns.us-east-1.amazonaws.com/?", "https://evil.example/?");
    assert_eq!(Notice::of(elsewhere.as_bytes()), Some(Notice::Foreign));
    for (told, url) in [
        (true, "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem"),
        (false, "https://sns.us-east-1.amazonaws.com/?Token=secret"),
        (false, "https://sns.us-east-1.amazonaws.com/x.pem?Token=secret.pem"),
        (false, "https://evil.example/x.pem"),
    ] {
        let body = serde_json::json!({ "SigningCertURL": url }).to_string();
        assert_eq!(certificate_url(body.as_bytes()).is_some(), told, "{url}");
    }
}

/// Secrets are compared by [`Secret::is`] alone, which takes as long whatever was given. This does not compile where a
/// secret can be compared by `==` too: then it is not known which of the two is meant.
#[test]
fn a_secret_cannot_be_compared_in_haste() {
    trait Ambiguous<Marker> {
        fn is_one() -> bool {
            true
        }
    }
    struct Any;
    struct Comparable;
    impl<T> Ambiguous<Any> for T {}
    impl<T: PartialEq> Ambiguous<Comparable> for T {}
    assert!(<Secret as Ambiguous<_>>::is_one());
    assert!(Secret::new("a").is(b"a") && !Secret::new("a").is(b"b") && !Secret::new("a").is(b""));
}

#[test]
fn a_secret_is_not_printed() {
    let scheme = Scheme::Basic { user: "bw".to_owned(), password: Secret::new("hunter2") };
    assert_eq!(format!("{scheme:?}"), "Basic { user: \"bw\", password: Secret(..) }");
}
