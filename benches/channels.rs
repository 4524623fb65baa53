//! What strangers send, read on one core: mails, HTML, replies, bodies of providers, texts. Figures depend on the
//! machine; that they grow with the size and not with its square is what is to be seen, and what tests count in steps.
//!
//! `cargo bench --bench channels`; with a word behind `--`, as `html`, of those rows alone.

use std::hint::black_box;
use std::time::{Duration, Instant};

use switchboard::domain::{Channel, Format, Name, Source, Timestamp};
use switchboard::wire::normalize::{Handed, normalize};
use switchboard::wire::{card, language, steps};

/// The best of so many passes counts: what else the machine does only ever costs.
const PASSES: usize = 5;
/// No row takes longer; the first pass is always whole.
const ROW_MAX: Duration = Duration::from_secs(2);
const KIB: usize = 1_024;

const SENTENCE: &str = "Could you tell me when the parcel with my order 4711 will arrive? ";

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    println!("{:<34}{:>10}{:>12}{:>14}", "one core", "KiB", "ms", "ms per KiB");
    let row = |title: &str, input: &str, read: &dyn Fn(&str)| {
        if wanted.as_ref().is_none_or(|wanted| title.starts_with(wanted.as_str())) {
            let (kib, ms) = (input.len() as f64 / KIB as f64, best(|| read(input)).as_secs_f64() * 1e3);
            println!("{title:<34}{kib:>10.1}{ms:>12.3}{:>14.5}", ms / kib);
        }
    };
    let mailbox = source(Channel::Email, Format::Rfc5322);
    for kib in [4, 64, 1_024, 8_192] {
        let mail = |input: &str| told(input, &mailbox);
        row(&format!("mail text {kib} KiB"), &text_mail(kib), &mail);
        row(&format!("mail attachment {kib} KiB"), &attachment(kib), &mail);
    }
    for depth in [5_000, 20_000, 40_000] {
        let html = |input: &str| {
            black_box(steps::html(black_box(input)));
        };
        row(&format!("html {depth} nested div"), &"<div>".repeat(depth), &html);
        row(&format!("html {depth} paragraphs"), &format!("<p>{SENTENCE}</p>").repeat(depth / 10), &html);
    }
    for kib in [4, 64, 256] {
        let reply = |input: &str| {
            black_box(steps::reply(black_box(input)));
        };
        let quoted =
            format!("{SENTENCE}\n\nOn Mon, Jo wrote:\n{}", format!("> {SENTENCE}\n").repeat(kib * 15));
        row(&format!("reply {kib} KiB"), &quoted, &reply);
    }
    let (sms, chat) = (source(Channel::Sms, Format::Twilio), source(Channel::Chat, Format::WhatsApp));
    row("webhook twilio", TWILIO, &|input| told(input, &sms));
    for count in [1, 100, 1_000] {
        row(&format!("webhook whatsapp of {count}"), &whatsapp(count), &|input| told(input, &chat));
    }
    for kib in [1, 16, 256] {
        let text = SENTENCE.repeat(kib * KIB / SENTENCE.len());
        let cards = "4111 1111 1111 1112 ".repeat(kib * KIB / 20);
        let mask = |input: &str| {
            black_box(card::mask(black_box(input)));
        };
        row(&format!("card in text {kib} KiB"), &text, &mask);
        row(&format!("card in digits {kib} KiB"), &cards, &mask);
        row(&format!("language {kib} KiB"), &text, &|input| {
            black_box(language::detect(
                black_box(input),
                &["en".to_owned(), "pl".to_owned(), "tl".to_owned()],
            ));
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "what is measured here is the machine's own time")]
fn best(read: impl Fn()) -> Duration {
    let (mut least, begun) = (Duration::MAX, Instant::now());
    for _ in 0..PASSES {
        let start = Instant::now();
        read();
        least = start.elapsed().min(least);
        if begun.elapsed() > ROW_MAX {
            break;
        }
    }
    least
}

fn told(body: &str, source: &Source) {
    let items =
        normalize(black_box(body).as_bytes(), source, Handed::default(), Timestamp(1_775_000_000_000));
    black_box(items.expect("the bench's bodies are of their formats"));
}

fn source(channel: Channel, format: Format) -> Source {
    let name: Name = "bench".parse().expect("the bench's names are names");
    let mut source = Source::new(name, channel, vec!["help@desk.test".into()]);
    source.format = format;
    source.languages = ["en", "pl", "tl", "zh"].map(str::to_owned).to_vec();
    source
}

const HEAD: &str = "From: Jo <jo@home.test>\r\nTo: help@desk.test\r\nSubject: Re: My order\r\nDate: Wed, 1 Apr 2026 \
    09:00:00 +0000\r\nMessage-ID: <1@home.test>\r\nIn-Reply-To: <0@desk.test>\r\nMIME-Version: 1.0\r\n";

fn text_mail(kib: usize) -> String {
    let lines = format!("{SENTENCE}\r\n").repeat(kib * KIB / (SENTENCE.len() + 2));
    format!("{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{lines}")
}

fn attachment(kib: usize) -> String {
    let lines =
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\r\n".repeat(kib * KIB / 74);
    format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{SENTENCE}\r\n--b\r\nContent-Type: \
        application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}--b--\r\n"
    )
}

const TWILIO: &str = "MessageSid=SM00000000000000000000000000000001&From=%2B4930901821&To=%2B4930901820&Body=When+does+\
    my+parcel+arrive%3F&NumMedia=0&FromCountry=DE";

fn whatsapp(count: usize) -> String {
    let list = |one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    let contacts = list(&|number| format!(r#"{{"wa_id":"493090{number:04}","profile":{{"name":"Jo"}}}}"#));
    let messages = list(&|number| {
        format!(
            r#"{{"from":"493090{number:04}","id":"w{number}","timestamp":"1775000000","type":"text","text":{{"body":"{SENTENCE}"}}}}"#
        )
    });
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages","value":{{"metadata":{{"display_phone_number":"4930901820","phone_number_id":"7"}},"contacts":[{contacts}],"messages":[{messages}]}}}}]}}]}}"#
    )
}
