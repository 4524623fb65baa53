//! The addresses of contacts: how each channel writes one to compare it, and the digest by which its contact is
//! known. What comes in and what we begin ourselves pass here, so that a contact is the same both ways.

use crate::domain::{Channel, Digest, Format, Source};

use super::digest::Keys;
use super::number;

/// An address as it is compared at its source. The user of a chat who is known by his number may be written in the
/// two ways that some countries have.
pub(crate) fn canonical(source: &Source, written: &str) -> String {
    match source.channel {
        Channel::Sms => number::same_as(written, source.region.as_deref()),
        Channel::Email => canonical_mail(written),
        Channel::Chat if written.starts_with('+') => number::same_as(written, None),
        // WhatsApp leaves the plus out; its other ids have letters.
        Channel::Chat if source.format == Format::WhatsApp && is_digits(written) => {
            number::same_as(&format!("+{written}"), None)
        }
        Channel::Chat | Channel::Work => written.to_owned(),
    }
}

fn is_digits(written: &str) -> bool {
    !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digest by which the contact of an address is known. A user's id of a chat or of other work means
/// something at its source only: two sources may both have a user `7`.
pub(crate) fn contact(keys: &Keys, source: &Source, written: &str) -> Digest {
    let address = canonical(source, written);
    match source.channel {
        Channel::Sms | Channel::Email => keys.address(source.channel, &address),
        Channel::Chat | Channel::Work => keys.address(source.channel, &format!("{}/{address}", source.name)),
    }
}

/// A mailbox in lower case, without a tag, its domain in the letters of DNS.
pub(crate) fn canonical_mail(address: &str) -> String {
    let address = whole_mail(address);
    match address.rsplit_once('@') {
        // What is quoted bears no tag, and a tag alone is no address: `+x@y` stays.
        Some((local, domain)) if !local.starts_with('"') => match local.split_once('+') {
            Some((mailbox, _)) if !mailbox.is_empty() => format!("{mailbox}@{domain}"),
            _ => address,
        },
        _ => address,
    }
}

/// The same with whatever tag it has.
pub(crate) fn whole_mail(address: &str) -> String {
    let address = address.trim().trim_matches(['<', '>']).trim_end_matches('.').to_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else { return address };
    // `"jo"@x` and `jo@x` are one mailbox (RFC 5321 4.1.2).
    let bare = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let plain = |char: char| char.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(char);
    let local = bare.filter(|bare| !bare.is_empty() && bare.chars().all(plain)).unwrap_or(local);
    if domain.is_ascii() {
        return format!("{local}@{domain}");
    }
    let ascii = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
    format!("{local}@{ascii}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_without_case_and_tag() {
        for (written, canonical) in [
            (" Jo+News@Example.ORG. ", "jo@example.org"),
            ("+x@example.org", "+x@example.org"),
            ("nobody", "nobody"),
        ] {
            assert_eq!(canonical_mail(written), canonical);
        }
    }
}
