//! The site: its rules for the policy, and what the shell needs to know of it.

use std::path::{Path, PathBuf};

use super::value::{Reference, name, number, span};
use crate::config::finding::{Code, Finding, Findings};
use crate::config::raw::{RawFile, SpanText};
use crate::config::redact::is_secret_itself;
use crate::config::span::SPAN_MAX;
use crate::domain::{Name, Span};
use crate::policy::{MailRules, SiteRules};

/// What a path begins with that is a credential of systemd.
pub(crate) const CREDENTIAL: &str = "credential:";
/// The longest instance name, in bytes.
const INSTANCE_BYTES_MAX: usize = 128;

/// The rules of the site.
pub(super) fn rules(raw: &RawFile, findings: &mut Findings) -> SiteRules {
    let site = &raw.site;
    let default = SiteRules::default();
    let mut bounded = |key: &str, written: Option<&SpanText>, default: Span, least: Span, most: Span| {
        span(findings, key, written, default, least..=most)
    };
    let second = Span::seconds(1);
    let (reopen, sms_idle) = (site.reopen_within.as_ref(), site.sms_idle.as_ref());
    let subject = site.subject_window.as_ref();
    let (follow_up, contact) = (site.follow_up_keep.as_ref(), site.contact_keep.as_ref());
    let (late, lost) = (site.late_grace.as_ref(), raw.presence.lost_grace.as_ref());
    let hour = Span::hours(1);
    SiteRules {
        reopen_within: bounded("site.reopen_within", reopen, default.reopen_within, Span(0), SPAN_MAX),
        subject_window: bounded("site.subject_window", subject, default.subject_window, Span(0), SPAN_MAX),
        follow_up_keep: bounded("site.follow_up_keep", follow_up, default.follow_up_keep, Span(0), SPAN_MAX),
        contact_keep: bounded("site.contact_keep", contact, default.contact_keep, hour, SPAN_MAX),
        sms_idle: bounded("site.sms_idle", sms_idle, default.sms_idle, second, SPAN_MAX),
        late_grace: bounded("site.late_grace", late, default.late_grace, Span(0), Span::minutes(1)),
        lost_grace: bounded("presence.lost_grace", lost, default.lost_grace, Span(0), Span::hours(24)),
        // Without a cool-down a declined offer would come straight back.
        cooldown: bounded("site.cooldown", site.cooldown.as_ref(), default.cooldown, second, Span::hours(24)),
        rona_after: whole(findings, "site.rona_after", site.rona_after, default.rona_after, 100),
        dedupe_max: whole(findings, "site.dedupe_max", site.dedupe_max, default.dedupe_max, 100_000_000),
        command_ids_max: whole(
            findings,
            "site.command_ids_max",
            site.command_ids_max,
            default.command_ids_max,
            20_000_000,
        ),
        mail: mail(raw, findings),
    }
}

/// How mail is tried again, where the site sends any.
fn mail(raw: &RawFile, findings: &mut Findings) -> Option<MailRules> {
    let smtp = raw.smtp.as_ref()?;
    let (second, day) = (Span::seconds(1), Span::hours(24));
    let first =
        span(findings, "smtp.retry_first", smtp.retry_first.as_ref(), Span::seconds(30), second..=day);
    let longest = smtp.retry_longest.as_ref();
    let longest = span(findings, "smtp.retry_longest", longest, Span::hours(1).max(first), first..=day);
    let give_up = smtp.give_up_after.as_ref();
    let most = Span::hours(14 * 24);
    let give_up = span(findings, "smtp.give_up_after", give_up, Span::hours(48).max(first), first..=most);
    Some(MailRules { retry_first: first, retry_longest: longest, give_up_after: give_up })
}

fn whole<N: TryFrom<i64> + Copy>(
    findings: &mut Findings,
    at: &str,
    written: Option<i64>,
    default: N,
    most: i64,
) -> N {
    // 1 stands for the default here; it is not looked at, since nothing was written.
    let value = number(findings, at, written, 1, 1..=most);
    written.and_then(|_| N::try_from(value).ok()).unwrap_or(default)
}

/// Where a message waits that no route takes.
pub(super) fn default_queue(raw: &RawFile, findings: &mut Findings) -> Option<Name> {
    let Some(wanted) = &raw.site.default_queue else {
        let hint = "name the queue of the messages that no route takes, so that none is lost";
        findings.missing("site", "default_queue", hint);
        return None;
    };
    let who = "messages that no route takes go to".to_owned();
    let reference = Reference { code: Code::UnknownQueue, who, noun: "queue", known: &raw.queues };
    reference.resolve(findings, "site.default_queue", wanted)
}

/// The first token of every subject.
pub(super) fn prefix(raw: &RawFile, findings: &mut Findings) -> Option<Name> {
    let text = raw.site.prefix.as_deref().unwrap_or("switchboard");
    name(findings, "site.prefix", text)
}

/// What tells this process from another one.
pub(super) fn instance(raw: &RawFile, findings: &mut Findings) -> Option<String> {
    let text = raw.site.instance.clone()?;
    let sized = (1..=INSTANCE_BYTES_MAX).contains(&text.len());
    if !sized || text.chars().any(char::is_control) {
        let fact =
            format!("`site.instance` has no or more than {INSTANCE_BYTES_MAX} bytes, or control characters");
        findings.push(Finding::error(Code::OutOfRange, "site.instance", fact));
    }
    Some(text)
}

/// The file of the site's key.
pub(super) fn key_file(raw: &RawFile, dir: &Path, findings: &mut Findings) -> PathBuf {
    file(findings, dir, "site.key_file", raw.site.key_file.as_deref().unwrap_or("site.key"))
}

/// A path as the shell can open it: relative ones begin where the config file lies. It is not opened here,
/// since a check has no side effects and may run as somebody who cannot read secrets.
///
/// `credential:NAME` stays as it is: the shell resolves it where it is read.
pub(super) fn file(findings: &mut Findings, dir: &Path, at: &str, written: &str) -> PathBuf {
    if let Some(name) = written.strip_prefix(CREDENTIAL) {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\0']) {
            let fact = format!("`{at}` names a credential that cannot be one");
            let hint = "write `credential:` and the name that the unit gives it in `LoadCredential=`";
            findings.push(Finding::error(Code::BadCredential, at, fact).hint(hint));
        }
        return PathBuf::from(written);
    }
    if is_secret_itself(written) {
        let fact = format!("`{at}` holds a secret itself, and not the path of its file");
        let hint = "put it in a file of its own, readable by the daemon alone, and write where that is";
        findings.push(Finding::error(Code::SecretInline, at, fact).hint(hint));
        // It must not come out as the path of a file that is not there.
        return PathBuf::new();
    }
    if written.is_empty() || written.contains('\0') {
        let fact = format!("`{at}` is not the path of a file");
        findings.push(Finding::error(Code::OutOfRange, at, fact));
    }
    dir.join(written)
}
