//! Who a sender is by his form alone, and whether he can be answered: a name instead of a number cannot.

use unicode_normalization::UnicodeNormalization;

use super::number;

/// The longest name that stands in the place of a number (3GPP 23.040).
const NAME_CHARS_MAX: usize = 11;

/// What kind of sender it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SenderKind {
    /// A number in E.164, or what becomes one.
    Phone,
    /// Three to eight digits that a carrier gave.
    ShortCode,
    /// A name: nobody reads what is sent to it.
    Alphanumeric,
    /// A mailbox, through a gateway from mail.
    Email,
    /// A user or agent of another network, as `rcs:acme_agent`.
    Platform,
    /// Nothing that could send.
    Invalid,
}

impl SenderKind {
    /// Its word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            SenderKind::Phone => "phone",
            SenderKind::ShortCode => "short_code",
            SenderKind::Alphanumeric => "alphanumeric",
            SenderKind::Email => "email",
            SenderKind::Platform => "platform",
            SenderKind::Invalid => "invalid",
        }
    }

    /// Whether an answer reaches him.
    pub(crate) fn is_replyable(self) -> bool {
        match self {
            SenderKind::Phone | SenderKind::ShortCode | SenderKind::Email | SenderKind::Platform => true,
            SenderKind::Alphanumeric | SenderKind::Invalid => false,
        }
    }
}

/// What kind of sender is written here, at a source of this region.
pub(crate) fn classify(written: &str, region: Option<&str>) -> SenderKind {
    let sender: String = written.nfkc().take(400).collect();
    let sender = sender.trim();
    if let Some((scheme, rest)) = sender.split_once(':').filter(|(scheme, rest)| is_link(scheme, rest)) {
        return match scheme.to_ascii_lowercase().as_str() {
            "tel" | "sms" | "smsto" | "mms" => classify(rest, region),
            "mailto" => classify(rest, region),
            _ if !rest.is_empty() => SenderKind::Platform,
            _ => SenderKind::Invalid,
        };
    }
    if is_mailbox(sender) {
        return SenderKind::Email;
    }
    let letters = sender.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters > 0 {
        return named(sender, region);
    }
    // In some countries a whole number has no more digits than a short code elsewhere.
    match number::found(sender, region, true) {
        Some(_) => SenderKind::Phone,
        None if number::is_short_code(sender) && !sender.starts_with('+') => SenderKind::ShortCode,
        None => SenderKind::Invalid,
    }
}

/// A name, or a number with letters in it (`+1 415 555 2671 x9`).
fn named(sender: &str, region: Option<&str>) -> SenderKind {
    let is_name = sender.chars().count() <= NAME_CHARS_MAX && !sender.starts_with('+');
    if is_name && !sender.contains(char::is_control) {
        return SenderKind::Alphanumeric;
    }
    let is_number = number::read(sender, region).is_ok_and(|number| number.is_possible);
    if is_number { SenderKind::Phone } else { SenderKind::Invalid }
}

/// Whether it is a network and somebody there. A name may have a colon too, with a space behind it or figures before.
fn is_link(scheme: &str, rest: &str) -> bool {
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-._".contains(letter))
        && !rest.starts_with(char::is_whitespace)
}

fn is_mailbox(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control();
    !local.is_empty() && !text.contains(is_odd) && domain.contains('.') && !domain.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_be_answered_and_a_short_code_can() {
        for (written, kind) in [
            ("+14155552671", SenderKind::Phone),
            ("tel:+14155552671", SenderKind::Phone),
            ("40404", SenderKind::ShortCode),
            ("12345678", SenderKind::ShortCode),
            ("AcmeShop", SenderKind::Alphanumeric),
            ("24-7 Help", SenderKind::Alphanumeric),
            ("whatsapp:+14155552671", SenderKind::Platform),
            ("jo@example.org", SenderKind::Email),
            ("12", SenderKind::Invalid),
            ("+1", SenderKind::Invalid),
            ("***", SenderKind::Invalid),
            ("NameThatIsTooLong", SenderKind::Invalid),
        ] {
            assert_eq!(classify(written, None), kind, "{written}");
        }
    }

    #[test]
    fn a_number_of_eight_digits_is_one_where_numbers_have_so_many() {
        assert_eq!(classify("81234567", Some("SG")), SenderKind::Phone);
        assert_eq!(classify("81234567", None), SenderKind::ShortCode);
        assert_eq!(classify("72404", Some("SG")), SenderKind::ShortCode);
    }

    #[test]
    fn a_colon_alone_makes_no_network() {
        assert_eq!(classify("12:30 Taxi", None), SenderKind::Alphanumeric);
        assert_eq!(classify("Shop: Ada", None), SenderKind::Alphanumeric);
        assert_eq!(classify("whatsapp:", None), SenderKind::Invalid);
    }
}
