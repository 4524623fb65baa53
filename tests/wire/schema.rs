//! Goal: the schemas on file are those of the types, and what the daemon writes is valid by them.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;
use switchboard::wire::{journal, schema};

use crate::golden;
use crate::journal::subjects;
use crate::samples::{names, records};

#[test]
fn the_schemas_on_file_are_those_of_the_types() {
    let folder = golden::root().join("deploy/schema/v1");
    let schemas = schema::schemas();
    for (file, schema) in &schemas {
        let text = serde_json::to_string_pretty(schema).expect("a value is printed");
        golden::check(&folder.join(file), &format!("{text}\n"));
    }
    let files: Vec<String> = schemas.into_iter().map(|(file, _)| file).collect();
    golden::check_no_other(&folder, &files);
}

#[test]
fn every_record_is_valid_by_its_schema_and_every_schema_has_a_record() {
    let (names, subjects, validators) = (names(), subjects(), validators());
    let mut unused: Vec<&String> = validators.keys().filter(|file| file.starts_with("event.")).collect();
    for record in records() {
        let line = journal::encode(&record, &names, &subjects);
        let value: Value = serde_json::from_slice(&line.payload).expect("a line is JSON");
        let event = format!("event.{}.json", journal::word(&record.event, &names));
        check(&validators, "envelope.json", &value);
        check(&validators, &event, &value["data"]);
        unused.retain(|file| **file != event);
    }
    assert!(unused.is_empty(), "no sample of {unused:?}");
}

#[test]
fn what_a_schema_forbids_is_found() {
    let validators = validators();
    let accept = |text: &str| validators["command.offer.accept.json"].is_valid(&json(text));
    assert!(accept(r#"{"offer":"o3","id":"1","if_version":2}"#));
    for wrong in [r#"{}"#, r#"{"offer":"c3"}"#, r#"{"offer":"o3","ofer":"o4"}"#] {
        assert!(!accept(wrong), "{wrong}");
    }
    let sms = |text: &str| validators["input.sms.json"].is_valid(&json(text));
    assert!(sms(r#"{"message_id":"1","from":"+1","to":{"id":"+2","type":"phone"},"new":[]}"#));
    assert!(sms(r#"{"message_id":"1","from":{"id":"+1"},"to":["+2"],"text":"hi"}"#));
    assert!(!sms(r#"{"message_id":1,"from":"+1"}"#));
}

fn validators() -> BTreeMap<String, Validator> {
    let validator = |schema: &Value| jsonschema::validator_for(schema).expect("a schema is valid");
    schema::schemas().into_iter().map(|(file, schema)| (file, validator(&schema))).collect()
}

fn check(validators: &BTreeMap<String, Validator>, file: &str, value: &Value) {
    let faults: Vec<String> = validators[file].iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{file}: {faults:?}\n{value:#}");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}
