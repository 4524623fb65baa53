//! The groups of fields of a report (RFC 3464, RFC 8098, RFC 5965): one of the message, then one a recipient.

use crate::domain::DeliveryState;
use crate::wire::canonical::mail::MailRecipient;
use crate::wire::mail::headers::Fields;

use super::super::headers::addresses;
use super::reason::{self, Told};

/// Groups of one report that are looked at.
const GROUPS_MAX: usize = 400;

/// Fields that stand together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    fields: Fields,
}

/// The groups of a text, cut at empty lines. Some write no empty line between two recipients, or one within a group: what
/// repeats begins a new group.
pub(crate) fn groups(text: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut block = String::new();
    let mut named = false;
    for line in text.lines() {
        let name =
            line.split_once(':').map(|(name, _)| name.trim_end().to_ascii_lowercase()).unwrap_or_default();
        let recipient = name == "final-recipient" || (name == "original-recipient" && named);
        let ends = line.trim().is_empty() || (recipient && named && block_has(&block, &name));
        if ends {
            push(&mut groups, &block);
            block.clear();
            named = false;
        }
        named |= name == "final-recipient" || name == "action";
        block.extend([line, "\n"]);
        if groups.len() >= GROUPS_MAX {
            break;
        }
    }
    push(&mut groups, &block);
    groups
}

fn block_has(block: &str, name: &str) -> bool {
    block.lines().any(|line| line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name)))
}

fn push(groups: &mut Vec<Group>, block: &str) {
    if block.contains(':') {
        groups.push(Group { fields: Fields::read(block.as_bytes()) });
    }
}

impl Group {
    /// The first field of a lower-case name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields.first(name).filter(|value| !value.is_empty())
    }

    /// Every field of a lower-case name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.all(name)
    }

    /// To whom it was sent: as the sender wrote it, which is what we know him by, else as it was called last.
    pub fn recipient(&self) -> Option<String> {
        let named = ["original-recipient", "final-recipient", "x-actual-recipient"];
        let named = named.map(|name| self.first(name).and_then(address));
        if let [Some(original), Some(last), _] = &named
            && decoded(original).eq_ignore_ascii_case(last)
        {
            // Some write it as it was escaped for transport (RFC 3461 4).
            return Some(last.clone());
        }
        // An alias may lead elsewhere, even to what is no address: the name that we used says more.
        let whole = named.iter().flatten().find(|address| address.contains('@'));
        whole.or_else(|| named.iter().flatten().next()).cloned()
    }

    /// How far it came (RFC 3464 2.3.3): handed on or spread it left what can be reported.
    pub fn state(&self) -> DeliveryState {
        let action = self.first("action").unwrap_or_default().to_ascii_lowercase();
        let word: String = action.chars().take_while(char::is_ascii_alphabetic).collect();
        match word.as_str() {
            "delayed" => DeliveryState::Delayed,
            "delivered" => DeliveryState::Delivered,
            "relayed" | "expanded" => DeliveryState::Sent,
            "failed" | "failure" => DeliveryState::Failed,
            _ => match self.status().as_deref().and_then(|status| status.chars().next()) {
                Some('2') => DeliveryState::Delivered,
                Some('4') => DeliveryState::Delayed,
                _ => DeliveryState::Failed,
            },
        }
    }

    /// The enhanced status.
    pub fn status(&self) -> Option<String> {
        reason::status_in(self.first("status")?)
    }

    /// Whether it tells of a recipient, even if not of whom.
    pub fn says_anything(&self) -> bool {
        ["action", "status", "diagnostic-code"].iter().any(|name| self.first(name).is_some())
    }

    fn diagnostic(&self) -> String {
        let told = ["diagnostic-code", "status"].into_iter().flat_map(|name| self.all(name));
        told.collect::<Vec<_>>().join(" ")
    }
}

/// Puts what a group says into a recipient.
pub(crate) fn amend(recipient: &mut MailRecipient, group: &Group) {
    recipient.status = recipient.status.take().or_else(|| group.status());
    let diagnostic = group.diagnostic();
    Told::read(&diagnostic, recipient.status.as_deref(), None).fill(recipient);
}

/// The address of `rfc822; jo@x` or `utf-8; jö@x`, whose characters may be written as `\x{F6}` (RFC 6533 3).
fn address(value: &str) -> Option<String> {
    let (kind, rest) = value.split_once(';').unwrap_or(("rfc822", value));
    let kind = kind.trim().to_ascii_lowercase();
    let rest = rest.trim();
    let dressed = rest.trim_matches(['<', '>', ' ']);
    if dressed.starts_with('"') && dressed.contains("\"@") {
        return dressed.split('>').next().map(str::to_owned);
    }
    let bare = rest.trim_matches(['<', '>', '"', '\'', ' ']);
    let bare = addresses(bare).next().or_else(|| addresses(rest).next()).unwrap_or(bare);
    let bare =
        bare.trim_matches(['\'', '`', '[', ']']).trim_start_matches("SMTP:").trim_start_matches("smtp:");
    let bare = if kind.starts_with("utf-8") { unescaped(bare) } else { bare.to_owned() };
    (!bare.is_empty() && kind != "x-unknown" && !bare.contains(char::is_whitespace)).then_some(bare)
}

/// What `jo+2Bnews@x` stands for.
fn decoded(xtext: &str) -> String {
    let (mut clean, mut rest) = (String::new(), xtext);
    while let Some((before, behind)) = rest.split_once('+') {
        clean.push_str(before);
        let byte = behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(u8::is_ascii_graphic) {
            Some(byte) => {
                clean.push(char::from(byte));
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                clean.push('+');
                rest = behind;
            }
        }
    }
    clean + rest
}

/// Characters written as `\x{F6}` or `+F6;`-less xtext stay what they mean.
fn unescaped(text: &str) -> String {
    let mut clean = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\\x{") {
        clean.push_str(before);
        let Some((digits, tail)) = behind.split_once('}') else {
            clean.push_str("\\x{");
            rest = behind;
            continue;
        };
        match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
            Some(char) => clean.push(char),
            None => clean.extend(["\\x{", digits, "}"]),
        }
        rest = tail;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_an_address_however_it_is_written() {
        for (written, wanted) in [
            ("rfc822; jo@x.test", Some("jo@x.test")),
            ("RFC822;<jo@x.test>", Some("jo@x.test")),
            ("jo@x.test", Some("jo@x.test")),
            ("utf-8; j\\x{F6}@x.test", Some("jö@x.test")),
            ("utf-8; jö@x.test", Some("jö@x.test")),
            ("LOCAL;\\jo", Some("\\jo")),
            ("rfc822; \"jo doe\"@x.test", Some("\"jo doe\"@x.test")),
            ("rfc822;", None),
            ("utf-8; j\\x{@x", Some("j\\x{@x")),
        ] {
            assert_eq!(address(written).as_deref(), wanted, "{written}");
        }
    }

    #[test]
    fn an_escaped_recipient_is_the_one_that_it_means() {
        let recipient = |original: &str| {
            let text = format!("Original-Recipient: rfc822;{original}\nFinal-Recipient: rfc822;jo+news@x\n");
            groups(&text).first().and_then(Group::recipient)
        };
        assert_eq!(recipient("jo+2Bnews@x").as_deref(), Some("jo+news@x"));
        assert_eq!(recipient("ann+2Bnews@x").as_deref(), Some("ann+2Bnews@x"));
    }

    #[test]
    fn a_second_recipient_begins_a_group_without_an_empty_line() {
        let text =
            "Final-Recipient: rfc822;a@x\nAction: failed\nFinal-Recipient: rfc822;b@x\nAction: delayed\n";
        let found: Vec<_> =
            groups(text).iter().filter_map(|group| Some((group.recipient()?, group.state()))).collect();
        let wanted = [("a@x".to_owned(), DeliveryState::Failed), ("b@x".to_owned(), DeliveryState::Delayed)];
        assert_eq!(found, wanted);
    }
}
