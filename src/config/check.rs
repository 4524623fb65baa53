//! From the file as written to policy and settings. Every part is checked whatever became of the others, so
//! that one run tells every fault. What is made beside a fault is harmless and thrown away by the caller.
//! What is absent: files, the network, the clock. A check has no effect.

mod doubts;
mod gateway;
mod nats;
mod outside;
mod people;
mod promises;
mod queues;
mod routes;
mod site;
mod sources;
mod value;
mod webhook;

use std::path::Path;

pub(crate) use routes::is_language;
pub(crate) use site::CREDENTIAL;
pub(crate) use sources::is_region;

use super::digest;
use super::finding::Findings;
use super::raw::RawFile;
use super::settings::{Log, Settings};
use crate::domain::{Digest, Source, Span};
use crate::policy::Policy;

/// The rules and the settings; `None` only beside a fault.
pub(super) fn check(raw: &RawFile, dir: &Path, findings: &mut Findings) -> Option<(Policy, Settings)> {
    let sources = sources::sources(raw, findings);
    let policy = rules(raw, &sources, findings);
    doubts::unmet_skills(raw, findings);
    doubts::shadowed_routes(raw, findings);
    doubts::unreachable_queues(raw, findings);
    doubts::unsent_mail(raw, findings);
    Some((policy, settings(raw, dir, sources, findings)?))
}

/// The rules alone, as of a tree that was stored.
pub(super) fn policy(raw: &RawFile, findings: &mut Findings) -> Policy {
    let sources = sources::sources(raw, findings);
    rules(raw, &sources, findings)
}

/// The ways in alone, likewise.
pub(super) fn ways_in(raw: &RawFile, findings: &mut Findings) -> Vec<Source> {
    sources::sources(raw, findings)
}

fn rules(raw: &RawFile, sources: &[Source], findings: &mut Findings) -> Policy {
    let promises = promises::promises(raw, findings);
    let mut policy = Policy {
        digest: Digest::default(),
        site: site::rules(raw, findings),
        actors: people::actors(raw, findings),
        reports: people::reports(raw, findings),
        agents: people::agents(raw, findings),
        queues: queues::queues(raw, &promises, findings),
        sources: sources.iter().map(|source| (source.name.clone(), source.channel)).collect(),
        routes: routes::routes(raw, findings),
        default_queue: site::default_queue(raw, findings),
    };
    policy.digest = digest::of(&policy);
    policy
}

fn settings(raw: &RawFile, dir: &Path, sources: Vec<Source>, findings: &mut Findings) -> Option<Settings> {
    let lease = raw.presence.lease.as_ref();
    let limits = Span::seconds(1)..=Span::hours(1);
    Some(Settings {
        instance: site::instance(raw, findings),
        test: raw.site.test.unwrap_or_default(),
        key_file: site::key_file(raw, dir, findings),
        nats: nats::nats(raw, dir, findings),
        presence_lease: value::span(findings, "presence.lease", lease, Span::seconds(30), limits),
        log: Log { format: raw.log.format.unwrap_or_default(), level: raw.log.level.unwrap_or_default() },
        smtp: outside::smtp(raw, dir, findings),
        notice: outside::notice(raw, findings),
        http: outside::http(raw, findings),
        control: outside::control(raw, dir, findings),
        gateway: gateway::gateway(raw, dir, &sources, findings),
        sources,
        prefix: site::prefix(raw, findings)?,
    })
}
