//! Goal: what somebody else wrote is kept without what we do not keep, the same in the daemon and in `normalize`, and
//! each line that `normalize` prints of it is our own JSON that says the same. Method: bodies with what is to go.

use serde_json::{Value, json};
use switchboard::domain::{Channel, Content, Format, Source};
use switchboard::wire::limits::{DATA_BYTES_MAX, TEXT_BYTES_MAX};
use switchboard::wire::normalize::{Handed, normalize};
use switchboard::wire::{Decoded, Decoder, Inbound, Input, Keys, format::Item};

use crate::journal::subjects;
use crate::samples::{NOW, name};

#[test]
fn what_a_gateway_calls_clean_is_cleaned() {
    let of = |html: Value, clean: &str| {
        let mut body = said(json!({ "text": "x", "html_clean": clean }));
        body["html"] = html;
        let (shown, kept) = both(Format::Switchboard, Channel::Chat, &body.to_string());
        assert_eq!(shown["html_clean"].as_str(), kept.html_clean.as_deref());
        kept.html_clean
    };
    assert_eq!(of(Value::Null, "<script>x()</script>"), None);
    let kept = of(Value::Null, "<p onclick='x()'>a <b>b</b><img src='https://x.test/'></p>");
    assert_eq!(kept.as_deref(), Some("<p>a <b>b</b></p>"));
    let beside = of(json!("<p>what he wrote<script>x()</script></p>"), "<p>what he did not</p>");
    assert_eq!(beside.as_deref(), Some("<p>what he wrote</p>"));
    assert_eq!(of(Value::Null, &"<div>".repeat(2_000)), None, "deeper than is shown");
}

#[test]
fn what_is_said_in_html_alone_is_said_in_the_text() {
    for (text, member) in [
        (Value::Null, "html"),
        (json!(" \n"), "html"),
        (Value::Null, "html_clean"),
        (json!(" \n"), "html_clean"),
    ] {
        let html = "<p>Hello &amp; <i>good</i> day<script>x()</script></p>";
        let body = said(json!({ "text": text, (member): html }));
        let (shown, kept) = both(Format::Switchboard, Channel::Chat, &body.to_string());
        assert_eq!(
            (shown["text"].as_str(), kept.text.as_str()),
            (Some("Hello & good day"), "Hello & good day")
        );
        assert_eq!(kept.html_clean.as_deref(), Some("<p>Hello &amp; <i>good</i> day</p>"));
    }
}

/// A mail whose subject says it all, told by a gateway of its own.
#[test]
fn a_subject_alone_is_content() {
    let body = said(json!({ "subject": "Please call me" }));
    let (shown, kept) = both(Format::Switchboard, Channel::Chat, &body.to_string());
    assert_eq!(
        (shown["subject"].as_str(), kept.subject.as_deref()),
        (Some("Please call me"), Some("Please call me"))
    );
}

#[test]
fn no_text_of_any_channel_has_a_control_character() {
    let telegram = json!({ "update_id": 1, "message": { "message_id": 3, "date": 1_767_323_045,
        "from": { "id": 5, "is_bot": false, "first_name": "A\0da" }, "chat": { "id": 5, "type": "private" },
        "text": "\0a\u{7}\r\nb" } });
    let twilio = "MessageSid=SM1&From=%2B15550100&To=%2B15550199&Body=a%00%0Db&ProfileName=A%00da";
    let own =
        said(json!({ "message_id": "m\0", "chat_id": "c\0", "text": "\0a\r\nb", "text_stripped": "a\0",
        "html": "<p>a\0</p>", "subject": "s\0", "contacts": [{ "name": "n\0", "phones": ["+1\0"] }],
        "location": { "latitude": 1.0, "longitude": 2.0, "title": "t\0", "address": "w\0" },
        "attachments": [{ "filename": "f\0.txt", "url": "https://x.test/\0", "id": "i\0", "dataref": "d\0" }],
        "action": { "payload": "p\0", "title": "t\0" }, "meta": { "k": "v\0" }, "flags": ["f\0"] }));
    for (format, channel, body) in [
        (Format::Telegram, Channel::Chat, telegram.to_string()),
        (Format::Twilio, Channel::Sms, twilio.to_owned()),
        (Format::Switchboard, Channel::Chat, own.to_string()),
    ] {
        let (shown, kept) = both(format, channel, &body);
        for told in [shown.to_string(), json!(kept).to_string()] {
            assert!(!told.contains("\\u0000") && !told.contains("\\r"), "{told}");
        }
        assert!(kept.text.starts_with('a') && kept.text.ends_with("\nb"), "{kept:?}");
    }
}

#[test]
fn a_text_longer_than_its_limit_is_cut_and_flagged() {
    let long = "ł".repeat(300_000 / 2);
    let message = json!({ "from": "4915550100", "id": "w1", "timestamp": "1767323045", "type": "text",
        "text": { "body": long } });
    let value = json!({ "metadata": { "phone_number_id": "77" }, "messages": [message] });
    let whatsapp = json!({ "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] });
    let own = said(json!({ "text": "x", "text_stripped": long, "action": { "payload": long } }));
    for (format, body) in [(Format::WhatsApp, whatsapp), (Format::Switchboard, own)] {
        let (shown, kept) = both(format, Channel::Chat, &body.to_string());
        assert_eq!(shown["flags"], json!(["truncated"]), "{format}");
        assert_eq!(kept.flags, ["truncated"], "{format}");
        let texts = [Some(kept.text), kept.text_stripped, kept.payload].into_iter().flatten();
        assert!(texts.map(|text| text.len()).all(|bytes| bytes <= TEXT_BYTES_MAX), "{format}");
    }
}

#[test]
fn the_bytes_of_a_file_come_along_where_they_are_few() {
    let files = |files: Value| {
        let body = said(json!({ "attachments": files }));
        both(Format::Switchboard, Channel::Chat, &body.to_string())
    };
    let (shown, kept) = files(json!([{ "filename": "a.txt", "data_base64": "aG\nk", "dataref": "obj/1" }]));
    let file = kept.attachments.first().expect("a file");
    assert_eq!((file.data_base64.as_deref(), file.dataref.as_deref()), (Some("aGk="), Some("obj/1")));
    assert_eq!((file.size, &shown["attachments"][0]["data_base64"]), (Some(2), &json!("aGk=")));
    for wrong in ["no base64!", &"A".repeat(DATA_BYTES_MAX + 4)] {
        let (shown, kept) = files(json!([{ "filename": "a.txt", "data_base64": wrong }]));
        assert_eq!(
            (&shown["flags"], kept.flags.as_slice()),
            (&json!(["data_dropped"]), ["data_dropped".to_owned()].as_slice())
        );
        assert_eq!(kept.attachments.first().expect("a file").data_base64, None);
    }
    let sinch = json!({ "type": "mo_binary", "id": "1", "from": "15550100", "to": "15550199", "body": "aGk=", "udh": "00" });
    let vonage =
        json!({ "messageId": "1", "msisdn": "15550100", "to": "15550199", "type": "binary", "data": "6869" });
    for (format, body) in [(Format::Sinch, sinch), (Format::Vonage, vonage)] {
        let (_, kept) = both(format, Channel::Sms, &body.to_string());
        let file = kept.attachments.first().expect("a file");
        assert_eq!((file.data_base64.as_deref(), file.size), (Some("aGk="), Some(2)), "{format}");
    }
}

/// A message of our own JSON with these members.
fn said(members: Value) -> Value {
    let mut body = json!({ "channel": "chat", "kind": "message", "message_id": "1", "from": { "type": "user", "id": "u" } });
    let (Value::Object(all), Value::Object(members)) = (&mut body, members) else { panic!("two objects") };
    all.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
    body
}

/// What `normalize` shows of the one message of a body, and what the daemon keeps of it.
fn both(format: Format, channel: Channel, body: &str) -> (Value, Content) {
    let shown = line(&source(format, channel), body);
    assert_eq!(
        line(&source(Format::Switchboard, Channel::Chat), &shown.to_string()),
        shown,
        "read once more"
    );
    let keys = Keys::new(b"a secret for tests, thirty-two b").expect("long enough");
    let decoder = Decoder::new(subjects(), vec![source(format, channel)], keys);
    let told = decoder.decode(&Input {
        subject: &format!("switchboard.in.{channel}.door"),
        payload: body.as_bytes(),
        mail_from: None,
        rcpt_to: &[],
        language: None,
        inseq: 1,
        stored_at: NOW,
    });
    match told {
        Ok(Decoded::Inbound(told)) => match told.as_slice() {
            [Inbound::Message(message)] => (shown, Content::clone(&message.content)),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn line(source: &Source, body: &str) -> Value {
    let items = normalize(body.as_bytes(), source, Handed::default(), NOW).expect("it is of its format");
    match items.as_slice() {
        [Item::Message(message)] => json!(message),
        other => panic!("{other:?}"),
    }
}

fn source(format: Format, channel: Channel) -> Source {
    Source { format, ..Source::new(name("door"), channel, vec!["+15550199".into()]) }
}
