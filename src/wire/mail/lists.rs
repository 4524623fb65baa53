//! Mail to many: lists of people who write to each other, and senders who write to all (RFC 2369, RFC 2919, RFC 8058).

use crate::domain::MessageClass;
use crate::wire::address::canonical_mail;

use super::Mail;
use super::class::{Facts, Sign};
use super::headers::addresses;

/// Fields that name a list, and hold its address.
const LIST_FIELDS: [&str; 10] = [
    "list-post",
    "list-archive",
    "list-owner",
    "list-subscribe",
    "mailing-list",
    "x-mailing-list",
    "x-beenthere",
    "x-mailman-version",
    "x-list",
    "x-listname",
];

/// Mail to many. A list of our own address is our mailbox: what comes through it is as it was sent.
pub(super) fn sent_to_many(mail: &Mail, facts: &Facts<'_>) -> Option<Sign> {
    let has = |name: &&str| mail.fields.first(name).is_some_and(|value| !value.is_empty());
    let precedence = mail.fields.word("precedence").unwrap_or_default();
    let id = mail.fields.first("list-id").filter(|id| !id.is_empty());
    let is_ours = |address: &str| facts.ours.contains(&canonical_mail(address.trim_start_matches("mailto:")));
    let named = LIST_FIELDS.iter().flat_map(|name| mail.fields.all(name)).flat_map(addresses);
    if id.is_some_and(|id| facts.ours.iter().any(|our| list_id(id) == our.replace('@', ".")))
        || named.into_iter().any(is_ours)
    {
        return None;
    }
    let many = ["list-unsubscribe", "feedback-id", "list-unsubscribe-post", "x-csa-complaints"];
    let campaign = ["x-campaign", "x-campaign-id", "x-campaignid", "x-mc-user"];
    if id.is_some() || LIST_FIELDS.iter().any(has) {
        return Some((MessageClass::List, "list_id"));
    }
    if precedence == "bulk" || precedence == "junk" {
        return Some((MessageClass::Bulk, "precedence"));
    }
    if precedence == "list" {
        return Some((MessageClass::List, "precedence"));
    }
    if many.iter().any(has) {
        return Some((MessageClass::Bulk, "list_unsubscribe"));
    }
    if has(&"list-help") {
        return Some((MessageClass::List, "list_id"));
    }
    campaign.iter().any(has).then_some((MessageClass::Bulk, "campaign"))
}

/// The id of a List-Id field, in lower case.
pub(super) fn list_id(field: &str) -> String {
    let id = field.rsplit_once('<').map_or(field, |(_, rest)| rest);
    id.trim_end_matches('>').trim().to_lowercase()
}
