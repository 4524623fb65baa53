//! What became of a mail of ours, as others report it: who got it, who did not and why (RFC 3464, RFC 6533), who saw it
//! (RFC 8098), who complained of it (RFC 5965). Servers that write for people alone are read as people read them, with less
//! trust. Nothing here proves that we sent such a mail: that is for whoever looks up the id or token.

pub(crate) mod fields;
mod places;
pub(crate) mod prose;
pub(crate) mod reason;
mod reasons;
mod words;

use crate::domain::{DeliveryState, MessageClass};
use crate::wire::canonical::mail::MailRecipient;
use crate::wire::limits::{CONTACT_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, RECIPIENTS_MAX};
use crate::wire::text;

use super::Mail;
use super::headers::{Fields, Raw, addresses};
use fields::Group;

/// What a report says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// What became of each recipient, each once.
    pub recipients: Vec<MailRecipient>,
    /// The Message-ID of the mail that it is about.
    pub original_id: Option<String>,
    /// To whom that was addressed, as its returned header says.
    pub original_to: Vec<String>,
}

impl Report {
    /// What a mail of this class reports; none where it is no report. `ours` are our own addresses: nobody fails to
    /// deliver to us and tells us.
    pub fn of(mail: &Mail, class: MessageClass, ours: &[String]) -> Option<Report> {
        let returned = Returned::of(mail);
        let recipients = match class {
            MessageClass::Bounce => bounced(mail, &returned, ours),
            MessageClass::ReadReceipt => seen(mail),
            MessageClass::Complaint => complained(mail, &returned),
            _ => return None,
        };
        let mut original_id = told_id(mail).or(returned.message_id);
        if original_id.is_none() {
            // An envelope may be named as the mail is.
            original_id = told_as(mail, &["original-envelope-id"]).filter(|id| id.contains('@'));
        }
        if original_id.is_none() {
            original_id = mail.in_reply_to.first().or(mail.references.last()).cloned();
        }
        Some(Report { recipients: once(recipients), original_id, original_to: returned.to })
    }

    /// Its return address was made for this recipient: that is surer than any prose.
    pub fn narrow_to(&mut self, mail: &Mail, recipient: &str) {
        let source = prose::Source::of(mail);
        let known = self.recipients.iter().find(|told| told.address.eq_ignore_ascii_case(recipient)).cloned();
        let known = known.unwrap_or_else(|| {
            let state = prose::state(mail, &source);
            let told = self
                .recipients
                .drain(..)
                .next()
                .map(|told| MailRecipient { address: recipient.to_owned(), ..told });
            told.unwrap_or_else(|| prose::recipient(&source, recipient, state))
        });
        self.recipients = vec![MailRecipient { is_guess: false, ..known }];
    }
}

/// What is left of the mail that came back.
#[derive(Debug, Default)]
struct Returned {
    message_id: Option<String>,
    to: Vec<String>,
}

impl Returned {
    /// From a part that holds it, else from the header block behind the prose.
    fn of(mail: &Mail) -> Returned {
        let held = |kind: &str| {
            [
                "message/rfc822",
                "message/global",
                "text/rfc822-headers",
                "message/global-headers",
                "text/rfc822",
            ]
            .contains(&kind)
        };
        let part =
            mail.parts.iter().filter(|part| held(&part.media.kind)).map(|part| Returned::read(&part.text));
        let part = part.into_iter().find(Returned::says);
        let source = prose::Source::of(mail);
        part.or_else(|| source.returned().map(Returned::read).filter(Returned::says)).unwrap_or_default()
    }

    fn says(&self) -> bool {
        self.message_id.is_some() || !self.to.is_empty()
    }

    fn read(text: &str) -> Returned {
        let text = text.trim_start();
        let fields = Fields::read(Raw::new(text.as_bytes()).head);
        let to = ["x-original-to", "to", "cc"].into_iter().find_map(|name| {
            let found: Vec<String> =
                fields.all(name).flat_map(addresses).take(RECIPIENTS_MAX).map(str::to_owned).collect();
            (!found.is_empty()).then_some(found)
        });
        let message_id = fields.message_id().map(|id| text::line(id, EXTERNAL_ID_BYTES_MAX));
        Returned { message_id, to: to.unwrap_or_default() }
    }
}

/// What became of whom: by the part for machines, else by what is written, else whoever it was sent to.
fn bounced(mail: &Mail, returned: &Returned, ours: &[String]) -> Vec<MailRecipient> {
    let source = prose::Source::of(mail);
    let groups = status_groups(mail, &source);
    let mut found: Vec<MailRecipient> = groups.iter().filter_map(|group| told(group, &source)).collect();
    // Some write the status but forget for whom.
    let told_nobody = found.is_empty();
    if told_nobody {
        found = prose::recipients(mail, &source, &returned.to, ours);
    }
    if found.is_empty() {
        // A bounce of a bounce: what came back says who failed.
        let inner = mail.parts.iter().filter(|part| part.media.kind == "message/rfc822");
        found = inner
            .flat_map(|part| fields::groups(&part.text))
            .filter_map(|group| told(&group, &source))
            .collect();
    }
    if found.is_empty() && prose::tells_of_failure(mail) {
        let guess = |to: &String| prose::recipient(&source, to, prose::state(mail, &source));
        found = returned
            .to
            .iter()
            .filter(|to| !ours.contains(&to.to_lowercase()) && source.speaks_of_host(to))
            .take(1)
            .map(guess)
            .collect();
    }
    if let [only] = found.as_mut_slice()
        && matches!(only.state, DeliveryState::Failed | DeliveryState::Delayed)
    {
        // Whatever the text says, it says of him.
        reason::Told::read(&source.told, None, None).fill(only);
    }
    let groups = groups.iter().filter(|group| told_nobody && group.says_anything());
    for (group, recipient) in groups.zip(&mut found) {
        fields::amend(recipient, group);
    }
    found
}

/// The groups of fields of its parts for machines, else those that stand in its text.
fn status_groups(mail: &Mail, source: &prose::Source) -> Vec<Group> {
    let machine = |kind: &str| kind == "message/delivery-status" || kind == "message/global-delivery-status";
    let parts = mail.parts.iter().filter(|part| machine(&part.media.kind));
    let groups: Vec<Group> = parts.flat_map(|part| fields::groups(&part.text)).collect();
    if groups.iter().any(|group| group.recipient().is_some()) {
        return groups;
    }
    let written = fields::groups(&source.told);
    if written.iter().any(|group| group.recipient().is_some()) { written } else { groups }
}

fn told(group: &Group, source: &prose::Source) -> Option<MailRecipient> {
    let address = text::line_or_none(&group.recipient()?, CONTACT_BYTES_MAX)?;
    let mut recipient = MailRecipient {
        state: group.state(),
        status: None,
        smtp_code: None,
        reason: None,
        is_guess: false,
        address,
    };
    fields::amend(&mut recipient, group);
    let arrives = matches!(recipient.state, DeliveryState::Delivered | DeliveryState::Sent);
    if !arrives {
        let near = source.near(&recipient.address);
        let told = reason::Told::read(&near, recipient.status.as_deref(), recipient.smtp_code.as_deref());
        told.fill(&mut recipient);
    }
    Some(recipient)
}

/// Who saw a mail; nothing of one who deleted it unread.
fn seen(mail: &Mail) -> Vec<MailRecipient> {
    let kinds = ["message/disposition-notification", "message/global-disposition-notification"];
    let parts = mail.parts.iter().filter(|part| kinds.contains(&part.media.kind.as_str()));
    let groups = parts.flat_map(|part| fields::groups(&part.text));
    let seen = |group: Group| {
        let disposition = group.first("disposition")?.rsplit(';').next()?.trim().to_ascii_lowercase();
        let displayed =
            ["displayed", "processed", "dispatched"].iter().any(|word| disposition.starts_with(word));
        let own = || mail.from.first().map(|from| from.address.clone());
        let address = text::line_or_none(&group.recipient().or_else(own)?, CONTACT_BYTES_MAX)?;
        displayed.then_some(recipient_of(address, DeliveryState::Read, None))
    };
    groups.filter_map(seen).collect()
}

/// Who complained, as far as the report tells.
fn complained(mail: &Mail, returned: &Returned) -> Vec<MailRecipient> {
    let parts = mail.parts.iter().filter(|part| part.media.kind == "message/feedback-report");
    let groups: Vec<Group> = parts.flat_map(|part| fields::groups(&part.text)).collect();
    let kind =
        groups.iter().find_map(|group| group.first("feedback-type")).unwrap_or("abuse").to_ascii_lowercase();
    let told =
        groups.iter().flat_map(|group| group.all("original-rcpt-to").chain(group.all("removal-recipient")));
    let mut told: Vec<String> = told.flat_map(addresses).map(str::to_owned).collect();
    let hotmail = mail.fields.first("x-hmxmroriginalrecipient").map(str::to_owned);
    told.extend(hotmail);
    if told.is_empty() {
        told = returned.to.clone();
    }
    let kind = text::line(kind.trim(), 32);
    told.iter()
        .filter_map(|address| text::line_or_none(address, CONTACT_BYTES_MAX))
        .map(|address| recipient_of(address, DeliveryState::Delivered, Some(kind.clone())))
        .collect()
}

fn recipient_of(address: String, state: DeliveryState, reason: Option<String>) -> MailRecipient {
    MailRecipient { address, state, status: None, smtp_code: None, reason, is_guess: false }
}

/// The Message-ID that a receipt or a report names itself.
fn told_id(mail: &Mail) -> Option<String> {
    told_as(mail, &["original-message-id", "x-original-message-id"])
}

/// The id that a part for machines has in one of these fields.
fn told_as(mail: &Mail, names: &[&str]) -> Option<String> {
    let machine = mail
        .parts
        .iter()
        .filter(|part| part.media.kind.starts_with("message/") && !part.media.kind.ends_with("rfc822"));
    let groups = machine.flat_map(|part| fields::groups(&part.text));
    let id = |group: Group| {
        let written = names.iter().find_map(|name| group.first(name))?.to_owned();
        let bare = written.split_once('<').map_or(written.as_str(), |(_, rest)| rest);
        text::line_or_none(bare.split('>').next().unwrap_or_default(), EXTERNAL_ID_BYTES_MAX)
    };
    groups.into_iter().find_map(id)
}

/// Each address once: what is told later of the same one says more where it failed.
fn once(recipients: Vec<MailRecipient>) -> Vec<MailRecipient> {
    let mut kept: Vec<MailRecipient> = Vec::new();
    for recipient in recipients {
        let same = |known: &MailRecipient| known.address.eq_ignore_ascii_case(&recipient.address);
        let failed = recipient.state == DeliveryState::Failed;
        if let Some(known) = kept.iter_mut().find(|known| same(known)) {
            if failed && known.state != DeliveryState::Failed {
                *known = recipient;
            }
        } else if kept.len() < RECIPIENTS_MAX {
            kept.push(recipient);
        }
    }
    kept
}
