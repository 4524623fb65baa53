//! A carrier that cannot get rid of what it owes: it holds so much of it, reads the rest from the journal, and
//! loses, doubles and reorders nothing.

use std::sync::Arc;

use switchboard::domain::{Names, Seq, Timestamp};
use switchboard::engine::command::RefusedInput;
use switchboard::engine::effect::react;
use switchboard::engine::event::{Event, Recorded};
use switchboard::shell::journal::{Journal, Line};
use switchboard::shell::nats::{Purpose, jetstream};
use switchboard::shell::outbox::{Exits, Marks, Outbox};
use switchboard::shell::stored;
use switchboard::shell::streams::init;
use switchboard::wire::{Subjects, journal};

use crate::support::{server_with_streams, site, spec, until};

/// More than a carrier holds in memory.
const COUNT: u64 = 1_300;

#[tokio::test]
async fn what_finds_no_room_is_read_from_the_journal_and_leaves_in_its_order() {
    let server = server_with_streams().await;
    let client = server.router(Purpose::Journal).await;
    let (site, subjects) = (site(), Subjects::new("switchboard".parse().expect("a name")));
    let names = Names::default();
    let events = Arc::new(Journal::new(&client, &site, "test"));
    let records: Vec<Recorded> = (1..=COUNT).map(refused).collect();
    for (group, behind) in records.chunks(650).zip((0..).step_by(650)) {
        let lines: Vec<Line> = group
            .iter()
            .map(|recorded| journal::encode(recorded, &names, &subjects))
            .map(|line| Line { subject: line.subject, payload: line.payload })
            .collect();
        events.append(behind, &lines).await.expect("a batch");
    }
    let admin = server.jetstream("switchboard-admin").await;
    admin.delete_stream("SWITCHBOARD_DEAD").await.expect("an operator's deed");

    let exits =
        Exits { client: &client, site: &site, subjects: &subjects, instance: "test", journal: &events };
    let outbox = Outbox::start(&exits, Marks::default(), None);
    for recorded in &records {
        outbox.carry_out(react(recorded, &names), &names);
    }
    init(&admin, &spec()).await.expect("the stream is made again");
    until("every dead letter", || async {
        let dead = admin.get_stream("SWITCHBOARD_DEAD").await.expect("the stream");
        dead.cached_info().state.messages == COUNT
    })
    .await;
    let js = jetstream(&client);
    for place in [1, 1_024, 1_025, 1_026, COUNT] {
        let letter = stored::get(&js, "SWITCHBOARD_DEAD", place).await.expect("an answer").expect("a letter");
        let cause = letter.headers.get("Switchboard-Seq").map(|value| value.as_str().to_owned());
        assert_eq!(cause, Some(place.to_string()));
    }
}

fn refused(seq: u64) -> Recorded {
    let refused = RefusedInput {
        subject: "switchboard.in.sms.line".to_owned(),
        channel: None,
        code: "not_json".to_owned(),
        reason: "not JSON".to_owned(),
    };
    let event = Event::InputRefused(Box::new(refused));
    Recorded { seq: Seq(seq), at: Timestamp(0), inseq: seq, actor: Names::SITE, command: None, event }
}
