//! What can be said of a request before its body is there, so that nobody's body is read who cannot be right.

use super::{Refused, Request, Scheme, jwt, url, vonage};
use crate::domain::Timestamp;

impl Scheme {
    /// Refuses a request whose proof says nothing of the body and is wrong, or that has no proof at all. What passes
    /// is judged by [`Scheme::verify`] once its body is there.
    pub fn admit(&self, request: &Request<'_>, now: Timestamp) -> Result<(), Refused> {
        let head = Request { body: &[], ..*request };
        match self {
            // The proof is in the body.
            Scheme::Open | Scheme::Sns { .. } => Ok(()),
            Scheme::Bearer(_)
            | Scheme::Basic { .. }
            | Scheme::Telegram(_)
            | Scheme::RocketChat(_)
            | Scheme::Apple { .. } => self.verify(&head, now),
            Scheme::Plivo(_) if url::is_bare_plivo(&head) => self.verify(&head, now),
            Scheme::Vonage(secret) => vonage::admit(&head, secret, now),
            Scheme::MessageBird(secret) => match head.header("messagebird-signature-jwt") {
                Ok(token) => jwt::messagebird_token(&head, token, secret, now).map(|_| ()),
                Err(_) => self.proof_is_there(&head, now),
            },
            Scheme::Twilio(_)
            | Scheme::Plivo(_)
            | Scheme::Meta(_)
            | Scheme::Slack(_)
            | Scheme::Line(_)
            | Scheme::Viber(_)
            | Scheme::Chatwoot(_)
            | Scheme::Sinch(_)
            | Scheme::Telnyx(_)
            | Scheme::Discord(_) => self.proof_is_there(&head, now),
        }
    }

    /// A code over the body is wrong without it; but there must be one, and it must be one.
    fn proof_is_there(&self, head: &Request<'_>, now: Timestamp) -> Result<(), Refused> {
        match self.verify(head, now) {
            Err(refused @ (Refused::Missing(_) | Refused::Malformed)) => Err(refused),
            Ok(()) | Err(Refused::Mismatch | Refused::Stale | Refused::Foreign) => Ok(()),
        }
    }
}
