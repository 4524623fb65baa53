//! Raw RFC 5322 mail. The mail parser decodes headers, charsets and parts; which header counts, which id
//! is one and who was meant is decided here, from the raw fields (field page channels 1 and 2.2).
//!
//! The scope of a parent key is not known here: whether an id is one that we issued or one that a customer
//! sent stands with the key in the engine's state. Keys are looked up by their digest alone, so parents
//! bear [`ThreadScope::Theirs`], the narrower of the two.

use std::sync::Arc;

use mail_parser::decoders::html::html_to_text;
use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser, MimeHeaders, PartType};

use crate::domain::{
    Attachment, Channel, Content, ConversationId, Digest, InboundMessage, MessageClass, Party, Source,
    Thread, ThreadKey, ThreadScope, Timestamp,
};

use super::address::{self, canonical_mail};
use super::decoder::{DecodeError, Input, endpoint};
use super::digest::{Keys, TOKEN_PREFIX};
use super::limits::{
    ATTACHMENTS_MAX, CONTACT_BYTES_MAX, CONTENT_TYPE_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, FILENAME_BYTES_MAX,
    MAIL_BYTES_MAX, MAIL_HEADER_BYTES_MAX, NAME_BYTES_MAX, RECIPIENTS_MAX, SUBJECT_BYTES_MAX, TEXT_BYTES_MAX,
};
use super::mail_headers::{Headers, Raw, addresses};
use super::text;

/// Fields that say to whom a mail was delivered, besides To and Cc.
const DELIVERY_FIELDS: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];

/// The message of a payload.
pub(crate) fn decode(
    input: &Input<'_>,
    source: &Source,
    keys: &Keys,
    parser: &MessageParser,
) -> Result<InboundMessage, DecodeError> {
    let fault = |code, reason: &str| DecodeError::new(code, reason, Some(Channel::Email));
    if input.payload.len() > MAIL_BYTES_MAX {
        return Err(fault("too_large", &format!("the mail has over {MAIL_BYTES_MAX} bytes")));
    }
    let raw = Raw::new(input.payload);
    let headers = Headers::read(raw.head);
    let cut = without_excess(&raw);
    let mail = parser.parse(cut.as_deref().unwrap_or(raw.mail));
    let mail = mail.ok_or_else(|| fault("not_mail", "it is not a mail: it has no header fields"))?;

    let mut flags = Flags::default();
    flags.raise(cut.is_some(), "headers_cut");
    let from = sender(&mail, &headers, input, &mut flags)
        .ok_or_else(|| fault("no_sender", "neither its fields nor its envelope name a sender"))?;
    let recipients = Recipients::read(&mail, &headers, input);
    let token = recipients.token(keys, &mut flags);
    let body = body_digest(keys, raw.body);
    let subject = first_text(&mail, &HeaderName::Subject);
    let external_id = match headers.message_id() {
        Some(id) => text::line(id, EXTERNAL_ID_BYTES_MAX),
        None => synthetic_id(keys, &headers, &from, body, &mut flags),
    };
    let sent_at = sent_at(&mail, &headers, input.stored_at, &mut flags);
    let content = Content {
        to: recipients.parties,
        subject: subject.and_then(|subject| text::line_or_none(&subject, SUBJECT_BYTES_MAX)),
        text: body_text(&mail, &mut flags),
        attachments: attachments(&mail, &mut flags),
        external_id: Some(external_id.clone()),
        reply_to: reply_to(&mail, &from),
        references: headers.references(),
        thread_id: None,
        flags: flags.0,
        from,
    };
    Ok(InboundMessage {
        channel: Channel::Email,
        source: source.name.clone(),
        to: endpoint(source, recipients.meant.iter().map(|to| canonical_mail(to)), canonical_mail),
        from: address::contact(keys, source, &content.from.address),
        thread: thread(keys, source, &headers, token),
        // Without the source: one mail to two of our mailboxes is one message.
        dedupe: keys.dedupe(&["email", &external_id, &body.to_string()]),
        class: class(&mail, &headers, input.mail_from, &content.from),
        language: input.language.and_then(text::language).map(Into::into),
        sent_at,
        received_at: input.stored_at,
        content: Arc::new(content),
    })
}

/// Oddities, one word each, each once.
#[derive(Default)]
struct Flags(Vec<String>);

impl Flags {
    fn raise(&mut self, raised: bool, word: &str) {
        if raised && !self.0.iter().any(|known| known == word) {
            self.0.push(word.to_owned());
        }
    }
}

/// To whom a mail went.
struct Recipients {
    /// Those that decide which mailbox of ours was meant, the most telling first.
    meant: Vec<String>,
    /// Every one that is named anywhere: any of them may bear a reply token.
    all: Vec<String>,
    /// To and Cc, to be shown.
    parties: Vec<Party>,
}

impl Recipients {
    fn read(mail: &Message<'_>, headers: &Headers<'_>, input: &Input<'_>) -> Recipients {
        let parties = [HeaderName::To, HeaderName::Cc].into_iter().flat_map(|name| all_parties(mail, name));
        let parties: Vec<Party> = parties.take(RECIPIENTS_MAX).collect();
        let envelope = input.rcpt_to.iter().flat_map(|rcpt| addresses(rcpt)).map(str::to_owned);
        let envelope: Vec<String> = envelope.collect();
        let delivered = DELIVERY_FIELDS.iter().flat_map(|name| headers.all(name)).flat_map(addresses);
        let delivered: Vec<String> = delivered.take(RECIPIENTS_MAX).map(str::to_owned).collect();
        let shown: Vec<String> = parties.iter().map(|party| party.address.clone()).collect();
        let meant = [&envelope, &delivered, &shown].into_iter().find(|list| !list.is_empty());
        let meant = match meant {
            // A forwarding mailbox may be delivered to under a name that is not ours; then To tells.
            Some(list) => [list.as_slice(), &shown].concat(),
            None => Vec::new(),
        };
        Recipients { meant, all: [envelope, delivered, shown].concat(), parties }
    }

    fn token(&self, keys: &Keys, flags: &mut Flags) -> Option<ConversationId> {
        let tokens = self.all.iter().filter_map(|address| token_of(address));
        let mut verified = tokens.map(|token| keys.verify(token));
        let mut found = verified.next()?;
        for other in verified {
            found = found.or(other);
        }
        flags.raise(found.is_none(), "unknown_token");
        found
    }
}

/// The token of `support+c-token@x` or `c-token@x`, unverified.
fn token_of(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    let tag = local.rsplit('+').next().unwrap_or(local).trim_matches('"');
    let prefix = tag.get(..TOKEN_PREFIX.len())?;
    prefix.eq_ignore_ascii_case(TOKEN_PREFIX).then_some(tag)
}

/// The first From, else Sender, else the envelope sender.
fn sender(mail: &Message<'_>, headers: &Headers<'_>, input: &Input<'_>, flags: &mut Flags) -> Option<Party> {
    let fields = headers.all("from").count();
    flags.raise(fields > 1, "duplicate_headers");
    if let Some(party) = first_parties(mail, &HeaderName::From).into_iter().next() {
        return Some(party);
    }
    flags.raise(true, "from_missing");
    let sender = first_parties(mail, &HeaderName::Sender).into_iter().next();
    let envelope = || addresses(input.mail_from.unwrap_or_default()).next().map(bare_party);
    let returned = || headers.first("return-path").and_then(|path| addresses(path).next()).map(bare_party);
    sender.or_else(envelope).or_else(returned)
}

/// Where answers go, unless that is the sender himself.
fn reply_to(mail: &Message<'_>, from: &Party) -> Option<Party> {
    let wished = first_parties(mail, &HeaderName::ReplyTo).into_iter().next()?;
    (canonical_mail(&wished.address) != canonical_mail(&from.address)).then_some(wished)
}

fn bare_party(address: &str) -> Party {
    Party { address: text::line(address, CONTACT_BYTES_MAX), name: None }
}

fn first_parties(mail: &Message<'_>, name: &HeaderName<'_>) -> Vec<Party> {
    let first = mail.headers().iter().find(|header| header.name == *name);
    first.map(|header| parties(&header.value)).unwrap_or_default()
}

fn all_parties(mail: &Message<'_>, name: HeaderName<'static>) -> Vec<Party> {
    let fields = mail.headers().iter().filter(|header| header.name == name);
    fields.flat_map(|header| parties(&header.value)).collect()
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

fn first_text(mail: &Message<'_>, name: &HeaderName<'_>) -> Option<String> {
    let first = mail.headers().iter().find(|header| header.name == *name)?;
    first.value.as_text().map(str::to_owned)
}

fn thread(keys: &Keys, source: &Source, headers: &Headers<'_>, token: Option<ConversationId>) -> Thread {
    let key =
        |id: &str| ThreadKey { digest: keys.mail_id(source.name.as_str(), id), scope: ThreadScope::Theirs };
    let own = headers.message_id();
    // A mail that names itself would join itself.
    let parents = headers.parents().into_iter().filter(|id| Some(*id) != own).map(key).collect();
    Thread { token, parents, own: own.map(key) }
}

/// The same for two deliveries of one mail, whatever relays did to its line ends.
fn body_digest(keys: &Keys, body: &[u8]) -> Digest {
    let plain: Vec<u8> = body.trim_ascii_end().iter().copied().filter(|byte| *byte != b'\r').collect();
    keys.body(&plain)
}

fn synthetic_id(keys: &Keys, headers: &Headers<'_>, from: &Party, body: Digest, flags: &mut Flags) -> String {
    flags.raise(true, "message_id_missing");
    let field = |name| headers.first(name).unwrap_or_default();
    let parts = ["synthetic", &from.address, field("date"), field("subject"), &body.to_string()];
    format!("{}@synthetic", keys.dedupe(&parts))
}

fn sent_at(
    mail: &Message<'_>,
    headers: &Headers<'_>,
    received_at: Timestamp,
    flags: &mut Flags,
) -> Option<Timestamp> {
    let date = mail.date().filter(|date| date.is_valid());
    let date = date.map(|date| Timestamp(date.to_timestamp().saturating_mul(1_000)));
    let believed = date.and_then(|date| text::believed(date, received_at));
    flags.raise(believed.is_none() && headers.first("date").is_some(), "sent_at_ignored");
    believed
}

/// The text parts, or where they are blank the HTML parts as text.
fn body_text(mail: &Message<'_>, flags: &mut Flags) -> String {
    let mut body = joined(mail.text_body.as_slice(), mail);
    if body.trim().is_empty() {
        body = joined(mail.html_body.as_slice(), mail);
    }
    let mut body = text::lines(&body).trim_end().to_owned();
    flags.raise(text::cut(&mut body, TEXT_BYTES_MAX), "truncated");
    body
}

fn joined(parts: &[u32], mail: &Message<'_>) -> String {
    let mut joined = String::new();
    for part in parts.iter().filter_map(|part| mail.part(*part)) {
        // What is behind the limit would be cut anyway; its conversion is spared.
        if joined.len() > TEXT_BYTES_MAX {
            break;
        }
        let separator = if joined.is_empty() || joined.ends_with('\n') { "" } else { "\n" };
        joined.push_str(separator);
        match &part.body {
            PartType::Text(plain) => joined.push_str(plain),
            PartType::Html(html) => joined.push_str(&html_to_text(html)),
            _ => {}
        }
    }
    joined
}

fn attachments(mail: &Message<'_>, flags: &mut Flags) -> Vec<Attachment> {
    flags.raise(mail.attachment_count() > ATTACHMENTS_MAX, "attachments_cut");
    let attachment = |part: &mail_parser::MessagePart<'_>| Attachment {
        filename: part.attachment_name().and_then(|name| text::line_or_none(name, FILENAME_BYTES_MAX)),
        content_type: part.content_type().map(|media| {
            let subtype = media.subtype().map(|subtype| format!("/{subtype}")).unwrap_or_default();
            let whole = format!("{}{subtype}", media.ctype()).to_ascii_lowercase();
            text::line(&whole, CONTENT_TYPE_BYTES_MAX)
        }),
        size: Some(part.len() as u64),
        url: None,
    };
    mail.attachments().take(ATTACHMENTS_MAX).map(attachment).collect()
}

/// Who wrote a mail, by the fields that robots set (RFC 3834 and its forerunners).
fn class(mail: &Message<'_>, headers: &Headers<'_>, mail_from: Option<&str>, from: &Party) -> MessageClass {
    let auto = headers.word("auto-submitted");
    let null = |sender: &str| sender.trim().trim_matches(['<', '>']).trim().is_empty();
    let null_sender = mail_from.or_else(|| headers.first("return-path")).is_some_and(null);
    let local = from.address.split('@').next().unwrap_or_default();
    let report = mail.content_type().is_some_and(|media| {
        media.ctype().eq_ignore_ascii_case("multipart")
            && media.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
    });
    let answers = auto.as_deref() == Some("auto-replied")
        || headers.first("x-autoreply").is_some_and(|value| !value.eq_ignore_ascii_case("no"))
        || headers.first("x-autorespond").is_some()
        || headers.word("precedence").as_deref() == Some("auto_reply")
        || headers.word("x-mailer").as_deref() == Some("vacation")
        || answers_an_invitation(mail);
    let nobody = null_sender || local.eq_ignore_ascii_case("mailer-daemon");
    let machine = auto.is_some_and(|auto| auto != "no" && auto != "auto-replied");
    match (report, answers, nobody, machine) {
        (true, ..) => MessageClass::Bounce,
        (_, true, ..) => MessageClass::AutoReply,
        (_, _, true, _) => MessageClass::Bounce,
        (_, _, _, true) => MessageClass::Automated,
        _ => MessageClass::Human,
    }
}

/// A calendar's answer or cancellation (RFC 5546): an event of its thread, nothing that waits for a person.
fn answers_an_invitation(mail: &Message<'_>) -> bool {
    mail.parts.iter().filter_map(|part| part.content_type()).any(|media| {
        let is_calendar = media.ctype().eq_ignore_ascii_case("text")
            && media.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("calendar"));
        let method = media.attribute("method").unwrap_or_default();
        is_calendar && ["reply", "cancel"].iter().any(|word| method.eq_ignore_ascii_case(word))
    })
}

/// The mail with its header block cut at the last whole line within the limit; `None` when it is within.
fn without_excess(raw: &Raw<'_>) -> Option<Vec<u8>> {
    let kept = raw.head.get(..MAIL_HEADER_BYTES_MAX).filter(|kept| kept.len() < raw.head.len())?;
    let end = kept.iter().rposition(|byte| *byte == b'\n').map_or(kept.len(), |place| place + 1);
    Some([&kept[..end], b"\n", raw.body].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_behind_the_last_plus_or_alone() {
        assert_eq!(token_of("support+vip+C-ABC@x"), Some("C-ABC"));
        assert_eq!(token_of("c-abc@reply.x"), Some("c-abc"));
        assert_eq!(token_of("support+vip@x"), None);
        assert_eq!(token_of("ł@x"), None);
    }
}
