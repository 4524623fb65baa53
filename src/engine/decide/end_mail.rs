//! The shell tells what became of a mail: sent, or failed and then tried again until it is too old.

use crate::domain::{Digest, MailId, Name, Span, Timestamp};
use crate::policy::MailRules;

use super::super::event::{Event, MailFailed, MailKind};
use super::super::mail::MailOutcome;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::super::state::{HalfKey, KEYS_MAX, Mail, MailPhase};

/// A wait is longer than its rule by at most this share of it, in percent: mails that failed together are not
/// tried again together.
const JITTER_PERCENT: u64 = 25;

/// How many keys one mail gets of its relay.
const RELAY_KEYS_MAX: usize = 64;

pub(super) fn decide(
    recorder: &mut Recorder<'_>,
    mail: MailId,
    attempt: u32,
    outcome: &MailOutcome,
) -> Result<(), Rejection> {
    let is_open = |owed: &&Mail| owed.attempts == attempt && matches!(owed.phase, MailPhase::Open(_));
    let owed = recorder.state.mails.get(mail).filter(is_open);
    let owed = owed.ok_or(Rejection::AttemptNotOpen { mail, attempt })?;
    let created_at = owed.created_at;
    match outcome {
        MailOutcome::Sent { response, keys } => {
            let keys = fresh_keys(recorder, owed.kind, keys);
            recorder.record(Event::MailSent { mail, attempt, response: response.clone(), keys });
        }
        MailOutcome::Failed { code, reason, permanent } => {
            let now = recorder.now();
            let retry_at = match recorder.rules.policy.site.mail {
                _ if *permanent => None,
                Some(rules) => retry_at(&rules, mail, attempt, created_at, now),
                // The relay was taken from the site meanwhile: the mail waits until it has one again.
                None => Some(now),
            };
            let (code, reason) = (code.clone(), reason.clone());
            let failed = MailFailed { mail, attempt, code, reason, permanent: *permanent, retry_at };
            recorder.record(Event::MailFailed(Box::new(failed)));
        }
    }
    Ok(())
}

/// The keys of the mailboxes of its conversation, as far as they name nothing else: what a relay says must not turn
/// answers away from where they belong.
fn fresh_keys(recorder: &Recorder<'_>, kind: MailKind, keys: &[(Name, Digest)]) -> Vec<Digest> {
    let MailKind::Reply { conversation, .. } = kind else { return Vec::new() };
    let Some(conversation) = recorder.state.conversation(conversation) else { return Vec::new() };
    let sources = std::iter::once(&conversation.source).chain(&conversation.also);
    let names: Vec<&Name> = sources.map(|source| recorder.state.names.source(*source)).collect();
    let is_new = |key: &Digest| recorder.state.threads.get(HalfKey::of(*key)).is_none();
    let of_its = keys.iter().filter(|(name, _)| names.contains(&name)).map(|(_, key)| *key);
    let mut fresh: Vec<Digest> = of_its.filter(is_new).collect();
    fresh.dedup();
    fresh.truncate(KEYS_MAX.saturating_sub(conversation.keys.len()).min(RELAY_KEYS_MAX));
    fresh
}

/// When a mail is tried again: after twice as long as the last time, up to the longest wait. `None` when it
/// would be too old by then.
fn retry_at(
    rules: &MailRules,
    mail: MailId,
    attempt: u32,
    created_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let doublings = attempt.saturating_sub(1).min(62);
    let wait = i128::from(rules.retry_first.0) << doublings;
    let wait = wait.min(i128::from(rules.retry_longest.0));
    let more = wait * i128::from(jitter(mail, attempt)) / 10_000;
    let retry_at = now.after(Span(i64::try_from(wait + more).unwrap_or(i64::MAX)));
    (retry_at.since(created_at) <= rules.give_up_after).then_some(retry_at)
}

/// How much longer a wait is, in hundredths of a percent of it: up to [`JITTER_PERCENT`], the same for the same
/// attempt and scattered over mails and attempts (the finalizer of SplitMix64).
fn jitter(mail: MailId, attempt: u32) -> u64 {
    let mut mixed = (mail.0 << 8).wrapping_add(u64::from(attempt)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % (JITTER_PERCENT * 100 + 1)
}
