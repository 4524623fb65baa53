//! The journal and the dead letters: fenced appending, and reading.

use std::time::Duration;

use async_nats::HeaderMap;
use bytes::Bytes;
use futures_util::StreamExt;
use switchboard::domain::Seq;
use switchboard::policy::Policy;
use switchboard::shell::fenced::{FencedWriter, Outgoing};
use switchboard::shell::join::Join;
use switchboard::shell::journal::{AppendError, GROUP_BYTES_MAX, GROUP_LINES_MAX, Journal, Line};
use switchboard::shell::nats::{Purpose, jetstream};
use switchboard::shell::outbox::Marks;
use switchboard::shell::recovery::recover;
use switchboard::shell::stored;

use crate::support::{Server, line, lines, server_with_streams, settled, site, until, within};

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
async fn a_joined_answer_leaves_out_the_older_content_that_would_not_fit() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    let text = "x".repeat(200 * 1024);
    for seq in 1..=4_u64 {
        let content = serde_json::json!({ "data": { "prev": seq - 1, "at": seq, "text": text } });
        let record = line("content.message.0a", &content.to_string());
        assert_eq!(journal.append(seq - 1, &[record]).await.expect("a record"), seq);
    }
    let join = Join { body: serde_json::Map::new(), conversation: Some(Seq(4)), contact: Seq(0) };
    let body = join.complete(&journal).await.expect("the content");
    let answer: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    let told: Vec<_> = answer["messages"].as_array().expect("messages").iter().map(|it| &it["at"]).collect();
    assert_eq!(told, [3, 4]);
    assert_eq!(answer["more"], true);
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
    let journal = journal(&server).await.with_timeout(Duration::from_millis(300));
    journal.append(0, &lines(1)).await.expect("a single line");
    server.freeze();
    let unknown = journal.append(1, &lines(3)).await;
    server.thaw();
    assert!(matches!(unknown, Err(AppendError::Unknown { .. })), "{unknown:?}");
    // Sent or not, what is next is decided by the stream's end, never by the missing answer.
    let stored = settled_records(&journal).await.len();
    assert!(stored == 1 || stored == 4, "all of the unknown group or nothing: {stored}");
}

#[tokio::test]
async fn while_nats_is_away_every_append_ends_and_afterwards_the_fence_decides() {
    let mut server = server_with_streams().await;
    let journal = journal(&server).await.with_timeout(Duration::from_millis(200));
    journal.append(0, &lines(1)).await.expect("a single line");
    server.kill();
    // More than the client can queue: without a limit on sending, this would wait for the server.
    for _ in 0..6 {
        let unknown = within("the append to end", journal.append(1, &lines(GROUP_LINES_MAX))).await;
        assert!(matches!(unknown, Err(AppendError::Unknown { .. })), "{unknown:?}");
    }
    server.restart().await;
    let stored = settled_records(&journal).await.len();
    assert!(
        stored == 1 || stored == 1 + GROUP_LINES_MAX,
        "one of the unknown groups whole, or none: {stored}"
    );
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

/// Goal: over crashes of the server no acknowledged group is lost and none is stored in part or twice.
/// Method: groups that name themselves and their size, one writer that never stops, three kills.
#[tokio::test]
async fn crashes_lose_no_acknowledged_group_and_leave_none_in_part() {
    let mut server = server_with_streams().await;
    let journal = journal(&server).await.with_timeout(Duration::from_millis(500));
    let acknowledged = std::sync::atomic::AtomicU64::new(0);
    let crashes = async {
        for crash in 1..=3 {
            let seen = || acknowledged.load(std::sync::atomic::Ordering::Relaxed) >= crash * 30;
            until("more groups", || async { seen() }).await;
            server.kill();
            server.restart().await;
        }
    };
    let mut kept = Vec::new();
    tokio::select! {
        () = crashes => {}
        () = write_groups(&journal, &acknowledged, &mut kept) => {}
    }
    let bodies = settled_records(&journal).await;
    let mut groups = Vec::new();
    let mut rest = bodies.as_slice();
    while let Some(first) = rest.first() {
        let (group, size) = first.split_once(' ').expect("a group and its size");
        let size: usize = size.parse().expect("a size");
        assert!(rest.len() >= size && rest[..size].iter().all(|body| body == first), "{first} is whole");
        groups.push(group.parse::<u64>().expect("a number"));
        rest = &rest[size..];
    }
    assert!(groups.is_sorted_by(|one, next| one < next), "no group came twice or late: {groups:?}");
    assert!(
        kept.iter().all(|group| groups.binary_search(group).is_ok()),
        "every acknowledged group is there"
    );
}

/// Goal: who recovers while a group is being stored reads all of it. The server tells an end within the group.
/// Method: the largest groups, an append that is left alone at another moment in each round, and a recovery at once.
#[tokio::test]
async fn who_recovers_reads_to_the_end_of_a_group() {
    let server = server_with_streams().await;
    let journal = journal(&server).await;
    let group = lines(GROUP_LINES_MAX);
    for round in 0..24 {
        let last = journal.tail().await.expect("the tail").last;
        let left = tokio::time::timeout(Duration::from_millis(round), journal.append(last, &group)).await;
        let recovered =
            recover(&journal, Policy::empty().into(), &Marks::default()).await.expect("recovered");
        assert_eq!(recovered.last % GROUP_LINES_MAX as u64, 0, "round {round}: {left:?}");
    }
}

/// Appends one group after the other, for ever, as a leader does: after an unknown outcome the stream's
/// end is read before the next group is written.
async fn write_groups(journal: &Journal, acknowledged: &std::sync::atomic::AtomicU64, kept: &mut Vec<u64>) {
    let mut last = 0;
    for group in 1.. {
        let size = 1 + group as usize % 7;
        let lines: Vec<Line> = (0..size).map(|_| line("evt.a.b.00", &format!("{group} {size}"))).collect();
        match journal.append(last, &lines).await {
            Ok(seq) => {
                last = seq;
                kept.push(group);
                acknowledged.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
            Err(_) => {
                if let Ok(tail) = journal.tail().await {
                    last = tail.last;
                }
            }
        }
    }
}

async fn journal(server: &Server) -> Journal {
    Journal::new(&server.router(Purpose::Journal).await, &site(), "test")
}

/// The body of each record, once nothing is under way any more. The tail may lie in the midst of a group that the
/// server is storing; only behind the true end does it take the line that claims it.
async fn settled_records(journal: &Journal) -> Vec<String> {
    const CLAIM: &str = "the end";
    let last = within("a claim behind whatever was stored", async {
        loop {
            let Ok(tail) = journal.tail().await else { continue };
            if let Ok(last) = journal.append(tail.last, &[line("evt.a.b.00", CLAIM)]).await {
                break last;
            }
        }
    })
    .await;
    let read = read_all(journal, 1, last).await;
    assert!(read.iter().map(|(seq, ..)| *seq).eq(1..=last), "the journal has no gap");
    // A claim whose answer was lost lies there, too.
    read.into_iter().map(|(.., body)| body).filter(|body| body != CLAIM).collect()
}

async fn read_all(journal: &Journal, from: u64, to_last: u64) -> Vec<(u64, String, String)> {
    let mut replay = journal.read(from, to_last);
    let mut read = Vec::new();
    while let Some(stored) = within("a record", replay.next()).await.expect("the stream is the same") {
        read.push((stored.seq, stored.subject, String::from_utf8_lossy(&stored.payload).into_owned()));
    }
    read
}
