//! Which queue takes a message: declarative matchers in the order of their ranks, first match wins.

use std::collections::BTreeMap;
use std::fmt;

use regex::{Regex, RegexBuilder};

use crate::domain::{Channel, Name, Proficiency};

/// What a route may look at.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    /// The channel that the message came by.
    pub channel: Channel,
    /// The configured way in.
    pub source: &'a Name,
    /// Our address that received it.
    pub address: &'a str,
    /// The subject of a mail, else empty.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
    /// The declared language, as a lower-case tag.
    pub language: Option<&'a str>,
}

/// One clause of a route. All clauses of a route must hold.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// One of these channels.
    Channel(Vec<Channel>),
    /// One of these sources.
    Source(Vec<Name>),
    /// Our address, the whole of it: [`Matcher::address`] anchors the pattern (peer-S46).
    Address(Regex),
    /// A match anywhere in the subject.
    Subject(Regex),
    /// A match anywhere in the text.
    Text(Regex),
    /// One of these languages, by primary tag: `zh` takes `zh-tw`.
    Language(Vec<String>),
}

/// A rule that picks a queue.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its configured name.
    pub name: Name,
    /// Its place: the least is asked first. Unique.
    pub rank: i64,
    /// What must hold. Empty: always.
    pub matchers: Vec<Matcher>,
    /// Where it sends.
    pub queue: Name,
    /// What it asks of an agent, on top of what the queue asks.
    pub needs: BTreeMap<Name, Proficiency>,
    /// A priority of its own, in place of the queue's.
    pub priority: Option<i32>,
}

/// The verdict of one clause that looked at text. It is recorded, since the text is not kept for routing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The route's place in the table.
    pub route: usize,
    /// `address`, `subject` or `text`.
    pub clause: &'static str,
    /// Whether it matched.
    pub matched: bool,
}

/// Which route took a message, and what its text clauses said on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteChoice {
    /// The place of the route in the table; `None` is the site's default queue.
    pub route: Option<usize>,
    /// Every text clause that was asked, in order.
    pub verdicts: Vec<Verdict>,
}

/// Every route, the least rank first.
#[derive(Clone, Debug, Default)]
pub struct RouteTable(Vec<Route>);

impl RouteTable {
    /// Sorts by rank; ranks are unique (the caller has checked), so file order means nothing.
    pub fn new(mut routes: Vec<Route>) -> RouteTable {
        routes.sort_by_key(|route| route.rank);
        RouteTable(routes)
    }

    /// The routes in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }

    /// The route at a place that [`RouteTable::choose`] gave.
    pub fn get(&self, place: usize) -> &Route {
        &self.0[place]
    }

    /// The first route all of whose clauses hold, with the verdict of each text clause that was asked.
    pub fn choose(&self, attributes: &Attributes<'_>) -> RouteChoice {
        let mut verdicts = Vec::new();
        let route = (0..self.0.len()).find(|&place| self.takes(place, attributes, &mut verdicts));
        RouteChoice { route, verdicts }
    }

    fn takes(&self, place: usize, attributes: &Attributes<'_>, verdicts: &mut Vec<Verdict>) -> bool {
        self.0[place].matchers.iter().all(|matcher| {
            let matched = matcher.holds(attributes);
            if let Some(clause) = matcher.text_clause() {
                verdicts.push(Verdict { route: place, clause, matched });
            }
            matched
        })
    }
}

/// Why a pattern cannot be a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// Compiled it would take more than [`Matcher::PATTERN_BYTES_MAX`].
    TooLarge,
    /// It is no pattern, with the reason.
    Syntax(String),
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatternError::TooLarge => {
                write!(f, "compiled it would take more than {} bytes", Matcher::PATTERN_BYTES_MAX)
            }
            PatternError::Syntax(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for PatternError {}

impl Matcher {
    /// The most that one compiled pattern may take, in bytes, so that no pattern can eat the memory.
    pub const PATTERN_BYTES_MAX: usize = 1 << 20;

    /// A clause on our address: the pattern must match the whole of it, so a suffix does not slip by.
    pub fn address(pattern: &str) -> Result<Matcher, PatternError> {
        // Compiled bare first: `a)|(b` would otherwise close our bracket and lose the anchors.
        compile(pattern)?;
        compile(&format!("^(?:{pattern})$")).map(Matcher::Address)
    }

    /// A clause on the subject: the pattern may match anywhere in it.
    pub fn subject(pattern: &str) -> Result<Matcher, PatternError> {
        compile(pattern).map(Matcher::Subject)
    }

    /// A clause on the text: the pattern may match anywhere in it.
    pub fn text(pattern: &str) -> Result<Matcher, PatternError> {
        compile(pattern).map(Matcher::Text)
    }

    fn holds(&self, attributes: &Attributes<'_>) -> bool {
        match self {
            Matcher::Channel(channels) => channels.contains(&attributes.channel),
            Matcher::Source(sources) => sources.contains(attributes.source),
            Matcher::Address(pattern) => pattern.is_match(attributes.address),
            Matcher::Subject(pattern) => pattern.is_match(attributes.subject),
            Matcher::Text(pattern) => pattern.is_match(attributes.text),
            Matcher::Language(languages) => {
                attributes.language.is_some_and(|tag| languages.iter().any(|wanted| covers(wanted, tag)))
            }
        }
    }

    fn text_clause(&self) -> Option<&'static str> {
        match self {
            Matcher::Address(_) => Some("address"),
            Matcher::Subject(_) => Some("subject"),
            Matcher::Text(_) => Some("text"),
            Matcher::Channel(_) | Matcher::Source(_) | Matcher::Language(_) => None,
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, PatternError> {
    RegexBuilder::new(pattern).size_limit(Matcher::PATTERN_BYTES_MAX).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
        // The lines before the last one draw the pattern.
        error => {
            let drawn = error.to_string();
            let reason = drawn.lines().last().unwrap_or_default();
            PatternError::Syntax(reason.trim_start_matches("error: ").to_owned())
        }
    })
}

/// RFC 4647 basic filtering: `zh` covers `zh` and `zh-tw`, not `zhx`.
fn covers(wanted: &str, tag: &str) -> bool {
    tag.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
