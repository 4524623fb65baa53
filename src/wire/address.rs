//! The addresses of contacts: how each channel writes one to compare it, and the digest by which its contact is
//! known. What comes in and what we begin ourselves pass here, so that a contact is the same both ways.

use crate::domain::{Channel, Digest, Source};

use super::digest::Keys;
use super::number;

/// An address as it is compared at its source. The user of a chat who is known by his number may be written in the
/// two ways that some countries have.
pub(crate) fn canonical(source: &Source, written: &str) -> String {
    match source.channel {
        Channel::Sms => number::same_as(written, source.region.as_deref()),
        Channel::Email => canonical_mail(written),
        Channel::Chat if written.starts_with('+') => number::same_as(written, None),
        Channel::Chat | Channel::Work => written.to_owned(),
    }
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

/// A mailbox in lower case, without a tag.
pub(crate) fn canonical_mail(address: &str) -> String {
    let address = address.trim().trim_end_matches('.').to_lowercase();
    match address.rsplit_once('@') {
        // A tag alone is no address: `+x@y` stays.
        Some((local, domain)) => match local.split_once('+') {
            Some((mailbox, _)) if !mailbox.is_empty() => format!("{mailbox}@{domain}"),
            _ => address,
        },
        None => address,
    }
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
