//! The shipped users: what each must be able to do works, and what it must not is refused.

use std::collections::BTreeSet;

use async_nats::jetstream::consumer::{AckPolicy, pull};
use futures_util::StreamExt;
use switchboard::domain::Digest;
use switchboard::shell::fenced::{FencedWriter, Outgoing};
use switchboard::shell::inbox::Inbox;
use switchboard::shell::journal::{Journal, Line};
use switchboard::shell::nats::{Purpose, jetstream};
use switchboard::shell::policies::Policies;
use switchboard::shell::site::Site;
use switchboard::shell::streams::{StreamsSpec, init, verify};

use crate::support::{Server, line, lines, server_with_streams, settled, site, spec, within};

#[tokio::test]
async fn the_journal_user_may_do_all_that_the_router_does_and_nothing_is_refused() {
    let server = server_with_streams().await;
    let client = server.user_with_inbox("switchboard-journal", "_JOURNAL.switchboard").await;
    let js = jetstream(&client);
    verify(&js, &spec()).await.expect("the streams are right");
    let journal = Journal::new(&client, &site(), "test");
    journal.append(0, &lines(3)).await.expect("a batch");
    journal.get(2).await.expect("an answer").expect("a record");
    journal.read(1, 3).next().await.expect("the stream is the same").expect("a record");
    publish_input(&server).await;
    let mut inbox = Inbox::open(js.clone(), "SWITCHBOARD_IN".to_owned(), 1);
    within("input", inbox.next()).await.expect("the stream is the same");
    let input = js.get_stream("SWITCHBOARD_IN").await.expect("the stream");
    input.purge().sequence(2).await.expect("a purge of IN");
    let policies = Policies::new(js.clone(), &site());
    let tree = serde_json::json!({ "long": "rule ".repeat(100_000) });
    for number in 1..=22 {
        policies.put(Digest(number), &tree).await.expect("a policy is put");
    }
    assert_eq!(policies.get(Digest(7)).await.expect("it lies there"), tree);
    policies.prune(&[Digest(1)]).await;
    let kept: BTreeSet<String> = policies.names().await.expect("a list").into_iter().collect();
    let expected: BTreeSet<String> = (1..=22).filter(|n| *n != 2).map(|n| Digest(n).to_string()).collect();
    assert_eq!(kept, expected, "the newest twenty, and an older one that was adopted lately");
    assert!(policies.get(Digest(2)).await.is_err(), "the other older one is gone");
    let mut beats = client.subscribe("switchboard.leader.beat").await.expect("a subscription");
    client.publish("switchboard.leader.beat", "{}".into()).await.expect("a beat");
    within("the beat", beats.next()).await.expect("the subscription stands");
    assert!(server.violations().is_empty(), "{:?}", server.violations());
}

#[tokio::test]
async fn the_journal_user_cannot_purge_or_delete_the_journal() {
    let server = server_with_streams().await;
    let client = server.user_with_inbox("switchboard-journal", "_JOURNAL.switchboard").await;
    for subject in [
        "$JS.API.STREAM.PURGE.SWITCHBOARD_EVENTS",
        "$JS.API.STREAM.DELETE.SWITCHBOARD_EVENTS",
        "$JS.API.STREAM.UPDATE.SWITCHBOARD_EVENTS",
        "$JS.API.STREAM.DELETE.SWITCHBOARD_IN",
        "$JS.API.STREAM.DELETE.OBJ_SWITCHBOARD_POLICIES",
        "switchboard.in.email.support",
        "switchboard.api.ana.sign_in",
        "_INBOX.ana.x",
    ] {
        refused(&server, &client, "switchboard-journal", subject).await;
    }
}

#[tokio::test]
async fn the_door_answers_requests_and_reaches_no_stream() {
    let server = server_with_streams().await;
    let door = server.user("switchboard-door").await;
    let mut asked = door.subscribe("switchboard.api.>").await.expect("a subscription");
    door.subscribe("$SRV.>").await.expect("a subscription");
    door.subscribe("switchboard.agent.*.beat").await.expect("a subscription");
    settled(&door, "switchboard.agent.probe.beat").await;
    let ana = server.user("ana").await;
    let mut hints = ana.subscribe("switchboard.agent.ana.>").await.expect("a subscription");
    settled(&ana, "switchboard.agent.ana.beat").await;
    let request =
        tokio::spawn(async move { ana.request("switchboard.api.ana.agent.sign_in", "{}".into()).await });
    let asked = within("the request", asked.next()).await.expect("the subscription stands");
    let reply = asked.reply.expect("a request names its reply");
    assert!(reply.starts_with("_INBOX.ana."), "{reply}");
    door.publish(reply, "{\"ok\":true}".into()).await.expect("an answer");
    let answer = within("the answer", request).await.expect("no panic").expect("an answer");
    assert_eq!(answer.payload.as_ref(), b"{\"ok\":true}");
    door.publish("switchboard.agent.ana.offer", "{}".into()).await.expect("a hint");
    while within("the hint", hints.next()).await.expect("the subscription stands").payload.as_ref() != b"{}" {
    }
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    for subject in [
        "$JS.API.STREAM.DELETE.SWITCHBOARD_EVENTS",
        "$JS.API.STREAM.PURGE.SWITCHBOARD_IN",
        "$JS.API.STREAM.INFO.SWITCHBOARD_EVENTS",
        "switchboard.j.evt.offer.made.00",
        "switchboard.in.chat.web",
        "switchboard.dead.chat.web",
        "switchboard.leader.beat",
        "_JOURNAL.switchboard.x",
    ] {
        refused(&server, &door, "switchboard-door", subject).await;
    }
}

#[tokio::test]
async fn an_agent_speaks_under_its_own_name_only() {
    let server = server_with_streams().await;
    let ana = server.user("ana").await;
    settled(&ana, "switchboard.agent.ana.beat").await;
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    for subject in [
        "switchboard.api.ben.agent.sign_in",
        "switchboard.agent.ben.beat",
        "switchboard.j.evt.offer.made.00",
        "switchboard.in.chat.web",
        "switchboard.in.command.ana.agent.sign_in",
        "switchboard.leader.beat",
        "$JS.API.STREAM.INFO.SWITCHBOARD_EVENTS",
        "$SRV.PING",
    ] {
        refused(&server, &ana, "ana", subject).await;
    }
    for subject in [
        "switchboard.agent.ben.>",
        "_INBOX.ben.>",
        "_INBOX.>",
        "switchboard.j.>",
        "switchboard.api.>",
        "_JOURNAL.>",
    ] {
        refused_subscription(&server, &ana, "ana", subject).await;
    }
}

#[tokio::test]
async fn the_door_of_webhooks_brings_messages_and_nothing_else() {
    let server = server_with_streams().await;
    let client = server.user("switchboard-gateway").await;
    let js = jetstream(&client);
    for subject in ["switchboard.in.email.support", "switchboard.in.sms.line", "switchboard.in.chat.web"] {
        js.publish(subject, "{}".into()).await.expect("a publish").await.expect("an ack");
    }
    let body = bytes::Bytes::from(vec![b'x'; 300_000]);
    switchboard::shell::bodies::Bodies::new(js, &site()).put(&body).await.expect("a body is put");
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    for subject in [
        "switchboard.in.work.line",
        "switchboard.in.command.gateway.message.report",
        "switchboard.api.gateway.message.report",
        "switchboard.j.evt.offer.made.00",
        "switchboard.out.sms.line",
        "switchboard.dead.sms.line",
        "$JS.API.STREAM.INFO.SWITCHBOARD_IN",
        "$JS.API.STREAM.INFO.SWITCHBOARD_OUT",
        "$JS.API.STREAM.MSG.GET.SWITCHBOARD_IN",
        "$JS.API.DIRECT.GET.OBJ_SWITCHBOARD_BODIES.x",
        "_INBOX.ana.x",
    ] {
        refused(&server, &client, "switchboard-gateway", subject).await;
    }
    for subject in ["switchboard.in.>", "switchboard.live.>", "_INBOX.gateway.>", "_INBOX.>"] {
        refused_subscription(&server, &client, "switchboard-gateway", subject).await;
    }
}

#[tokio::test]
async fn a_gateway_brings_messages_reads_its_own_out_and_reports() {
    let server = server_with_streams().await;
    publish_input(&server).await;
    let gateway = server.user("gateway").await;
    let js = jetstream(&gateway);
    let report = js.publish("switchboard.in.command.gateway.message.report", "{}".into()).await;
    report.expect("a publish").await.expect("an ack");
    let writer = FencedWriter::new(server.router(Purpose::Journal).await, site().stream_out(), "test");
    for (last, subject) in [(0, "switchboard.out.chat.web"), (1, "switchboard.out.sms.main-line")] {
        let message = Outgoing { subject: subject.to_owned(), payload: "{}".into(), ..Outgoing::default() };
        writer.publish(last, vec![message]).await.expect("a message for a gateway");
    }
    let out = js.get_stream("SWITCHBOARD_OUT").await.expect("the stream");
    let own = pull::Config {
        durable_name: Some("gateway".to_owned()),
        filter_subject: "switchboard.out.sms.main-line".to_owned(),
        ack_policy: AckPolicy::Explicit,
        ..pull::Config::default()
    };
    let mut messages =
        out.create_consumer(own).await.expect("a consumer").messages().await.expect("messages");
    let message = within("its message", messages.next()).await.expect("a message").expect("a message");
    assert_eq!(message.info().expect("a place").stream_sequence, 2);
    message.ack().await.expect("an ack");
    drop(messages);
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    for subject in [
        "switchboard.in.command.gateway.work.create",
        "switchboard.out.sms.line",
        "$JS.API.CONSUMER.CREATE.SWITCHBOARD_OUT.gateway.switchboard.out.>",
        "$JS.API.CONSUMER.CREATE.SWITCHBOARD_OUT",
        "$JS.API.STREAM.MSG.GET.SWITCHBOARD_OUT",
        "$JS.API.DIRECT.GET.SWITCHBOARD_OUT",
        "$JS.API.STREAM.PURGE.SWITCHBOARD_OUT",
        "switchboard.j.evt.a.b.00",
        "switchboard.api.ana.agent.sign_in",
    ] {
        refused(&server, &gateway, "gateway", subject).await;
    }
}

#[tokio::test]
async fn a_service_commands_under_its_own_name() {
    let server = server_with_streams().await;
    let crm = server.user("crm").await;
    let stored = jetstream(&crm).publish("switchboard.in.command.crm.work.create", "{}".into()).await;
    stored.expect("a publish").await.expect("an ack");
    for subject in
        ["switchboard.in.command.other.work.create", "switchboard.in.email.support", "switchboard.api.ana.x"]
    {
        refused(&server, &crm, "crm", subject).await;
    }
}

#[tokio::test]
async fn an_integrator_reads_facts_and_never_content() {
    let server = server_with_streams().await;
    let journal = Journal::new(&server.router(Purpose::Journal).await, &site(), "test");
    let group = [
        line("evt.message.received.00", "fact"),
        line("content.message.00", "secret"),
        line("evt.offer.made.00", "fact"),
    ];
    journal.append(0, &group).await.expect("a batch");
    let client = server.user("warehouse").await;
    let js = jetstream(&client);
    let events = js.get_stream("SWITCHBOARD_EVENTS").await.expect("the stream");
    let consumer =
        events.create_consumer(facts_consumer("switchboard.evt.>")).await.expect("a consumer of facts");
    let mut messages = consumer.messages().await.expect("messages");
    for seq in [1, 3] {
        let message = within("a fact", messages.next()).await.expect("a message").expect("a message");
        assert_eq!(message.info().expect("a place").stream_sequence, seq);
        message.ack().await.expect("an ack");
    }
    drop(messages);
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    for subject in [
        "$JS.API.CONSUMER.CREATE.SWITCHBOARD_EVENTS.warehouse.switchboard.content.>",
        "$JS.API.CONSUMER.CREATE.SWITCHBOARD_EVENTS.warehouse.switchboard.>",
        "$JS.API.CONSUMER.CREATE.SWITCHBOARD_EVENTS.warehouse",
        "$JS.API.CONSUMER.CREATE.SWITCHBOARD_EVENTS",
        "$JS.API.CONSUMER.DURABLE.CREATE.SWITCHBOARD_EVENTS.warehouse",
        "$JS.API.CONSUMER.MSG.NEXT.SWITCHBOARD_EVENTS.other",
        "$JS.API.STREAM.MSG.GET.SWITCHBOARD_EVENTS",
        "$JS.API.DIRECT.GET.SWITCHBOARD_EVENTS",
        "$JS.API.DIRECT.GET.SWITCHBOARD_EVENTS.switchboard.content.message.00",
        "$JS.API.STREAM.PURGE.SWITCHBOARD_EVENTS",
        "switchboard.j.evt.a.b.00",
    ] {
        refused(&server, &client, "warehouse", subject).await;
    }
    for subject in ["switchboard.content.>", "switchboard.j.>", "switchboard.>"] {
        refused_subscription(&server, &client, "warehouse", subject).await;
    }
}

#[tokio::test]
async fn the_filter_of_a_consumer_cannot_differ_from_its_subject() {
    let server = server_with_streams().await;
    let client = server.user("warehouse").await;
    let create = "$JS.API.CONSUMER.CREATE.SWITCHBOARD_EVENTS.warehouse.switchboard.evt.>";
    for filter in [
        "\"filter_subject\":\"switchboard.content.>\"",
        "\"filter_subjects\":[\"switchboard.content.>\"]",
        "\"filter_subject\":\"\"",
    ] {
        let body = format!(
            "{{\"stream_name\":\"SWITCHBOARD_EVENTS\",\"config\":{{\"name\":\"warehouse\",\"ack_policy\":\"none\",{filter}}}}}"
        );
        let answer = within("an answer", client.request(create, body.into())).await.expect("an answer");
        let text = String::from_utf8_lossy(&answer.payload).into_owned();
        assert!(text.contains("\"error\""), "{filter}: {text}");
    }
}

#[tokio::test]
async fn another_prefix_is_one_edit_away_and_reaches_nothing_of_the_first() {
    let server = Server::start_edited(for_shop).await;
    let shop = Site::new("shop".parse().expect("a plain name"));
    let streams =
        StreamsSpec { in_bytes_max: 1 << 20, dead_bytes_max: 1 << 20, ..StreamsSpec::new(shop.clone()) };
    init(&server.jetstream("switchboard-admin").await, &streams).await.expect("init");
    let client = server.router_of(&shop, Purpose::Journal).await;
    assert_eq!(verify(&jetstream(&client), &streams).await, Ok(Vec::new()));
    let journal = Journal::new(&client, &shop, "test");
    let record = Line { subject: shop.journal_subject("evt.a.b.00"), payload: b"{}".to_vec() };
    journal.append(0, &[record.clone(), record]).await.expect("a batch");
    let ana = server.user("ana").await;
    settled(&ana, "shop.agent.ana.beat").await;
    refused(&server, &ana, "ana", "switchboard.api.ana.x").await;
}

/// The edit that deploy/nats/README.md tells.
fn for_shop(configuration: &str) -> String {
    configuration
        .replace("switchboard.", "shop.")
        .replace("SWITCHBOARD_IN", "SHOP_IN")
        .replace("SWITCHBOARD_EVENTS", "SHOP_EVENTS")
        .replace("SWITCHBOARD_DEAD", "SHOP_DEAD")
        .replace("SWITCHBOARD_OUT", "SHOP_OUT")
        .replace("SWITCHBOARD_POLICIES", "SHOP_POLICIES")
        .replace("SWITCHBOARD_BODIES", "SHOP_BODIES")
}

fn facts_consumer(filter: &str) -> pull::Config {
    pull::Config {
        durable_name: Some("warehouse".to_owned()),
        filter_subject: filter.to_owned(),
        ack_policy: AckPolicy::Explicit,
        ..pull::Config::default()
    }
}

async fn publish_input(server: &Server) {
    let gateway = jetstream(&server.user("gateway").await);
    for subject in ["switchboard.in.email.support", "switchboard.in.sms.line", "switchboard.in.chat.web"] {
        gateway.publish(subject, "{}".into()).await.expect("a publish").await.expect("an ack");
    }
}

async fn refused(server: &Server, client: &async_nats::Client, user: &str, subject: &str) {
    client.publish(subject.to_owned(), "{}".into()).await.expect("handed to the connection");
    server.refused(user, subject).await;
}

async fn refused_subscription(server: &Server, client: &async_nats::Client, user: &str, subject: &str) {
    let subscription = client.subscribe(subject.to_owned()).await.expect("handed to the connection");
    server.refused(user, subject).await;
    drop(subscription);
}
