//! A message for a gateway: the fact of a reply joined with its content, which lies in the journal, by now
//! durable.

use std::sync::Arc;

use async_nats::HeaderMap;
use bytes::Bytes;
use tracing::warn;

use crate::domain::{Content, Party, Reply, Seq};
use crate::engine::effect::{Effect, EffectId, Hand};
use crate::engine::event::ContentPart;
use crate::wire::journal::content;
use crate::wire::{Subjects, out_message};

use super::super::fenced::Outgoing;
use super::super::journal::{GetError, Journal};
use super::mark;

/// Makes messages for gateways.
pub(super) struct Handing {
    pub(super) journal: Arc<Journal>,
    pub(super) subjects: Subjects,
}

/// The content of one message.
struct Joined {
    reply: Arc<Reply>,
    contact: Party,
    answered: Option<Arc<Content>>,
}

impl Handing {
    /// The message for OUT; none when its content was deleted, as forgetting a person does.
    pub(super) async fn message(&self, id: EffectId, effect: &Effect) -> Result<Option<Outgoing>, GetError> {
        let Effect::Hand(hand) = effect else { return Ok(None) };
        let Some(Joined { reply, contact, answered }) = self.joined(hand).await? else {
            warn!(message = %hand.message, "the content of a reply was deleted before it could be sent");
            return Ok(None);
        };
        let mut headers = HeaderMap::new();
        headers.insert("Content-Type", "application/json");
        mark::write(&mut headers, id);
        let payload = out_message(id, hand, &reply, &contact, answered.as_deref()).into();
        let subject = self.subjects.out(hand.channel.as_str(), &hand.source);
        Ok(Some(Outgoing { subject, headers, payload }))
    }

    /// A message that only says how far the effects have left.
    pub(super) fn position(&self, id: EffectId) -> Outgoing {
        let mut headers = HeaderMap::new();
        mark::write(&mut headers, id);
        Outgoing { subject: self.subjects.out_mark(), headers, payload: Bytes::new() }
    }

    async fn joined(&self, hand: &Hand) -> Result<Option<Joined>, GetError> {
        let (reply, contact) = (self.part(hand.content).await?, self.part(hand.contact_content).await?);
        let (Some(ContentPart::Reply { reply, .. }), Some(ContentPart::Contact { party: contact, .. })) =
            (reply, contact)
        else {
            return Ok(None);
        };
        let answered = match hand.answers {
            Some(seq) => self.part(seq).await?,
            None => None,
        };
        let answered = match answered {
            Some(ContentPart::Message { content, .. }) => Some(content),
            _ => None,
        };
        Ok(Some(Joined { reply, contact, answered }))
    }

    async fn part(&self, seq: Seq) -> Result<Option<ContentPart>, GetError> {
        let Some(stored) = self.journal.get(seq.0).await? else { return Ok(None) };
        match content(&stored.payload) {
            Ok(part) => Ok(Some(part)),
            Err(fault) => {
                warn!(%fault, seq = seq.0, "a content record cannot be read");
                Ok(None)
            }
        }
    }
}
