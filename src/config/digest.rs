//! What tells one policy from another: SHA-256, cut to 128 bits, over one line for every rule of the checked
//! policy, in order. So comments, the order of keys and the settings do not change it, and each rule does.
//! Every text is quoted, so that no value can look like the next line.

use std::fmt::{Arguments, Write};

use sha2::{Digest as _, Sha256};

use crate::domain::{Capacity, Digest, Ladder, Name, Promise, Span};
use crate::policy::{AgentRule, MailRules, Matcher, OwnerOffline, Policy, QueueRule, Route, SiteRules};

/// The form of the lines below. A change of the form must change it, since it changes every digest.
const FORM: u32 = 2;

/// The digest of a checked policy; the one that it bears does not enter.
pub(super) fn of(policy: &Policy) -> Digest {
    let hash = Sha256::digest(canonical(policy));
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    Digest(u128::from_be_bytes(first))
}

fn canonical(policy: &Policy) -> String {
    // Taken apart whole, so that a new part of the policy cannot be forgotten here.
    let Policy { digest: _, site, actors, reports, agents, queues, sources, routes, default_queue } = policy;
    let mut text = Lines(String::new());
    text.line(format_args!("policy {FORM}"));
    site_lines(&mut text, site);
    text.line(format_args!("default_queue {default_queue:?}"));
    for (name, role) in actors {
        text.line(format_args!("actor {name} {role:?}"));
    }
    for (name, sources) in reports {
        text.line(format_args!("reports {name} {sources:?}"));
    }
    for (name, agent) in agents {
        agent_lines(&mut text, name.as_str(), agent);
    }
    for (name, queue) in queues {
        queue_lines(&mut text, name.as_str(), queue);
    }
    for (name, channel) in sources {
        text.line(format_args!("source {name} {channel}"));
    }
    for route in routes.iter() {
        route_lines(&mut text, route);
    }
    text.0
}

fn site_lines(text: &mut Lines, site: &SiteRules) {
    let SiteRules {
        reopen_within,
        subject_window,
        follow_up_keep,
        contact_keep,
        sms_idle,
        late_grace,
        lost_grace,
        cooldown,
        rona_after,
        dedupe_max,
        command_ids_max,
        mail,
    } = site;
    let spans = [
        ("reopen_within", reopen_within),
        ("subject_window", subject_window),
        ("follow_up_keep", follow_up_keep),
        ("contact_keep", contact_keep),
        ("sms_idle", sms_idle),
        ("late_grace", late_grace),
        ("lost_grace", lost_grace),
        ("cooldown", cooldown),
    ];
    for (key, span) in spans {
        text.line(format_args!("site {key} {}", span.0));
    }
    text.line(format_args!("site rona_after {rona_after}"));
    text.line(format_args!("site dedupe_max {dedupe_max}"));
    text.line(format_args!("site command_ids_max {command_ids_max}"));
    if let Some(MailRules { retry_first, retry_longest, give_up_after }) = mail {
        let spans = [retry_first, retry_longest, give_up_after].map(|span| span.0);
        text.line(format_args!("site mail {spans:?}"));
    }
}

fn agent_lines(text: &mut Lines, name: &str, agent: &AgentRule) {
    let AgentRule { skills, capacity } = agent;
    let Capacity { units, costs, maxima } = capacity;
    text.line(format_args!("agent {name} units {units} costs {costs:?} maxima {maxima:?}"));
    for (skill, level) in skills {
        text.line(format_args!("agent {name} skill {skill} {}", level.level()));
    }
}

fn queue_lines(text: &mut Lines, name: &str, queue: &QueueRule) {
    let QueueRule { priority, needs, promises, offer_timeout, owner_offline, wrap_up } = queue;
    let offline = match owner_offline {
        OwnerOffline::Requeue => "requeue",
        OwnerOffline::Keep => "keep",
    };
    let timeouts = offer_timeout.map(|span| span.0);
    text.line(format_args!("queue {name} priority {priority} offer {timeouts:?} offline {offline}"));
    // A queue without it has the digest that it had before there was such a key.
    if *wrap_up > Span(0) {
        text.line(format_args!("queue {name} wrap_up {}", wrap_up.0));
    }
    for (skill, least) in needs {
        text.line(format_args!("queue {name} need {skill} {}", least.level()));
    }
    for promise in promises.iter() {
        promise_lines(text, name, promise);
    }
}

fn promise_lines(text: &mut Lines, queue: &str, promise: &Promise) {
    let Promise { metric, sla, within, warnings, ladder } = promise;
    let warnings: Vec<i64> = warnings.iter().map(|span| span.0).collect();
    let sla = sla.as_ref().map(Name::as_str);
    text.line(format_args!(
        "queue {queue} promise {metric} of {sla:?} within {} warn {warnings:?}",
        within.0
    ));
    let Some(ladder) = ladder else { return };
    let Ladder { name, ack_for_ms, rungs } = ladder.as_ref();
    text.line(format_args!("queue {queue} promise {metric} ladder {name:?} ack {ack_for_ms}"));
    for rung in rungs {
        let (after, notify) = (rung.after_ms, &rung.notify);
        text.line(format_args!("queue {queue} promise {metric} rung {after} {notify:?}"));
    }
}

fn route_lines(text: &mut Lines, route: &Route) {
    let Route { name, rank, matchers, queue, needs, priority } = route;
    text.line(format_args!("route {name} rank {rank} queue {queue} priority {priority:?}"));
    for (skill, least) in needs {
        text.line(format_args!("route {name} need {skill} {}", least.level()));
    }
    for matcher in matchers {
        match matcher {
            Matcher::Channel(channels) => text.line(format_args!("route {name} channel {channels:?}")),
            Matcher::Source(sources) => text.line(format_args!("route {name} source {sources:?}")),
            Matcher::Address(pattern) => {
                text.line(format_args!("route {name} address {:?}", pattern.as_str()));
            }
            Matcher::Subject(pattern) => {
                text.line(format_args!("route {name} subject {:?}", pattern.as_str()));
            }
            Matcher::Text(pattern) => text.line(format_args!("route {name} text {:?}", pattern.as_str())),
            Matcher::Language(tags) => text.line(format_args!("route {name} language {tags:?}")),
        }
    }
}

struct Lines(String);

impl Lines {
    fn line(&mut self, arguments: Arguments<'_>) {
        writeln!(self.0, "{arguments}").expect("writing to a string does not fail");
    }
}
