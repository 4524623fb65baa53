//! One input into the stream IN: done only when the stream has acknowledged it.
//!
//! A body that would take too much of a message goes into the bucket of bodies first; then the message is empty
//! and names it. What is absent: a look at what the input says. The daemon judges that, and keeps in DEAD what it
//! does not understand, so nothing is lost by being strange.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishError;
use bytes::Bytes;
use serde::Serialize;

use crate::domain::Channel;
use crate::shell::bodies::Bodies;
use crate::shell::inbox::Delivery;
use crate::shell::nats::jetstream;
use crate::shell::site::Site;
use crate::wire::limits::{BODY_INLINE_BYTES_MAX, CANONICAL_BYTES_MAX, MAIL_BYTES_MAX};
use crate::wire::{BodyRef, Subjects};

use super::login::Connection;

/// Room that the subject and the protocol take of the server's largest message.
const OVERHEAD_BYTES: usize = 1024;
/// The most bytes that an envelope's addresses may have together.
const ENVELOPE_BYTES_MAX: usize = 256 * 1024;

/// Puts inputs into the stream, one after the other.
pub struct Injector {
    connection: Connection,
    js: Context,
    bodies: Bodies,
    subjects: Subjects,
    patience: Duration,
}

/// Where an input goes, and what goes with it.
#[derive(Clone, Debug)]
pub struct Target {
    pub channel: Channel,
    pub source: String,
    /// The envelope sender of a mail.
    pub mail_from: Option<String>,
    /// The envelope recipients of a mail.
    pub rcpt_to: Vec<String>,
}

/// Where an input lies.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    pub stream: String,
    pub seq: u64,
    pub subject: String,
    pub bytes: usize,
    /// The reference to its body, where that did not go with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Why an input is not in the stream.
#[derive(Debug, thiserror::Error)]
pub enum InjectError {
    /// There is nothing in it.
    #[error("the input is empty")]
    Empty,
    /// More than is taken of its channel.
    #[error("the input has {bytes} bytes, and {max} are the most that is taken of channel {channel}")]
    TooLarge { bytes: usize, max: usize, channel: &'static str },
    /// Its envelope cannot stand in headers.
    #[error(
        "an address of the envelope has control characters, or all of them have more than {ENVELOPE_BYTES_MAX} bytes"
    )]
    Envelope,
    /// The stream did not acknowledge it: it may be there or not.
    #[error("the stream did not acknowledge it{}; it may be there or not, and a second try does no harm", told(.refusal.as_deref()))]
    Publish { refusal: Option<String>, source: PublishError },
    /// Nothing was heard for as long as we were to wait.
    #[error(
        "there was no word from NATS within {0:?}; it may be stored or not, and a second try does no harm"
    )]
    TimedOut(Duration),
}

impl InjectError {
    /// Whether it would be the same at every try.
    pub fn is_final(&self) -> bool {
        matches!(self, InjectError::Empty | InjectError::TooLarge { .. } | InjectError::Envelope)
    }
}

impl Injector {
    /// Over a connection that may publish input. Each input is given so much time.
    pub fn new(connection: Connection, site: &Site, subjects: Subjects, patience: Duration) -> Injector {
        let js = jetstream(&connection.client);
        Injector { bodies: Bodies::new(js.clone(), site), js, connection, subjects, patience }
    }

    /// Puts one input into the stream.
    pub async fn inject(&self, target: &Target, payload: Bytes) -> Result<Receipt, InjectError> {
        let headers = check(target, &payload)?;
        match tokio::time::timeout(self.patience, self.store(target, headers, payload)).await {
            Ok(Ok(receipt)) => Ok(receipt),
            Ok(Err(source)) => Err(InjectError::Publish { refusal: self.connection.refusal(), source }),
            Err(_) => Err(InjectError::TimedOut(self.patience)),
        }
    }

    async fn store(
        &self,
        target: &Target,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Receipt, PublishError> {
        let bytes = body.len();
        let room = self.js.client().max_payload().saturating_sub(OVERHEAD_BYTES + weight(&headers));
        let (payload, body) = if bytes <= room.min(BODY_INLINE_BYTES_MAX) {
            (body, None)
        } else {
            let reference = self.bodies.put(&body).await?.to_string();
            headers.insert(BodyRef::HEADER, reference.as_str());
            (Bytes::new(), Some(reference))
        };
        let subject = self.subjects.message(target.channel.as_str(), &target.source);
        let published = self.js.publish_with_headers(subject.clone(), headers, payload).await?;
        let stored = published.await?;
        Ok(Receipt { stream: stored.stream.to_string(), seq: stored.sequence, subject, bytes, body })
    }
}

/// The headers of an input that can be taken.
fn check(target: &Target, payload: &Bytes) -> Result<HeaderMap, InjectError> {
    let max = if target.channel == Channel::Email { MAIL_BYTES_MAX } else { CANONICAL_BYTES_MAX };
    if payload.iter().all(u8::is_ascii_whitespace) {
        return Err(InjectError::Empty);
    }
    if payload.len() > max {
        let (bytes, channel) = (payload.len(), target.channel.as_str());
        return Err(InjectError::TooLarge { bytes, max, channel });
    }
    let addresses = || target.mail_from.iter().chain(&target.rcpt_to);
    let bytes: usize = addresses().map(String::len).sum();
    if bytes > ENVELOPE_BYTES_MAX || addresses().any(|address| address.chars().any(char::is_control)) {
        return Err(InjectError::Envelope);
    }
    let mut headers = HeaderMap::new();
    if let Some(from) = &target.mail_from {
        headers.insert(Delivery::MAIL_FROM, from.as_str());
    }
    target.rcpt_to.iter().for_each(|to| headers.append(Delivery::RCPT_TO, to.as_str()));
    Ok(headers)
}

fn weight(headers: &HeaderMap) -> usize {
    let line = |name: &str, value: &str| name.len() + value.len() + 4;
    headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| line(name.as_ref(), value.as_str())))
        .sum()
}

fn told(refusal: Option<&str>) -> String {
    refusal.map(|text| format!(" (NATS says: {text})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(channel: Channel) -> Target {
        Target { channel, source: "help".to_owned(), mail_from: None, rcpt_to: Vec::new() }
    }

    #[test]
    fn what_can_never_be_taken_is_told_from_what_may_pass() {
        let mail = |size: usize| check(&target(Channel::Email), &Bytes::from(vec![b'x'; size]));
        assert!(mail(MAIL_BYTES_MAX).is_ok());
        assert!(mail(MAIL_BYTES_MAX + 1).is_err_and(|fault| fault.is_final()));
        let sms = check(&target(Channel::Sms), &Bytes::from(vec![b'x'; CANONICAL_BYTES_MAX + 1]));
        assert!(matches!(sms, Err(InjectError::TooLarge { channel: "sms", .. })));
        assert!(check(&target(Channel::Chat), &Bytes::from_static(b" \r\n")).is_err());
        assert!(!InjectError::TimedOut(Duration::from_secs(1)).is_final());
    }

    #[test]
    fn an_address_cannot_bring_a_header_of_its_own() {
        let mut target = target(Channel::Email);
        target.rcpt_to = vec!["a@example.org\r\nNats-Rollup: all".to_owned()];
        assert!(matches!(check(&target, &Bytes::from_static(b"x")), Err(InjectError::Envelope)));
    }
}
