//! Queues, and whether anybody can serve them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::promises::Promises;
use super::value::{Reference, count, name, number, path, skills, span};
use crate::config::finding::{Code, Findings};
use crate::config::raw::{OfferTimeout, OwnerOfflineWord, RawFile, RawQueue, SpanText};
use crate::domain::{Channel, Name, Promise, Span};
use crate::policy::{OwnerOffline, QueueRule};

/// The most queues of a site.
const QUEUES_MAX: usize = 10_000;
/// How far a priority may go, up and down.
pub(super) const PRIORITY_MAX: i64 = 1_000_000;
/// The longest work after a conversation.
const WRAP_UP_MAX: Span = Span::hours(1);
/// The priority of a queue that names none.
const PRIORITY_DEFAULT: i64 = 50;

/// Where interactions wait.
pub(super) fn queues(
    raw: &RawFile,
    promises: &Promises,
    findings: &mut Findings,
) -> BTreeMap<Name, QueueRule> {
    count(findings, "queue", &raw.queues, QUEUES_MAX);
    let mut queues = BTreeMap::new();
    for (text, written) in &raw.queues {
        let at = path("queue", text);
        let name = name(findings, &at, text);
        let rule = QueueRule {
            priority: priority(findings, &at, written.priority).unwrap_or_default(),
            needs: skills(findings, &at, &written.skills),
            promises: sla(raw, findings, text, written, promises),
            offer_timeout: offer_timeout(findings, &at, written.offer_timeout.as_ref()),
            owner_offline: match written.owner_offline {
                Some(OwnerOfflineWord::Keep) => OwnerOffline::Keep,
                Some(OwnerOfflineWord::Requeue) | None => OwnerOffline::Requeue,
            },
            wrap_up: wrap_up(findings, &at, written.wrap_up.as_ref()),
        };
        queues.extend(name.map(|name| (name, rule)));
    }
    queues
}

fn priority(findings: &mut Findings, at: &str, written: Option<i64>) -> Option<i32> {
    let at = format!("{at}.priority");
    let value = number(findings, &at, written, PRIORITY_DEFAULT, -PRIORITY_MAX..=PRIORITY_MAX);
    i32::try_from(value).ok()
}

fn sla(
    raw: &RawFile,
    findings: &mut Findings,
    text: &str,
    written: &RawQueue,
    promises: &Promises,
) -> Arc<[Arc<Promise>]> {
    let Some(wanted) = &written.sla else { return Arc::default() };
    let who = format!("queue `{text}` promises by");
    let reference = Reference { code: Code::UnknownSla, who, noun: "sla", known: &raw.slas };
    reference.resolve(findings, &format!("{}.sla", path("queue", text)), wanted);
    promises.get(wanted).cloned().unwrap_or_default()
}

fn offer_timeout(
    findings: &mut Findings,
    at: &str,
    written: Option<&OfferTimeout>,
) -> [Span; Channel::ALL.len()] {
    let limits = Span::seconds(1)..=Span::hours(24);
    let at = format!("{at}.offer_timeout");
    match written {
        None => Channel::ALL.map(default_timeout),
        Some(OfferTimeout::All(text)) => {
            [span(findings, &at, Some(text), default_timeout(Channel::Chat), limits); Channel::ALL.len()]
        }
        Some(OfferTimeout::Each(each)) => Channel::ALL.map(|channel| {
            let at = format!("{at}.{channel}");
            span(findings, &at, each.get(channel), default_timeout(channel), limits.clone())
        }),
    }
}

fn wrap_up(findings: &mut Findings, at: &str, written: Option<&SpanText>) -> Span {
    span(findings, &format!("{at}.wrap_up"), written, Span(0), Span(0)..=WRAP_UP_MAX)
}

fn default_timeout(channel: Channel) -> Span {
    match channel {
        Channel::Chat | Channel::Sms => Span::seconds(30),
        Channel::Email | Channel::Work => Span::seconds(300),
    }
}
