//! The bucket of bodies: whose entries anybody's library can put, and who removes them when.

use async_nats::HeaderMap;
use bytes::Bytes;
use switchboard::domain::Timestamp;
use switchboard::shell::bodies::{Bodies, BodyFault, DeadRefs, sweep};
use switchboard::shell::nats::jetstream;
use switchboard::wire::BodyRef;

use super::Office;
use crate::support::tool::tool;
use crate::support::{Server, server_with_streams, site, until};

const LATER: Timestamp = Timestamp(i64::MAX);

#[tokio::test]
async fn a_body_is_put_by_us_or_by_any_library_and_read_by_the_router() {
    let server = server_with_streams().await;
    let gateway = jetstream(&server.user("gateway").await);
    let (ours, theirs) = (Bytes::from(vec![7; 300_000]), Bytes::from(vec![9; 300_000]));
    let mine = Bodies::new(gateway.clone(), &site()).put(&ours).await.expect("our put");
    let bucket = gateway.get_object_store("SWITCHBOARD_BODIES").await.expect("the bucket");
    let yours = BodyRef::of(&theirs);
    bucket.put(yours.name(), &mut theirs.as_ref()).await.expect("a put by the client library");
    let router = bodies(&server).await;
    assert_eq!(router.get(&mine).await.expect("ours"), ours);
    assert_eq!(router.get(&yours).await.expect("theirs"), theirs);
    let absent = router.get(&BodyRef::of(b"absent")).await;
    assert!(matches!(absent, Err(BodyFault::Missing)), "{absent:?}");
    let info = bucket.info(mine.name()).await.expect("our entry is one of theirs");
    assert_eq!((info.size, info.chunks, info.name.as_str()), (300_000, 3, mine.name()));
    assert!(server.violations().is_empty(), "{:?}", server.violations());
}

#[tokio::test]
async fn a_gateway_neither_reads_nor_removes_bodies() {
    let server = server_with_streams().await;
    let gateway = server.user("gateway").await;
    for subject in [
        "$JS.API.STREAM.MSG.GET.OBJ_SWITCHBOARD_BODIES",
        "$JS.API.DIRECT.GET.OBJ_SWITCHBOARD_BODIES",
        "$JS.API.STREAM.PURGE.OBJ_SWITCHBOARD_BODIES",
        "$JS.API.CONSUMER.CREATE.OBJ_SWITCHBOARD_BODIES",
    ] {
        gateway.publish(subject, "{}".into()).await.expect("handed to the connection");
        server.refused("gateway", subject).await;
    }
}

#[tokio::test]
async fn old_bodies_go_unless_dead_names_them_and_young_ones_stay() {
    let server = server_with_streams().await;
    let gateway = Bodies::new(jetstream(&server.user("gateway").await), &site());
    let [named, free] = [b"named".as_slice(), b"free"].map(Bytes::from_static);
    let (named, free) = (gateway.put(&named).await.expect("a put"), gateway.put(&free).await.expect("a put"));
    // Put once more: the chunks of the first time have no entry any more.
    gateway.put(&Bytes::from_static(b"named")).await.expect("a put");
    let mut headers = HeaderMap::new();
    headers.insert(BodyRef::HEADER, named.to_string());
    let journal = jetstream(&server.user_with_inbox("switchboard-journal", "_JOURNAL.switchboard").await);
    let letter = journal.publish_with_headers("switchboard.dead.email.help", headers, Bytes::new()).await;
    letter.expect("a publish").await.expect("an ack");
    let (router, mut dead) = (bodies(&server).await, DeadRefs::default());
    let swept = sweep(&router, &site(), &mut dead, Timestamp(0)).await.expect("a sweep");
    assert_eq!(swept, 0, "all of them are young");
    assert_eq!(sweep(&router, &site(), &mut dead, LATER).await.expect("a sweep"), 1);
    assert!(router.get(&named).await.is_ok(), "DEAD names it");
    assert!(matches!(router.get(&free).await, Err(BodyFault::Missing)));
    let admin = server.jetstream("switchboard-admin").await;
    let held = async || {
        let stream = admin.get_stream("OBJ_SWITCHBOARD_BODIES").await.expect("the stream");
        stream.cached_info().state.messages
    };
    assert_eq!(held().await, 2, "one entry, one chunk");
    admin.get_stream("SWITCHBOARD_DEAD").await.expect("the stream").purge().await.expect("a purge");
    assert_eq!(sweep(&router, &site(), &mut dead, LATER).await.expect("a sweep"), 1);
    assert_eq!(held().await, 0);
    assert!(server.violations().is_empty(), "{:?}", server.violations());
}

#[tokio::test]
async fn a_body_that_is_not_there_or_another_goes_to_dead_and_comes_back_once_it_is_mended() {
    let office = Office::open().await;
    let (server, home) = (&office.stage.server, &office.stage.home);
    let mut daemon = home.serve();
    let gateway = jetstream(&server.user("gateway").await);
    let text = "x".repeat(600_000);
    let mail = Bytes::from(format!("Message-ID: <m@example.net>\r\nFrom: jo@example.net\r\n\r\n{text}"));
    let missing = BodyRef::of(&mail);
    let garbled = BodyRef::of(b"what was meant");
    let bucket = gateway.get_object_store("SWITCHBOARD_BODIES").await.expect("the bucket");
    bucket.put(garbled.name(), &mut b"something else".as_slice()).await.expect("a put");
    let large = format!("sha256={}; size=99999999", missing.name());
    for reference in [missing.to_string(), garbled.to_string(), "nonsense".to_owned(), large] {
        let mut headers = HeaderMap::new();
        headers.insert(BodyRef::HEADER, reference);
        headers.insert("Switchboard-Rcpt-To", "help@example.org");
        let sent = gateway.publish_with_headers("switchboard.in.email.help", headers, Bytes::new()).await;
        sent.expect("a publish").await.expect("an ack");
    }
    until("four dead letters", || async { office.dead().await == (4, 4) }).await;
    let told = &tool(home, "switchboard-admin", &["dead", "list", "--json"], b"").json()[0]["dead"];
    let codes: Vec<_> = told.as_array().expect("letters").iter().map(|letter| &letter["code"]).collect();
    assert_eq!(codes, ["body_missing", "body_mismatch", "bad_body", "too_large"]);
    assert_eq!(told[0]["body"], missing.to_string());
    // Without its body there is nothing to put back.
    tool(home, "switchboard-admin", &["dead", "retry", "1"], b"").with(1);
    Bodies::new(gateway, &site()).put(&mail).await.expect("a put");
    tool(home, "switchboard-admin", &["dead", "retry", "1"], b"").with(0);
    office.has_conversations(1).await;
    let raw = tool(home, "switchboard-admin", &["dead", "show", "2", "--raw"], b"");
    raw.with(1);
    assert!(raw.err.contains("another size or digest"), "{}", raw.err);
    daemon.stops().await;
}

async fn bodies(server: &Server) -> Bodies {
    let journal = server.user_with_inbox("switchboard-journal", "_JOURNAL.switchboard").await;
    Bodies::new(jetstream(&journal), &site())
}
