//! A small site as a row's `config` says it: its mailboxes, its rules, one supervisor and one agent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::post::{text, texts};
use crate::domain::{Capacity, Channel, Digest, Endpoint, MessageClass, Name, Role, Source, Span};
use crate::policy::{AgentRule, OFFER_TIMEOUT, OwnerOffline, Policy, QueueRule, RouteTable, SiteRules};

/// Who answers and resolves in a row.
pub(super) const SUPERVISOR: &str = "supervisor";
/// Who writes first: only an agent may.
pub(super) const AGENT: &str = "agent";
const QUEUE: &str = "general";
/// More than any row has conversations.
const UNITS: u32 = 1_000_000;

/// The mailboxes of a row.
pub(super) fn sources(config: &Value) -> Vec<Source> {
    let mailboxes = config.get("mailboxes").and_then(Value::as_object).into_iter().flatten();
    let trusting = texts(config, "trust_reply_to");
    let of = |(name, addresses): (&String, &Value)| {
        let addresses = addresses.as_array().into_iter().flatten().filter_map(Value::as_str);
        let addresses = addresses.map(Endpoint::from).collect();
        let mut source = Source::new(name.parse().ok()?, Channel::Email, addresses);
        source.mail.authserv_ids = texts(config, "authserv_ids").into_iter().map(str::to_owned).collect();
        source.mail.trust_reply_to = trusting.contains(&name.as_str());
        source.mail.languages = texts(config, "languages").into_iter().map(str::to_owned).collect();
        source.mail.subject_token = text(config, "subject_token").map(str::to_owned);
        if config.get("opens").is_some() {
            let classes = texts(config, "opens").into_iter();
            source.mail.opens = classes.filter_map(class).collect();
        }
        Some(source)
    };
    mailboxes.filter_map(of).collect()
}

fn class(word: &str) -> Option<MessageClass> {
    serde_json::from_value(Value::from(word)).ok()
}

/// The rules of a row: whatever it does not say is as by default.
pub(super) fn policy(config: &Value, sources: &[Source]) -> Result<Policy, String> {
    let name = |text: &str| text.parse::<Name>().map_err(|fault| fault.to_string());
    let default = SiteRules::default();
    let span = |key: &str, default: Span| match text(config, key) {
        Some(text) => duration(text).ok_or(format!("`{key}` is no duration")),
        None => Ok(default),
    };
    let site = SiteRules {
        subject_window: span("subject_window", default.subject_window)?,
        reopen_within: span("reopen_within", default.reopen_within)?,
        ..default
    };
    let queue = QueueRule {
        priority: 0,
        needs: BTreeMap::new(),
        promises: Vec::new().into(),
        offer_timeout: OFFER_TIMEOUT,
        owner_offline: OwnerOffline::Keep,
        wrap_up: Span(0),
    };
    let capacity =
        Capacity { units: UNITS, costs: [1; Channel::ALL.len()], maxima: [None; Channel::ALL.len()] };
    Ok(Policy {
        digest: Digest(1),
        site,
        actors: BTreeMap::from([(name(SUPERVISOR)?, Role::Supervisor)]),
        reports: BTreeMap::new(),
        agents: BTreeMap::from([(name(AGENT)?, AgentRule { skills: BTreeMap::new(), capacity })]),
        queues: BTreeMap::from([(name(QUEUE)?, queue)]),
        sources: sources.iter().map(|source| (source.name.clone(), source.channel)).collect(),
        routes: RouteTable::new(Vec::new()),
        default_queue: Some(name(QUEUE)?),
    })
}

/// A duration of ISO 8601 in weeks, days and units of the clock, as `P7D` or `PT36H`.
fn duration(text: &str) -> Option<Span> {
    let (days, clock) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.strip_prefix('P')?, ""));
    let sum = |part: &str, units: &[(char, i64)]| {
        let mut rest = part;
        let mut sum = 0i64;
        while !rest.is_empty() {
            let end = rest.find(char::is_alphabetic)?;
            let (count, tail) = rest.split_at_checked(end)?;
            let unit = tail.chars().next()?;
            let (_, seconds) = units.iter().find(|(known, _)| *known == unit)?;
            sum = sum.checked_add(count.parse::<i64>().ok()?.checked_mul(*seconds)?)?;
            rest = tail.get(1..)?;
        }
        Some(sum)
    };
    let days = sum(days, &[('W', 604_800), ('D', 86_400)])?;
    let clock = sum(clock, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    Some(Span::seconds(days.checked_add(clock)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_iso_writes_them() {
        assert_eq!(duration("P7D"), Some(Span::hours(7 * 24)));
        assert_eq!(duration("P1W"), Some(Span::hours(7 * 24)));
        assert_eq!(duration("PT1H30M"), Some(Span::minutes(90)));
        assert_eq!(duration("P1DT1S"), Some(Span::seconds(86_401)));
        assert_eq!((duration("7D"), duration("P7X"), duration("Pé")), (None, None, None));
    }
}
