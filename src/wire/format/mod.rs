//! One file per format of a provider: its body becomes canonical messages. A file knows its provider's shapes and
//! nothing of keys, contacts or conversations; what is common to them is in `pick`.

mod apple;
mod aws;
mod bandwidth;
mod carrier;
mod chatwoot;
mod discord;
mod instagram;
mod line;
mod matrix;
mod messagebird;
mod messenger;
mod own;
mod part;
pub(crate) mod pick;
mod plivo;
mod rocketchat;
mod sinch;
mod sinch_conversation;
mod slack;
mod telegram;
mod telnyx;
mod twilio;
mod twilio_conversations;
mod viber;
mod vonage;
mod whatsapp;
mod xmpp;

use std::fmt::Display;
use std::mem;

use crate::domain::{Format, Source, Timestamp};

use super::canonical::message::{CanonicalMessage, Kind};
use super::canonical::{Fault, FaultAt, few};
use super::report::code_of;
use super::text;
use super::time::InstantText;
pub(crate) use pick::instant_of;

/// The most things that one body may tell.
pub const ITEMS_MAX: usize = 1_000;

/// What is known besides the body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// The way in: its region, what we are called there.
    pub source: &'a Source,
    /// When the body came.
    pub received_at: Timestamp,
}

/// One thing that a body tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Something that we take.
    Message(Box<CanonicalMessage>),
    /// Something without effect.
    Ignored(Ignored),
    /// The provider asks whether this is really our address: the door answers with this.
    Challenge(String),
    /// One thing among several that cannot be taken: a code and a sentence.
    Refused(&'static str, String),
}

/// Something without effect: an echo of our own, a call to see whether we are there, an event that nobody needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Why, in a few words, none of them from the body.
    pub reason: &'static str,
    /// The provider's id of the delivery.
    pub event_id: Option<String>,
    /// The provider's conversation that it is about.
    pub chat_id: Option<String>,
}

impl Item {
    /// Something without effect.
    pub(crate) fn ignored(reason: &'static str) -> Item {
        Item::Ignored(Ignored { reason, ..Ignored::default() })
    }

    /// One of a list that cannot be taken, by its place from 0.
    pub(crate) fn refused(place: usize, (code, reason): (&'static str, impl Display)) -> Item {
        Item::Refused(code, format!("number {} of the list: {reason}", place + 1))
    }
}

impl From<CanonicalMessage> for Item {
    fn from(message: CanonicalMessage) -> Item {
        Item::Message(Box::new(message))
    }
}

/// Which format a body of a web chat has, where its source does not say: the first that knows it as its own.
pub(crate) fn whose(body: &[u8]) -> Option<Format> {
    let body = pick::form(body).ok()?;
    if twilio_conversations::is_one(&body) {
        Some(Format::TwilioConversations)
    } else if rocketchat::is_one(&body) {
        Some(Format::RocketChat)
    } else {
        chatwoot::is_one(&body).then_some(Format::Chatwoot)
    }
}

/// What a body of this format tells, in its order. Raw mail is not read here: it needs its envelope.
pub(crate) fn read(format: Format, body: &[u8], context: Context<'_>) -> Result<Vec<Item>, FaultAt> {
    let told = |(code, reason): Fault| (code, reason.to_owned());
    let mut items = match reader(format) {
        Some(reader) => reader(body, context).map_err(told)?,
        None => own::read(body)?,
    };
    if items.len() > ITEMS_MAX {
        return Err(told(("too_many", "it tells more than 1,000 things at once")));
    }
    for item in &mut items {
        doubt_clock(item, context.received_at);
        tidy(item);
        if let (Item::Message(message), true) = (item, format != Format::Switchboard) {
            message.provider.get_or_insert_with(|| format.as_str().to_owned());
            message.meta = few(mem::take(&mut message.meta));
            if !own::has_content(message) {
                // It was sent, though nothing stands in it.
                message.text = Some(String::new());
            }
        }
    }
    Ok(items)
}

/// A provider's sentence is no code. An edit that says nothing is none: some providers tell so that something beside
/// the text was changed, or may not show what.
fn tidy(item: &mut Item) {
    let Item::Message(message) = item else { return };
    if let Some(delivery) = &mut message.delivery {
        delivery.error_code = code_of(delivery.error_code.as_deref());
    }
    if message.kind == Kind::Edit && message.html.is_none() && part::is_bare(message) {
        let (event_id, chat_id) = (message.event_id.take(), message.chat_id.take());
        *item = part::ignored("an edit that says nothing", event_id, chat_id);
    }
}

/// A clock beyond belief is not told on.
fn doubt_clock(item: &mut Item, received_at: Timestamp) {
    let Item::Message(message) = item else { return };
    let is_odd = |at: Option<InstantText>| at.is_some_and(|at| text::believed(at.0, received_at).is_none());
    if is_odd(message.sent_at) {
        message.sent_at = None;
        message.flags.push("sent_at_ignored".to_owned());
    }
    if is_odd(message.edited_at) {
        message.edited_at = None;
    }
}

type Reader = fn(&[u8], Context<'_>) -> Result<Vec<Item>, Fault>;

/// The reader of a provider's format; none for our own JSON, whose faults have places. Raw mail is not read here: it
/// needs its envelope.
fn reader(format: Format) -> Option<Reader> {
    let read: Reader = match format {
        Format::Rfc5322 | Format::Switchboard => return None,
        Format::Twilio => twilio::read,
        Format::Vonage => vonage::read,
        Format::Sinch => sinch::read,
        Format::MessageBird => messagebird::read,
        Format::Plivo => plivo::read,
        Format::Telnyx => telnyx::read,
        Format::Bandwidth => bandwidth::read,
        Format::Aws => aws::read,
        Format::WhatsApp => whatsapp::read,
        Format::Messenger => messenger::read,
        Format::Instagram => instagram::read,
        Format::Telegram => telegram::read,
        Format::Slack => slack::read,
        Format::Discord => discord::read,
        Format::Viber => viber::read,
        Format::Line => line::read,
        Format::Apple => apple::read,
        Format::Matrix => matrix::read,
        Format::Xmpp => xmpp::read,
        Format::TwilioConversations => twilio_conversations::read,
        Format::RocketChat => rocketchat::read,
        Format::Chatwoot => chatwoot::read,
    };
    Some(read)
}
