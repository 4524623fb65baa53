//! Goal: the schemas on file are those of the types, and what the daemon writes is valid by them.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;
use switchboard::domain::Seq;
use switchboard::wire::{Lease, answer_beat, answer_from_record, answer_ok, answer_refusal, journal, schema};

use crate::golden;
use crate::journal::subjects;
use crate::samples::{names, records};

#[test]
fn the_schemas_on_file_are_those_of_the_types() {
    let folder = golden::root().join("deploy/schema/v1");
    let schemas = schema::schemas();
    let mut files = vec!["asyncapi.json".to_owned()];
    for (name, schema) in &schemas {
        let file = format!("{name}.json");
        golden::check(&folder.join(&file), &pretty(schema));
        files.push(file);
    }
    golden::check_no_other(&folder, &files);
}

#[test]
fn every_record_is_valid_by_its_schema_and_every_schema_has_a_record() {
    let (names, subjects, validators) = (names(), subjects(), validators());
    let mut unused: Vec<&String> = validators.keys().filter(|name| name.starts_with("event.")).collect();
    for record in records() {
        let line = journal::encode(&record, &names, &subjects);
        let value: Value = serde_json::from_slice(&line.payload).expect("a line is JSON");
        let event = format!("event.{}", journal::word(&record.event, &names));
        check(&validators, "envelope", &value);
        check(&validators, &event, &value["data"]);
        unused.retain(|name| **name != event);
    }
    assert!(unused.is_empty(), "no sample of {unused:?}");
}

#[test]
fn every_answer_is_valid_by_its_schema() {
    let (names, subjects, validators) = (names(), subjects(), validators());
    #[derive(serde::Serialize)]
    struct Body {
        unchanged: bool,
        agents: Vec<u8>,
    }
    let yes = answer_ok(Seq(7), &Body { unchanged: true, agents: vec![1] });
    check(&validators, "answer.ok", &json(&yes));
    let no = answer_refusal(Seq(0), "busy", "too many requests wait");
    check(&validators, "answer.refusal", &json(&no));
    assert!(
        !validators["answer.ok"].is_valid(&json(&no)) && !validators["answer.refusal"].is_valid(&json(&yes))
    );
    for lease in [Lease::Held, Lease::HeldElsewhere, Lease::NotSignedIn] {
        check(&validators, "answer.beat", &json(&answer_beat(lease)));
    }
    for record in records() {
        let line = journal::encode(&record, &names, &subjects);
        let answer = answer_from_record(&line.payload, true).expect("a record");
        check(&validators, "answer.ok", &json(&answer));
    }
}

#[test]
fn what_a_schema_forbids_is_found() {
    let validators = validators();
    let accept = |text: &str| validators["command.offer.accept"].is_valid(&json(text));
    assert!(accept(r#"{"offer":"o3","id":"1","if_version":2}"#));
    for wrong in [r#"{}"#, r#"{"offer":"c3"}"#, r#"{"offer":"o3","ofer":"o4"}"#] {
        assert!(!accept(wrong), "{wrong}");
    }
    let sms = |text: &str| validators["input.sms"].is_valid(&json(text));
    assert!(sms(r#"{"message_id":"1","from":"+1","to":{"id":"+2","type":"phone"},"new":[]}"#));
    assert!(sms(r#"{"message_id":"1","from":{"id":"+1"},"to":["+2"],"text":"hi"}"#));
    assert!(!sms(r#"{"message_id":1,"from":"+1"}"#));
}

fn validators() -> BTreeMap<String, Validator> {
    let validator = |schema: &Value| jsonschema::validator_for(schema).expect("a schema is valid");
    schema::schemas().into_iter().map(|(name, schema)| (name, validator(&schema))).collect()
}

fn check(validators: &BTreeMap<String, Validator>, name: &str, value: &Value) {
    let faults: Vec<String> = validators[name].iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{name}: {faults:?}\n{value:#}");
}

fn json(text: impl AsRef<[u8]>) -> Value {
    serde_json::from_slice(text.as_ref()).expect("JSON")
}

pub fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("a value is printed");
    format!("{text}\n")
}
