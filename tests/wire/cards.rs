//! Goal: no door lets the number of a card in. Method: one stands everywhere where a contact, a gateway or an agent may
//! write, and nothing of what the decoder hands on or `normalize` shows has it.

use serde_json::json;
use switchboard::domain::{Channel, Endpoint, Format, Source, Timestamp};
use switchboard::wire::limits::{SUBJECT_BYTES_MAX, TEXT_BYTES_MAX};
use switchboard::wire::normalize::{Handed, normalize};
use switchboard::wire::{Decoded, Decoder, Input, Keys, Subjects};

use crate::samples::name;

const CARD: &str = "4111 1111 1111 1111";
/// Whatever stands between them, these never stand behind each other.
const HIDDEN: &str = "411111111111";

#[test]
fn no_message_brings_a_card() {
    let everywhere = json!({"message_id": "m1", "from": {"id": "jo", "name": CARD}, "to": [{"id": "us", "name": CARD}],
        "subject": CARD, "text": format!("> {CARD}\n\nmy card is {CARD}\n-- \n{CARD}"), "html": format!("<p>{CARD}</p>"),
        "attachments": [{"url": "https://x.test/1", "filename": format!("{CARD}.pdf")}],
        "contacts": [{"name": CARD, "phones": [CARD]}], "action": {"payload": CARD, "title": CARD},
        "location": {"latitude": 1.0, "longitude": 2.0, "title": CARD, "address": CARD}, "meta": {"a": CARD}});
    let mut edit = everywhere.clone();
    for (member, value) in [("kind", json!("edit")), ("target_id", json!("m0"))] {
        edit.as_object_mut().expect("an object").insert(member.to_owned(), value);
    }
    for body in [everywhere, edit] {
        for channel in [Channel::Chat, Channel::Sms] {
            told(Format::Switchboard, channel, &body.to_string());
        }
    }
    told(
        Format::Switchboard,
        Channel::Work,
        &json!({"message_id": "w1", "subject": CARD, "text": CARD,
        "from": {"id": "jo", "name": CARD}})
        .to_string(),
    );
}

#[test]
fn no_provider_brings_a_card() {
    let form =
        format!("MessageSid=SM1&From=%2B4930901820&To=%2B4930901821&Body={}&ProfileName={}", CARD, CARD)
            .replace(' ', "+");
    told(Format::Twilio, Channel::Sms, &form);
    let whatsapp = json!({"messages": [{"from": "49170", "id": "w1", "timestamp": "1767323045", "type": "document",
        "document": {"id": "d", "filename": CARD, "caption": CARD}}]});
    told(Format::WhatsApp, Channel::Chat, &whatsapp.to_string());
    let telegram = json!({"update_id": 1, "edited_message": {"message_id": 2, "date": 1_767_323_045,
        "chat": {"id": 3, "type": "private"}, "from": {"id": 3, "first_name": CARD}, "text": CARD}});
    told(Format::Telegram, Channel::Chat, &telegram.to_string());
    let xmpp = format!("<message from='jo@x.test' to='us@x.test' id='1'><body>{CARD}</body></message>");
    told(Format::Xmpp, Channel::Chat, &xmpp);
}

#[test]
fn no_mail_brings_a_card() {
    let head =
        format!("From: \"{CARD}\" <jo@home.test>\nTo: \"{CARD}\" <help@desk.test>\nSubject: Re: {CARD}\n");
    let parts = [
        format!("Content-Type: text/plain\n\n{CARD}\n\nOn Monday Jo wrote:\n> 4111=1111\n> {CARD}\n"),
        format!(
            "Content-Type: text/html\n\n<p>4111 <b>1111</b>&nbsp;1111 11<i>1</i>1</p><a href='https://x.test/?n={CARD}'>x</a>"
        ),
        format!(
            "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"{CARD}.pdf\"\n\nx"
        ),
    ];
    for part in &parts {
        told(Format::Rfc5322, Channel::Email, &format!("{head}{part}\n"));
    }
    // What the text shows and the HTML writes in another way is not shown as HTML.
    let hidden = "<p>&#52;111 1111 1111 1111</p>";
    told(Format::Rfc5322, Channel::Email, &format!("{head}Content-Type: text/html\n\n{hidden}\n"));
}

/// A text is cut before its cards are looked for: half a card is none.
#[test]
fn no_limit_cuts_a_card_in_two() {
    let at_limit = |bytes_max: usize, within: usize| format!("{} {CARD}", "x".repeat(bytes_max - within - 1));
    for within in 1..CARD.len() {
        let subject = at_limit(SUBJECT_BYTES_MAX, within);
        let body =
            json!({"message_id": "m1", "from": {"id": "jo"}, "subject": subject, "text": "x"}).to_string();
        shows_no_digit(Format::Switchboard, Channel::Chat, &body);
    }
    for within in [4, 10, 15] {
        let text = at_limit(TEXT_BYTES_MAX, within);
        let chat = json!({"message_id": "m1", "from": {"id": "jo"}, "text": text}).to_string();
        shows_no_digit(Format::Switchboard, Channel::Chat, &chat);
        let mail = format!("From: jo@home.test\nTo: help@desk.test\nSubject: x\n\n{text}\n");
        shows_no_digit(Format::Rfc5322, Channel::Email, &mail);
    }
}

#[test]
fn no_command_brings_a_card() {
    let commands = [
        (
            "work.create",
            json!({"source": "door", "subject": CARD, "text": CARD, "contact": {"address": "jo", "name": CARD}}),
        ),
        ("conversation.note", json!({"conversation": "c12", "text": CARD})),
        ("conversation.reply", json!({"conversation": "c12", "text": CARD})),
    ];
    for (verb, payload) in commands {
        let decoder = decoder(Format::Switchboard, Channel::Work);
        clean(&decoder, &format!("switchboard.in.command.crm.{verb}"), &payload.to_string());
    }
    let start = json!({"source": "door", "to": {"address": "jo@home.test", "name": CARD}, "subject": CARD, "text": CARD});
    let decoder = decoder(Format::Rfc5322, Channel::Email);
    clean(&decoder, "switchboard.in.command.crm.conversation.start", &start.to_string());
}

/// By the daemon, and by `normalize`, which knows no work.
fn told(format: Format, channel: Channel, body: &str) {
    clean(&decoder(format, channel), &format!("switchboard.in.{channel}.door"), body);
    if channel != Channel::Work {
        let shown = normalize(body.as_bytes(), &source(format, channel), Handed::default(), Timestamp(0));
        without(&format!("{:?}", shown.expect("it is of its format")), body);
    }
}

fn shows_no_digit(format: Format, channel: Channel, body: &str) {
    let shown = normalize(body.as_bytes(), &source(format, channel), Handed::default(), Timestamp(0));
    let shown = format!("{:?}", shown.expect("it is of its format"));
    assert!(
        shown.contains("xxx") && !shown.contains("41"),
        "it ends with {:?}",
        shown.get(shown.len() - 400..)
    );
}

fn clean(decoder: &Decoder, subject: &str, body: &str) {
    let decoded = decoder.decode(&Input {
        subject,
        payload: body.as_bytes(),
        mail_from: None,
        rcpt_to: &[],
        language: None,
        inseq: 1,
        stored_at: Timestamp(1_775_000_000_000),
    });
    match decoded {
        Ok(Decoded::Inbound(told)) => without(&format!("{told:?}"), body),
        Ok(Decoded::Command(order)) => without(&format!("{order:?}"), body),
        Err(fault) => panic!("{fault:?} of {body}"),
    }
}

/// The first twelve digits stand nowhere, whatever is between them; that a card was there is seen.
fn without(told: &str, body: &str) {
    let mut tagless: String = told.chars().filter(|char| !" -".contains(*char)).collect();
    for seen in ["<b>", "</b>", "<i>", "</i>", "&nbsp;", "\\u{a0}"] {
        tagless = tagless.replace(seen, "");
    }
    assert!(tagless.contains("1111") && tagless.contains("****"), "{body} became {told}");
    assert!(!tagless.contains(HIDDEN) && !tagless.contains("&#52;"), "{body} became {told}");
}

fn decoder(format: Format, channel: Channel) -> Decoder {
    let keys = Keys::new(b"a secret for tests, thirty-two b").expect("long enough");
    Decoder::new(Subjects::new(name("switchboard")), vec![source(format, channel)], keys)
}

fn source(format: Format, channel: Channel) -> Source {
    let addresses = match channel {
        Channel::Email => vec![Endpoint::from("help@desk.test")],
        Channel::Sms => vec![Endpoint::from("+4930901821")],
        Channel::Chat => vec![Endpoint::from("us")],
        Channel::Work => Vec::new(),
    };
    let mut source = Source::new(name("door"), channel, addresses);
    source.format = format;
    source
}
