//! A message for a gateway: the fact of a reply joined with its content, which lies in the journal, by now
//! durable.

use std::sync::Arc;

use async_nats::HeaderMap;
use bytes::Bytes;
use tracing::warn;

use crate::domain::{Content, Party, Reply, Seq};
use crate::engine::effect::{Effect, EffectId, Hand};
use crate::engine::event::{ContentPart, ContentRecord};
use crate::wire::journal::content;
use crate::wire::{Subjects, out_message};

use super::super::fenced::Outgoing;
use super::super::journal::{GetError, Journal};
use super::mark;

/// How far a conversation that we began is read back for how it began, while nobody has answered in it: further than
/// anybody writes to one who is silent.
const BACK_MAX: usize = 1_000;

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
        let (reply, contact) = (self.record(hand.content).await?, self.part(hand.contact_content).await?);
        let (
            Some(ContentRecord { prev, part: ContentPart::Reply { reply, .. } }),
            Some(ContentPart::Contact { party: contact, .. }),
        ) = (reply, contact)
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
        let reply = if hand.answers.is_none() { self.as_begun(reply, prev).await? } else { reply };
        Ok(Some(Joined { reply, contact, answered }))
    }

    /// The reply with the thread in which its conversation began, and with which of the contact's addresses: the first
    /// message alone tells them. His other addresses are not asked, where he may have opted out.
    async fn as_begun(&self, reply: Arc<Reply>, prev: Seq) -> Result<Arc<Reply>, GetError> {
        let mut next = prev;
        for _ in 0..BACK_MAX {
            if reply.to.is_some() || next == Seq(0) {
                break;
            }
            let Some(ContentRecord { prev, part }) = self.record(next).await? else { break };
            if let ContentPart::Reply { reply: first, .. } = part
                && first.to.is_some()
            {
                let thread_id = reply.thread_id.clone().or_else(|| first.thread_id.clone());
                return Ok(Arc::new(Reply { thread_id, to: first.to.clone(), ..Reply::clone(&reply) }));
            }
            next = prev;
        }
        Ok(reply)
    }

    async fn part(&self, seq: Seq) -> Result<Option<ContentPart>, GetError> {
        Ok(self.record(seq).await?.map(|record| record.part))
    }

    async fn record(&self, seq: Seq) -> Result<Option<ContentRecord>, GetError> {
        let Some(stored) = self.journal.get(seq.0).await? else { return Ok(None) };
        match content(&stored.payload) {
            Ok(record) => Ok(Some(record)),
            Err(fault) => {
                warn!(%fault, seq = seq.0, "a content record cannot be read");
                Ok(None)
            }
        }
    }
}
