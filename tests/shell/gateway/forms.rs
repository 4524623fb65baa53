//! The forms that a request may have: every version and framing of HTTP that a provider or a proxy sends, and what no
//! provider sends.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{PUBLIC, SECRETS, Site, answer, sms, twilio};

fn bearer() -> String {
    format!("Authorization: Bearer {}\r\n", SECRETS[3])
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("a text");
    encoder.finish().expect("gzip")
}

fn post(line: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut request =
        format!("{line}\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n", body.len())
            .into_bytes();
    request.extend_from_slice(body);
    request
}

#[tokio::test]
async fn every_framing_of_a_request_is_read() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let bearer = bearer();
    let body = sms("SM1");
    let code = twilio(&body);
    let (begin, end) = body.split_at(20);
    let chunked = format!(
        "POST /line HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-TWILIO-SIGNATURE: {code}\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{begin}\r\n{:x};a=b\r\n{end}\r\n0\r\nX-More: 1\r\n\r\n",
        begin.len(),
        end.len()
    );
    let signed = format!("X-Twilio-Signature: {code}\r\nContent-Type: text/plain\r\n");
    for (what, request, status) in [
        ("HTTP/1.0", post("POST /line HTTP/1.0", &signed, body.as_bytes()), 200),
        ("chunks", chunked.into_bytes(), 200),
        (
            "a whole URL in its first line",
            post(&format!("POST {PUBLIC}/line HTTP/1.1"), &signed, body.as_bytes()),
            200,
        ),
        ("two signatures", post("POST /line HTTP/1.1", &format!("{signed}{signed}"), body.as_bytes()), 403),
        ("a slash behind", post("POST /line/ HTTP/1.1", &signed, body.as_bytes()), 404),
        ("an encoded path", post("POST /l%69ne HTTP/1.1", &signed, body.as_bytes()), 404),
        ("no body", post("POST /web HTTP/1.1", &bearer, b""), 400),
        ("white space", post("POST /web HTTP/1.1", &bearer, b" \n"), 400),
        ("two lengths", post("POST /web HTTP/1.1", &format!("{bearer}Content-Length: 3\r\n"), b"{}"), 400),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), 400),
    ] {
        let answer = gateway.say(&request).await;
        assert_eq!(answer.map(|answer| answer.status), Some(status), "{what}");
    }
    let stored = site.input().await;
    assert_eq!(stored.len(), 3);
    assert!(stored.iter().all(|stored| stored.payload.as_ref() == body.as_bytes()));
}

#[tokio::test]
async fn another_method_hears_which_would_do() {
    let site = Site::set().await;
    let gateway = site.gateway().await;
    for (line, allow) in [
        ("OPTIONS /web", "post"),
        ("HEAD /web", "post"),
        ("GET /web", "post"),
        ("PUT /line", "get, post"),
        ("HEAD /meta", "get, post"),
        ("GET /matrix/_matrix/app/v1/transactions/1", "post, put"),
    ] {
        let answer = gateway.ask(line, &[], "").await.expect("an answer");
        assert_eq!(answer.status, 405, "{line}");
        assert!(answer.head.contains(&format!("allow: {allow}\r\n")), "{line}: {answer:?}");
    }
    // What is proved by GET is the query, so a body would be stored unproved.
    let query = sms("SM1");
    let url = format!("{PUBLIC}/line?{query}");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRETS[0].as_bytes());
    let code = data_encoding::BASE64.encode(ring::hmac::sign(&key, url.as_bytes()).as_ref());
    let line = format!("GET /line?{query}");
    let headers = [("X-Twilio-Signature", code.as_str())];
    assert_eq!(gateway.status(&line, &headers, "Body=x").await, 400);
    let chunked = format!(
        "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Twilio-Signature: {code}\r\n\
         Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    );
    assert_eq!(gateway.say(&chunked).await.expect("an answer").status, 400);
    assert!(site.input().await.is_empty());
    let answer = gateway.ask(&line, &headers, "").await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: text/xml"), "{answer:?}");
    assert_eq!(site.input().await[0].payload.as_ref(), query.as_bytes());
}

#[tokio::test]
async fn a_packed_body_is_stored_as_what_it_says() {
    let site = Site::with(
        "[source.ap]\nchannel = \"chat\"\naddress = \"ap\"\nformat = \"apple\"\n\
         webhook = { signature = \"bearer\", token_file = \"bearer\" }\n",
    )
    .await;
    let gateway = site.gateway().await;
    let text = "{\"id\":\"m-1\",\"body\":\"hello\"}";
    let (zipped, huge) = (packed(text), packed(&" ".repeat(40 << 20)));
    let broken = &zipped[..zipped.len() - 9];
    let head = |coding: &str| format!("{}Content-Encoding: {coding}\r\n", bearer());
    for (what, request, status) in [
        ("gzip", post("POST /web HTTP/1.1", &head("gzip"), &zipped), 200),
        ("in capitals", post("POST /web HTTP/1.1", &head("GZIP"), &zipped), 200),
        ("not at all", post("POST /web HTTP/1.1", &head("identity"), text.as_bytes()), 200),
        ("by Apple", post("POST /ap HTTP/1.1", &bearer(), &zipped), 200),
        ("by Apple not at all", post("POST /ap HTTP/1.1", &bearer(), text.as_bytes()), 200),
        ("cut off", post("POST /web HTTP/1.1", &head("gzip"), broken), 400),
        ("no gzip", post("POST /web HTTP/1.1", &head("gzip"), text.as_bytes()), 400),
        ("a bomb", post("POST /web HTTP/1.1", &head("gzip"), &huge), 413),
        ("another way", post("POST /web HTTP/1.1", &head("br"), &zipped), 415),
        ("twice", post("POST /web HTTP/1.1", &head("gzip, gzip"), &zipped), 415),
    ] {
        let answer = gateway.say(&request).await.expect("an answer");
        assert_eq!(answer.status, status, "{what}");
    }
    let stored = site.input().await;
    assert_eq!(stored.len(), 5);
    assert!(stored.iter().all(|stored| stored.payload.as_ref() == text.as_bytes()));
}

/// One connection for several, as proxies keep them; a refusal does not end it.
#[tokio::test]
async fn a_connection_serves_several_requests() {
    use tokio::io::AsyncWriteExt;
    let site = Site::set().await;
    let gateway = site.gateway().await;
    let mut stream = tokio::net::TcpStream::connect(&gateway.address).await.expect("a connection");
    let keep =
        |headers: &str| format!("POST /web HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
    let last = String::from_utf8(post("POST /web HTTP/1.1", &bearer(), b"{}")).expect("a text");
    let all = [keep(&bearer()), keep("Authorization: Bearer guess\r\n"), last].concat();
    stream.write_all(all.as_bytes()).await.expect("the requests");
    let answer = answer(&mut stream).await.expect("answers");
    assert_eq!(answer.status, 200);
    let statuses: Vec<&str> =
        answer.body.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).collect();
    assert_eq!(statuses, ["403", "200"], "{answer:?}");
    assert_eq!(site.input().await.len(), 2);
}
