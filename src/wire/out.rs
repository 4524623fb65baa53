//! What a gateway is handed to send: one message of stream OUT. And the hint that is no fact of the journal.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{Channel, ContactId, Content, ConversationId, MessageId, Name, Party, Reply};
use crate::engine::effect::{EffectId, Hand};

use super::segments;
use super::time::InstantText;

/// An outbound message for the gateway of its source.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OutMessage<'a> {
    message: MessageId,
    conversation: ConversationId,
    contact: ContactId,
    channel: Channel,
    /// The way out: the source that the contact came by.
    source: &'a Name,
    /// To whom.
    to: &'a Party,
    /// Our address that it comes from.
    from: &'a str,
    /// The plain text.
    text: &'a str,
    /// The provider's id of the message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<&'a str>,
    /// The provider's conversation, where that message named one, or where we began in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<&'a str>,
    /// Send it as a template of the provider: its window for free text may be closed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    template: bool,
    /// Until when the provider takes free text; absent where it sets no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_allowed_until: Option<InstantText>,
    /// The encoding that the text needs as short messages: `GSM-7` or `UCS-2`. With SMS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    /// How many short messages carry the text. With SMS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    segments: Option<usize>,
    /// What tells it from every other: give it to a provider that knows repeated requests again.
    #[schemars(regex(pattern = "^[0-9]+\\.[0-9]+$"))]
    key: String,
}

/// The body of an outbound message. `contact` is the contact as his content knows him, `answered` the content
/// of the message that it answers. A reply that has a thread of its own goes there.
pub fn out_message(
    id: EffectId,
    hand: &Hand,
    reply: &Reply,
    contact: &Party,
    answered: Option<&Content>,
) -> Vec<u8> {
    let cost = (hand.channel == Channel::Sms).then(|| segments::count(&reply.text));
    // He may have several addresses: the answer goes to the one that he wrote from.
    let writer = answered.map(|content| &content.from).filter(|from| !from.address.is_empty());
    let message = OutMessage {
        encoding: cost.map(|cost| cost.encoding),
        segments: cost.map(|cost| cost.count),
        message: hand.message,
        conversation: hand.conversation,
        contact: hand.contact,
        channel: hand.channel,
        source: &hand.source,
        to: reply.to.as_ref().or(writer).unwrap_or(contact),
        template: reply.template,
        reply_allowed_until: hand.reply_until.map(Into::into),
        from: &hand.from,
        text: &reply.text,
        in_reply_to: answered.and_then(|content| content.external_id.as_deref()),
        thread_id: reply
            .thread_id
            .as_deref()
            .or_else(|| answered.and_then(|content| content.thread_id.as_deref())),
        key: format!("{}.{}", id.seq.0, id.ordinal),
    };
    serde_json::to_vec(&message).expect("a message is an object of our own types with text keys")
}

/// What desktops are told at once. A hint may be missed; the truth is in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// The agent was made an offer.
    Offer,
    /// An offer to him ended.
    OfferEnded,
    /// He was given a conversation, or no longer holds it.
    Conversation,
    /// The contact wrote in a conversation that he holds.
    Message,
    /// A rung was reached of which he is told.
    Escalation,
    /// Another desktop of his holds the lease now.
    Desktop,
    /// What he holds and is offered is to be read anew.
    Inbox,
}

impl Hint {
    /// Every hint.
    pub const ALL: [Hint; 7] = [
        Hint::Offer,
        Hint::OfferEnded,
        Hint::Conversation,
        Hint::Message,
        Hint::Escalation,
        Hint::Desktop,
        Hint::Inbox,
    ];

    /// Its word, the last token of its subject.
    pub fn as_str(self) -> &'static str {
        match self {
            Hint::Offer => "offer",
            Hint::OfferEnded => "offer_ended",
            Hint::Conversation => "conversation",
            Hint::Message => "message",
            Hint::Escalation => "escalation",
            Hint::Desktop => "desktop",
            Hint::Inbox => "inbox",
        }
    }
}

/// Another desktop of the agent holds the lease now.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DesktopHint<'a> {
    agent: &'a Name,
    /// The desktop that holds it, as its sign-in named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    desktop: Option<&'a str>,
}

/// The body of the hint `desktop`.
pub fn desktop_hint(agent: &Name, desktop: Option<&str>) -> Vec<u8> {
    serde_json::to_vec(&DesktopHint { agent, desktop }).expect("a hint is an object with text keys")
}
