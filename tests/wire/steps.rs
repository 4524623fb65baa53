//! Goal: the work on a message grows with its size, not with the square of it. Method: what repeats is doubled, and the
//! counted steps may at most about double; time is not asked.

use serde_json::{Value, json};
use switchboard::domain::{Channel, Format, Source, Timestamp};
use switchboard::wire::format::Item;
use switchboard::wire::normalize::{Handed, normalize};
use switchboard::wire::steps;

use crate::samples::name;

/// So often something is repeated, before it is doubled.
const TIMES: usize = 500;

fn doubles(what: &str, taken: impl Fn(usize) -> u64) {
    let (small, large) = (taken(TIMES), taken(TIMES * 2));
    assert!(small > 0, "{what} counts nothing");
    assert!(large <= small * 9 / 4 + 200, "{what}: {small} steps, then {large}");
}

#[test]
fn the_work_on_a_mail_doubles() {
    type Kind = (&'static str, fn(usize) -> String);
    let kinds: [Kind; 12] = [
        ("a long line", |times| format!("Subject: x\n\n{}", "word ".repeat(times))),
        ("addresses", |times| format!("To: {}\n\nx", "\"A, B\" <a@x>, ".repeat(times))),
        ("open comments", |times| format!("To: {}\n\nx", "((a ".repeat(times))),
        ("fields", |times| format!("{}\n\nx", "X-A: b\nReceived: c\n".repeat(times / 4))),
        ("folded lines", |times| format!("Subject: x\n{}\n\nx", " y\n".repeat(times / 2))),
        ("encoded words", |times| format!("Subject: {}\n\nx", "=?utf-8?Q?=C3=A4?= ".repeat(times))),
        ("begun words", |times| format!("Subject: {}\n\nx", "=?utf-8?Q?a ".repeat(times))),
        ("references", |times| format!("References: {}\n\nx", "<a@x> (c) ".repeat(times))),
        ("parameters", |times| format!("Content-Type: text/plain; {}\n\nx", "a*1=b; ".repeat(times))),
        ("base64", |times| format!("Content-Transfer-Encoding: base64\n\n{}", "QUJD*\n".repeat(times))),
        ("quoted-printable", |times| {
            format!("Content-Transfer-Encoding: quoted-printable\n\n{}", "=C3=A4= \n= ".repeat(times))
        }),
        ("flowed lines", |times| {
            format!("Content-Type: text/plain; format=flowed\n\n{}", ">> a \n".repeat(times))
        }),
    ];
    for (what, make) in kinds {
        doubles(what, |times| steps::mail(format!("From: a@x\n{}", make(times)).as_bytes()));
    }
}

#[test]
fn the_work_on_parts_doubles() {
    let mail = |parts: String| {
        steps::mail(format!("From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n{parts}").as_bytes())
    };
    doubles("parts", |times| mail("--b\n\nx\n".repeat(times / 4)));
    doubles("files", |times| mail("--b\nContent-Type: a/b; name=c\n\nx\n".repeat(times / 4)));
    doubles("HTML parts", |times| mail("--b\nContent-Type: text/html\n\n<p>x\n".repeat(times / 4)));
    doubles("lines within levels", |times| {
        let level = |number| format!("--b\nContent-Type: multipart/mixed; boundary=b\n\n--b{number}\n");
        let levels: String = (0..20).map(level).collect();
        mail(format!("{levels}\n{}", "line\n".repeat(times)))
    });
}

#[test]
fn the_work_on_text_doubles() {
    let pieces = [
        "<div>",
        "</p>",
        "<p>a",
        "<",
        "&",
        "<b><p>",
        "<!--",
        "> a\n",
        ">",
        "On Monday Jo wrote:\n",
        "On a ",
        "From: a\n",
        "-- \n",
        "--\n",
        "a\n",
        "a ",
        "\n",
        "Re: ",
        "[a] ",
        "(fwd)",
        "4",
        "4 ",
        "41-",
        "4111 1111 1111 1111 ",
        "<i>4</i>",
        "the ",
        "stop ",
        "ﷺ",
        "\u{301}",
        "=?",
        "```\n",
        "Sent from my phone\n",
        "___\n",
    ];
    let languages = ["en", "pl", "de"].map(str::to_owned);
    for piece in pieces {
        doubles(&format!("HTML of {piece:?}"), |times| steps::html(&piece.repeat(times)));
        doubles(&format!("a reply of {piece:?}"), |times| steps::reply(&piece.repeat(times)));
        // More prefixes than a hundred are not looked at.
        doubles(&format!("a subject of {piece:?}"), |times| steps::subject(&piece.repeat(times), &languages));
        doubles(&format!("cards in {piece:?}"), |times| steps::cards(&piece.repeat(times)));
        doubles(&format!("keywords in {piece:?}"), |times| steps::keyword(&piece.repeat(times), &languages));
        doubles(&format!("the language of {piece:?}"), |times| {
            steps::language(&piece.repeat(times), &languages)
        });
    }
}

/// What a body tells is of the size of the body: nothing in it is told again with each of the others.
#[test]
fn twice_the_things_of_a_body_are_told_in_twice_the_size() {
    let list = |times: usize, one: fn(usize) -> Value| -> Value { (0..times).map(one).collect() };
    let whatsapp = |times| {
        json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {
            "metadata": {"display_phone_number": "4930901820", "phone_number_id": "7"},
            "contacts": list(times, |number| json!({"wa_id": format!("493090{number:04}"), "profile": {"name": "Jo"}})),
            "messages": list(times, |number| json!({"from": format!("493090{number:04}"), "id": format!("w{number}"),
                "timestamp": "1775000000", "type": "text", "text": {"body": "hello"}})),
        }}]}]})
    };
    let messenger = |times| {
        json!({"object": "page", "entry": [{"id": "1", "messaging": list(times, |number| json!({
            "sender": {"id": number.to_string()}, "recipient": {"id": "1"}, "timestamp": 1_775_000_000_000_u64,
            "message": {"mid": format!("m{number}"), "text": "hello"}}))}]})
    };
    let line = |times| {
        json!({"destination": "U0", "events": list(times, |number| json!({"type": "message", "mode": "active",
            "timestamp": 1_775_000_000_000_u64, "source": {"type": "user", "userId": format!("U{number}")},
            "webhookEventId": format!("e{number}"), "message": {"type": "text", "id": number.to_string(), "text": "hi"}}))})
    };
    let bandwidth = |times| {
        list(times, |number| {
            json!({"type": "message-received", "time": "2026-04-01T00:00:00Z", "to": "+4930901820",
            "message": {"id": format!("b{number}"), "owner": "+4930901820", "from": "+4930901821", "to": ["+4930901820"],
                "text": "hello", "direction": "in"}})
        })
    };
    type Kind<'a> = (Format, Channel, &'a dyn Fn(usize) -> Value);
    let kinds: [Kind<'_>; 4] = [
        (Format::WhatsApp, Channel::Chat, &whatsapp),
        (Format::Messenger, Channel::Chat, &messenger),
        (Format::Line, Channel::Chat, &line),
        (Format::Bandwidth, Channel::Sms, &bandwidth),
    ];
    for (format, channel, body) in kinds {
        let mut source = Source::new(name("door"), channel, Vec::new());
        source.format = format;
        doubles(format.as_str(), |times| {
            let body = body(times).to_string();
            let items = normalize(body.as_bytes(), &source, Handed::default(), Timestamp(1_775_000_000_000));
            let items = items.expect("a body of the format");
            assert_eq!(items.len(), times, "{format:?}");
            items.iter().map(size).sum()
        });
    }
}

fn size(item: &Item) -> u64 {
    match item {
        Item::Message(message) => serde_json::to_string(message).expect("it is JSON").len() as u64,
        Item::Ignored(_) | Item::Challenge(_) | Item::Refused(..) => 1,
    }
}
