//! From the bytes of a mail to what it says. The mail parser decodes charsets and parts; which field counts, what is an
//! id and what is shown is decided here.

use mail_parser::{
    Address, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use crate::domain::{Party, Timestamp};
use crate::wire::canonical::Fault;
use crate::wire::limits::{
    ATTACHMENTS_MAX, CONTACT_BYTES_MAX, CONTENT_TYPE_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, FILENAME_BYTES_MAX,
    MAIL_BYTES_MAX, MAIL_HEADER_BYTES_MAX, NAME_BYTES_MAX, RECIPIENTS_MAX, SUBJECT_BYTES_MAX, TEXT_BYTES_MAX,
};
use crate::wire::text;

use super::headers::{Fields, Raw};
use super::{Flags, Mail, MailFile, MailPart, Media};

/// Parts that a machine reads.
const MACHINE_PARTS: [&str; 8] = [
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "text/calendar",
];

/// What a mail says.
pub(crate) fn read(payload: &[u8], parser: &MessageParser) -> Result<Mail, Fault> {
    if payload.len() > MAIL_BYTES_MAX {
        return Err(("too_large", "the mail has over 35 MiB"));
    }
    let raw = Raw::new(payload);
    let fields = Fields::read(raw.head);
    let cut = without_excess(&raw);
    let mail = parser.parse(cut.as_deref().unwrap_or(raw.mail));
    let mail = mail.ok_or(("not_mail", "it is not a mail: it has no header fields"))?;
    let mut flags = Flags::default();
    flags.raise(cut.is_some(), "headers_cut");
    flags.raise(fields.all("from").count() > 1, "duplicate_headers");
    let message_id = fields.message_id().map(|id| text::line(id, EXTERNAL_ID_BYTES_MAX));
    let in_reply_to = fields.in_reply_to().into_iter().map(str::to_owned).collect();
    let subject = first(&mail, &HeaderName::Subject).and_then(|value| value.as_text());
    Ok(Mail {
        from: first_parties(&mail, &HeaderName::From),
        sender: first_parties(&mail, &HeaderName::Sender).into_iter().next(),
        to: all_parties(&mail, HeaderName::To),
        cc: all_parties(&mail, HeaderName::Cc),
        reply_to: first_parties(&mail, &HeaderName::ReplyTo),
        subject: subject.and_then(|subject| text::line_or_none(subject, SUBJECT_BYTES_MAX)),
        date: mail
            .date()
            .filter(|date| date.is_valid())
            .map(|date| Timestamp(date.to_timestamp().saturating_mul(1_000))),
        message_id,
        in_reply_to,
        references: fields.references(),
        media: media(&mail.parts[0]),
        text: shown_text(&mail, &mut flags),
        html: shown_html(&mail),
        files: files(&mail, &mut flags),
        parts: mail.parts.iter().filter_map(machine_part).collect(),
        body: raw.body.trim_ascii_end().iter().copied().filter(|byte| *byte != b'\r').collect(),
        fields,
        flags,
    })
}

fn first<'a>(mail: &'a Message<'_>, name: &HeaderName<'_>) -> Option<&'a HeaderValue<'a>> {
    mail.headers().iter().find(|header| header.name == *name).map(|header| &header.value)
}

fn first_parties(mail: &Message<'_>, name: &HeaderName<'_>) -> Vec<Party> {
    first(mail, name).map(parties).unwrap_or_default()
}

fn all_parties(mail: &Message<'_>, name: HeaderName<'static>) -> Vec<Party> {
    let fields = mail.headers().iter().filter(|header| header.name == name);
    fields.flat_map(|header| parties(&header.value)).take(RECIPIENTS_MAX).collect()
}

fn parties(value: &HeaderValue<'_>) -> Vec<Party> {
    let HeaderValue::Address(list) = value else { return Vec::new() };
    let members: Vec<_> = match list {
        Address::List(list) => list.iter().collect(),
        Address::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
    };
    let party = |member: &mail_parser::Addr<'_>| {
        let address = text::line_or_none(member.address.as_deref()?, CONTACT_BYTES_MAX)?;
        let name = member.name.as_deref().and_then(|name| text::line_or_none(name, NAME_BYTES_MAX));
        Some(Party { address, name })
    };
    members.into_iter().filter_map(party).take(RECIPIENTS_MAX).collect()
}

fn shown_text(mail: &Message<'_>, flags: &mut Flags) -> String {
    let mut shown = String::new();
    for part in mail.text_body.iter().filter_map(|part| mail.part(*part)) {
        // What is behind the limit would be cut anyway.
        if shown.len() > TEXT_BYTES_MAX {
            break;
        }
        if let PartType::Text(plain) = &part.body {
            let separator = if shown.is_empty() || shown.ends_with('\n') { "" } else { "\n" };
            shown.extend([separator, plain]);
        }
    }
    let mut shown = text::lines(&shown).trim_end().to_owned();
    flags.raise(text::cut(&mut shown, TEXT_BYTES_MAX), "truncated");
    shown
}

fn shown_html(mail: &Message<'_>) -> Option<String> {
    mail.html_body.iter().filter_map(|part| mail.part(*part)).find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.to_string()),
        _ => None,
    })
}

fn files(mail: &Message<'_>, flags: &mut Flags) -> Vec<MailFile> {
    flags.raise(mail.attachment_count() > ATTACHMENTS_MAX, "attachments_cut");
    let file = |part: &MessagePart<'_>| MailFile {
        filename: part.attachment_name().and_then(|name| text::line_or_none(name, FILENAME_BYTES_MAX)),
        content_type: Some(media(part).kind).filter(|kind| !kind.is_empty()),
        size: part.len() as u64,
        content_id: part.content_id().map(str::to_owned),
        ..MailFile::default()
    };
    mail.attachments().take(ATTACHMENTS_MAX).map(file).collect()
}

fn machine_part(part: &MessagePart<'_>) -> Option<MailPart> {
    let media = media(part);
    if !MACHINE_PARTS.contains(&media.kind.as_str()) {
        return None;
    }
    let text = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        PartType::Message(inner) => String::from_utf8_lossy(&inner.raw_message).into_owned(),
        PartType::Multipart(_) => String::new(),
    };
    Some(MailPart { media, text: text::lines(&text) })
}

fn media(part: &MessagePart<'_>) -> Media {
    let Some(written) = part.content_type() else { return Media::default() };
    let subtype = written.subtype().map(|subtype| format!("/{subtype}")).unwrap_or_default();
    let kind = format!("{}{subtype}", written.ctype()).to_ascii_lowercase();
    let parameters = written.attributes().unwrap_or_default().iter();
    Media {
        kind: text::line(&kind, CONTENT_TYPE_BYTES_MAX),
        parameters: parameters
            .map(|attribute| (attribute.name.to_ascii_lowercase(), attribute.value.to_string()))
            .collect(),
    }
}

/// The mail with its header block cut at the last whole line within the limit; `None` when it is within.
fn without_excess(raw: &Raw<'_>) -> Option<Vec<u8>> {
    let kept = raw.head.get(..MAIL_HEADER_BYTES_MAX).filter(|kept| kept.len() < raw.head.len())?;
    let end = kept.iter().rposition(|byte| *byte == b'\n').map_or(kept.len(), |place| place + 1);
    Some([&kept[..end], b"\n", raw.body].concat())
}
