//! From canonical messages to what the engine is told: digests in the place of what is personal, keys of threads and
//! of messages, content apart. What every channel without a mail has in common is here.

use std::sync::Arc;

use crate::domain::{
    Attachment, Change, Channel, Content, DeliveryState, Digest, InboundMessage, InboundUpdate, Keyword,
    MessageClass, Party, Source, Thread, ThreadKey, Timestamp,
};

use super::address;
use super::canonical::Fault;
use super::canonical::message::{Address, CanonicalFile, CanonicalMessage, Concat, Direction, Kind};
use super::concat::Part;
use super::decoder::endpoint;
use super::digest::Keys;
use super::format::Item;
use super::limits::{
    ATTACHMENTS_MAX, CONTACT_BYTES_MAX, CONTENT_TYPE_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, FILENAME_BYTES_MAX,
    NAME_BYTES_MAX, TEXT_BYTES_MAX, URL_BYTES_MAX,
};
use super::surrogates::mend;
use super::{chat, keyword, sender, sms, text};

/// One thing that an input says.
#[derive(Clone, Debug)]
pub enum Inbound {
    /// Something new is said.
    Message(Box<InboundMessage>),
    /// One part of something that is said: it waits for the others in a [`super::concat::Buffer`].
    Part(Box<Part>),
    /// Something is told of what is there.
    Update(Box<InboundUpdate>),
    /// Nothing that has an effect; why, in a few words.
    Ignored(&'static str),
    /// One thing among several that cannot be taken: a code and a sentence.
    Refused(&'static str, &'static str),
}

/// What the engine is told of one item.
pub(crate) fn take(item: Item, source: &Source, keys: &Keys, received_at: Timestamp) -> Inbound {
    let message = match item {
        Item::Ignored(ignored) => return Inbound::Ignored(ignored.reason),
        Item::Challenge(_) => return Inbound::Ignored("challenge"),
        Item::Message(message) => message,
    };
    let taken = match message.kind {
        Kind::Typing => return Inbound::Ignored("typing"),
        Kind::Message | Kind::Action | Kind::Unsupported => spoken(*message, source, keys, received_at),
        Kind::Edit | Kind::Delete | Kind::Reaction | Kind::Status | Kind::Read | Kind::System => {
            told(*message, source, keys, received_at).map(|told| Inbound::Update(Box::new(told)))
        }
    };
    taken.unwrap_or_else(|(code, reason)| Inbound::Refused(code, reason))
}

/// The largest number of parts that a carrier can count.
const PARTS_MAX: u32 = 255;

/// A message, or one part of it. A part that contradicts itself is a message of its own.
fn spoken(
    mut message: CanonicalMessage,
    source: &Source,
    keys: &Keys,
    received_at: Timestamp,
) -> Result<Inbound, Fault> {
    let concat = message.concat.take().filter(|concat| concat.total != 1 || concat.part > 1);
    let is_part = |concat: &Concat| (2..=PARTS_MAX).contains(&concat.total);
    let is_part = |concat: &Concat| is_part(concat) && (1..=concat.total).contains(&concat.part);
    match concat {
        Some(concat) if is_part(&concat) => {
            let mut message = said(message, source, keys, received_at)?;
            // Of a part nothing is known but who sent it.
            message.keyword = None;
            let pair = message.thread.own.map(|own| own.digest.to_string()).unwrap_or_default();
            let Concat { reference, total, part } = concat;
            let kind = format!("parts {total}");
            let group = keys.thread(&source.name, &kind, &format!("{pair} {reference}"));
            let languages = source.keywords.clone();
            let wait = source.parts_wait;
            Ok(Inbound::Part(Box::new(Part { group, number: part, total, message, wait, languages })))
        }
        concat => {
            message.flags.extend(concat.map(|_| "malformed".to_owned()));
            message.text = message.text.map(|text| mend(&text).into_owned());
            let keyword = message.keyword.or_else(|| keyword_of(&message, source));
            message.keyword = keyword;
            said(message, source, keys, received_at).map(|said| Inbound::Message(Box::new(said)))
        }
    }
}

/// What the text asks for, on the channel where carriers give words a meaning.
fn keyword_of(message: &CanonicalMessage, source: &Source) -> Option<Keyword> {
    let text = message.text.as_deref().filter(|_| source.channel == Channel::Sms)?;
    keyword::of(text, &source.keywords)
}

fn said(
    message: CanonicalMessage,
    source: &Source,
    keys: &Keys,
    received_at: Timestamp,
) -> Result<InboundMessage, Fault> {
    let id = message.message_id.clone().ok_or(("bad_member", "it has no id of the message"))?;
    let from = party(message.from.as_ref())?.ok_or(("bad_member", "it names no sender"))?;
    let place = Place::of(&message, source, keys, &from.address);
    let sent_at = message.sent_at.and_then(|at| text::believed(at.0, received_at));
    let aliases = message.from.iter().flat_map(|from| from.user_id.iter().chain(&from.aliases));
    let aliases = aliases.map(|alias| address::contact(keys, source, alias)).collect();
    let key = place.message_key(keys, source, &id);
    let class = message.class.unwrap_or(MessageClass::Human);
    let language = message.language.as_deref().and_then(text::language).map(Into::into);
    let group =
        message.group_id.as_deref().map(|group| place.message_key(keys, source, &format!("group {group}")));
    let is_echo = message.direction == Direction::OutboundEcho;
    let keyword = message.keyword;
    let mut content = content(message, from);
    let is_nobody = || !sender::classify(&content.from.address, source.region.as_deref()).is_replyable();
    if source.channel == Channel::Sms && is_nobody() {
        // An answer would go nowhere.
        content.flags.push("no_reply".to_owned());
    }
    Ok(InboundMessage {
        thread: Thread { token: None, parents: vec![place.key], own: Some(place.key) },
        aliases,
        key: Some(key),
        group,
        is_echo,
        class,
        opens: class.may_open() && !is_echo,
        keyword,
        language,
        sent_at,
        ..InboundMessage::new(
            source.channel,
            source.name.clone(),
            place.to,
            address::contact(keys, source, &content.from.address),
            keys.dedupe(&[source.channel.as_str(), source.name.as_str(), &place.scope, &id]),
            received_at,
            Arc::new(content),
        )
    })
}

fn told(
    message: CanonicalMessage,
    source: &Source,
    keys: &Keys,
    received_at: Timestamp,
) -> Result<InboundUpdate, Fault> {
    let from = party(message.from.as_ref())?;
    let theirs = from.as_ref().map(|from| from.address.clone());
    let recipient = message.delivery.as_ref().and_then(|delivery| delivery.recipient.clone());
    let theirs = theirs.or(recipient).unwrap_or_default();
    let place = Place::of(&message, source, keys, &theirs);
    let targets = message.target_id.iter().chain(&message.target_ids);
    let targets: Vec<Digest> = targets.map(|id| place.message_key(keys, source, id)).collect();
    let change = change(&message, source, keys);
    let stamp = message.edited_at.or(message.sent_at).map(|at| at.0.0.to_string()).unwrap_or_default();
    let ids = [&message.message_id, &message.target_id].map(|id| id.as_deref().unwrap_or_default());
    let several = message.target_ids.join(" ");
    let emoji = message.reaction.as_ref().and_then(|reaction| reaction.emoji.as_deref()).unwrap_or_default();
    let what = format!("{:?} {}", message.kind, discriminant(&change));
    let parts = [source.channel.as_str(), source.name.as_str(), &place.scope, &what];
    let parts = [&parts[..], &[ids[0], ids[1], &several, &stamp, emoji, &theirs]].concat();
    let dedupe = keys.dedupe(&parts);
    let watermark = message.watermark.map(|at| at.0);
    let sent_at = message.sent_at.and_then(|at| text::believed(at.0, received_at));
    Ok(InboundUpdate {
        channel: source.channel,
        source: source.name.clone(),
        to: place.to,
        from: from.as_ref().map(|from| address::contact(keys, source, &from.address)),
        token: None,
        threads: vec![place.key],
        targets,
        watermark,
        dedupe,
        change,
        sent_at,
        received_at,
        content: Arc::new(content(message, from.unwrap_or_default())),
    })
}

fn change(message: &CanonicalMessage, source: &Source, keys: &Keys) -> Change {
    match message.kind {
        Kind::Delete => Change::Delete,
        Kind::Reaction => {
            Change::React { removed: message.reaction.as_ref().is_some_and(|reaction| reaction.removed) }
        }
        Kind::Status | Kind::Read => {
            let delivery = message.delivery.as_ref();
            Change::Report {
                state: delivery.map_or(DeliveryState::Read, |delivery| delivery.state),
                code: delivery.and_then(|delivery| delivery.error_code.clone()),
            }
        }
        Kind::System => match &message.new_id {
            Some(new) => Change::Link { addresses: vec![address::contact(keys, source, new)] },
            None => Change::System,
        },
        Kind::Message | Kind::Edit | Kind::Typing | Kind::Action | Kind::Unsupported => Change::Edit,
    }
}

fn discriminant(change: &Change) -> String {
    match change {
        Change::Report { state, .. } => format!("{state:?}"),
        Change::React { removed } => removed.to_string(),
        Change::Edit | Change::Delete | Change::System | Change::Link { .. } => String::new(),
    }
}

/// Where a message belongs on its channel.
struct Place {
    to: crate::domain::Endpoint,
    key: ThreadKey,
    /// Within what its id is one: some providers count messages within one chat only.
    scope: String,
}

impl Place {
    fn of(message: &CanonicalMessage, source: &Source, keys: &Keys, theirs: &str) -> Place {
        let named = message.account.iter().cloned().chain(message.to.iter().map(|to| to.id.clone()));
        let named = named.map(|to| address::canonical(source, &to));
        let to = endpoint(source, named, |own| address::canonical(source, own));
        let chat = message.chat_id.as_deref();
        let thread = match (chat, message.thread_id.as_deref()) {
            (Some(chat), Some(thread)) => Some(format!("{chat} {thread}")),
            (chat, thread) => chat.or(thread).map(str::to_owned),
        };
        let key = match source.channel {
            Channel::Sms => sms::thread_of(keys, source, &to, theirs),
            Channel::Chat | Channel::Email | Channel::Work => {
                chat::thread_of(keys, source, thread.as_deref(), theirs)
            }
        };
        Place { to, key, scope: chat.unwrap_or_default().to_owned() }
    }

    /// By which later messages name this one.
    fn message_key(&self, keys: &Keys, source: &Source, id: &str) -> Digest {
        keys.thread(&source.name, "message", &format!("{} {id}", self.scope))
    }
}

fn party(from: Option<&Address>) -> Result<Option<Party>, Fault> {
    let Some(from) = from else { return Ok(None) };
    let address = text::line(&from.id, CONTACT_BYTES_MAX + 1);
    if address.is_empty() || address.len() > CONTACT_BYTES_MAX {
        return Err(("bad_member", "the sender is empty or longer than 320 bytes"));
    }
    let name = from.name.as_deref().and_then(|name| text::line_or_none(name, NAME_BYTES_MAX));
    Ok(Some(Party { address, name }))
}

fn content(message: CanonicalMessage, from: Party) -> Content {
    let mut flags = message.flags;
    let title = message.action.as_ref().and_then(|action| action.title.clone());
    let emoji = message.reaction.as_ref().and_then(|reaction| reaction.emoji.clone());
    let written = message.text.or(title).or(emoji).unwrap_or_default();
    let mut body = text::lines(&written);
    if text::cut(&mut body, TEXT_BYTES_MAX) {
        flags.push("truncated".to_owned());
    }
    if message.kind == Kind::Unsupported {
        flags.push("unsupported".to_owned());
    }
    Content {
        from,
        external_id: message.message_id.map(|id| text::line(&id, EXTERNAL_ID_BYTES_MAX)),
        thread_id: message.chat_id.or(message.thread_id),
        subject: message.subject,
        text: body,
        text_stripped: message.text_stripped,
        html_clean: message.html_clean,
        attachments: message.attachments.iter().take(ATTACHMENTS_MAX).map(attachment).collect(),
        location: message.location,
        contacts: message.contacts,
        payload: message.action.and_then(|action| action.payload),
        in_reply_to: message.in_reply_to,
        flags,
        ..Content::default()
    }
}

fn attachment(file: &CanonicalFile) -> Attachment {
    let line = |text: &Option<String>, max| text.as_deref().and_then(|text| text::line_or_none(text, max));
    let flags = [(file.encrypted, "encrypted"), (file.failed, "failed"), (file.inline, "inline")];
    Attachment {
        filename: line(&file.filename, FILENAME_BYTES_MAX),
        content_type: line(&file.content_type, CONTENT_TYPE_BYTES_MAX),
        size: file.size,
        url: line(&file.url, URL_BYTES_MAX),
        id: line(&file.id, EXTERNAL_ID_BYTES_MAX),
        kind: line(&file.kind, CONTENT_TYPE_BYTES_MAX),
        content_id: line(&file.content_id, EXTERNAL_ID_BYTES_MAX),
        flags: flags.into_iter().filter(|(raised, _)| *raised).map(|(_, word)| word.to_owned()).collect(),
    }
}
