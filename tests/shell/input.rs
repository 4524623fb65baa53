//! The input: strictly in order, over crashes, gaps and what no client should send.

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_nats::HeaderMap;
use serde_json::Value;
use switchboard::config::LogLevel;
use switchboard::domain::{Channel, Source};
use switchboard::policy::Policy;
use switchboard::shell::decoding::Decoding;
use switchboard::shell::fetching::Fetching;
use switchboard::shell::inbox::{Inbox, ReadError};
use switchboard::shell::nats::{Purpose, jetstream};
use switchboard::shell::ruling::Ruling;
use switchboard::shell::streams::init;
use switchboard::wire::{Keys, Subjects};

use crate::support::{Server, publish_input, server_with_streams, site, spec, within};

#[tokio::test]
async fn input_comes_in_order_over_a_crash_of_the_server() {
    let mut server = server_with_streams().await;
    let router = server.router(Purpose::Journal).await;
    let mut inbox = Inbox::open(jetstream(&router), "SWITCHBOARD_IN".to_owned(), 1);
    publish_input(&server, 1..=200).await;
    let mut seen = Vec::new();
    while seen.len() < 100 {
        seen.push(next_number(&mut inbox).await);
    }
    server.kill();
    server.restart().await;
    publish_input(&server, 201..=300).await;
    while seen.len() < 300 {
        seen.push(next_number(&mut inbox).await);
    }
    assert_eq!(seen, (1..=300).map(|number| (number, number)).collect::<Vec<_>>());
}

#[tokio::test]
async fn input_goes_on_after_a_freeze() {
    let server = server_with_streams().await;
    let router = server.router(Purpose::Journal).await;
    let mut inbox = Inbox::open(jetstream(&router), "SWITCHBOARD_IN".to_owned(), 1);
    publish_input(&server, 1..=5).await;
    for number in 1..=5 {
        assert_eq!(next_number(&mut inbox).await, (number, number));
    }
    server.freeze();
    // Waiting meanwhile must neither fail nor yield anything.
    let nothing = tokio::time::timeout(std::time::Duration::from_secs(4), inbox.next()).await;
    server.thaw();
    assert!(nothing.is_err(), "{nothing:?}");
    publish_input(&server, 6..=10).await;
    for number in 6..=10 {
        assert_eq!(next_number(&mut inbox).await, (number, number));
    }
}

/// What was decoded ahead is not refused for a source that a reload has brought meanwhile.
#[tokio::test]
async fn an_input_of_a_source_that_is_new_is_decoded_once_more() {
    let server = server_with_streams().await;
    let router = server.router(Purpose::Journal).await;
    let gateway = jetstream(&server.user("gateway").await);
    for (id, source) in [("1", "second"), ("2", "nowhere"), ("3", "first")] {
        let body = format!(r#"{{"message_id":"{id}","from":"+15550100","text":"hello"}}"#);
        let sent = gateway.publish(format!("switchboard.in.sms.{source}"), body.into()).await;
        sent.expect("a publish").await.expect("an ack");
    }
    let live = Arc::new(ArcSwap::from_pointee(ruling(&["first"])));
    let inbox = Inbox::open(jetstream(&router), "SWITCHBOARD_IN".to_owned(), 1);
    let mut decoding = Decoding::start(inbox, live.clone(), Fetching::new(jetstream(&router), &site()));
    let first = within("the first", decoding.next()).await.expect("input").expect("the same stream");
    let refused = first.content.as_ref().expect_err("its source is not known").code.clone();
    assert_eq!((first.inseq, refused.as_str()), (1, "unknown_source"));
    live.store(Arc::new(ruling(&["first", "second"])));
    assert!(decoding.admit(first).is_none(), "it comes again");
    for (inseq, code) in [(1, None), (2, Some("unknown_source")), (3, None)] {
        let input = within("an input", decoding.next()).await.expect("input").expect("the same stream");
        let refused = input.content.as_ref().err().map(|refused| refused.code.as_str());
        assert_eq!((input.inseq, refused), (inseq, code));
        assert!(decoding.admit(input).is_some(), "by the decoder of now it is final");
    }
}

fn ruling(sources: &[&str]) -> Ruling {
    let source = |name: &&str| {
        Source::new(name.parse().expect("a plain name"), Channel::Sms, vec!["+15550199".into()])
    };
    let keys = Keys::new(b"a key of the tests, 32 bytes at least").expect("it is long enough");
    let subjects = Subjects::new("switchboard".parse().expect("a plain name"));
    let sources = sources.iter().map(source).collect();
    Ruling::new(Policy::empty(), Value::Null, sources, LogLevel::Info, (&subjects, &keys))
}

#[tokio::test]
async fn input_carries_its_envelope() {
    let server = server_with_streams().await;
    let gateway = jetstream(&server.user("gateway").await);
    let mut headers = HeaderMap::new();
    headers.insert("Switchboard-Mail-From", "a@example.com");
    headers.append("Switchboard-Rcpt-To", "b@example.com");
    headers.append("Switchboard-Rcpt-To", "c@example.com");
    let published =
        gateway.publish_with_headers("switchboard.in.email.support", headers, "mail".into()).await;
    published.expect("a publish").await.expect("an ack");
    let mut inbox =
        Inbox::open(jetstream(&server.router(Purpose::Journal).await), "SWITCHBOARD_IN".to_owned(), 1);
    let delivery = within("the mail", inbox.next()).await.expect("the stream is the same");
    assert_eq!(delivery.subject, "switchboard.in.email.support");
    assert_eq!(delivery.mail_from(), Some("a@example.com"));
    assert_eq!(delivery.rcpt_to(), ["b@example.com", "c@example.com"]);
    assert_eq!(delivery.payload.as_ref(), b"mail");
    assert!(delivery.stored_at_ms > 0);
}

#[tokio::test]
async fn purged_and_deleted_input_is_passed_once_the_stream_goes_on_behind_it() {
    let server = server_with_streams().await;
    publish_input(&server, 1..=20).await;
    let admin = server.jetstream("switchboard-admin").await;
    let stream = admin.get_stream("SWITCHBOARD_IN").await.expect("the stream");
    stream.purge().sequence(6).await.expect("a purge below 6");
    for seq in [9, 10, 20] {
        stream.delete_message(seq).await.expect("a deletion");
    }
    publish_input(&server, 21..=21).await;
    let mut inbox =
        Inbox::open(jetstream(&server.router(Purpose::Journal).await), "SWITCHBOARD_IN".to_owned(), 1);
    let mut seen = BTreeSet::new();
    while !seen.contains(&21) {
        let (inseq, _) = next_number(&mut inbox).await;
        assert!(seen.insert(inseq), "{inseq} came twice");
    }
    assert_eq!(seen, (6..=8).chain(11..=19).chain([21]).collect());
}

#[tokio::test]
async fn input_with_headers_that_break_a_client_is_passed_on_like_any_other() {
    let server = server_with_streams().await;
    publish_input(&server, 1..=2).await;
    publish_raw(&server, b"switchboard.in.chat.web", b"NATS/1.0 409 Consumer Deleted\r\n\r\n", "3").await;
    publish_raw(&server, b"switchboard.in.chat.web", b"NATS/1.0 100 Idle\r\n\r\n", "4").await;
    publish_raw(&server, b"switchboard.in.chat.web", b"NATS/1.0\r\nno colon here\r\n\r\n", "5").await;
    publish_raw(&server, b"switchboard.in.chat.web", b"NATS/1.0\r\nA: \xff\xfe\r\n\r\n", "6").await;
    publish_raw(&server, b"switchboard.in.chat.w\xffb", b"NATS/1.0\r\n\r\n", "7").await;
    publish_input(&server, 8..=9).await;
    let mut inbox =
        Inbox::open(jetstream(&server.router(Purpose::Journal).await), "SWITCHBOARD_IN".to_owned(), 1);
    for number in 1..=9 {
        assert_eq!(next_number(&mut inbox).await, (number, number));
    }
}

#[tokio::test]
async fn input_that_a_client_can_take_one_by_one_only_may_be_as_large_as_any() {
    let server = server_with_streams().await;
    publish_raw(
        &server,
        b"switchboard.in.chat.web",
        b"NATS/1.0\r\nno colon here\r\n\r\n",
        &"7".repeat(1_000_000),
    )
    .await;
    let mut inbox =
        Inbox::open(jetstream(&server.router(Purpose::Journal).await), "SWITCHBOARD_IN".to_owned(), 1);
    let delivery = within("the large input", inbox.next()).await.expect("the stream is the same");
    assert_eq!(delivery.payload.len(), 1_000_000);
}

#[tokio::test]
async fn a_stream_that_ends_before_our_position_is_told() {
    let server = server_with_streams().await;
    publish_input(&server, 1..=3).await;
    let js = jetstream(&server.router(Purpose::Journal).await);
    let mut inbox = Inbox::open(js, "SWITCHBOARD_IN".to_owned(), 9);
    let told = within("the loss to be told", inbox.next()).await;
    assert!(matches!(told, Err(ReadError::TailLost { reached: 8, last: 3, .. })), "{told:?}");
}

#[tokio::test]
async fn a_recreated_stream_is_told_and_never_read_on() {
    let server = server_with_streams().await;
    publish_input(&server, 1..=3).await;
    let mut inbox =
        Inbox::open(jetstream(&server.router(Purpose::Journal).await), "SWITCHBOARD_IN".to_owned(), 1);
    for number in 1..=3 {
        assert_eq!(next_number(&mut inbox).await, (number, number));
    }
    let admin = server.jetstream("switchboard-admin").await;
    admin.delete_stream("SWITCHBOARD_IN").await.expect("a deletion");
    init(&admin, &spec()).await.expect("init makes it anew");
    publish_input(&server, 1..=9).await;
    let told = within("the loss to be told", inbox.next()).await;
    assert!(matches!(told, Err(ReadError::Recreated { .. })), "{told:?}");
}

#[tokio::test]
async fn input_that_does_not_fit_is_refused_visibly() {
    let server = Server::start().await;
    let admin = server.jetstream("switchboard-admin").await;
    let mut small = spec();
    small.in_bytes_max = 4096;
    init(&admin, &small).await.expect("init makes the streams");
    let gateway = jetstream(&server.user("gateway").await);
    let publish = |size: usize| gateway.publish("switchboard.in.chat.web", vec![b'x'; size].into());
    publish(1000).await.expect("a publish").await.expect("an ack");
    assert!(publish(5000).await.expect("a publish").await.is_err(), "more than fits is refused");
    let left = admin.get_stream("SWITCHBOARD_IN").await.expect("the stream");
    assert_eq!(left.cached_info().state.messages, 1, "what was there stays");
}

/// The next message as (sequence, number in its body).
async fn next_number(inbox: &mut Inbox) -> (u64, u64) {
    let delivery = within("input", inbox.next()).await.expect("the stream is the same");
    let number = std::str::from_utf8(&delivery.payload).expect("a number").parse().expect("a number");
    (delivery.inseq, number)
}

/// Publishes input with a header block that no well-behaved client would send.
async fn publish_raw(server: &Server, subject: &[u8], headers: &[u8], body: &str) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = server.url().trim_start_matches("nats://").to_owned();
    let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let hello = format!(
        "CONNECT {{\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,\"user\":\"gateway\",\"pass\":\"{}\"}}\r\nSUB _INBOX.gateway.raw 1\r\n",
        server.password()
    );
    socket.write_all(hello.as_bytes()).await.expect("a greeting");
    let (block, total) = (headers.len(), headers.len() + body.len());
    socket.write_all(&[b"HPUB ", subject].concat()).await.expect("a publish");
    socket.write_all(format!(" _INBOX.gateway.raw {block} {total}\r\n").as_bytes()).await.expect("sizes");
    socket.write_all(headers).await.expect("headers");
    socket.write_all(format!("{body}\r\n").as_bytes()).await.expect("a body");
    let mut answer = String::new();
    let mut buffer = [0; 4096];
    while !answer.contains("SWITCHBOARD_IN") {
        let size = within("the ack", socket.read(&mut buffer)).await.expect("an answer");
        assert!(size > 0, "the server ended the connection: {answer}");
        answer.push_str(&String::from_utf8_lossy(&buffer[..size]));
    }
    assert!(answer.contains("\"seq\""), "{answer}");
}
