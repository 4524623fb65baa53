//! What the shell owes the world for a record. `react` is asked for every record behind the outbox's
//! marks, after a crash as in service: there is no second path.

use crate::domain::{
    Channel, ContactId, ConversationId, Endpoint, MailId, MessageId, Name, Names, Seq, Timestamp,
};

use super::command::RefusedInput;
use super::event::{Event, MessageReplied, Recorded};

/// Which effect: the record that caused it, and its place among that record's effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EffectId {
    pub seq: Seq,
    pub ordinal: u32,
}

/// What the shell must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Put an input that was not understood into DEAD, whole, with the reason.
    Bury {
        /// Its place in the input stream.
        inseq: u64,
        /// The subject that it came by.
        subject: String,
        /// The channel, where the subject names one.
        channel: Option<Channel>,
        /// Why, as a code of one word.
        code: String,
        /// Why, as a sentence.
        reason: String,
    },
    /// Put an outbound message into OUT, for the gateway of its source.
    Hand(Hand),
    /// Send a mail. It has no place of its own in a stream: the mails of the state are its position.
    SendMail {
        /// Which.
        mail: MailId,
        /// Which attempt, from 1.
        attempt: u32,
        /// The fact that owes it.
        cause: Seq,
    },
}

/// An outbound message for a gateway: ids, and where its content lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub channel: Channel,
    pub source: Name,
    /// Our address that it comes from.
    pub from: Endpoint,
    pub content: Seq,
    pub contact_content: Seq,
    pub answers: Option<Seq>,
    /// Until when the provider lets us answer freely.
    pub reply_until: Option<Timestamp>,
}

/// The effects of one record. `names` must know every name in it.
pub fn react(recorded: &Recorded, names: &Names) -> Vec<(EffectId, Effect)> {
    let effect = match &recorded.event {
        Event::InputRefused(refused) => Some(bury(recorded, refused)),
        Event::MessageReplied(replied) => hand(replied, names),
        Event::MailAttempted { mail, attempt, cause } => {
            Some(Effect::SendMail { mail: *mail, attempt: *attempt, cause: *cause })
        }
        _ => None,
    };
    effect.map(|effect| (EffectId { seq: recorded.seq, ordinal: 0 }, effect)).into_iter().collect()
}

fn bury(recorded: &Recorded, refused: &RefusedInput) -> Effect {
    Effect::Bury {
        inseq: recorded.inseq,
        subject: refused.subject.clone(),
        channel: refused.channel,
        code: refused.code.clone(),
        reason: refused.reason.clone(),
    }
}

/// Mail leaves by SMTP, and owes a mail instead; work carries no replies; and what does not tell its way was
/// written when nothing was handed out.
fn hand(replied: &MessageReplied, names: &Names) -> Option<Effect> {
    let way = replied.way.as_ref()?;
    match way.channel {
        Channel::Email | Channel::Work => None,
        Channel::Chat | Channel::Sms => Some(Effect::Hand(Hand {
            message: replied.message,
            conversation: replied.conversation,
            contact: way.contact,
            channel: way.channel,
            source: names.source(way.source).clone(),
            from: way.from.clone(),
            content: replied.content,
            contact_content: way.contact_content,
            answers: way.answers,
            reply_until: way.reply_until,
        })),
    }
}
