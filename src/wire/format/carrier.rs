//! What the providers of short messages have in common: numbers whose plus may be missing, networks that are named
//! before an address, reports, files by their links.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use serde_json::Value;

use crate::domain::{Channel, DeliveryState, FileKind};
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{
    Address, AddressKind, CanonicalFile, CanonicalMessage, Delivery, Kind,
};
use crate::wire::limits::ATTACHMENTS_MAX;
use crate::wire::number;
use crate::wire::report::code_of;
use crate::wire::time::InstantText;

use super::{Context, ITEMS_MAX, Item, pick};

/// The media type of bytes that nobody explains.
pub(super) const BYTES: &str = "application/octet-stream";

/// The flag of a report that says: the recipient has opted out at the carrier, so we must not write either.
pub(super) const OPTED_OUT: &str = "opted_out";

/// What a body tells: most of them one thing, some a list, and either is taken of every provider. Of a list one that is
/// broken is refused alone.
pub(super) fn each(
    body: &Value,
    one: impl Fn(&Value) -> Result<Vec<Item>, Fault>,
) -> Result<Vec<Item>, Fault> {
    let Value::Array(listed) = body else { return one(body) };
    if listed.len() > ITEMS_MAX {
        return Err(("too_many", "it tells more than 1,000 things at once"));
    }
    let mut items = Vec::new();
    for (place, event) in listed.iter().enumerate() {
        match one(event) {
            Ok(told) => items.extend(told),
            Err(fault) if listed.len() > 1 => items.push(Item::refused(place, fault)),
            Err(fault) => return Err(fault),
        }
    }
    Ok(items)
}

/// Text of a member as it stands, or the digits of a number.
pub(super) fn raw(value: &Value, path: &str) -> Option<String> {
    match pick::at(value, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) => pick::id(value, path),
        _ => None,
    }
}

/// What was written, under the first of these names. A list or an object in its place is a fault: the message would
/// be told without its text.
pub(super) fn written(value: &Value, paths: &[&str]) -> Result<Option<String>, Fault> {
    let Some(path) = paths.iter().find(|path| pick::at(value, path).is_some()) else { return Ok(None) };
    match pick::at(value, path) {
        Some(Value::Bool(word)) => Ok(Some(word.to_string())),
        _ => raw(value, path).map(Some).ok_or(("bad_member", "its text is no text")),
    }
}

/// Whether one of these members is there. A report whose state is not understood is still no message: it comes in the
/// name of our own number, and says nothing.
pub(super) fn has_any(form: &Value, names: &[&str]) -> bool {
    names.iter().any(|name| pick::at(form, name).is_some())
}

/// Somebody by his number, with its plus where it is one.
pub(super) fn phone(written: &str, context: Context<'_>) -> Address {
    let id = number::international(written, context.source.region.as_deref());
    Address { kind: Some(AddressKind::Phone), id, ..Address::default() }
}

/// Somebody by his address, which may name its network, as `whatsapp:+14155550100`; and that network.
pub(super) fn address<'a>(written: &'a str, context: Context<'_>) -> (Address, Option<&'a str>) {
    match written.split_once(':') {
        Some((network, id)) if !["tel", "sms", "mms"].contains(&network.trim()) => {
            (on_network(id, context), Some(network.trim()))
        }
        _ => (phone(written, context), None),
    }
}

/// A user of another network: by his number where he has one, else as he is called there.
pub(super) fn on_network(id: &str, context: Context<'_>) -> Address {
    let region = context.source.region.as_deref();
    match number::found(id, region, true).filter(|_| !number::is_short_code(id)) {
        Some(number) => Address { kind: Some(AddressKind::Phone), id: number.e164, ..Address::default() },
        None => {
            let id = id.trim().to_owned();
            Address { kind: Some(AddressKind::User), id, ..Address::default() }
        }
    }
}

/// A message of this provider, or of the network that it carries.
pub(super) fn message(provider: &str, network: Option<&str>) -> CanonicalMessage {
    let (channel, provider) = match network {
        None | Some("sms" | "mms") => (Channel::Sms, provider.to_owned()),
        Some(network) => (Channel::Chat, network.to_ascii_lowercase()),
    };
    CanonicalMessage { channel: Some(channel), provider: Some(provider), ..CanonicalMessage::default() }
}

/// A file behind a link; one without a link could not be fetched by the provider.
pub(super) fn file(url: Option<String>, content_type: Option<String>) -> CanonicalFile {
    let bare = |full: String| full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let content_type = content_type.map(bare).filter(|bare| !bare.is_empty());
    let kind = content_type.as_deref().map(|known| FileKind::of_media(Some(known)));
    let kind = kind.or_else(|| url.as_deref().and_then(FileKind::of_link));
    CanonicalFile { failed: url.is_none(), url, content_type, kind, ..CanonicalFile::default() }
}

/// Bytes that are not for reading, written in hex: a file, never shown as text.
pub(super) fn hex(text: &str) -> CanonicalFile {
    let mut digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.truncate(digits.len() / 2 * 2);
    let data = HEXLOWER_PERMISSIVE.decode(&digits).unwrap_or_default();
    bytes(data.len(), BASE64.encode(&data))
}

/// The same, written in base64.
pub(super) fn base64(text: String) -> CanonicalFile {
    let digits = text.bytes().filter(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte)).count();
    bytes(digits * 3 / 4, text)
}

fn bytes(size: usize, data: String) -> CanonicalFile {
    CanonicalFile {
        content_type: Some(BYTES.to_owned()),
        size: u64::try_from(size).ok(),
        data_base64: Some(data).filter(|data| !data.is_empty()),
        kind: Some(FileKind::File),
        ..CanonicalFile::default()
    }
}

/// The files of members that are numbered: `Media0`, `Media1`. Numbering begins at 0 or 1.
pub(super) fn numbered(form: &Value, url: &str, content_type: &str, count: u64) -> Vec<CanonicalFile> {
    let count = usize::try_from(count).unwrap_or(ATTACHMENTS_MAX).min(ATTACHMENTS_MAX);
    let link = |place: usize| pick::text(form, &format!("{url}{place}"));
    let first = usize::from(link(0).is_none() && link(1).is_some());
    let listed = (first..ATTACHMENTS_MAX).take_while(|place| link(*place).is_some()).count();
    let one = |place: usize| file(link(place), pick::text(form, &format!("{content_type}{place}")));
    (first..first + listed.max(count)).map(one).collect()
}

/// Whether there are such members.
pub(super) fn is_numbered(form: &Value, url: &str) -> bool {
    (0..=1).any(|place| pick::text(form, &format!("{url}{place}")).is_some())
}

/// How far a message of ours came, in a provider's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// One of our states.
    Is(DeliveryState),
    /// It waits at the provider.
    Before,
    /// A word that is not documented.
    Unknown,
}

/// What a report says.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    /// The provider's id of our message.
    pub id: Option<String>,
    /// To whom it was.
    pub recipient: Option<Address>,
    /// From which of our addresses.
    pub account: Option<Address>,
    /// The provider's word.
    pub word: String,
    /// Why not further.
    pub code: Option<String>,
    /// When.
    pub at: Option<InstantText>,
    /// The code says that the recipient opted out.
    pub opted_out: bool,
}

/// A report as an item. What has no effect is passed over: a word before `sent`, one that is unknown.
pub(super) fn report(of: CanonicalMessage, step: Step, report: Report) -> Item {
    let state = match step {
        Step::Is(state) => state,
        Step::Before => return Item::ignored("a state before sent"),
        Step::Unknown => return Item::ignored("an unknown state"),
    };
    let Report { id, recipient, account, word, code, at, opted_out } = report;
    let Some(id) = id else { return Item::ignored("a report without an id") };
    let code = code.filter(|_| state == DeliveryState::Failed);
    let flags = if opted_out && code.is_some() { vec![OPTED_OUT.to_owned()] } else { Vec::new() };
    let delivery = Delivery {
        state,
        word: Some(word),
        error_code: code,
        recipient: recipient.as_ref().map(|recipient| recipient.id.clone()),
    };
    Item::from(CanonicalMessage {
        kind: Kind::Status,
        target_id: Some(id),
        account: account.map(|account| account.id),
        delivery: Some(delivery),
        sent_at: at,
        flags,
        ..of
    })
}

/// A code that is one: zero in its ways of writing says that nothing is wrong, and a sentence is for people.
pub(super) fn code(written: Option<String>) -> Option<String> {
    code_of(written.as_deref()).filter(|code| !code.bytes().all(|byte| byte == b'0'))
}

/// The first code under these names.
pub(super) fn first_code(value: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| code(pick::id(value, path)))
}

/// An instant as `YYMMDDhhmm`, with seconds or without, in UTC (the receipt of a carrier).
pub(super) fn carrier_time(written: &str) -> Option<InstantText> {
    let digits = written.trim();
    let pair = |at: usize| digits.get(at..at + 2);
    let [year, month, day, hour, minute] = [pair(0)?, pair(2)?, pair(4)?, pair(6)?, pair(8)?];
    let second = pair(10).unwrap_or("00");
    let text = format!("20{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    pick::instant_of(&Value::String(text)).filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}
