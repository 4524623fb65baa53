//! The ways in: each address of ours belongs to one source, so that the decoder never has to choose.

use std::collections::BTreeMap;

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use super::routes::languages;
use super::value::{self, count, name, path};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{MachineMail, OneOrMany, RawFile, RawSource};
use crate::domain::{Channel, Format, MailSource, MessageClass, Source, Span};

/// The most sources of a site.
const SOURCES_MAX: usize = 10_000;

/// Every source, by name.
pub(super) fn sources(raw: &RawFile, findings: &mut Findings) -> Vec<Source> {
    count(findings, "source", &raw.sources, SOURCES_MAX);
    if let Some(written) = &raw.site.languages {
        languages(findings, "site.languages", written);
    }
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
        sources.extend(source.map(|source| with_details(findings, &at, source, written, raw)));
    }
    sources
}

/// What a section says besides its channel and its addresses.
fn with_details(
    findings: &mut Findings,
    at: &str,
    source: Source,
    written: &RawSource,
    raw: &RawFile,
) -> Source {
    let key = |key: &str| format!("{at}.{key}");
    // What is consumed stays in the input stream for a day, and parts are read there again.
    let span = Span::seconds(1)..=Span::hours(6);
    let keywords = written.keywords.as_ref().map(|words| languages(findings, &key("keywords"), words));
    let own = written.languages.as_ref().map(|tags| languages(findings, &key("languages"), tags));
    let of_site = || raw.site.languages.as_ref().map(|tags| tags.items.clone()).unwrap_or_default();
    Source {
        format: format(findings, &key("format"), &source, written),
        region: region(findings, &key("region"), written),
        own_ids: items(written.own_id.as_ref()),
        bots: written.bots.unwrap_or(source.bots),
        keywords: keywords.unwrap_or(source.keywords),
        languages: own.unwrap_or_else(of_site),
        parts_wait: value::span(
            findings,
            &key("parts_wait"),
            written.parts_wait.as_ref(),
            source.parts_wait,
            span,
        ),
        reply_window: written.reply_window.as_ref().map(|window| {
            let limits = Span::minutes(1)..=Span::hours(24 * 30);
            value::span(findings, &key("reply_window"), Some(window), Source::REPLY_WINDOW, limits)
        }),
        mail: mail(findings, at, written),
        name: source.name,
        channel: source.channel,
        addresses: source.addresses,
    }
}

fn items(written: Option<&OneOrMany<String>>) -> Vec<String> {
    written.map(|written| written.items.clone()).unwrap_or_default()
}

fn format(findings: &mut Findings, at: &str, source: &Source, written: &RawSource) -> Format {
    let Some(format) = written.format else { return source.format };
    if !format.channels().contains(&source.channel) {
        let fact = format!("`{format}` is not a format of {}", source.channel);
        let names = Format::ALL.into_iter().filter(|format| format.channels().contains(&source.channel));
        let names: Vec<&str> = names.map(Format::as_str).collect();
        let hint = format!("{} takes {}", source.channel, names.join(", "));
        findings.push(Finding::error(Code::BadFormat, at, fact).hint(hint));
    }
    format
}

fn region(findings: &mut Findings, at: &str, written: &RawSource) -> Option<String> {
    let region = written.region.as_ref()?;
    if !is_region(region) {
        let fact = format!("`{region}` is not the code of a region");
        let hint = "write the two capital letters of ISO 3166, as `US`, `PL`, `GB`";
        findings.push(Finding::error(Code::BadRegion, at, fact).hint(hint));
    }
    Some(region.clone())
}

/// Whether numbers of a region are known by its two capital letters. `ZZ` and `UK` have the form only.
pub(crate) fn is_region(code: &str) -> bool {
    let is_plain = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let known = |region: Region| PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some();
    is_plain && Region::from_code(code).is_ok_and(known)
}

fn mail(findings: &mut Findings, at: &str, written: &RawSource) -> MailSource {
    let plain = MailSource::default();
    if let Some(token) = written.subject_form.as_ref().filter(|token| token.matches("{token}").count() != 1) {
        let fact = format!("`{token}` has no single place for the token");
        let hint = "write `{token}` where it stands, as `[#{token}]`";
        findings.push(Finding::error(Code::BadSubjectForm, format!("{at}.subject_form"), fact).hint(hint));
    }
    let subjects = written.subject_languages.as_ref();
    MailSource {
        authserv_ids: items(written.authserv_id.as_ref()),
        trust_reply_to: written.trust_reply_to.unwrap_or(plain.trust_reply_to),
        opens: match &written.opens {
            Some(opens) => opens.items.iter().map(|word| word.class()).collect(),
            None => plain.opens,
        },
        languages: subjects
            .map(|tags| languages(findings, &format!("{at}.subject_languages"), tags))
            .unwrap_or_default(),
        subject_token: written.subject_form.clone(),
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
