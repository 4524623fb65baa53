//! The journal, the input and the streams.

use std::collections::BTreeSet;

use async_nats::HeaderMap;
use async_nats::jetstream::stream::Config;
use bytes::Bytes;
use futures_util::StreamExt;
use switchboard::shell::fenced::{FencedWriter, Outgoing};
use switchboard::shell::inbox::{Inbox, ReadError};
use switchboard::shell::journal::{AppendError, GROUP_BYTES_MAX, GROUP_LINES_MAX, Journal, Line};
use switchboard::shell::nats::{Purpose, jetstream};
use switchboard::shell::stored;
use switchboard::shell::streams::{Fault, Outcome, init, verify};

use crate::support::{Server, line, lines, server_with_streams, settled, site, spec, until, within};

#[tokio::test]
async fn one_line_and_many_lines_are_appended_behind_the_last() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    assert_eq!(journal.append(0, &lines(1)).await.expect("a single line"), 1);
    assert_eq!(journal.append(1, &lines(5)).await.expect("a batch"), 6);
    assert_eq!(journal.append(6, &lines(1)).await.expect("a single line"), 7);
    assert_eq!(journal.append(7, &[]).await.expect("nothing to do"), 7);
    assert_eq!(journal.tail().await.expect("the tail").last, 7);
}

#[tokio::test]
async fn a_wrong_last_is_fenced_and_stores_nothing() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    journal.append(0, &lines(3)).await.expect("a batch");
    for count in [1, 4] {
        for wrong in [0, 2, 9] {
            let refused = journal.append(wrong, &lines(count)).await;
            assert!(
                matches!(refused, Err(AppendError::Fenced { expected, actual: Some(3), .. }) if expected == wrong),
                "{count} lines behind {wrong}: {refused:?}"
            );
        }
    }
    assert_eq!(journal.tail().await.expect("the tail").last, 3);
}

#[tokio::test]
async fn of_two_writers_each_place_goes_to_one() {
    let server = server_with_streams().await;
    let (first, second) = (journal(&server).await, journal(&server).await);
    let mut last = 0;
    for round in 0..20 {
        let (mine, yours) = (lines(1 + round % 3), lines(1 + round % 2));
        let outcomes = tokio::join!(first.append(last, &mine), second.append(last, &yours));
        last = match outcomes {
            (Ok(seq), Err(AppendError::Fenced { .. })) | (Err(AppendError::Fenced { .. }), Ok(seq)) => seq,
            other => panic!("round {round}: {other:?}"),
        };
    }
    assert_eq!(first.tail().await.expect("the tail").last, last);
}

#[tokio::test]
async fn a_group_at_the_limits_is_appended_and_a_larger_one_is_not_sent() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    let body = GROUP_BYTES_MAX / GROUP_LINES_MAX;
    let full: Vec<Line> = (0..GROUP_LINES_MAX).map(|_| line("evt.a.b.00", &"x".repeat(body))).collect();
    let last = journal.append(0, &full).await.expect("a full group");
    assert_eq!(last, GROUP_LINES_MAX as u64);
    let too_many = journal.append(last, &lines(GROUP_LINES_MAX + 1)).await;
    assert!(matches!(too_many, Err(AppendError::TooLarge { .. })), "{too_many:?}");
    let too_heavy = journal.append(last, &[line("evt.a.b.00", &"x".repeat(GROUP_BYTES_MAX))]).await;
    assert!(matches!(too_heavy, Err(AppendError::TooLarge { .. })), "{too_heavy:?}");
    assert_eq!(journal.tail().await.expect("the tail").last, last);
}

#[tokio::test]
async fn what_was_appended_is_read_in_order_under_its_public_name() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    journal
        .append(0, &[line("evt.offer.made.0a", "fact"), line("content.message.0a", "content")])
        .await
        .expect("a batch");
    journal.append(2, &[line("evt.offer.expired.0a", "later")]).await.expect("a single line");
    let read = read_all(&journal, 1, 3).await;
    let told: Vec<_> =
        read.iter().map(|(seq, subject, payload)| (*seq, subject.as_str(), payload.as_str())).collect();
    assert_eq!(
        told,
        [
            (1, "switchboard.evt.offer.made.0a", "fact"),
            (2, "switchboard.content.message.0a", "content"),
            (3, "switchboard.evt.offer.expired.0a", "later"),
        ]
    );
    let second = journal.get(2).await.expect("an answer").expect("a record");
    assert_eq!((second.seq, second.payload.as_ref()), (2, b"content".as_slice()));
    assert_eq!(
        second.headers.get("Content-Type").map(|value| value.as_str()),
        Some("application/cloudevents+json")
    );
    assert!(journal.get(4).await.expect("an answer").is_none());
}

#[tokio::test]
async fn committed_facts_are_republished_and_refused_ones_and_content_are_not() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    let sue = server.user("sue").await;
    let mut live = sue.subscribe("switchboard.live.>").await.expect("a subscription");
    settled(&sue, "switchboard.agent.sue.beat").await;
    let last = journal.tail().await.expect("the tail").last;
    let refused =
        journal.append(last + 7, &[line("evt.a.refused.00", "no"), line("evt.a.refused.00", "no")]).await;
    assert!(matches!(refused, Err(AppendError::Fenced { .. })), "{refused:?}");
    journal.append(0, &[line("evt.a.first.00", "1"), line("content.a.00", "secret")]).await.expect("a batch");
    journal.append(2, &[line("evt.a.second.00", "2")]).await.expect("a single line");
    let mut seen = Vec::new();
    while seen.last().map(String::as_str) != Some("switchboard.live.a.second.00") {
        let message = within("a live fact", live.next()).await.expect("the subscription stands");
        seen.push(message.subject.to_string());
    }
    assert_eq!(seen, ["switchboard.live.a.first.00", "switchboard.live.a.second.00"]);
}

#[tokio::test]
async fn a_foreign_record_fences_the_writer_and_is_read_like_any_other() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    journal.append(0, &lines(2)).await.expect("a batch");
    let intruder = jetstream(&server.router(Purpose::Journal).await);
    intruder
        .publish("switchboard.j.evt.foreign.00", "not ours".into())
        .await
        .expect("a publish")
        .await
        .expect("an ack");
    let refused = journal.append(2, &lines(2)).await;
    assert!(matches!(refused, Err(AppendError::Fenced { actual: Some(3), .. })), "{refused:?}");
    journal.append(3, &lines(1)).await.expect("behind the foreign record");
    let subjects: Vec<String> =
        read_all(&journal, 1, 4).await.into_iter().map(|(_, subject, _)| subject).collect();
    assert_eq!(subjects[2], "switchboard.evt.foreign.00");
}

#[tokio::test]
async fn replay_passes_deleted_records_and_ends_though_the_last_one_is_deleted() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    journal.append(0, &lines(10)).await.expect("a batch");
    let events = server
        .jetstream("switchboard-admin")
        .await
        .get_stream("SWITCHBOARD_EVENTS")
        .await
        .expect("the stream");
    for seq in [1, 4, 5, 10] {
        events.delete_message(seq).await.expect("a deletion");
    }
    let seqs: Vec<u64> = read_all(&journal, 1, 10).await.into_iter().map(|(seq, _, _)| seq).collect();
    assert_eq!(seqs, [2, 3, 6, 7, 8, 9]);
    let tail = journal.tail().await.expect("the tail");
    assert_eq!((tail.first, tail.last), (2, 10));
    assert!(read_all(&journal, 10, 10).await.is_empty());
    assert!(read_all(&journal, 11, 10).await.is_empty());
}

#[tokio::test]
async fn replay_survives_the_loss_of_its_server() {
    let mut server = server_with_streams().await;
    let journal = journal(&server).await;
    let mut last = 0;
    for _ in 0..8 {
        last = journal.append(last, &lines(GROUP_LINES_MAX)).await.expect("a batch");
    }
    let mut replay = journal.read(1, last);
    let mut seqs = Vec::new();
    while let Some(stored) = within("a record", replay.next()).await.expect("the stream is the same") {
        seqs.push(stored.seq);
        if stored.seq == 100 {
            server.kill();
            server.restart().await;
        }
    }
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_frozen_server_makes_the_outcome_unknown_and_the_fence_tells_it_later() {
    let server = server_with_streams().await;
    let journal = journal(&server).await.with_timeout(std::time::Duration::from_millis(300));
    journal.append(0, &lines(1)).await.expect("a single line");
    server.freeze();
    let unknown = journal.append(1, &lines(3)).await;
    server.thaw();
    assert!(matches!(unknown, Err(AppendError::Unknown { .. })), "{unknown:?}");
    // Sent or not, what is next is decided by the stream's end, never by the missing answer.
    let mut last = 0;
    until("the stream's end", || async { journal.tail().await.is_ok() }).await;
    until("a claim behind the unknown group", || {
        let journal = &journal;
        async move {
            let Ok(tail) = journal.tail().await else { return false };
            journal.append(tail.last, &lines(1)).await.is_ok()
        }
    })
    .await;
    for (seq, ..) in read_all(&journal, 1, journal.tail().await.expect("the tail").last).await {
        last += 1;
        assert_eq!(seq, last, "the journal has no gap");
    }
    assert!(last == 2 || last == 5, "all of the unknown group or nothing: {last}");
}

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
    publish_raw(&server, b"NATS/1.0 409 Consumer Deleted\r\n\r\n", "3").await;
    publish_raw(&server, b"NATS/1.0 100 Idle\r\n\r\n", "4").await;
    publish_raw(&server, b"NATS/1.0\r\nno colon here\r\n\r\n", "5").await;
    publish_raw(&server, b"NATS/1.0\r\nA: \xff\xfe\r\n\r\n", "6").await;
    publish_input(&server, 7..=9).await;
    let mut inbox =
        Inbox::open(jetstream(&server.router(Purpose::Journal).await), "SWITCHBOARD_IN".to_owned(), 1);
    for number in 1..=9 {
        assert_eq!(next_number(&mut inbox).await, (number, number));
    }
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

#[tokio::test]
async fn dead_letters_are_fenced_and_the_last_one_can_be_read() {
    let server = server_with_streams().await;
    let client = server.router(Purpose::Journal).await;
    let js = jetstream(&client);
    assert!(stored::last(&js, "SWITCHBOARD_DEAD").await.expect("an answer").is_none());
    let writer = FencedWriter::new(client, "SWITCHBOARD_DEAD".to_owned(), "test");
    let letter = |reason: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("Switchboard-Reason", reason);
        Outgoing {
            subject: "switchboard.dead.email.support".into(),
            headers,
            payload: Bytes::from_static(b"\xff\xff"),
        }
    };
    assert_eq!(writer.publish(0, vec![letter("one")]).await.expect("a letter"), 1);
    assert_eq!(writer.publish(1, vec![letter("two"), letter("three")]).await.expect("letters"), 3);
    assert!(matches!(writer.publish(1, vec![letter("late")]).await, Err(AppendError::Fenced { .. })));
    let last = stored::last(&js, "SWITCHBOARD_DEAD").await.expect("an answer").expect("a letter");
    assert_eq!((last.seq, last.payload.as_ref()), (3, b"\xff\xff".as_slice()));
    assert_eq!(last.headers.get("Switchboard-Reason").map(|value| value.as_str()), Some("three"));
}

#[tokio::test]
async fn init_makes_what_is_missing_and_then_nothing() {
    let server = Server::start().await;
    let admin = server.jetstream("switchboard-admin").await;
    let made = init(&admin, &spec()).await.expect("init");
    assert!(made.iter().all(|outcome| matches!(outcome, Outcome::Made { .. })), "{made:?}");
    let kept = init(&admin, &spec()).await.expect("init again");
    assert!(
        kept.iter().all(|outcome| matches!(outcome, Outcome::Kept { warnings, .. } if warnings.is_empty())),
        "{kept:?}"
    );
    let router = jetstream(&server.router(Purpose::Journal).await);
    assert_eq!(verify(&router, &spec()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn init_leaves_a_stream_that_differs_and_verify_tells_every_fault() {
    let server = Server::start().await;
    let admin = server.jetstream("switchboard-admin").await;
    let [input, events, _] = spec().configs();
    let spoilt = Config { subject_transform: None, republish: None, allow_atomic_publish: false, ..events };
    admin.create_stream(&spoilt).await.expect("a spoilt journal");
    admin.create_stream(Config { allow_rollup: true, ..input }).await.expect("a spoilt input");
    let router = jetstream(&server.router(Purpose::Journal).await);
    let faults = verify(&router, &spec()).await.expect_err("three streams are not right");
    let about = |stream: &str| faults.iter().filter(|fault| fault.stream == stream).count();
    assert_eq!(
        (about("SWITCHBOARD_IN"), about("SWITCHBOARD_EVENTS"), about("SWITCHBOARD_DEAD")),
        (1, 3, 1),
        "{faults:#?}"
    );
    let missing = faults.last().map(Fault::to_string);
    assert_eq!(
        missing.as_deref(),
        Some("stream SWITCHBOARD_DEAD is missing; make it with `switchboard init`")
    );
    let outcomes = init(&admin, &spec()).await.expect("init");
    assert!(matches!(
        outcomes.as_slice(),
        [Outcome::Differs { .. }, Outcome::Differs { .. }, Outcome::Made { .. }]
    ));
    let untouched = admin.get_stream("SWITCHBOARD_EVENTS").await.expect("the stream");
    assert!(!untouched.cached_info().config.allow_atomic_publish);
}

async fn journal(server: &Server) -> Journal {
    Journal::new(&server.router(Purpose::Journal).await, &site(), "test")
}

async fn read_all(journal: &Journal, from: u64, to_last: u64) -> Vec<(u64, String, String)> {
    let mut replay = journal.read(from, to_last);
    let mut read = Vec::new();
    while let Some(stored) = within("a record", replay.next()).await.expect("the stream is the same") {
        read.push((stored.seq, stored.subject, String::from_utf8_lossy(&stored.payload).into_owned()));
    }
    read
}

/// Input whose body is its number, in the order of the numbers, each acknowledged.
async fn publish_input(server: &Server, numbers: std::ops::RangeInclusive<u64>) {
    let gateway = jetstream(&server.user("gateway").await);
    for number in numbers {
        let published = gateway.publish("switchboard.in.chat.web", number.to_string().into()).await;
        published.expect("a publish").await.expect("an ack");
    }
}

/// The next message as (sequence, number in its body).
async fn next_number(inbox: &mut Inbox) -> (u64, u64) {
    let delivery = within("input", inbox.next()).await.expect("the stream is the same");
    let number = std::str::from_utf8(&delivery.payload).expect("a number").parse().expect("a number");
    (delivery.inseq, number)
}

/// Publishes input with a header block that no well-behaved client would send.
async fn publish_raw(server: &Server, headers: &[u8], body: &str) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = server.url().trim_start_matches("nats://").to_owned();
    let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let hello = format!(
        "CONNECT {{\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,\"user\":\"gateway\",\"pass\":\"{}\"}}\r\nSUB _INBOX.gateway.raw 1\r\n",
        server.password()
    );
    socket.write_all(hello.as_bytes()).await.expect("a greeting");
    let (block, total) = (headers.len(), headers.len() + body.len());
    let publish = format!("HPUB switchboard.in.chat.web _INBOX.gateway.raw {block} {total}\r\n");
    socket.write_all(publish.as_bytes()).await.expect("a publish");
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
