//! WhatsApp Cloud: one body holds several changes of several accounts, each with several messages of several people
//! and reports of ours. Who wrote is known by the phone, by the business-scoped id, or by both; the phone may be
//! absent. What the owner wrote on his own phone comes as an echo.

pub(super) mod content;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Context, Item, part, pick};
use crate::domain::DeliveryState;
use crate::wire::canonical::Fault;
use crate::wire::canonical::message::{Address, AddressKind, CanonicalMessage, Direction, Kind};
use crate::wire::number;

pub(super) fn read(body: &[u8], _context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let body = pick::whole_json(body)?;
    if pick::at(&body, "entry").and_then(Value::as_array).is_none() {
        // Some partners hand on the value alone.
        if ["messages", "statuses", "message_echoes"].iter().any(|name| pick::at(&body, name).is_some()) {
            return Ok(value(&body));
        }
        return Err(("bad_member", "it has no list of entries"));
    }
    let changes = pick::list(&body, "entry").iter().flat_map(|entry| pick::list(entry, "changes"));
    Ok(changes.flat_map(change).collect())
}

fn change(change: &Value) -> Vec<Item> {
    let Some(told) = pick::at(change, "value") else {
        return vec![Item::ignored("a change without a value")];
    };
    match pick::text(change, "field").as_deref() {
        Some("messages" | "smb_message_echoes" | "message_echoes") => value(told),
        Some("user_id_update") => {
            pick::list(told, "user_id_update").iter().map(|update| new_user_id(told, update).into()).collect()
        }
        // What was said before we were there: nobody waits for an answer.
        Some("history") => vec![Item::ignored("history")],
        Some("calls") => vec![Item::ignored("a call")],
        _ => vec![Item::ignored("another field")],
    }
}

fn value(value: &Value) -> Vec<Item> {
    let cards = Cards::of(value);
    let of = |said, direction| message(value, &cards, said, direction);
    let written = pick::list(value, "messages").iter().map(|said| of(said, Direction::Inbound));
    let echoes = pick::list(value, "message_echoes").iter().map(|said| of(said, Direction::OutboundEcho));
    let reports = pick::list(value, "statuses").iter().map(|status| report(value, status));
    let mut items: Vec<Item> = written.chain(echoes).chain(reports).collect();
    if items.is_empty() && !pick::list(value, "errors").is_empty() {
        items.push(Item::ignored("an error of the account"));
    }
    items
}

fn message(value: &Value, cards: &Cards<'_>, said: &Value, direction: Direction) -> Item {
    let mut message = CanonicalMessage {
        direction,
        account: pick::id(value, "metadata.phone_number_id"),
        message_id: pick::id(said, "id"),
        chat_id: pick::id(said, "group_id"),
        in_reply_to: pick::id(said, "context.id"),
        sent_at: pick::instant(said, "timestamp"),
        ..CanonicalMessage::default()
    };
    message.chat_type = message.chat_id.is_some().then(|| "group".to_owned());
    match direction {
        Direction::Inbound => {
            message.from = person(cards, said, ["from", "from_user_id", "from_parent_user_id"]);
            message.to = ours(value).into_iter().collect();
        }
        Direction::OutboundEcho => {
            message.from = phone(said, "from").or_else(|| ours(value));
            message.to = person(cards, said, ["to", "to_user_id", "to_parent_user_id"]).into_iter().collect();
        }
    }
    let forwarded = ["context.forwarded", "context.frequently_forwarded"];
    part::flag(&mut message, forwarded.iter().any(|path| pick::is_true(said, path)), "forwarded");
    for name in ["source_type", "source_id", "source_url", "headline", "ctwa_clid"] {
        part::note(&mut message, &format!("referral_{name}"), pick::id(said, &format!("referral.{name}")));
    }
    part::note(&mut message, "product", pick::id(said, "context.referred_product.product_retailer_id"));
    content::fill(&mut message, said);
    message.into()
}

/// The cards of people by their ids: looked through once, and not for each message.
#[derive(Default)]
struct Cards<'a> {
    all: &'a [Value],
    by_number: BTreeMap<String, usize>,
    by_user: BTreeMap<String, usize>,
    /// All messages are of one sender, so that a lone card is his.
    is_of_one: bool,
}

impl<'a> Cards<'a> {
    fn of(value: &'a Value) -> Cards<'a> {
        let senders = pick::list(value, "messages")
            .iter()
            .map(|said| (pick::id(said, "from"), pick::id(said, "from_user_id")));
        let is_of_one = senders.collect::<std::collections::BTreeSet<_>>().len() <= 1;
        let mut cards = Cards { all: pick::list(value, "contacts"), is_of_one, ..Cards::default() };
        for (place, card) in cards.all.iter().enumerate() {
            if let Some(number) = pick::id(card, "wa_id") {
                cards.by_number.entry(number).or_insert(place);
            }
            if let Some(user) = pick::id(card, "user_id") {
                cards.by_user.entry(user).or_insert(place);
            }
        }
        cards
    }

    /// The first that has one of these ids, else the only one.
    fn find(&self, number: Option<&str>, user: Option<&str>) -> Option<&'a Value> {
        let by_number = number.and_then(|number| self.by_number.get(number));
        let by_user = user.and_then(|user| self.by_user.get(user));
        match by_number.into_iter().chain(by_user).min() {
            Some(place) => self.all.get(*place),
            None => self
                .all
                .first()
                .filter(|card| self.all.len() == 1 && (self.is_of_one || is_his(card, number, user))),
        }
    }
}

/// Whether a lone card may be of whoever has these ids: it says nothing else, or writes his number another way.
fn is_his(card: &Value, number: Option<&str>, user: Option<&str>) -> bool {
    let same = |one: &str, other: &str| {
        number::same_as(&format!("+{one}"), None) == number::same_as(&format!("+{other}"), None)
    };
    let by_number = pick::id(card, "wa_id").zip(number).is_none_or(|(wa_id, number)| same(&wa_id, number));
    let by_user = pick::id(card, "user_id").zip(user).is_none_or(|(known, user)| known == user);
    by_number && by_user
}

/// Who stands at these paths. The card of a person is found by his ids; a lone card that contradicts none of them is
/// his.
fn person(cards: &Cards<'_>, said: &Value, [number, user_id, parent]: [&str; 3]) -> Option<Address> {
    let (number, user_id) = (pick::id(said, number), pick::id(said, user_id));
    let card = cards.find(number.as_deref(), user_id.as_deref());
    let of_card = |path| card.and_then(|card| pick::id(card, path));
    let user_id = user_id.or_else(|| of_card("user_id"));
    let wa_id = of_card("wa_id");
    let kind = if number.is_some() || wa_id.is_some() { AddressKind::Phone } else { AddressKind::User };
    let id = number.or_else(|| wa_id.clone()).or_else(|| user_id.clone())?;
    let aliases = [wa_id, pick::id(said, parent).or_else(|| of_card("parent_user_id"))];
    Some(Address {
        kind: Some(kind),
        name: card.and_then(|card| pick::text(card, "profile.name")),
        username: of_card("profile.username").or_else(|| of_card("username")),
        aliases: aliases.into_iter().flatten().filter(|alias| *alias != id).collect(),
        user_id,
        id,
    })
}

fn ours(value: &Value) -> Option<Address> {
    phone(value, "metadata.display_phone_number")
}

fn phone(value: &Value, path: &str) -> Option<Address> {
    let id = pick::id(value, path)?;
    Some(Address { kind: Some(AddressKind::Phone), id, ..Address::default() })
}

fn report(value: &Value, status: &Value) -> Item {
    let word = pick::text(status, "status").unwrap_or_default();
    // How far a payment came says nothing of the message that asked for it.
    if pick::text(status, "type").as_deref() == Some("payment") {
        return Item::ignored("a payment");
    }
    // Of a group the recipient is the group, and who in it is told besides.
    let is_group = pick::text(status, "recipient_type").as_deref() == Some("group");
    let group = pick::id(status, "recipient_id").filter(|_| is_group);
    let single = ["recipient_id", "recipient_user_id"];
    let several = ["recipient_participant_id", "recipient_participant_user_id", "recipient_user_id"];
    let paths: &[&str] = if is_group { &several } else { &single };
    let recipient = paths.iter().find_map(|path| pick::id(status, path));
    let target = pick::id(status, "id");
    let told = match word.as_str() {
        "sent" => part::report(target, DeliveryState::Sent, &word, recipient),
        "delivered" => part::report(target, DeliveryState::Delivered, &word, recipient),
        "read" | "played" => part::report(target, DeliveryState::Read, &word, recipient),
        "failed" => part::report(target, DeliveryState::Failed, &word, recipient),
        // The user took back what he had written: the id is of his message.
        "deleted" => {
            let from = recipient.map(part::user);
            CanonicalMessage { target_id: target, from, ..part::of(Kind::Delete) }
        }
        _ => return Item::ignored("an unknown status"),
    };
    CanonicalMessage {
        account: pick::id(value, "metadata.phone_number_id"),
        chat_type: group.is_some().then(|| "group".to_owned()),
        chat_id: group,
        sent_at: pick::instant(status, "timestamp"),
        ..part::with_code(told, pick::id(status, "errors.0.code"))
    }
    .into()
}

fn new_user_id(value: &Value, update: &Value) -> CanonicalMessage {
    let old = pick::id(update, "user_id.previous").or_else(|| pick::id(update, "wa_id"));
    CanonicalMessage {
        account: pick::id(value, "metadata.phone_number_id"),
        from: old.map(part::user),
        text: pick::text(update, "detail"),
        new_id: pick::id(update, "user_id.current"),
        sent_at: pick::instant(update, "timestamp"),
        ..part::of(Kind::System)
    }
}
