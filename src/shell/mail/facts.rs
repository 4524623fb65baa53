//! What an escalation mail can say: the facts that a template may name, in words and numbers ready to be read.
//! No text of a message is among them.

use jiff::Timestamp as Instant;
use serde::Serialize;

use crate::domain::{Span, Timestamp};

/// The facts of one rung. Each member is a name that a template may use; an absent one is `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NoticeFacts {
    /// The prefix of the site.
    pub site: String,
    /// The escalation, as `escalation.ack` wants it: `t5`.
    pub escalation: String,
    /// What was promised: `assign` or `first_reply`.
    pub promise: String,
    /// The same as a phrase: `that an agent accepts`.
    pub promised: String,
    /// Within what span: `5m`.
    pub within: String,
    /// How long past its due instant the promise was when this rung was raised: `2m 3s`.
    pub over: String,
    /// When it was due: `2026-03-01 12:00:00 UTC`.
    pub due: String,
    /// When this rung was raised.
    pub raised_at: String,
    /// The conversation: `c12`.
    pub conversation: String,
    /// Its queue.
    pub queue: String,
    /// Its priority in the queue.
    pub priority: i32,
    /// `email`, `sms`, `chat`.
    pub channel: String,
    /// The way in.
    pub source: String,
    /// The number of the contact, by which `contact.get` finds him: `k7`.
    pub contact: String,
    /// The subject of his mail.
    pub subject: Option<String>,
    /// Since when he waits.
    pub waiting_since: Option<String>,
    /// How long he had waited when this rung was raised: `7m 3s`.
    pub waiting: Option<String>,
    /// The agent who holds the conversation.
    pub agent: Option<String>,
    /// The ladder.
    pub ladder: Option<String>,
    /// Which rung, from 1.
    pub rung: u32,
    /// How many there are.
    pub rungs: u32,
    /// Everybody whom this rung tells, as the configuration writes them.
    pub told: Vec<String>,
    /// Where `escalation.ack` is asked: `switchboard.api.<you>.escalation.ack`.
    pub ack_subject: String,
}

impl NoticeFacts {
    /// Facts that never were, with everything present or with all that may be absent absent: what a template is
    /// tried with before it is needed.
    pub fn example(whole: bool) -> NoticeFacts {
        let at = |seconds: i64| instant(Timestamp(1_772_366_400_000 + seconds * 1_000));
        NoticeFacts {
            site: "switchboard".to_owned(),
            escalation: "t5".to_owned(),
            promise: "first_reply".to_owned(),
            promised: promised("first_reply").to_owned(),
            within: "5m".to_owned(),
            over: "15m 2s".to_owned(),
            due: at(0),
            raised_at: at(902),
            conversation: "c12".to_owned(),
            queue: "billing".to_owned(),
            priority: 60,
            channel: "email".to_owned(),
            source: "help-desk".to_owned(),
            contact: "k7".to_owned(),
            subject: whole.then(|| "Charged <twice> & more".to_owned()),
            waiting_since: whole.then(|| at(-300)),
            waiting: whole.then(|| "20m 2s".to_owned()),
            agent: whole.then(|| "ana".to_owned()),
            ladder: whole.then(|| "standard".to_owned()),
            rung: 2,
            rungs: 3,
            told: vec!["role:supervisor".to_owned(), "email:duty@example.org".to_owned()],
            ack_subject: ack_subject("switchboard"),
        }
    }
}

/// A promise as a phrase behind "promised was".
pub fn promised(word: &str) -> &'static str {
    match word {
        "assign" => "that an agent accepts",
        "first_reply" => "that a person answers",
        _ => "that something is done",
    }
}

/// Where an escalation of this site is acknowledged; whoever does it puts his own name in.
pub fn ack_subject(prefix: &str) -> String {
    format!("{prefix}.api.<you>.escalation.ack")
}

/// An instant with its zone, which is UTC for everybody: `2026-03-01 12:00:00 UTC`.
pub fn instant(at: Timestamp) -> String {
    match Instant::from_millisecond(at.0) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => "an unknown instant".to_owned(),
    }
}

/// A span in its two largest units: `2d 4h`, `7m 3s`, `0s`.
pub fn span(span: Span) -> String {
    const UNITS: [(&str, i64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let mut rest = span.0.max(0) / 1_000;
    let mut words = Vec::new();
    for (unit, seconds) in UNITS {
        let count = rest / seconds;
        rest %= seconds;
        if count > 0 {
            words.push(format!("{count}{unit}"));
        } else if !words.is_empty() {
            break;
        }
        if words.len() == 2 {
            break;
        }
    }
    if words.is_empty() { "0s".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_its_two_largest_units() {
        for (ms, told) in [
            (0, "0s"),
            (999, "0s"),
            (-5_000, "0s"),
            (61_000, "1m 1s"),
            (3_600_000, "1h"),
            (3_605_000, "1h"),
            (93_784_000, "1d 2h"),
        ] {
            assert_eq!(span(Span(ms)), told, "{ms}");
        }
    }

    #[test]
    fn an_instant_has_its_zone() {
        assert_eq!(instant(Timestamp(1_772_366_400_000)), "2026-03-01 12:00:00 UTC");
        assert_eq!(instant(Timestamp(i64::MAX)), "an unknown instant");
    }
}
