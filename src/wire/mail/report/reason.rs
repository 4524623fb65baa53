//! Why a mail did not arrive: the enhanced status (RFC 3463), the reply code of SMTP, and one word for both and for what
//! servers say in their own words.

use crate::domain::DeliveryState;
use crate::wire::canonical::mail::MailRecipient;

/// What of a server's answer is looked at, in bytes.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// What a server's answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub status: Option<String>,
    pub smtp_code: Option<String>,
    pub reason: Option<&'static str>,
}

/// Words of servers, the more telling reasons first. The words of one reason stand for what many programs say.
const REASONS: &[(&str, &[&str])] = &[
    (
        "auth_failure",
        &[
            "dmarc",
            "spf check",
            "spf fail",
            "fails spf",
            "spf record",
            "dkim",
            "does not pass authentication",
            "unauthenticated email",
            "unauthenticated mail",
            "sender policy framework",
            "did not pass authentication",
        ],
    ),
    ("virus", &["virus", "malware", "infected", "worm "]),
    (
        "mailbox_full",
        &[
            "mailbox full",
            "mailbox is full",
            "quota",
            "mailfolder is full",
            "mailbox size limit",
            "too much mail stored",
            "over storage",
            "exceeded storage",
            "storage limit",
            "full mailbox",
            "mailbox exceeded",
            "mailbox has exceeded",
            "exceeded the local limit",
            "not enough storage",
            "insufficient space",
            "user is overquota",
            "inbox is full",
            "no space left",
            "size of mailbox",
            "mailbox is over",
            "disk full",
            "inbox has reached",
            "out of storage",
        ],
    ),
    (
        "message_too_big",
        &[
            "message too large",
            "message size exceeds",
            "message is too big",
            "mail size limit",
            "exceeds size limit",
            "size limit",
            "message exceeds",
            "too big for",
            "maximum message size",
            "message too big",
            "exceeds fixed maximum",
        ],
    ),
    (
        "suspended",
        &[
            "suspended",
            "is disabled",
            "been disabled",
            "disabled or discontinued",
            "account inactive",
            "is inactive",
            "inactive user",
            "account is locked",
            "mailbox disabled",
            "mailbox is disabled",
            "not been activated",
            "account expired",
            "expired account",
            "temporarily deactivated",
            "mailbox currently suspended",
            "delayed or discontinued",
        ],
    ),
    (
        "moved",
        &[
            "has moved",
            "user moved",
            "no longer works here",
            "has left the company",
            "address has changed",
            "new address is",
        ],
    ),
    (
        "host_unknown",
        &[
            "host unknown",
            "unknown host",
            "host not found",
            "domain not found",
            "domain does not exist",
            "unrouteable mail domain",
            "unrouteable domain",
            "name service error",
            "name or service not known",
            "no such domain",
            "no mx record",
            "domain name not found",
            "bad destination host",
            "unknown domain",
            "host or domain name not found",
            "couldn't find any host",
            "nxdomain",
            "no such host",
            "domain must exist",
            "unable to route: no mail hosts",
        ],
    ),
    (
        "rate_limited",
        &[
            "too many connections",
            "too many messages",
            "rate limit",
            "rate that",
            "too many recipients",
            "connection frequency",
            "throttl",
            "connection rate",
            "sending too fast",
            "too many concurrent",
            "too many invalid recipients",
        ],
    ),
    (
        "user_unknown",
        &[
            "user unknown",
            "unknown user",
            "no such user",
            "user not found",
            "unknown or illegal user",
            "not listed in",
            "no such recipient",
            "recipient not found",
            "recipientnotfound",
            "mailbox not found",
            "no mailbox here",
            "mailbox unavailable",
            "recipient name is not recognized",
            "unknown recipient",
            "does not exist",
            "invalid recipient",
            "invalid mailbox",
            "invalid address",
            "unknown address",
            "unknown local",
            "address rejected",
            "account not found",
            "no such address",
            "recipient unknown",
            "does not have a",
            "doesn't have a",
            "no such mailbox",
            "unknown mailbox",
            "user doesn't exist",
            "not a valid user",
            "not a valid mailbox",
            "no such person",
            "unrouteable address",
            "no account",
            "is not known",
            "invalid user",
            "no such account",
            "recipient rejected",
            "recipient address is invalid",
            "not our customer",
            "no user by that name",
            "unable to find",
            "invalid final delivery",
            "no matches to nameserver",
            "unknown e-mail",
            "unknown email",
            "address not found",
            "nosuchuser",
            "answer=6596",
            "not a known user",
            "is not a user",
            "isn't in my control",
            "user is unknown",
            "unbekannter",
            "utilisateur inconnu",
            "usuario desconocido",
            "はありません",
            "見つかりません",
            "存在しません",
        ],
    ),
    (
        "relay_denied",
        &[
            "relay access denied",
            "relaying denied",
            "relay denied",
            "unable to relay",
            "relay not permitted",
            "relaying not allowed",
            "not permitted to relay",
        ],
    ),
    (
        "blocked",
        &[
            "blocked using",
            "blacklist",
            "block list",
            "blocklist",
            "blackhole",
            "listed at",
            "poor reputation",
            "client host",
            "your ip",
            "ip address is",
            "rbl",
            "dnsbl",
            "spamhaus",
            "banned sending ip",
            "use the smtp server of your isp",
            "reverse dns",
            "ptr record",
            "access denied, banned",
            "has been blocked",
            "rejected due to reputation",
            "rejected - see",
        ],
    ),
    (
        "spam",
        &[
            "spam",
            "junk mail",
            "unsolicited",
            "message content rejected",
            "considered unwanted",
            "bulk email",
        ],
    ),
    (
        "sender_rejected",
        &[
            "sender rejected",
            "sender was rejected",
            "sender address rejected",
            "domain of sender",
            "sender denied",
            "sender domain",
            "sender verify failed",
            "bad sender",
            "sender is not allowed",
            "not a member of this",
            "not member",
            "you are not allowed to send",
            "not allowed to post",
            "permission to post",
            "may not exist, or you may not have permission",
            "sender not pre-approved",
            "does not accept mail from you",
        ],
    ),
    (
        "policy",
        &[
            "policy",
            "prohibited",
            "not allowed by",
            "restricted",
            "administrative prohibition",
            "resolver.rst.auth",
            "not authorized",
            "permission denied",
            "delivery not authorized",
            "access denied",
            "accepting mail from",
        ],
    ),
    (
        "loop",
        &[
            "mail loop",
            "loop detected",
            "too many hops",
            "mail forwarding loop",
            "hop count",
            "loops back to",
        ],
    ),
    (
        "expired",
        &[
            "retry timeout",
            "delivery time expired",
            "message expired",
            "for too long",
            "retry time not reached",
            "could not be delivered for",
            "cannot send message for",
            "attempts",
            "gave up",
            "queue too long",
            "not deliverable within",
            "expired",
        ],
    ),
    (
        "network_error",
        &[
            "connection timed out",
            "connection refused",
            "connection reset",
            "timed out",
            "network is unreachable",
            "no route to host",
            "could not connect",
            "unable to connect",
            "connection lost",
            "connection dropped",
            "not responding",
            "did not respond",
            "host is down",
            "deferred",
            "no smtp connection",
            "connection was dropped",
            "failed to connect",
        ],
    ),
    ("no_tls", &["starttls", "tls required", "tls negotiation", "tls handshake"]),
    (
        "content_error",
        &[
            "8bitmime",
            "malformed",
            "header field",
            "improper use",
            "message format",
            "from field given",
            "bare lf",
            "invalid header",
        ],
    ),
    (
        "syntax_error",
        &[
            "syntax error",
            "command not recognized",
            "unknown command",
            "bad sequence",
            "command unrecognized",
        ],
    ),
    (
        "mailer_error",
        &["command died", "mailer error", "unknown mailer error", "procmail", "exit status", "child status"],
    ),
    (
        "system_error",
        &[
            "local configuration error",
            "service unavailable",
            "local error",
            "system error",
            "internal error",
            "temporary failure",
            "config error",
            "can't create",
            "operating system error",
            "try again later",
        ],
    ),
];

/// What the subject and the detail of an enhanced status mean where words say nothing.
const STATUSES: &[(&str, &str)] = &[
    (".1.0", "user_unknown"),
    (".1.1", "user_unknown"),
    (".1.2", "host_unknown"),
    (".1.3", "user_unknown"),
    (".1.4", "user_unknown"),
    (".1.6", "moved"),
    (".1.7", "sender_rejected"),
    (".1.8", "sender_rejected"),
    (".1.10", "user_unknown"),
    (".2.0", "filtered"),
    (".2.1", "suspended"),
    (".2.2", "mailbox_full"),
    (".2.3", "message_too_big"),
    (".2.4", "filtered"),
    (".3.1", "mailbox_full"),
    (".3.4", "message_too_big"),
    (".3.0", "system_error"),
    (".3.2", "system_error"),
    (".3.5", "system_error"),
    (".4.1", "network_error"),
    (".4.2", "network_error"),
    (".4.3", "network_error"),
    (".4.4", "host_unknown"),
    (".4.6", "loop"),
    (".4.7", "expired"),
    (".4.0", "network_error"),
    (".5.2", "syntax_error"),
    (".5.3", "rate_limited"),
    (".6.0", "content_error"),
    (".6.3", "content_error"),
    (".6.9", "content_error"),
    (".7.0", "policy"),
    (".7.1", "policy"),
    (".7.20", "auth_failure"),
    (".7.23", "auth_failure"),
    (".7.25", "blocked"),
    (".7.26", "auth_failure"),
    (".7.509", "auth_failure"),
    (".7.9", "policy"),
    (".7.606", "blocked"),
];

/// What this reason means for the address: it will not take mail tomorrow either.
pub(crate) fn is_hard(recipient: &MailRecipient) -> bool {
    let lasting = recipient
        .reason
        .as_deref()
        .is_some_and(|word| ["user_unknown", "host_unknown", "moved"].contains(&word));
    recipient.state == DeliveryState::Failed && lasting
}

impl Told {
    /// What an answer says, with what was told besides.
    pub fn read(answer: &str, status: Option<&str>, smtp_code: Option<&str>) -> Told {
        let cut = answer.get(..answer.floor_char_boundary(ANSWER_BYTES_MAX)).unwrap_or_default();
        let words = cut.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let own = status_in(&words);
        // What the server answered says more than the summary `x.0.0` of who reports it.
        let status = match (status, own) {
            (Some(told), Some(own)) if told.ends_with(".0.0") => Some(own),
            (Some(told), _) => Some(told.to_owned()),
            (None, own) => own,
        };
        let smtp_code = smtp_code.map(str::to_owned).or_else(|| code_in(&words));
        let said = REASONS.iter().find(|(_, phrases)| phrases.iter().any(|phrase| words.contains(phrase)));
        let meant = |status: &String| {
            let tail = status.get(1..)?;
            STATUSES.iter().find(|(known, _)| *known == tail).map(|(_, word)| *word)
        };
        // Of the sender a server says the same words as of the recipient; the status tells which it means.
        let of_sender =
            status.as_deref().is_some_and(|status| status.ends_with(".1.7") || status.ends_with(".1.8"));
        let said = said.map(|(word, _)| *word).filter(|_| !of_sender);
        let reason = said.or_else(|| status.as_ref().and_then(meant));
        Told { status, smtp_code, reason }
    }

    /// Fills what a recipient lacks.
    pub fn fill(self, recipient: &mut MailRecipient) {
        if recipient.status.as_deref().is_none_or(|known| known.ends_with(".0.0")) {
            recipient.status = self.status.or(recipient.status.take());
        }
        recipient.smtp_code = recipient.smtp_code.take().or(self.smtp_code);
        let known = recipient.reason.take().filter(|word| word != "undefined");
        let arrives = recipient.state != DeliveryState::Failed && recipient.state != DeliveryState::Delayed;
        recipient.reason =
            known.or_else(|| (!arrives).then(|| self.reason.unwrap_or("undefined").to_owned()));
    }
}

/// The first enhanced status of a text. An address of a host looks like one but has four numbers.
pub(crate) fn status_in(text: &str) -> Option<String> {
    let words = text.split(|char: char| !(char.is_ascii_digit() || char == '.'));
    let status = |word: &str| {
        let word = word.trim_end_matches('.');
        let mut numbers = word.split('.');
        let [class, subject, detail] = [numbers.next()?, numbers.next()?, numbers.next()?];
        let short = |number: &str| (1..=3).contains(&number.len());
        let known =
            matches!(class, "2" | "4" | "5") && short(subject) && short(detail) && numbers.next().is_none();
        // `550.5.1.1` is two things without a space.
        known.then(|| word.to_owned())
    };
    words.into_iter().find_map(status)
}

/// The first reply code of SMTP that says that something was refused.
fn code_in(words: &str) -> Option<String> {
    let parts = words.split(|char: char| char.is_whitespace() || ":;,<>()[]\"'-=#".contains(char));
    let code = |part: &&str| {
        part.len() == 3
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(
                part.as_bytes(),
                [b'4', b'2', b'1']
                    | [b'4', b'5', b'0'..=b'9']
                    | [b'4', b'3', b'2']
                    | [b'4', b'7', b'1']
                    | [b'5', b'0', b'0'..=b'4']
                    | [b'5', b'2'..=b'4', b'0'..=b'9']
                    | [b'5', b'5', b'0'..=b'9']
                    | [b'5', b'7', b'0'..=b'9']
            )
    };
    parts.into_iter().find(code).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_host_is_no_status() {
        assert_eq!(status_in("host 5.1.1.9 said 5.7.1 no"), Some("5.7.1".to_owned()));
        assert_eq!(status_in("(#5.1.1)"), Some("5.1.1".to_owned()));
        assert_eq!(status_in("5.1.1000, 3.1.1, 5.1"), None);
    }

    #[test]
    fn words_say_more_than_a_summary() {
        let told = Told::read("smtp; 550 5.2.2 Mailbox   FULL", Some("5.0.0"), None);
        let wanted = (Some("5.2.2"), Some("550"), Some("mailbox_full"));
        assert_eq!((told.status.as_deref(), told.smtp_code.as_deref(), told.reason), wanted);
        assert_eq!(Told::read("", Some("4.4.7"), None).reason, Some("expired"));
        assert_eq!(Told::read("", None, None), Told::default());
    }
}
