//! Why a mail did not arrive: the enhanced status (RFC 3463), the reply code of SMTP, and one word for both and for what
//! servers say in their own words.

use crate::domain::DeliveryState;
use crate::wire::canonical::mail::MailRecipient;

use super::reasons::{REASONS, STATUSES};

/// What of a server's answer is looked at, in bytes.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// What a server's answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub status: Option<String>,
    pub smtp_code: Option<String>,
    pub reason: Option<&'static str>,
}

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
