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
mod pick;
mod plivo;
mod rocketchat;
mod sinch;
mod slack;
mod switchboard;
mod telegram;
mod telnyx;
mod twilio;
mod twilio_conversations;
mod viber;
mod vonage;
mod whatsapp;
mod xmpp;

use crate::domain::{Format, Source, Timestamp};

use super::canonical::Fault;
use super::canonical::message::CanonicalMessage;

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
}

/// Something without effect: an echo of our own, a call to see whether we are there, an event that nobody needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Why, in a few words, none of them from the body.
    pub reason: &'static str,
    /// The provider's id of the delivery.
    pub event_id: Option<String>,
}

impl Item {
    /// Something without effect.
    pub(crate) fn ignored(reason: &'static str) -> Item {
        Item::Ignored(Ignored { reason, event_id: None })
    }
}

impl From<CanonicalMessage> for Item {
    fn from(message: CanonicalMessage) -> Item {
        Item::Message(Box::new(message))
    }
}

/// What a body of this format tells, in its order. Raw mail is not read here: it needs its envelope.
pub(crate) fn read(format: Format, body: &[u8], context: Context<'_>) -> Result<Vec<Item>, Fault> {
    let read = match format {
        Format::Rfc5322 => return Err(("not_json", "a raw mail is not read as a body of a provider")),
        Format::Switchboard => switchboard::read,
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
    let items = read(body, context)?;
    if items.len() > ITEMS_MAX {
        return Err(("too_many", "it tells more than 1,000 things at once"));
    }
    Ok(items)
}
