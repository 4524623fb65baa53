//! What is allowed but hardly meant: skills that nobody has, routes that nothing is left for, queues that
//! nothing comes to, mail that nobody takes.

use std::collections::{BTreeMap, BTreeSet};

use super::value::path;
use crate::config::finding::{Code, Finding, Findings};
use crate::config::nearest::nearest;
use crate::config::raw::{RawFile, RawRoute};
use crate::domain::Channel;

/// Warns of needs that no agent of the file meets. It is no error, since agents also come by command.
pub(super) fn unmet_skills(raw: &RawFile, findings: &mut Findings) {
    let mut best: BTreeMap<&str, i64> = BTreeMap::new();
    for (skill, level) in raw.agents.values().flat_map(|agent| &agent.skills) {
        let known = best.entry(skill).or_insert(*level);
        *known = (*known).max(*level);
    }
    for (name, queue) in &raw.queues {
        unmet(findings, &best, "queue", name, &queue.skills);
    }
    for (name, route) in &raw.routes {
        unmet(findings, &best, "route", name, &route.skills);
    }
}

fn unmet(
    findings: &mut Findings,
    best: &BTreeMap<&str, i64>,
    noun: &str,
    name: &str,
    needs: &BTreeMap<String, i64>,
) {
    for (skill, least) in needs {
        let at = path(&format!("{}.skills", path(noun, name)), skill);
        match best.get(skill.as_str()) {
            None => {
                let fact = format!("{noun} `{name}` asks for skill `{skill}`, which no agent here has");
                let hint = match nearest(skill, best.keys().copied()) {
                    Some(near) => format!("there is a skill `{near}`"),
                    None => "until such an agent comes, what asks for it waits".to_owned(),
                };
                findings.push(Finding::warning(Code::UnknownSkill, at, fact).hint(hint));
            }
            Some(most) if most < least => {
                let fact = format!(
                    "{noun} `{name}` asks for `{skill}` at {least}, and the best agent here has {most}"
                );
                let hint = "until such an agent comes, what asks for it waits";
                findings.push(Finding::warning(Code::UnmetSkill, at, fact).hint(hint));
            }
            Some(_) => {}
        }
    }
}

/// Warns of routes that can never match, because routes before them take all that they could.
pub(super) fn shadowed_routes(raw: &RawFile, findings: &mut Findings) {
    let mut ordered: Vec<(i64, &str, &RawRoute)> =
        raw.routes.iter().filter_map(|(name, route)| Some((route.rank?, name.as_str(), route))).collect();
    ordered.sort_by_key(|(rank, name, _)| (*rank, *name));
    let mut taken: BTreeMap<Way<'_>, &str> = BTreeMap::new();
    for (_, name, route) in ordered {
        let ways = ways(raw, route);
        let takers: Option<Vec<&str>> = ways.iter().map(|way| taker(&taken, way)).collect();
        if let Some(&taker) = takers.as_ref().and_then(|takers| takers.first()) {
            let fact = format!(
                "route `{name}` never matches: what it asks for is taken before, as by route `{taker}`"
            );
            let hint = format!("give it a rank below that of `{taker}`, or let that one ask for more");
            findings.push(Finding::warning(Code::ShadowedRoute, path("route", name), fact).hint(hint));
        }
        // A refused clause would look like one that asks nothing.
        if takes_all_of_its_ways(route) && !findings.was_refused(&path("route", name)) {
            for way in ways {
                taken.entry(way).or_insert(name);
            }
        }
    }
}

/// Warns of queues that neither a route nor the default leads to. It is no error, since a person can send there.
pub(super) fn unreachable_queues(raw: &RawFile, findings: &mut Findings) {
    let routed = raw.routes.values().filter_map(|route| route.queue.as_deref());
    let reached: BTreeSet<&str> = routed.chain(raw.site.default_queue.as_deref()).collect();
    // Beside a name that means nothing, the queue that was meant would look unreachable.
    let unsure = findings.was_refused("route") || findings.was_refused("site.default_queue");
    for name in raw.queues.keys().filter(|name| !unsure && !reached.contains(name.as_str())) {
        if findings.is_refused_whole(&path("queue", name)) {
            continue;
        }
        let fact = format!("no route sends to queue `{name}`, and it is not the default");
        let hint = format!("add a route with `queue = \"{name}\"`, or keep it for what people send there");
        findings.push(Finding::warning(Code::UnreachableQueue, path("queue", name), fact).hint(hint));
    }
}

/// Warns of rungs that tell somebody by mail where no relay is configured.
pub(super) fn unsent_mail(raw: &RawFile, findings: &mut Findings) {
    if raw.smtp.is_some() {
        return;
    }
    for (name, ladder) in &raw.ladders {
        for (number, rung) in &ladder.rung {
            let mails = rung.notify.iter().enumerate().filter(|(_, whom)| whom.starts_with("email:"));
            for (place, whom) in mails {
                let rung = path(&format!("{}.rung", path("ladder", name)), number);
                let fact = format!("ladder `{name}` tells `{whom}`, and no relay is configured to send it");
                let hint = "configure `[smtp]`, unless a reader of the events sends the mail";
                let finding = Finding::warning(Code::NoSmtp, format!("{rung}.notify[{place}]"), fact);
                findings.push(finding.hint(hint));
            }
        }
    }
}

/// A channel, by one source or by any.
type Way<'a> = (Channel, Option<&'a str>);

fn ways<'a>(raw: &'a RawFile, route: &'a RawRoute) -> Vec<Way<'a>> {
    let takes = |channel: &Channel| route.channel.as_ref().is_none_or(|asked| asked.items.contains(channel));
    let Some(sources) = &route.source else {
        return Channel::ALL.into_iter().filter(takes).map(|channel| (channel, None)).collect();
    };
    let of_source = |name: &'a String| {
        let channel = raw.sources.get(name)?.channel?;
        takes(&channel).then_some((channel, Some(name.as_str())))
    };
    sources.items.iter().filter_map(of_source).collect()
}

fn taker<'a>(taken: &BTreeMap<Way<'_>, &'a str>, way: &Way<'_>) -> Option<&'a str> {
    taken.get(&(way.0, None)).or_else(|| taken.get(way)).copied()
}

fn takes_all_of_its_ways(route: &RawRoute) -> bool {
    let asks_more = [&route.address, &route.subject, &route.text].iter().any(|clause| clause.is_some());
    !asks_more && route.language.is_none()
}
