//! Goal: the AsyncAPI document on file is that of the types, its references lead somewhere, and its
//! addresses are those that the table of subjects makes.

use serde_json::Value;
use switchboard::wire::subject::part;
use switchboard::wire::{Hint, asyncapi, schema};

use crate::golden;
use crate::journal::subjects;
use crate::samples::name;
use crate::schema::pretty;

#[test]
fn the_document_on_file_is_that_of_the_types() {
    golden::check(&golden::root().join("deploy/schema/v1/asyncapi.json"), &pretty(&asyncapi::document()));
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_referred_to() {
    let document = asyncapi::document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    let schemas = schema::schemas();
    for reference in &references {
        let found = match reference.strip_prefix("./") {
            Some(file) => schemas.iter().any(|(name, _)| format!("{name}.json") == file),
            None => document.pointer(reference.trim_start_matches('#')).is_some(),
        };
        assert!(found, "{reference} leads nowhere");
    }
    for (name, _) in &schemas {
        assert!(references.contains(&format!("./{name}.json").as_str()), "nothing refers to {name}");
    }
    for message in document["components"]["messages"].as_object().expect("messages").keys() {
        let reference = format!("#/components/messages/{message}");
        assert!(references.contains(&reference.as_str()), "no channel carries {message}");
    }
}

#[test]
fn every_address_is_what_the_table_of_subjects_makes() {
    let (subjects, ana) = (subjects(), name("ana"));
    let part = format!("{:02x}", part("o3"));
    let fact = [("entity", "offer"), ("event", "made"), ("part", &part)];
    let published = subjects.record("offer.made", "o3");
    let content = subjects.record("content.message", "o3");
    for (channel, parameters, subject) in [
        ("input", &[("channel", "sms"), ("source", "line")][..], subjects.message("sms", "line")),
        ("command", &[("actor", "ana"), ("verb", "offer.accept")], subjects.command(&ana, "offer.accept")),
        ("api", &[("actor", "ana"), ("verb", "status")], subjects.request(&ana, "status")),
        ("fact", &fact, published.replacen(".j.", ".", 1)),
        ("live", &fact, published.replacen(".j.evt.", ".live.", 1)),
        ("content", &[("event", "message"), ("part", &part)], content.replacen(".j.", ".", 1)),
        ("dead", &[("channel", "sms"), ("source", "line")], subjects.dead(&subjects.message("sms", "line"))),
        ("out", &[("channel", "sms"), ("source", "line")], subjects.out("sms", &name("line"))),
        ("hint", &[("agent", "ana"), ("hint", "offer")], subjects.hint(&ana, Hint::Offer)),
        ("agent_beat", &[("agent", "ana")], subjects.agent_beat(&ana)),
    ] {
        assert_eq!(address(channel, parameters), subject, "{channel}");
    }
}

/// The address of a channel with its parameters filled in; each word must be one that it lists.
fn address(channel: &str, parameters: &[(&str, &str)]) -> String {
    let document = asyncapi::document();
    let channel = &document["channels"][channel];
    let mut address = channel["address"].as_str().expect("an address").to_owned();
    let prefix = channel["parameters"]["prefix"]["default"].as_str().expect("a usual prefix");
    for (parameter, word) in parameters.iter().copied().chain([("prefix", prefix)]) {
        let listed = &channel["parameters"][parameter];
        assert!(listed.is_object(), "{parameter} is not told");
        let words = listed["enum"].as_array();
        assert!(words.is_none_or(|words| words.iter().any(|known| known == word)), "{word} is not listed");
        address = address.replace(&format!("{{{parameter}}}"), word);
    }
    address
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (member, inner) in members {
                match inner.as_str() {
                    Some(reference) if member == "$ref" => references.push(reference),
                    _ => collect(inner, references),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, references)),
        _ => {}
    }
}
