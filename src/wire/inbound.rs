//! From canonical messages to what the engine is told: digests in the place of what is personal, keys of threads and
//! of messages, content apart. What every channel without a mail has in common is here.

mod check;
mod place;
mod update;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{
    Attachment, Channel, Content, InboundMessage, InboundUpdate, Keyword, MessageClass, Party, Source,
    Timestamp,
};

use super::address;
use super::canonical::Fault;
use super::canonical::message::{Address, CanonicalFile, CanonicalMessage, Concat, Direction, Kind};
use super::clean::{DATA_DROPPED, TRUNCATED};
use super::concat::Part;
use super::digest::Keys;
use super::format::Item;
use super::limits::{
    ATTACHMENTS_MAX, CONTACT_BYTES_MAX, CONTENT_TYPE_BYTES_MAX, EXTERNAL_ID_BYTES_MAX, NAME_BYTES_MAX,
    SUBJECT_BYTES_MAX, URL_BYTES_MAX,
};
use super::mail::Flags;
use super::surrogates::mend;
use super::{filename, keyword, number, sender, text};

use check::{NO_ID, NO_SENDER};
pub(crate) use check::{check, refuse_broken};
use place::Place;
pub(super) use place::message_key;
use update::told;

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
    Refused(&'static str, String),
}

/// The items of one body in the order in which they happened: some providers list the newest first. Each chat is
/// ordered for itself; what bears no instant keeps its place.
pub(crate) fn in_order(mut items: Vec<Item>) -> Vec<Item> {
    let mut places: BTreeMap<String, Vec<(Timestamp, usize)>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        if let Item::Message(message) = item
            && let Some(at) = message.edited_at.or(message.sent_at)
        {
            places.entry(chat_of(message)).or_default().push((at.0, place));
        }
    }
    let mut moved: Vec<Option<Item>> = items.drain(..).map(Some).collect();
    let mut order: Vec<usize> = (0..moved.len()).collect();
    for stamped in places.values() {
        let mut sorted = stamped.clone();
        sorted.sort_by_key(|(at, _)| *at);
        for ((_, from), (_, to)) in sorted.iter().zip(stamped) {
            if let Some(place) = order.get_mut(*to) {
                *place = *from;
            }
        }
    }
    order.into_iter().filter_map(|place| moved.get_mut(place).and_then(Option::take)).collect()
}

/// Within what the items of a body are ordered.
fn chat_of(message: &CanonicalMessage) -> String {
    let chat = message.chat_id.as_deref().or(message.thread_id.as_deref());
    let from = message.from.as_ref().map(|from| from.id.as_str()).unwrap_or_default();
    match chat {
        Some(chat) => format!("chat {chat}"),
        None => format!("from {}", theirs(message, from)),
    }
}

/// What the engine is told of one item.
pub(crate) fn take(item: Item, source: &Source, keys: &Keys, received_at: Timestamp) -> Inbound {
    let message = match item {
        Item::Ignored(ignored) => return Inbound::Ignored(ignored.reason),
        Item::Challenge(_) => return Inbound::Ignored("challenge"),
        Item::Refused(code, reason) => return Inbound::Refused(code, reason),
        Item::Message(message) => message,
    };
    if let Err((code, reason)) = check(&message) {
        return Inbound::Refused(code, reason.to_owned());
    }
    let taken = match message.kind {
        Kind::Typing => return Inbound::Ignored("typing"),
        Kind::Message | Kind::Action | Kind::Unsupported => spoken(*message, source, keys, received_at),
        Kind::Edit | Kind::Delete | Kind::Reaction | Kind::Status | Kind::Read | Kind::System => {
            told(*message, source, keys, received_at).map(|told| Inbound::Update(Box::new(told)))
        }
    };
    taken.unwrap_or_else(|(code, reason)| Inbound::Refused(code, reason.to_owned()))
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
    let id = message.message_id.clone().ok_or(NO_ID)?;
    let mut from = party(message.from.as_ref())?.ok_or(NO_SENDER)?;
    if source.channel == Channel::Sms {
        from.address = number::address(&from.address, source.region.as_deref());
    }
    let is_echo = message.direction == Direction::OutboundEcho;
    let place = Place::of(&message, source, keys, &theirs(&message, &from.address));
    let sent_at = message.sent_at.map(|at| at.0);
    let aliases = message.from.iter().flat_map(|from| from.user_id.iter().chain(&from.aliases));
    let aliases = aliases.map(|alias| address::contact(keys, source, alias)).collect();
    let key = place.message_key(keys, source, &id);
    let class = message.class.unwrap_or(MessageClass::Human);
    let group =
        message.group_id.as_deref().map(|group| place.message_key(keys, source, &format!("group {group}")));
    let keyword = message.keyword;
    let declared = message.language.clone();
    let message_network = message.provider.clone();
    let mut content = content(message, from);
    let language = language(declared.as_deref(), &mut content);
    let is_nobody = || !sender::classify(&content.from.address, source.region.as_deref()).is_replyable();
    if source.channel == Channel::Sms && is_nobody() {
        // An answer would go nowhere.
        content.flags.push("no_reply".to_owned());
    }
    let thread = place.thread();
    Ok(InboundMessage {
        thread,
        aliases,
        key: Some(key),
        group,
        is_echo,
        class,
        opens: class.may_open() && !is_echo,
        keyword,
        reply_window: source.window(message_network.as_deref()),
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

/// The contact's address, by which a thread is known that has no id of its own: the sender's, but for what our side
/// wrote, and for reports, which some providers send in the name of our number.
fn theirs(message: &CanonicalMessage, from: &str) -> String {
    let recipient = message.delivery.as_ref().and_then(|delivery| delivery.recipient.as_deref());
    let addressed = message.to.first().map(|to| to.id.as_str());
    let theirs = match message.direction {
        Direction::OutboundEcho => addressed,
        Direction::Inbound => recipient,
    };
    theirs.filter(|theirs| !theirs.is_empty()).unwrap_or(from).to_owned()
}

pub(crate) fn party(from: Option<&Address>) -> Result<Option<Party>, Fault> {
    let Some(from) = from else { return Ok(None) };
    let address = text::line(&from.id, CONTACT_BYTES_MAX + 1);
    if address.is_empty() || address.len() > CONTACT_BYTES_MAX {
        return Err(("bad_member", "`from` is empty or longer than 320 bytes"));
    }
    let name = from.name.as_deref().and_then(|name| text::line_or_none(name, NAME_BYTES_MAX));
    Ok(Some(Party { address, name }))
}

/// What of it is personal, with its oddities flagged.
pub(crate) fn content(message: CanonicalMessage, from: Party) -> Content {
    let mut flags = message.flags;
    let title = message.action.as_ref().and_then(|action| action.title.clone());
    let emoji = message.reaction.as_ref().and_then(|reaction| reaction.emoji.clone());
    let text = message.text.or(title).or(emoji).unwrap_or_default();
    if message.attachments.len() > ATTACHMENTS_MAX {
        flags.push("attachments_cut".to_owned());
    }
    if message.kind == Kind::Unsupported {
        flags.push("unsupported".to_owned());
    }
    Content {
        from,
        external_id: message.message_id.map(|id| text::line(&id, EXTERNAL_ID_BYTES_MAX)),
        thread_id: message.chat_id.or(message.thread_id),
        subject: message
            .subject
            .as_deref()
            .and_then(|subject| text::line_or_none(subject, SUBJECT_BYTES_MAX)),
        text,
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

/// The language that the gateway declared; what is no tag is flagged.
pub(crate) fn language(declared: Option<&str>, content: &mut Content) -> Option<Arc<str>> {
    let tag = declared.and_then(text::language);
    if tag.is_none() && declared.is_some() {
        content.flags.push("language_ignored".to_owned());
    }
    tag.map(Into::into)
}

/// Adds to what a mail bears itself the files that came beside it, and what was lost before it was made.
pub(crate) fn add_rest(content: &mut Content, message: &CanonicalMessage) {
    let room = ATTACHMENTS_MAX.saturating_sub(content.attachments.len());
    content.attachments.extend(message.attachments.iter().take(room).map(attachment));
    let mut flags = Flags(std::mem::take(&mut content.flags));
    for lost in [TRUNCATED, DATA_DROPPED] {
        flags.raise(message.flags.iter().any(|flag| flag == lost), lost);
    }
    content.flags = flags.0;
}

fn attachment(file: &CanonicalFile) -> Attachment {
    let line = |text: &Option<String>, max| text.as_deref().and_then(|text| text::line_or_none(text, max));
    // Whoever sent it named it.
    let safe = file.filename.as_deref().map(filename::safe).unwrap_or_default();
    let renamed = safe.original.is_some() || file.original_filename.is_some();
    let flags = [
        (file.encrypted, "encrypted"),
        (file.failed, "failed"),
        (file.inline, "inline"),
        (renamed, "renamed"),
    ];
    Attachment {
        filename: safe.name,
        content_type: line(&file.content_type, CONTENT_TYPE_BYTES_MAX),
        size: file.size,
        url: line(&file.url, URL_BYTES_MAX),
        dataref: line(&file.dataref, URL_BYTES_MAX),
        data_base64: file.data_base64.clone(),
        id: line(&file.id, EXTERNAL_ID_BYTES_MAX),
        kind: file.kind,
        content_id: line(&file.content_id, EXTERNAL_ID_BYTES_MAX),
        flags: flags.into_iter().filter(|(raised, _)| *raised).map(|(_, word)| word.to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DeliveryState, Name};
    use crate::wire::canonical::message::{Delivery, Reaction};
    use crate::wire::time::InstantText;

    const NOW: Timestamp = Timestamp(1_772_409_600_000);

    fn source() -> Source {
        let name: Name = "line".parse().expect("a name");
        Source::new(name, Channel::Sms, vec!["+15550199".into()])
    }

    fn keys() -> Keys {
        Keys::new(&[7; 32]).expect("a secret")
    }

    fn at(seconds: i64) -> Option<InstantText> {
        Some(InstantText(Timestamp(NOW.0 + seconds * 1_000)))
    }

    fn address(id: &str) -> Address {
        Address { id: id.to_owned(), ..Address::default() }
    }

    fn message(id: &str, from: &str, seconds: i64) -> CanonicalMessage {
        CanonicalMessage {
            message_id: Some(id.to_owned()),
            from: Some(address(from)),
            to: vec![address("+15550199")],
            sent_at: at(seconds),
            ..CanonicalMessage::default()
        }
    }

    fn update(kind: Kind, target: &str) -> CanonicalMessage {
        let target_id = Some(target.to_owned());
        CanonicalMessage { kind, message_id: None, target_id, ..message("", "+15550100", 5) }
    }

    fn taken(message: CanonicalMessage) -> Inbound {
        take(Item::Message(Box::new(message)), &source(), &keys(), NOW)
    }

    fn told(message: CanonicalMessage) -> InboundUpdate {
        match taken(message) {
            Inbound::Update(update) => *update,
            other => panic!("it is an update, not {other:?}"),
        }
    }

    /// chat-C3.
    #[test]
    fn the_newest_first_becomes_the_oldest_first_within_each_chat() {
        let bodies = [("c", "+1", 30), ("x", "+2", 40), ("b", "+1", 20), ("y", "+2", 10), ("a", "+1", 20)];
        let items = bodies.map(|(id, from, at)| Item::Message(Box::new(message(id, from, at)))).into();
        let ids: Vec<String> = in_order(items)
            .into_iter()
            .filter_map(|item| if let Item::Message(message) = item { message.message_id } else { None })
            .collect();
        assert_eq!(ids, ["b", "y", "a", "x", "c"]);
    }

    #[test]
    fn an_update_names_its_message_by_the_key_that_the_message_bore() {
        let Inbound::Message(said) = taken(message("m", "+15550100", 0)) else { panic!("it is a message") };
        let state = DeliveryState::Sent;
        let delivery = Some(Delivery { state, word: None, error_code: None, recipient: None });
        for kind in [Kind::Edit, Kind::Delete, Kind::Reaction, Kind::Status] {
            let delivery = delivery.clone();
            let update = CanonicalMessage { delivery, ..update(kind, "m") };
            assert_eq!(told(update).targets, said.key.as_slice(), "{kind:?}");
        }
        assert_eq!(told(update(Kind::System, "m")).threads, said.thread.parents);
    }

    /// What is told twice is one; two things that bear one stamp are two.
    #[test]
    fn what_an_update_says_makes_it_another() {
        let edit =
            |text: &str| told(CanonicalMessage { text: Some(text.to_owned()), ..update(Kind::Edit, "m") });
        assert_eq!(edit("one").dedupe, edit("one").dedupe);
        assert_ne!(edit("one").dedupe, edit("two").dedupe);
        let react = |removed| {
            let reaction = Some(Reaction { emoji: Some("+".to_owned()), removed });
            told(CanonicalMessage { reaction, ..update(Kind::Reaction, "m") })
        };
        assert_ne!(react(false).dedupe, react(true).dedupe);
        let status = |state| {
            let delivery = Some(Delivery { state, word: None, error_code: None, recipient: None });
            told(CanonicalMessage { delivery, sent_at: None, ..update(Kind::Status, "m") })
        };
        assert_ne!(status(DeliveryState::Sent).dedupe, status(DeliveryState::Delivered).dedupe);
    }

    /// Our side's own words are of the thread of whom it wrote to, and so are reports in the name of our number.
    #[test]
    fn what_our_side_did_is_of_the_contacts_thread() {
        let Inbound::Message(said) = taken(message("m", "+15550100", 0)) else { panic!("it is a message") };
        let echo = CanonicalMessage {
            direction: Direction::OutboundEcho,
            account: Some("+15550199".to_owned()),
            to: vec![address("+15550100")],
            ..message("e", "+15550199", 0)
        };
        let Inbound::Message(echoed) = taken(echo) else { panic!("it is a message") };
        assert!(echoed.is_echo && !echoed.opens);
        assert_eq!(echoed.thread.parents, said.thread.parents);
        let recipient = Some("+15550100".to_owned());
        let delivery = Some(Delivery { state: DeliveryState::Read, word: None, error_code: None, recipient });
        let read =
            CanonicalMessage { delivery, from: Some(address("+15550199")), ..update(Kind::Status, "m") };
        assert_eq!(told(read).threads, said.thread.parents);
    }

    /// chat-C21.
    #[test]
    fn that_somebody_types_has_no_effect() {
        assert!(matches!(taken(update(Kind::Typing, "m")), Inbound::Ignored("typing")));
    }
}
