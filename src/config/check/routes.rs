//! Routes: what each one asks, and whether anything is left for it.

use std::collections::BTreeMap;

use super::queues::PRIORITY_MAX;
use super::value::{Reference, count, name, number, path, skills};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{OneOrMany, RawFile, RawRoute};
use crate::domain::Name;
use crate::policy::{Matcher, PatternError, Route, RouteTable};

/// The most routes of a site.
const ROUTES_MAX: usize = 10_000;
/// The most clauses that look at text, over all routes: each may be asked for one message, on the loop, and
/// what it said is recorded.
const TEXT_CLAUSES_MAX: usize = 2_000;
/// How far a rank may go, up and down.
const RANK_MAX: i64 = 1_000_000_000;

/// Every route in the order of its rank.
pub(super) fn routes(raw: &RawFile, findings: &mut Findings) -> RouteTable {
    count(findings, "route", &raw.routes, ROUTES_MAX);
    count_text_clauses(raw, findings);
    let mut ranks: BTreeMap<i64, &str> = BTreeMap::new();
    let mut routes = Vec::new();
    for (text, written) in &raw.routes {
        let at = path("route", text);
        let rank = rank(findings, &at, written);
        if let Some(other) = rank.and_then(|rank| ranks.insert(rank, text)) {
            let fact = format!("route `{text}` has the same rank as route `{other}`");
            let hint =
                "ranks are unique, since the order in the file means nothing: the least is asked first";
            findings.push(Finding::error(Code::SameRank, format!("{at}.rank"), fact).hint(hint));
        }
        routes.extend(route(raw, findings, text, written, rank.unwrap_or_default()));
    }
    RouteTable::new(routes)
}

fn count_text_clauses(raw: &RawFile, findings: &mut Findings) {
    let of = |route: &RawRoute| {
        [&route.address, &route.subject, &route.text].into_iter().filter(|clause| clause.is_some()).count()
    };
    let clauses: usize = raw.routes.values().map(of).sum();
    if clauses > TEXT_CLAUSES_MAX {
        let fact = format!(
            "the routes have {clauses} clauses of `address`, `subject` and `text`, and the most is {TEXT_CLAUSES_MAX}"
        );
        let finding = Finding::error(Code::OutOfRange, "route", fact);
        findings.push(finding.hint("route by `source` where an address is enough, or join patterns by `|`"));
    }
}

fn rank(findings: &mut Findings, at: &str, written: &RawRoute) -> Option<i64> {
    if written.rank.is_none() {
        findings.missing(at, "rank", "say its place: the route with the least rank is asked first");
    }
    let rank_at = format!("{at}.rank");
    let rank = number(findings, &rank_at, written.rank, 0, -RANK_MAX..=RANK_MAX);
    (written.rank.is_some() && !findings.was_refused(&rank_at)).then_some(rank)
}

fn route(raw: &RawFile, findings: &mut Findings, text: &str, written: &RawRoute, rank: i64) -> Option<Route> {
    let at = path("route", text);
    let name = name(findings, &at, text);
    let matchers = matchers(raw, findings, text, written);
    let queue = queue(raw, findings, text, written);
    let needs = skills(findings, &at, &written.skills);
    let priority_at = format!("{at}.priority");
    let priority = written.priority.and_then(|priority| {
        let held = number(findings, &priority_at, Some(priority), 0, -PRIORITY_MAX..=PRIORITY_MAX);
        i32::try_from(held).ok()
    });
    Some(Route { name: name?, rank, matchers, queue: queue?, needs, priority })
}

fn queue(raw: &RawFile, findings: &mut Findings, text: &str, written: &RawRoute) -> Option<Name> {
    let at = path("route", text);
    let Some(wanted) = &written.queue else {
        findings.missing(&at, "queue", "say where it sends");
        return None;
    };
    let who = format!("route `{text}` sends to");
    let reference = Reference { code: Code::UnknownQueue, who, noun: "queue", known: &raw.queues };
    reference.resolve(findings, &format!("{at}.queue"), wanted)
}

/// The clauses, the cheap ones first.
fn matchers(raw: &RawFile, findings: &mut Findings, text: &str, written: &RawRoute) -> Vec<Matcher> {
    let at = path("route", text);
    let mut matchers = Vec::new();
    if let Some(channels) = &written.channel {
        filled(findings, &format!("{at}.channel"), channels);
        let mut channels = channels.items.clone();
        channels.sort();
        channels.dedup();
        matchers.push(Matcher::Channel(channels));
    }
    if let Some(sources) = &written.source {
        matchers.push(Matcher::Source(self::sources(raw, findings, text, written, sources)));
    }
    if let Some(languages) = &written.language {
        matchers.push(Matcher::Language(self::languages(findings, &format!("{at}.language"), languages)));
    }
    let mut pattern = |key: &str, written: &Option<String>, make: MakeMatcher| {
        let pattern = written.as_ref()?;
        self::pattern(findings, &format!("{at}.{key}"), pattern, make)
    };
    matchers.extend(pattern("address", &written.address, Matcher::address));
    matchers.extend(pattern("subject", &written.subject, Matcher::subject));
    matchers.extend(pattern("text", &written.text, Matcher::text));
    matchers
}

type MakeMatcher = fn(&str) -> Result<Matcher, PatternError>;

fn pattern(findings: &mut Findings, at: &str, pattern: &str, make: MakeMatcher) -> Option<Matcher> {
    let refused = |reason: &str, hint: &str| {
        let fact = format!("`{at}` is not a usable pattern: {reason}");
        Finding::error(Code::BadRegex, at, fact).hint(hint)
    };
    if pattern.is_empty() {
        findings.push(refused("it is empty, which matches everything", "leave the key out to ask nothing"));
        return None;
    }
    match make(pattern) {
        Ok(matcher) => Some(matcher),
        Err(error @ PatternError::TooLarge) => {
            let hint = "count less: `{1,1000}` is written out a thousand times";
            findings.push(refused(&error.to_string(), hint));
            None
        }
        Err(error @ PatternError::Syntax(_)) => {
            let hint = "in TOML write patterns in single quotes, so that a backslash stays one";
            findings.push(refused(&error.to_string(), hint));
            None
        }
    }
}

fn sources(
    raw: &RawFile,
    findings: &mut Findings,
    text: &str,
    written: &RawRoute,
    sources: &OneOrMany<String>,
) -> Vec<Name> {
    let at = format!("{}.source", path("route", text));
    filled(findings, &at, sources);
    let who = format!("route `{text}` takes from");
    let reference = Reference { code: Code::UnknownSource, who, noun: "source", known: &raw.sources };
    let mut names = Vec::new();
    for (place, wanted) in sources.items.iter().enumerate() {
        let at = if sources.listed { format!("{at}[{place}]") } else { at.clone() };
        names.extend(reference.resolve(findings, &at, wanted));
        contradiction(raw, findings, &at, wanted, written);
    }
    names.sort();
    names.dedup();
    names
}

/// A source whose channel the route does not take would never match.
fn contradiction(raw: &RawFile, findings: &mut Findings, at: &str, source: &str, written: &RawRoute) {
    let Some(channels) = &written.channel else { return };
    let Some(channel) = raw.sources.get(source).and_then(|source| source.channel) else { return };
    if !channels.items.contains(&channel) {
        let fact = format!("source `{source}` carries {channel}, which this route does not take");
        let hint = "a source has one channel: leave out `channel`, or the source";
        findings.push(Finding::error(Code::ChannelMismatch, at, fact).hint(hint));
    }
}

pub(super) fn languages(findings: &mut Findings, at: &str, written: &OneOrMany<String>) -> Vec<String> {
    filled(findings, at, written);
    for (place, tag) in written.items.iter().enumerate() {
        if !is_language(tag) {
            let at = if written.listed { format!("{at}[{place}]") } else { at.to_owned() };
            let folded = tag.to_lowercase().replace('_', "-");
            let fact = format!("`{tag}` is not a lower-case language tag");
            let hint =
                if is_language(&folded) { format!("write `{folded}`") } else { "as `tl`, `zh-tw`".into() };
            findings.push(Finding::error(Code::BadLanguage, at, fact).hint(hint));
        }
    }
    let mut tags = written.items.clone();
    tags.sort();
    tags.dedup();
    tags
}

/// The outline of BCP 47, lower case.
pub(crate) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && plain(part))
}

fn filled<T>(findings: &mut Findings, at: &str, written: &OneOrMany<T>) {
    if written.items.is_empty() && !findings.was_refused(at) {
        let fact = format!("`{at}` is an empty list, so the route would never match");
        findings.push(Finding::error(Code::EmptyList, at, fact).hint("leave the key out to ask nothing"));
    }
}
