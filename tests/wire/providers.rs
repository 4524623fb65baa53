//! Goal: the work on a body of any provider grows with its size, not with the square of it, whatever in it is many or
//! long. Method: in each committed seed of the fuzzer each list gets many entries, each object many members and each
//! text many letters; then twice as many, and what is allocated while it is read, counted and in bytes, may at most
//! about double. The loops of the formats copy what they find, so allocations are their steps; time is not asked.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use allocation_counter::AllocationInfo;
use serde_json::{Map, Value, json};
use switchboard::domain::{Channel, Format};
use switchboard::wire::normalize::Handed;

use crate::targets;

/// So many of something there are, before they are doubled: no more than a body may tell things.
const TIMES: usize = 120;
/// What stands in any body, whatever its size: allocations, and their bytes.
const SLACK: (u64, u64) = (50, 4_096);

/// A place in a body that can be made larger, by the keys and numbers that lead there.
type Place = Vec<String>;
type Seen = BTreeSet<(Format, Place)>;

#[test]
fn the_work_on_a_chat_doubles() {
    every_seed("chat", Channel::Chat, &targets::formats(Channel::Chat));
}

#[test]
fn the_work_on_a_short_message_doubles() {
    every_seed("sms", Channel::Sms, &targets::formats(Channel::Sms));
}

#[test]
fn the_work_on_our_own_json_doubles() {
    for channel in targets::canonical_channels().iter().filter(|channel| **channel != Channel::Work) {
        let body = json!([{"message_id": "m1", "from": {"id": "jo1", "name": "Jo", "aliases": ["jo2"]},
            "to": [{"id": "us"}], "text": "hello 1", "thread_id": "t1", "references": ["r1"], "flags": ["f1"],
            "attachments": [{"url": "https://x.test/1", "filename": "1.png"}], "meta": {"a": "b"},
            "contacts": [{"name": "Kim 1", "phones": ["+4930901821"]}],
            "location": {"latitude": 1.0, "longitude": 2.0, "title": "here 1"}}]);
        larger(Format::Switchboard, *channel, &body, &|value| value.to_string(), &mut Seen::new());
    }
}

/// XMPP has stanzas in place of JSON.
#[test]
fn the_work_on_a_stanza_doubles() {
    let pieces = [
        "<x xmlns='jabber:x:oob'><url>https://x.test/{}</url></x>",
        "<file-sharing xmlns='urn:xmpp:sfs:0'><sources><a target='https://x.test/{}'/></sources></file-sharing>",
        "<body>a{}</body>",
        "<stanza-id xmlns='urn:xmpp:sid:0' id='{}' by='us@x.test'/>",
        "<reactions xmlns='urn:xmpp:reactions:0' id='a'><reaction>{}</reaction></reactions>",
        "<subject>a{}</subject>",
        "<a{}/>",
        "<!-- {} -->",
        "&amp;{}",
        "a {} ",
    ];
    for piece in pieces {
        doubles(piece, &|times| {
            let many: String = (0..times).map(|number| piece.replace("{}", &number.to_string())).collect();
            let stanza =
                format!("<message from='jo@y.test/a' to='us@x.test' id='1'><body>x</body>{many}</message>");
            taken(Format::Xmpp, Channel::Chat, stanza.as_bytes())
        });
        doubles(&format!("within a body: {piece}"), &|times| {
            let many: String = (0..times).map(|number| piece.replace("{}", &number.to_string())).collect();
            let stanza =
                format!("<message from='jo@y.test/a' to='us@x.test' id='1'><body>{many}</body></message>");
            taken(Format::Xmpp, Channel::Chat, stanza.as_bytes())
        });
    }
}

fn every_seed(folder: &str, channel: Channel, formats: &[Format]) {
    let mut seen = Seen::new();
    for path in seeds(folder) {
        let seed = fs::read(&path).expect("a seed can be read");
        let (format, body) = targets::chosen(formats, &seed).expect("a seed is not empty");
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            larger(format, channel, &value, &|value| value.to_string(), &mut seen);
        } else if format != Format::Xmpp {
            larger(format, channel, &members(body), &form, &mut seen);
        }
    }
    for format in formats.iter().filter(|format| **format != Format::Xmpp) {
        assert!(seen.iter().any(|(grown, _)| grown == format), "no seed of {format} was made larger");
    }
}

/// Makes a body larger at each of its places, but at those that another body of the format has had.
fn larger(format: Format, channel: Channel, body: &Value, write: &dyn Fn(&Value) -> String, seen: &mut Seen) {
    let mut places = Vec::new();
    look(body, &mut Vec::new(), &mut places);
    for place in places {
        let is_number = |step: &String| step.bytes().all(|byte| byte.is_ascii_digit());
        let mut whatever: Place =
            place.iter().map(|step| if is_number(step) { "0" } else { step }.to_owned()).collect();
        // An object is another one with other lists in it.
        let members = body.pointer(&pointer(&place)).and_then(Value::as_object).into_iter().flatten();
        whatever.extend(members.filter(|(_, value)| value.is_array()).map(|(name, _)| format!("{name} []")));
        if !seen.insert((format, whatever)) {
            continue;
        }
        doubles(&format!("{format}, {channel}: /{} of {body}", place.join("/")), &|times| {
            let mut body = body.clone();
            grow(body.pointer_mut(&pointer(&place)).expect("it was seen"), times);
            taken(format, channel, write(&body).as_bytes())
        });
    }
}

fn look(value: &Value, at: &mut Place, places: &mut Vec<Place>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            at.push(name.clone());
            look(value, at, places);
            at.pop();
        }),
        Value::Array(list) => list.iter().enumerate().for_each(|(number, value)| {
            at.push(number.to_string());
            look(value, at, places);
            at.pop();
        }),
        Value::String(_) => {}
        Value::Null | Value::Bool(_) | Value::Number(_) => return,
    }
    places.push(at.clone());
}

fn pointer(place: &Place) -> String {
    place.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
}

fn grow(value: &mut Value, times: usize) {
    match value {
        Value::Array(list) => {
            let seen = std::mem::take(list);
            let one = |number: usize| seen.get(number % seen.len().max(1)).cloned().unwrap_or(json!("1"));
            list.extend((0..times).map(|number| numbered(one(number), number)));
        }
        Value::Object(members) => {
            // The files of a form are members with a number each.
            let counted = members.keys().filter(|name| name.ends_with('0')).cloned().collect::<Vec<_>>();
            let named =
                |name: &str, number: usize| name.trim_end_matches('0').to_owned() + &number.to_string();
            let files = (0..times)
                .flat_map(|number| counted.iter().map(move |name| (named(name, number), json!("x"))));
            let unknown = (0..times).map(|number| (format!("unknown {number}"), json!("x")));
            members.extend(files.chain(unknown).collect::<Map<_, _>>());
            // Lists beside each other may be looked through for each other.
            members.values_mut().filter(|value| value.is_array()).for_each(|list| grow(list, times));
            if members.contains_key("NumMedia") {
                members.insert("NumMedia".to_owned(), json!(times.to_string()));
            }
        }
        Value::String(text) => text.extend((0..times).map(|number| format!(" a{number}"))),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The same with other ids: what has a digit is told apart by its number.
fn numbered(value: Value, number: usize) -> Value {
    match value {
        Value::String(text) if text.contains(|char: char| char.is_ascii_digit()) && !text.contains('T') => {
            json!(format!("{text}{number}"))
        }
        Value::Number(count) => {
            count.as_u64().map_or(Value::Number(count), |count| json!(count + number as u64))
        }
        Value::Array(list) => list.into_iter().map(|one| numbered(one, number)).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, numbered(value, number))).collect())
        }
        other => other,
    }
}

fn members(body: &[u8]) -> Value {
    let body = body.strip_prefix(b"?").unwrap_or(body);
    let members = form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), json!(value)));
    Value::Object(members.collect())
}

fn form(value: &Value) -> String {
    let members = value.as_object().into_iter().flatten();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(members.filter_map(|(name, value)| Some((name, value.as_str()?))));
    form.finish()
}

fn doubles(what: &str, taken: &dyn Fn(usize) -> AllocationInfo) {
    let grown = grown(taken);
    assert!(grown.is_none(), "{what:.500}: {grown:?}");
}

/// What grows by more than its size, if something does: before and behind.
fn grown(taken: &dyn Fn(usize) -> AllocationInfo) -> Option<(u64, u64)> {
    // What is made once for all bodies is made before.
    taken(1);
    let (small, large) = (taken(TIMES), taken(TIMES * 2));
    let counts = (small.count_total, large.count_total, SLACK.0);
    let bytes = (small.bytes_total, large.bytes_total, SLACK.1);
    let found = [counts, bytes].into_iter().find(|(small, large, slack)| *large > small * 21 / 10 + slack);
    found.map(|(small, large, _)| (small, large))
}

/// A loop within the loop is found among all that a body takes: here each message looks at each card once.
#[test]
fn a_look_at_each_card_for_each_message_is_seen() {
    let body = |times: usize| {
        let card = |number| json!({"wa_id": format!("493090{number:04}"), "profile": {"name": "Jo"}});
        let said = |number| {
            json!({"from": format!("493090{number:04}"), "id": format!("w{number}"),
            "timestamp": "1775000000", "type": "text", "text": {"body": "hello"}})
        };
        let of = |one: &dyn Fn(usize) -> Value| (0..times).map(one).collect::<Value>();
        json!({"contacts": of(&card), "messages": of(&said)}).to_string().into_bytes()
    };
    let read = |times| targets::body(Format::WhatsApp, Channel::Chat, &body(times), Handed::default());
    let looked =
        |times: usize| (0..times * times).for_each(|pair| drop(std::hint::black_box(pair.to_string())));
    assert_eq!(grown(&|times| allocation_counter::measure(|| read(times))), None);
    let planted = grown(&|times| {
        allocation_counter::measure(|| {
            read(times);
            looked(times);
        })
    });
    assert!(planted.is_some());
}

/// What is allocated while a body is read by the daemon and shown, whether or not it can be.
fn taken(format: Format, channel: Channel, body: &[u8]) -> AllocationInfo {
    allocation_counter::measure(|| targets::body(format, channel, body, Handed::default()))
}

fn seeds(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(folder);
    let entries = fs::read_dir(folder).expect("a folder of seeds");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}
