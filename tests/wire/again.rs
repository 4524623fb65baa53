//! Goal: what `switchboard normalize` prints of a chat or of SMS is what the daemon takes of it, and valid input of a
//! source whose format is `switchboard`. Method: every body of our rows and seeds, whole and damaged, is normalized,
//! then each line again; and the daemon's decoder is asked what it refuses.

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use serde_json::{Value, json};
use switchboard::domain::{Channel, Format, Source};
use switchboard::wire::canonical::message::CanonicalMessage;
use switchboard::wire::format::Item;
use switchboard::wire::normalize::{Handed, normalize};
use switchboard::wire::{DecodeError, Decoded, Decoder, Inbound, Input, Keys};

use crate::journal::subjects;
use crate::samples::{NOW, name};
use crate::targets;

#[test]
fn each_line_of_normalize_is_valid_input_and_gives_itself() {
    let (mut count, mut failed) = (0, Vec::new());
    for (format, channel, body) in bodies() {
        for message in messages(normalized(format, channel, &body)) {
            let line = json!(message).to_string();
            let again = normalized(Format::Switchboard, Channel::Chat, line.as_bytes());
            let is_same =
                again.as_deref().is_ok_and(|again| matches!(again, [Item::Message(one)] if **one == message));
            if !is_same {
                failed.push(format!("{format}: {line}\n  becomes {again:?}"));
            }
            count += 1;
        }
    }
    assert!(failed.is_empty(), "{} of {count} lines:\n{}", failed.len(), failed.join("\n"));
    assert!(count > 1_000, "there are {count} lines");
}

#[test]
fn the_daemon_refuses_what_normalize_refuses() {
    let (mut refused, mut failed) = (0, Vec::new());
    for (format, channel, body) in bodies() {
        let shown = normalized(format, channel, &body);
        let is_whole = shown.as_ref().is_ok_and(|items| !items.iter().any(is_refused));
        let taken = decoded(format, channel, &body);
        let is_taken =
            taken.as_ref().is_ok_and(|told| !told.iter().any(|one| matches!(one, Inbound::Refused(..))));
        if is_whole != is_taken {
            let body = String::from_utf8_lossy(&body);
            failed.push(format!("{format}: {body}\n  {shown:?}\n  {taken:?}"));
        }
        refused += usize::from(!is_taken);
        if !is_taken {}
    }
    assert!(failed.is_empty(), "{} bodies:\n{}", failed.len(), failed.join("\n"));
    assert!(refused > 100, "{refused} are refused");
}

/// What has no id could not be named later, and what names nobody could not be answered.
#[test]
fn what_has_no_id_or_no_sender_is_refused_alone_and_beside_others() {
    let said =
        |id: Value, from: Value| json!({ "from": from, "id": id, "type": "text", "text": { "body": "x" } });
    let whole = said(json!("a"), json!("49170"));
    for broken in [said(Value::Null, json!("49170")), said(json!("w"), json!({ "x": 1 }))] {
        let body = |messages: &[&Value]| json!({ "messages": messages }).to_string();
        let alone = normalized(Format::WhatsApp, Channel::Chat, body(&[&broken]).as_bytes());
        assert_eq!(alone.expect_err("it is refused").0, "bad_member", "{broken}");
        let both = normalized(Format::WhatsApp, Channel::Chat, body(&[&broken, &whole]).as_bytes());
        let both = both.expect("the other is taken");
        assert!(matches!(&both[..], [Item::Refused("bad_member", _), Item::Message(_)]), "{both:?}");
        // Which one it was is told, in the order of the body.
        let missing = if broken["id"].is_null() { "message_id" } else { "from" };
        let reason = format!("number 2 of the list: missing member `{missing}`");
        let last = body(&[&whole, &broken]);
        let told = normalized(Format::WhatsApp, Channel::Chat, last.as_bytes()).expect("one is taken");
        assert_eq!(told.get(1), Some(&Item::Refused("bad_member", reason.clone())));
        let told = decoded(Format::WhatsApp, Channel::Chat, last.as_bytes()).expect("one is taken");
        assert!(
            told.iter().any(|one| matches!(one, Inbound::Refused(_, told) if *told == reason)),
            "{told:?}"
        );
    }
    let telegram = normalized(Format::Telegram, Channel::Chat, br#"{"update_id":1,"message":"x"}"#);
    assert_eq!(telegram.expect_err("it is refused").0, "bad_member");
}

/// Somebody sent it: that nothing stands in it is for an agent to see.
#[test]
fn an_empty_message_is_one_in_our_own_json_too() {
    let body = b"Body=&From=%2B4930901821&To=%2B4930901820&MessageSid=SM1&NumMedia=0";
    let [message] = &messages(normalized(Format::Twilio, Channel::Sms, body))[..] else {
        panic!("a message")
    };
    assert_eq!(message.text.as_deref(), Some(""));
    let line = json!(message).to_string();
    let again = messages(normalized(Format::Switchboard, Channel::Sms, line.as_bytes()));
    assert_eq!(again, std::slice::from_ref(message));
    let bare = br#"{"message_id":"1","from":"+4930901821"}"#;
    let bare = normalized(Format::Switchboard, Channel::Sms, bare);
    assert_eq!(bare.expect_err("it says nothing").0, "no_content");
}

#[test]
fn of_a_list_it_is_told_which_one_is_broken() {
    let own = |id: &str, text: Value| json!({ "message_id": id, "from": "+4930901821", "text": text });
    let body = json!([own("1", json!("a")), own("2", Value::Null), own("3", json!("c"))]).to_string();
    let told = normalized(Format::Switchboard, Channel::Sms, body.as_bytes()).expect("others are taken");
    let reason = "number 2 of the list: it has neither `text` nor `attachments`".to_owned();
    assert_eq!(told.get(1), Some(&Item::Refused("no_content", reason.clone())));
    let taken = decoded(Format::Switchboard, Channel::Sms, body.as_bytes()).expect("others are taken");
    assert!(matches!(&taken[1], Inbound::Refused("no_content", told) if *told == reason), "{taken:?}");
}

fn is_refused(item: &Item) -> bool {
    matches!(item, Item::Refused(..))
}

type Body = (Format, Channel, Vec<u8>);

/// Of each row and each seed its body, once for each channel that its format may have here.
fn bodies() -> Vec<Body> {
    let mut bodies = Vec::new();
    for file in ["chat", "webhooks"] {
        bodies.extend(rows(&root().join(format!("tests/conformance/rows/{file}.jsonl"))));
    }
    for (folder, channel) in [("chat", Channel::Chat), ("sms", Channel::Sms)] {
        let formats = targets::formats(channel);
        for seed in seeds(folder) {
            let (format, body) = targets::chosen(&formats, &seed).expect("a seed is not empty");
            bodies.push((format, body.to_vec()));
        }
    }
    for seed in seeds("canonical") {
        let (channel, body) = targets::chosen(targets::canonical_channels(), &seed).expect("not empty");
        if matches!(channel, Channel::Chat | Channel::Sms) {
            bodies.push((Format::Switchboard, body.to_vec()));
        }
    }
    let is_here = |channel: &Channel| matches!(channel, Channel::Chat | Channel::Sms);
    let ways = |(format, body): (Format, Vec<u8>)| {
        format.channels().iter().copied().filter(is_here).map(move |channel| (format, channel, body.clone()))
    };
    let mut rng = Rng::with_seed(7);
    let damaged: Vec<(Format, Vec<u8>)> = bodies.iter().flat_map(|one| damaged(one, &mut rng)).collect();
    bodies.into_iter().chain(damaged).flat_map(ways).collect()
}

/// The same with one value of it, or one of its bytes, replaced.
fn damaged((format, body): &(Format, Vec<u8>), rng: &mut Rng) -> Vec<(Format, Vec<u8>)> {
    let mut all = Vec::new();
    for _ in 0..6 {
        let mut changed = body.clone();
        if let Ok(mut value) = serde_json::from_slice::<Value>(body) {
            damage(&mut value, rng);
            changed = value.to_string().into_bytes();
        } else if !changed.is_empty() {
            let place = rng.usize(..changed.len());
            changed[place] = *rng.choice(b"&=<> 0\"").expect("there are some");
        }
        all.push((*format, changed));
    }
    all
}

fn damage(value: &mut Value, rng: &mut Rng) {
    match value {
        Value::Array(list) if !list.is_empty() => {
            let place = rng.usize(..list.len());
            damage(&mut list[place], rng);
        }
        Value::Object(members) if !members.is_empty() => {
            let place = rng.usize(..members.len());
            damage(members.values_mut().nth(place).expect("it is within"), rng);
        }
        _ => {
            let long = "1".repeat(1_100);
            let values = [
                Value::Null,
                json!(""),
                json!(" "),
                json!({}),
                json!([]),
                json!(-1),
                json!(1.5e300),
                json!(long),
            ];
            *value = rng.choice(values).expect("there are some");
        }
    }
}

fn rows(file: &Path) -> Vec<(Format, Vec<u8>)> {
    let rows = fs::read_to_string(file).expect("rows of ours");
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("a row is JSON");
        // A row may name one of a provider's interfaces: the format is its first word.
        let provider = row.get("provider")?.as_str()?;
        let first = provider.split('-').next().unwrap_or_default();
        let format = provider.parse().or_else(|()| first.parse()).expect("our rows name their format");
        let body = row.get("body")?;
        let is_form = row.get("content_type").and_then(Value::as_str).is_some_and(|it| it.contains("form"));
        let body = match body {
            Value::String(text) => text.clone(),
            Value::Object(members) if is_form => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, value) in members {
                    form.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                }
                form.finish()
            }
            body => body.to_string(),
        };
        Some((format, body.into_bytes()))
    };
    rows.lines().filter_map(row).collect()
}

fn seeds(folder: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(root().join("fuzz/corpus").join(folder)).expect("a folder of seeds");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a seed can be read")).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source(format: Format, channel: Channel) -> Source {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut source = Source::new(name("way"), channel, vec!["+4930901820".into()]);
    source.format = format;
    source.region = Some("DE".to_owned());
    source.own_ids = words(&["U0SELF", "@gw:example.org"]);
    source.languages = words(&["en", "de", "fr"]);
    source
}

fn normalized(format: Format, channel: Channel, body: &[u8]) -> Result<Vec<Item>, (&'static str, String)> {
    normalize(body, &source(format, channel), Handed::default(), NOW)
}

fn messages(items: Result<Vec<Item>, (&'static str, String)>) -> Vec<CanonicalMessage> {
    let message = |item| if let Item::Message(message) = item { Some(*message) } else { None };
    items.into_iter().flatten().filter_map(message).collect()
}

fn decoded(format: Format, channel: Channel, body: &[u8]) -> Result<Vec<Inbound>, DecodeError> {
    let keys = Keys::new(b"a secret for tests, thirty-two b").expect("long enough");
    let input = Input {
        subject: &format!("switchboard.in.{}.way", channel.as_str()),
        payload: body,
        mail_from: None,
        rcpt_to: &[],
        language: None,
        inseq: 1,
        stored_at: NOW,
    };
    match Decoder::new(subjects(), vec![source(format, channel)], keys).decode(&input)? {
        Decoded::Inbound(told) => Ok(told),
        Decoded::Command(_) => panic!("a message is no command"),
    }
}
