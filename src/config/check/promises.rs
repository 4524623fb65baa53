//! SLAs and their ladders: from spans and percentages as written to promises as the engine pins them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::{Reference, count, name, path, span};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{RawFile, RawLadder, RawRung, RawSla, RawTarget};
use crate::config::span::{self as spans, SPAN_MAX, Unfit, spell};
use crate::domain::{Ladder, Metric, Name, Promise, Rung, Span};
use crate::policy::{Warning, promise};

/// The most ladders, and the most SLAs.
const ENTRIES_MAX: usize = 10_000;
/// The most rungs of a ladder.
const RUNGS_MAX: usize = 50;
/// The most that one rung tells.
const NOTIFY_MAX: usize = 50;
/// The most warnings of a target.
const WARNINGS_MAX: usize = 20;

/// The promises of each SLA, by its name.
pub(super) type Promises = BTreeMap<String, Arc<[Arc<Promise>]>>;

/// Every SLA, each with its ladder.
pub(super) fn promises(raw: &RawFile, findings: &mut Findings) -> Promises {
    count(findings, "ladder", &raw.ladders, ENTRIES_MAX);
    count(findings, "sla", &raw.slas, ENTRIES_MAX);
    let mut ladders = BTreeMap::new();
    for (text, written) in &raw.ladders {
        ladders.insert(text.as_str(), Arc::new(ladder(findings, text, written)));
    }
    let mut promises = Promises::new();
    for (text, written) in &raw.slas {
        promises.insert(text.clone(), sla(raw, findings, text, written, &ladders));
    }
    promises
}

fn sla(
    raw: &RawFile,
    findings: &mut Findings,
    text: &str,
    written: &RawSla,
    ladders: &BTreeMap<&str, Arc<Ladder>>,
) -> Arc<[Arc<Promise>]> {
    let at = path("sla", text);
    let sla = name(findings, &at, text);
    let ladder = written.ladder.as_ref().and_then(|wanted| {
        let who = format!("sla `{text}` escalates by");
        let reference = Reference { code: Code::UnknownLadder, who, noun: "ladder", known: &raw.ladders };
        reference.resolve(findings, &format!("{at}.ladder"), wanted)?;
        ladders.get(wanted.as_str()).cloned()
    });
    let targets = [(Metric::Assign, &written.assign), (Metric::FirstReply, &written.first_reply)];
    if targets.iter().all(|(_, target)| target.is_none()) && !findings.was_refused(&at) {
        let fact = format!("sla `{text}` promises nothing");
        let hint = "give it a target, as `first_reply = { within = \"5m\" }`";
        findings.push(Finding::error(Code::EmptySla, &at, fact).hint(hint));
    }
    let made = targets.into_iter().filter_map(|(metric, target)| {
        let target = target.as_ref()?;
        Some(Arc::new(self::target(
            findings,
            &format!("{at}.{metric}"),
            sla.clone(),
            metric,
            target,
            ladder.clone(),
        )))
    });
    made.collect()
}

fn target(
    findings: &mut Findings,
    at: &str,
    sla: Option<Name>,
    metric: Metric,
    written: &RawTarget,
    ladder: Option<Arc<Ladder>>,
) -> Promise {
    if written.within.is_none() {
        findings.missing(at, "within", "say how long it may take, as `within = \"5m\"`");
    }
    let within_at = format!("{at}.within");
    let limits = Span::seconds(1)..=SPAN_MAX;
    let within = span(findings, &within_at, written.within.as_ref(), Span::hours(1), limits);
    // Warnings are measured against the target, so without one only their form is looked at.
    let known = written.within.is_some() && !findings.was_refused(&within_at);
    let mut warnings = Vec::new();
    for (place, text) in written.warn.iter().enumerate() {
        warnings.extend(warning(findings, &format!("{at}.warn[{place}]"), text, known.then_some(within)));
    }
    if written.warn.len() > WARNINGS_MAX {
        let fact = format!("`{at}.warn` has more than {WARNINGS_MAX} warnings");
        findings.push(Finding::error(Code::OutOfRange, format!("{at}.warn"), fact));
    }
    promise(sla, metric, within, &warnings, ladder)
}

fn warning(findings: &mut Findings, at: &str, text: &str, within: Option<Span>) -> Option<Warning> {
    let refused = |hint: String| {
        let fact = format!("`{at}` is `{text}`, which is not a warning before the breach");
        Finding::error(Code::BadWarning, at, fact).hint(hint)
    };
    let read = if let Some(percent) = text.strip_suffix('%') {
        let percent = percent.parse::<u8>().ok().filter(|percent| (1..=99).contains(percent));
        percent.map(Warning::Percent).ok_or_else(|| refused("a percentage is from `1%` to `99%`".to_owned()))
    } else if let Some(before) = text.strip_prefix('-') {
        match (spans::span(before), within) {
            (Err(Unfit(hint)), _) => Err(refused(hint.to_owned())),
            (Ok(Span(0)), _) => Err(refused("that is the breach itself".to_owned())),
            (Ok(before), Some(within)) if before >= within => {
                Err(refused(format!("the target is {}: warn less than that before its due", spell(within))))
            }
            (Ok(before), _) => Ok(Warning::Before(before)),
        }
    } else {
        Err(refused("write `50%` of the target, or `-15m` before its due".to_owned()))
    };
    read.map_err(|finding| findings.push(finding)).ok()
}

fn ladder(findings: &mut Findings, text: &str, written: &RawLadder) -> Ladder {
    let at = path("ladder", text);
    name(findings, &at, text);
    let limits = Span::seconds(1)..=SPAN_MAX;
    let ack_for = written.ack_for.as_ref();
    let ack_for = span(findings, &format!("{at}.ack_for"), ack_for, Span::minutes(30), limits);
    if written.rung.is_empty() && !findings.was_refused(&at) {
        let fact = format!("ladder `{text}` has no rung, so nobody would be told");
        let hint = "begin with `rung.1 = { after = \"0s\", notify = [\"role:supervisor\"] }`";
        findings.push(Finding::error(Code::EmptyLadder, &at, fact).hint(hint));
    }
    let rungs = rungs(findings, &format!("{at}.rung"), written);
    Ladder { name: text.to_owned(), ack_for_ms: ack_for.0, rungs }
}

/// Rungs in their order: numbered from 1 without a hole, each no earlier than the one before.
fn rungs(findings: &mut Findings, at: &str, written: &RawLadder) -> Vec<Rung> {
    let mut numbered: Vec<(usize, &RawRung)> = Vec::new();
    for (key, rung) in &written.rung {
        match key.parse::<usize>() {
            Ok(number) if number.to_string() == *key && (1..=RUNGS_MAX).contains(&number) => {
                numbered.push((number, rung));
            }
            _ => {
                let fact = format!("`{}` is not the number of a rung", path(at, key));
                let hint = format!("rungs are numbered from 1, at most to {RUNGS_MAX}");
                findings.push(Finding::error(Code::BadRung, path(at, key), fact).hint(hint));
            }
        }
    }
    numbered.sort_by_key(|(number, _)| *number);
    let mut rungs: Vec<Rung> = Vec::new();
    for (place, (number, rung)) in numbered.into_iter().enumerate() {
        let rung_at = format!("{at}.{number}");
        let hole = format!("{at}.{}", place + 1);
        if number != place + 1 && rungs.len() == place && !findings.was_refused(&hole) {
            let fact = format!("`{rung_at}` stands where `{hole}` should");
            findings.push(Finding::error(Code::BadRung, hole, fact).hint("number the rungs without a hole"));
        }
        let rung = self::rung(findings, &rung_at, rung);
        let before = rungs.last().map_or(0, |before| before.after_ms);
        if rung.after_ms < before {
            let fact =
                format!("`{rung_at}` comes before the rung below it, which waits {}", spell(Span(before)));
            let hint = "all delays count from the breach: let them grow from rung to rung";
            findings.push(Finding::error(Code::BadRung, format!("{rung_at}.after"), fact).hint(hint));
        }
        rungs.push(rung);
    }
    rungs
}

fn rung(findings: &mut Findings, at: &str, written: &RawRung) -> Rung {
    if written.after.is_none() {
        findings.missing(at, "after", "say how long after the breach, as `after = \"0s\"`");
    }
    let after = span(findings, &format!("{at}.after"), written.after.as_ref(), SPAN_MAX, Span(0)..=SPAN_MAX);
    let notify_at = format!("{at}.notify");
    if written.notify.is_empty() {
        findings.missing(at, "notify", "say who is told, as `notify = [\"role:supervisor\"]`");
    }
    if written.notify.len() > NOTIFY_MAX {
        let fact = format!("`{notify_at}` has more than {NOTIFY_MAX} entries");
        findings.push(Finding::error(Code::OutOfRange, notify_at.clone(), fact));
    }
    for (place, whom) in written.notify.iter().enumerate() {
        if !is_known_notify(whom) {
            let at = format!("{notify_at}[{place}]");
            let fact = format!("`{at}` is `{whom}`, which tells nobody");
            let hint = "write `assignee`, `role:supervisor`, `role:service` or `email:NAME@HOST`";
            findings.push(Finding::error(Code::BadNotify, at, fact).hint(hint));
        }
    }
    Rung { after_ms: after.0, notify: written.notify.clone() }
}

fn is_known_notify(whom: &str) -> bool {
    let is_mailbox = |address| super::sources::is_mailbox(address);
    matches!(whom, "assignee" | "role:supervisor" | "role:service")
        || whom.strip_prefix("email:").is_some_and(is_mailbox)
}
