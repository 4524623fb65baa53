//! What is fuzzed: each function takes bytes, hands them to a door of the wire as a stranger could, and panics where a
//! bound or a promise is broken. They are also run over the committed seeds by `make test`, so that neither rots.
//!
//! Bounds are counted steps, so that a slow machine and a loaded one find the same. What counts no steps is held by the
//! time-out of the fuzzer.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use switchboard::domain::{
    Channel, Content, Digest, Endpoint, Format, InboundMessage, Name, Source, Span, Timestamp,
};
use switchboard::wire::format::ITEMS_MAX;
use switchboard::wire::normalize::{Handed, normalize};
use switchboard::wire::{
    Buffer, Decoded, Decoder, Inbound, Input, Joined, Keys, Part, Subjects, limits, steps,
};
use switchboard::wire::{card, concat};

/// A spring day of 2026.
const NOW: Timestamp = Timestamp(1_775_000_000_000);

/// The formats of providers that a source of this channel may have; the first byte of an input chooses among them, from
/// `a`. Those that have no other channel, or this one before others, come first.
pub fn formats(channel: Channel) -> Vec<Format> {
    let provided = |format: &Format| ![Format::Rfc5322, Format::Switchboard].contains(format);
    let mut formats: Vec<Format> = Format::ALL
        .into_iter()
        .filter(provided)
        .filter(|format| format.channels().contains(&channel))
        .collect();
    formats.sort_by_key(|format| format.channels().first() != Some(&channel));
    formats
}

/// The channels of our own JSON, chosen likewise.
pub fn canonical_channels() -> &'static [Channel] {
    Format::Switchboard.channels()
}

static KEYS: LazyLock<Keys> =
    LazyLock::new(|| Keys::new(b"a secret for fuzzing, thirty-two b").expect("long enough"));

/// One way in of each format and each channel that it may have, all of them behind one decoder.
static WAYS: LazyLock<BTreeMap<String, Source>> = LazyLock::new(|| {
    let ways = Format::ALL
        .into_iter()
        .flat_map(|format| format.channels().iter().map(move |channel| source(format, *channel)));
    ways.map(|way| (way.name.to_string(), way)).collect()
});

static DECODER: LazyLock<Decoder> = LazyLock::new(|| {
    let subjects = Subjects::new("switchboard".parse().expect("a name"));
    Decoder::new(subjects, WAYS.values().cloned().collect(), KEYS.clone())
});

fn source(format: Format, channel: Channel) -> Source {
    let addresses = match channel {
        Channel::Email => ["help@desk.test", "sales@desk.test"].map(Endpoint::from).to_vec(),
        Channel::Sms => ["+4930901820", "72404"].map(Endpoint::from).to_vec(),
        Channel::Chat | Channel::Work => vec!["page".into()],
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut source = Source::new(way(format, channel).parse().expect("a name"), channel, addresses);
    source.format = format;
    source.region = Some("DE".to_owned());
    source.own_ids = words(&["U0BOT", "@bot:desk.test", "bot@desk.test"]);
    source.keywords = words(&["en", "de", "fr", "es", "pt", "ru", "zh", "ar", "he"]);
    source.languages = words(&["en", "pl", "tl", "zh", "de", "ru"]);
    source.mail.authserv_ids = words(&["mx.desk.test"]);
    source.mail.languages = words(&["it"]);
    source.mail.subject_token = Some("[#{token}]".to_owned());
    source
}

fn way(format: Format, channel: Channel) -> String {
    format!("{}-{channel}", format.as_str(), channel = channel.as_str())
}

/// Raw mail.
pub fn mail(data: &[u8]) {
    let taken = steps::mail(data);
    assert!(taken <= mail_steps_max(data.len()), "a mail of {} bytes took {taken} steps", data.len());
    let handed = Handed { mail_from: Some("jo@home.test"), rcpt_to: &["help@desk.test"] };
    body(Format::Rfc5322, Channel::Email, data, handed);
    body(Format::Rfc5322, Channel::Email, data, Handed { mail_from: Some(""), rcpt_to: &[] });
}

/// Every byte is looked at once by each level of parts, and some times besides.
fn mail_steps_max(bytes: usize) -> u64 {
    bytes as u64 * (limits::MAIL_DEPTH_MAX as u64 + 16) + 1_000
}

/// The body of a carrier.
pub fn sms(data: &[u8]) {
    if let Some((format, data)) = chosen(&formats(Channel::Sms), data) {
        body(format, Channel::Sms, data, Handed::default());
    }
}

/// The body of a chat.
pub fn chat(data: &[u8]) {
    if let Some((format, data)) = chosen(&formats(Channel::Chat), data) {
        body(format, Channel::Chat, data, Handed::default());
    }
}

/// Our own JSON.
pub fn canonical(data: &[u8]) {
    if let Some((channel, data)) = chosen(canonical_channels(), data) {
        body(Format::Switchboard, channel, data, Handed::default());
    }
}

/// What the first byte of an input chooses, and the rest.
pub fn chosen<'a, T: Copy>(all: &[T], data: &'a [u8]) -> Option<(T, &'a [u8])> {
    let (choice, rest) = data.split_first()?;
    let place = usize::from(choice.wrapping_sub(b'a')) % all.len();
    Some((*all.get(place)?, rest))
}

/// What the daemon makes of a body, and what `switchboard normalize` shows of it: of both, no more than the limits.
pub fn body(format: Format, channel: Channel, data: &[u8], handed: Handed<'_>) {
    let way = &WAYS[&way(format, channel)];
    if let Ok(items) = normalize(data, way, handed, NOW) {
        assert!(items.len() <= ITEMS_MAX, "{} things of one body", items.len());
    }
    let input = Input {
        subject: &format!("switchboard.in.{}.{}", channel.as_str(), way.name),
        payload: data,
        mail_from: handed.mail_from,
        rcpt_to: handed.rcpt_to,
        language: None,
        inseq: 1,
        stored_at: NOW,
    };
    let Ok(Decoded::Inbound(told)) = DECODER.decode(&input) else { return };
    for one in &told {
        match one {
            Inbound::Message(message) => bounded(&message.content),
            Inbound::Part(part) => bounded(&part.message.content),
            Inbound::Update(update) => bounded(&update.content),
            Inbound::Ignored(_) | Inbound::Refused(..) => {}
        }
    }
}

fn bounded(content: &Content) {
    assert!(content.text.len() <= limits::TEXT_BYTES_MAX, "a text of {} bytes", content.text.len());
    assert!(!content.text.contains('\0'), "a text with a zero");
    assert!(
        content.attachments.len() <= limits::ATTACHMENTS_MAX,
        "{} attachments",
        content.attachments.len()
    );
    let names = content.attachments.iter().filter_map(|file| file.filename.as_deref());
    for name in names {
        assert!(name.len() <= limits::FILENAME_BYTES_MAX, "a file name of {} bytes", name.len());
    }
}

/// HTML as text, as a reply, and as it may be shown.
pub fn html(data: &[u8]) {
    let html = String::from_utf8_lossy(data);
    let taken = steps::html(&html);
    assert!(taken <= steps::html_max(html.len()), "{} bytes of HTML took {taken} steps", html.len());
}

/// A text with quotes and signatures.
pub fn reply(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let taken = steps::reply(&text);
    assert!(taken <= text.len() as u64 * 16 + 100, "{} bytes of text took {taken} steps", text.len());
}

/// The subject of a mail.
pub fn subject(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let taken = steps::subject(&text, &["it".to_owned(), "pl".to_owned()]);
    assert!(taken <= text.len() as u64 * 110 + 100, "{} bytes of subject took {taken} steps", text.len());
}

/// A text of any channel: cards, words of opt-out, its language, numbers.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let way = &WAYS[&way(Format::Twilio, Channel::Sms)];
    let masked = card::mask(&text).unwrap_or_else(|| text.clone().into_owned());
    assert_eq!(masked.chars().count(), text.chars().count(), "a mask stands for each digit");
    assert!(card::mask(&masked).is_none_or(|again| again == masked), "what is masked stays");
    for (what, taken, each) in [
        ("cards", steps::cards(&text), 64),
        ("keyword", steps::keyword(&text, &way.keywords), 300),
        ("language", steps::language(&text, &way.languages), 4),
    ] {
        assert!(taken <= text.len() as u64 * each + 100, "{what} of {} bytes took {taken} steps", text.len());
    }
    steps::line(&text, Some("DE"));
    steps::line(&text, None);
}

/// Parts of texts in any order, with any time between: each part comes out once, and nothing waits for ever.
pub fn concat(data: &[u8]) {
    let (mut buffer, mut now, mut told) = (Buffer::default(), NOW, 0);
    let mut offered = 0;
    for (number, bytes) in data.chunks(5).take(4_000).enumerate() {
        let [group, place, total, wait, letter] =
            [0, 1, 2, 3, 4].map(|at| bytes.get(at).copied().unwrap_or(0));
        now = now.after(Span(i64::from(wait % 16).pow(5)));
        let total = u32::from(total % 9) + 2;
        let part = Part {
            group: Digest(u128::from(group % 8) << 8 | u128::from(total)),
            number: u32::from(place) % total + 1,
            total,
            message: message(number / 2 + usize::from(letter) % 2, letter),
            wait: Span(600_000),
            languages: vec!["en".to_owned()],
        };
        offered += 1;
        told += counted(&buffer.offer(part, now));
        assert!(buffer.len() <= concat::GROUPS_MAX, "{} texts wait", buffer.len());
    }
    told += counted(&buffer.flush(Timestamp(i64::MAX)));
    assert!(buffer.is_empty() && buffer.next_due().is_none(), "something waits for ever");
    assert!(told <= offered, "{told} parts came out of {offered}");
}

fn counted(ended: &[Joined]) -> usize {
    for joined in ended {
        bounded(&joined.message.content);
        assert!(joined.parts > 0, "a text of no part");
    }
    ended.iter().map(|joined| joined.parts).sum()
}

fn message(number: usize, letter: u8) -> InboundMessage {
    let name: Name = "line".parse().expect("a name");
    let text = char::from(letter).to_string().repeat(usize::from(letter % 4));
    let content = Content { text, ..Content::default() };
    let dedupe = Digest(number as u128);
    InboundMessage::new(Channel::Sms, name, "+4930901820".into(), Digest(1), dedupe, NOW, Arc::new(content))
}
