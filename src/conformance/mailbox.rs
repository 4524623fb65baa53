//! Mail of rows as the decoder takes it: a mail written from its fields, and the ways in that a row speaks of.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::{Channel, ConversationId, Endpoint, Name, Source, Timestamp};
use crate::wire::mail::addressing::Envelope;
use crate::wire::mail::letter::Letter;

/// When mail of rows comes: later than any Date that is believed.
pub(super) const RECEIVED_AT: Timestamp = Timestamp(1_893_456_000_000);
/// The address of ours where a row names none.
pub(super) const OUR_ADDRESS: &str = "help@shop.test";

/// A mail of these fields. Values stand as they are.
pub(super) fn raw(row: &Value) -> Vec<u8> {
    let mut raw = String::new();
    for field in row.get("headers").and_then(Value::as_array).into_iter().flatten() {
        let part = |place: usize| field.get(place).and_then(Value::as_str).unwrap_or_default();
        raw.extend([part(0), ": ", part(1), "\r\n"]);
    }
    let body = row.get("body").and_then(Value::as_str).unwrap_or("Hello\r\n");
    raw.extend(["\r\n", body]);
    raw.into_bytes()
}

/// A mailbox by its name and addresses.
pub(super) fn source(name: &str, addresses: &[&str]) -> Option<Source> {
    let name: Name = name.parse().ok()?;
    let addresses = addresses.iter().map(|address| Endpoint::from(*address)).collect();
    Some(Source::new(name, Channel::Email, addresses))
}

/// The mail as a source of ours sees it.
pub(super) fn letter(raw: &[u8], envelope: Envelope<'_>, sources: &[&Source]) -> Option<Letter> {
    Letter::of_raw(raw, envelope, (sources.first()?, sources), RECEIVED_AT).ok()
}

/// The conversations that tokens mean, numbered in the order of their tokens, and what the row calls them.
pub(super) fn tokens(config: &Value) -> (BTreeMap<String, ConversationId>, BTreeMap<ConversationId, String>) {
    let given = config.get("tokens").and_then(Value::as_object);
    let named = given.into_iter().flatten().zip(1_u64..).filter_map(|((token, name), number)| {
        Some((token.to_ascii_lowercase(), ConversationId(number), name.as_str()?.to_owned()))
    });
    let named: Vec<_> = named.collect();
    let tokens = named.iter().map(|(token, number, _)| (token.clone(), *number)).collect();
    (tokens, named.into_iter().map(|(_, number, name)| (number, name)).collect())
}
