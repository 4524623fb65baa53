//! Single values: read, held against their limits, and replaced by something harmless where refused, so
//! that the check goes on. What it made is thrown away then.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::config::finding::{Code, Finding, Findings};
use crate::config::nearest::{list, nearest};
use crate::config::raw::{Named, SpanText};
use crate::config::span::{Unfit, spell};
use crate::config::{span, tree};
use crate::domain::{Name, Proficiency, Span};

/// The path of an entry, as `queue.billing`.
pub(super) fn path(section: &str, name: &str) -> String {
    format!("{section}.{}", tree::spell_key(name))
}

/// A span inside its limits.
pub(super) fn span(
    findings: &mut Findings,
    at: &str,
    written: Option<&SpanText>,
    default: Span,
    limits: RangeInclusive<Span>,
) -> Span {
    let Some(SpanText(text)) = written else { return default };
    let value = match span::span(text) {
        Ok(value) => value,
        Err(Unfit(hint)) => {
            let fact = format!("`{at}` is `{text}`, which is not a span of time");
            findings.push(Finding::error(Code::BadSpan, at, fact).hint(hint));
            return default;
        }
    };
    if !limits.contains(&value) {
        let (least, most) = (spell(*limits.start()), spell(*limits.end()));
        out_of_range(findings, at, &spell(value), &least, &most);
        return default;
    }
    value
}

/// A whole number inside its limits.
pub(super) fn number(
    findings: &mut Findings,
    at: &str,
    written: Option<i64>,
    default: i64,
    limits: RangeInclusive<i64>,
) -> i64 {
    match written {
        Some(value) if limits.contains(&value) => value,
        Some(value) => {
            out_of_range(findings, at, &value, limits.start(), limits.end());
            default
        }
        None => default,
    }
}

fn out_of_range(
    findings: &mut Findings,
    at: &str,
    value: &dyn Display,
    least: &dyn Display,
    most: &dyn Display,
) {
    let fact = format!("`{at}` is {value}, which is outside its limits");
    findings.push(Finding::error(Code::OutOfRange, at, fact).hint(format!("it is from {least} to {most}")));
}

/// How many entries of a section there may be.
pub(super) fn count<T>(findings: &mut Findings, section: &str, entries: &Named<T>, most: usize) {
    if entries.len() > most {
        let fact = format!("there are {} entries of `{section}`, and the most is {most}", entries.len());
        findings.push(Finding::error(Code::OutOfRange, section, fact));
    }
}

/// A name.
pub(super) fn name(findings: &mut Findings, at: &str, text: &str) -> Option<Name> {
    match text.parse() {
        Ok(name) => Some(name),
        Err(error) => {
            let folded = text.to_lowercase().replace([' ', '.'], "-");
            let way_out = match folded.parse::<Name>() {
                Ok(name) => format!("{error}; `{name}` would do"),
                Err(_) => format!("{error}"),
            };
            let fact = format!("`{text}` cannot be a name");
            findings.push(Finding::error(Code::BadName, at, fact).hint(way_out));
            None
        }
    }
}

/// Skills with their levels, each inside 1 to 5.
pub(super) fn skills(
    findings: &mut Findings,
    at: &str,
    written: &BTreeMap<String, i64>,
) -> BTreeMap<Name, Proficiency> {
    let mut skills = BTreeMap::new();
    for (skill, level) in written {
        let at = path(&format!("{at}.skills"), skill);
        let skill = name(findings, &at, skill);
        let level = number(findings, &at, Some(*level), 1, 1..=5);
        let level = u8::try_from(level).ok().and_then(Proficiency::new);
        skills.extend(skill.zip(level));
    }
    skills
}

/// A word that names another entry.
pub(super) struct Reference<'a, T> {
    /// The fault where it does not.
    pub code: Code,
    /// Who refers, as "route `vip` sends to".
    pub who: String,
    /// To what, as `queue`; it is the section's word too.
    pub noun: &'a str,
    /// What there is.
    pub known: &'a Named<T>,
}

impl<T> Reference<'_, T> {
    /// The name, if there is such an entry.
    pub(super) fn resolve(&self, findings: &mut Findings, at: &str, wanted: &str) -> Option<Name> {
        if self.known.contains_key(wanted) {
            // A bad name is told where it is defined.
            return wanted.parse().ok();
        }
        let noun = self.noun;
        if findings.is_refused_whole(noun) {
            return None;
        }
        let fact = format!("{} {noun} `{wanted}`, which is not defined", self.who);
        let finding = Finding::error(self.code, at, fact);
        findings.push(finding.hint(self.way_out(wanted)));
        None
    }

    fn way_out(&self, wanted: &str) -> String {
        const LISTED_MAX: usize = 5;
        let noun = self.noun;
        let names: Vec<&str> = self.known.keys().map(String::as_str).collect();
        match nearest(wanted, names.iter().copied()) {
            Some(name) if noun == "sla" => format!("there is an {noun} `{name}`"),
            Some(name) => format!("there is a {noun} `{name}`"),
            None if names.is_empty() => format!("no {noun} is defined; begin one with `[{noun}.{wanted}]`"),
            None if names.len() <= LISTED_MAX => {
                format!("what is defined: {}; or begin it with `[{noun}.{wanted}]`", list(&names))
            }
            None => format!("begin it with `[{noun}.{wanted}]`"),
        }
    }
}
