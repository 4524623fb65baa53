//! What a message stanza says: its body, its links, a place, what it answers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::{part, pick};
use super::tree::Element;
use crate::domain::Location;
use crate::wire::canonical::message::{CanonicalFile, CanonicalMessage, Kind};
use crate::wire::time::InstantText;

/// What encrypted messages are recognized by; their body says only that they are.
const ENCRYPTED: [(&str, &str); 5] = [
    ("encrypted", "urn:xmpp:omemo:2"),
    ("encrypted", "urn:xmpp:omemo:1"),
    ("encrypted", "eu.siacs.conversations.axolotl"),
    ("openpgp", "urn:xmpp:openpgp:0"),
    ("x", "jabber:x:encrypted"),
];

/// Fills in kind and content; false where nothing is said.
pub(super) fn fill(message: &mut CanonicalMessage, stanza: &Element) -> bool {
    let body = stanza.plain("body").map(|body| body.text.clone()).filter(|text| !text.is_empty());
    message.attachments = files(stanza);
    message.location = place(stanza);
    if let Some(answered) = stanza.child("reply", "urn:xmpp:reply:0") {
        message.in_reply_to = answered.attribute("id").map(str::to_owned);
        message.text_stripped = body.as_deref().and_then(|body| without_fallback(stanza, body));
    }
    let is_link = |text: &String| message.attachments.iter().any(|file| file.url.as_ref() == Some(text));
    message.text = body.filter(|text| !is_link(text));
    let subject = stanza.plain("subject").map(|subject| subject.text.trim().to_owned());
    message.subject = subject.filter(|subject| !subject.is_empty());
    forwarded(message, stanza);
    let thread = stanza.plain("thread").map(|thread| thread.text.clone());
    part::note(message, "thread", thread.filter(|text| !text.is_empty()));
    if ENCRYPTED.iter().any(|(name, space)| stanza.child(name, space).is_some()) {
        message.kind = Kind::Unsupported;
        message.text = None;
        part::flag(message, true, "encrypted");
        return true;
    }
    !part::is_bare(message)
}

/// A message that was passed on (XEP-0297).
fn forwarded(message: &mut CanonicalMessage, stanza: &Element) {
    let Some(passed) = stanza.child("forwarded", "urn:xmpp:forward:0") else { return };
    part::flag(message, true, "forwarded");
    let inner = passed.children.iter().find(|child| child.name == "message");
    let body = inner.and_then(|inner| inner.plain("body")).map(|body| body.text.clone());
    if message.text.is_none() {
        message.text = body.filter(|text| !text.is_empty());
    }
}

/// When it was sent, where it was kept on its way (XEP-0203, and the form before it).
pub(super) fn delay(stanza: &Element) -> Option<InstantText> {
    let old = || stanza.child("x", "jabber:x:delay");
    let stamp = stanza.child("delay", "urn:xmpp:delay").or_else(old)?.attribute("stamp")?;
    pick::instant_of(&Value::String(stamp.to_owned()))
}

/// The name by which a person wants to be called (XEP-0172).
pub(super) fn nick(stanza: &Element) -> Option<String> {
    let nick = stanza.child("nick", "http://jabber.org/protocol/nick")?;
    Some(nick.text.trim().to_owned()).filter(|nick| !nick.is_empty())
}

/// Links out of band (XEP-0066), and shared files with what is known of them (XEP-0447).
fn files(stanza: &Element) -> Vec<CanonicalFile> {
    let shared = stanza
        .children
        .iter()
        .filter(|child| child.name == "file-sharing" && child.space == "urn:xmpp:sfs:0");
    let mut files: Vec<CanonicalFile> = shared.map(shared_file).collect();
    let mut known: BTreeSet<String> = files.iter().filter_map(|file| file.url.clone()).collect();
    let links = stanza.children.iter().filter(|child| child.name == "x" && child.space == "jabber:x:oob");
    for link in links {
        let url = link.plain("url").map(|url| url.text.trim().to_owned()).filter(|url| !url.is_empty());
        if let Some(url) = url.filter(|url| known.insert(url.clone())) {
            files.push(CanonicalFile { url: Some(url), ..part::file("file") });
        }
    }
    files
}

fn shared_file(shared: &Element) -> CanonicalFile {
    let told = shared.child("file", "urn:xmpp:file:metadata:0");
    let of = |name| Some(told?.plain(name)?.text.trim().to_owned()).filter(|text| !text.is_empty());
    let sources = shared.plain("sources").into_iter().flat_map(|sources| &sources.children);
    let mut targets = sources.filter_map(|source| source.attribute("target"));
    let content_type = of("media-type").map(|word| word.to_ascii_lowercase());
    CanonicalFile {
        url: targets.next().map(str::to_owned),
        filename: of("name"),
        size: of("size").and_then(|size| size.parse().ok()),
        ..part::file_of(content_type)
    }
}

fn place(stanza: &Element) -> Option<Location> {
    let told = stanza.child("geoloc", "http://jabber.org/protocol/geoloc")?;
    let degrees = |name, most: f64| {
        let degrees: f64 = told.plain(name)?.text.trim().parse().ok()?;
        (degrees.abs() <= most).then_some(degrees)
    };
    let (latitude, longitude) = (degrees("lat", 90.0)?, degrees("lon", 180.0)?);
    Some(Location { latitude, longitude, ..Location::default() })
}

/// The body without what was quoted for older clients (XEP-0428): the places are counted in code points.
fn without_fallback(stanza: &Element, body: &str) -> Option<String> {
    let is_ours = |child: &&Element| {
        child.name == "fallback"
            && child.space == "urn:xmpp:fallback:0"
            && child.attribute("for") == Some("urn:xmpp:reply:0")
    };
    let told = stanza.children.iter().find(is_ours)?.plain("body")?;
    let place = |name| told.attribute(name)?.parse::<usize>().ok();
    let (start, end) = (place("start")?, place("end")?);
    let kept = body.chars().enumerate().filter(|(at, _)| !(start..end).contains(at)).map(|(_, char)| char);
    let kept: String = kept.collect();
    let kept = kept.trim();
    (!kept.is_empty() && kept.len() < body.len()).then(|| kept.to_owned())
}
