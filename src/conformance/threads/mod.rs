//! The suite `threads`: a row is a list of mails, in and out, and of what agents do. Each mail that comes in
//! is written out as raw bytes and goes through the decoder and the engine; each that goes out is a command
//! of ours, and the id that it was given stands from then on for the one that the row gives it.

mod post;
mod run;
mod site;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Checked, Files};
use crate::domain::{ConversationId, ThreadFlag};
use run::{Run, Told};

pub(super) fn check(row: &Value, _files: &Files<'_>) -> Checked {
    let expected = row.get("expect").cloned().unwrap_or_default();
    let run = match Run::of(row) {
        Ok(run) => run,
        Err(fault) => return Checked { pass: false, expected, got: json!({ "fault": fault }) },
    };
    let mut got = Map::new();
    let mut pass = true;
    for (member, wanted) in expected.as_object().into_iter().flatten() {
        let value = produced(&run, member, wanted);
        pass &= match member.as_str() {
            "conversations" => groups(&value) == groups(wanted),
            _ => value == *wanted,
        };
        got.insert(member.clone(), value);
    }
    Checked { pass: pass && !got.is_empty(), expected, got: Value::Object(got) }
}

/// What came of a row, in the form of the member that expects something of it.
fn produced(run: &Run, member: &str, wanted: &Value) -> Value {
    let told = |take: &dyn Fn(&Told) -> bool| -> Value {
        run.told.iter().filter(|(_, told)| take(told)).map(|(id, _)| Value::from(id.as_str())).collect()
    };
    match member {
        "conversations" => conversations(run),
        "duplicates" => told(&|told| told.is_duplicate),
        "reopened" => told(&|told| told.reopened),
        "not_messages" => told(&|told| told.is_inbound && told.message.is_none() && !told.is_duplicate),
        "order" => run.order(),
        _ => of_each(wanted, |id, wanted| of_event(run, member, id, wanted)),
    }
}

/// The same for each event that is named.
fn of_each(wanted: &Value, produce: impl Fn(&str, &Value) -> Value) -> Value {
    let events = wanted.as_object().into_iter().flatten();
    Value::Object(events.map(|(id, wanted)| (id.clone(), produce(id, wanted))).collect())
}

fn of_event(run: &Run, member: &str, id: &str, wanted: &Value) -> Value {
    let Some(told) = run.event(id) else { return Value::Null };
    match member {
        "flags" => flags(told, wanted),
        "follow_up_of" => told.follow_up_of.map_or(Value::Null, |before| run.first_of(before)),
        "related" => told.related.map_or(Value::Null, |other| run.first_of(other)),
        "auto_reply_allowed" => json!(told.may_auto_reply),
        "delivery" => json!(told.message.and_then(|message| run.delivery(message))),
        "mailboxes" => json!(told.conversation.map(|conversation| run.mailboxes(conversation))),
        "classes" => json!(told.class),
        _ => json!("there is no such member"),
    }
}

/// The words of threading, all of them; of those that the decoder says, the ones that are asked for, since
/// it has many more.
fn flags(told: &Told, wanted: &Value) -> Value {
    let asked: BTreeSet<&str> = wanted.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let decoder = told.decoder_flags.iter().map(String::as_str).filter(|flag| asked.contains(flag));
    let stranger = told.new_participant.then_some("new_participant");
    let words = told.flags.iter().map(|flag| ThreadFlag::as_str(*flag)).chain(stranger).chain(decoder);
    let words: BTreeSet<&str> = words.collect();
    if asked == words { wanted.clone() } else { json!(words) }
}

fn conversations(run: &Run) -> Value {
    let mut groups: BTreeMap<ConversationId, Vec<&str>> = BTreeMap::new();
    for (id, told) in &run.told {
        if let (Some(conversation), Some(_)) = (told.conversation, told.message) {
            groups.entry(conversation).or_default().push(id);
        }
    }
    json!(groups.values().collect::<Vec<_>>())
}

/// The groups without their order, and that of their members.
fn groups(value: &Value) -> BTreeSet<BTreeSet<&str>> {
    let members = |list| -> BTreeSet<&str> {
        Value::as_array(list).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    value.as_array().into_iter().flatten().map(members).collect()
}
