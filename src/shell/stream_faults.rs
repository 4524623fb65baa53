//! What can be wrong with a stream, each in a sentence with the way out. Pure: it compares what is with
//! what must be.

use std::fmt;
use std::time::Duration;

use async_nats::jetstream::stream::{
    Config, PersistenceMode, RetentionPolicy, StorageType, SubjectTransform,
};

/// The first server with atomic batches.
const SERVER_MINIMUM: (u64, u64) = (2, 12);
/// The largest message that must come through: a record with the text of a large message, or a dead letter.
const MESSAGE_BYTES: i32 = 1024 * 1024;
/// A longer window of ids is worth a word.
const DUPLICATE_WINDOW_NOTED: Duration = Duration::from_secs(10);

/// Something about a stream that keeps the daemon from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub stream: String,
    /// What is wrong.
    pub fact: String,
    /// What to do about it.
    pub way_out: String,
}

/// Something about a stream that is worse than the configuration asks, but works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub stream: String,
    pub fact: String,
}

/// What is wrong with the server, by its version.
pub(super) fn judge_server(version: &str) -> Option<Fault> {
    let mut numbers = version.split(['.', '-']).map(|part| part.parse::<u64>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let (major, minor) = SERVER_MINIMUM;
    (found < SERVER_MINIMUM).then(|| Fault {
        stream: "(all)".to_owned(),
        fact: format!("are on nats-server {version}, which has no atomic batches"),
        way_out: format!("run nats-server {major}.{minor} or newer"),
    })
}

/// What is wrong with the largest message that the server takes.
pub(super) fn judge_payload(max_payload: usize) -> Option<Fault> {
    let needed = usize::try_from(MESSAGE_BYTES).unwrap_or(usize::MAX);
    (max_payload < needed).then(|| Fault {
        stream: "(all)".to_owned(),
        fact: format!("are on a server with a max_payload of {max_payload} bytes, so a group may not fit"),
        way_out: format!("set max_payload to {MESSAGE_BYTES} or more"),
    })
}

/// Compares a stream with what it must be. What integrators may choose freely is not compared.
pub(super) fn judge(want: &Config, found: &Config) -> (Vec<Fault>, Vec<Warning>) {
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, fact: String, way_out: &str| {
        if wrong {
            faults.push(Fault { stream: want.name.clone(), fact, way_out: way_out.to_owned() });
        }
    };
    let edit = "change it with `nats stream edit`";
    let anew =
        "this cannot be changed on a stream: keep a backup, remove the stream and run `switchboard init`";

    fault(
        found.subjects != want.subjects,
        format!("captures {:?} instead of {:?}", found.subjects, want.subjects),
        edit,
    );
    fault(
        found.subject_transform != want.subject_transform,
        format!("has {}", transform_fact(found, want)),
        edit,
    );
    fault(
        found.republish != want.republish,
        "does not republish as it must, so live views stay empty or see content".to_owned(),
        edit,
    );
    fault(
        want.allow_atomic_publish && !found.allow_atomic_publish,
        "takes no atomic batches, so no group can be appended".to_owned(),
        "switch on atomic publish with `nats stream edit --allow-batch`",
    );
    // What is written by others may be kept as small as an operator likes: they are told at once.
    let written_by_us = want.allow_atomic_publish;
    fault(
        written_by_us && found.max_message_size > 0 && found.max_message_size < MESSAGE_BYTES,
        format!("takes no message over {} bytes, so a record may not fit", found.max_message_size),
        edit,
    );
    fault(
        want.allow_rollup && !found.allow_rollup,
        "allows no rollup, without which no client can put an object".to_owned(),
        edit,
    );
    for (wrong, fact) in dangers(want, found) {
        fault(wrong, fact.to_owned(), edit);
    }
    for (wrong, fact) in permanent_faults(found) {
        fault(wrong, fact.to_owned(), anew);
    }
    (faults, weaknesses(want, found))
}

fn transform_fact(found: &Config, want: &Config) -> String {
    let told = |transform: &Option<SubjectTransform>| {
        transform.as_ref().map_or_else(
            || "no subject transform".to_owned(),
            |transform| {
                format!("the subject transform `{}` to `{}`", transform.source, transform.destination)
            },
        )
    };
    format!("{} instead of {}", told(&found.subject_transform), told(&want.subject_transform))
}

/// What would lose messages, let a publisher harm the stream, or reorder it.
fn dangers(want: &Config, found: &Config) -> [(bool, &'static str); 10] {
    [
        (want.allow_rollup && !found.allow_rollup, "allows no rollup, which an object store is built on"),
        (
            found.allow_rollup && !want.allow_rollup,
            "allows rollup, with which one publisher can wipe the stream",
        ),
        (found.allow_message_ttl, "allows a time to live per message, so records vanish by themselves"),
        (found.allow_message_schedules, "allows message schedules, which switch rollup on"),
        (found.subject_delete_marker_ttl.is_some(), "leaves delete markers, which switch rollup on"),
        (want.max_age.is_zero() && !found.max_age.is_zero(), "drops messages by age, read or not"),
        (found.max_messages > 0, "has a limit of messages, beyond which it drops or refuses"),
        (found.max_messages_per_subject > 0, "has a limit of messages per subject, so records vanish"),
        (found.discard != want.discard, "discards the wrong end when it is full"),
        (
            found.no_ack || found.sealed,
            "is sealed or does not acknowledge, so nothing can be appended safely",
        ),
    ]
}

/// What can be set only when a stream is made, or never be switched off again.
fn permanent_faults(found: &Config) -> [(bool, &'static str); 7] {
    [
        (found.storage != StorageType::File, "is kept in memory only"),
        (found.retention != RetentionPolicy::Limits, "drops what consumers have acknowledged"),
        (found.persist_mode == Some(PersistenceMode::Async), "acknowledges before it has stored"),
        (found.deny_delete, "denies deletes, which forgetting a person needs"),
        (found.deny_purge, "denies purges, which trimming and forgetting need"),
        (
            found.mirror.is_some() || found.sources.is_some(),
            "copies another stream, so its sequences are not ours",
        ),
        (found.allow_message_counter, "counts instead of storing bodies"),
    ]
}

fn weaknesses(want: &Config, found: &Config) -> Vec<Warning> {
    let mut facts = Vec::new();
    if found.num_replicas < want.num_replicas {
        facts.push(format!(
            "has {} of {} copies: less durable than the configuration asks",
            found.num_replicas, want.num_replicas
        ));
    }
    if want.max_bytes != found.max_bytes {
        facts.push(format!("holds {} bytes, the configuration says {}", found.max_bytes, want.max_bytes));
    }
    if !want.max_age.is_zero() && want.max_age != found.max_age {
        facts.push(format!("keeps messages for {:?} instead of {:?}", found.max_age, want.max_age));
    }
    if found.duplicate_window > DUPLICATE_WINDOW_NOTED {
        facts.push(format!("keeps ids for {:?}, which costs memory and is not used", found.duplicate_window));
    }
    if want.allow_direct && !found.allow_direct {
        facts.push("allows no direct get, so its leader serves every read".to_owned());
    }
    facts.into_iter().map(|fact| Warning { stream: want.name.clone(), fact }).collect()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {} {}; {}", self.stream, self.fact, self.way_out)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {} {}", self.stream, self.fact)
    }
}

#[cfg(test)]
mod tests {
    use super::super::streams::StreamsSpec;
    use super::*;
    use crate::shell::site::Site;

    fn spec() -> StreamsSpec {
        StreamsSpec::new(Site::new("shop".parse().expect("a plain name")))
    }

    /// The sentences about stream EVENTS once `spoil` was done to it.
    fn check(spoil: fn(&mut Config), expected: &[&str]) {
        let [_, want, ..] = spec().configs();
        let mut found = want.clone();
        spoil(&mut found);
        let (faults, warnings) = judge(&want, &found);
        let told: Vec<String> =
            faults.iter().map(Fault::to_string).chain(warnings.iter().map(Warning::to_string)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_stream_as_it_must_be_has_no_fault() {
        check(|_| {}, &[]);
    }

    #[test]
    fn a_journal_without_its_transform_is_a_fault() {
        check(
            |found| found.subject_transform = None,
            &[
                "stream SHOP_EVENTS has no subject transform instead of the subject transform `shop.j.>` to `shop.>`; change it with `nats stream edit`",
            ],
        );
    }

    #[test]
    fn a_journal_that_takes_no_batches_is_a_fault() {
        check(
            |found| found.allow_atomic_publish = false,
            &[
                "stream SHOP_EVENTS takes no atomic batches, so no group can be appended; switch on atomic publish with `nats stream edit --allow-batch`",
            ],
        );
    }

    #[test]
    fn a_journal_that_takes_small_messages_only_is_a_fault() {
        check(
            |found| found.max_message_size = 65_536,
            &[
                "stream SHOP_EVENTS takes no message over 65536 bytes, so a record may not fit; change it with `nats stream edit`",
            ],
        );
    }

    #[test]
    fn a_server_with_small_messages_is_a_fault() {
        assert!(judge_payload(1024 * 1024).is_none());
        assert!(judge_payload(64 * 1024).is_some());
    }

    #[test]
    fn a_stream_that_can_be_wiped_by_a_header_is_a_fault() {
        check(
            |found| found.allow_rollup = true,
            &[
                "stream SHOP_EVENTS allows rollup, with which one publisher can wipe the stream; change it with `nats stream edit`",
            ],
        );
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let [want, ..] = spec().configs();
        let spoilt = Config { max_age: Duration::from_secs(1), deny_purge: true, ..want.clone() };
        assert_eq!(judge(&want, &spoilt).0.len(), 2);
    }

    #[test]
    fn fewer_copies_are_a_warning() {
        let [_, want, ..] = StreamsSpec { replicas: 3, ..spec() }.configs();
        let [_, found, ..] = spec().configs();
        let (faults, warnings) = judge(&want, &found);
        assert!(faults.is_empty());
        assert_eq!(
            warnings.iter().map(Warning::to_string).collect::<Vec<_>>(),
            ["stream SHOP_EVENTS has 1 of 3 copies: less durable than the configuration asks"]
        );
    }

    #[test]
    fn an_old_server_is_a_fault() {
        assert!(judge_server("2.11.9").is_some());
        assert!(judge_server("2.12.0").is_none());
        assert!(judge_server("2.15.0-dev").is_none());
        assert!(judge_server("garbage").is_some());
    }
}
