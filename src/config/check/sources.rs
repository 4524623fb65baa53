//! The ways in: each address of ours belongs to one source, so that the decoder never has to choose.

use std::collections::BTreeMap;

use super::value::{self, count, name, path};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{MachineMail, OneOrMany, RawFile, RawSource};
use crate::domain::{Channel, MailSource, MessageClass, Source, Span};

/// The most sources of a site.
const SOURCES_MAX: usize = 10_000;

/// Every source, by name.
pub(super) fn sources(raw: &RawFile, findings: &mut Findings) -> Vec<Source> {
    count(findings, "source", &raw.sources, SOURCES_MAX);
    let mut owners: BTreeMap<(Channel, String), &str> = BTreeMap::new();
    let mut sources = Vec::new();
    for (text, written) in &raw.sources {
        let at = path("source", text);
        let name = name(findings, &at, text);
        let channel = channel(findings, &at, written);
        let addresses = addresses(findings, &at, channel, written);
        for (at, address) in &addresses {
            let Some(channel) = channel else { continue };
            check_address(findings, at, channel, address);
            let key = (channel, address.to_lowercase());
            if let Some(owner) = owners.insert(key, text) {
                let fact = format!("`{address}` belongs to source `{owner}` already");
                let hint = "each address of ours belongs to one source: take it out of one of them";
                findings.push(Finding::error(Code::SameAddress, at, fact).hint(hint));
            }
        }
        let addresses = addresses.into_iter().map(|(_, address)| address.into()).collect();
        let source = name.zip(channel).map(|(name, channel)| Source::new(name, channel, addresses));
        sources.extend(source.map(|source| with_details(findings, &at, source, written)));
    }
    sources
}

/// What a section says besides its channel and its addresses.
fn with_details(findings: &mut Findings, at: &str, source: Source, written: &RawSource) -> Source {
    let list = |written: &Option<OneOrMany<String>>| {
        written.as_ref().map(|written| written.items.clone()).unwrap_or_default()
    };
    let at = |key: &str| format!("{at}.{key}");
    let span = Span::seconds(1)..=Span::hours(24);
    let plain = MailSource::default();
    let opens = written.opens.as_ref().map(|opens| opens.items.iter().map(|word| word.class()).collect());
    Source {
        format: written.format.unwrap_or(source.format),
        region: written.region.clone(),
        own_ids: list(&written.own_id),
        bots: written.bots.unwrap_or(false),
        keywords: written.keywords.as_ref().map_or(source.keywords, |words| words.items.clone()),
        parts_wait: value::span(
            findings,
            &at("parts_wait"),
            written.parts_wait.as_ref(),
            Source::PARTS_WAIT,
            span,
        ),
        mail: MailSource {
            authserv_ids: list(&written.authserv_id),
            trust_reply_to: written.trust_reply_to.unwrap_or(false),
            opens: opens.unwrap_or(plain.opens),
            languages: list(&written.subject_languages),
            subject_token: written.subject_token.clone(),
        },
        name: source.name,
        channel: source.channel,
        addresses: source.addresses,
    }
}

impl MachineMail {
    fn class(self) -> MessageClass {
        match self {
            MachineMail::Automated => MessageClass::Automated,
            MachineMail::List => MessageClass::List,
            MachineMail::Bulk => MessageClass::Bulk,
        }
    }
}

fn channel(findings: &mut Findings, at: &str, written: &RawSource) -> Option<Channel> {
    if written.channel.is_none() {
        findings.missing(at, "channel", "it is `chat`, `email`, `sms` or `work`");
    }
    written.channel
}

fn addresses<'a>(
    findings: &mut Findings,
    at: &str,
    channel: Option<Channel>,
    written: &'a RawSource,
) -> Vec<(String, &'a str)> {
    let at = format!("{at}.address");
    let Some(written) = &written.address else {
        // Nobody writes to work: it is known by the name of its source.
        if channel == Some(Channel::Work) {
            return Vec::new();
        }
        let (at, key) = at.rsplit_once('.').expect("the key was just added");
        findings.missing(at, key, "name the number, mailbox or account that contacts write to");
        return Vec::new();
    };
    if written.items.is_empty() && !findings.was_refused(&at) {
        findings.push(Finding::error(Code::EmptyList, &at, format!("`{at}` is an empty list")));
    }
    let place = |place| if written.listed { format!("{at}[{place}]") } else { at.clone() };
    written.items.iter().enumerate().map(|(index, address)| (place(index), address.as_str())).collect()
}

fn check_address(findings: &mut Findings, at: &str, channel: Channel, address: &str) {
    let hint = match channel {
        Channel::Sms => "write the number as `+15550199`, or a short code of digits",
        Channel::Email => "write the bare mailbox, as `help@example.org`",
        Channel::Chat => "write the account without spaces",
        Channel::Work => "write one word without spaces, or leave `address` out",
    };
    if !channel.is_address(address) {
        let fact = format!("`{address}` is not an address of {channel}");
        findings.push(Finding::error(Code::BadAddress, at, fact).hint(hint));
    }
}

/// A mailbox, by its outline.
pub(super) fn is_mailbox(address: &str) -> bool {
    Channel::Email.is_address(address)
}
