//! Goal: a record read back is the record written, its public form is what reviewers see in
//! `events/*.json`, and what is not a record of ours is told apart by how replay must take it.

use serde_json::{Value, json};
use switchboard::domain::{ActorId, AgentOrigin, NameKind, Names, Seq};
use switchboard::engine::event::{Event, Recorded};
use switchboard::wire::{RecordFault, Subjects, answer_from_record, journal};

use crate::golden;
use crate::samples::{NOW, name, names, records};

pub fn subjects() -> Subjects {
    Subjects::new(name("switchboard"))
}

#[test]
fn every_event_is_read_back_as_it_was_written() {
    let (names, subjects) = (names(), subjects());
    for record in records() {
        let line = journal::encode(&record, &names, &subjects);
        let stored = line.subject.replacen(".j.", ".", 1);
        assert_ne!(stored, line.subject);
        for subject in [&line.subject, &stored] {
            assert_eq!(journal::decode(subject, &line.payload, &names), Ok(record.clone()));
        }
    }
}

#[test]
fn every_event_has_its_public_form_on_file() {
    let (names, subjects) = (names(), subjects());
    let mut known = Vec::new();
    for record in records() {
        let line = journal::encode(&record, &names, &subjects);
        // Where an event has several samples, the fullest stands last and is the one on file.
        let file = format!("{}.json", journal::word(&record.event, &names));
        known.retain(|(name, _)| *name != file);
        known.push((file, pretty(&line.subject, &line.payload)));
    }
    let folder = golden::here().join("events");
    known.iter().for_each(|(file, text)| golden::check(&folder.join(file), text));
    let files: Vec<String> = known.into_iter().map(|(file, _)| file).collect();
    golden::check_no_other(&folder, &files);
}

#[test]
fn members_that_a_later_version_adds_are_passed_over() {
    let (names, subjects) = (names(), subjects());
    for record in records() {
        let line = journal::encode(&record, &names, &subjects);
        let text = String::from_utf8(line.payload).expect("JSON is UTF-8");
        let grown = text.replace(r#""data":{"#, r#""traceparent":"00-1","data":{"later":[{}],"#);
        let grown = grown.replace(r#""later":[{}],}"#, r#""later":[{}]}"#);
        assert_eq!(journal::decode(&line.subject, grown.as_bytes(), &names), Ok(record));
    }
}

#[test]
fn an_agent_of_a_time_before_work_is_one_of_the_files() {
    let (names, subjects) = (names(), subjects());
    let upserted = records().into_iter().find(|record| matches!(record.event, Event::AgentUpserted { .. }));
    let record = upserted.expect("there is a sample");
    let line = journal::encode(&record, &names, &subjects);
    let mut old: Value = serde_json::from_slice(&line.payload).expect("JSON");
    let data = old["data"].as_object_mut().expect("an object");
    data.remove("origin").expect("it is there");
    for table in ["costs", "maxima"] {
        data["capacity"][table].as_object_mut().expect("an object").remove("work").expect("it is there");
    }
    let read = journal::decode(&line.subject, old.to_string().as_bytes(), &names).expect("a record");
    let Event::AgentUpserted { capacity, origin, .. } = read.event else { panic!("an agent") };
    assert_eq!((capacity.costs[3], capacity.maxima[3], origin), (1, None, AgentOrigin::File));
}

/// The records of a time before replies and notices were carried, as far as they differ from those of today.
#[test]
fn every_record_of_an_early_time_is_read() {
    let folder = golden::here().join("events_before_delivery");
    let mut told = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the entry is read").path();
        let text = std::fs::read_to_string(&path).expect("the file is read");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let subject = file["published_to"].as_str().expect("a subject");
        let read = journal::decode(subject, file["record"].to_string().as_bytes(), &names());
        match read.unwrap_or_else(|fault| panic!("{}: {fault}", path.display())).event {
            Event::MessageReplied(replied) => told.push(replied.way.is_some()),
            Event::EscalationRaised(raised) => told.push(raised.stood.is_some()),
            _ => {}
        }
    }
    assert_eq!(told, [false, false]);
}

#[test]
fn a_record_that_tells_a_part_of_its_way_is_broken() {
    for (word, member) in [("message.replied", "channel"), ("escalation.raised", "ladder")] {
        let (names, subjects) = (names(), subjects());
        let record = records().into_iter().find(|record| journal::word(&record.event, &names) == word);
        let line = journal::encode(&record.expect("there is a sample"), &names, &subjects);
        let mut torn: Value = serde_json::from_slice(&line.payload).expect("JSON");
        torn["data"].as_object_mut().expect("an object").remove(member).expect("it is there");
        let fault = journal::decode(&line.subject, torn.to_string().as_bytes(), &names).expect_err("broken");
        let sentence = format!("a broken record: data of `{word}`: missing member `{member}`");
        assert_eq!(fault.to_string(), sentence);
    }
}

#[test]
fn the_first_records_name_their_own_actors() {
    let (empty, mut grown, subjects) = (Names::default(), Names::default(), subjects());
    grown.add(NameKind::Actor, &[name("ana")]);
    let led = Event::Led { epoch: 1, instance: "a".into(), version: "b".into() };
    let named = Event::Named { kind: NameKind::Actor, first: 1, names: vec![name("ana")] };
    for (actor, event) in [(Names::SITE, led), (ActorId(1), named)] {
        let record = Recorded { seq: Seq(1), at: NOW, inseq: 0, actor, command: None, event };
        let line = journal::encode(&record, &grown, &subjects);
        assert_eq!(journal::decode(&line.subject, &line.payload, &empty), Ok(record));
    }
}

#[test]
fn an_answer_is_made_from_the_stored_record() {
    let answer = |repeated| {
        let answer = answer_from_record(made().as_bytes(), repeated).expect("a record");
        String::from_utf8(answer).expect("JSON is UTF-8")
    };
    let event = r#""event":"offer.made","subject":"o3","data":{"offer":"o3","#;
    assert!(answer(false).starts_with(&format!(r#"{{"ok":true,"seq":5,{event}"#)), "{}", answer(false));
    assert!(answer(true).starts_with(&format!(r#"{{"ok":true,"seq":5,"repeated":true,{event}"#)));
}

#[test]
fn what_is_not_a_record_of_ours_is_foreign() {
    check("switchboard.evt.offer.made.00", "hello", "a foreign record: not a CloudEvent");
    check("switchboard.evt.offer.made.00", "", "a foreign record: not a CloudEvent");
    check("switchboard.offer", &made(), "a foreign record: its subject is not one of the journal");
    check(
        "switchboard.evt.offer.made.00",
        &made().replace("/switchboard/switchboard", "/switchboard/other"),
        "a foreign record: its source is not this site",
    );
    check(
        "switchboard.evt.offer.made.00",
        &made().replace("switchboard.offer.made.v1", "org.example.made"),
        "a foreign record: its type is not one of ours",
    );
}

#[test]
fn an_unknown_type_of_ours_is_told_so() {
    check(
        "switchboard.evt.offer.doubled.00",
        &made().replace("offer.made.v1", "offer.doubled.v1"),
        "the event type `switchboard.offer.doubled.v1` is not known to this version",
    );
    check(
        "switchboard.evt.offer.made.00",
        &made().replace("offer.made.v1", "offer.made.v2"),
        "the event type `switchboard.offer.made.v2` is not known to this version",
    );
}

#[test]
fn a_record_of_ours_that_cannot_be_read_is_broken() {
    for (from, to, sentence) in [
        (r#""offer":"o3","#, "", "data of `offer.made`: missing member `offer` at line 1 column 288"),
        (
            r#""agent":"ana""#,
            r#""agent":"zoe""#,
            "data of `offer.made`: no event before it named the agent `zoe`",
        ),
        (r#""actor":"ana""#, r#""actor":"zoe""#, "no event before it named its actor"),
        (r#""inseq":"41""#, r#""inseq":"x""#, "`inseq` is not a number"),
        (r#""seq":"5","#, "", "envelope: missing member `seq` at line 1 column 573"),
        ("offer.made.v1", "offer.expired.v1", "its type is not that of its subject"),
    ] {
        assert!(made().contains(from), "{from}");
        let sentence = format!("a broken record: {sentence}");
        check("switchboard.evt.offer.made.00", &made().replacen(from, to, 1), &sentence);
    }
}

fn check(subject: &str, payload: &str, sentence: &str) {
    let fault = journal::decode(subject, payload.as_bytes(), &names()).expect_err("not a record");
    assert_eq!(fault.to_string(), sentence);
    assert_eq!(matches!(fault, RecordFault::Foreign(_)), sentence.starts_with("a foreign"));
}

fn made() -> String {
    let mut record = records()
        .into_iter()
        .find(|record| matches!(record.event, Event::OfferMade(_)))
        .expect("there is a sample");
    (record.seq, record.actor, record.command) = (Seq(5), ActorId(1), None);
    let line = journal::encode(&record, &names(), &subjects());
    String::from_utf8(line.payload).expect("JSON is UTF-8")
}

fn pretty(subject: &str, payload: &[u8]) -> String {
    let record: Value = serde_json::from_slice(payload).expect("a line is JSON");
    let file = json!({ "published_to": subject, "record": record });
    format!("{}\n", serde_json::to_string_pretty(&file).expect("a value is printed"))
}
